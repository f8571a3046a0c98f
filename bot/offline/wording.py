"""English around formulas: words as signs, courtesy removed, sentences told apart."""

import re
import unicodedata

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
NUMBERS: dict[str, int] = {word: n for n, word in enumerate(_ONES)} | _TENS
_ONE = "|".join(_ONES[1:10])
_TEN = "|".join(_TENS)

_OPERAND = r"(?:\([^()]*\)|[\w.^]+)"
_SIGNS: tuple[tuple[str, str], ...] = (
    (r"[$`\u200b\ufeff]|\\[()\[\]]", " "),
    (r"\b(?:is )?(?:to the power(?: of)?|raised to(?: the power(?: of)?)?)\s+", "^"),
    (r"\s+squared\b", "^2"),
    (r"\s+cubed\b", "^3"),
    (r"\b(?:divided by|over)\b", "/"),
    (r"\b(?:multiplied by|times)\b", "*"),
    (r"\bplus\b", "+"),
    (r"\bminus\b", "-"),
    (r"\bnegative\s+(?=\d)", "-"),
    (r"\b(?:is equal to|equals|equal to|equal)(?=\W|$)", "="),
    (r"\b(?:the )?square root of\s+", "sqrt "),
    (r"\b(?:the )?cube root of\s+", "cbrt "),
    (r"\b(?:the )?absolute value of\s+", "abs "),
    (r"\b(?:the )?natural log(?:arithm)? of\s+", "ln "),
    (r"\b(?:the )?(sin|cos)(?:e|ine) of\s+", r"\1 "),
    (r"\b(?:the )?tangent of\s+", "tan "),
    (r"\b(?:the )?factorial of\s+(\d+)", r"\1!"),
    (r"(\d+)\s+factorial\b", r"\1!"),
    (r"\bper\s?cent\b", "%"),
    (r"%\s*of\b", "% *"),
    (r"(\d\s*/\s*\d+|\\frac\{\d+\}\{\d+\})\s+of\b", r"\1 *"),
    (r"\bhalf of\b", "1/2 *"),
    (r"\b(?:a|one) third of\b", "1/3 *"),
    (r"\b(?:a|one) quarter of\b", "1/4 *"),
    (rf"\b(?:the )?sum of\s+({_OPERAND})\s+and\s+({_OPERAND})", r"(\1)+(\2)"),
    (rf"\b(?:the )?product of\s+({_OPERAND})\s+and\s+({_OPERAND})", r"(\1)*(\2)"),
    (r"(?<=\d)\s*x\s*(?=\d)", " * "),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), sign) for pattern, sign in _SIGNS)
_COMPOUND = re.compile(rf"\b({_TEN})[- ]({_ONE})\b", re.IGNORECASE)
_NUMBER = re.compile(rf"\b({'|'.join(sorted(NUMBERS, key=len, reverse=True))})\b", re.IGNORECASE)

_SPEAKER = re.compile(r"\s*\[[A-Z][a-z]+(?: \d+)?\]\s+")
_BEFORE = re.compile(
    r"(?:hi|hello|hey|ok(?:ay)?|so|well|now|then|and|also|please|pls|thanks|thank you"
    r"|(?:can|could|would|will) (?:you|we|i)|do you know|quick question"
    r"|i(?: have| need| want|'d like| would like)(?: you)? to(?: know)?"
    r"|i(?: just)? need help (?:with|to)"
    r"|(?:can you )?help me(?: to| with)?|tell me|show me|let's|let us"
    r"|how (?:do|can|would|should) (?:i|you|we)|how to|@?(?:tutor|docent))(?:[\s,:!.]+|$)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:[\s,]+|(?<=[?.]))(?:please|pls|thanks|thank you|for me|to me|step by step"
    r"|with (?:all )?(?:the )?steps|and show (?:me )?(?:the |your |all )?(?:steps|work)"
    r"|and explain(?: it)?(?: to me)?)[\s.!?]*$",
    re.IGNORECASE,
)
# A sign of exclamation after a digit, a letter or a bracket is a factorial.
_END = re.compile(r"(?:[\s?.:;,]|(?<=[a-zA-Z]{2})!|(?<=[\s?!])!)+$")
# With the marks above and below that NFC leaves alone, as not every pair has one character.
_LETTERS = r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*"
_WORD = re.compile(rf"{_LETTERS}(?:'{_LETTERS})?|\d+")
_SENTENCE = re.compile(r"(?<=[.?])\s+(?=[A-Za-z@\\])|(?<=[A-Za-z]{2}!)\s+|\n+")


def unaddressed(text: str) -> str:
    """What was said, without the name of the speaker that may stand before it."""
    return _SPEAKER.sub("", text, count=1).strip()


def stripped(text: str) -> str:
    """A request without courtesy before and after it."""
    shorter = text.strip()
    while True:
        before = shorter
        shorter = _BEFORE.sub("", shorter, count=1) if _BEFORE.match(shorter) else shorter
        shorter = _END.sub("", _AFTER.sub("", _END.sub("", shorter))).strip()
        if shorter == before:
            return shorter


def signs(text: str) -> str:
    """The same text with words such as “divided by” and “seven” as signs and digits."""
    text = _COMPOUND.sub(lambda m: str(NUMBERS[m[1].lower()] + NUMBERS[m[2].lower()]), text)
    text = _NUMBER.sub(lambda m: str(NUMBERS[m[1].lower()]), text)
    for pattern, sign in _COMPILED:
        text = pattern.sub(sign, text)
    return re.sub(r"[ \t]+", " ", text).strip()


def sentences(text: str) -> list[str]:
    """The sentences of a text; a decimal point or a factorial ends none."""
    return [piece.strip() for piece in _SENTENCE.split(text) if piece.strip()]


def words(text: str) -> list[str]:
    """Lower-case words of any script and numbers, hyphens as spaces, composed (NFC)."""
    return _WORD.findall(unicodedata.normalize("NFC", text.lower()).replace("’", "'"))


Bag = tuple[frozenset[str], frozenset[str]]
"""Words of which one is needed, and words that change nothing beside it."""


def bag(cues: str, fillers: str) -> Bag:
    return frozenset(words(cues)), frozenset(words(fillers))


def fits(said: list[str], meant: Bag) -> bool:
    """Whether a text has one of the cues and nothing beyond cues and fillers."""
    cues, fillers = meant
    return any(word in cues for word in said) and all(w in cues or w in fillers for w in said)
