"""The state of one conversation: what a place is bound to, and what the model gets to read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from urllib.parse import quote

from pydantic import JsonValue

from bot import queueing
from bot.events import Mention, PersonRef, PlaceRef
from bot.ids import new_id
from bot.jsons import Json
from bot.messages import message
from bot.place_settings import one_of
from bot.responses import without_reasoning
from bot.store import deliveries, demand, items, places, runs
from bot.store import threads as thread_rows
from bot.store.database import Tx
from bot.store.records import Item, PastItem, Question, Run
from bot.text.cleaning import clean, one_line

HINT_LENGTH = 300
"""Characters of an open question that a later run is told, enough for "hint?" to make sense."""


def scope_key(place: PlaceRef, person: PersonRef, settings: Mapping[str, JsonValue]) -> str:
    """What a thread is bound to: the place, its whole channel, or the person in that channel, as
    the settings of the place say. What is direct or private is one conversation by itself."""
    scope = one_of(settings, "thread_scope")
    if place.direct or place.private or scope == "thread":
        return place.id
    return place.channel_id if scope == "channel" else _personal(place.channel_id, person)


def is_personal(place: PlaceRef, settings: Mapping[str, JsonValue]) -> bool:
    """Whether the place's thread, for a person, is theirs alone."""
    return place.direct or place.private or one_of(settings, "thread_scope") == "person"


def _personal(channel: str, person: PersonRef) -> str:
    """Different for each person and channel, and no place's id: those begin with a platform."""
    return f"@{quote(person.scope, safe=':')}/{quote(person.user, safe='')} {channel}"


def bound(tx: Tx, place: PlaceRef, person: PersonRef) -> str | None:
    """The thread that the person's next message in the place would be on, if there is one yet."""
    scope = scope_key(place, person, places.settings_of(tx, [place])[place.id])
    return thread_rows.bound(tx, [scope]).get(scope)


def join(tx: Tx, place: PlaceRef, person: PersonRef, thread_id: str, now: datetime) -> None:
    """The person goes on with a thread in another place: what is said there next is on it too,
    unless that place has a thread of its own already."""
    settings = places.settings_of(tx, [place])[place.id]
    scope = scope_key(place, person, settings)
    if scope not in thread_rows.bound(tx, [scope]):
        places.note(tx, [place], now)
        thread_rows.insert_many(tx, [], {scope: thread_id}, now)


def again(tx: Tx, run: Run, now: datetime, *, own_from: int = 1) -> Run:
    """What was said in a run, said once more: a run that takes the place of that one. It goes on
    from the rounds before `own_from`, which must be whole."""
    turns = thread_rows.next_turns(tx, [run.thread_id])
    busy = demand.busy(tx, [run.thread_id])
    new = Run(
        id=new_id("run"),
        thread_id=run.thread_id,
        turn=turns[run.thread_id],
        status="queued",
        asker=run.asker,
        place=run.place,
        language=run.language,
        wish=run.wish,
        created_at=now,
        round=own_from,
        first_round=own_from,
        supersedes=run.id,
        own_from=own_from,
    )
    signs = [*queueing.heard(tx, busy), queueing.behind(new, current=True)] if busy else []
    runs.insert_many(tx, [new])
    deliveries.insert_many(tx, signs)
    items.insert_many(tx, _copied(items.own(tx, run.id), new), now)
    thread_rows.take_turns(tx, {run.thread_id: new.turn + 1})
    return new


def _copied(of_run: Sequence[Item], new: Run) -> list[Item]:
    """What another run begins with, without reasoning: its model need not be the same."""
    return [
        replace(item, run_id=new.id, source_key=None, body=body)
        for item in of_run
        if item.round < new.own_from
        for body in without_reasoning((item.body,))
    ]


def said(run: Run, mention: Mention, open_question: Question | None) -> list[Item]:
    """The first items of a run: which question is open, if one is, and what the person said."""
    texts: list[tuple[str, str]] = []
    if open_question is not None:
        texts.append(("developer", _still_open(open_question)))
    texts.append(("user", clean(mention.text)))
    return [
        Item(
            run_id=run.id,
            round=0,
            idx=idx,
            type="message",
            body=message(role, text),
            source_key=mention.key if role == "user" else None,
        )
        for idx, (role, text) in enumerate(texts)
    ]


def _still_open(question: Question) -> str:
    """Of what others answer too the title only: a reply is for all to read."""
    if question.audience == "asker":
        text = one_line(question.text, HINT_LENGTH)
        return f"A question is still open on the screen: “{text}”"
    title = one_line(question.title, HINT_LENGTH)
    return f"A quiz for several people is still open on the screen: “{title}”"


def model_input(
    past: Sequence[PastItem], people: Sequence[str], provider: str, model: str
) -> tuple[Json, ...]:
    """The input of a request: whole rounds as they came, reasoning only to where it came from.

    `people` are those of the whole thread, so that who speaks keeps a pseudonym.
    """
    speakers = _speakers(people)
    bodies: list[Json] = []
    for _, group in groupby(past, key=lambda entry: entry.item.run_id):
        entries = list(group)
        foreign = (entries[0].provider, entries[0].model) not in {(provider, model), (None, None)}
        said = tuple(_named(entry.item.body, speakers.get(entry.asker)) for entry in entries)
        bodies += without_reasoning(said) if foreign else said
    return tuple(bodies)


def _speakers(people: Sequence[str]) -> dict[str, str]:
    """A pseudonym per person where several speak on a thread: names never leave the house."""
    if len(people) < 2:
        return {}
    return {person: f"Learner {number}" for number, person in enumerate(people, 1)}


def _named(body: Json, speaker: str | None) -> Json:
    content: JsonValue = body.get("content")
    if speaker is None or body.get("role") != "user" or not isinstance(content, str):
        return body
    # Nobody may speak for somebody else.
    return body | {"content": f"[{speaker}] {content.replace('[Learner', '(Learner')}"}
