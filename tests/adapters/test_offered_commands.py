"""What each adapter offers is the one table of commands, in each language."""

import re

import pytest

from adapters.discord.commands import payload
from adapters.web.languages import described
from adapters.web.people import People
from bot.commands import COMMANDS
from bot.strings import LANGUAGES, speaking
from tests.sources import ROOT


def named(options: object) -> dict[str, str]:
    assert isinstance(options, list)
    return {option["name"]: option["description"] for option in options}


def test_discord_offers_every_command_with_its_sentence() -> None:
    everybody, admins = (named(command["options"]) for command in payload())
    offered = everybody | admins

    assert offered == {word: command.help for word, command in COMMANDS.items()}
    assert everybody.keys() & admins.keys() == {"settings", "usage"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_playground_offers_every_command_with_its_sentence(language: str) -> None:
    with speaking(language):
        offered = described(People(switch=False, learners=0))["commands"]
        helped = {word: command.help for word, command in COMMANDS.items()}

    assert isinstance(offered, list)
    assert {one["word"]: one["help"] for one in offered if isinstance(one, dict)} == helped


def test_what_slack_hints_at_are_commands() -> None:
    """Slack knows one command; its words are decoded by the table itself."""
    manifest = (ROOT / "manifests" / "slack.yaml").read_text("utf-8")
    hint = re.search(r'usage_hint: "\[(.*)\]"', manifest)
    assert hint is not None

    assert {part.split()[0] for part in hint[1].split(" | ")} <= COMMANDS.keys()
