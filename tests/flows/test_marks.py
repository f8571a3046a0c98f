"""Answers that are marked at once, without the model; and what can be asked for after a quiz."""

import asyncio
import json
from datetime import timedelta

import pytest

from bot import tokens
from bot.events import ButtonToken, Click, EventKey, PersonRef
from bot.jsons import Json
from bot.limits import Limits
from bot.views import AnsweredLine, Quiz, Reply, ShownQuestion
from tests.flows.bench import Bench
from tests.flows.lessons import HINT, button, choice
from tests.sims.answers import Call, Text
from tests.sims.platform import Posted

HALF: Json = {"question_text": "Half of 1?", "answer": "0.5", "explanation": "KEY-2: 1 : 2."}
WORDS: Json = {"question_text": "Who proved it?", "answer": "KEY-1 Euclid"}
PLAIN: Json = {"question_text": "Why?", "question_type": "FREE_RESPONSE"}
DONE = "That was the quiz"
FINAL = "The right answer to this has been shown, so yours stays as it is."


def quiz(bench: Bench, *questions: Json, **more: int) -> None:
    """What the model asks, and a word at its end."""
    asked: Json = {"title": "Numbers", "questions": list(questions), **more}
    bench.model.answer(Call("display_quiz", asked, "call_1"))
    bench.model.answer(Text(DONE))


async def begun(bench: Bench) -> ShownQuestion:
    await bench.people.mention("Quiz me")
    return await bench.people.question(1)


async def pressed(bench: Bench, token: ButtonToken, by: str = "ada") -> str:
    return await bench.people.whispered(await bench.people.click(token, by=by))


def labelled(asked: ShownQuestion, label: str) -> ButtonToken:
    return next(button.token for button in asked.actions if button.label == label)


def quizzes(bench: Bench) -> list[Quiz]:
    return [post.view for post in bench.people.shown() if isinstance(post.view, Quiz)]


def lines(bench: Bench) -> list[AnsweredLine]:
    return [line for view in quizzes(bench) for line in view.answered]


def actions(post: Posted) -> list[str]:
    assert isinstance(post.view, Reply)
    return [action.label for action in post.view.actions]


async def test_what_can_be_marked_is_marked_at_once_and_stays(bot: Bench) -> None:
    quiz(bot, choice(), HALF, PLAIN)
    first = await begun(bot)
    await pressed(bot, first.choices[0].token)
    second = await bot.people.question(2)
    await bot.people.submit(second.actions[0].token, "0,5")
    third = await bot.people.question(3)

    assert len(bot.model.requests) == 1
    assert [(line.text, line.mark, line.change) for line in lines(bot)] == [
        ("1. What is 7 × 8? — 54", "wrong", None),
        ("2. Half of 1? — 0,5", "right", None),
    ]
    assert [line.detail for line in lines(bot)] == [
        "Right answer: B: 56\n\nKEY-1: 49 and 7 more.",
        "KEY-2: 1 : 2.",
    ]
    for forged in ("change", "unknown", "skip"):
        assert await pressed(bot, ButtonToken(f"{_letter(forged)}.{first.id}")) == FINAL
    assert await pressed(bot, first.choices[1].token) == FINAL

    await bot.people.submit(third.actions[0].token, "because")
    await bot.people.said(DONE)
    assert bot.said_to_model(1)[-1] == '["54", "0,5", "because"]'
    assert bot.rows('SELECT "right" FROM answers ORDER BY at') == [(0,), (1,), (None,)]


def _letter(action: str) -> str:
    return {"change": "g", "unknown": "u", "skip": "s"}[action]


async def test_words_stay_open_to_change_until_the_quiz_is_over(bot: Bench) -> None:
    quiz(bot, WORDS, choice(2))
    first = await begun(bot)
    await bot.people.submit(first.actions[0].token, "Gauss")
    second = await bot.people.question(2)
    (line,) = lines(bot)
    assert (line.mark, line.detail) == (None, "")
    assert line.change is not None

    await pressed(bot, line.change.token)
    await bot.people.question(1)
    await bot.people.submit(first.actions[0].token, "Fermat")
    await bot.people.question(2)
    await pressed(bot, labelled(second, "I don't know"))
    await bot.people.said(DONE)

    assert [(each.text, each.mark) for each in lines(bot)] == [
        ("1. Who proved it? — Fermat", None),
        ("2. What is 7 × 8? — I don't know", None),
    ]
    assert [each.detail for each in lines(bot)] == [
        "Right answer: KEY-1 Euclid",
        "Right answer: B: 56\n\nKEY-2: 49 and 7 more.",
    ]


