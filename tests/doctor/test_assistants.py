"""What the doctor says about functions that nobody implements."""

from pathlib import Path

from bot.doctor import assistants as section
from bot.doctor.checks import Check
from bot.jsons import Json
from bot.settings import Settings
from bot.store import assistants
from tests.registry.desk import furnished
from tests.store.rows import NOW

STRANGE: Json = {
    "tools": [
        {"type": "function", "function": {"name": "display_quiz"}},
        {"type": "function", "function": {"name": "get_weather"}},
    ]
}


async def told(home: Path) -> list[Check]:
    settings = Settings.load(env_file=None, given={"docent_home": home})
    return [check async for check in section.checks(settings)]


async def test_functions_with_code_are_fine(tmp_path: Path) -> None:
    async with furnished(tmp_path):
        (check,) = await told(tmp_path)

    assert (check.name, check.state) == ("assistants", "ok")


async def test_functions_without_code_are_listed(tmp_path: Path) -> None:
    async with furnished(tmp_path) as store:
        await store.write(assistants.insert_missing, "asst_old", STRANGE, NOW)
        (check,) = await told(tmp_path)

    assert check.state == "warning"
    assert "asst_old" in check.sentence
    assert "get_weather" in check.sentence
    assert "display_quiz" not in check.sentence


async def test_without_a_database_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert await told(tmp_path) == []
