"""Quizzes made for a request: topics in turn, kinds as planned, no question twice."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from bot.jsons import Json
from bot.offline import readings, sayings
from bot.offline.audiences import Audience
from bot.offline.quiz_requests import MAX_QUESTIONS, QuizRequest
from bot.offline.solving.problems import TOPICS, Make, Question, Topic, Trouble, Work, Worked
from bot.offline.solving.process import Worker

# A small topic may repeat itself; then the same question is better than none.
MAX_TRIES = 4

Kind = tuple[Topic, bool]
"""What a question is about, and whether it has choices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A question with a hint, and with the reason of its answer where there is one."""

    question: Question
    hint: str = ""
    explanation: str = ""

    @property
    def argument(self) -> Json:
        """It as `display_quiz` takes it."""
        asked: Json = {"question_text": self.question.text}
        if self.question.choices:
            asked["question_type"] = "MULTIPLE_CHOICE"
            asked["choices"] = list(self.question.choices)
        else:
            asked["question_type"] = "FREE_RESPONSE"
        asked["answer"] = self.question.answer
        return asked | {
            name: text
            for name, text in (("hint", self.hint), ("explanation", self.explanation))
            if text
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeQuiz:
    """A quiz as the arguments of `display_quiz`, and the sentence before it."""

    title: str
    questions: tuple[Explained, ...]
    announcement: str
    audience: Audience = "asker"
    seconds: int | None = None

    @property
    def arguments(self) -> Json:
        made: Json = {
            "title": self.title,
            "questions": [each.argument for each in self.questions],
        }
        if self.audience != "asker":
            made["audience"] = self.audience
        if self.seconds is not None:
            made["time_limit_seconds"] = self.seconds
        return made

    def as_text(self) -> str:
        """The quiz for those who cannot be shown one."""
        lines = [f"**{self.title}**"]
        for number, question in enumerate((each.question for each in self.questions), 1):
            choices = "".join(
                f"\n   - {letter}) {choice}"
                for letter, choice in zip("ABCDEFGH", question.choices, strict=False)
            )
            lines.append(f"{number}. {question.text}{choices}")
        return "\n\n".join([*lines, sayings.QUIZ_AS_TEXT])


class Quizzes:
    """Makes quizzes from one seed; the same seed and request give the same quiz."""

    def __init__(self, worker: Worker, *, seed: int) -> None:
        self._worker = worker
        self._rng = random.Random(seed)  # noqa: S311 - variety, not secrecy

    async def make(self, request: QuizRequest) -> MadeQuiz | Trouble:
        """All questions of a quiz, or why there is none."""
        plan = request.plan()
        subjects = self._subjects(request.topics or TOPICS, len(plan))
        made = await self._questions(list(zip(subjects, plan, strict=True)), request.level)
        if isinstance(made, Trouble):
            return made
        return MadeQuiz(
            title=_subject(subjects if len(plan) == 1 else request.topics).capitalize(),
            questions=made,
            announcement=sayings.announcement(
                len(plan),
                _subject(request.topics) if request.topics else "",
                cut=request.too_many,
            ),
            audience=request.audience,
            seconds=request.seconds,
        )

    async def like(self, kinds: Sequence[Kind], level: int) -> MadeQuiz | Trouble:
        """A quiz of other questions of these kinds, or why there is none."""
        made = await self._questions(kinds[:MAX_QUESTIONS], level)
        if isinstance(made, Trouble):
            return made
        about = _subject([topic for topic, _ in kinds])
        return MadeQuiz(
            title=about.capitalize(),
            questions=made,
            announcement=sayings.announcement(len(made), about, cut=False),
        )

    def _subjects(self, topics: Sequence[Topic], size: int) -> list[Topic]:
        subjects: list[Topic] = []
        while len(subjects) < size:
            subjects += self._rng.sample(topics, len(topics))
        return subjects[:size]

    async def _questions(
        self, kinds: Sequence[Kind], level: int
    ) -> tuple[Explained, ...] | Trouble:
        questions: list[Question] = []
        for topic, choices in kinds:
            made = await self._question(topic, level, questions, choices=choices)
            if isinstance(made, Trouble):
                return made
            questions.append(made)
        return tuple([await self._explained(each) for each in questions])

    async def _question(
        self, topic: Topic, level: int, earlier: Sequence[Question], *, choices: bool
    ) -> Question | Trouble:
        texts = {question.text for question in earlier}
        made: Question | Trouble = Trouble(text="I had no idea for a question")
        for _ in range(MAX_TRIES):
            job = Make(topic=topic, choices=choices, seed=self._rng.getrandbits(32), level=level)
            result = await self._worker.ask(job)
            if isinstance(result, Trouble):
                return result
            if isinstance(result, Question):
                made = result
                if result.text not in texts:
                    break
        return made

    async def _explained(self, question: Question) -> Explained:
        """With the way to the answer, as it is worked out for whoever asks."""
        problem = readings.problem(question.text)
        if problem is None:
            return Explained(question=question, hint=question.hint)
        hint = question.hint or sayings.HINTS[problem.kind]
        done = await self._worker.ask(Work(problem=problem))
        if not isinstance(done, Worked):
            return Explained(question=question, hint=hint)
        way = sayings.sentence(done.brief)
        # The way of an equation says what was done; elsewhere only the rule does.
        explanation = way if problem.kind == "solve" else f"{hint} {way}"
        return Explained(question=question, hint=hint, explanation=explanation)


def _subject(topics: Sequence[Topic]) -> str:
    if not topics or len(topics) == len(TOPICS):
        return sayings.MIXED_TOPICS
    return sayings.listed([topic for topic in TOPICS if topic in topics])
