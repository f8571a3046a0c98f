"""The tree keeps its shape: who may import what, and how large a module may be."""

import ast

import pytest

from tests.sources import ROOT, imports, modules

MAX_LINES = 400
MAX_FUNCTION_LINES = 60

BOUNDARY = (
    "bot.adapter",
    "bot.commands",
    "bot.errors",
    "bot.events",
    "bot.jsons",
    "bot.strings",
    "bot.text",
    "bot.views",
)
"""All of the core that an adapter may know."""

HOMES: dict[str, tuple[str, ...]] = {
    "aiohttp": (
        "adapters/discord/",  # the transport of discord
        "adapters/slack/",  # the transport of slack_sdk
        "adapters/web/",  # servers
        "bot/health/",
        "bot/offline/",
        "bot/responses/",  # the transport of openai
        "bot/tools/",  # webhooks
    ),
    "aiosqlite": ("adapters/web/",),  # the playground's own store
    "alembic": ("bot/store/",),
    "cryptography": ("bot/registry/vault.py",),
    "discord": ("adapters/discord/",),
    "dotenv": ("bot/env_file.py",),
    "filelock": ("bot/store/",),
    "httpx2": ("bot/responses/",),  # the transport of openai
    "latex2mathml": ("adapters/web/",),
    "markdown_it": ("adapters/discord/", "adapters/slack/", "adapters/web/"),
    "openai": ("bot/responses/",),
    "prometheus_client": ("bot/health/",),
    "pydantic_settings": ("bot/settings.py",),
    "regex": ("bot/text/",),
    "rich": ("bot/cli/",),
    "slack_bolt": ("adapters/slack/",),
    "slack_sdk": ("adapters/slack/",),
    "sqlalchemy": ("bot/store/",),
    "standardwebhooks": ("bot/tools/",),
    "sympy": ("bot/offline/",),
    "tenacity": ("bot/backoff.py", "bot/tools/"),
    "typer": ("bot/cli/",),
}
"""Where a library lives, so that it can be replaced there and is loaded only where it is needed."""

ENVIRONMENT: dict[str, str] = {
    "bot/cli/__init__.py": "the locale describes the terminal and is no setting",
    "bot/cli/demo.py": "SSH_CONNECTION describes the terminal and is no setting",
    "bot/cli/notifying.py": "NOTIFY_SOCKET is the service manager's, and no setting",
    "bot/offline/solving/process.py": "gives its worker an almost empty environment",
}


def within(name: str, parents: tuple[str, ...]) -> bool:
    return any(name == parent or name.startswith(f"{parent}.") for parent in parents)


def named(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def test_adapters_know_the_boundary_and_themselves_and_nothing_else() -> None:
    strangers = [
        f"{path} imports {name}"
        for path, module in modules().items()
        if path.startswith("adapters/")
        for name in imports(path, module)
        if within(name, ("bot", "adapters"))
        and not within(name, (*BOUNDARY, ".".join(path.split("/")[:2])))
    ]

    assert strangers == []


def test_only_the_composition_root_knows_the_adapters() -> None:
    knowing = [
        path
        for path, module in modules().items()
        if path.startswith("bot/") and any(within(n, ("adapters",)) for n in imports(path, module))
    ]

    assert knowing == ["bot/app.py"]


def test_nothing_but_the_command_line_knows_the_composition_root() -> None:
    knowing = [
        path
        for path, module in modules().items()
        if not path.startswith("bot/cli/")
        and any(within(name, ("bot.app", "bot.cli")) for name in imports(path, module))
    ]

    assert knowing == ["bot/__main__.py"]


def test_the_boundary_knows_nothing_behind_it() -> None:
    strangers = [
        f"{path} imports {name}"
        for path, module in modules().items()
        if within(named(path), BOUNDARY)
        for name in imports(path, module)
        if within(name, ("bot", "adapters")) and not within(name, BOUNDARY)
    ]

    assert strangers == []


@pytest.mark.parametrize(("library", "homes"), HOMES.items())
def test_a_library_is_imported_only_at_its_home(library: str, homes: tuple[str, ...]) -> None:
    abroad = [
        path
        for path, module in modules().items()
        if any(within(name, (library,)) for name in imports(path, module))
        and not path.startswith(homes or ("nowhere",))
    ]

    assert abroad == []


def test_the_environment_is_read_only_where_there_is_a_reason() -> None:
    readers = {
        path
        for path, module in modules().items()
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}
    }

    assert readers == set(ENVIRONMENT)


def test_every_module_says_in_its_first_line_what_it_is() -> None:
    silent = [
        path
        for path, module in modules().items()
        if module.body and not (ast.get_docstring(module) or "").split("\n")[0].endswith(".")
    ]

    assert silent == []


def test_no_module_is_larger_than_an_evening_can_hold() -> None:
    tests = (path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("*.py"))
    sizes = {
        path: len((ROOT / path).read_text("utf-8").splitlines()) for path in [*modules(), *tests]
    }

    assert {path: size for path, size in sizes.items() if size > MAX_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    sizes = {
        f"{path}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path, module in modules().items()
        if "/migrations/" not in path
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert {name: size for name, size in sizes.items() if size > MAX_FUNCTION_LINES} == {}