async def test_skipping_tells_nothing_and_can_be_taken_back(bot: Bench) -> None:
    quiz(bot, choice(), PLAIN)
    first = await begun(bot)
    await pressed(bot, labelled(first, "Skip"))
    second = await bot.people.question(2)
    (line,) = lines(bot)
    assert line.change is not None
    await pressed(bot, line.change.token)
    await bot.people.question(1)
    await pressed(bot, labelled(first, "Skip"))
    await bot.people.question(2)
    await pressed(bot, labelled(second, "Skip"))
    await bot.people.said(DONE)

    assert [(each.text, each.detail) for each in lines(bot)] == [
        ("1. What is 7 × 8? — skipped", ""),
        ("2. Why? — skipped", ""),
    ]


async def test_a_hint_is_told_to_the_asker_alone_and_noted(bot: Bench) -> None:
    quiz(bot, choice())
    first = await begun(bot)

    assert await pressed(bot, labelled(first, "Hint")) == HINT
    assert (await pressed(bot, labelled(first, "Hint"), by="ben")).startswith("There is no hint")
    assert bot.rows("SELECT person FROM hints") == [("sim/ada",)]
    assert lines(bot) == []


async def test_when_the_time_is_up_what_was_not_answered_is_not_told(bot: Bench) -> None:
    quiz(bot, WORDS, choice(2), choice(3), time_limit_seconds=60)
    first = await begun(bot)
    await bot.people.submit(first.actions[0].token, "Gauss")
    second = await bot.people.question(2)
    await pressed(bot, second.choices[1].token)
    await bot.people.question(3)
    await bot.later(lambda: DONE in bot.people.texts(), step=timedelta(seconds=31))

    (only,) = quizzes(bot)
    assert (only.note, only.question) == ("The time is up.", None)
    assert [line.detail for line in only.answered] == [
        "Right answer: KEY-1 Euclid",
        "KEY-2: 49 and 7 more.",
    ]


async def test_after_a_pause_the_quiz_goes_on_in_a_new_message(bot: Bench) -> None:
    quiz(bot, choice(1), choice(2), choice(3))
    first = await begun(bot)
    await pressed(bot, first.choices[1].token)
    second = await bot.people.question(2)
    assert len(quizzes(bot)) == 1

    await bot.clock.advance(timedelta(minutes=11))
    await pressed(bot, second.choices[1].token)
    third = await bot.people.question(3)
    await bot.people.until(lambda: quizzes(bot)[0].question is None)
    above, below = quizzes(bot)
    assert [line.text[0] for line in above.answered] == ["1"]
    assert (above.question, above.note) == (None, "It goes on below.")
    assert [(line.text[0], line.mark) for line in below.answered] == [("2", "right")]

    await pressed(bot, third.choices[1].token)
    await bot.people.said(DONE)
    assert len(quizzes(bot)) == 2


async def test_what_goes_on_below_is_new_and_is_answered_there(bot: Bench) -> None:
    quiz(bot, choice(1), choice(2))
    await begun(bot)
    await bot.clock.advance(timedelta(minutes=11))
    ((run,),) = bot.rows("SELECT id FROM runs")
    for _ in range(2):
        await pressed(bot, tokens.encode("continue", str(run)))
    await bot.people.until(lambda: len(quizzes(bot)) == 3)
    first = await bot.people.question(1)

    await pressed(bot, first.choices[1].token)
    await bot.people.question(2)
    await bot.people.until(lambda: quizzes(bot)[0].question is None)
    above, _, below = quizzes(bot)
    assert (above.answered, above.note) == ((), "It goes on below.")
    assert [line.text[0] for line in below.answered] == ["1"]


async def test_after_a_quiz_its_asker_may_try_again_go_on_or_have_it_explained(bot: Bench) -> None:
    quiz(bot, choice())
    await pressed(bot, (await begun(bot)).choices[0].token)
    done = await bot.people.said(DONE)
    assert actions(done) == ["Try the missed ones", "Harder", "Explain", "Regenerate"]

    bot.model.answer(Text("Once more"))
    assert await pressed(bot, button(done, "Try the missed ones").token) == ""
    again = await bot.people.said("Once more")
    assert bot.said_to_model()[-1] == "Please make a quiz of the questions that were missed."
    await bot.people.until(lambda: actions(done) == [])
    assert actions(again) == ["Regenerate"]


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("Harder", "Please make a harder quiz on the same topic."),
        ("Explain", "Please explain the questions that were missed."),
    ],
)
async def test_each_next_step_is_a_message_of_its_own(bot: Bench, label: str, text: str) -> None:
    quiz(bot, PLAIN)
    asked = await begun(bot)
    await bot.people.submit(asked.actions[0].token, "because")
    done = await bot.people.said(DONE)
    bot.model.answer(Text("Here you are"))
    await pressed(bot, button(done, label).token)
    await bot.people.said("Here you are")

    assert bot.said_to_model()[-1] == text


async def test_who_had_all_right_is_offered_something_harder(bot: Bench) -> None:
    quiz(bot, choice(), HALF)
    await pressed(bot, (await begun(bot)).choices[1].token)
    await bot.people.submit((await bot.people.question(2)).actions[0].token, ".5")

    assert actions(await bot.people.said(DONE)) == ["Harder", "Regenerate"]


