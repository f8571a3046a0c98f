"""Canonical Markdown → what Slack's markdown block shows: it pings nobody and hides no link."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.text import code, math
from bot.text.cleaning import clean
from bot.text.plain import plain
from bot.text.visible import quoted

SOMEBODY, GROUP = "@somebody", "@group"
"""What the model reads where a person or a group of people is mentioned."""

_SCHEMES = frozenset({"http", "https", "mailto"})
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^\s<>|]{1,2000})>", re.IGNORECASE)
_LINK = re.compile(
    r"(?P<picture>!?)\[(?P<label>(?:[^\[\]\\]|\\.){0,500})\]"
    r"\(\s*(?P<address>(?:[^\s()<>]|\([^\s()<>]{0,200}\)){0,2000})(?:\s+(?:\"[^\"\n]{0,500}\"|'[^'\n]{0,500}'))?\s*\)"
)
_MARK = re.compile(r"<(?P<sign>[@#!]?)(?P<target>[^<>|]{0,3000})(?:\|(?P<label>[^<>]{0,3000}))?>")
"""What Slack itself puts in angle brackets, in what people write: theirs arrive as `&lt;`."""
_LINKING = re.compile(r"\](?=[(\[:])")
_WORD_JOINER = "\u2060"
_ESCAPED = re.compile(r"&(?:amp|lt|gt);|.", re.DOTALL)
_FENCE = "```"
_BLANK_LINES = re.compile(r"\n[ \t]*\n")
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def markdown(text: str) -> str:
    """The text for a markdown block.

    Slack reads its own `<…>` tokens there too, so `<` is escaped, which it shows as it was; `&` is
    decoded without being read again, and stays, because Slack does not decode it in addresses.
    """
    text = clean(text)
    pieces: list[str] = []
    position = 0
    for start, end in [*code.areas(text), (len(text), len(text))]:
        pieces += [_prose(text[position:start]), escaped(text[start:end])]
        position = end
    shown = "".join(pieces)
    return shown if _is_honest(shown) else _LINKING.sub(f"]{_WORD_JOINER}", shown)


def escaped(text: str) -> str:
    """The text for where Slack reads no Markdown but its own marks."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    """What a person wrote, from how Slack escapes it."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def written(text: str) -> str:
    """What a person wrote, from how Slack sends it, without anybody's name or id: it goes to the
    provider."""
    return unescaped(_MARK.sub(_named, text))


def _named(mark: re.Match[str]) -> str:
    target, label = mark["target"], mark["label"] or ""
    match mark["sign"]:
        case "@":
            return SOMEBODY
        case "#":
            return f"#{label or 'channel'}"
        case "!":
            name = target.partition("^")[0]
            return {"subteam": GROUP, "date": label}.get(name, f"@{name}")
        case _:
            address = target.removeprefix("mailto:")
            return address if label in ("", address, _bare(address)) else f"{label} ({address})"


def _bare(address: str) -> str:
    return address.partition("://")[2].rstrip("/")


def plain_lines(text: str) -> str:
    """The text as lines without Markdown, for notifications, labels and forms."""
    lines = (plain(line) for line in clean(text).split("\n"))
    return "\n".join(line for line in lines if line)


@dataclass(frozen=True, slots=True)
class Piece:
    """Text for a block that reads no Markdown: as it is, or code in Slack's own marks."""

    text: str
    code: bool = False


def unmarked(text: str, limit: int) -> Iterator[Piece]:
    """The text without Markdown, but with its blocks of code, in pieces of at most `limit`
    characters."""
    text = clean(text)
    position = 0
    for fence in code.fences(text):
        if prose := _paragraphs(text[position : fence.start]):
            yield Piece(prose)
        position = fence.end
        lines = code.lines(text[fence.start : fence.end])
        inside = "".join(lines[1 : -1 if fence.closed else None]).rstrip()
        yield from _fenced(inside, limit)
    if prose := _paragraphs(text[position:]):
        yield Piece(prose)


def _paragraphs(text: str) -> str:
    paragraphs = map(plain_lines, _BLANK_LINES.split(text))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _fenced(inside: str, limit: int) -> Iterator[Piece]:
    room = limit - 2 * len(f"{_FENCE}\n")
    part = ""
    for sign in _ESCAPED.findall(escaped(inside.replace(_FENCE, "'''"))):
        if len(part) + len(sign) > room:
            yield Piece(f"{_FENCE}\n{part}\n{_FENCE}", code=True)
            part = ""
        part += sign
    if part.strip():
        yield Piece(f"{_FENCE}\n{part}\n{_FENCE}", code=True)


def _prose(text: str) -> str:
    """What is not code: formulas become code, links show where they lead."""
    pieces: list[str] = []
    position = 0
    for formula in math.find(text):
        pieces += [_linked(text[position : formula.start])]
        pieces += [quoted(escaped(" ".join(formula.source.split())))]
        position = formula.end
    return "".join([*pieces, _linked(text[position:])])


def _linked(text: str) -> str:
    bare = _AUTOLINK.sub(r"\1", text)
    return _LINK.sub(_link, bare).replace("<", "&lt;")


def _link(match: re.Match[str]) -> str:
    """Nobody is sent anywhere unseen; pictures from elsewhere would tell who reads."""
    address = match["address"]
    label = match["label"] or address
    host = _host(address)
    if host is None:
        return f"{label} ({address})" if address else label
    told = "" if _tells(label, address) else f" ({host})"
    return f"[{label}]({address}){told}"


def _host(address: str) -> str | None:
    """The host (or mail address) behind a link that may be followed, else None."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme.lower() not in _SCHEMES:
        return None
    if parts.scheme.lower() == "mailto":
        return parts.path or None
    # Readers take `https://bank.example@evil.example` for the bank: such a link stays text.
    return None if "@" in parts.netloc else parts.hostname


def _tells(label: str, address: str) -> bool:
    label, address = label.strip().rstrip("/"), address.rstrip("/")
    return label in {address, address.partition("://")[2], address.removeprefix("mailto:")}


def _is_honest(shown: str) -> bool:
    """Whether every link that a Markdown reader finds says where it leads."""
    if not _LINKING.search(shown):
        return True
    return all(_shows_targets(token.children or []) for token in _MARKDOWN.parse(shown))


def _shows_targets(tokens: list[Token]) -> bool:
    for index, token in enumerate(tokens):
        if token.type == "image":
            return False
        if token.type == "link_open":
            address = str(token.attrs.get("href", ""))
            label = "".join(_until_close(tokens[index + 1 :]))
            after = _text_after(tokens[index + 1 :])
            host = _host(address)
            if host is None or not (_tells(label, address) or after.startswith(f" ({host})")):
                return False
    return True


def _until_close(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "link_close":
            return
        yield token.content


def _text_after(tokens: list[Token]) -> str:
    closed = next((n for n, token in enumerate(tokens) if token.type == "link_close"), len(tokens))
    return tokens[closed + 1].content if closed + 1 < len(tokens) else ""
