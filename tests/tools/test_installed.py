"""All tools of an installation: what cannot be used is left out, and the operator is told."""

from pathlib import Path

import pytest

from bot.errors import OperatorError
from bot.tools import TOOLS
from bot.tools.installed import Installed, open_tools
from bot.tools.port import Immediate
from tests.tools.calls import CALL
from tests.tools.packages import install
from tests.tools.receiver import KEY, receiving, says

WORKING = """
from pydantic import BaseModel
from bot.tools import function

class Nothing(BaseModel):
    pass

@function()
async def {name}(arguments: Nothing) -> str:
    "Says where it is from."
    return "from {module}"
"""


def working(module: str, name: str) -> dict[str, str]:
    return {module: WORKING.format(name=name, module=module)}


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that Python finds packages in."""
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return folder


async def opened(folder: Path) -> Installed:
    async with open_tools(folder / "webhooks.toml") as installed:
        return installed


async def output(installed: Installed, name: str) -> str:
    tool = installed.tools[name]
    assert isinstance(tool, Immediate)
    return await tool.act("{}", CALL)


def hook(folder: Path, name: str, url: str = "https://functions.example/") -> Path:
    path = folder / "webhooks.toml"
    path.touch(mode=0o600)
    path.write_text(f'[{name}]\nurl = "{url}"\nkey = "{KEY}"\n')
    return path


async def test_without_anything_there_are_docents_own_tools(tmp_path: Path) -> None:
    installed = await opened(tmp_path)

    assert installed.tools == TOOLS
    assert installed.problems == ()


async def test_functions_of_packages_and_webhooks_are_tools_too(
    tmp_path: Path, packages: Path
) -> None:
    install(packages, "words", {"find": "words_a:find"}, **working("words_a", "find"))
    async with (
        receiving(says('"from afar"')) as receiver,
        open_tools(hook(tmp_path, "ask_afar", receiver.url)) as installed,
    ):
        assert installed.tools.keys() == {*TOOLS, "find", "ask_afar"}
        assert await output(installed, "find") == "from words_a"
        assert await output(installed, "ask_afar") == '"from afar"'
        assert installed.problems == ()


@pytest.mark.parametrize(
    ("module", "source", "reason"),
    [
        ("broken_a", "raise RuntimeError('out of order')", "RuntimeError: out of order"),
        ("broken_b", "import a_module_that_is_nowhere", "ModuleNotFoundError"),
        ("broken_c", "def find(:", "SyntaxError"),
        ("broken_d", "import sys; sys.exit(1)", "SystemExit"),
        ("broken_e", "other = 1", "AttributeError"),
        ("broken_f", "find = 1", "not a function made with @function()"),
        (
            "broken_g",
            WORKING.format(name="find", module="").replace("async ", ""),
            "must be an async function",
        ),
    ],
)
async def test_a_package_that_does_not_work_is_left_out_and_named(
    tmp_path: Path, packages: Path, module: str, source: str, reason: str
) -> None:
    install(packages, "words", {"find": f"{module}:find"}, **{module: source})
    install(packages, "more", {"more": f"more_{module}:more"}, **working(f"more_{module}", "more"))

    installed = await opened(tmp_path)

    assert installed.tools.keys() == {*TOOLS, "more"}
    (problem,) = installed.problems
    assert problem.startswith(f"words ({module}:find) ")
    assert reason in problem


async def test_an_entry_point_that_is_none_is_left_out(tmp_path: Path, packages: Path) -> None:
    install(packages, "words", {"find": "???"})

    installed = await opened(tmp_path)

    assert installed.tools == TOOLS
    assert "words (???)" in installed.problems[0]


async def test_a_package_with_a_broken_description_is_told(tmp_path: Path, packages: Path) -> None:
    install(packages, "words", {})
    (packages / "words-1.0.dist-info" / "entry_points.txt").write_text("[docent.tools]\nnonsense\n")

    installed = await opened(tmp_path)

    assert installed.tools == TOOLS
    assert "description of one of them is broken" in installed.problems[0]


async def test_nobody_takes_the_name_of_one_of_docents_tools(
    tmp_path: Path, packages: Path
) -> None:
    module = "taking_a"
    install(packages, "words", {"x": f"{module}:ask_person"}, **working(module, "ask_person"))

    installed = await opened(tmp_path)

    assert installed.tools == TOOLS
    (problem,) = installed.problems
    assert "ask_person is a function that comes with Docent" in problem


@pytest.mark.parametrize("other", ["package", "webhook"])
async def test_a_name_that_two_claim_is_nobodys(tmp_path: Path, packages: Path, other: str) -> None:
    module = f"one_{other}"
    install(packages, "one", {"find": f"{module}:find"}, **working(module, "find"))
    if other == "package":
        install(packages, "two", {"find": "two_a:find"}, **working("two_a", "find"))
    else:
        hook(tmp_path, "find")

    installed = await opened(tmp_path)

    assert installed.tools == TOOLS
    (problem,) = installed.problems
    assert problem.startswith(f"find is claimed by several (one ({module}:find), ")


async def test_a_malformed_list_of_webhooks_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "webhooks.toml").write_text("[find]\n")

    with pytest.raises(OperatorError, match="url must begin"):
        await opened(tmp_path)


async def test_keys_that_others_can_read_are_a_problem(tmp_path: Path) -> None:
    hook(tmp_path, "find").chmod(0o644)

    installed = await opened(tmp_path)

    assert "find" in installed.tools
    assert "chmod 600" in installed.problems[0]
