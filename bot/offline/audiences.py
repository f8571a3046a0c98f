"""Whom a quiz is for and how long it is open, taken out of the words of a request for one."""

import re
from dataclasses import dataclass
from typing import Literal

from bot.offline.wording import NUMBERS

Audience = Literal["asker", "everyone", "first"]

MAX_SECONDS = 7 * 24 * 60 * 60
"""A week, the longest that a quiz takes."""

_SECONDS: tuple[tuple[str, int], ...] = (
    (r"seconds?|secs?|sekunden?|segundos?", 1),
    (r"minutes?|mins?|minuten?|minutos?", 60),
    (r"hours?|stunden?|horas?", 60 * 60),
    (r"days?|tage?n?|d[íi]as?", 24 * 60 * 60),
)
_UNITS = "|".join(pattern for pattern, _ in _SECONDS)
_COUNTS = NUMBERS | dict.fromkeys(("a", "an", "ein", "eine", "einer", "einem", "un", "una"), 1)
# “In ten minutes” says when to begin, which nobody here can do: those words stay as they are.
_TIME = re.compile(
    r"(?:(?<=^)|(?<= ))"
    r"(?:(?:(?:with|mit|con) )?(?:an? |einem |un )?"
    r"(?:time limit|limit|timer|zeitlimit|l[íi]mite(?: de tiempo)?)(?: of| is| von| de)? "
    r"|(?:that |which |and )?(?:is |it's |stays )?"
    r"(?:open|closes?|closing|ends?|ending|lasts?|lasting)(?: for| in| after)? "
    r"|(?:you|we|they) have |(?:within|for|at most|up to) "
    r"|(?:innerhalb von|binnen|für|fuer|maximal|höchstens|offen für|offen) "
    r"|(?:durante|m[áa]ximo|abierto(?: durante)?) |(?:with|mit|con|de|a|an|ein|un) )?"
    rf"(?<!\bin )(?<!\ben )(?P<number>half an|\d{{1,4}}|{'|'.join(_COUNTS)}) (?P<unit>{_UNITS})"
    r"(?: (?:long|time|limit|timer|time limit|zeit|lang|offen|de tiempo|zum antworten|to answer"
    r"|para responder))?(?= |$)"
)
_RIGHT = (
    r"(?: (?:is|to|be|answers?|right|rightly|correct|correctly|it|person|one|who|that|gets?|student"
    r"|learner|with|the|and))*"
)
_RICHTIG = (
    r"(?: (?:ist|am|als|es|richtige?|antwort|antwortet|hat|weiß|weiss|löst|loest|person|die|der))*"
)
_CORRECTA = (
    r"(?: (?:respuesta|correcta|que|quien|en|acierte|acertar|responda|responder|conteste|contestar"
    r"|bien|correctamente|primero))*"
)
_FIRST = re.compile(
    rf"\b(?:(?:where|and|so that) )?(?:the )?(?:first|fastest|quickest){_RIGHT} wins\b"
    rf"|\b(?:where|and )?(?:whoever|who){_RIGHT} (?:first|fastest){_RIGHT} wins\b"
    r"|\b(?:as |like )?an? race\b|\b(?:the )?first to answer\b|\bagainst each other\b"
    r"|\b(?:um die wette|(?:als )?(?:ein )?wettrennen)\b"
    rf"|\b(?:(?:und|wobei) )?(?:wer|der|die|das){_RICHTIG}"
    rf" (?:erster?|schnellste|zuerst|schnellsten){_RICHTIG} gewinnt\b"
    rf"|\b(?:und )?(?:erste|schnellste){_RICHTIG} gewinnt\b"
    rf"|\b(?:y )?gana (?:el|la|quien)(?: (?:primer[oa]?|m[áa]s r[áa]pid[oa]))?{_CORRECTA}(?= |$)"
    rf"|\b(?:el|la|quien)(?: primer[oa]?)?{_CORRECTA} gana\b|\b(?:como )?una carrera\b"
)
_OURS = r"(?:the|my|our|this|a|die|meine|unsere|diese|den|meinen|unseren|la|mi|nuestra|el|nuestro)"
_WHOLE = r"(?:whole|entire|ganze|ganzen|toda|todo)"
_GROUP = (
    r"(?:class|group|course|team|channel|school|students|learners|pupils|classmates|klasse|gruppe"
    r"|kurs|kanal|schüler|schülerinnen|schueler|clase|grupo|curso|canal|alumnos)"
)
# “For all topics” is about topics.
_NOT_THEM = (
    r"(?! (?:topics?|questions?|answers?|responses?|kinds?|types?|themen|fragen|antworten|temas?"
    r"|preguntas|respuestas)\b)"
)
_EVERYONE = re.compile(
    r"\bfor (?:everyone|everybody|us all|all of us|all)(?: here| in here)?"
    rf"(?: (?:in|of) {_OURS} (?:{_WHOLE} )?{_GROUP})?\b{_NOT_THEM}"
    r"|\b(?:für|fuer) (?:uns )?alle(?: hier)?"
    rf"(?: in (?:der|dem|unserer|unserem) {_GROUP})?\b{_NOT_THEM}"
    r"|\bpara (?:todos(?: nosotros)?|todas|todo el mundo)(?: aqu[íi])?\b" + _NOT_THEM
    + rf"|\b(?:for|für|fuer|para) (?:all )?(?:{_OURS} )?(?:{_WHOLE} )?(?:{_OURS} )?{_GROUP}\b"
)  # fmt: skip
_SHARED_QUIZ = re.compile(
    r"\b(?:class|group|klassen|gruppen) ?quiz\b"
    rf"|\bquiz (?:everyone|everybody|us all|all of us|{_OURS} (?:{_WHOLE} )?{_GROUP})\b"
)
_RACE_QUIZ = re.compile(r"\b(?:race quiz|quiz race|speed quiz|quizrennen|wettquiz)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The words that are left, whom the quiz is for, and how long it is open, in seconds."""

    rest: str
    audience: Audience = "asker"
    seconds: int | None = None


def wanted(plain: str) -> Wanted:
    """What is said in these lower-case words about the audience and the time."""
    seconds = sum(_length(found) for found in _TIME.finditer(plain))
    rest, shared = _SHARED_QUIZ.subn("quiz", _TIME.sub(" ", plain))
    rest, race = _RACE_QUIZ.subn("quiz", rest)
    rest, first = _FIRST.subn(" ", rest)
    rest, everyone = _EVERYONE.subn(" ", rest)
    return Wanted(
        rest=" ".join(rest.split()),
        audience="first" if first or race else "everyone" if everyone or shared else "asker",
        seconds=min(seconds, MAX_SECONDS) or None,
    )


def _length(found: re.Match[str]) -> int:
    unit = next(size for pattern, size in _SECONDS if re.fullmatch(pattern, found["unit"]))
    number = found["number"]
    if number == "half an":
        return unit // 2
    return unit * (int(number) if number.isdigit() else _COUNTS[number])
