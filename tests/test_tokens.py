"""A button carries what we gave it, and nothing that we never made is taken for ours."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import tokens
from bot.events import ButtonToken
from bot.ids import new_id, new_question
from bot.strings import LANGUAGES
from bot.tokens import Action, Press

DISCORD_CUSTOM_ID = 100  # characters

ACTIONS: tuple[Action, ...] = get_args(Action)
TARGETS = st.text("abcdefghijklmnopqrstuvwxyz0123456789_", min_size=1, max_size=40)
OF_ASSISTANTS: tuple[Action, ...] = ("assistant", "assistant_everywhere")
NUMBERED: tuple[Action, ...] = ("choose", "result", "learners")
OPENING: tuple[Action, ...] = ("write", "make_quiz")
OTHERS = [action for action in ACTIONS if action not in (*NUMBERED, *OF_ASSISTANTS)]
ASSISTANTS = st.from_regex(r"\Aasst_[A-Za-z0-9_-]{1,64}\Z")
PRESSES = (
    st.builds(Press, st.sampled_from(OTHERS), TARGETS)
    | st.builds(Press, st.sampled_from(NUMBERED), TARGETS, st.integers(0, 999))
    | st.builds(Press, st.sampled_from(OF_ASSISTANTS), ASSISTANTS)
    | st.builds(Press, st.sampled_from(OPENING), TARGETS, language=st.sampled_from(LANGUAGES))
)


def made(press: Press) -> ButtonToken:
    return tokens.encode(press.action, press.target, press.option, language=press.language)


@given(PRESSES)
def test_a_token_comes_back_as_what_it_was_made_from(press: Press) -> None:
    token = made(press)

    assert tokens.decode(token) == press
    assert len(token) <= DISCORD_CUSTOM_ID


@given(PRESSES, PRESSES)
def test_two_buttons_never_share_a_token(one: Press, other: Press) -> None:
    assert (made(one) == made(other)) == (one == other)


@given(st.text() | st.from_regex(r"\A[a-z]\.[a-z0-9_.]{0,45}\Z"))
def test_what_is_taken_for_ours_is_what_we_would_have_made(text: str) -> None:
    press = tokens.decode(ButtonToken(text))

    assert press is None or made(press) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "c",
        "c.",
        "c..0",
        "c.question",
        "c.question.",
        "c.question.-1",
        "c.question.01",
        "c.question.1000",
        "c.question.٣",
        "c.question.1.2",
        "c.question.de",
        "s.question.de",
        "m.call",
        "p.call",
        "m.call.-1",
        "p.call.1000",
        "j.call.1",
        "z.shared.en",
        "z.shared.1",
        "w.question.en",
        "w.question.fr",
        "c.question.1\n",
        "c.QUESTION.1",
        "c.ques\x00tion.1",
        "c.\ud800.1",
        "s.question.1",
        "Z.question",
        "ß.question",
        " s.question",
        "s.question'; DROP TABLE runs; --",
        f"s.{'q' * 41}",
        "s." * 50_000,
    ],
)
def test_a_token_that_we_never_made_says_nothing(text: str) -> None:
    assert tokens.decode(ButtonToken(text)) is None


@pytest.mark.parametrize("action", [*NUMBERED, *OTHERS])
@pytest.mark.parametrize(
    "target", [new_question(), new_id("run"), new_id("call")], ids=["question", "run", "call"]
)
def test_every_button_fits_the_smallest_platform(action: Action, target: str) -> None:
    option = 999 if action in NUMBERED else None
    token = tokens.encode(action, target, option)

    assert len(token) <= DISCORD_CUSTOM_ID
    assert tokens.decode(token) == Press(action, target, option)
