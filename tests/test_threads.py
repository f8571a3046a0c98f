"""What the model reads: whole rounds as they came, and nobody's name."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from bot import threads
from bot.events import PersonRef, PlaceRef
from bot.jsons import Json
from bot.messages import message, text_of
from bot.store.records import Audience, Item, PastItem
from tests.store.rows import ADA, BEN, mention, place, question, run

HERE = ("https://one.example/v1", "model-1")
ELSEWHERE = ("https://other.example/v1", "model-1")

REASONING: Json = {"type": "reasoning", "id": "rs_1", "encrypted_content": "opaque", "summary": []}
CALL: Json = {
    "type": "function_call",
    "id": "fc_1",
    "call_id": "c1",
    "name": "display_quiz",
    "arguments": "{}",
}
OUTPUT: Json = {"type": "function_call_output", "call_id": "c1", "output": '["56"]'}


def output_message(text: str) -> Json:
    content: list[JsonValue] = [{"type": "output_text", "text": text, "annotations": []}]
    return {
        "type": "message",
        "id": "msg_1",
        "role": "assistant",
        "status": "completed",
        "content": content,
    }


def past(
    *bodies: Json,
    run: str = "run_1",
    asker: str = ADA.key,
    origin: tuple[str, str] | tuple[None, None] = HERE,
) -> list[PastItem]:
    provider, model = origin
    return [
        PastItem(
            item=Item(run_id=run, round=1, idx=idx, type=str(body["type"]), body=body),
            asker=asker,
            provider=provider,
            model=model,
        )
        for idx, body in enumerate(bodies)
    ]


def user(text: str) -> Json:
    return message("user", text)


ROUND = (user("a quiz"), REASONING, output_message("Here."), CALL, OUTPUT, output_message("Good."))


def model_input(entries: list[PastItem]) -> tuple[Json, ...]:
    people = list(dict.fromkeys(entry.asker for entry in entries))
    return threads.model_input(entries, people, *HERE)


def test_rounds_go_back_to_where_they_came_from_as_they_came() -> None:
    assert model_input(past(*ROUND)) == ROUND


def test_reasoning_goes_nowhere_else_and_ids_that_hang_on_it_neither() -> None:
    for origin in (ELSEWHERE, (HERE[0], "model-2")):
        sent = model_input(past(*ROUND, origin=origin))

        assert [item["type"] for item in sent] == [
            "message",
            "message",
            "function_call",
            "function_call_output",
            "message",
        ]
        assert all("id" not in item for item in sent)
        assert "opaque" not in json.dumps(sent)
        assert [text_of(item) for item in sent if item["type"] == "message"] == [
            "a quiz",
            "Here.",
            "Good.",
        ]
        assert sent[2]["call_id"] == sent[3]["call_id"] == "c1"


def test_each_run_is_judged_by_its_own_origin() -> None:
    sent = model_input(
        past(*ROUND, run="run_1", origin=ELSEWHERE)
        + past(*ROUND, run="run_2")
        + past(user("thanks"), run="run_3", origin=(None, None))
    )

    assert sent[5:] == (*ROUND, user("thanks"))
    assert REASONING not in sent[:5]


def test_one_speaker_needs_no_name() -> None:
    entries = past(user("one"), run="run_1") + past(user("two"), run="run_2")

    assert model_input(entries) == (user("one"), user("two"))


def test_several_speakers_get_pseudonyms_that_stay() -> None:
    entries = (
        past(user("one"), output_message("yes"), run="run_1")
        + past(user("two"), run="run_2", asker=BEN.key)
        + past(user("three"), run="run_3")
    )
    sent = model_input(entries)

    assert [text_of(item) for item in sent] == [
        "[Learner 1] one",
        "yes",
        "[Learner 2] two",
        "[Learner 1] three",
    ]
    assert model_input(entries[:3]) == sent[:3]


def test_what_the_bot_tells_the_model_is_in_nobodys_name() -> None:
    hint = message("developer", "A question is still open on the screen: Why?")
    entries = past(hint, user("hint?"), run="run_1") + past(
        user("me too"), run="run_2", asker=BEN.key
    )

    assert model_input(entries)[0] == hint


@pytest.mark.parametrize(
    ("audience", "told"), [("asker", "7 × 8"), ("everyone", "Times tables"), ("first", "Times")]
)
def test_of_a_question_for_others_too_the_model_reads_the_title_only(
    audience: Audience, told: str
) -> None:
    asked = replace(question(0, "How much is 7 × 8?", ["56", "54"]), audience=audience)
    note, said = threads.said(run(), mention("hint?"), asked)

    assert note.body["role"] == "developer"
    assert told in text_of(note.body)
    assert ("7 × 8" in text_of(note.body)) == (audience == "asker")
    assert text_of(said.body) == "hint?"


USERS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=8).map(lambda name: f"U#{name}")


@given(st.lists(USERS, min_size=1, max_size=6), st.sampled_from([HERE, ELSEWHERE]))
def test_nobodys_id_is_sent(askers: list[str], origin: tuple[str, str]) -> None:
    entries = [
        entry
        for number, asker in enumerate(askers)
        for entry in past(
            user("hello"), output_message("hi"), run=f"run_{number}", asker=asker, origin=origin
        )
    ]
    sent = model_input(entries)

    assert len(sent) == 2 * len(askers)
    assert "U#" not in json.dumps(sent)
    assert ("Learner" in json.dumps(sent)) == (len(set(askers)) > 1)


def test_stored_items_are_not_changed_by_being_sent() -> None:
    entries = past(*ROUND, origin=ELSEWHERE) + past(user("two"), run="run_2", asker=BEN.key)
    before = json.dumps([entry.item.body for entry in entries])
    model_input(entries)

    assert json.dumps([entry.item.body for entry in entries]) == before


def test_an_empty_thread_is_an_empty_input() -> None:
    assert model_input([]) == ()


def test_a_message_without_readable_parts_says_nothing() -> None:
    odd: list[Json] = [
        {"type": "message"},
        {"type": "message", "content": None},
        {"type": "message", "content": [None, 1, {"text": 7}, {"type": "image"}]},
    ]

    assert [text_of(item) for item in odd] == ["", "", ""]


SCOPES = ("thread", "channel", "person")
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
PEOPLE = st.builds(PersonRef, scope=NAMES, user=NAMES)
PLACES = st.builds(
    lambda key, parent, kind: replace(
        place(key), parent=parent, direct=kind == "direct", private=kind == "private"
    ),
    NAMES,
    st.none() | NAMES,
    st.sampled_from(["public", "direct", "private"]),
)


def key(where: PlaceRef, person: PersonRef, scope: str) -> str:
    return threads.scope_key(where, person, {"thread_scope": scope})


@given(PLACES, PEOPLE, st.sampled_from([*SCOPES, "nonsense", "", None]))
def test_what_is_direct_or_private_is_one_conversation_whatever_is_set(
    where: PlaceRef, person: PersonRef, scope: str | None
) -> None:
    by_itself = where.direct or where.private or scope not in ("channel", "person")

    assert (threads.scope_key(where, person, {"thread_scope": scope}) == where.id) or not by_itself


@given(PLACES, PLACES, PEOPLE, PEOPLE)
def test_two_people_never_share_a_thread_of_their_own(
    one: PlaceRef, other: PlaceRef, first: PersonRef, second: PersonRef
) -> None:
    public = [replace(each, direct=False, private=False) for each in (one, other)]
    keys = [key(where, who, "person") for where, who in zip(public, (first, second), strict=True)]
    same = (public[0].channel_id, first) == (public[1].channel_id, second)

    assert (keys[0] == keys[1]) is same
    assert not {one.id, other.id} & set(keys)


@given(PLACES, PLACES, PEOPLE, PEOPLE, st.sampled_from(SCOPES))
def test_a_conversation_never_leaves_its_channel(
    one: PlaceRef, other: PlaceRef, first: PersonRef, second: PersonRef, scope: str
) -> None:
    public = [replace(each, direct=False, private=False) for each in (one, other)]
    if key(public[0], first, scope) != key(public[1], second, scope):
        return

    assert scope == "thread" or public[0].channel_id == public[1].channel_id


@pytest.mark.parametrize(
    ("scope", "found"), [("thread", 2), ("channel", 1), ("person", 2)], ids=SCOPES
)
def test_of_two_people_in_two_threads(scope: str, found: int) -> None:
    spoken = [(place(where), who) for where in ("t1", "t2") for who in (ADA, BEN)]
    keys = {key(where, who, scope) for where, who in spoken}

    assert len(keys) == found
