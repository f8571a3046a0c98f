"""Canonical Markdown → Discord's: what Discord lacks becomes what it can show."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from adapters.discord.escaping import code_block, code_span, escaped, lines_escaped
from adapters.discord.tables import table
from bot.text.cleaning import clean
from bot.text.marked import Marked

MAX_NESTING = 40
"""Blocks within blocks; the parser would silently drop what lies deeper."""
MAX_MARKDOWN = 24_000
"""Characters; longer texts are shown as they were written."""
KEPT = 500
"""Texts of which it is remembered how they are shown: a class gets the same question within the
same seconds, and a hostile one takes some 400 ms each time."""

_MARKDOWN = MarkdownIt(
    "commonmark", {"html": False, "linkify": False, "breaks": True, "maxNesting": MAX_NESTING}
).enable(["table", "strikethrough"])
_WRAPPED = {"em": "*", "strong": "**", "s": "~~"}
_TASK = re.compile(r"^\[([ xX])\] ")
# A formula that reads the same without TeX.
_SIMPLE = re.compile(r"[\w\s+\-=/.,()<>:!%−×·÷≤≥≠≈±°√π]{1,200}")


def blocks(text: str) -> str:
    """The text as paragraphs, lists, tables and so on."""
    text = clean(text)
    if len(text) > MAX_MARKDOWN:
        return lines_escaped(escaped(text))
    return _blocks(text)


def line(text: str) -> str:
    """The text as one line: emphasis, code and links, no blocks."""
    return _line(" ".join(clean(text)[:MAX_MARKDOWN].split()))


@lru_cache(maxsize=KEPT)
def _blocks(text: str) -> str:
    return _Text(text).blocks()


@lru_cache(maxsize=KEPT)
def _line(text: str) -> str:
    return _Text(text).line()


class _Text:
    """One text on its way: formulas are replaced by words before parsing and put back after."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._marked = Marked(text)

    def blocks(self) -> str:
        tokens = _MARKDOWN.parse(self._marked.text)
        if any(token.level >= MAX_NESTING - 1 for token in tokens):
            return lines_escaped(escaped(self._text))
        return "\n\n".join(self._blocks(SyntaxTreeNode(tokens).children))

    def line(self) -> str:
        root = SyntaxTreeNode(_MARKDOWN.parseInline(self._marked.text))
        return self._inline(root.children[0].children if root.children else [])

    def _blocks(self, nodes: Iterable[SyntaxTreeNode]) -> list[str]:
        return [shown for shown in map(self._block, nodes) if shown]

    def _block(self, node: SyntaxTreeNode) -> str:
        match node.type:
            case "heading":
                return self._heading(node)
            case "bullet_list" | "ordered_list":
                return "\n".join(self._items(node))
            case "blockquote":
                whole = "\n\n".join(self._blocks(node.children))
                return "\n".join(f"> {each}" for each in whole.split("\n"))
            case "fence" | "code_block":
                return code_block(self._marked.restored(node.content), node.info.partition(" ")[0])
            case "table":
                return table(self._rows(node))
            case _:  # a paragraph; a rule has nothing inside, and blank lines part as well
                return lines_escaped(self._inline(_inside(node)))

    def _heading(self, node: SyntaxTreeNode) -> str:
        words = " ".join(self._inline(_inside(node)).split())
        if not words:
            return ""
        level = int(node.tag[1])
        if level <= 3:
            return f"{'#' * level} {words}"
        return f"**{words}**" if "**" not in words else words

    def _items(self, node: SyntaxTreeNode) -> Iterator[str]:
        number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
        for item in node.children:
            mark = "- " if number is None else f"{number}. "
            first, *rest = "\n".join(self._blocks(item.children)).split("\n")
            yield mark + _TASK.sub(_box, first.replace("\\[", "[", 1))
            yield from (f"{' ' * len(mark)}{each}" for each in rest)
            number = None if number is None else number + 1

    def _cell(self, cell: SyntaxTreeNode) -> str:
        return self._marked.restored(cell.children[0].content if cell.children else "")

    def _rows(self, node: SyntaxTreeNode) -> list[list[str]]:
        return [
            [
                self._marked.restored(cell.children[0].content if cell.children else "")
                for cell in row
            ]
            for part in node.children
            for row in (row.children for row in part.children)
        ]

    def _inline(self, nodes: Iterable[SyntaxTreeNode]) -> str:
        return "".join(map(self._span, nodes))

    def _span(self, node: SyntaxTreeNode) -> str:
        match node.type:
            case "softbreak" | "hardbreak":
                return "\n"
            case "code_inline":
                return code_span(self._marked.restored(node.content))
            case "link":
                return self._link(self._inline(node.children), str(node.attrs.get("href", "")))
            case "image":
                # A picture from elsewhere would tell its server who reads: it becomes a link.
                return self._link(self._inline(node.children), str(node.attrs.get("src", "")))
            case kind if kind in _WRAPPED:
                return f"{_WRAPPED[kind]}{self._inline(node.children)}{_WRAPPED[kind]}"
            case _:
                return self._with_formulas(node.content)

    def _link(self, label: str, target: str) -> str:
        """Nobody is sent anywhere unseen: where the label is not the address, the host follows."""
        address = str(_MARKDOWN.normalizeLink(self._marked.restored(target)))
        host, label = _host(address), " ".join(label.split())
        if host is None:
            return f"{label} ({code_span(address)})"
        for sign, code in (("(", "%28"), (")", "%29"), ("<", "%3C"), (">", "%3E")):
            address = address.replace(sign, code)
        # Discord makes no link of a label that holds an address itself.
        if not label or "://" in label:
            same = label.rstrip("/") in {"", address.rstrip("/")}
            return f"<{address}>" if same else f"{label.replace('://', ': //')} (<{address}>)"
        return f"[{label}](<{address}>) ({host})"

    def _with_formulas(self, content: str) -> str:
        return "".join(
            self._formula(part) if isinstance(part, int) else escaped(part)
            for part in self._marked.parts(content)
        )

    def _formula(self, number: int) -> str:
        source = self._marked.span(number).source.strip()
        return escaped(source) if _SIMPLE.fullmatch(source) else code_span(source)


def _inside(node: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    """The spans of a paragraph or heading."""
    return [span for inline in node.children for span in inline.children]


def _box(found: re.Match[str]) -> str:
    return "☐ " if found[1] == " " else "☑ "


def _host(address: str) -> str | None:
    """The host behind an address that Discord lets people follow, else None."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    # Readers take `https://bank.example@evil.example` for the bank: such a link stays text.
    honest = parts.scheme.lower() in {"http", "https"} and "@" not in parts.netloc
    return parts.hostname if honest else None
