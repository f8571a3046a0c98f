"""The port is taken before anything else starts."""

import socket

import pytest

from bot.cli import ports
from bot.errors import OperatorError


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ports.HOST, 0))
        return int(probe.getsockname()[1])


def test_a_free_port_is_taken_and_listens() -> None:
    port = free_port()
    with ports.take(port) as taken, socket.create_connection((ports.HOST, port), timeout=5):
        assert taken.getsockname() == ("127.0.0.1", port)


def test_the_next_free_port_is_taken_when_somebody_listens() -> None:
    with ports.take(free_port()) as first, ports.take(first.getsockname()[1]) as second:
        assert first.getsockname()[1] < second.getsockname()[1]


def test_no_free_port_up_to_the_last_one_is_said() -> None:
    last = 65_535
    with ports.take(last), pytest.raises(OperatorError, match="between 65535 and 65535"):
        ports.take(last)
