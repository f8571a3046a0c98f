"""What must hold, whatever happens: some of it at any moment, some once everything is quiet."""

from collections import defaultdict
from dataclasses import dataclass, field

from pydantic import TypeAdapter

from bot import tokens
from bot.adapter import Accepted, Duplicate
from bot.events import Click, Mention, Submission
from bot.store.records import FINISHED, VIEW
from bot.views import Lobby, Notice, Quiz, Reply, View
from tests.machine.script import number_of
from tests.machine.world import World
from tests.sims.platform import Posted

_ANSWERS = {"choose", "unknown", "skip", "write"}
_SCRIPTED = {"request_rejected", "tool_failed"}
"""What is logged with a trace although only a scripted fault has happened."""
_REF: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, str])

ALWAYS = {
    "one executing run per thread": """
        SELECT thread_id FROM runs WHERE status IN ('in_progress', 'cancelling')
        GROUP BY thread_id HAVING count(*) > 1
    """,
    "nothing of an ended run is open": """
        SELECT id, status FROM runs WHERE finished_at IS NOT NULL AND (
            EXISTS (SELECT * FROM tool_calls WHERE run_id = runs.id AND state != 'done')
            OR EXISTS (SELECT * FROM questions WHERE run_id = runs.id AND state = 'open')
            OR EXISTS (SELECT * FROM steps WHERE run_id = runs.id AND status = 'in_progress')
        )
    """,
    "a waiting run has an open question and a deadline": """
        SELECT id FROM runs WHERE status = 'requires_action' AND (
            expires_at IS NULL
            OR NOT EXISTS (SELECT * FROM questions WHERE run_id = runs.id AND state = 'open')
        )
    """,
    "every call of an ended run has its output, and every output its call": """
        SELECT item.run_id, item.round, item.call_id, item.type FROM items AS item
        JOIN runs ON runs.id = item.run_id
        WHERE runs.finished_at IS NOT NULL AND item.call_id IS NOT NULL AND 1 != (
            SELECT count(*) FROM items AS other WHERE other.run_id = item.run_id
            AND other.round = item.round AND other.call_id = item.call_id
            AND other.type != item.type
        )
    """,
}
"""Queries that find what must not be."""

AT_REST = {
    "every run has ended or waits for a person": """
        SELECT id, status FROM runs WHERE finished_at IS NULL AND status != 'requires_action'
    """,
    "every run has something to show": """
        SELECT id, status FROM runs
        WHERE NOT EXISTS (SELECT * FROM deliveries WHERE run_id = runs.id)
    """,
}
IN_TIME = {
    "every run has ended": "SELECT id, status FROM runs WHERE finished_at IS NULL",
    "no question is open": "SELECT id FROM questions WHERE state = 'open'",
}
"""After the longest deadline."""

STARTS = """
    SELECT runs.thread_id, runs.turn, min(deliveries.seq) AS seq FROM runs
    JOIN deliveries ON deliveries.run_id = runs.id
    WHERE runs.status IN ('completed', 'incomplete') AND runs.started_at IS NOT NULL
    GROUP BY runs.id ORDER BY runs.thread_id, seq
"""

TYPED = "SELECT key, kind FROM events WHERE kind = 'answer' AND key LIKE 'sim:said:%'"
TURNS = """
    WITH RECURSIVE tries (key, id, turn) AS (
        SELECT key, runs.id, runs.turn FROM events JOIN runs ON runs.id = events.run_id
        UNION ALL SELECT key, runs.id, runs.turn FROM tries JOIN runs ON runs.supersedes = tries.id
    )
    SELECT key, max(turn) FROM tries GROUP BY key
"""
"""Each message by the newest try of it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery as it is stored."""

    run: str
    slot: str
    seq: int
    place: str
    state: str
    view: View
    ref: str
    attempts: int
    reposts: int


