"""Which open questions a message may be the answer of: by workspace, channel and person.

Not by thread: in Slack's agent view, what is typed begins one of its own. What was asked privately
is answered by its buttons alone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot import tokens
from bot.adapter import Capabilities, MessageRef
from bot.events import EventKey, Mention, PersonRef, PlaceRef
from bot.quiz import board, sheet
from bot.store import awaiting, calls, deliveries, events, questions
from bot.store import quizzes as quiz_rows
from bot.store.awaiting import Awaiting
from bot.store.database import Tx
from bot.store.records import Question, Run, ToolCall
from bot.strings import say
from bot.views import Button

Where = Literal["reply", "here", "elsewhere"]
"""Whether a message is a reply to the question's own message, is said in the thread of the question
or directly, or elsewhere in its channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A question that the person may answer now, and where they speak, as seen from it."""

    question: Question
    where: Where


def set_aside(tx: Tx, mentions: Sequence[Mention]) -> set[EventKey]:
    """Those of a batch that may be answers and were not saved before; one statement for all where
    there are none."""
    people = {mention.person.key for mention in mentions}
    open_now = awaiting.found(tx, people, {mention.place.channel_id for mention in mentions})
    keys = {mention.key for mention in mentions if any(_concerns(one, mention) for one in open_now)}
    return keys - events.seen(tx, keys) if keys else keys


def found(tx: Tx, mention: Mention, limits: Capabilities, now: datetime) -> list[Open]:
    """The questions that the message may be the answer of, the likeliest first: those that were
    asked of the person alone, the newest first, then those of a race, then those for everyone.

    A reply to the message of one can be the answer of no other.
    """
    place, person = mention.place, mention.person
    open_now = [
        one
        for one in awaiting.found(tx, [person.key], [place.channel_id])
        if _concerns(one, mention)
    ]
    replied = _replied(tx, mention, open_now)
    seen = [
        Open(question=question, where=_where(mention, one.place, question, slot_no, replied))
        for audience in ("asker", "first", "everyone")
        for one in open_now
        if one.audience == audience
        for question, slot_no in _current(tx, one, person, limits, now)
    ]
    return [one for one in seen if one.where == "reply"] or seen


def own(
    tx: Tx, place: PlaceRef, person: PersonRef, limits: Capabilities, now: datetime
) -> list[Question]:
    """What was asked of the person alone in that channel and is open, the newest first."""
    return [
        question
        for one in awaiting.found(tx, [person.key], [])
        if is_there(one.place, place)
        for question, _ in _current(tx, one, person, limits, now)
    ]


def ways_back(tx: Tx, run: Run, limits: Capabilities, now: datetime) -> tuple[Button, ...]:
    """Below a reply to its asker: back to the quiz that is still theirs in that channel, or done
    with it. A lone question of a conversation is none, and has no title."""
    waiting = [each for each in own(tx, run.place, run.asker, limits, now) if each.title]
    if not waiting:
        return ()
    parked = waiting[0].run_id
    return (
        Button(token=tokens.encode("continue", parked), label=say("typed.continue")),
        Button(token=tokens.encode("stop", parked), label=say("typed.end")),
    )


def current(
    tx: Tx, run_id: str, limits: Capabilities, now: datetime
) -> list[tuple[Question, ToolCall]]:
    """The questions that its asker is to answer now, one for each call of a run."""
    waiting = [call for call in calls.of_runs(tx, [run_id]) if call.state == "waiting"]
    asked = [(sheet.load(tx, call, limits).current, call) for call in waiting]
    return [
        (question, call)
        for question, call in asked
        if question is not None and question.audience == "asker" and question.closes_at > now
    ]


def _concerns(one: Awaiting, mention: Mention) -> bool:
    """Whether the message may be an answer to it, for all that can be said without a look at the
    questions."""
    if not is_there(one.place, mention.place):
        return False
    if one.audience == "first":
        return one.place.id == mention.place.id or mention.reply_to is not None
    theirs = one.person == mention.person.key
    return theirs or (one.audience == "everyone" and mention.reply_to is not None)


def is_there(asked: PlaceRef, place: PlaceRef) -> bool:
    """Whether it was asked in the channel of the place, where nothing of the two is private."""
    return asked.shares_channel(place) and not asked.private and not place.private


def _current(
    tx: Tx, one: Awaiting, person: PersonRef, limits: Capabilities, now: datetime
) -> list[tuple[Question, int | None]]:
    """What of it can be answered now, and the slot of the message that it is in."""
    if one.call_id is None:
        asked = [question for question, _ in current(tx, one.run_id, limits, now)]
        return [(question, question.slot_no) for question in asked]
    call = calls.get(tx, one.call_id)
    if call is None:
        return []
    if one.audience == "everyone":
        return _in_class(tx, call, person)
    question = board.load(tx, call, limits).current
    if question is None or question.closes_at <= now or _has_tried(tx, question, person):
        return []
    return [(question, question.slot_no)]


def _in_class(tx: Tx, call: ToolCall, person: PersonRef) -> list[tuple[Question, int | None]]:
    """All of them: the person goes to and fro among them, in private."""
    quiz, taker = quiz_rows.get(tx, call.id), quiz_rows.taker(tx, call.id, person.key)
    if quiz is None or (taker is not None and taker.finished_at is not None):
        return []
    return [(question, quiz.slot_no) for question in questions.of_call(tx, call.id)]


def _has_tried(tx: Tx, question: Question, person: PersonRef) -> bool:
    """Whether the person has used up their try, so that words are no second one: a conversation
    goes on beside a race. What is exactly a choice is, and they are told."""
    return question.kind == "text" and questions.stands(tx, question.id, person.key)


def _replied(tx: Tx, mention: Mention, open_now: Collection[Awaiting]) -> tuple[str, int] | None:
    """The run and slot of the message that it is a reply to, if that is one of these."""
    if not mention.reply_to or not open_now:
        return None
    for row in deliveries.of_runs(tx, {one.run_id for one in open_now}):
        if row.ref is not None and _is(row.ref, mention.place.platform, mention.reply_to):
            return row.run_id, row.slot_no
    return None


def _is(ref: MessageRef, platform: str, key: str) -> bool:
    begins = key.endswith("/") and ref.key.startswith(key)
    return ref.platform == platform and (ref.key == key or begins)


def _where(
    mention: Mention,
    asked: PlaceRef,
    question: Question,
    slot_no: int | None,
    replied: tuple[str, int] | None,
) -> Where:
    if replied == (question.run_id, slot_no):
        return "reply"
    return "here" if mention.place.direct or asked.id == mention.place.id else "elsewhere"
