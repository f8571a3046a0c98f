"""Hostile payloads: whatever comes in becomes a checked value or is unreadable, nothing else."""

from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from adapters.slack import decode
from adapters.slack.identity import Identity
from adapters.slack.payloads import Unreadable
from adapters.slack.places import person_of, thread_place
from bot.jsons import Json

US = Identity(team_id="T1", user_id="UBOT")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
PAYLOADS: dict[str, tuple[Json, Callable[[Json], object]]] = {
    "message": (
        {
            "team_id": "T1",
            "authorizations": [{"team_id": "T1"}],
            "event": {
                "type": "message",
                "channel": "C1",
                "user": "U1",
                "text": "<@UBOT> hi",
                "ts": "1.2",
                "thread_ts": "1.1",
            },
        },
        lambda body: decode.said(body, US),
    ),
    "press": (
        {
            "team": {"id": "T1"},
            "user": {"id": "U1", "team_id": "T1"},
            "container": {
                "message_ts": "1.2",
                "channel_id": "C1",
                "thread_ts": "1.1",
                "is_ephemeral": False,
            },
            "actions": [{"action_id": "press.1", "value": "c.q.0"}],
            "trigger_id": "1.2.x",
            "response_url": "https://hooks.slack.com/x",
            "message": {"text": "Question 1 of 2\nWhy?"},
        },
        lambda body: decode.pressed(body, US, NOW),
    ),
    "form": (
        {
            "team": {"id": "T1"},
            "user": {"id": "U1", "team_id": "T1"},
            "view": {
                "id": "V1",
                "private_metadata": '{"token":"w.q","origin":{"channel":"C1","thread":"1.1"}}',
                "state": {
                    "values": {
                        "answer": {"press.answer": {"value": "6x"}},
                        "closes": {"press.closes": {"selected_option": {"value": "600"}}},
                    }
                },
            },
        },
        lambda body: decode.filled(body, US, NOW),
    ),
    "command": (
        {
            "team_id": "T1",
            "channel_id": "C1",
            "user_id": "U1",
            "text": "stop",
            "trigger_id": "1.2.x",
        },
        lambda body: decode.commanded(body, US, NOW),
    ),
}
STRANGE: st.SearchStrategy[JsonValue] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=20),
    st.just("x" * 200_000),
    st.just("\ud800\u202e\0"),
    st.just([]),
    st.just({"id": "../../etc"}),
    st.lists(st.integers(), max_size=3),
)


def paths(value: JsonValue, before: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [before] if before else []
    if isinstance(value, dict):
        for name, entry in value.items():
            found += paths(entry, (*before, name))
    if isinstance(value, list):
        for index, entry in enumerate(value):
            found += paths(entry, (*before, index))
    return found


@pytest.mark.parametrize("kind", PAYLOADS)
def test_a_sound_payload_is_read(kind: str) -> None:
    payload, read = PAYLOADS[kind]

    assert read(payload) is not None


@pytest.mark.parametrize("kind", PAYLOADS)
@given(data=st.data())
def test_a_payload_with_something_strange_in_it_is_read_or_unreadable(
    kind: str, data: st.DataObject
) -> None:
    payload, read = PAYLOADS[kind]
    broken = deepcopy(payload)
    *way, last = data.draw(st.sampled_from(paths(broken)))
    holder: JsonValue = broken
    for step in way:
        holder = holder[step]  # type: ignore[index]
    if data.draw(st.booleans()):
        del holder[last]  # type: ignore[union-attr, arg-type]
    else:
        holder[last] = data.draw(STRANGE)  # type: ignore[index]

    with suppress(Unreadable):
        read(broken)
    decode.event_id(broken)


def broken(kind: str, **more: JsonValue) -> Json:
    return deepcopy(PAYLOADS[kind][0]) | more


def test_in_a_shared_channel_somebody_of_another_organization_is_one_person_in_our_place() -> None:
    theirs: Json = {"team": {"id": "T2"}, "user": {"id": "U1", "team_id": "T2"}}
    event = PAYLOADS["message"][0]["event"]
    assert isinstance(event, dict)
    said = decode.said(broken("message", team_id="T2", event=event | {"user_team": "E9"}), US)
    pressed = decode.pressed(broken("press", **theirs), US, NOW).click
    filled = decode.filled(broken("form", **theirs), US, NOW).submission

    assert said is not None
    assert {said.mention.person, pressed.person, filled.person} == {person_of("T1", "U1")}
    places = {said.mention.place, pressed.place, filled.place}
    assert places == {thread_place("T1", "C1", "1.1", "U1")}


@pytest.mark.parametrize(
    "more",
    [{"authorizations": [{"team_id": "T3"}]}, {"authorizations": [], "team_id": "T3"}],
    ids=["authorized elsewhere", "sent from elsewhere"],
)
def test_what_is_for_the_app_in_another_workspace_is_not_for_us(more: Json) -> None:
    event = PAYLOADS["message"][0]["event"]
    assert isinstance(event, dict)
    unnamed = event | {"text": "hi"}

    assert decode.said(broken("message", event=unnamed, **more), US) is None
    assert decode.said(broken("message", **more), US) is not None  # one of several installations
    with pytest.raises(Unreadable):
        decode.commanded(broken("command", team_id="T3"), US, NOW)
