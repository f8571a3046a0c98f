"""Templates are whole assistants, and whoever adds a file adds one."""

import json
from pathlib import Path

import pytest

from bot.registry import templates
from bot.registry.body import body_of
from bot.registry.errors import RegistryError
from bot.registry.functions import named
from bot.templates import names
from bot.tools import TOOLS


def test_the_promised_ones_are_there() -> None:
    promised = {"exam-coach", "homework-checker", "quizmaster", "seed-math-tutor", "tutor"}

    assert set(names()) == promised


@pytest.mark.parametrize("name", names())
def test_each_is_an_assistant_that_can_be_stored(name: str) -> None:
    body = templates.read(name).filled(TOOLS)

    assert body_of(body) == body
    assert "display_quiz" in named(body)
    assert body["name"]
    assert "model" not in body


def test_the_default_is_the_socratic_tutor() -> None:
    assert templates.read("socratic") == templates.read(templates.DEFAULT)
    assert templates.read("socratic").body["name"] == "Tutor"


def test_a_file_in_the_folder_is_a_template(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text('name = "Ours"\nfunctions = ["ask_person"]\n')
    (tmp_path / "theirs.json").write_text(json.dumps({"name": "Theirs"}))
    (tmp_path / "notes.txt").write_text("not one")

    assert names(tmp_path) == ["ours", "theirs"]
    assert named(templates.read("ours", tmp_path).filled(TOOLS)) == ["ask_person"]
    assert templates.read("theirs", tmp_path).body == {"name": "Theirs"}
    assert templates.read(str(tmp_path / "ours.toml")).body == {"name": "Ours"}


WRONG = {
    "syntax.toml": ("name = ", "cannot be understood"),
    "list.json": ("[]", "cannot be understood"),
    "deep.json": ("[" * 100_000, "cannot be understood"),
    "field.toml": ("nam = 'x'", "nam: this is not known"),
    "functions.toml": ("functions = 'all'", "must be a list of names"),
    "function.toml": ("functions = ['zip']", "no function zip"),
}


@pytest.mark.parametrize(("name", "content", "words"), [(n, *rest) for n, rest in WRONG.items()])
def test_what_is_wrong_with_a_template_is_told(
    tmp_path: Path, name: str, content: str, words: str
) -> None:
    (tmp_path / name).write_text(content)

    with pytest.raises(RegistryError, match=words):
        templates.read(str(tmp_path / name)).filled(TOOLS)


def test_a_template_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="quizmaster"):
        templates.read("../../secret")
    with pytest.raises(RegistryError, match="cannot be read"):
        templates.read(str(tmp_path / "none.toml"))
