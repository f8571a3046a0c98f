"""What the terminal says once the playground can be opened."""

from pathlib import Path

import pytest

from bot.cli.greeting import greeting, tunnel


def test_it_names_the_address_and_four_things_to_try() -> None:
    lines = greeting(8788, Path("docent.log"), {})

    assert any("http://127.0.0.1:8788" in line for line in lines)
    assert [line[:5] for line in lines if line.startswith("  ")] == [
        f"  {n}. " for n in range(1, 5)
    ]
    assert not any("ssh" in line for line in lines)


@pytest.mark.parametrize(
    ("connection", "end"),
    [
        ("10.0.0.1 5022 10.0.0.2 22", "@10.0.0.2"),
        ("fe80::1 5022 2001:db8::2 22", "@2001:db8::2"),
    ],
)
def test_over_ssh_it_names_the_tunnel(connection: str, end: str) -> None:
    command = tunnel(8788, {"SSH_CONNECTION": connection})

    assert command is not None
    assert command.startswith("ssh -L 8788:127.0.0.1:8788 ")
    assert command.endswith(end)


def test_another_ssh_port_is_named_and_a_strange_address_is_not_repeated() -> None:
    command = tunnel(1, {"SSH_CONNECTION": "10.0.0.1 5022 $(reboot) 2222"})

    assert command is not None
    assert " -p 2222 " in command
    assert "reboot" not in command


@pytest.mark.parametrize("connection", ["", "one", "a b c d", "a b c d e"])
def test_without_a_real_connection_there_is_no_tunnel(connection: str) -> None:
    assert tunnel(1, {"SSH_CONNECTION": connection}) is None
