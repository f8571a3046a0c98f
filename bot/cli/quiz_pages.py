"""What the terminal shows of quizzes: which there are, and how one went."""

from collections.abc import Iterator
from pathlib import Path

import typer
from pydantic import JsonValue
from rich.table import Table

from bot import objects
from bot.cli.terminal import as_json, console, facts, indented, plain, table, time
from bot.jsons import Json
from bot.quiz.counting import Count
from bot.quiz.seen import Quizzes, SeenQuiz
from bot.quiz.wording import LETTERS
from bot.strings import say


def show_all(database: Path, *, limit: int, workspace: str | None, json: bool) -> None:
    """The newest quizzes, newest first. Raises OperatorError."""
    seen = Quizzes(database).newest(limit=limit + 1, workspace=workspace)
    found, more = seen[:limit], len(seen) > limit
    if json:
        listed = objects.listing([_quiz(one) for one in found], has_more=more)
        typer.echo(as_json(listed))
        return
    if not found:
        typer.echo(say("quizzes.none"))
        return
    rows = table(
        say("quizzes.quiz"),
        say("quizzes.opened"),
        say("quizzes.title"),
        say("quizzes.audience"),
        say("quizzes.state"),
        say("quizzes.people"),
        say("quizzes.right_share"),
    )
    for one in found:
        quiz = one.quiz
        cells = (quiz.tool_call_id, time(quiz.opened_at), quiz.title, quiz.audience)
        rows.add_row(*map(plain, (*cells, _state(one), _people(one), _share(one))))
    out = console()
    out.print(rows)
    if more:
        out.print(say("looking.more", number=limit), style="dim")


def show(database: Path, quiz_id: str, *, json: bool) -> None:
    """One quiz: per question the counts and what was right, without names. Raises OperatorError."""
    seen = Quizzes(database).one(quiz_id)
    if json:
        counted: list[JsonValue] = [_counted(count) for count in seen.counts.questions]
        typer.echo(as_json({**_quiz(seen), "questions": counted}))
        return
    out = console()
    out.print(_facts(seen))
    for count in seen.counts.questions:
        out.print()
        out.print(plain(f"{count.question.position + 1}.", "bold"))
        out.print(indented(count.question.text, "bold"))
        for line in _lines(count):
            out.print(indented(line))
    if (worst := seen.counts.most_missed) is not None:
        out.print()
        out.print(
            say(
                "quizzes.most_missed",
                position=worst.question.position + 1,
                missed=worst.missed,
                started=seen.counts.started,
            )
        )


def _lines(count: Count) -> Iterator[str]:
    question = count.question
    for index, (text, number) in enumerate(zip(question.options, count.chosen, strict=True)):
        key = "right_choice" if index == question.answer_option else "choice"
        yield say(f"quizzes.{key}", letter=LETTERS[index], text=text, number=number)
    if question.kind == "text":
        yield say("quizzes.in_words", number=count.answered)
        if question.answer is not None:
            yield say("quiz.right_answer", answer=question.answer)
    yield say(
        "quizzes.marks",
        right=count.right,
        wrong=count.wrong,
        unknown=count.unknown,
        skipped=count.skipped,
        not_answered=count.not_answered,
    )


def _facts(seen: SeenQuiz) -> Table:
    quiz = seen.quiz
    closes = say("quizzes.closes" if quiz.closed_at is None else "quizzes.closed")
    return facts(
        [
            (say("quizzes.quiz"), quiz.tool_call_id),
            (say("looking.run"), quiz.run_id),
            (say("looking.workspace"), quiz.workspace_id),
            (say("quizzes.title"), quiz.title),
            (say("quizzes.topic"), quiz.topic),
            (say("quizzes.audience"), quiz.audience),
            (say("quizzes.state"), _state(seen)),
            (say("quizzes.opened"), time(quiz.opened_at)),
            (closes, time(quiz.closed_at or quiz.closes_at)),
            (say("quizzes.people"), _people(seen)),
            (say("quizzes.right_share"), _share(seen)),
        ]
    )


def _state(seen: SeenQuiz) -> str:
    return say("quizzes.is_open" if seen.is_open else "quizzes.is_closed")


def _people(seen: SeenQuiz) -> str:
    """Only a quiz for everyone is finished by people one by one."""
    started = str(seen.counts.started)
    return f"{started} / {seen.counts.finished}" if seen.quiz.audience == "everyone" else started


def _share(seen: SeenQuiz) -> str:
    share = seen.right_share
    return "" if share is None else say("quizzes.share", percent=share)


def _quiz(seen: SeenQuiz) -> Json:
    quiz = seen.quiz
    everyone = quiz.audience == "everyone"
    return {
        "id": quiz.tool_call_id,
        "object": "quiz",
        "run_id": quiz.run_id,
        "workspace": quiz.workspace_id,
        "channel": quiz.channel_id,
        "title": quiz.title,
        "topic": quiz.topic,
        "audience": quiz.audience,
        "opened_at": int(quiz.opened_at.timestamp()),
        "closes_at": int(quiz.closes_at.timestamp()),
        "closed_at": None if quiz.closed_at is None else int(quiz.closed_at.timestamp()),
        "started": seen.counts.started,
        "finished": seen.counts.finished if everyone else None,
        "right_percent": seen.right_share,
    }


def _counted(count: Count) -> Json:
    question = count.question
    return {
        "question": question.text,
        "kind": question.kind,
        "choices": [
            {"text": text, "chosen": number}
            for text, number in zip(question.options, count.chosen, strict=True)
        ],
        "right_answer": question.answer,
        "answered": count.answered,
        "right": count.right,
        "wrong": count.wrong,
        "unknown": count.unknown,
        "skipped": count.skipped,
        "not_answered": count.not_answered,
        "missed": count.missed,
    }
