"""What people write as a setting's value is taken as it was meant, or refused in a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from bot.place_settings import (
    MAX_PEOPLE,
    MAX_TEXT,
    MAX_TOKENS,
    PLACE_SETTINGS,
    WrongValueError,
    limit_of,
    one_of,
    text_of,
)

RIGHT: list[tuple[str, str, JsonValue]] = [
    ("follow_ups", " Never ", "never"),
    ("language", "DE", "de"),
    ("tokens_per_day", "1.000.000", 1_000_000),
    ("tokens_per_day", "1,000", 1_000),
    ("runs_per_minute", "0", 0),
    ("instructors", "", []),
    (
        "instructors",
        "slack:T1/U2, group:S3\ndiscord/3  slack:T1/U2",
        ["slack:T1/U2", "group:S3", "discord/3"],
    ),
    ("additional_instructions", "a\r\nb\x00", "a\nb"),
]
WRONG = [
    ("follow_ups", "sometimes"),
    ("language", "tlh"),
    ("tokens_per_day", "-1"),
    ("tokens_per_day", "1,00"),
    ("tokens_per_day", "٣"),
    ("tokens_per_day", str(MAX_TOKENS + 1)),
    ("runs_per_minute", "1001"),
    ("instructors", "@kim"),
    ("instructors", "group:"),
    ("instructors", "slack:T1/../U2"),
    ("instructors", " ".join(f"discord/{number}" for number in range(MAX_PEOPLE + 1))),
    ("additional_instructions", "x" * (MAX_TEXT + 1)),
]


@pytest.mark.parametrize(("name", "text", "value"), RIGHT, ids=range(len(RIGHT)))
def test_it_is_taken_as_it_was_meant(name: str, text: str, value: JsonValue) -> None:
    setting = PLACE_SETTINGS[name]

    assert setting.read(text) == value
    assert setting.read(setting.shown(value)) == value


@pytest.mark.parametrize(("name", "text"), WRONG, ids=range(len(WRONG)))
def test_or_refused_in_a_sentence(name: str, text: str) -> None:
    with pytest.raises(WrongValueError) as refused:
        PLACE_SETTINGS[name].read(text)

    assert str(refused.value).endswith((".", ")."))
    assert len(str(refused.value)) < 200


@given(st.sampled_from(list(PLACE_SETTINGS)), st.text())
def test_any_text_is_a_value_that_reads_the_same_again_or_is_refused(name: str, text: str) -> None:
    setting = PLACE_SETTINGS[name]
    try:
        value = setting.read(text)
    except WrongValueError:
        return

    assert setting.read(setting.shown(value)) == value


def test_a_stored_value_that_makes_no_sense_counts_as_the_default() -> None:
    odd: dict[str, JsonValue] = {
        "follow_ups": 3,
        "language": "tlh",
        "tokens_per_day": "x",
        "runs_per_minute": 0,
        "additional_instructions": ["x"],
    }

    assert (one_of(odd, "follow_ups"), one_of(odd, "language")) == ("alone", "en")
    assert (limit_of(odd, "tokens_per_day"), limit_of(odd, "runs_per_minute")) == (None, None)
    assert text_of(odd, "additional_instructions") == ""
