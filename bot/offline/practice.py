"""Quizzes made for a request: topics in turn, kinds as planned, no question twice."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from bot.jsons import Json
from bot.offline import sayings
from bot.offline.quiz_requests import QuizRequest
from bot.offline.solving.problems import TOPICS, Make, Question, Topic, Trouble
from bot.offline.solving.process import Worker

# A small topic may repeat itself; then the same question is better than none.
MAX_TRIES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeQuiz:
    """A quiz as the arguments of `display_quiz`, and the sentence before it."""

    title: str
    questions: tuple[Question, ...]
    announcement: str

    @property
    def arguments(self) -> Json:
        return {"title": self.title, "questions": [_argument(each) for each in self.questions]}

    def as_text(self) -> str:
        """The quiz for those who cannot be shown one."""
        lines = [f"**{self.title}**"]
        for number, question in enumerate(self.questions, 1):
            choices = "".join(
                f"\n   - {letter}) {choice}"
                for letter, choice in zip("ABCDEFGH", question.choices, strict=False)
            )
            lines.append(f"{number}. {question.text}{choices}")
        return "\n\n".join([*lines, sayings.QUIZ_AS_TEXT])


def _argument(question: Question) -> Json:
    if not question.choices:
        return {"question_text": question.text, "question_type": "FREE_RESPONSE"}
    return {
        "question_text": question.text,
        "question_type": "MULTIPLE_CHOICE",
        "choices": list(question.choices),
    }


class Quizzes:
    """Makes quizzes from one seed; the same seed and request give the same quiz."""

    def __init__(self, worker: Worker, *, seed: int) -> None:
        self._worker = worker
        self._rng = random.Random(seed)  # noqa: S311 - variety, not secrecy

    async def make(self, request: QuizRequest) -> MadeQuiz | Trouble:
        """All questions of a quiz, or why there is none."""
        plan = request.plan()
        subjects = self._subjects(request.topics or TOPICS, len(plan))
        questions: list[Question] = []
        for topic, choices in zip(subjects, plan, strict=True):
            made = await self._question(topic, request.level, questions, choices=choices)
            if isinstance(made, Trouble):
                return made
            questions.append(made)
        return MadeQuiz(
            title=_subject(subjects if len(plan) == 1 else request.topics).capitalize(),
            questions=tuple(questions),
            announcement=sayings.announcement(
                len(plan),
                _subject(request.topics) if request.topics else "",
                cut=request.too_many,
            ),
        )

    def _subjects(self, topics: Sequence[Topic], size: int) -> list[Topic]:
        subjects: list[Topic] = []
        while len(subjects) < size:
            subjects += self._rng.sample(topics, len(topics))
        return subjects[:size]

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


def _subject(topics: Sequence[Topic]) -> str:
    if not topics or len(topics) == len(TOPICS):
        return sayings.MIXED_TOPICS
    return sayings.listed([topic for topic in TOPICS if topic in topics])
