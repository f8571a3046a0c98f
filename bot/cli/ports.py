"""A port on this machine, taken before anything else starts."""

import errno
import os
import socket
from ipaddress import ip_address

from bot.errors import OperatorError
from bot.strings import say

HOST = "127.0.0.1"
TRIES = 21
"""The port that was asked for and the next twenty."""
BACKLOG = 128


def take(port: int) -> socket.socket:
    """A listening socket on the port, or on the next free one. Raises OperatorError."""
    last = min(port + TRIES - 1, 65_535)
    for candidate in range(port, last + 1):
        listening = _listening(HOST, candidate)
        if listening is not None:
            return listening
    raise OperatorError(say("cli.no_port", first=port, last=last))


def claim(host: str, port: int) -> socket.socket:
    """A listening socket on exactly that address. Raises OperatorError."""
    listening = _listening(host, port)
    if listening is None:
        raise OperatorError(say("health.port_taken", port=port))
    return listening


def shown(host: str, port: int) -> str:
    """The address as it stands in a URL."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _listening(host: str, port: int) -> socket.socket | None:
    family = socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    try:
        # A restart must not wait for the old connections; a port somebody listens on stays taken.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
        taken.listen(BACKLOG)
        taken.setblocking(False)
    except OSError as error:
        taken.close()
        if error.errno == errno.EADDRINUSE:
            return None
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise OperatorError(say("cli.port_refused", port=port, reason=reason)) from error
    return taken
