"""Requests for a quiz in German and Spanish, put into the English words that are read here.

These are the sentences that `/tutor quiz` writes for people who speak those languages, and what
people write themselves that is close to them. Anything else is left as it is.
"""

import re
from dataclasses import dataclass
from typing import Literal

from bot.offline.wording import words

Language = Literal["de", "es"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """What was wanted of a quiz, in English; words that nobody here knows stay as they were."""

    language: Language
    text: str


_MAKE = r"(?:mache?|erstelle?|gib|starte)(?: mir| uns)?(?: bitte)?"
_EIN = r"(?:(?:noch )?ein )?(?:(?:kurzes|kleines|neues|weiteres) )?"
_HAZ = r"(?:haz(?:me|nos)?|crea|dame|danos|prepara|quiero)"
_REQUESTS: tuple[tuple[Language, re.Pattern[str]], ...] = (
    (
        "de",
        re.compile(
            rf"(?:bitte )?(?:{_MAKE} {_EIN}quiz"
            rf"|{_EIN}quiz(?= (?:über|ueber|zu|zum|zur)\b)|noch ein quiz)(?: (.*))?"
        ),
    ),
    (
        "es",
        re.compile(
            rf"(?:por favor )?(?:(?:{_HAZ} )?(?:(?:un|otro) )?cuestionario"
            rf"|{_HAZ} (?:(?:un|otro) )?(?:quiz|test)"
            r"|(?:(?:un|otro) )?(?:quiz|test)(?= sobre\b))(?: (.*))?"
        ),
    ),
)
# Longer names first. People leave out accents, or write them as two letters.
_NAMES: tuple[tuple[str, str], ...] = (
    (r"lineare[nr]? algebra|[áa]lgebra lineal", "linear algebra"),
    (
        (
            r"lineare[nr]? gleichung(?:en)?"
            r"|ecuaci(?:[óo]n|ones) (?:lineal(?:es)?|de primer grado)"
        ),
        "linear equations",
    ),
    (
        (
            r"quadratische[nr]? gleichung(?:en)?"
            r"|ecuaci(?:[óo]n|ones) (?:cuadr[áa]ticas?|de segundo grado)"
        ),
        "quadratic equations",
    ),
    (r"gleichung(?:en)?|ecuaci(?:[óo]n|ones)", "equations"),
    (r"[áa]lgebra", "algebra"),
    (r"br(?:ü|ue)chen?|bruch(?:rechnen|rechnung)?|fracci(?:[óo]n|ones)", "fractions"),
    (r"prozent(?:en?|rechnen|rechnung)?|porcentajes?", "percentages"),
    (
        r"arithmetik|(?:kopf)?rechnen|grundrechenarten|aritm[ée]tica|c[áa]lculo mental",
        "arithmetic",
    ),
    (
        (
            r"ableitung(?:en)?|ableiten|differen[tz]ialrechnung|derivadas?|derivaci[óo]n"
            r"|c[áa]lculo diferencial"
        ),
        "derivatives",
    ),
    (
        (
            r"integrale?n?|integralrechnung|integrieren|stammfunktion(?:en)?|integrales"
            r"|integraci[óo]n|c[áa]lculo integral"
        ),
        "integrals",
    ),
    (r"analysis|c[áa]lculo", "calculus"),
    (
        (
            r"gemischte[nr]? themen|gemischt|alles|mathe(?:matik)?"
            r"|temas (?:mixtos|variados)|de todo|matem[áa]ticas"
        ),
        "mixed topics",
    ),
    (r"fragen?|aufgaben?|preguntas?|ejercicios?", "questions"),
    (r"opci[óo]n m[úu]ltiple", "multiple choice"),
    (r"freitext|texto libre", "free text"),
)
_COMPILED = tuple((re.compile(rf"\b(?:{pattern})\b"), name) for pattern, name in _NAMES)
# Words that change nothing about a quiz, as they stand between topics and numbers.
_FILLERS: dict[Language, frozenset[str]] = {
    "de": frozenset(
        words(
            """
            über ueber zu zum zur mit und von der die das den dem des ein eine einen einem einer
            bitte thema themen diesem dieses diese diesen für fuer mich uns
            """
        )
    ),
    "es": frozenset(
        words(
            """
            sobre de del con y e el la los las lo un una por favor tema temas este esta estos estas
            para mí mi nosotros
            """
        )
    ),
}


def translated(plain: str) -> Translated | None:
    """The request in these lower-case words, None when it is not in German or Spanish."""
    for language, pattern in _REQUESTS:
        match = pattern.fullmatch(plain)
        if match is not None:
            said = with_english_names(match[1] or "")
            kept = (word for word in said.split() if word not in _FILLERS[language])
            return Translated(language=language, text=" ".join(kept))
    return None


def with_english_names(plain: str) -> str:
    """The same words, with topics that are named in German or Spanish named in English."""
    for pattern, name in _COMPILED:
        plain = pattern.sub(name, plain)
    return plain
