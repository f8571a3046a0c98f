"""The project's own source files, for the tests that read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "adapters")
STATIC = ROOT / "adapters" / "web" / "static"


@cache
def modules() -> dict[str, ast.Module]:
    """Every Python module of the product by its path, parsed."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    }


def docstrings(module: ast.Module) -> set[ast.expr]:
    """Docstrings, those of values and attributes included: strings that stand alone."""
    return {
        node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def imports(path: str, module: ast.Module) -> Iterator[str]:
    """Full names of everything that a module imports, wherever in it."""
    package = Path(path).parent.parts
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)
