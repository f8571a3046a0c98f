"""What people want after a quiz: what they missed once more, something harder, or the reasons."""

import re
from dataclasses import dataclass
from typing import Literal

from bot.offline import wording
from bot.offline.translations import Language

After = Literal["missed", "harder", "easier", "explain"]


@dataclass(frozen=True, slots=True)
class Again:
    """A wish about the last quiz; `language` is the one it was said in, None for English."""

    kind: After
    language: Language | None = None


# Words that change nothing about such a wish. Any other word makes it something else.
_ENGLISH = """
    the a an ones one that those this which i my me us we it them you what and with on of about to
    in from for again once more another new please pls can could would want like let's lets let try
    make give do did get have had got practice practise practicing repeat redo retry go over quiz
    quizzes question questions same topic topics kind last now some just was were not bit little
    """
_GERMAN = """
    die das der den dem ein eine einen einem ich mir mich uns wir es sie was welche und mit zu zum
    zur über von im in aus noch nochmal nochmals einmal mal wieder neue neues neuen anderes weiteres
    bitte kannst könntest du möchte will lass versuche versuchen versuch probiere probieren probier
    mach mache machen gib stell stelle frag frage üben übe wiederhole wiederholen quiz fragen
    aufgaben gleichen selben diesem thema themen letzten jetzt etwas bisschen hatte habe hab sind
    waren nicht warum auch zeig zeige
    """
_SPANISH = """
    el la los las lo un una unos unas yo me nos que qué cuáles y con de del a al en sobre para por
    favor otra otro otras otros vez nuevo nueva más algo poco haz hazme haznos dame danos crea
    prepara quiero puedes podrías intenta intentar intentemos probar prueba practicar practica
    repetir repite repasar repasa volver vuelve cuestionario quiz test pregunta preguntas ejercicios
    mismo misma tema temas último última ahora he ha hice tuve no porqué
    """
_MISSED = "missed wrong mistakes mistake failed incorrect"
_VERFEHLT = """
    falsch falschen falsche fehler fehlern verfehlte verfehlten verfehlt verpasst verpassten gewusst
    gelungen
    """
_FALLADO = """
    fallé falle fallado falladas fallada fallos errores error equivoqué equivocado equivocadas
    incorrectas mal acerté acertado acertadas
    """
# The reasons first: “explain the ones I missed” asks for no other questions.
_WISHES: tuple[tuple[After, Language | None, wording.Bag], ...] = (
    ("explain", "de", wording.bag("erkläre erklär erklären erklärung", _GERMAN + _VERFEHLT)),
    (
        "explain",
        "es",
        wording.bag("explica explicar explícame explicame explicación", _SPANISH + _FALLADO),
    ),
    ("missed", None, wording.bag(_MISSED, _ENGLISH)),
    ("missed", "de", wording.bag(_VERFEHLT, _GERMAN)),
    ("missed", "es", wording.bag(_FALLADO, _SPANISH)),
    ("harder", None, wording.bag("harder tougher", _ENGLISH)),
    (
        "harder",
        "de",
        wording.bag(
            "schwerer schwerere schwereres schwieriger schwierigere schwierigeres", _GERMAN
        ),
    ),
    ("harder", "es", wording.bag("másdifícil", _SPANISH)),
    ("easier", None, wording.bag("easier simpler", _ENGLISH)),
    ("easier", "de", wording.bag("leichter leichtere leichteres einfacher einfacheres", _GERMAN)),
    ("easier", "es", wording.bag("másfácil", _SPANISH)),
)
_REASONS = wording.bag("explain explained explanation why", _ENGLISH + _MISSED)
_WRONG = frozenset(wording.words(_MISSED))
# “What did I get wrong?” wants to know it; “difficult” alone is no wish.
_ASKING = frozenset(wording.words("what which why how was welche warum qué cuáles"))
_TOGETHER = (
    (re.compile(r"\bmore difficult\b"), "harder"),
    (re.compile(r"\bm[áa]s dif[íi]cil(?:es)?\b"), "másdifícil"),
    (re.compile(r"\bm[áa]s f[áa]cil(?:es)?\b"), "másfácil"),
)


def again(said: list[str]) -> Again | None:
    """The wish in these words, None when they say anything else."""
    plain = " ".join(said)
    for pattern, word in _TOGETHER:
        plain = pattern.sub(word, plain)
    said = plain.split()
    if wording.fits(said, _REASONS) and _WRONG.intersection(said):
        return Again("explain")
    for kind, language, bag in _WISHES:
        if wording.fits(said, bag):
            if kind != "missed":
                return Again(kind, language)
            if len(said) > 1:
                return Again("explain" if said[0] in _ASKING else "missed", language)
    return None
