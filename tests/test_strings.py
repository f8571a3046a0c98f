"""Every sentence that people see is in the strings, and every string is one that they can see.

What the languages must have in common is in `test_languages`.
"""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from string import Formatter

import pytest

from bot.strings import ENGLISH, LANGUAGES, OTHER
from tests.sources import ROOT, STATIC, docstrings, modules

NOT_FOR_PEOPLE: dict[str, str] = {
    "bot/offline/": "a provider's replies are content, not the product's sentences",
    "bot/store/migrations/versions/0006": "what a model reads about a tool",
    "bot/tools/": "what a model reads about tools and their outputs",
    "bot/assistants.py": "the assistant that comes with Docent is content, stored like any other",
}
"""Folders and modules whose sentences are read by a model or come from one."""

SHOWN_ERRORS = {"OperatorError", "SettingsError", "FieldError"}
"""Their text reaches people; the text of any other error reaches nobody."""

_SENTENCE = re.compile(r"[A-Z][^\n]*?\s\S+\s\S[\s\S]*[.!?…]\s*")
_MARKS = re.compile(r"[\u00a0\n]")
"""The only invisible characters of a sentence: spaces that hold units, and ends of paragraphs."""
_SQL = re.compile(r"(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|WHERE|WITH|PRAGMA) ")
_JS_STRING = re.compile(r""""((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`""")
_JS_COMMENT = re.compile(r"^\s*//.*$|/\*[\s\S]*?\*/", re.MULTILINE)
_JS_SAY = re.compile(r"""\bsay\(\s*["'](\w+)["']\s*(?:,\s*\{([^}]*)\})?""")
_JS_PATTERN = re.compile(r"`([\w]*(?:\$\{[^}]*\}[\w]*)+)`")


Forms = Mapping[str, str]
"""The plural forms of a sentence; one that depends on no number has only `other`."""


@cache
def strings(language: str = ENGLISH) -> dict[str, Forms]:
    tables = tomllib.loads((ROOT / "bot" / "strings" / f"{language}.toml").read_text("utf-8"))
    return {
        f"{table}.{key}": {OTHER: entry} if isinstance(entry, str) else entry
        for table, keys in tables.items()
        for key, entry in keys.items()
    }


def static(*endings: str) -> dict[str, str]:
    return {
        path.name: path.read_text("utf-8")
        for path in sorted(STATIC.rglob("*"))
        if path.suffix in endings
    }


def scripts() -> dict[str, str]:
    return {name: _JS_COMMENT.sub("", text) for name, text in static(".js").items()}


def placeholders(forms: Forms) -> set[str]:
    """What is to be filled in, the number that chooses the form among it."""
    found = {name for text in forms.values() for _, name, _, _ in Formatter().parse(text) if name}
    return found | {"number"} if len(forms) > 1 else found


def says() -> Iterator[tuple[str, ast.Call]]:
    for path, module in modules().items():
        for node in ast.walk(module):
            match node:
                case ast.Call(func=ast.Name(id="say") | ast.Attribute(attr="say"), args=[_, *_]):
                    yield path, node


def called(node: ast.expr | None) -> str:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
    return ""


def written(node: ast.AST) -> str | None:
    """A literal as it reads, with `x` for what is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(written(value) or "x" for value in values)
    return None


def unseen(module: ast.Module) -> set[ast.AST]:
    """What nobody reads: docstrings, errors that are never shown, the pieces of longer literals."""
    hidden: set[ast.AST] = set(docstrings(module))
    for node in ast.walk(module):
        if isinstance(node, ast.Raise) and called(node.exc) not in SHOWN_ERRORS:
            hidden |= set(ast.walk(node))
        elif isinstance(node, ast.JoinedStr):
            hidden |= set(node.values)
    return hidden


def reads_like_a_sentence(text: str) -> bool:
    return not _SQL.match(text) and _SENTENCE.fullmatch(text) is not None


def test_no_sentence_is_written_in_python() -> None:
    found = []
    for path, module in modules().items():
        if path.startswith(tuple(NOT_FOR_PEOPLE)):
            continue
        hidden = unseen(module)
        for node in ast.walk(module):
            text = written(node)
            if node not in hidden and text and reads_like_a_sentence(text):
                found.append(f"{path}:{getattr(node, 'lineno', 0)}: {text}")

    assert found == []


class Visible(HTMLParser):
    """Collects what a page shows or reads out that is not filled in by the server."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within.append(tag)
        for name, value in attrs:
            if name in {"title", "alt", "placeholder", "aria-label", "aria-description"}:
                self._see(value or "")

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self._within):
            self._see(data)

    def _see(self, text: str) -> None:
        if re.search(r"[^\W\d_]{2}", re.sub(r"\$\{?\w+\}?", "", text)):
            self.found.append(text.strip())


