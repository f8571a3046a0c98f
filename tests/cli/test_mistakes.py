"""What an operator can have wrong before anything starts: a sentence, and the exit code."""

from pathlib import Path

import pytest

from tests.cli.within import within


@pytest.mark.parametrize("arguments", [("demo",), ("status",)])
async def test_a_corrupt_env_file_ends_with_a_sentence(
    tmp_path: Path, arguments: tuple[str]
) -> None:
    (tmp_path / ".env").write_bytes(b"DOCENT_PORT=1\n\xff\xfe\x00")

    code, out, err = await within(tmp_path, *arguments)

    assert (code, out) == (2, "")
    assert err.startswith(".env, line 2: ")
    assert err.count("\n") == 1


async def test_the_live_demo_without_a_key_says_what_it_needs(tmp_path: Path) -> None:
    code, out, err = await within(tmp_path, "demo", "--live")

    assert (code, out) == (2, "")
    assert "OPENAI_API_KEY and DOCENT_MODEL" in err
    assert err.count("\n") == 1


async def test_a_home_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    code, out, err = await within(tmp_path, "demo", "--home", "file/home")

    assert (code, out) == (1, "")
    assert "cannot be used for data" in err
    assert err.count("\n") == 1


async def test_in_another_folder_than_that_of_the_settings_it_is_named(tmp_path: Path) -> None:
    code, out, err = await within(tmp_path, "run")

    assert (code, out) == (2, "")
    assert f"there is no .env in {tmp_path}" in err
    assert err.count("\n") == 1
