"""Results as CSV: RFC 4180, in UTF-8, for spreadsheets that must not act on what learners wrote.

Control characters and signs that turn the reading direction are written out, as everywhere in the
terminal. A cell that a spreadsheet could take for a formula begins with an apostrophe instead
(OWASP, CSV injection); a number such as -5 is none, and stays a number.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from io import StringIO
from itertools import chain, islice
from pathlib import Path
from typing import Final

import typer

from bot.errors import OperatorError
from bot.store.records import Answer, Question
from bot.store.results import Result
from bot.strings import say
from bot.text.visible import visible

COLUMNS: Final = (
    "quiz",
    "title",
    "topic",
    "audience",
    "learner",
    "number",
    "question",
    "kind",
    "status",
    "answer",
    "right",
    "right_answer",
    "hints",
    "started_at",
    "answered_at",
)
"""In English whatever the language: programs read them. `kind` is of the question, `status` is
`answered`, `unknown`, `skipped` or `none`; `right` is `yes`, `no` or empty where nobody can say."""
BOM: Final = "\ufeff"

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?%?")


def write(results: Iterable[Result], output: Path | None, *, bom: bool) -> None:
    """To a file, or to stdout. Raises OperatorError."""
    start, found = BOM if bom else "", iter(results)
    begun = list(islice(found, 1))  # what cannot be read must not cost a file that is there
    whole = chain(begun, found)
    if output is None:
        typer.echo(start, nl=False)
        for line in lines(whole):
            typer.echo(line, nl=False)
        return
    number = -1  # the first line names the columns
    try:
        with output.open("w", encoding="utf-8", newline="") as file:
            file.write(start)
            for line in lines(whole):
                file.write(line)
                number += 1
    except OSError as error:
        values = {"path": output, "reason": error.strerror or str(error)}
        raise OperatorError(say("quizzes.unwritable", **values)) from None
    typer.echo(say("quizzes.written", number=number, path=output))


def lines(results: Iterable[Result]) -> Iterator[str]:
    """Records with their ends; the first one has the names of the columns."""
    yield _line(COLUMNS)
    for result in results:
        yield _line([cell(value) for value in _values(result)])


def cell(text: str) -> str:
    """What a spreadsheet shows as this text and does not calculate."""
    shown = visible(text)
    return f"'{shown}" if _FORMULA.match(shown) and not _NUMBER.fullmatch(shown) else shown


def _values(result: Result) -> Sequence[str]:
    quiz, question, answer = result.quiz, result.question, result.answer
    return (
        quiz.tool_call_id,
        quiz.title,
        quiz.topic,
        quiz.audience,
        result.person,
        str(question.position + 1),
        question.text,
        question.kind,
        _status(answer),
        _said(question, answer),
        "" if answer is None or answer.right is None else "yes" if answer.right else "no",
        question.answer or "",
        str(result.hints),
        _time(result.started_at),
        "" if answer is None else _time(answer.at),
    )


def _status(answer: Answer | None) -> str:
    match answer:
        case None:
            return "none"
        case Answer(kind="unknown" | "skipped" as kind):
            return kind
        case _:
            return "answered"


def _said(question: Question, answer: Answer | None) -> str:
    match answer:
        case Answer(kind="choice", option=int() as option) if option < len(question.options):
            return question.options[option]
        case Answer(kind="text"):
            return answer.text
        case _:
            return ""


def _time(at: datetime) -> str:
    """ISO 8601 to the second, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _line(values: Sequence[str]) -> str:
    record = StringIO(newline="")
    csv.writer(record).writerow(values)
    return record.getvalue()
