"""The files around the code: one lock for all, a set-up that any machine can start."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.sources import ROOT

SECONDS = 60
LOCK = (ROOT / "requirements.txt").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def run(*command: str | Path, path: Path | None = None, **extra: str) -> tuple[int, str, str]:
    """Run a command with nothing on its PATH but what is given and the system's own tools."""
    environment = {"PATH": str(path) if path else os.environ["PATH"]} | extra
    answer = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    return answer.returncode, answer.stdout, answer.stderr


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A PATH with a shell's tools and no Python at all."""
    folder = tmp_path / "with space"
    folder.mkdir()
    for name in ("sh", "uname", "dirname"):
        (folder / name).symlink_to(str(shutil.which(name)))
    return folder


def script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def find_python(tools: Path, **extra: str) -> tuple[int, str, str]:
    finder = ROOT / "scripts" / "python.sh"
    return run(tools / "sh", finder, "-c", "print('it ran')", path=tools, **extra)


@pytest.mark.parametrize("name", ["python3", "python", "python3.11", "python3.15", "py"])
def test_a_new_enough_python_is_found_by_any_name(tools: Path, name: str) -> None:
    script(tools / name, f'exec "{sys.executable}" "$@"')

    assert find_python(tools) == (0, "it ran\n", "")


def test_an_old_python_is_passed_over(tools: Path) -> None:
    script(tools / "python3", "exit 1")
    script(tools / "python3.12", f'exec "{sys.executable}" "$@"')

    assert find_python(tools) == (0, "it ran\n", "")


def test_a_chosen_python_is_taken(tools: Path) -> None:
    script(tools / "mine", f'exec "{sys.executable}" "$@"')

    assert find_python(tools, PYTHON=str(tools / "mine")) == (0, "it ran\n", "")


def test_no_python_is_told_with_what_to_install(tools: Path) -> None:
    code, out, err = find_python(tools)

    assert (code, out) == (1, "")
    assert "Python 3.11 or newer" in err
    assert "PYTHON=" in err


def test_a_python_without_its_venv_module_is_told_which_package_has_it(tmp_path: Path) -> None:
    checkout = tmp_path / "check out"
    (checkout / "scripts").mkdir(parents=True)
    (checkout / "requirements.txt").touch()
    shutil.copy(ROOT / "scripts" / "setup.py", checkout / "scripts")
    (checkout / "scripts" / "ensurepip.py").write_text("raise ImportError")
    script(tmp_path / "apt-get", "exit 1")

    code, _, err = run(sys.executable, checkout / "scripts" / "setup.py", path=tmp_path)

    assert code == 1
    assert f"apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv" in err
    assert not (checkout / ".venv").exists()


def test_a_fresh_checkout_is_set_up_once_and_works_from_anywhere(tmp_path: Path) -> None:
    checkout = tmp_path / "check out ü"
    (checkout / "scripts").mkdir(parents=True)
    (checkout / "requirements.txt").touch()
    shutil.copy(ROOT / "scripts" / "setup.py", checkout / "scripts")
    (checkout / "bot").mkdir()
    (checkout / "bot" / "__main__.py").write_text("import sys; print(sys.argv[1:])")

    first = run(sys.executable, checkout / "scripts" / "setup.py")
    second = run(sys.executable, checkout / "scripts" / "setup.py")

    assert first[0] == 0
    assert [line[:5] for line in first[1].splitlines() if line[0] == "["] == [
        "[1/3]",
        "[2/3]",
        "[3/3]",
    ]
    assert second == (0, "", "")
    assert run(checkout / ".venv" / "bin" / "docent", "a b") == (0, "['a b']\n", "")


def test_the_makefile_helps_first() -> None:
    code, out, _ = run("make", "-s", "-C", ROOT)

    assert code == 0
    assert {"demo", "test", "check", "lock"} <= set(re.findall(r"^make (\w+)", out, re.MULTILINE))


def test_every_dependency_is_locked_with_hashes() -> None:
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=~ ]", each)[0].replace(".", "-").lower() for each in wanted}
    locked = re.findall(
        r"^([a-z0-9-]+)==(?:[^\n]*\\\n    --hash=sha256:[0-9a-f]{64})", LOCK, re.MULTILINE
    )

    assert names - set(locked) == set()
    assert len(locked) == len(re.findall(r"^[a-z0-9]", LOCK, re.MULTILINE))


def test_the_lock_names_no_place_to_load_from() -> None:
    assert (
        re.findall(r"://|--(?:index|extra-index|find-links)|/(?:opt|root|home|work)/", LOCK) == []
    )


def test_every_relative_link_in_the_documents_leads_somewhere() -> None:
    broken = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in [
            *ROOT.glob("*.md"),
            *ROOT.glob("docs/**/*.md"),
            *ROOT.glob("manifests/*.md"),
        ]
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text("utf-8"))
        if not (document.parent / target).exists()
    ]

    assert broken == []


def test_the_container_gets_locked_packages_and_no_others_than_the_tests() -> None:
    pinned = re.compile(r"^[a-z0-9-]+==\S+", re.MULTILINE)
    runtime = (ROOT / "deploy" / "requirements.txt").read_text("utf-8")

    assert set(pinned.findall(runtime)) < set(pinned.findall(LOCK))
    assert runtime.count("--hash=sha256:") >= len(pinned.findall(runtime))
    assert "://" not in runtime


def test_the_container_is_built_from_what_is_there_and_nothing_else_is_sent() -> None:
    build = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
    copied = [
        name
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", build, re.MULTILINE)
        for name in line.split()
    ]
    sent = (ROOT / ".dockerignore").read_text("utf-8").splitlines()

    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert {f"!{name}" for name in copied} <= set(sent)
    assert sent[1] == "*"
    assert "USER docent" in build
    assert "/healthz" in build


def test_the_service_starts_the_command_that_there_is_and_is_shut_in() -> None:
    unit = (ROOT / "deploy" / "docent.service").read_text("utf-8")

    assert "ExecStart=/opt/docent/.venv/bin/docent run\n" in unit
    assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "StateDirectory=docent"} <= set(
        unit.splitlines()
    )
