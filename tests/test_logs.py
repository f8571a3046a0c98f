"""Logs say what happened and where, never what people wrote."""

import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import structlog

from bot import logs


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = logging.getLogger().handlers[:]
    yield
    for handler in logging.getLogger().handlers[:]:
        logging.getLogger().removeHandler(handler)
        with suppress(OSError):  # what a full disk did not take
            handler.close()
    for handler in before:
        logging.getLogger().addHandler(handler)
    logging.captureWarnings(capture=False)
    logging.raiseExceptions = True
    structlog.reset_defaults()


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    path = tmp_path / "docent.log"
    logs.set_up("info", to=path)
    return path


def events(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_an_event_is_one_line_of_json_with_its_ids(log_file: Path) -> None:
    structlog.get_logger("bot.runs").info("run_started", run="run_1", thread="thread_1\n")

    (event,) = events(log_file)
    assert {"event": "run_started", "run": "run_1", "level": "info"}.items() <= event.items()


def test_details_below_the_level_and_talk_of_libraries_are_left_out(log_file: Path) -> None:
    structlog.get_logger("bot.runs").debug("detail")
    logging.getLogger("openai").info("Request options: what people wrote")
    logging.getLogger("aiohttp.access").info("GET /?token=secret")

    assert events(log_file) == []


def test_an_error_is_logged_as_its_type_and_place_without_its_message(log_file: Path) -> None:
    def fail() -> None:
        try:
            int("what people wrote")
        except ValueError as error:
            raise ExceptionGroup("several", [LookupError("more of it")]) from error

    with pytest.raises(ExceptionGroup) as caught:
        fail()
    structlog.get_logger("bot.runs").error("run_broke", exc_info=caught.value)
    logging.getLogger("library").error("it broke", exc_info=caught.value)

    ours, theirs = events(log_file)
    assert ours["error"] == theirs["error"] == "ExceptionGroup"
    assert {"ValueError", "LookupError"} <= set(json.loads(json.dumps(ours["where"])))
    assert "wrote" not in log_file.read_text("utf-8")
    assert "more of it" not in log_file.read_text("utf-8")


def test_hostile_characters_cannot_forge_a_line(log_file: Path) -> None:
    structlog.get_logger("bot.runs").warning("odd", id='x"\n{"event": "forged"}\u2028\ud800')

    assert [event["event"] for event in events(log_file)] == ["odd"]


@pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="only Linux has a disk that is always full"
)
def test_a_full_disk_costs_the_log_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("info", to=Path("/dev/full"))
    structlog.get_logger("bot.runs").info("run_started", run="run_1")

    assert capsys.readouterr() == ("", "")
