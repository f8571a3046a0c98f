"""What a message wants, read so that nothing in it is ignored: understood whole, or not at all."""

import re
from dataclasses import dataclass
from typing import Literal

from bot.offline import readings, topics, wording
from bot.offline.again import Again, again
from bot.offline.quiz_requests import QuizRequest, quiz_request
from bot.offline.solving.problems import Problem

# More requests in one message are a list to be split by whoever wrote it.
MAX_PARTS = 3
# Longer texts are stories; reading them word by word would only take time.
MAX_TEXT = 2000
MAX_SENTENCES = 8
MAX_WORDS = 60

Courtesy = Literal["thanks", "greeting", "farewell", "praise", "how_are_you"]


@dataclass(frozen=True, slots=True)
class Solve:
    """A problem; `slowly` when the way was asked for, not only the answer."""

    problem: Problem
    slowly: bool = False


@dataclass(frozen=True, slots=True)
class Polite:
    """Words that want a friendly reply and nothing else."""

    courtesy: Courtesy


@dataclass(frozen=True, slots=True)
class About:
    """The name of a topic that has an explanation."""

    name: str


@dataclass(frozen=True, slots=True)
class Plain:
    """Intents without any content of their own."""

    kind: Literal["explain", "hint", "dislike", "who", "help", "empty"]


@dataclass(frozen=True, slots=True)
class Loose:
    """A formula without a request."""

    formula: str


@dataclass(frozen=True, slots=True)
class Unread:
    """Mathematics that cannot be read for sure, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything else."""


Intent = Solve | QuizRequest | Again | Polite | About | Plain | Loose | Unread | Unknown


def intents(text: str) -> list[Intent]:
    """The one to three things that a message wants; any part not understood spoils the whole."""
    text = wording.unaddressed(text)
    if len(text) > MAX_TEXT:
        return [Unread(text, f"it is longer than {MAX_TEXT:,} characters")]
    whole = _intent(text)
    if not isinstance(whole, Unread | Unknown | Loose):
        return [whole]
    pieces = wording.sentences(text)
    if len(pieces) > MAX_SENTENCES:
        return [whole]
    parts = [_intent(piece) for piece in pieces]
    wanted: list[Intent] = [part for part in parts if not isinstance(part, Polite)] or parts[:1]
    if len(wanted) > 1 and Plain("dislike") in wanted:
        wanted = [part for part in wanted if part != Plain("help")]
    if any(isinstance(part, Solve) for part in wanted):
        # "Solve … . Can you help me?" and "… Explain it to me." ask for one thing.
        slowly = Plain("explain") in wanted
        wanted = [part for part in wanted if part not in (Plain("help"), Plain("explain"))]
        wanted = [
            Solve(p.problem, p.slowly or slowly) if isinstance(p, Solve) else p for p in wanted
        ]
    spoiled = next((part for part in wanted if isinstance(part, Unread | Unknown)), None)
    if spoiled is not None or not 0 < len(wanted) <= MAX_PARTS:
        return [whole if spoiled is None or len(parts) == 1 else spoiled]
    return wanted


def _intent(text: str) -> Intent:
    if not re.search(r"\w", text):
        return Plain("empty")
    found = readings.problem(text)
    if found is not None:
        return Solve(found, slowly=_SLOWLY.search(text) is not None)
    said = wording.words(text)
    once_more = again(said) if len(said) <= MAX_WORDS else None
    if once_more is not None:
        return once_more
    quiz = quiz_request(text)
    if quiz is not None:
        return quiz
    talk = _small_talk(said) if len(said) <= MAX_WORDS else None
    return talk or _about_mathematics(text)


def _about_mathematics(text: str) -> Intent:
    explained = _EXPLAIN_FORMULA.match(text)
    if explained is not None:
        found = readings.problem(text[explained.end() :])
        if found is not None:
            return Solve(found, slowly=True)
    loose = readings.loose(text)
    if loose is not None:
        return Loose(loose)
    reason = readings.complaint(text)
    return Unknown() if reason is None else Unread(text, reason)


_SLOWLY = re.compile(
    r"step by step|\bwith (?:all )?(?:the )?steps\b|\bshow\b.*\b(?:steps|work|how)\b|\bexplain\b",
    re.IGNORECASE,
)
_EXPLAIN_FORMULA = re.compile(
    r"\s*(?:(?:please|can you|could you|would you)\s+)*"
    r"(?:explain|show)(?: to)?(?: me| us)?(?: step by step)?(?: how)?(?: to| you| do you)*[\s:,]+",
    re.IGNORECASE,
)

