"""When two texts are the same to those who read or type them."""

import re
import unicodedata

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u2064\u2066-\u2069\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
"""Signs without a look of their own; joiners are not among them, as emoji and scripts need them."""
_KEYS = str.maketrans("−‐‑–’‘ʼ“”„«»٫", '----\'\'\'""""".')
"""What phones and word processors make of the signs that a keyboard has."""
_VULGAR = re.compile("[¼½¾⅐-⅞]")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{\s*(\d+)\s*\}\s*\{\s*(\d+)\s*\}")
_DELIMITER = re.compile(r"\\[()]")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_SPACED = re.compile(r" ?([^\w\s]) ?")
_FULL_STOP = re.compile(r"(?<=\w)\.$")


def seen(text: str) -> str:
    """What is seen of a text, on one line: two texts of which the same is seen look alike."""
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub("", text)).split())


def alike(text: str) -> str:
    """The same for all texts that differ only in how they are written.

    That is in case, in spaces around signs, in a decimal comma or point, in a full stop at the end,
    in typographic signs, and in whether a formula or a fraction is set or typed.
    """
    plain = _FRACTION.sub(r" \1/\2", _DELIMITER.sub("", text))
    plain = seen(_VULGAR.sub(_typed, plain).translate(_KEYS).casefold())
    return _FULL_STOP.sub("", _SPACED.sub(r"\1", _DECIMAL_COMMA.sub(".", plain)))


def _typed(sign: re.Match[str]) -> str:
    return " " + unicodedata.normalize("NFKC", sign[0]).replace("⁄", "/")
