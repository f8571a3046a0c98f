"""The example package: installed beside Docent, its function is there."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.sources import ROOT
from tests.tools.packages import install

EXAMPLE = ROOT / "examples" / "dictionary"
SECONDS = 30

USING = """
import asyncio, json, sys
from pathlib import Path
from bot.tools import Call
from bot.tools.installed import open_tools

CALL = Call(id="c", run_id="r", thread_id="t", assistant_id="a", person="p")

async def main():
    async with open_tools(Path("webhooks.toml")) as installed:
        tool = installed.tools["look_up"]
        said = await tool.act('{"word": " Slope "}', CALL)
        print(json.dumps([installed.problems, tool.definition, json.loads(said)]))

asyncio.run(main())
"""


def installed(folder: Path) -> None:
    """What `pip install` makes of the example; without it, as that would need a build backend."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))
    modules = project["tool"]["setuptools"]["py-modules"]
    sources = {name: (EXAMPLE / f"{name}.py").read_text("utf-8") for name in modules}
    points = project["project"]["entry-points"]["docent.tools"]
    install(folder, project["project"]["name"], points, **sources)


def test_an_installed_function_is_found_and_answers(tmp_path: Path) -> None:
    installed(tmp_path / "packages")

    answer = subprocess.run(
        [sys.executable, "-c", USING],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path / "packages"), str(ROOT)])},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )

    problems, definition, said = json.loads(answer.stdout.splitlines()[-1])
    assert problems == []
    assert definition["description"].startswith("Looks a word up")
    assert definition["parameters"]["required"] == ["word"]
    assert said["meaning"].startswith("How much a line rises")


def test_the_function_is_as_short_as_promised() -> None:
    lines = (EXAMPLE / "docent_dictionary.py").read_text("utf-8").splitlines()

    assert len([line for line in lines if line.strip()]) <= 20


def test_the_page_about_functions_shows_the_examples_as_they_are() -> None:
    page = (ROOT / "docs" / "functions.md").read_text("utf-8")

    for example in ("dictionary/docent_dictionary.py", "receiver.py"):
        assert (ROOT / "examples" / example).read_text("utf-8") in page
