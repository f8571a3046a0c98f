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
from adapters.slack.decode import Unreadable
from bot.jsons import Json

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
        lambda body: decode.said(body, "UBOT"),
    ),
    "press": (
        {
            "team": {"id": "T1"},
            "user": {"id": "U1", "team_id": "T1"},
            "container": {"message_ts": "1.2", "channel_id": "C1", "thread_ts": "1.1"},
            "actions": [{"action_id": "press.1", "value": "c.q.0"}],
            "trigger_id": "1.2.x",
            "response_url": "https://hooks.slack.com/x",
            "message": {"text": "Question 1 of 2\nWhy?"},
        },
        lambda body: decode.pressed(body, NOW),
    ),
    "form": (
        {
            "team": {"id": "T1"},
            "user": {"id": "U1", "team_id": "T1"},
            "view": {
                "id": "V1",
                "private_metadata": '{"token":"w.q","channel":"C1","message":"1.2"}',
                "state": {"values": {"answer": {"press.answer": {"value": "6x"}}}},
            },
        },
        lambda body: decode.submission(body, NOW),
    ),
    "command": (
        {
            "team_id": "T1",
            "channel_id": "C1",
            "user_id": "U1",
            "text": "stop",
            "trigger_id": "1.2.x",
        },
        lambda body: decode.order(body, "UBOT", NOW),
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
