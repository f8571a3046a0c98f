"""Whatever people send gets a clear answer and loses nothing."""

import pytest

from bot.events import ButtonToken
from tests.flows.bench import Bench
from tests.flows.lessons import quiz
from tests.sims.answers import Text


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("🙂", "🙂"),
        ("a\0b", "ab"),
        ("x" * 100_000, "x" * 100_000),
        ("\u202eright to left", "\u202eright to left"),
        ("line\r\nnext", "line\nnext"),
    ],
    ids=["emoji", "nul", "100,000 characters", "bidi", "line ends"],
)
async def test_odd_text_reaches_the_model(bot: Bench, text: str, heard: str) -> None:
    bot.model.answer(Text("I see"))
    await bot.people.mention(text)

    await bot.people.said("I see")

    assert bot.model.requests[0].items[0]["content"] == heard


async def test_a_message_that_is_too_long_says_so_and_the_thread_goes_on(bot: Bench) -> None:
    bot.model.answer(Text("Fine"))
    await bot.people.mention("x" * 100_001)
    await bot.people.said("too long")

    await bot.people.mention("short")
    await bot.people.said("Fine")

    assert bot.said_to_model() == ["short"]


@pytest.mark.parametrize(
    "token",
    ["", "nonsense", "c.unknown.0", "c.", "x.run_unknown", "r.run_unknown", "c.a.999", "w.q" * 40],
)
async def test_a_forged_button_gets_a_sentence(bot: Bench, token: str) -> None:
    whisper = await bot.people.whispered(await bot.people.click(ButtonToken(token)))

    assert "no longer works" in whisper


async def test_a_choice_that_does_not_exist_is_not_recorded(bot: Bench) -> None:
    bot.model.answer(quiz())
    await bot.people.mention("Quiz me")
    first = await bot.people.question(1)

    forged = ButtonToken(f"c.{first.id}.1")
    whisper = await bot.people.whispered(await bot.people.click(forged))

    assert "no longer works" in whisper
    assert bot.people.quiz() == first


@pytest.mark.parametrize("text", ["", "  \n", "x" * 4_001], ids=["empty", "blank", "too long"])
async def test_a_form_that_cannot_be_taken_stays_open_with_the_reason(
    bot: Bench, text: str
) -> None:
    bot.model.answer(quiz())
    await bot.people.mention("Quiz me")
    first = await bot.people.question(1)

    reason = await bot.people.whispered(await bot.people.submit(first.actions[0].token, text))

    assert "at most 4,000" in reason
    assert bot.people.quiz() == first
