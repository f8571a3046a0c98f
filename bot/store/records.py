"""Rows as values: what queries return, frozen, with JSON columns already decoded."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, JsonValue, TypeAdapter

from bot.adapter import MessageRef
from bot.events import PersonRef, PlaceRef
from bot.jsons import Json
from bot.strings import ENGLISH
from bot.views import QuestionId, SlotId, View

RunStatus = Literal[
    "queued",
    "in_progress",
    "requires_action",
    "cancelling",
    "cancelled",
    "failed",
    "completed",
    "incomplete",
    "expired",
]
FINISHED: tuple[RunStatus, ...] = ("completed", "incomplete", "cancelled", "expired", "failed")
REPLIED: tuple[RunStatus, ...] = ("completed", "incomplete")

CallState = Literal["pending", "running", "waiting", "done"]
"""`pending` and `running` calls are ours to act on, `waiting` ones are with people."""

Audience = Literal["asker", "everyone", "first"]
"""Who answers a quiz: its asker; all, each for themselves; or all, and the first right one wins."""
AnswerKind = Literal["choice", "text", "unknown", "skipped"]
DeliveryState = Literal["new", "sending", "sent", "doubt", "failed", "dropped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The assistant as it was when the run first started, with the provider that it spoke to.

    `tool_choice`, `response_format` and `truncation_strategy` are as the Assistants API writes
    them; what is None is left to the provider or to Docent's own default.
    """

    assistant_id: str
    name: str
    version: int
    instructions: str
    additional_instructions: str = ""
    model: str
    tools: tuple[Json, ...]
    temperature: float | None = None
    top_p: float | None = None
    max_output_tokens: int | None = None
    max_prompt_tokens: int | None = None
    truncation_strategy: Json | None = None
    response_format: JsonValue = None
    tool_choice: JsonValue = None
    parallel_tool_calls: bool | None = None
    provider: str

    @property
    def tool_names(self) -> frozenset[str]:
        return frozenset(str(tool.get("name")) for tool in self.tools)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizWish:
    """How a person asked for a quiz. `audience` and `seconds` are what they chose in a form: they
    hold whatever the model writes. Without an audience they chose nothing, and named a topic."""

    audience: Audience | None = None
    seconds: int | None = None
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of an assistant on a thread.

    Text of the rounds from `first_round` on is one reply, in the slots from `first_slot` on.
    Rounds before `own_from` are copies: it goes on from those of the run it supersedes.
    `language` is that of its asker as far as it is known, in which Docent's own sentences are.
    `offered_to` is the open question that its message may be the answer to, until its asker has
    said whether it is.
    """

    id: str
    thread_id: str
    turn: int
    status: RunStatus
    asker: PersonRef
    place: PlaceRef
    created_at: datetime
    round: int = 1
    snapshot: Snapshot | None = None
    first_round: int = 1
    first_slot: int = 0
    usage: dict[str, int] = field(default_factory=dict)
    last_error: Json | None = None
    incomplete_details: Json | None = None
    attempts: int = 0
    not_before: datetime | None = None
    expires_at: datetime | None = None
    supersedes: str | None = None
    own_from: int = 1
    language: str = ENGLISH
    wish: QuizWish | None = None
    offered_to: QuestionId | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a run; `body` is a Responses API input item."""

    run_id: str
    round: int
    idx: int
    type: str
    body: Json
    status: str = "completed"
    call_id: str | None = None
    source_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastItem:
    """An item with what decides whether and how it is replayed."""

    item: Item
    asker: str
    provider: str | None
    model: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that a run did."""

    id: str
    run_id: str
    round: int
    idx: int
    type: Literal["message_creation", "tool_calls"]
    status: str
    details: dict[str, JsonValue]
    created_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A function that the model asked for; `output` is what it gets back."""

    id: str
    run_id: str
    round: int
    idx: int
    call_id: str
    name: str
    arguments: str
    state: CallState
    output: str | None
    created_at: datetime
    completed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One part of a tool call that people must answer; `slot_no` is where it is shown, if it is.

    `answer` is the right one, of a choice its text and `answer_option` its index; None where nobody
    said it. It, the hint and the explanation stay here until the person has answered. `winner` is
    the key of the first who was right, where people race; it is empty once they are forgotten.
    """

    id: QuestionId
    tool_call_id: str
    run_id: str
    position: int
    kind: Literal["choice", "text"]
    title: str
    text: str
    options: tuple[str, ...]
    audience: Audience
    asker: str
    state: Literal["open", "closed"]
    closes_at: datetime
    slot_no: int | None
    answer: str | None = None
    answer_option: int | None = None
    hint: str | None = None
    explanation: str | None = None
    winner: str | None = None

    @property
    def has_key(self) -> bool:
        return self.answer is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one person answered. A withdrawn one is being changed; it counts if nothing follows.

    `right` is None where that is not known: without a key, and for words that a key cannot judge.
    """

    question_id: QuestionId
    person: str
    kind: AnswerKind
    option: int | None
    text: str
    withdrawn: bool
    at: datetime
    right: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizGiven:
    """A quiz as a whole, by its tool call.

    `seconds` is its time limit where it has one; `closes_at` is when it closes for those without
    extra time, `closed_at` when it did. `slot_no` is the lobby's, where it has one.
    """

    tool_call_id: str
    run_id: str
    workspace_id: str
    channel_id: str
    title: str
    topic: str
    audience: Audience
    starter: str
    seconds: int | None
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None = None
    slot_no: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """One person who takes a quiz for everyone; `closes_at` is when it closes for them."""

    tool_call_id: str
    person: str
    started_at: datetime
    finished_at: datetime | None
    closes_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One platform message: created once, then only edited towards `view`.

    `intent_at` is the first try to create it, `tried_at` the newest. `reposts` counts the
    times it was created again without knowing whether it is there.
    """

    slot: SlotId
    run_id: str
    slot_no: int
    seq: int
    place: PlaceRef
    view: View
    view_version: int
    shown_version: int
    state: DeliveryState
    ref: MessageRef | None
    intent_at: datetime | None
    tried_at: datetime | None
    reposts: int
    attempts: int
    not_before: datetime | None
    sweep_at: datetime | None


PLACE = TypeAdapter(PlaceRef)
SNAPSHOT = TypeAdapter(Snapshot)
WISH = TypeAdapter(QuizWish)
VIEW: TypeAdapter[View] = TypeAdapter(Annotated[View, Field(discriminator="kind")])
MESSAGE = TypeAdapter(MessageRef)
