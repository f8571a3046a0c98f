"""`docent runs` beside a running bot: what it prints, and what it cannot be made to do."""

import asyncio
import json
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli import runs as pages
from bot.errors import OperatorError
from bot.looking import Looking
from tests.cli.test_commands import SECONDS, docent, start
from tests.flows.bench import Bench
from tests.flows.lessons import quiz
from tests.sims.answers import Call, Text
from tests.sims.openai import OpenAISim
from tests.sims.platform import PlatformSim

HOSTILE = "[bold]\x1b[2J\u202e[/bold] :skull:\ncompleted  run_0"


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bench]:
    async with PlatformSim() as people, OpenAISim() as model:
        bench = Bench(people, model, tmp_path / "docent.db")
        async with bench.running():
            yield bench


async def looked(bot: Bench, *arguments: str) -> tuple[int | None, str, str]:
    return await docent(bot.database.parent, *arguments, "--home", str(bot.database.parent))


def newest(bot: Bench) -> str:
    return Looking(bot.database).runs(limit=1)[0].run.id


async def parked(bot: Bench) -> str:
    """A run that waits for two answers; its id."""
    bot.model.answer(Text("Here is your quiz."), quiz())
    await bot.people.mention("Quiz me")
    await bot.people.question(1)
    return newest(bot)


async def finished(bot: Bench) -> None:
    bot.model.answer(Text("Well done"))
    await bot.people.click((await bot.people.question(1)).actions[1].token)
    await bot.people.click((await bot.people.question(2)).choices[1].token)
    await bot.people.said("Well done")


