"""What people write as a setting's value is taken as it was meant, or refused in a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from bot.events import PersonRef
from bot.place_settings import (
    MAX_PEOPLE,
    MAX_TEXT,
    MAX_TOKENS,
    PLACE_SETTINGS,
    WrongValueError,
    extra_time,
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
    ("extra_time", "", {}),
    ("extra_time", " ,;\n", {}),
    ("extra_time", "slack:T1/U2 ×1.5, discord/3 ×2", {"slack:T1/U2": 1.5, "discord/3": 2}),
    ("extra_time", "slack:T1/U2 x1.5 slack:T1/U3 2", {"slack:T1/U2": 1.5, "slack:T1/U3": 2}),
    ("extra_time", "web/ada ×1,5,web/ben 2,00", {"web/ada": 1.5, "web/ben": 2}),
    ("extra_time", "discord/3 1,5,discord/4 1", {"discord/3": 1.5, "discord/4": 1}),
    (
        "extra_time",
        "web/ada=2;web/ben:1.50\r\nweb/cy * 2",
        {"web/ada": 2, "web/ben": 1.5, "web/cy": 2},
    ),
    ("extra_time", "web/learner-1\u00a0X 2\tweb/max x2", {"web/learner-1": 2, "web/max": 2}),
    ("extra_time", "web/ada 2, web/ada ×2.0", {"web/ada": 2}),
    (
        "extra_time",
        "\n".join(f"discord/{number} 2" for number in range(MAX_PEOPLE)),
        {f"discord/{number}": 2 for number in range(MAX_PEOPLE)},
    ),
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
    ("extra_time", "slack:T1/U2"),
    ("extra_time", "web/adax2"),
    ("extra_time", "web/ada2"),
    ("extra_time", "web/ada 3"),
    ("extra_time", "web/ada 0,5"),
    ("extra_time", "web/ada ×1.55"),
    ("extra_time", "web/ada -2"),
    ("extra_time", "web/ada ×٢"),
    ("extra_time", "web/ada ×2 ×2"),
    ("extra_time", "web/ada 2, kim 2"),
    ("extra_time", "kim ×2, web/ada 2"),
    ("extra_time", "@kim ×2"),
    ("extra_time", "group:S3 ×2"),
    ("extra_time", "web/ada 1.5, web/ada 2"),
    ("extra_time", "web/../ada 2"),
    ("extra_time", "x" * MAX_TEXT),
    ("extra_time", " ".join(f"discord/{number} 2" for number in range(MAX_PEOPLE + 1))),
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


KEYS = st.builds(
    "{}/{}".format,
    st.sampled_from(["web", "discord", "slack:T1", "slack:T02x"]),
    st.from_regex(r"\A[A-Za-z0-9_-]{1,64}\Z"),
)
BEFORE = st.sampled_from([" ", " ×", " x", " X ", ":", " = ", "×", " * ", ": x"])
BETWEEN = st.sampled_from([",", ", ", "; ", "\n", " ", " ,\r\n", "\t"])


@given(st.dictionaries(KEYS, st.sampled_from(["1", "1.5", "1,5", "1,50", "2", "2.0"])), st.data())
def test_people_keep_their_own_time_whatever_stands_between_them(
    given_to: dict[str, str], data: st.DataObject
) -> None:
    written = [f"{key}{data.draw(BEFORE)}{factor}" for key, factor in given_to.items()]
    text = "".join(f"{entry}{data.draw(BETWEEN)}" for entry in written)
    settings = {"extra_time": PLACE_SETTINGS["extra_time"].read(text)}

    for key, factor in given_to.items():
        scope, _, user = key.partition("/")
        person = PersonRef(scope=scope, user=user)
        assert extra_time(settings, person) == float(factor.replace(",", "."))


def test_who_is_not_named_has_the_time_of_others() -> None:
    nobody = PersonRef(scope="web", user="ada")
    odd: list[JsonValue] = [None, [], "web/ada ×2", {"web/ada": "2"}, {"web/ada": 1_000}]

    assert extra_time({}, nobody) == 1
    assert [extra_time({"extra_time": value}, nobody) for value in odd] == [1] * len(odd)


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
