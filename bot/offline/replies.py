"""From a thread to what the tutor says and calls next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.jsons import Json
from bot.offline import feedback, sayings, topics, wording
from bot.offline.again import After, Again
from bot.offline.decode import (
    Answered,
    Called,
    Message,
    Reasoning,
    Request,
    has_files,
    text_of,
)
from bot.offline.formulas import parser, trees
from bot.offline.hints import hint
from bot.offline.intents import (
    About,
    Intent,
    Loose,
    Plain,
    Polite,
    Solve,
    Unknown,
    Unread,
    intents,
)
from bot.offline.practice import MadeQuiz, Quizzes
from bot.offline.quiz_requests import QuizRequest, quiz_request, topic_request
from bot.offline.quizzes import Asked, quiz
from bot.offline.solving.problems import Trouble, Work, Worked
from bot.offline.solving.process import Worker
from bot.offline.subjects import topic_of
from bot.offline.translations import Language

DISPLAY_QUIZ = "display_quiz"
ASK_PERSON = "ask_person"
LEVELS: dict[After, int] = {"missed": 2, "easier": 1, "harder": 3}
# How far back an explanation looks for what is meant.
MAX_LOOKBACK = 40
# More questions of people are shown cut when they are quoted back.
MAX_QUOTED = 120

Items = Sequence[Message | Called | Answered | Reasoning]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A function to be called by whoever asked."""

    name: str
    arguments: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Text first, then calls; one of the two is there."""

    text: str = ""
    calls: tuple[Call, ...] = ()


class Tutor:
    """One round of one request; it remembers nothing afterwards."""

    def __init__(self, request: Request, worker: Worker, *, seed: int) -> None:
        self._items = request.items
        self._tools = request.callable
        self._worker = worker
        self._quizzes = Quizzes(worker, seed=seed)

    async def reply(self) -> Reply:
        """What comes next in the thread."""
        outputs = _last_outputs(self._items)
        if outputs:
            replies = [await self._take(call, output) for call, output in outputs]
            return Reply(
                text="\n\n".join(reply.text for reply in replies if reply.text),
                calls=tuple(call for reply in replies for call in reply.calls),
            )
        said = _last_said(self._items)
        if said is None:
            return Reply(text=sayings.EMPTY)
        text = text_of(said.content)
        if has_files(said.content) and not text.strip():
            return Reply(text=sayings.FILES)
        reply = await self._respond(text, may_ask=True)
        if has_files(said.content):
            return Reply(text=f"{sayings.FILES}\n\n{reply.text}", calls=reply.calls)
        return reply

    async def _take(self, call: Called, output: str) -> Reply:
        if call.name == DISPLAY_QUIZ:
            return Reply(text=await feedback.feedback(call.arguments, output, self._worker))
        if call.name == ASK_PERSON:
            return await self._answered(output)
        return Reply(text=sayings.FUNCTION_UNKNOWN)

    async def _answered(self, output: str) -> Reply:
        """A person chose or wrote something: a topic, if we asked for one, else a request."""
        said = _last_said(self._items)
        asked = quiz_request(wording.unaddressed(text_of(said.content))) if said else None
        nothing = output.strip().rstrip(".").lower() in feedback.WITHOUT_ANSWER
        if asked is not None and not asked.topics and not asked.unknown:
            named = QuizRequest() if nothing else topic_request(output)
            if not named.unknown and (named.topics or nothing):
                return await self._quiz(_merged(asked, named), may_ask=False)
        if nothing:
            return Reply(text=sayings.NO_ANSWER)
        return await self._respond(output, may_ask=False)

    async def _respond(self, text: str, *, may_ask: bool) -> Reply:
        wanted = intents(text)
        if len(wanted) == 1:
            return await self._one(wanted[0], may_ask=may_ask)
        replies = [await self._one(each, may_ask=False) for each in wanted]
        return Reply(
            text="\n\n".join(reply.text for reply in replies),
            calls=tuple(call for reply in replies for call in reply.calls),
        )

    async def _one(  # noqa: PLR0911 - one return per kind of intent
        self, intent: Intent, *, may_ask: bool
    ) -> Reply:
        match intent:
            case Solve():
                return Reply(text=await self._solve(intent))
            case QuizRequest():
                return _noted(await self._quiz(intent, may_ask=may_ask), intent.language)
            case Again():
                return _noted(await self._again(intent, may_ask=may_ask), intent.language)
            case Polite(courtesy):
                return Reply(text=sayings.COURTESIES[courtesy])
            case About(name):
                return Reply(text=_topic_text(name))
            case Plain():
                return await self._plain(intent, may_ask=may_ask)
            case Loose(formula):
                return self._offer(sayings.FORMULA_ALONE, _uses(formula), may_ask=may_ask)
            case Unread(part, reason):
                return self._offer(sayings.cannot_read(_quote(part), reason), may_ask=may_ask)
            case Unknown():
                return self._offer(sayings.NOT_UNDERSTOOD, may_ask=may_ask)

    async def _plain(self, intent: Plain, *, may_ask: bool) -> Reply:
        match intent.kind:
            case "explain":
                return Reply(text=await self._explain() or sayings.NOTHING_TO_EXPLAIN)
            case "hint":
                return Reply(text=hint(self._items))
            case "dislike":
                return Reply(text=sayings.DISLIKE)
            case "who":
                return Reply(text=sayings.WHO)
            case "help":
                return self._offer(sayings.HELP, may_ask=may_ask)
            case "empty":
                return self._offer(sayings.EMPTY, may_ask=may_ask)

    async def _solve(self, intent: Solve) -> str:
        done = await self._worker.ask(Work(problem=intent.problem))
        if isinstance(done, Worked):
            return done.full if intent.slowly else done.brief
        return sayings.cannot_answer(done.text if isinstance(done, Trouble) else sayings.BEYOND)

    async def _explain(self) -> str | None:
        """The newest thing before this message that has a way to be shown."""
        calls = {item.call_id: item for item in self._items if isinstance(item, Called)}
        before = _before_last_said(self._items)
        for item in reversed(before[-MAX_LOOKBACK:]):
            if isinstance(item, Answered):
                call = calls[item.call_id]
                if call.name == DISPLAY_QUIZ:
                    found = await feedback.walkthrough(
                        call.arguments, text_of(item.output), self._worker
                    )
                else:
                    found = await self._explained(text_of(item.output))
            elif isinstance(item, Message) and item.role == "user":
                found = await self._explained(text_of(item.content))
            else:
                continue
            if found is not None:
                return found
        return None

    async def _again(self, wish: Again, *, may_ask: bool) -> Reply:
        """What somebody wants of the last quiz: its reasons, or another one like it."""
        if wish.kind == "explain":
            return Reply(text=await self._explain() or sayings.NOTHING_TO_EXPLAIN)
        last = self._last_quiz()
        asked = None if last is None else quiz(last[0].arguments)
        level = LEVELS[wish.kind]
        if last is None or asked is None:
            if wish.kind == "missed":
                return self._offer(sayings.NO_QUIZ_YET, may_ask=may_ask)
            return await self._quiz(QuizRequest(level=level), may_ask=may_ask)
        chosen: Sequence[Asked] = asked.questions
        if wish.kind == "missed":
            missed = await feedback.missed(last[0].arguments, last[1], self._worker)
            if missed is not None and not missed:
                return Reply(text=sayings.NOTHING_MISSED)
            chosen = missed or chosen
        topics = [(topic_of(each.question_text), bool(each.choices)) for each in chosen]
        kinds = [(topic, choices) for topic, choices in topics if topic is not None]
        if not kinds:
            return self._offer(sayings.NOT_LIKE_THAT, may_ask=may_ask)
        return self._made(await self._quizzes.like(kinds, level))

    def _last_quiz(self) -> tuple[Called, str] | None:
        """The newest quiz before this message, with its output."""
        calls = {item.call_id: item for item in self._items if isinstance(item, Called)}
        for item in reversed(_before_last_said(self._items)):
            if isinstance(item, Answered) and calls[item.call_id].name == DISPLAY_QUIZ:
                return calls[item.call_id], text_of(item.output)
        return None

    async def _explained(self, text: str) -> str | None:
        parts = [
            await self._solve(Solve(each.problem, slowly=True))
            if isinstance(each, Solve)
            else _topic_more(each.name)
            for each in intents(text)
            if isinstance(each, Solve | About)
        ]
        return "\n\n".join(parts) or None

    async def _quiz(self, request: QuizRequest, *, may_ask: bool) -> Reply:
        if request.unknown:
            return self._offer(
                sayings.no_such_quiz(_quote(" ".join(request.unknown))),
                tuple(f"Quiz me on {topic.lower()}" for topic in sayings.TOPIC_CHOICES[3:7]),
                may_ask=may_ask,
            )
        if not request.topics and not request.sized and may_ask and ASK_PERSON in self._tools:
            return Reply(
                text=sayings.ASKING,
                calls=(_question(sayings.WHICH_TOPIC, sayings.TOPIC_CHOICES),),
            )
        return self._made(await self._quizzes.make(request))

    def _made(self, made: MadeQuiz | Trouble) -> Reply:
        if isinstance(made, Trouble):
            return Reply(text=sayings.cannot_make(made.text))
        if DISPLAY_QUIZ in self._tools:
            return Reply(
                text=made.announcement, calls=(Call(name=DISPLAY_QUIZ, arguments=made.arguments),)
            )
        return Reply(text=made.as_text())

    def _offer(
        self, text: str, requests: tuple[str, ...] = sayings.EXAMPLES, *, may_ask: bool
    ) -> Reply:
        """Say something and offer requests that work: as buttons where there is a way to ask."""
        if may_ask and ASK_PERSON in self._tools:
            return Reply(text=text, calls=(_question(sayings.WHICH_REQUEST, requests),))
        return Reply(text=sayings.offer(text, requests))


def _noted(reply: Reply, language: Language | None) -> Reply:
    """The reply, after the truth about its language for whoever asked in another one."""
    if language is None:
        return reply
    return replace(reply, text=f"{sayings.ENGLISH_ONLY[language]}\n\n{reply.text}")


def _uses(formula: str) -> tuple[str, ...]:
    """What can be done with a formula; with several letters calculus needs to be told of which."""
    letters = sorted(trees.variables(parser.formula(formula)))
    end = "" if len(letters) == 1 else f" with respect to {letters[-1]}"
    return (
        f"Differentiate {formula}{end}",
        f"Integrate {formula}{end}",
        f"Factor {formula}",
        f"Simplify {formula}",
    )


def _question(question: str, choices: tuple[str, ...]) -> Call:
    return Call(name=ASK_PERSON, arguments={"question": question, "choices": list(choices)})


def _merged(asked: QuizRequest, named: QuizRequest) -> QuizRequest:
    return QuizRequest(
        topics=named.topics,
        total=named.total or asked.total,
        kinds=named.kinds or asked.kinds,
        only=named.only if named.only is not None else asked.only,
        level=asked.level if named.level == 2 else named.level,
        audience=asked.audience,
        seconds=asked.seconds,
    )


def _topic_text(name: str) -> str:
    found = topics.explanation(name)
    return "" if found is None else sayings.example(found.text, found.example)


def _topic_more(name: str) -> str:
    found = topics.explanation(name)
    return "" if found is None else sayings.example(found.more, found.example)


def _quote(text: str) -> str:
    flat = " ".join(text.split()).replace("`", "ˋ")
    return f"`{flat[:MAX_QUOTED]}…`" if len(flat) > MAX_QUOTED else f"`{flat}`"


def _last_outputs(items: Items) -> list[tuple[Called, str]]:
    """The calls of the last round with their outputs, when the thread ends with them."""
    calls = {item.call_id: item for item in items if isinstance(item, Called)}
    found: list[tuple[Called, str]] = []
    for item in reversed(items):
        if isinstance(item, Answered):
            found.append((calls[item.call_id], text_of(item.output)))
        elif not (isinstance(item, Message) and item.role in {"developer", "system"}):
            break
    return found[::-1]


def _last_said(items: Items) -> Message | None:
    return next(
        (item for item in reversed(items) if isinstance(item, Message) and item.role == "user"),
        None,
    )


def _before_last_said(items: Items) -> list[Message | Called | Answered | Reasoning]:
    last = _last_said(items)
    place = next((index for index, item in enumerate(items) if item is last), 0)
    return list(items[:place])
