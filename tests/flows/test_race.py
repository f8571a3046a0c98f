"""A race for the first right answer: many click at once, one wins, and everybody is told."""

import asyncio
import json
from datetime import timedelta

from bot.adapter import Accepted
from bot.events import ButtonToken, Click, EventKey, PersonRef
from bot.jsons import Json
from bot.views import AnsweredLine, Notice, Quiz, ShownQuestion
from tests.flows.bench import Bench
from tests.flows.classes import questions
from tests.flows.lessons import HINT, choice
from tests.sims.answers import Call, Text
from tests.sims.platform import Sent

WRITTEN: Json = {"question_text": "And 6 × 9?", "answer": "54", "explanation": "KEY-2: 60 less 6."}
PLAIN: Json = {"question_text": "Who is awake?", "question_type": "FREE_RESPONSE"}
RULE = "Everyone can answer, with one try per question. The first right answer wins."
FASTER = "Somebody was faster with this one. On to the next!"
CLASS = [f"learner-{number}" for number in range(1, 201)]


def race(bench: Bench, *questions: Json, **more: int) -> None:
    """Ada may start it, and the model has it and a word at its end."""
    quiz: Json = {"title": "Race", "audience": "first", "questions": list(questions), **more}
    bench.people.admins = {"ada"}
    bench.model.answer(Call("display_quiz", quiz, "call_1"))
    bench.model.answer(Text("What a race"))


async def begun(bench: Bench) -> ShownQuestion:
    await bench.people.mention("Let us race")
    return await bench.people.question(1)


async def pressed(bench: Bench, token: ButtonToken, by: str) -> str:
    return await bench.people.whispered(await bench.people.click(token, by=by))


async def written(bench: Bench, asked: ShownQuestion, text: str, by: str) -> str:
    sent = await bench.people.submit(asked.actions[0].token, text, by=by)
    return await bench.people.whispered(sent)


def quizzes(bench: Bench) -> list[Quiz]:
    return [post.view for post in bench.people.shown() if isinstance(post.view, Quiz)]


def lines(bench: Bench) -> list[AnsweredLine]:
    return [line for view in quizzes(bench) for line in view.answered]


def labelled(asked: ShownQuestion, label: str) -> ButtonToken:
    return next(button.token for button in asked.actions if button.label == label)


def outputs(bench: Bench) -> list[Json]:
    return [
        json.loads(str(item["output"]))
        for request in bench.model.requests
        for item in request.items
        if "output" in item
    ]


async def test_of_200_who_click_at_once_one_wins_and_199_are_told_politely(bot: Bench) -> None:
    race(bot, choice())
    right = (await begun(bot)).choices[1].token

    async def click(user: str) -> Sent:
        return await bot.people.acknowledged(await bot.people.click(right, by=user))

    sent = await asyncio.gather(*map(click, CLASS))
    await bot.people.said("What a race")

    told = [each.whisper for each in sent]
    assert sorted(set(told)) == [FASTER, "You were the first. Well done!"]
    assert told.count(FASTER) == 199
    winner = CLASS[told.index("You were the first. Well done!")]
    (line,) = lines(bot)
    assert (line.person, line.mark) == (PersonRef(scope="sim", user=winner), "right")
    assert line.text == "What is 7 × 8? — 56"
    assert bot.rows("SELECT winner FROM questions") == [(f"sim/{winner}",)]
    assert bot.rows("SELECT count(*) FROM answers") == [(1,)]
    assert len(bot.model.requests) == 2
    (output,) = outputs(bot)
    assert isinstance(output, dict)
    assert output["audience"] == "first"


async def test_a_wrong_try_is_the_only_one_and_others_go_on(bot: Bench) -> None:
    race(bot, choice(), WRITTEN)
    first = await begun(bot)

    assert (await pressed(bot, first.choices[0].token, "ben")).startswith("That is not it.")
    assert (await pressed(bot, first.choices[1].token, "ben")).startswith("You have had your try")
    assert (await pressed(bot, labelled(first, "I don't know"), "cat")).startswith("Noted")
    assert (await pressed(bot, first.choices[1].token, "cat")).startswith("You have had your try")
    assert lines(bot) == []
    assert await pressed(bot, first.choices[1].token, "dog") == "You were the first. Well done!"
    assert await pressed(bot, first.choices[1].token, "dog") == "You were the first. Well done!"
    assert await pressed(bot, first.choices[1].token, "eve") == FASTER

    second = await bot.people.question(2)
    assert (await written(bot, second, "55", "ben")).startswith("That is not it.")
    assert (await written(bot, second, "fifty-four", "cat")).startswith("That is not it.")
    assert await written(bot, second, " 54,0 ", "dog") == "You were the first. Well done!"
    await bot.people.said("What a race")

    assert [(line.text, line.detail) for line in lines(bot)] == [
        ("1. What is 7 × 8? — 56", "KEY-1: 49 and 7 more."),
        ("2. And 6 × 9? — 54,0", "KEY-2: 60 less 6."),
    ]
    assert bot.rows('SELECT person, "right" FROM answers ORDER BY at, person') == [
        ("sim/ben", 0),
        ("sim/cat", None),
        ("sim/dog", 1),
        ("sim/ben", 0),
        ("sim/cat", None),
        ("sim/dog", 1),
    ]


async def test_without_a_key_the_first_answer_wins(bot: Bench) -> None:
    race(bot, PLAIN)
    asked = await begun(bot)

    assert (await pressed(bot, labelled(asked, "I don't know"), "ben")).startswith("Noted")
    assert await written(bot, asked, "I am", "cat") == "You were the first. Well done!"
    await bot.people.said("What a race")

    (line,) = lines(bot)
    assert (line.text, line.mark) == ("Who is awake? — I am", None)
    assert line.person == PersonRef(scope="sim", user="cat")