_COURTESIES: tuple[tuple[Courtesy, wording.Bag], ...] = (
    (
        "thanks",
        wording.bag(
            "thank thanks thx ty tysm cheers appreciate appreciated merci gracias danke",
            """you so very much a lot for your the help that was this it is really helpful great
            nice cool perfect awesome ok okay tutor docent i explanation quiz again all many bye
            good helping explaining and me to oh wow got now understand""",
        ),
    ),
    (
        "farewell",
        wording.bag(
            "bye goodbye", "good see you later for now ok okay then tutor docent soon and take care"
        ),
    ),
    (
        "greeting",
        wording.bag(
            "hi hello hey hallo hola howdy greetings morning afternoon evening yo",
            "there good tutor docent everyone all again to you my friend dear",
        ),
    ),
    (
        "praise",
        wording.bag(
            "great cool nice perfect awesome ok okay good wow super fine excellent understood yes",
            "got that's that is was it i very really helpful makes sense now better so see all job",
        ),
    ),
)
_EXPLAIN = wording.bag(
    """explain explained explanation understand why how elaborate detail details detailed steps
    clarify confused lost mean slowly again further""",
    """this that it to me us the you could can please would did get i do not don't didn't what does
    a bit little more in answer solution result step by was is so work works worked show one last
    each still really your simpler simple terms words better way came come there from with for
    having trouble walk through tell some once of sorry but hi hello hey thanks every all problem
    equation quiz question questions feedback am i'm""",
)
_HINT = wording.bag(
    "hint hints clue tip tips stuck",
    """a give me can i have get could you please need the for this that question one quiz on it any
    some another i'm im am small little with just want would like to help no idea next first""",
)
_TOPIC_FILLERS = frozenset(
    wording.words(
        """
        explain what what's whats is are tell teach about to me us the a an could can would you
        please describe introduce introduction define definition of mean means meant how do does i
        we learn understand don't not need want like know more help with work works works? it get
        some bit little basics idea concept rule topic math maths mathematics in simple words terms
        for beginners hi hello hey used use why should something short briefly give quick overview
        """
    )
)
_MATHS = r"(?:maths?|mathematics|algebra|calculus|numbers|equations|fractions|it|this|homework)"
_DISLIKE = re.compile(
    r"\b(?:(?:don't|dont|do not|can't|cannot|never)(?: really)?"
    r" (?:like|enjoy|get|understand|do|stand)"
    r"|hate|dislike|detest|afraid of|scared of|fear|bad at|no good at|not good at|terrible at|"
    rf"struggle with|struggling with|tired of) (?:\w+ )?{_MATHS}\b"
    rf"|\b{_MATHS} (?:is|are) (?:so |too |very |really )?"
    r"(?:boring|hard|difficult|stupid|useless|scary|awful|not for me|not my thing)\b"
)
_WHO = re.compile(
    r"(?:hi |hello |hey )?(?:who|what) (?:are|r) (?:you|u)"
    r"|are you (?:an? )?(?:\w+ )?(?:ai|bot|robot|human|person|real|chatgpt|gpt|machine|computer)"
    r"|what(?:'s| is) your name|who made you"
)
_WITH = r"(?: with (?:my |some )?(?:maths? )?(?:homework|maths?|mathematics|exercises?))?"
_HELP = re.compile(
    r"(?:hi |hello |hey )?(?:help|help please|please help(?: me)?|menu|examples?"
    rf"|(?:i need help|help me|(?:can|could) you (?:please )?help(?: me)?){_WITH}(?: please)?"
    r"|what (?:can|could|should) (?:you|i|we) (?:do|ask|try|say)(?: here| you| now| for me)?"
    r"|how does this work|how do (?:i|you) (?:use (?:this|you)|work)|what do you (?:do|know))"
)
_HOW_ARE_YOU = re.compile(
    r"(?:hi |hello |hey )?(?:how are you|how's it going|what's up|how do you do)(?: today| doing)?"
)


def _small_talk(said: list[str]) -> Intent | None:  # noqa: PLR0911 - one return per kind
    plain = " ".join(said)
    if _HOW_ARE_YOU.fullmatch(plain):
        return Polite("how_are_you")
    if _HELP.fullmatch(plain):
        return Plain("help")
    if _WHO.fullmatch(plain):
        return Plain("who")
    for courtesy, bag in _COURTESIES:
        if wording.fits(said, bag):
            return Polite(courtesy)
    if wording.fits(said, _HINT):
        return Plain("hint")
    if wording.fits(said, _EXPLAIN):
        return Plain("explain")
    name = _topic(said)
    if name is not None:
        return About(name)
    if _DISLIKE.search(plain) and not any(word.isdigit() for word in said):
        return Plain("dislike")
    return None


def _topic(said: list[str]) -> str | None:
    """The topic that is left when every other word is a filler."""
    for first in range(len(said)):
        for last in range(min(len(said), first + 3), first, -1):
            name = " ".join(said[first:last])
            rest = said[:first] + said[last:]
            if topics.explanation(name) and all(word in _TOPIC_FILLERS for word in rest):
                return name
    return None
