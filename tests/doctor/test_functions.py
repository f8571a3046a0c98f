"""What the doctor says about the functions of the installation, with a database and without."""

from pathlib import Path

import pytest

from bot.doctor import examine
from bot.doctor import functions as section
from bot.doctor.checks import Check
from bot.settings import Settings
from tests.registry.desk import furnished


def at(home: Path) -> Settings:
    return Settings.load(env_file=None, given={"docent_home": home})


async def told(home: Path) -> Check:
    (check,) = [check async for check in section.checks(at(home))]
    return check


async def test_functions_that_can_be_used_are_fine_and_the_file_is_named(tmp_path: Path) -> None:
    check = await told(tmp_path)

    assert check.state == "ok"
    assert str(tmp_path / "webhooks.toml") in check.sentence


@pytest.mark.parametrize("database", [True, False])
async def test_a_malformed_file_fails_with_what_to_mend(tmp_path: Path, database: bool) -> None:
    if database:
        async with furnished(tmp_path):
            pass
    (tmp_path / "webhooks.toml").write_text("[look_up\n")

    found = {check.name: check async for check in examine(lambda: at(tmp_path))}

    assert found[section.NAME].state == "failed"
    assert "webhooks.toml is not TOML" in found[section.NAME].sentence
    assert found["database"].state == "ok"
    assert "assistants" not in found


async def test_a_file_that_others_may_read_is_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "webhooks.toml"
    file.touch(mode=0o600)
    file.write_text(
        f'[look_up]\nurl = "https://one.example/f"\nkey = "whsec_{"A" * 32}"\n', "utf-8"
    )
    file.chmod(0o644)

    check = await told(tmp_path)

    assert check.state == "warning"
    assert "chmod 600" in check.sentence
