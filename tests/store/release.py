"""Writes down what this program leaves in a database, for the upgrade test of later ones.

python -m tests.store.release tests/store/release_0_1_0.sql
"""

import asyncio
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from tests.flows.bench import Bench
from tests.flows.lessons import quiz
from tests.sims.answers import Text
from tests.sims.openai import OpenAISim
from tests.sims.platform import PlatformSim

SOLVED = "Subtract 11, then divide by 3: \\( x = \\frac{3}{3} = 1 \\)."
FIRST_ANSWER = "6x"


async def live(bench: Bench) -> None:
    """One life with a run of each kind, ended while a message is on its way."""
    people, model = bench.people, bench.model
    async with bench.running():
        model.answer(Text(SOLVED))
        await people.mention("I need to solve 3x + 11 = 14.", place="solved")
        await people.said("Subtract 11", place="solved")

        model.answer(Text("Here is your quiz."), quiz())
        await people.mention("Quiz me", place="quiz")
        first = await people.question(1, place="quiz")
        await people.submit(first.actions[0].token, FIRST_ANSWER, place="quiz")
        await people.question(2, place="quiz")

        model.fail(401, code="invalid_api_key")
        await people.mention("Hello?", place="failed")
        await people.said("unavailable", place="failed")

        people.hold_answers()
        model.answer(Text("never read"), hold_before=0)
        await people.mention("Hello again?", place="doubt")
        await people.until(lambda: people.held == 1)


async def dump() -> str:
    """The database that one life leaves, as SQL."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "docent.db"
        async with PlatformSim() as people, OpenAISim() as model:
            await live(Bench(people, model, database))
        with closing(sqlite3.connect(database)) as left:
            return "".join(f"{line}\n" for line in left.iterdump())


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(asyncio.run(dump()), "utf-8")
