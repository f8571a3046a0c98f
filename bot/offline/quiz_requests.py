"""Requests for a quiz: topic, number and kinds, with every word accounted for."""

import re
from dataclasses import dataclass, field, replace

from bot.offline import wording
from bot.offline.audiences import Audience, wanted
from bot.offline.solving.problems import TOPICS, Topic
from bot.offline.translations import Language, translated, with_english_names

MAX_QUESTIONS = 10
DEFAULT_QUESTIONS = 3

_EQUATIONS: tuple[Topic, ...] = ("linear equations", "quadratic equations")
_MIXED = r"mixed(?: topics?)?|all topics|everything|anything|random(?: topics?)?"
# Longest first. None: a subject that has no questions here, to be said instead of guessed.
_TOPIC_WORDS: tuple[tuple[str, tuple[Topic, ...] | None], ...] = (
    (r"linear algebra", None),
    (r"(?:linear|quadratic) (?:functions?|inequalit(?:y|ies))", None),
    (r"partial fractions?", None),
    (r"linear equations?", ("linear equations",)),
    (r"quadratics?(?: equations?)?", ("quadratic equations",)),
    (r"(?:solving )?equations?|algebra", _EQUATIONS),
    (r"anti ?derivatives?|(?:definite |indefinite )?integrals?|integration", ("integrals",)),
    (r"derivatives?|differentiation", ("derivatives",)),
    (r"calculus", ("derivatives", "integrals")),
    (r"fractions?", ("fractions",)),
    (r"percent(?:age)?s?", ("percentages",)),
    (r"(?:basic )?arithmetics?|(?:basic|mental) maths?|calculations?", ("arithmetic",)),
    (rf"{_MIXED}|maths?|mathematics|general", TOPICS),
)
_CUES = re.compile(
    r"\b(?:quiz(?:zes)?|practi[cs]e|exercises?|drill|test me|flash ?cards?)\b"
    r"|\b(?:make|give|ask|create|generate|want|need|write|have|get|another|more|\d+|some|few)\b"
    r".*\b(?:questions?|problems)\b"
)
_CHOICES = r"multiple choices?|mcq?s?|choices?"
_OPEN = r"open ended|open ends?|open|free (?:response|text|form)s?|written|short answers?|typed"
_NOUN = r"(?:questions?|problems?|exercises?|items?|tasks?|ones?)"
_LEVELS = {"easy": 1, "easier": 1, "simple": 1, "hard": 3, "harder": 3, "difficult": 3}
_COUNTS = wording.NUMBERS | {"couple": 2, "few": 3, "several": 4}
# Words that change nothing about the quiz. Every other word must mean something, or is unknown.
_STOP = frozenset(
    wording.words(
        """
        a an the me us i you we my our your it them they this that is are be to for of on about with
        in at by from and or then also so please pls can could would will do does like want need
        make give get create generate write ask have let's lets let start begin take quiz quizzes
        practice practise practicing practising drill test some more another new other different
        again next short quick little small each both topic topics subject kind kinds type types
        feedback response responses answer answers after afterwards later when done finished grade
        check correct mark now hi hello hey ok okay yes thanks thank just all set help study learn
        prepare exam has contains containing consisting made up how i'd i'm i'll we'd flashcards
        flashcard only
        """
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizRequest:
    """What was asked for.

    `kinds` holds, for each question whose kind was named with a number, whether it has choices;
    `only` is set when one kind was named for all. `unknown` are the words that nobody here
    understands; then no quiz must be made. `language` is the one it was asked in, None for English.
    `seconds` is how long it is open, None where nobody said so.
    """

    topics: tuple[Topic, ...] = ()
    total: int | None = None
    kinds: tuple[bool, ...] = ()
    only: bool | None = None
    level: int = 2
    unknown: tuple[str, ...] = ()
    language: Language | None = None
    audience: Audience = "asker"
    seconds: int | None = None

    @property
    def sized(self) -> bool:
        """Whether a number or a kind was named, so that a mixed quiz is a fair reading."""
        return self.total is not None or bool(self.kinds) or self.only is not None

    @property
    def too_many(self) -> bool:
        return max(self.total or 0, len(self.kinds)) > MAX_QUESTIONS

    def plan(self) -> list[bool]:
        """For every question whether it has choices; at most MAX_QUESTIONS."""
        total = max(self.total or 0, len(self.kinds)) or DEFAULT_QUESTIONS
        planned = list(self.kinds)
        while len(planned) < min(total, MAX_QUESTIONS):
            alternate = not planned[-1] if planned else True
            planned.append(alternate if self.only is None else self.only)
        return planned[:MAX_QUESTIONS]


def quiz_request(text: str) -> QuizRequest | None:
    """The request for a quiz in a text, or None when it asks for none."""
    said = wanted(" ".join(wording.words(text)))
    foreign = translated(said.rest)
    if foreign is not None:
        request = replace(_read(foreign.text), language=foreign.language)
    elif _CUES.search(said.rest) is not None:
        request = _read(said.rest)
    else:
        return None
    return replace(request, audience=said.audience, seconds=said.seconds)


def topic_request(text: str) -> QuizRequest:
    """A topic alone, as the answer to “which topic?”."""
    return _read(with_english_names(" ".join(wording.words(text))))


def _read(plain: str) -> QuizRequest:
    plain, topics, unknown = _topics(plain)
    plain = re.sub(rf"\b(?:{_CHOICES})\b", "kind-choices", plain)
    plain = re.sub(rf"\b(?:{_OPEN})\b", "kind-open", plain)
    plain = re.sub(
        r"\b(?:an?|another)((?: \S+)?(?: kind-\w+)?) (?=(?:question|problem|exercise)\b)",
        r"1\1 ",
        plain,
    )
    counts = _Counts()
    for word in plain.split():
        counts.take(word)
    return QuizRequest(
        topics=tuple(topics),
        total=counts.total if counts.pending is None else counts.total or counts.pending,
        kinds=tuple(counts.kinds),
        only=next(iter(counts.named)) if len(counts.named) == 1 else None,
        level=counts.level,
        unknown=(*unknown, *counts.unknown),
    )


def _topics(plain: str) -> tuple[str, list[Topic], list[str]]:
    """The text with its topics taken out, the topics, and subjects that have no questions."""
    topics: list[Topic] = []
    unknown: list[str] = []
    for pattern, found in _TOPIC_WORDS:
        match = re.search(rf"\b(?:{pattern})\b", plain)
        plain = re.sub(rf"\b(?:{pattern})\b", "·", plain)
        if match is not None and found is None:
            unknown.append(match.group())
        # "maths" beside a topic adds nothing: "a maths quiz about fractions".
        elif match and found is not None and not (found is TOPICS and topics):
            topics += [topic for topic in found if topic not in topics]
    return plain, topics, unknown


@dataclass(slots=True)
class _Counts:
    """Numbers and kinds, word by word: a number belongs to the next kind or noun."""

    total: int | None = None
    pending: int | None = None
    level: int = 2
    kinds: list[bool] = field(default_factory=list)
    named: set[bool] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)

    def take(self, word: str) -> None:
        if word.startswith("kind-"):
            self._take_kind(choices=word == "kind-choices")
        elif word.isdigit() or word in _COUNTS:
            self.pending = int(word[:4]) if word.isdigit() else _COUNTS[word]
        elif re.fullmatch(_NOUN, word):
            if self.pending is not None:
                self.total, self.pending = self.pending, None
        elif word in _LEVELS:
            self.level = _LEVELS[word]
        elif word not in _STOP and word != "·":
            self.unknown.append(word)

    def _take_kind(self, *, choices: bool) -> None:
        self.named.add(choices)
        if self.pending is not None:
            self.kinds += [choices] * min(self.pending, MAX_QUESTIONS + 1)
            self.pending = None
