"""Quizzes as the page gets them: what stands in each view, private ones and forms among them."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from adapters.web.adapter import WebAdapter
from adapters.web.people import LEARNERS, PEOPLE, WORKSPACE, People, place_of, ref_of
from adapters.web.render import shown
from bot.adapter import FieldError, Rights
from bot.cli.commands import MAX_LEARNERS
from bot.events import ButtonToken, PersonRef
from bot.jsons import Json
from bot.strings import say
from bot.views import (
    AnsweredLine,
    Button,
    Choice,
    Field,
    Form,
    Lobby,
    Notice,
    QuestionId,
    Quiz,
    Reply,
    Roll,
    RollLine,
    ShownQuestion,
    SlotId,
)
from tests.adapters.web.page import JSON, JSONS, Page, running
from tests.contract.door import NotebookDoor

SLOT = SlotId("s1")
END = datetime(2027, 1, 1, 12, tzinfo=UTC)
START = Button(token=ButtonToken("j.call_1"), label="Start", style="primary")
WRITE = Button(token=ButtonToken("w.q_1"), label="Write answer", form=True)
LOBBY = Lobby(
    title="Fractions", questions=5, started=12, finished=8, closes_at=END, actions=(START,)
)
PAPER = Quiz(
    title="Fractions",
    question=ShownQuestion(
        id=QuestionId("q_1"),
        number=1,
        total=5,
        text="What is a half of $1/2$?",
        choices=(
            Choice(letter="A", text="1/4", token=ButtonToken("c.q_1.0"), chosen=True),
            Choice(letter="B", text="1", token=ButtonToken("c.q_1.1")),
        ),
        actions=(WRITE,),
        closes_at=END,
    ),
    note="Recorded: 1 of 5",
)
MANY = Form(
    token=ButtonToken("z.quiz"),
    title="Make a quiz",
    fields=(
        Field(name="topic", label="Topic", value="primes", max_length=200, required=False),
        Field(name="number", label="Questions", value="5", choices=(("3", "3"), ("5", "five"))),
    ),
    submit="Make it",
)


def part(view: JsonValue, name: str) -> list[Json]:
    return JSONS.validate_python(JSON.validate_python(view)[name])


async def test_a_lobby_says_all_of_it_to_everybody(adapter: WebAdapter, page: Page) -> None:
    key = await page.ask()
    ref = await adapter.create(place_of(key), SLOT, LOBBY)
    await adapter.edit(
        ref,
        Lobby(
            title="Fractions",
            questions=5,
            started=13,
            finished=13,
            closes_at=END,
            closed=True,
            note="The time is up.",
        ),
    )

    body = JSON.validate_python((await page.messages(key, person="ben"))[-1]["body"])
    assert (body["kind"], body["title"], body["note"]) == (
        "lobby",
        ["Fractions"],
        ["The time is up."],
    )
    counted = ("questions", "started", "finished", "closed", "closes_at")
    assert [body[name] for name in counted] == [5, 13, 13, True, "2027-01-01T12:00:00+00:00"]


def test_answered_lines_have_marks_what_was_right_and_who_won() -> None:
    lines = (
        AnsweredLine(text="1", mark="right", person=ref_of("ben")),
        AnsweredLine(text="2", mark="wrong", detail="It is **4**."),
        AnsweredLine(text="3", person=PersonRef(scope="x", user="ben")),
    )
    answered = part(shown(Quiz(title="Q", answered=lines)), "answered")

    assert [one["mark"] for one in answered] == ["right", "wrong", None]
    assert [one["person"] for one in answered] == ["ben", None, ""]
    assert "'strong'" in str(answered[1]["detail"])


async def test_a_paper_is_a_private_answer_that_takes_the_place_of_the_one_before(
    adapter: WebAdapter, page: Page, door: NotebookDoor
) -> None:
    key = await page.ask()
    ref = await adapter.create(place_of(key), SLOT, LOBBY)
    door.private, door.in_place = PAPER, True
    status, answer = await page.act("click", ref.key, START.token, person="ben")

    assert (status, answer["in_place"], answer["form"]) == (200, True, None)
    paper = JSON.validate_python(answer["private"])
    question = JSON.validate_python(paper["question"])
    assert [one["chosen"] for one in part(question, "choices")] == [True, False]
    for person in ("ada", "ben", "admin"):
        assert "a half of" not in str(await page.messages(key, person=person))


class Watched(tuple[AnsweredLine, ...]):
    """Lines that know in which threads they were drawn."""

    __slots__ = ()
    drawn_in: ClassVar[set[int]] = set()

    def __iter__(self) -> Iterator[AnsweredLine]:
        self.drawn_in.add(threading.get_ident())
        return super().__iter__()


async def test_a_paper_of_any_text_is_drawn_beside_the_loop_that_all_others_wait_for(
    adapter: WebAdapter, page: Page, door: NotebookDoor
) -> None:
    key = await page.ask()
    ref = await adapter.create(place_of(key), SLOT, LOBBY)
    line = AnsweredLine(text="1. x", detail="![" * 500)
    door.private = replace(PAPER, answered=Watched((line,)))
    _, clicked = await page.act("click", ref.key, START.token)
    _, sent = await page.act("submit", ref.key, "w.q_1", values={"answer": "3"})
    _, ordered = await page.say("/tutor status", key="a" * 16)

    for answer in (clicked, sent, ordered):
        assert "![![" in str(answer["private"])
    assert threading.get_ident() not in Watched.drawn_in


async def test_a_roll_names_people_as_this_playground_does(
    adapter: WebAdapter, page: Page, door: NotebookDoor
) -> None:
    key = await page.ask()
    ref = await adapter.create(place_of(key), SLOT, LOBBY)
    stranger = PersonRef(scope="slack:T1", user="ada")
    door.private = Roll(
        title="Learners",
        lines=(
            RollLine(person=ref_of("learner-7"), text="3 of 5 answered"),
            RollLine(person=stranger, text="finished"),
        ),
        actions=(START,),
        note="Page 1 of 2",
    )
    _, answer = await page.act("click", ref.key, "p.call_1.0", person="admin")

    lines = part(answer["private"], "lines")
    assert [one["person"] for one in lines] == ["learner-7", ""]
    assert [one["text"] for one in lines] == [["3 of 5 answered"], ["finished"]]


async def test_a_form_opens_from_a_private_answer_which_no_message_shows(
    adapter: WebAdapter, page: Page, door: NotebookDoor
) -> None:
    key = await page.ask()
    lobby = await adapter.create(place_of(key), SLOT, LOBBY)
    status, form = await page.act("form", lobby.key, WRITE.token, whisper=True)
    assert (status, form["token"], form["title"]) == (200, "w.q_1.form", "Question 1")

    written: JsonValue = {"answer": "1/4"}
    await page.act("submit", lobby.key, "w.q_1.form", person="ben", values=written)
    [submission] = door.submissions
    assert (submission.place.key, submission.person.user) == (key, "ben")
    assert submission.values == written


async def test_a_form_opens_below_an_open_question_for_what_is_not_its_own(
    adapter: WebAdapter, page: Page
) -> None:
    key = await page.ask()
    ref = await adapter.create(place_of(key), SLOT, PAPER)

    refused = (409, {"error": say("web.moved_on")})
    assert await page.act("form", ref.key, "w.q_9") == refused
    assert (await page.act("form", ref.key, "w.q_9", whisper=True))[0] == 200
    assert await page.act("form", ref.key, "none", whisper=True) == refused


async def test_a_form_without_a_message_opens_and_is_sent_where_the_person_is(
    page: Page, door: NotebookDoor
) -> None:
    key = await page.ask()
    ask: Json = {"person": "ben", "token": "z.quiz", "place": key}
    assert (await page.post("form", ask))[0] == 200
    sent = ask | {"id": "d" * 16, "values": {"topic": "primes", "number": "5"}}
    assert (await page.post("submit", sent))[0] == 200

    [submission] = door.submissions
    assert (submission.place.key, submission.values) == (key, {"topic": "primes", "number": "5"})
    for path, body in (("form", ask), ("submit", sent)):
        for place in ("dm/ada", "private/ben/channel", "channel/nowhere"):
            assert (await page.post(path, body | {"place": place}))[0] == 404
        assert (await page.post(path, body | {"message": "a" * 16}))[0] == 400
    assert len(door.submissions) == 1


async def test_what_is_wrong_in_a_form_is_said_with_the_name_of_its_field(
    page: Page, door: NotebookDoor
) -> None:
    key = await page.ask()
    door.wrong = FieldError(text="Only instructors may.", field="audience")
    body: Json = {"person": "ada", "id": "e" * 16, "token": "z.quiz", "place": key}

    refused = await page.post("submit", body | {"values": {"audience": "everyone"}})
    assert refused == (422, {"error": "Only instructors may.", "field": "audience"})


@pytest.mark.parametrize(
    "values",
    [
        "text",
        ["text"],
        {"answer": 1},
        {"answer": None},
        {"answer": {"deep": "er"}},
        {"n" * 65: "x"},
        {str(number): "x" for number in range(6)},
    ],
)
async def test_values_that_no_form_of_ours_has_are_refused(
    adapter: WebAdapter, page: Page, door: NotebookDoor, values: JsonValue
) -> None:
    ref = await adapter.create(place_of("dm/ada"), SLOT, PAPER)

    refused = await page.act("submit", ref.key, WRITE.token, values=values)
    assert refused == (400, {"error": say("web.unreadable")})
    assert door.submissions == []


async def test_values_beyond_the_longest_message_are_told_the_limit(
    adapter: WebAdapter, page: Page
) -> None:
    ref = await adapter.create(place_of("dm/ada"), SLOT, PAPER)
    values: JsonValue = {"topic": "x" * 60_000, "answer": "y" * 40_001}

    refused = await page.act("submit", ref.key, WRITE.token, values=values)
    assert refused == (413, {"error": say("web.too_long", limit="100,000")})


async def test_a_quiz_command_without_words_opens_its_form_and_leaves_nothing(
    page: Page, door: NotebookDoor
) -> None:
    door.private, door.opens = Notice(text="Press the button."), MANY
    status, answer = await page.say("/tutor quiz")

    assert (status, answer["message"]) == (200, None)
    form = JSON.validate_python(answer["form"])
    assert (form["token"], form["title"], form["submit"]) == ("z.quiz", "Make a quiz", "Make it")
    topic, number = part(form, "fields")
    assert (topic["value"], topic["max_length"], topic["required"]) == ("primes", 200, False)
    assert number["choices"] == [{"value": "3", "label": "3"}, {"value": "5", "label": "five"}]
    assert await page.messages("channel") == []


@pytest.mark.parametrize("token", ["c.q_1.0", "w.q_1", "e.q_1", "j.call_1", "z.quiz"])
async def test_a_whispers_button_pressed_elsewhere_comes_from_there_or_nowhere(
    adapter: WebAdapter, page: Page, door: NotebookDoor, token: str
) -> None:
    key = await page.ask()
    lobby = await adapter.create(place_of(key), SLOT, LOBBY)
    secret = await adapter.create(place_of("dm/ada"), SlotId("s2"), Reply(text="psst"))
    press: Json = {"person": "ben", "id": "f" * 16, "token": token}
    elsewhere: tuple[Json, ...] = (
        {"message": secret.key},
        {"place": "dm/ada"},
        {"place": "private/ada/channel"},
    )
    for where in elsewhere:
        assert (await page.post("click", press | where))[0] == 404
    await page.post("click", press | {"place": "dm/ben"})
    await page.act("click", lobby.key, token, person="ben")

    assert [click.place.key for click in door.clicks] == ["dm/ben", key]


HOSTILE = st.text(max_size=60) | st.sampled_from(
    [
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "\u202e\u2066",
        "$\\frac{1}{",
        "*_`",
    ]
)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_any_text_in_any_view_becomes_nodes_that_can_only_be_drawn(
    title: str, text: str, note: str
) -> None:
    views = (
        Lobby(title=title, questions=1, started=0, finished=0, closes_at=END, note=note),
        Quiz(
            title=title,
            answered=(AnsweredLine(text=text, mark="wrong", detail=note),),
            question=ShownQuestion(
                id=QuestionId("q"),
                number=1,
                total=1,
                text=text,
                choices=(Choice(letter="A", text=text, token=ButtonToken("c")),),
                closes_at=END,
            ),
            note=note,
        ),
        Roll(title=title, lines=(RollLine(person=ref_of("ada"), text=text),), note=note),
    )
    for view in views:
        links = [node for node in _all(shown(view)) if node.get("tag") in {"a", "img", "script"}]
        assert not [one for one in links if "javascript" in str(one["attrs"])]
        assert {one["tag"] for one in links} <= {"a"}


def _all(value: JsonValue) -> list[Json]:
    if isinstance(value, list):
        return [node for entry in value for node in _all(entry)]
    if isinstance(value, dict):
        return [value, *(node for entry in value.values() for node in _all(entry))]
    return []


async def test_the_page_can_act_as_so_many_learners_as_were_asked_for(tmp_path: Path) -> None:
    door = NotebookDoor()
    async with running(tmp_path, door, learners=2) as (_, page):
        _, known = await page.get("page", locale="de")
        people = part(known, "people")
        await page.say("@tutor hi", person="learner-2")
        refused = await page.say("@tutor hi", person="learner-3")

    assert [one["user"] for one in people] == ["ada", "ben", "admin", "learner-1", "learner-2"]
    assert people[-1]["name"] == say("web.learner", number=2).replace("Learner", "Lernende")
    assert refused == (400, {"error": say("web.unreadable")})
    assert [mention.person for mention in door.mentions] == [ref_of("learner-2")]


async def test_learners_who_are_not_here_any_more_keep_their_names_and_messages(
    tmp_path: Path,
) -> None:
    async with running(tmp_path, NotebookDoor(), learners=1) as (adapter, page):
        key = await page.ask(person="learner-1")
        direct = adapter.direct(ref_of("learner-1"))
    async with running(tmp_path, NotebookDoor()) as (adapter, page):
        _, known = await page.get("page")
        assert JSON.validate_python(known["names"])["learner-1"] == "Learner 1"
        assert (await page.messages(key))[0]["author"] == "learner-1"
        await adapter.create(direct, SLOT, Reply(text="still for you"))
        assert (await page.get("messages", place=direct.key, person="ada"))[0] == 404


def test_every_learner_is_one_and_the_command_allows_as_many_as_there_are() -> None:
    people = People(switch=True, learners=LEARNERS)

    assert len([*people]) == LEARNERS + 3 == len(PEOPLE)
    assert MAX_LEARNERS == LEARNERS
    for number in range(1, LEARNERS + 1):
        assert people.rights(ref_of(f"learner-{number}"), WORKSPACE) == Rights()
    assert people.acting(f"learner-{LEARNERS + 1}") is None