async def test_only_the_starter_moves_on_and_then_all_see_what_was_right(bot: Bench) -> None:
    race(bot, choice(1), choice(2))
    first = await begun(bot)

    told = await pressed(bot, labelled(first, "Skip"), "ben")
    assert told == "Only whoever started this quiz can move on to the next question."
    assert await pressed(bot, labelled(first, "Skip"), "ada") == ""
    second = await bot.people.question(2)
    assert (await pressed(bot, first.choices[1].token, "ben")).startswith("This question is closed")
    assert await pressed(bot, labelled(second, "Skip"), "ada") == ""
    await bot.people.said("What a race")

    assert [(line.text, line.person) for line in lines(bot)] == [
        ("1. What is 7 × 8? — nobody was right", None),
        ("2. What is 7 × 8? — nobody was right", None),
    ]
    assert lines(bot)[0].detail == "Right answer: B: 56\n\nKEY-1: 49 and 7 more."


async def test_a_race_says_how_it_is_won_as_long_as_it_can_be(bot: Bench) -> None:
    race(bot, choice(), PLAIN)
    asked = await begun(bot)
    assert [view.note for view in quizzes(bot)] == [RULE]

    await pressed(bot, asked.choices[1].token, "ben")
    second = await bot.people.question(2)
    [anybody] = [view.note for view in quizzes(bot)]
    assert "The first answer to a question wins." in anybody
    await written(bot, second, "Me", "cat")
    await bot.people.said("What a race")
    assert [view.note for view in quizzes(bot)] == [""]


async def test_a_hint_is_private_and_no_try(bot: Bench) -> None:
    race(bot, choice())
    asked = await begun(bot)

    assert await pressed(bot, labelled(asked, "Hint"), "ben") == HINT
    assert await pressed(bot, asked.choices[1].token, "ben") == "You were the first. Well done!"
    assert (await pressed(bot, labelled(asked, "Hint"), "cat")).startswith("There is no hint")
    assert bot.rows("SELECT person FROM hints") == [("sim/ben",)]


async def test_a_race_that_nobody_wins_closes_at_its_deadline(bot: Bench) -> None:
    race(bot, choice(), WRITTEN, time_limit_seconds=60)
    asked = await begun(bot)
    await pressed(bot, asked.choices[0].token, "ben")
    await bot.people.until(lambda: bot.rows("SELECT status FROM runs") == [("requires_action",)])

    def said() -> bool:
        return "What a race" in bot.people.texts()

    await bot.later(said, step=timedelta(seconds=31))

    (line,) = lines(bot)
    assert line.text == "1. What is 7 × 8? — nobody was right"
    assert [view.note for view in quizzes(bot)] == ["The time is up."]
    (output,) = outputs(bot)
    (told, _) = questions(output)
    assert (told["won"], told["wrong"]) == (False, 1)
    assert (await pressed(bot, asked.choices[1].token, "cat")).startswith("This question is closed")


async def test_after_a_pause_the_race_goes_on_in_a_new_message(bot: Bench) -> None:
    race(bot, choice(), WRITTEN)
    asked = await begun(bot)
    await bot.clock.advance(timedelta(minutes=11))
    await pressed(bot, asked.choices[1].token, "ben")
    await bot.people.question(2)

    await bot.people.until(lambda: quizzes(bot)[0].question is None)
    above, below = quizzes(bot)
    assert (above.answered, above.question, above.note) == ((), None, "It goes on below.")
    assert [line.text for line in below.answered] == ["1. What is 7 × 8? — 56"]


async def test_a_button_that_was_brought_along_from_the_race_opens_nothing(bot: Bench) -> None:
    race(bot, choice())
    asked = await begun(bot)
    elsewhere = bot.people.place("dm-ben", direct=True)

    for number, token in enumerate((asked.choices[1].token, labelled(asked, "Hint"))):
        press = Click(
            key=EventKey(f"sim:brought:{number}"),
            place=elsewhere,
            person=PersonRef(scope="sim", user="ben"),
            token=token,
            at=bot.clock.now(),
        )
        sent = await bot.people.send(press)
        assert await bot.people.whispered(sent) == "This button no longer works."
    assert bot.rows("SELECT count(*) FROM answers") == [(0,)]


async def test_a_forged_press_on_a_question_that_was_not_asked_yet_counts_for_nothing(
    bot: Bench,
) -> None:
    race(bot, choice(1), choice(2))
    asked = await begun(bot)
    ((later,),) = bot.rows("SELECT id FROM questions WHERE position = 1")
    forged = asked.choices[1].token.replace(asked.id, str(later))
    beyond = asked.choices[1].token.removesuffix(".1") + ".3"

    for token in (forged, beyond):
        assert await pressed(bot, ButtonToken(token), "ben") == "This button no longer works."
    assert bot.rows("SELECT count(*) FROM answers") == [(0,)]


async def test_who_is_told_that_they_won_is_named_to_all_but_not_to_the_model(bot: Bench) -> None:
    race(bot, choice())
    asked = await begun(bot)
    sent = await bot.people.click(asked.choices[1].token, by="ben")
    receipt = (await bot.people.acknowledged(sent)).receipt
    await bot.people.said("What a race")

    assert isinstance(receipt, Accepted)
    assert isinstance(receipt.private, Notice)
    assert lines(bot)[0].person == PersonRef(scope="sim", user="ben")
    assert "ben" not in json.dumps([request.body for request in bot.model.requests])
