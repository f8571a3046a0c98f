"""An upgrade keeps a copy of what was there, happens whole or not at all, and never goes back."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import OperatorError
from bot.store.migrate import MIGRATIONS, back_up, migrate

NEXT = '''"""The release after this one."""

import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{head}"


def upgrade() -> None:
    op.create_table("novelty", sa.Column("id", sa.Integer(), primary_key=True))
    {more}
'''


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "docent.db"


def query(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def tables(path: Path) -> set[object]:
    return {name for (name,) in query(path, "SELECT name FROM sqlite_master WHERE type = 'table'")}


def head(path: Path) -> object:
    ((revision,),) = query(path, "SELECT version_num FROM alembic_version")
    return revision


def with_a_row(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO workspaces (id, settings, created_at) VALUES ('w', '{}', '2026-11-01')"
        )
        connection.commit()


def newer(folder: Path, path: Path, more: str = "") -> Path:
    """The migrations of a program that is one release ahead."""
    copied = folder / "migrations"
    shutil.copytree(MIGRATIONS, copied, ignore=shutil.ignore_patterns("__pycache__"))
    script = NEXT.format(head=head(path), more=more)
    (copied / "versions" / "next_release.py").write_text(script)
    return copied


def test_a_first_start_makes_no_copy(tmp_path: Path, path: Path) -> None:
    migrate(path)

    assert [file.name for file in tmp_path.iterdir()] == ["docent.db"]


def test_a_second_start_changes_nothing(tmp_path: Path, path: Path) -> None:
    migrate(path)
    with_a_row(path)
    before = path.read_bytes()
    migrate(path)

    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["docent.db"]


def test_an_upgrade_keeps_a_copy_of_what_was_there(tmp_path: Path, path: Path) -> None:
    migrate(path)
    with_a_row(path)
    old = tables(path), head(path)
    migrate(path, newer(tmp_path, path))

    copy = tmp_path / "docent.db.before-next"
    assert (tables(copy), head(copy)) == old
    assert query(copy, "SELECT id FROM workspaces") == [("w",)]
    assert head(path) == "next"
    assert tables(path) - old[0] == {"novelty"}
    assert query(path, "SELECT id FROM workspaces") == [("w",)]


def test_an_upgrade_that_fails_leaves_the_old_schema_and_can_be_repeated(
    tmp_path: Path, path: Path
) -> None:
    migrate(path)
    with_a_row(path)
    old = tables(path), head(path)
    broken = newer(tmp_path, path, more='raise OSError("the disk is gone")')
    with pytest.raises(OSError, match="the disk is gone"):
        migrate(path, broken)

    assert (tables(path), head(path)) == old
    assert query(path, "SELECT id FROM workspaces") == [("w",)]
    shutil.rmtree(broken)
    migrate(path, newer(tmp_path, path))
    assert head(path) == "next"


def test_a_database_of_a_newer_program_is_refused_and_untouched(tmp_path: Path, path: Path) -> None:
    migrate(path)
    migrate(path, newer(tmp_path, path))
    before = path.read_bytes()

    with pytest.raises(OperatorError, match="was made by a newer Docent"):
        migrate(path)
    assert path.read_bytes() == before


def test_a_copy_is_made_of_a_database_in_use(tmp_path: Path, path: Path) -> None:
    migrate(path)
    with closing(sqlite3.connect(path)) as user:
        user.execute("PRAGMA journal_mode = WAL")
        user.execute("CREATE TABLE notes (id)")
        user.execute("INSERT INTO notes VALUES (1)")
        user.commit()
        back_up(path, tmp_path / "copy")

    assert query(tmp_path / "copy", "SELECT id FROM notes") == [(1,)]
    assert not (tmp_path / "copy.part").exists()


def test_a_copy_that_was_broken_off_is_made_anew(tmp_path: Path, path: Path) -> None:
    migrate(path)
    (tmp_path / "copy.part").write_bytes(b"half of it")
    back_up(path, tmp_path / "copy")

    assert "runs" in tables(tmp_path / "copy")
    assert not (tmp_path / "copy.part").exists()


def test_a_folder_with_signs_in_its_name_is_no_obstacle(tmp_path: Path) -> None:
    folder = tmp_path / "100% of #1 ?mode=ro & more"
    folder.mkdir()
    migrate(folder / "docent.db")

    assert "runs" in tables(folder / "docent.db")
