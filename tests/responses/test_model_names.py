"""Nothing that comes with Docent relies on a model whose end is announced."""

import re

from tests.sources import ROOT

ENDING = re.compile(
    r"\b(gpt-5(-(mini|nano|pro))?|o3|gpt-4o(-mini)?|gpt-4\.1(-mini)?)(-\d{4}-\d\d-\d\d)?\b(?![-.\w])",
    re.IGNORECASE,
)
"""Shut down by OpenAI on 2026-12-11 and 2027-01-14."""

PLACES = (
    "bot",
    "adapters",
    "scripts",
    "manifests",
    "examples",
    "docs",
    "README.md",
    ".env.example",
)
TEXTS = {
    "",
    ".cfg",
    ".css",
    ".html",
    ".js",
    ".json",
    ".md",
    ".py",
    ".toml",
    ".txt",
    ".yaml",
    ".yml",
}


def test_no_model_that_is_about_to_be_shut_down_is_named() -> None:
    files = [path for place in PLACES for path in [ROOT / place, *(ROOT / place).rglob("*")]]
    named = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in files
        if path.is_file() and (path.suffix in TEXTS or path.name == ".env.example")
        for found in [ENDING.search(path.read_text("utf-8"))]
        if found
    ]

    assert named == []


def test_the_names_are_found_where_they_are() -> None:
    assert ENDING.search('model = "gpt-4o-mini"')
    assert ENDING.search("DOCENT_MODEL=o3")
    assert ENDING.search("'gpt-4o-2024-08-06'")
    assert not ENDING.search("gpt-6-luna, gpt-5.2, pro3, o3-like")
