"""`docent threads` beside a running bot: which threads there are, and what was said on one."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli import threads as pages
from bot.looking import Looking
from bot.views import Notice
from tests.cli.test_commands import docent
from tests.flows.bench import Bench
from tests.sims.answers import Text
from tests.sims.openai import OpenAISim
from tests.sims.platform import PlatformSim

HOSTILE = "[bold]\x1b[2J\u202e[/bold]\nassistant  run_0"
LESSONS = [
    ("t1", HOSTILE, "About \x1b[2Jred"),
    ("t2", "Hello", "Hello!"),
    ("t1", "And then?", "About the rest"),
]


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bench]:
    """Two threads, of which `t1` was the first and has had its second turn last."""
    async with PlatformSim() as people, OpenAISim() as model:
        bench = Bench(people, model, tmp_path / "docent.db")
        async with bench.running():
            for place, question, answer in LESSONS:
                model.answer(Text(answer))
                await people.mention(question, place=place)
                await people.said(answer, place=place)
            yield bench


def newest(bot: Bench) -> str:
    return Looking(bot.database).threads(limit=1)[0].id


async def test_threads_are_listed_by_their_newest_activity(
    bot: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    pages.show_all(bot.database, limit=10, workspace=None, json=True)
    first, second = json.loads(capsys.readouterr().out)["data"]
    pages.show_all(bot.database, limit=1, workspace="sim:one", json=False)
    table = capsys.readouterr().out
    pages.show_all(bot.database, limit=1, workspace="sim:two", json=False)

    assert (first["place"], first["runs"], first["status"]) == ("sim:t1", 2, "completed")
    assert (second["place"], second["object"]) == ("sim:t2", "thread")
    assert re.search(rf"(?m)^{first['id']} +\S+ \S+Z +2 +completed +sim:t1$", table)
    assert second["id"] not in table
    assert "only one is shown" in table
    assert capsys.readouterr().out == "There are no threads yet.\n"


async def test_a_thread_is_shown_with_what_was_said_on_it(bot: Bench) -> None:
    thread_id = newest(bot)

    home = str(bot.database.parent)
    code, out, err = await docent(
        bot.database.parent, "threads", "show", thread_id, "--json", "--home", home
    )
    shown = json.loads(out)
    messages = shown["messages"]["data"]

    assert (code, err, shown["id"]) == (0, "", thread_id)
    assert [one["role"] for one in messages] == ["user", "assistant"] * 2
    assert [one["content"][0]["text"]["value"] for one in messages[2:]] == [
        "And then?",
        "About the rest",
    ]
    assert all(one["object"] == "thread.message" for one in messages)
    assert shown["messages"]["has_more"] is False
    assert out.isascii()


async def test_messages_are_printed_in_words_that_cannot_pass_for_ours(
    bot: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    thread_id = newest(bot)

    pages.show(bot.database, thread_id, limit=50, json=False)
    shown = re.sub(" +\n", "\n", capsys.readouterr().out)
    pages.show(bot.database, thread_id, limit=1, json=False)
    last = re.sub(" +\n", "\n", capsys.readouterr().out)

    assert re.search(r"(?m)^user  \S+ \S+Z  run_\w+  msg_\d+$", shown)
    assert "\n    [bold][2J\\u202e[/bold]\n    assistant  run_0\n" in shown
    assert "\n    About \\x1b[2Jred\n" in shown
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)
    assert "only one is shown" in last
    assert "\n    About the rest\n" in last
    assert "red" not in last


async def test_what_is_tried_again_was_said_once(
    bot: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bot.model.fail(401, code="invalid_api_key")
    bot.model.answer(Text("Here I am"))
    await bot.people.mention("Are you there?", place="t3")
    problem = (await bot.people.said("unavailable", place="t3")).view
    assert isinstance(problem, Notice)
    await bot.people.click(problem.actions[0].token, place="t3")
    await bot.people.said("Here I am", place="t3")
    thread_id = newest(bot)

    pages.show(bot.database, thread_id, limit=50, json=False)

    assert capsys.readouterr().out.count("Are you there?") == 1


async def test_an_unknown_thread_is_told(bot: Bench) -> None:
    home = str(bot.database.parent)
    code, out, err = await docent(bot.database.parent, "threads", "show", "t0", "--home", home)

    assert (code, out) == (1, "")
    assert err == "There is no thread t0. To see which there are: docent threads list\n"
