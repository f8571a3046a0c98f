"""Which folder the commands look at: all of them at the same one."""

from pathlib import Path

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command
from typer.testing import CliRunner

from bot.cli.commands import app

COMMANDS: dict[str, tuple[str, ...]] = {
    "assistants create": ("--instructions", "Be kind."),
    "assistants delete": ("asst_x",),
    "assistants export": (),
    "assistants history": ("asst_x",),
    "assistants import": ("saved.json",),
    "assistants list": (),
    "assistants show": ("asst_x",),
    "assistants update": ("asst_x", "--name", "x"),
    "backup": (),
    "doctor": (),
    "quizzes export": ("call_x",),
    "quizzes list": (),
    "quizzes show": ("call_x",),
    "runs list": (),
    "runs show": ("run_x",),
    "status": (),
    "threads list": (),
    "threads show": ("thread_x",),
    "workspaces audit": (),
    "workspaces list": (),
    "workspaces set": ("sim:one", "--inherit"),
    "workspaces show": ("sim:one",),
}
"""All that take `--home`, apart from the one that makes the playground's data."""


def taking_home(command: object, name: str = "") -> list[str]:
    if isinstance(command, TyperGroup):
        return [
            found
            for word, inner in command.commands.items()
            for found in taking_home(inner, f"{name} {word}".strip())
        ]
    assert isinstance(command, TyperCommand)
    return [name] if any("--home" in option.opts for option in command.params) else []


def folder(path: Path) -> Path:
    """A folder whose database every command complains of, with its path."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "docent.db").write_text("Dear diary")
    return path


def named(command: str, *more: str) -> str:
    """What a command says of the database that it cannot use."""
    said = CliRunner().invoke(app, [*command.split(), *COMMANDS[command], *more])
    return f"{said.output} {said.exception}"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCENT_HOME", "home")
    for name in ("DOCENT_MODEL", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "saved.json").write_text(
        '{"id": "asst_x", "object": "assistant", "created_at": 1, "model": "m", "tools": []}'
    )


def test_every_command_with_a_home_is_here() -> None:
    assert sorted([*COMMANDS, "demo"]) == sorted(taking_home(get_command(app)))


@pytest.mark.parametrize("command", COMMANDS)
def test_all_commands_look_at_the_same_database(command: str, tmp_path: Path) -> None:
    home = tmp_path / "home"

    assert str(home / "docent.db") in named(command)
    tried = folder(home / "demo")
    assert f"{tried / 'docent.db'} cannot be used" in named(command)
    folder(home)
    assert f"{home / 'docent.db'} cannot be used" in named(command)
    given = folder(tmp_path / "given")
    assert f"{given / 'docent.db'} cannot be used" in named(command, "--home", "given")
