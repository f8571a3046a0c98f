"""`docent quizzes` beside a running bot: which there are, how they went, and the results as CSV."""

import csv
import json
import re
from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import quiz_csv
from bot.cli import quiz_pages as pages
from bot.events import ButtonToken
from bot.quiz.seen import Quizzes
from bot.text.visible import visible
from tests.cli.within import within
from tests.flows.bench import Bench
from tests.flows.classes import class_quiz, labelled, lobbies, opened, paper, take
from tests.flows.lessons import quiz
from tests.sims.answers import Text
from tests.sims.openai import OpenAISim
from tests.sims.platform import PlatformSim

HOSTILE = '=HYPERLINK("http://x")\x1b[2J\u202e, "quoted"\nsecond line'
SPREADSHEET = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bench]:
    async with PlatformSim() as people, OpenAISim() as model:
        bench = Bench(people, model, tmp_path / "docent.db")
        people.clock = bench.clock.now
        people.admins = {"ada"}
        async with bench.running():
            yield bench


async def classroom(bot: Bench) -> ButtonToken:
    """Ben has taken all of it, Cy a part, and Dot has only begun; how to begin."""
    people = bot.people
    start = labelled((await opened(bot, class_quiz(title=HOSTILE))).actions, "Start")
    await take(people, start, "ben", 1, HOSTILE)
    asked = (await paper(people, start, "cy")).question
    assert asked is not None
    await people.acknowledged(await people.click(labelled(asked.actions, "Hint"), by="cy"))
    await paper(people, asked.choices[0].token, "cy")
    await paper(people, start, "dot")
    return start


async def alone(bot: Bench) -> None:
    """Ada has answered a quiz of her own, and skipped a part of it."""
    bot.model.answer(quiz())
    bot.model.answer(Text("Good"))
    await bot.people.mention("Quiz me", place="t2")
    first = await bot.people.question(1, place="t2")
    await bot.people.submit(labelled(first.actions, "Write answer"), "-5", place="t2")
    second = await bot.people.question(2, place="t2")
    await bot.people.click(labelled(second.actions, "Skip"), place="t2")
    await bot.people.said("Good", place="t2")


async def closed(bot: Bench) -> None:
    lobby = lobbies(bot.people)[0]
    await bot.people.click(labelled(lobby.actions, "Close"), by="ada")
    await bot.people.said("Well done")


def newest(bot: Bench) -> str:
    return Quizzes(bot.database).newest(limit=1)[0].quiz.tool_call_id


async def looked(bot: Bench, *arguments: str) -> tuple[int | None, str, str]:
    home = str(bot.database.parent)
    return await within(bot.database.parent, "quizzes", *arguments, "--home", home)


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


async def test_the_newest_are_listed_first_with_what_became_of_them(
    bot: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    await alone(bot)
    await classroom(bot)
    pages.show_all(bot.database, limit=10, workspace=None, json=True)
    second, first = json.loads(capsys.readouterr().out)["data"]
    pages.show_all(bot.database, limit=2, workspace="sim:one", json=False)
    table = capsys.readouterr().out
    pages.show_all(bot.database, limit=1, workspace=None, json=False)
    short = capsys.readouterr().out
    pages.show_all(bot.database, limit=1, workspace="sim:two", json=False)

    assert (first["audience"], first["started"], first["finished"]) == ("asker", 1, None)
    assert (second["audience"], second["closed_at"]) == ("everyone", None)
    assert (second["started"], second["finished"], second["right_percent"]) == (3, 1, 50)
    assert re.search(rf"(?m)^{first['id']} +\S+ \S+Z +Math Quiz +asker +closed +1", table)
    assert "only one is shown" in short
    assert first["id"] not in short
    assert capsys.readouterr().out == "There are no quizzes yet.\n"


async def test_one_is_shown_by_question_with_the_right_choice_and_no_names(bot: Bench) -> None:
    await classroom(bot)
    await closed(bot)
    quiz_id = newest(bot)
    code, out, err = await looked(bot, "show", quiz_id)
    _, text, _ = await looked(bot, "show", quiz_id, "--json")

    assert (code, err) == (0, "")
    assert re.search(r"(?m)^State +closed\s*$", out)
    assert re.search(r"(?m)^Started / finished +3 / 1\s*$", out)
    assert "A: Quito (1)" in out
    assert "B: Lima (1), right" in out
    assert "Right 1, wrong 1, I don't know 0, skipped 0, not answered 1" in out
    assert "Most missed: question 1 (1 of 3)" in out
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out)
    first, second = json.loads(text)["questions"]
    assert [each["chosen"] for each in first["choices"]] == [1, 1]
    assert (first["right_answer"], first["missed"]) == ("Lima", 1)
    assert (second["answered"], second["not_answered"]) == (1, 2)
    for person in ("ben", "cy", "dot"):
        assert f"sim/{person}" not in out + text