async def test_a_run_is_retrieved_as_the_assistants_api_gives_it(
    bot: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    run_id = await parked(bot)

    pages.show(bot.database, run_id, steps=False, json=True)
    waiting = json.loads(capsys.readouterr().out)
    await finished(bot)
    code, out, err = await looked(bot, "runs", "show", run_id, "--steps", "--json")
    done = json.loads(out)

    assert (code, err) == (0, "")

    assert (waiting["id"], waiting["object"]) == (run_id, "thread.run")
    assert (waiting["status"], waiting["completed_at"]) == ("requires_action", None)
    assert waiting["required_action"]["type"] == "submit_tool_outputs"
    [call] = waiting["required_action"]["submit_tool_outputs"]["tool_calls"]
    assert (call["id"], call["function"]["name"]) == ("call_1", "display_quiz")
    assert "Math Quiz" in call["function"]["arguments"]
    assert (done["status"], done["required_action"]) == ("completed", None)
    assert done["last_error"] is None
    assert isinstance(done["completed_at"], int)
    assert done["usage"]["prompt_tokens"] == 200
    assert done["usage"]["completion_tokens"] == 40
    steps = done["steps"]["data"]
    kinds = [step["step_details"]["type"] for step in steps]
    assert kinds == ["message_creation", "tool_calls", "message_creation"]
    [function] = steps[1]["step_details"]["tool_calls"]
    assert json.loads(function["function"]["output"]) == ["I don't know.", "1"]


async def test_a_run_is_shown_in_words_with_its_steps(
    bot: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    run_id = await parked(bot)
    pages.show(bot.database, run_id, steps=True, json=False)
    waiting = capsys.readouterr().out
    await finished(bot)

    pages.show(bot.database, run_id, steps=True, json=False)
    pages.show_all(bot.database, limit=5, thread_id=None, status=None, json=False)
    done = capsys.readouterr().out

    assert re.search(r"Status +requires_action", waiting)
    assert "Waits for the outputs of" in waiting
    assert re.search(r"Expires +2\d{3}-\d\d-\d\d \d\d:\d\d:\d\dZ", waiting)
    assert re.search(r"tool_calls  in_progress .*\n +display_quiz  call_1", waiting)
    assert "Output: not there yet" in waiting
    assert re.search(r"tool_calls  completed  \d+\.\d s", done)
    assert """Output: ["I don't know.", "1"]""" in done
    assert re.search(r"Usage +.*input_tokens 200, output_tokens 40", done)
    assert re.search(rf"(?m)^{run_id} +completed +\S+ \S+Z +Tutor +240 +sim:t1$", done)


async def test_a_reply_that_was_cut_says_why(
    bot: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bot.model.answer(Text("The first half"), reason="max_output_tokens")
    await bot.people.mention("All of it")
    await bot.people.said("The first half")

    pages.show(bot.database, newest(bot), steps=False, json=True)
    run = json.loads(capsys.readouterr().out)
    pages.show(bot.database, newest(bot), steps=False, json=False)

    assert (run["status"], run["completed_at"]) == ("incomplete", None)
    assert run["incomplete_details"] == {"reason": "max_output_tokens"}
    assert re.search(r"Incomplete +reason: max_output_tokens", capsys.readouterr().out)


async def test_what_people_and_models_wrote_acts_on_no_terminal(
    bot: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    bot.model.answer(Call("fly", {"to": HOSTILE}, "c1"))
    bot.model.answer(Text(HOSTILE))
    await bot.people.mention(HOSTILE)
    await bot.people.said("skull")

    pages.show(bot.database, newest(bot), steps=True, json=False)
    shown = capsys.readouterr().out

    assert "[bold]\\u001b[2J\\u202e[/bold] :skull:" in shown
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)
    assert not re.search(r"(?m)^completed", shown)


async def test_an_unknown_run_and_an_unknown_thread_are_told(bot: Bench) -> None:
    code, out, err = await looked(bot, "runs", "show", "run_\x1b[2J")
    assert (code, out) == (1, "")
    assert err == "There is no run run_\\x1b[2J. To see which there are: docent runs list\n"

    with pytest.raises(OperatorError, match="There is no thread thread_0"):
        pages.show_all(bot.database, limit=1, thread_id="thread_0", status=None, json=True)


def test_no_database_is_told(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="There is no database"):
        pages.show(tmp_path / "docent.db", "run_0", steps=False, json=False)


async def test_a_run_is_followed_until_it_waits_and_then_until_it_ends(bot: Bench) -> None:
    bot.model.answer(Text("Here is your quiz."), quiz(), hold_before=0)
    await bot.people.mention("Quiz me")
    await bot.model.request_arrived(1)
    run_id = newest(bot)
    home = ("--home", str(bot.database.parent))
    following = await start(bot.database.parent, "runs", "show", run_id, "--follow", *home)
    assert following.stdout is not None
    async with asyncio.timeout(SECONDS):
        first = (await following.stdout.readline()).decode()
        bot.model.release()
        rest, err = await following.communicate()
    await finished(bot)
    code, lines, _ = await looked(bot, "runs", "show", run_id, "--follow", "--json")

    assert first == f"{run_id}  in_progress\n"
    assert (following.returncode, err) == (0, b"")
    assert re.search(r"Status +requires_action", rest.decode())
    assert rest.decode().count("tool_calls  ") == 1
    assert code == 0
    told = [json.loads(line) for line in lines.splitlines()]
    assert [one["object"] for one in told] == [*["thread.run.step"] * 3, "thread.run"]
    assert told[-1]["status"] == "completed"


async def test_following_ends_quietly_with_ctrl_c(bot: Bench) -> None:
    bot.model.answer(Text("never"), hold_before=0)
    await bot.people.mention("Hello")
    await bot.model.request_arrived(1)
    run_id = newest(bot)
    home = ("--home", str(bot.database.parent))
    following = await start(bot.database.parent, "runs", "show", run_id, "--follow", *home)
    assert following.stdout is not None

    async with asyncio.timeout(SECONDS):
        await following.stdout.readline()
        following.send_signal(signal.SIGINT)
        rest, err = await following.communicate()

    assert (following.returncode, rest, err) == (0, b"", b"")
