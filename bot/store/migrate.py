"""Bring a database file to this program's schema, keeping a copy of what was there before."""

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from bot.errors import OperatorError
from bot.strings import say

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(path: Path, migrations: Path = MIGRATIONS) -> None:
    """Upgrade to the newest revision. Raises OperatorError for a database of a newer program."""
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)

    # A migration is one transaction, schema changes included, so that a kill leaves the old schema.
    @event.listens_for(engine, "connect")
    def no_implicit_begin(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        connection.rollback()
        if current == scripts.get_current_head():
            return
        if current is not None:
            if current not in {script.revision for script in scripts.walk_revisions()}:
                raise OperatorError(say("store.newer", path=path))
            back_up(path, path.with_name(f"{path.name}.before-{scripts.get_current_head()}"))
        config.attributes["connection"] = connection
        with connection.begin():
            command.upgrade(config, "head")


@cache
def revisions() -> tuple[str | None, frozenset[str]]:
    """The newest revision that this program knows, and all of them."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    return scripts.get_current_head(), frozenset(each.revision for each in scripts.walk_revisions())


def check_current(connection: Connection, path: Path) -> None:
    """That the database has this program's schema. Raises OperatorError."""
    current = MigrationContext.configure(connection).get_current_revision()
    head, known = revisions()
    if current != head:
        older = current is None or current in known
        raise OperatorError(say("store.older" if older else "store.newer", path=path))


def back_up(path: Path, copy: Path) -> None:
    """A consistent copy of a database that may be in use. A copy is whole or not there."""
    unfinished = copy.with_name(copy.name + ".part")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
    unfinished.replace(copy)