@dataclass(slots=True)
class Promises:
    """Remembers what has been seen, so that what has ended is seen to stay so."""

    world: World
    ended: dict[str, str] = field(default_factory=dict)

    def always(self) -> None:
        self._find(ALWAYS)
        self._what_ended_stays()
        self._what_was_accepted_is_stored()
        self._nothing_was_rejected()
        self._nothing_went_wrong()

    def at_rest(self, *, in_time: bool = False) -> None:
        self.always()
        self._find(AT_REST | (IN_TIME if in_time else {}))
        self._requests_kept_order()
        self._runs_started_in_order()
        self._posts_kept_order()
        self._each_slot_is_shown_once()
        self._what_is_stored_is_shown()
        self._every_end_is_told()

    def _find(self, queries: dict[str, str]) -> None:
        for promise, query in queries.items():
            assert self.world.rows(query) == [], promise

    def _what_ended_stays(self) -> None:
        ended = self.world.pairs("SELECT id, status FROM runs WHERE finished_at IS NOT NULL")
        assert self.ended.items() <= ended.items(), "an end is final"
        assert set(ended.values()) <= set(FINISHED)
        self.ended = ended

    def _what_was_accepted_is_stored(self) -> None:
        query = "SELECT key, runs.id FROM events JOIN runs ON runs.id = events.run_id"
        saved = self.world.pairs(query) | self.world.pairs(TYPED)
        given = set(self.world.rows("SELECT question_id, person FROM answers"))
        for sent in self.world.people.sent.values():
            match sent.receipt, sent.event:
                case Accepted(private=None) | Duplicate(), Mention(key=key):
                    assert key in saved, "every accepted message has a run, or is an answer"
                case Accepted(private=None), Click() | Submission() as event:
                    press = tokens.decode(event.token)
                    if press is not None and press.action in _ANSWERS:
                        answer = (press.target, event.person.key)
                        assert answer in given, "every accepted answer is stored"

    def _nothing_was_rejected(self) -> None:
        model = self.world.model
        refused = [asked.refused for asked in model.requests if asked.refused is not None]
        assert refused == [], "no request is invalid"
        assert model.complaints == []

    def _nothing_went_wrong(self) -> None:
        wrong = [
            entry
            for entry in self.world.logs
            if entry.get("exc_info") and entry["event"] not in _SCRIPTED
        ]
        assert wrong == [], "nothing fails by itself"

    def _requests_kept_order(self) -> None:
        turns = {key: int(turn) for key, turn in self.world.pairs(TURNS).items()}
        asked: dict[str, list[int]] = defaultdict(list)
        for request in self.world.model.requests:
            numbers = [n for item in request.items if (n := number_of(item)) is not None]
            heard = [turns[f"sim:said:{number}"] for number in numbers]
            assert heard == sorted(set(heard)), "the model reads each message once, in order"
            if number_of(request.items[-1]) is not None:
                asked[str(request.body["prompt_cache_key"])].append(heard[-1])
        for order in asked.values():
            assert order == sorted(order), "the runs of a thread start in order"

    def _runs_started_in_order(self) -> None:
        turns: dict[object, list[int]] = defaultdict(list)
        for thread, turn, _ in self.world.rows(STARTS):
            turns[thread].append(int(str(turn)))
        for order in turns.values():
            assert order == sorted(order), "replies take their places in order"

    def _posts_kept_order(self) -> None:
        """Except where a post was refused, lost or interrupted: that holds back its own run."""
        world, rows = self.world, self._rows()
        odd = {row.run for row in rows if self._had_trouble(row)} | world.interrupted
        keys: dict[str, list[int]] = defaultdict(list)
        for row in rows:
            if row.run not in odd and row.state == "sent":
                keys[row.place].append(int(row.ref.removeprefix("m")))
        for place, order in keys.items():
            assert order == sorted(order), f"posts in {place} come in order"

    def _had_trouble(self, row: Row) -> bool:
        trouble = row.slot in self.world.people.troubled or row.slot in self.world.removed
        return trouble or row.attempts > 1

    def _each_slot_is_shown_once(self) -> None:
        rows = {row.slot: row for row in self._rows()}
        copies: dict[str, list[Posted]] = defaultdict(list)
        for post in self.world.people.messages:
            if not post.deleted:
                copies[post.slot].append(post)
        for slot, posts in copies.items():
            assert slot in rows, "what stands on the platform is stored"
            row = rows[slot]
            assert len(posts) <= 1 + row.reposts, f"slot {slot} is shown once"
            if row.state == "sent":
                assert row.ref in {post.key for post in posts}, (
                    "the stored message is the shown one"
                )

    def _what_is_stored_is_shown(self) -> None:
        people = self.world.people
        posts = {post.key: post for post in people.messages if not post.deleted}
        for row in self._rows():
            if row.state != "sent" or row.slot in people.unedited or row.ref not in posts:
                continue
            view = posts[row.ref].view
            assert not (isinstance(view, Reply) and view.live), "nothing stays unfinished"
            if not row.reposts:
                assert view == row.view, "what is stored is what people see"

    def _every_end_is_told(self) -> None:
        shown: dict[str, list[View]] = defaultdict(list)
        excused = set()
        posts = {str(post.slot): post for post in self.world.people.messages if not post.deleted}
        for row in self._rows():
            if row.slot in posts:
                shown[row.run].append(posts[row.slot].view)
            if row.state in ("failed", "dropped") or row.slot in self._untouchable:
                excused.add(row.run)
        for run, status in self.ended.items():
            if run not in excused:
                views = shown[run]
                assert views, f"people see something of {run}"
                told = status == "completed" or any(map(_says_why, views))
                assert told, f"people read that {run} is {status}"

    @property
    def _untouchable(self) -> set[str]:
        return self.world.removed | set(self.world.people.unedited)

    def _rows(self) -> list[Row]:
        query = """
            SELECT run_id, slot, seq, place_id, state, view, coalesce(ref, '{}'), attempts, reposts
            FROM deliveries ORDER BY seq
        """
        return [
            Row(
                run=str(run),
                slot=str(slot),
                seq=int(str(seq)),
                place=str(place),
                state=str(state),
                view=VIEW.validate_json(str(view)),
                ref=_REF.validate_json(str(ref)).get("key", ""),
                attempts=int(str(attempts)),
                reposts=int(str(reposts)),
            )
            for run, slot, seq, place, state, view, ref, attempts, reposts in self.world.rows(query)
        ]


def _says_why(view: View) -> bool:
    match view:
        case Notice():
            return True
        case Quiz(question=question, note=note):  # with a question it says how it is taken
            return question is None and bool(note)
        case Lobby(closed=closed, note=note):
            return closed and bool(note)
        case Reply(note=note):
            return bool(note)
