"""Templates: files that assistants begin with. A file in this folder is a template."""

from pathlib import Path

FOLDER = Path(__file__).parent
SUFFIXES = (".toml", ".json")


def names(folder: Path = FOLDER) -> list[str]:
    """Those that come with Docent, and those that were added."""
    return sorted(path.stem for path in folder.iterdir() if path.suffix in SUFFIXES)