async def test_a_row_per_learner_and_question_is_exported(bot: Bench) -> None:
    await classroom(bot)
    code, out, err = await looked(bot, "export", newest(bot))
    rows, shown = records(out), visible(HOSTILE.replace("\x1b", ""))

    assert (code, err) == (0, "")
    assert out.count("\r\n") == 1 + len(rows)
    assert [(row["learner"], row["number"], row["status"]) for row in rows] == [
        ("sim/ben", "1", "answered"),
        ("sim/ben", "2", "answered"),
        ("sim/cy", "1", "answered"),
        ("sim/cy", "2", "none"),
        ("sim/dot", "1", "none"),
        ("sim/dot", "2", "none"),
    ]
    assert [row["answer"] for row in rows] == ["Lima", f"'{shown}", "Quito", "", "", ""]
    assert [row["right"] for row in rows] == ["yes", "", "no", "", "", ""]
    assert [row["hints"] for row in rows] == ["0", "0", "1", "0", "0", "0"]
    assert {row["right_answer"] for row in rows} == {"Lima", "2"}
    assert all(row["title"].startswith("'=HYPERLINK") for row in rows)
    assert all(re.fullmatch(r"\S{10}T\S{8}Z", row["started_at"]) for row in rows)
    assert [bool(row["answered_at"]) for row in rows] == [True, True, True, False, False, False]


async def test_a_workspace_is_exported_to_a_file_that_excel_reads(
    bot: Bench, tmp_path: Path
) -> None:
    await alone(bot)
    await classroom(bot)
    file = tmp_path / "results.csv"
    which = ("export", "--workspace", "sim:one")
    code, out, _ = await looked(bot, *which, "--output", str(file), "--bom")
    rows = records(file.read_bytes().decode("utf-8-sig"))

    assert (code, out) == (0, f"8 rows are in {file}.\n")
    assert file.read_bytes().startswith(b"\xef\xbb\xbfquiz,title,")
    own = rows[:2]
    assert [(row["learner"], row["status"], row["answer"]) for row in own] == [
        ("sim/ada", "answered", "-5"),
        ("sim/ada", "skipped", ""),
    ]
    today = f"{bot.clock.now():%Y-%m-%d}"
    assert len(records((await looked(bot, *which, "--since", today))[1])) == 8
    assert records((await looked(bot, *which, "--since", "2999-01-01"))[1]) == []
    assert records((await looked(bot, "export", "--workspace", "sim:two"))[1]) == []


async def test_a_race_is_exported_by_its_tries(bot: Bench) -> None:
    people = bot.people
    shown = class_quiz(audience="first")
    bot.model.answer(shown)
    bot.model.answer(Text("What a race"))
    await people.mention("Let us race")
    first = await people.question(1)
    await people.whispered(await people.click(first.choices[0].token, by="ben"))
    await people.whispered(await people.click(first.choices[1].token, by="cy"))
    await people.question(2)
    _, out, _ = await looked(bot, "export", newest(bot))

    assert [(row["learner"], row["number"], row["right"]) for row in records(out)] == [
        ("sim/ben", "1", "no"),
        ("sim/cy", "1", "yes"),
    ]


async def test_mistakes_are_told_in_a_sentence(bot: Bench, tmp_path: Path) -> None:
    file = tmp_path / "kept.csv"
    file.write_text("what was there")

    unknown = await looked(bot, "export", "call_0\x1b[2J", "--output", str(file))
    assert unknown[0] == 1
    assert unknown[2].startswith("There is no quiz call_0\\x1b[2J. To see which there are:")
    assert file.read_text() == "what was there"
    nowhere = await looked(
        bot, "export", "--workspace", "w", "--output", str(tmp_path / "no" / "x")
    )
    assert nowhere[0] == 1
    assert "No such file or directory" in nowhere[2]
    for wrong in ((), ("call_0", "--workspace", "w"), ("call_0", "--since", "2026-01-01")):
        assert (await looked(bot, "export", *wrong))[0] == 2


@given(st.text())
def test_no_spreadsheet_takes_a_text_for_a_formula(text: str) -> None:
    shown = quiz_csv.cell(text)

    assert shown.removeprefix("'") in (visible(text), visible(text).removeprefix("'"))
    if SPREADSHEET.match(shown):
        assert re.fullmatch(r"[+-][0-9]+([.,][0-9]+)?%?", shown)


@pytest.mark.parametrize("number", ["-5", "+0,5", "-12.75", "50%", "-50%"])
def test_numbers_stay_numbers(number: str) -> None:
    assert quiz_csv.cell(number) == number


@pytest.mark.parametrize("text", ["-5+cmd|' /C calc'!A0", "=1", "@x", "\t=1", "  =1", "-", "\n=1"])
def test_what_could_be_a_formula_begins_with_an_apostrophe(text: str) -> None:
    assert quiz_csv.cell(text).startswith("'")
