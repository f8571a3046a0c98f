"""Packages as an installer leaves them in a folder: modules, and a description beside them."""

from collections.abc import Mapping
from pathlib import Path


def install(folder: Path, name: str, points: Mapping[str, str], **sources: str) -> None:
    """A package whose entry points in the group `docent.tools` are `points`."""
    described = folder / f"{name}-1.0.dist-info"
    described.mkdir(parents=True)
    (described / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    lines = "".join(f"{point} = {value}\n" for point, value in points.items())
    (described / "entry_points.txt").write_text(f"[docent.tools]\n{lines}")
    for module, source in sources.items():
        (folder / f"{module}.py").write_text(source, "utf-8")
