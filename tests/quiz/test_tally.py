"""What comes of a quiz for others: the model and everybody read the same counts, and no names."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import tokens
from bot.adapter import Capabilities
from bot.jsons import Json
from bot.quiz import counting, tally
from bot.quiz.counting import Count, Counts
from bot.quiz.growing import FULL
from bot.store import calls, deliveries
from bot.store.records import Answer, AnswerKind, Audience, Question
from bot.strings import LANGUAGES, speaking
from bot.text.cleaning import length
from bot.tools.outputs import MAX_OUTPUT
from bot.views import Notice
from tests.quiz.classroom import CAT, DOG, Classroom, classroom
from tests.sims.names import named
from tests.store.rows import ADA, BEN, answer, limits, question

PLATFORMS = [limits(2_000, utf16=True), limits(12_000), limits(600)]


async def closed(room: Classroom) -> tuple[Json, list[Notice]]:
    """The output and the messages of a quiz that its starter closes."""
    await room.close(ADA)
    store = room.desk.office.store
    call = await store.read(calls.get, room.call.id)
    assert call is not None
    output: Json = json.loads(call.output or "")
    shown = await store.read(deliveries.of_run, room.run.id)
    return output, [row.view for row in shown if isinstance(row.view, Notice)]


async def answered(room: Classroom) -> None:
    """Three begin: one is right, one wrong and does not end, one gives up."""
    for person in (BEN, CAT, DOG):
        await room.start(person)
    await room.choose(0, 1, BEN)
    await room.write(1, "2", BEN)
    await room.choose(2, 0, BEN)
    await room.choose(0, 0, CAT)
    await room.write(1, "no idea, ask U-ben", CAT)
    first, second, third = await room.questions()
    await room.act(tokens.encode("unknown", first.id), DOG)
    await room.act(tokens.encode("skip", second.id), DOG)
    await room.act(tokens.encode("skip", third.id), DOG)


async def test_the_model_gets_counts_and_written_answers_without_names(tmp_path: Path) -> None:
    async with classroom(tmp_path) as room:
        await answered(room)
        output, _ = await closed(room)

    assert output == {
        "audience": "everyone",
        "started": 3,
        "finished": 2,
        "questions": [
            {
                "question": "What is the capital of Peru?",
                "counts": {"A: Quito": 1, "B: Lima": 1, "C: La Paz": 0},
                "right": 1,
                "wrong": 1,
                "unknown": 1,
                "skipped": 0,
                "not_answered": 0,
            },
            {
                "question": "How many has Bolivia?",
                "right": 1,
                "wrong": 0,
                "unknown": 0,
                "skipped": 1,
                "not_answered": 0,
                "answers": ["2", "no idea, ask U-ben"],
            },
            {
                "question": "Which do you like best?",
                "counts": {"A: Rome": 1, "B: Oslo": 0},
                "unknown": 0,
                "skipped": 1,
                "not_answered": 1,
            },
        ],
    }


async def test_everybody_reads_the_counts_the_right_choice_and_why(tmp_path: Path) -> None:
    async with classroom(tmp_path) as room:
        await answered(room)
        _, (told,) = await closed(room)

    assert told.text == "\n".join(
        [
            "**How it went: Capitals**",
            "",
            "Started: 3, finished: 2.",
            "",
            "**1. What is the capital of Peru?**",
            "",
            "- A: Quito – 1 answer",
            "- **B: Lima – 1 answer, the right one**",
            "- C: La Paz – 0 answers",
            "",
            "Right: 1, wrong: 1.",
            "",
            "I don't know: 1, skipped: 0, not answered: 0.",
            "",
            "KEY-why: **Lima** was founded in 1535.",
            "",
            "**2. How many has Bolivia?**",
            "",
            "2 answers in words.",
            "Right answer: 2",
            "",
            "Right: 1, wrong: 0.",
            "",
            "I don't know: 0, skipped: 1, not answered: 0.",
            "",
            "KEY-two: La Paz and Sucre.",
            "",
            "**3. Which do you like best?**",
            "",
            "- A: Rome – 1 answer",
            "- B: Oslo – 0 answers",
            "",
            "I don't know: 0, skipped: 1, not answered: 1.",
            "",
            "**Most missed:** question 1, What is the capital of Peru? (2 of 3)",
        ]
    )
    assert [button.label for button in told.actions] == ["My result"]


async def test_nobodys_words_are_for_everybody(tmp_path: Path) -> None:
    async with classroom(tmp_path) as room:
        await answered(room)
        _, shown = await closed(room)

    assert "no idea" not in str(shown)
    assert named(str(shown)) == []


async def test_a_quiz_that_nobody_took_says_only_that(tmp_path: Path) -> None:
    async with classroom(tmp_path) as room:
        output, (told,) = await closed(room)

    assert (output["started"], output["finished"]) == (0, 0)
    assert told.text == "**Capitals** is over. Nobody took part."


async def test_a_withdrawn_answer_counts_as_it_stands(tmp_path: Path) -> None:
    async with classroom(tmp_path) as room:
        await room.start(BEN)
        await room.choose(0, 1, BEN)
        first = (await room.questions())[0]
        await room.act(tokens.encode("change", first.id), BEN)
        output, _ = await closed(room)

    (asked, *_) = output["questions"] if isinstance(output["questions"], list) else []
    assert isinstance(asked, dict)
    assert asked["right"] == 1


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_tally_is_in_the_language_that_is_spoken(tmp_path: Path, language: str) -> None:
    async with classroom(tmp_path) as room:
        await room.start(BEN)
        quiz = await room.quiz()
        with speaking(language):
            (told,) = await room.desk.office.store.read(tally.views, quiz, limits())

    assert told.language == language
    assert "Lima" in told.text


def written(texts: list[str], to: Question) -> list[Answer]:
    return [
        replace(answer(to, "text", text), person=f"sim:one/p{number}")
        for number, text in enumerate(texts)
    ]


def test_equal_answers_are_one_and_the_most_frequent_come_first() -> None:
    asked = question()
    given = written(["no", "yes", "no", " yes ", "no\n", "perhaps"], asked)

    counted = counting.count(asked, given, started=7)

    assert counted.written == (("no", 3), ("yes", 2), ("perhaps", 1))
    assert (counted.answered, counted.not_answered) == (6, 1)


def test_the_model_gets_twenty_written_answers_whatever_the_number_of_questions() -> None:
    for number in (1, 3, 20):
        asked = [question(position) for position in range(number)]
        counts = tuple(
            counting.count(each, written([f"words {n}" for n in range(40)], each), 40)
            for each in asked
        )
        output = tally.compact("everyone", Counts(started=40, finished=40, questions=counts))
        told = json.loads(output)["questions"]
        assert 0 < sum(len(each["answers"]) for each in told) <= tally.SIZES[0].written


def test_a_race_tells_the_model_who_was_right_but_not_by_name() -> None:
    won = replace(
        question(0, "Which?", ("a", "b")), answer="b", answer_option=1, winner="sim:one/p1"
    )
    lost = replace(question(1, "Why?"), answer="because")
    tried = [
        replace(
            answer(won, "choice", option=option), person=f"sim:one/p{option}", right=option == 1
        )
        for option in (0, 1)
    ]
    counts = (counting.count(won, tried, 2), counting.count(lost, [], 2))

    output = tally.compact("first", Counts(started=2, finished=0, questions=counts))

    assert json.loads(output) == {
        "audience": "first",
        "questions": [
            {
                "question": "Which?",
                "won": True,
                "answer": "b",
                "tries": 2,
                "right": 1,
                "wrong": 1,
            },
            {"question": "Why?", "won": False, "tries": 0, "right": 0, "wrong": 0},
        ],
    }


TEXT = st.text(max_size=200) | st.sampled_from(["```\nopen", "# big", "**", "@everyone", "\u202e"])


@st.composite
def counted(draw: st.DrawFn, position: int) -> Count:
    """A question that a model may have written, and answers that people may have given."""
    options = draw(st.lists(TEXT.filter(bool), max_size=20, unique=True))
    key = draw(st.none() | st.integers(0, len(options) - 1)) if options else None
    asked = replace(
        question(position, draw(TEXT), options),
        explanation=draw(st.none() | st.text(max_size=1_000)),
        answer=None if key is None else options[key],
        answer_option=key,
    )
    given = []
    said: AnswerKind = "choice" if options else "text"
    kinds: list[AnswerKind] = [said, "unknown", "skipped"]
    for number, kind in enumerate(draw(st.lists(st.sampled_from(kinds), max_size=8))):
        option = draw(st.integers(0, len(options) - 1)) if kind == "choice" else None
        one = answer(asked, kind, draw(TEXT) if kind == "text" else "", option)
        right = None if key is None or option is None else option == key
        given.append(replace(one, person=f"sim:one/p{number}", right=right))
    return counting.count(asked, given, started=8)


@st.composite
def quizzes(draw: st.DrawFn) -> Counts:
    number = draw(st.integers(1, 5))
    return Counts(
        started=8,
        finished=draw(st.integers(0, 8)),
        questions=tuple(draw(counted(position)) for position in range(number)),
    )


@given(quizzes())
@settings(max_examples=60)
def test_all_who_began_are_counted_once_on_each_question(counts: Counts) -> None:
    for each in counts.questions:
        others = each.unknown + each.skipped + each.not_answered
        assert each.answered + others == counts.started
        assert each.right + each.wrong in (0, each.answered)


@given(quizzes(), TEXT, st.sampled_from(PLATFORMS))
@settings(max_examples=60)
def test_the_tally_fits_every_platform(counts: Counts, title: str, platform: Capabilities) -> None:
    texts = tally.messages(title, counts, platform)

    assert texts
    for text in texts:
        assert length(text, platform.text_unit) <= FULL * platform.max_text


@pytest.mark.parametrize("platform", PLATFORMS[:2], ids=["Discord", "Slack"])
@pytest.mark.parametrize("written", ["word ", "😀"])
def test_the_tally_of_the_largest_quiz_does_not_flood_its_channel(
    written: str, platform: Capabilities
) -> None:
    texts = tally.messages("Large", _large(written * 1_000, questions=20, choices=20), platform)

    assert len(texts) <= tally.MOST
    for position in range(1, 21):
        assert f"**{position}. " in "".join(texts)
    assert "".join(texts).count("the right one") == 20
    assert "because" not in "".join(texts)


def test_the_tally_of_a_quiz_for_a_class_says_all_of_it() -> None:
    texts = tally.messages("Usual", _large("word " * 12, questions=8, choices=4), PLATFORMS[0])

    assert len(texts) <= tally.MOST
    assert "".join(texts).count("answers") == 8 * 4
    assert "".join(texts).count("because") == 8


def _large(written: str, *, questions: int, choices: int) -> Counts:
    asked = [
        replace(
            question(position, written, [f"{each} {written}"[:500] for each in range(choices)]),
            explanation=f"because {written}"[:1_000],
            answer_option=1,
            answer=f"1 {written}"[:500],
        )
        for position in range(questions)
    ]
    counts = tuple(counting.count(each, [], started=3) for each in asked)
    return Counts(started=3, finished=0, questions=counts)


@pytest.mark.parametrize("audience", ["everyone", "first"])
def test_the_largest_quiz_of_the_largest_signs_is_still_whole_for_the_model(
    audience: Audience,
) -> None:
    counts = _large("😀" * 500, questions=20, choices=20)

    output = tally.compact(audience, counts)

    assert len(output.encode()) <= MAX_OUTPUT
    assert len(json.loads(output)["questions"]) == 20


@given(quizzes(), st.sampled_from(["everyone", "first"]))
@settings(max_examples=60)
def test_whatever_people_write_the_output_is_json_of_bounded_size(
    counts: Counts, audience: Audience
) -> None:
    output = tally.compact(audience, counts)

    assert len(output.encode()) <= MAX_OUTPUT
    assert len(json.loads(output)["questions"]) == len(counts.questions)


def test_the_question_that_most_people_did_not_know_is_the_most_missed() -> None:
    def asked(position: int, wrong: int, *, key: bool = True) -> Count:
        one = replace(question(position), answer="56" if key else None)
        given = written(["54"] * wrong, one)
        return counting.count(one, [replace(each, right=False) for each in given], 9)

    counts = (asked(0, 2), asked(1, 3), asked(2, 3), asked(3, 9, key=False))

    worst = Counts(started=9, finished=9, questions=counts).most_missed

    assert worst is not None
    assert worst.question.position == 1
    assert Counts(started=9, finished=9, questions=(asked(0, 0),)).most_missed is None