async def test_without_a_quiz_there_is_no_next_step(bot: Bench) -> None:
    bot.model.answer(Call("ask_person", {"question": "Which?", "choices": ["a", "b"]}, "call_1"))
    bot.model.answer(Text(DONE))
    await pressed(bot, (await begun(bot)).choices[0].token)

    assert actions(await bot.people.said(DONE)) == ["Regenerate"]


async def test_where_others_have_gone_on_there_is_no_next_step(bot: Bench) -> None:
    bot.model.answer(Call("display_quiz", {"title": "T", "questions": [choice()]}, "call_1"))
    for said in ("Four", DONE):
        bot.model.answer(Text(said))
    asked = await begun(bot)
    await bot.people.mention("And 2 + 2?", by="ben")
    await bot.people.said("Four")
    await pressed(bot, asked.choices[0].token)

    assert actions(await bot.people.said(DONE)) == []


async def test_a_next_step_is_taken_once_however_often_it_is_pressed(bot: Bench) -> None:
    quiz(bot, choice())
    await pressed(bot, (await begun(bot)).choices[0].token)
    harder = button(await bot.people.said(DONE), "Harder").token
    bot.model.answer(Text("Harder it is"))

    told = await asyncio.gather(*(pressed(bot, harder) for _ in range(5)))
    await bot.people.said("Harder it is")

    assert sorted(told) == ["", *["This has been asked for already."] * 4]
    assert bot.rows("SELECT count(*) FROM runs") == [(2,)]


async def test_the_next_step_is_its_askers_and_pressed_where_it_is(bot: Bench) -> None:
    quiz(bot, choice())
    await pressed(bot, (await begun(bot)).choices[0].token)
    harder = button(await bot.people.said(DONE), "Harder").token

    assert (await pressed(bot, harder, by="ben")).startswith("This question is for somebody else")
    press = Click(
        key=EventKey("sim:brought"),
        place=bot.people.place("dm-ada", direct=True),
        person=PersonRef(scope="sim", user="ada"),
        token=harder,
        at=bot.clock.now(),
    )
    elsewhere = await bot.people.send(press)
    assert await bot.people.whispered(elsewhere) == "This button no longer works."
    nothing = tokens.encode("harder", "run_nothing")
    assert await pressed(bot, nothing) == "This button no longer works."
    assert bot.rows("SELECT count(*) FROM runs") == [(1,)]


async def test_a_next_step_that_the_limits_refused_can_be_pressed_again(bench: Bench) -> None:
    bench.quota = Limits(runs_per_minute=1)
    quiz(bench, choice())
    bench.model.answer(Text("Harder it is"))
    async with bench.running():
        await pressed(bench, (await begun(bench)).choices[0].token)
        harder = button(await bench.people.said(DONE), "Harder").token
        for _ in range(2):
            assert "one message a minute" in await pressed(bench, harder)
        await bench.clock.advance(timedelta(seconds=61))
        assert await pressed(bench, harder) == ""
        await bench.people.said("Harder it is")
        assert await pressed(bench, harder) == "This has been asked for already."


async def test_a_next_step_can_be_regenerated_and_the_run_before_it_is_not(bot: Bench) -> None:
    quiz(bot, choice())
    await pressed(bot, (await begun(bot)).choices[0].token)
    done = await bot.people.said(DONE)
    bot.model.answer(Text("Harder it is"))
    await pressed(bot, button(done, "Harder").token)
    harder = await bot.people.said("Harder it is")
    bot.model.answer(Text("Harder still"))
    await pressed(bot, button(harder, "Regenerate").token)
    await bot.people.said("Harder still")

    assert bot.said_to_model()[-1] == "Please make a harder quiz on the same topic."


async def test_the_next_step_of_a_private_quiz_is_private(bot: Bench) -> None:
    quiz(bot, choice())
    await bot.people.order("ask Quiz me")
    first = await bot.people.question(1, "private-ada")
    sent = await bot.people.click(first.choices[0].token, place="channel")
    await bot.people.acknowledged(sent)
    done = await bot.people.said(DONE, "private-ada")
    bot.model.answer(Text("Harder it is"))
    sent = await bot.people.click(button(done, "Harder").token, place="channel")
    await bot.people.acknowledged(sent)
    await bot.people.said("Harder it is", "private-ada")

    assert "Harder it is" not in json.dumps(bot.people.texts("channel"))


async def test_next_steps_are_in_the_language_of_who_presses(bot: Bench) -> None:
    quiz(bot, choice())
    await bot.people.mention("Frag mich ab", locale="de")
    first = await bot.people.question(1)
    await bot.people.click(first.choices[0].token, locale="de")
    done = await bot.people.said(DONE)
    bot.model.answer(Text("Bitte"))
    await bot.people.click(button(done, "Schwerer").token, locale="de")
    await bot.people.said("Bitte")

    assert bot.said_to_model()[-1] == "Mach bitte ein schwereres Quiz zum selben Thema."
