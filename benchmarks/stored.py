"""The bare reference for writes: stdlib sqlite3 stores rows that the engine has stored before."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.store.migrate import migrate

Row = tuple[object, ...]
"""Values as the driver gives and takes them."""


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """A new database with Docent's tables, opened as its one writer opens it."""
    migrate(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        yield connection


@dataclass(frozen=True, slots=True)
class Write:
    """One `executemany` of a transaction."""

    statement: str
    values: Sequence[Row]


Transaction = Sequence[Write]


def store(connection: sqlite3.Connection, writes: Transaction) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for write in writes:
        connection.executemany(write.statement, write.values)
    connection.execute("COMMIT")


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of one table in the order in which they were stored."""

    table: str
    columns: Sequence[str]
    rows: Sequence[Row]

    @property
    def insert(self) -> str:
        names, marks = ", ".join(self.columns), ", ".join("?" * len(self.columns))
        return f"INSERT INTO {self.table} ({names}) VALUES ({marks})"  # noqa: S608 - our own names

    def values(self, column: str) -> list[object]:
        place = self.columns.index(column)
        return [row[place] for row in self.rows]

    def by(self, column: str) -> "Index":
        found: Index = defaultdict(list)
        for key, row in zip(self.values(column), self.rows, strict=True):
            found[key].append(row)
        return found

    def inserted(self, rows: Sequence[Row]) -> Write:
        return Write(self.insert, rows)

    def noted(self, rows: Sequence[Row]) -> Write:
        """Inserted unless they are there."""
        return Write(f"{self.insert} ON CONFLICT DO NOTHING", rows)


Index = defaultdict[object, list[Row]]


def read(path: Path, *tables: str) -> dict[str, Rows]:
    with closing(sqlite3.connect(path)) as connection:
        return {table: _rows(connection, table) for table in tables}


def _rows(connection: sqlite3.Connection, table: str) -> Rows:
    found = connection.execute(f"SELECT * FROM {table} ORDER BY rowid")  # noqa: S608 - our own names
    return Rows(table, [column[0] for column in found.description], found.fetchall())


def of(index: Index, keys: Iterable[object]) -> list[Row]:
    return [row for key in keys for row in index[key]]