def test_no_text_is_written_in_the_page() -> None:
    for name, text in static(".html", ".svg").items():
        page = Visible()
        page.feed(text)
        assert (name, page.found) == (name, [])


def test_no_sentence_is_written_in_its_scripts() -> None:
    found = []
    for name, text in scripts().items():
        for match in _JS_STRING.finditer(text):
            literal = match[1] or match[2] or match[3] or ""
            reads = re.fullmatch(r"[A-Z][a-z]*(?: [A-Za-z',]+)+[.!?…]?", literal)
            if _SENTENCE.fullmatch(literal) or reads:
                found.append(f"{name}: {literal}")

    assert found == []


def test_every_key_that_is_said_exists_and_gets_its_values() -> None:
    wrong = []
    for path, call in says():
        key = written(call.args[0])
        if not isinstance(call.args[0], ast.Constant) or key is None:
            continue
        given = {keyword.arg for keyword in call.keywords}
        if key not in strings():
            wrong.append(f"{path}:{call.lineno}: there is no {key}")
        elif None not in given and given != placeholders(strings()[key]):
            wrong.append(f"{path}:{call.lineno}: {key} is given {sorted(map(str, given))}")

    assert wrong == []


def test_every_key_that_the_page_says_exists_and_gets_its_values() -> None:
    wrong = []
    for name, text in scripts().items():
        for match in _JS_SAY.finditer(text):
            given = {part.split(":")[0].strip() for part in (match[2] or "").split(",")} - {""}
            sentence = strings().get(f"web.{match[1]}")
            if sentence is None:
                wrong.append(f"{name}: there is no {match[1]}")
            elif not placeholders(sentence) <= given and "..." not in (match[2] or ""):
                wrong.append(f"{name}: {match[1]} is given {sorted(given)}")

    assert wrong == []


def python_patterns() -> list[str]:
    """Regular expressions for the keys that the code names, or builds from parts."""
    patterns = []
    for module in modules().values():
        for node in ast.walk(module):
            match node:
                case ast.Constant(value=str(text)):
                    patterns.append(re.escape(text))
                case ast.JoinedStr(values=values):
                    parts = [written(value) for value in values]
                    patterns.append("".join(re.escape(part) if part else r"\w+" for part in parts))
    return patterns


def page_patterns() -> list[str]:
    text = "\n".join(scripts().values())
    plain = [
        re.escape(literal)
        for match in _JS_STRING.finditer(text)
        for literal in match.groups()
        if literal and re.fullmatch(r"\w+", literal)
    ]
    built = [re.sub(r"\$\{[^}]*\}", r"\\w+", match[1]) for match in _JS_PATTERN.finditer(text)]
    filled = re.findall(r"\$\{?(\w+)", "\n".join(static(".html").values()))
    return [rf"web\.(?:{pattern})" for pattern in [*plain, *built, *filled] if pattern != r"\w+"]


def test_every_string_is_used() -> None:
    tables = tuple({key.partition(".")[0] for key in strings()})
    patterns = {each for each in [*python_patterns(), *page_patterns()] if each.startswith(tables)}
    used = re.compile("|".join(patterns))

    assert [key for key in strings() if not used.fullmatch(key)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_strings_are_texts_without_surprises(language: str) -> None:
    wrong = [
        f"{key}: {text!r}"
        for key, forms in strings(language).items()
        for text in forms.values()
        if not text or text != text.strip() or not _MARKS.sub("", text).isprintable()
    ]

    assert wrong == []
    assert all(name.isidentifier() for each in strings().values() for name in placeholders(each))
