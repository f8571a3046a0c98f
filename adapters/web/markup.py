"""Canonical Markdown → a JSON node tree (`tag`, `attrs`, `children`) that a page can only draw."""

from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pydantic import JsonValue

from adapters.web.formulas import formula
from bot.jsons import Json
from bot.text.cleaning import clean
from bot.text.marked import Marked

Nodes = list[JsonValue]

MAX_MARKDOWN = 24_000
"""Characters; above `Capabilities.max_text`. Longer texts are shown as they were written."""

MAX_FORMULAS = 200
"""Formulas drawn per text; the rest is shown as source (each may cost some 40 ms)."""

MAX_NESTING = 40
"""Blocks within blocks; the parser would silently drop what lies deeper."""

_SCHEMES = frozenset({"http", "https", "mailto"})
_HEADING_SHIFT = 3  # the page's own headings end at h3
_MARKDOWN = MarkdownIt(
    "commonmark", {"html": False, "linkify": False, "breaks": True, "maxNesting": MAX_NESTING}
).enable(["table", "strikethrough"])


def blocks(text: str) -> Nodes:
    """The text as paragraphs, lists, tables and so on."""
    text = clean(text)
    if len(text) > MAX_MARKDOWN:
        return [_element("p", _verbatim(text))]
    return _Tree(text).blocks()


def line(text: str) -> Nodes:
    """The text as one line: emphasis, code, links and formulas, no blocks."""
    text = clean(text)
    if len(text) > MAX_MARKDOWN:
        return _verbatim(text)
    return _Tree(text).line()


def plain(nodes: Nodes) -> str:
    """What a tree says, without its form."""
    words = []
    for node in nodes:
        if isinstance(node, str):
            words.append(node)
        elif isinstance(node, dict) and isinstance(children := node.get("children"), list):
            words.append("\n" if node.get("tag") == "br" else plain(children))
    return "".join(words)


def _element(tag: str, children: Nodes, **attrs: JsonValue) -> Json:
    return {"tag": tag, "attrs": attrs, "children": children}


def _verbatim(text: str) -> Nodes:
    nodes: Nodes = []
    for part in text.split("\n"):
        nodes += [_element("br", []), part] if nodes else [part]
    return nodes


class _Tree:
    """One text on its way: formulas are replaced by words before parsing and put back after."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._marked = Marked(text)

    def blocks(self) -> Nodes:
        tokens = _MARKDOWN.parse(self._marked.text)
        if any(token.level >= MAX_NESTING - 1 for token in tokens):
            return [_element("p", _verbatim(self._text))]
        return self._nodes(tokens)

    def line(self) -> Nodes:
        return self._nodes(_MARKDOWN.parseInline(self._marked.text))

    def _nodes(self, tokens: list[Token]) -> Nodes:
        open_lists: list[Nodes] = [[]]
        for token in tokens:
            if token.type == "inline":
                open_lists[-1] += self._nodes(token.children or [])
            elif token.nesting == 1:
                children: Nodes = open_lists[-1] if token.hidden else []
                if not token.hidden:
                    open_lists[-1].append(self._opened(token, children))
                open_lists.append(children)
            elif token.nesting == -1:
                children = open_lists.pop()
                if token.type == "link_close":
                    self._show_target(open_lists[-1])
            else:
                open_lists[-1] += self._leaf(token)
        return open_lists[0]

    def _opened(self, token: Token, children: Nodes) -> Json:
        if token.type == "link_open":
            href = self._restored_url(str(token.attrs.get("href", "")))
            return _element("a", children, href=href)
        if token.type == "heading_open":
            level = min(int(token.tag[1]) + _HEADING_SHIFT, 6)
            return _element(f"h{level}", children)
        attrs: Json = {}
        if "start" in token.attrs:
            attrs["start"] = str(token.attrs["start"])
        if style := token.attrs.get("style"):
            attrs["data-align"] = str(style).removeprefix("text-align:")
        return {"tag": token.tag, "attrs": attrs, "children": children}

    def _leaf(self, token: Token) -> Nodes:
        if token.type in {"softbreak", "hardbreak"}:
            return [_element("br", [])]
        if token.type == "hr":
            return [_element("hr", [])]
        if token.type == "code_inline":
            return [_element("code", [self._marked.restored(token.content)])]
        if token.type in {"fence", "code_block"}:
            return [_element("pre", [_element("code", [self._marked.restored(token.content)])])]
        if token.type == "image":
            return self._image(token)
        return self._with_formulas(token.content)

    def _image(self, token: Token) -> Nodes:
        """A picture from elsewhere would tell its server who reads: it becomes a link."""
        label = self._nodes(token.children or [])
        href = self._restored_url(str(token.attrs.get("src", "")))
        nodes: Nodes = [_element("a", label or [href], href=href)]
        self._show_target(nodes)
        return nodes

    def _show_target(self, nodes: Nodes) -> None:
        """Nobody is sent anywhere unseen: where the label is not the address, the host follows."""
        link = nodes.pop()
        if not isinstance(link, dict) or not isinstance(children := link["children"], list):
            return
        attrs = link["attrs"]
        href = str(attrs["href"]) if isinstance(attrs, dict) else ""
        host = _host(href)
        if host is None:
            nodes += [*children, " (", _element("code", [href]), ")"]
            return
        nodes.append(link)
        label = plain(children).strip().rstrip("/")
        address = href.rstrip("/")
        if label not in {address, address.partition("://")[2], address.removeprefix("mailto:")}:
            nodes.append(_element("span", [f" ({host})"], **{"data-part": "host"}))

    def _with_formulas(self, content: str) -> Nodes:
        return [
            self._formula(part) if isinstance(part, int) else part
            for part in self._marked.parts(content)
            if part != ""
        ]

    def _formula(self, number: int) -> Json:
        span = self._marked.span(number)
        tree = formula(span.source, display=span.display) if number < MAX_FORMULAS else None
        return tree or _element("code", [self._marked.source(number)])

    def _restored_url(self, url: str) -> str:
        return str(_MARKDOWN.normalizeLink(self._marked.restored(url)))


def _host(href: str) -> str | None:
    """The host (or mail address) behind a link that may be followed, else None."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return None
    if parts.scheme.lower() not in _SCHEMES:
        return None
    if parts.scheme.lower() == "mailto":
        return parts.path or None
    # Readers take `https://bank.example@evil.example` for the bank: such a link stays text.
    return None if "@" in parts.netloc else parts.hostname
