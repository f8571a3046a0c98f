"""Text as Discord shows it and obeys nothing of it."""

import re

# Without brackets: what stands between them could be a link to somewhere else.
_URL = re.compile(r"https?://[^\s<>\[\]]+")
_MARKUP = re.compile(r"[\\*`\[]|(?<!\w)_|_(?!\w)|__|~(?=~)|(?<=~)~|\|(?=\|)|(?<=\|)\|")
_REFERENCE = re.compile(r"<(?=[@#:/]|a:|t:|id:)")
_PING = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
# What makes a heading, small print, a list or a quote at the beginning of a line.
_LINE_START = re.compile(
    r"^([ \t]*)(#{1,3}(?=\s)|-#|[-+](?=\s)|>)|^([ \t]*[0-9]+)([.)])(?=\s)", re.MULTILINE
)
_FENCE = re.compile(r"`{3}")

INVISIBLE = "\u200b"


def escaped(text: str) -> str:
    """The text as it is, wherever in a line; addresses stay whole, so that they can be followed."""
    pieces: list[str] = []
    position = 0
    for url in _URL.finditer(text):
        pieces += [_without_markup(text[position : url.start()]), _without_pings(url[0])]
        position = url.end()
    return "".join([*pieces, _without_markup(text[position:])])


def lines_escaped(text: str) -> str:
    """Rendered text none of whose lines begins what the writer did not mean."""
    return _LINE_START.sub(_escaped_start, text)


def code_span(text: str) -> str:
    """The text in one line as code."""
    inner = " ".join(text.split()).replace("`", "'") or " "
    return f"`{_without_pings(inner)}`"


def code_block(text: str, language: str = "") -> str:
    """Lines as code; what would end the block is parted invisibly."""
    name = language if re.fullmatch(r"[\w+#.-]{1,20}", language) else ""
    inner = _FENCE.sub(f"``{INVISIBLE}`", _without_pings(text)).strip("\n")
    return f"```{name}\n{inner}\n```"


def _without_markup(text: str) -> str:
    marked = _MARKUP.sub(lambda found: "".join(f"\\{sign}" for sign in found[0]), text)
    return _without_pings(_REFERENCE.sub(r"\\<", marked))


def _without_pings(text: str) -> str:
    """A message pings nobody by its settings; this one does not even look as if."""
    return _PING.sub(f"@{INVISIBLE}", text)


def _escaped_start(found: re.Match[str]) -> str:
    if found[2] is not None:
        return f"{found[1]}\\{found[2]}"
    return f"{found[3]}\\{found[4]}"
