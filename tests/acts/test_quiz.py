"""A quiz is asked for as if the person had written so, with a topic behind the command or by a
form."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from itertools import count, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.acts.quiz import make, topic_of
from bot.adapter import Accepted, Duplicate, FieldError, Receipt
from bot.events import EventKey, Order, PersonRef, PlaceRef, Submission
from bot.jsons import Json
from bot.limits import MINUTE, in_words
from bot.messages import text_of
from bot.offline.quiz_requests import quiz_request
from bot.quiz import form
from bot.quiz.form import AUDIENCES, CLOSES, KINDS, MAX_TOPIC, NUMBERS
from bot.registry import choices
from bot.store import items, places
from bot.store.records import QuizWish
from bot.strings import LANGUAGES, say, speaking
from bot.tools.display_quiz import MAX_QUESTIONS
from bot.views import Form, Notice
from tests.acts.desk import Desk, open_desk
from tests.acts.orders import accepting, all_runs, obeyed, order, private
from tests.acts.settled import OPERATOR
from tests.store.rows import ADA, BEN, NOW, looking, place, writing

DIRECT = place("dm-ada", direct=True)
CHOSEN: Mapping[str, str] = {
    "topic": "fractions",
    "number": "5",
    "kinds": "choices",
    "audience": "asker",
    "closes": "600",
}
HEARD = Accepted(private=Notice(text=say("quiz_request.heard")))

_numbers = count(1)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk, accepting(desk):
        yield desk


async def said(desk: Desk) -> list[str]:
    found = []
    for run in await all_runs(desk):
        async with looking(desk.office.store) as tx:
            found += [text_of(item.body) for item in items.own(tx, run.id)]
    return found


def submission(
    by: PersonRef = ADA, where: PlaceRef | None = None, key: str = "", **values: str
) -> Submission:
    at = where or place()
    return Submission(
        key=EventKey(key or f"sim:form:{next(_numbers)}"),
        place=at,
        person=by,
        token=form.token(at),
        values={**CHOSEN, **values},
        at=NOW,
    )


async def allow(desk: Desk, who: str) -> None:
    """Who may start quizzes for others in the channel."""
    async with writing(desk.office.store) as tx:
        where = place()
        places.note(tx, [where], NOW)
        settings: Json = {"class_quizzes": who}
        choices.change(tx, OPERATOR, where.workspace, where.channel_id, settings, now=NOW)


def opened(receipt: Receipt | None) -> Form:
    assert isinstance(receipt, Accepted)
    assert receipt.form is not None
    return receipt.form


async def test_it_is_a_public_request_where_the_order_was_given(desk: Desk) -> None:
    receipt = await obeyed(desk, order(desk, "quiz fractions"))

    (run,) = await all_runs(desk)
    assert (run.place, run.asker) == (place(), ADA)
    assert await said(desk) == ["Make a quiz about fractions"]
    assert run.wish == QuizWish(topic="fractions")
    assert receipt == HEARD


async def test_a_topic_is_taken_as_it_is_written(desk: Desk) -> None:
    await obeyed(desk, order(desk, "quiz {topic} and 100 % of `braces`"))

    assert await said(desk) == ["Make a quiz about {topic} and 100 % of `braces`"]


async def test_in_a_direct_conversation_it_is_asked_there(desk: Desk) -> None:
    asked = order(desk, "quiz fractions", where=DIRECT)

    assert await obeyed(desk, replace(asked, private=DIRECT)) == Accepted()
    (run,) = await all_runs(desk)
    assert run.place == DIRECT


async def test_an_order_that_comes_again_asks_once(desk: Desk) -> None:
    asked, opens = order(desk, "quiz fractions"), order(desk, "quiz")
    await obeyed(desk, asked)
    await obeyed(desk, opens)

    assert (await obeyed(desk, asked), await obeyed(desk, opens)) == (Duplicate(), Duplicate())
    assert len(await all_runs(desk)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
async def test_without_a_topic_a_form_opens_in_the_persons_language(
    desk: Desk, language: str
) -> None:
    with speaking(language):
        receipt = await obeyed(desk, order(desk, "quiz", locale=language))
        title = say("quiz_form.title")

    shown = opened(receipt)
    assert shown.title == title
    assert [field.name for field in shown.fields] == list(CHOSEN)
    assert form.form(shown.token) == shown
    assert await all_runs(desk) == []


async def test_where_no_form_can_open_at_once_a_button_opens_it(desk: Desk) -> None:
    ordered = await obeyed(desk, order(desk, "quiz"))
    typed = await obeyed(desk, replace(order(desk, "quiz"), said=True))

    for receipt in (ordered, typed):
        assert isinstance(receipt, Accepted)
        assert isinstance(receipt.private, Notice)
        (button,) = receipt.private.actions
        assert button.form
        assert form.form(button.token) == opened(ordered)
    assert isinstance(typed, Accepted)
    assert typed.form is None


@pytest.mark.parametrize("where", [DIRECT, private()], ids=["direct", "private"])
async def test_where_one_is_alone_nobody_asks_for_whom_it_is(desk: Desk, where: PlaceRef) -> None:
    given: Order = replace(order(desk, "quiz", where=where), private=where)

    assert [field.name for field in opened(await obeyed(desk, given)).fields] == [
        "topic",
        "number",
        "kinds",
        "closes",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("where", [place(), DIRECT], ids=["shared", "alone"])
def test_the_form_fits_every_platform(where: PlaceRef, language: str) -> None:
    """Discord: 5 fields, titles and labels of 45 characters; Slack: titles of 24, options of 75."""
    with speaking(language):
        shown = form.form(form.token(where))
    assert shown is not None

    assert len(shown.fields) <= 5
    assert max(len(shown.title), len(shown.submit)) <= 24
    for field in shown.fields:
        assert len(field.label) <= 45
        assert not field.choices or field.value in dict(field.choices)
        labels = [label for _, label in field.choices]
        assert len(set(labels)) == len(labels) <= 25
        assert all(1 <= len(label) <= 75 for label in labels)
        assert field.choices or field.max_length


def test_no_more_questions_are_offered_than_a_quiz_may_have() -> None:
    assert max(map(int, NUMBERS)) <= MAX_QUESTIONS


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_form_that_comes_back_asks_for_such_a_quiz(desk: Desk, language: str) -> None:
    with speaking(language):
        receipt = await make(desk.office, submission())
        request = say(
            "quiz_request.wanted",
            number=5,
            kinds=say("quiz_request.kinds_choices"),
            audience=say("quiz_request.audience_asker"),
            topic="fractions",
        )
        heard = Notice(text=say("quiz_request.heard"))

    (run,) = await all_runs(desk)
    assert await said(desk) == [request]
    assert run.wish == QuizWish(audience="asker", seconds=600, topic="fractions")
    assert (run.place, run.asker) == (place(), ADA)
    assert receipt == Accepted(private=heard)
    assert desk.woken == [run.thread_id]


async def test_without_a_topic_and_a_limit_it_is_as_usual(desk: Desk) -> None:
    await make(desk.office, submission(topic=" \u2028 \x00", closes="none", kinds="mixed"))

    (run,) = await all_runs(desk)
    assert run.wish == QuizWish(audience="asker")
    assert await said(desk) == [
        "Make a quiz with 5 questions (multiple choice and free text; for me) about this topic."
    ]


async def test_submitting_twice_asks_once(desk: Desk) -> None:
    first = await make(desk.office, submission(key="once"))
    again = await make(desk.office, submission(key="once", topic="something else"))

    assert (first, again) == (HEARD, Duplicate())
    assert len(await all_runs(desk)) == 1


@pytest.mark.parametrize("audience", ["everyone", "first"])
async def test_a_quiz_for_others_is_for_those_who_may_lead_one(desk: Desk, audience: str) -> None:
    wanted = submission(audience=audience)
    learner = await make(desk.office, wanted)
    await allow(desk, "admins")
    only_admins = await make(desk.office, wanted)
    for_me = await make(desk.office, submission(by=BEN))

    assert learner == FieldError(text=say("quiz_form.for_instructors"), field="audience")
    assert only_admins == FieldError(text=say("quiz_form.for_admins"), field="audience")
    assert for_me == HEARD
    desk.platform.admins = {ADA}
    assert await make(desk.office, wanted) == HEARD
    await allow(desk, "everyone")
    assert await make(desk.office, submission(by=BEN, audience=audience)) == HEARD
    assert [run.wish.audience for run in await all_runs(desk) if run.wish] == [
        "asker",
        audience,
        audience,
    ]


async def test_nothing_is_asked_while_nobody_can_say_who_may(desk: Desk) -> None:
    desk.platform.slow = True
    with pytest.raises(TimeoutError):
        await make(desk.office, submission(audience="everyone"))

    assert await make(desk.office, submission()) == HEARD
    assert len(await all_runs(desk)) == 1


@pytest.mark.parametrize("where", [DIRECT, private()], ids=["direct", "private"])
async def test_where_one_is_alone_a_quiz_is_for_nobody_else(desk: Desk, where: PlaceRef) -> None:
    desk.platform.admins = {ADA}
    others = await make(desk.office, submission(where=where, audience="everyone"))
    values = {name: value for name, value in CHOSEN.items() if name != "audience"}
    own = await make(desk.office, replace(submission(where=where), values=values))

    assert others == FieldError(text=say("quiz_form.alone"), field="audience")
    assert own == Accepted()
    (run,) = await all_runs(desk)
    assert (run.place, run.wish) == (
        where,
        QuizWish(audience="asker", seconds=600, topic="fractions"),
    )


@pytest.mark.parametrize("field", ["number", "kinds", "audience", "closes"])
@pytest.mark.parametrize("value", [None, "", "1000000", "6", "Mixed", "0600", "５", "\ud800"])
async def test_what_nobody_could_choose_is_refused_at_its_field(
    desk: Desk, field: str, value: str | None
) -> None:
    values = {name: each for name, each in {**CHOSEN, field: value}.items() if each is not None}
    receipt = await make(desk.office, replace(submission(), values=values))

    assert receipt == FieldError(text=say("quiz_form.choose"), field=field)
    assert await all_runs(desk) == []


async def test_a_topic_that_is_too_long_is_refused_at_its_field(desk: Desk) -> None:
    fits = await make(desk.office, submission(topic="x" * MAX_TOPIC))
    receipt = await make(desk.office, submission(topic="x" * (MAX_TOPIC + 1)))

    assert fits == HEARD
    long = say("quiz_form.long_topic", limit=MAX_TOPIC)
    assert receipt == FieldError(text=long, field="topic")
    assert len(await all_runs(desk)) == 1


@given(
    st.dictionaries(
        st.sampled_from([*CHOSEN, "answer", ""]),
        st.text() | st.sampled_from([*NUMBERS, *KINDS, *AUDIENCES, *CLOSES]),
    )
)
def test_any_form_is_a_request_or_says_which_field_is_wrong(values: dict[str, str]) -> None:
    for where in (place(), DIRECT):
        match form.read(values, where):
            case FieldError(text=text, field=field):
                assert text
                assert field in CHOSEN
            case wanted:
                assert wanted.audience in AUDIENCES
                assert (wanted.audience == "asker") or not where.direct
                assert topic_of(wanted.request) == (wanted.topic or None)


async def test_the_limits_hold_for_it_as_for_any_message(desk: Desk) -> None:
    async with writing(desk.office.store) as tx:
        places.note(tx, [place()], NOW)
        choices.change(tx, OPERATOR, place().workspace, None, {"runs_per_minute": 1}, now=NOW)
    first, second = [await make(desk.office, submission()) for _ in range(2)]

    assert first == HEARD
    refused = say("limits.person", number=1, wait=in_words(MINUTE))
    assert second == Accepted(private=Notice(text=refused))
    assert [run.status for run in await all_runs(desk)] == ["queued", "failed"]


TOPICS = st.text(min_size=1, max_size=50).map(lambda text: " ".join(text.split())).filter(bool)


@given(TOPICS, st.sampled_from(LANGUAGES), st.data())
def test_the_topic_is_found_in_every_request(
    topic: str, language: str, data: st.DataObject
) -> None:
    with speaking(language):
        request = data.draw(
            st.sampled_from([say("quiz_request.about", topic=topic), *form.requests(topic)])
        )
        without = [say("quiz_request.about_this"), *form.requests("")]
    assert topic_of(request) == (None if request in without else topic)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_request_without_a_topic_has_none(language: str) -> None:
    with speaking(language):
        requests = [say("quiz_request.about_this"), *form.requests("")]

    assert [topic_of(request) for request in requests] == [None] * len(requests)
    assert topic_of("Make me a sandwich") is None


FRACTIONS = {"en": "fractions", "de": "Brüche", "es": "fracciones"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_offline_tutor_understands_the_request(language: str) -> None:
    topic, found = FRACTIONS[language], set()
    with speaking(language):
        for text in (say("quiz_request.about", topic=topic), *form.requests(topic)):
            request = quiz_request(text)
            assert request is not None
            assert (request.topics, request.unknown) == (("fractions",), ()), text
            found.add((request.total, request.only, request.audience))

    asked = set(product(map(int, NUMBERS), (None, True, False), AUDIENCES))
    assert found == {*asked, (None, None, "asker")}
