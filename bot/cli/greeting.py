"""What the terminal says once the playground can be opened."""

import getpass
import shlex
import socket
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path

from bot.cli.ports import HOST
from bot.strings import say


def greeting(port: int, log_file: Path, environ: Mapping[str, str]) -> list[str]:
    """Its lines: the address, the way there over SSH, what to try, where the log is."""
    lines = ["", say("cli.ready", url=f"http://{HOST}:{port}")]
    if command := tunnel(port, environ):
        lines += [say("cli.ssh", command=command)]
    tries = [say(f"cli.try_{each}") for each in ("solve", "quiz", "switch", "class")]
    lines += ["", say("cli.try_title")]
    lines += [f"  {number}. {text}" for number, text in enumerate(tries, start=1)]
    return [*lines, "", say("cli.log_file", path=log_file), say("cli.stop_hint")]


def tunnel(port: int, environ: Mapping[str, str]) -> str | None:
    """The `ssh -L` line for someone who sits at another computer, or None.

    SSH_CONNECTION is "client address, client port, server address, server port" (sshd).
    """
    match environ.get("SSH_CONNECTION", "").split():
        case [_, _, server, server_port] if server_port.isdecimal():
            host = server if _is_address(server) else socket.gethostname()
            other_port = [] if server_port == "22" else ["-p", server_port]
            forward = f"{port}:{HOST}:{port}"
            return shlex.join(["ssh", "-L", forward, *other_port, f"{_user()}@{host}"])
    return None


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a user id without a name, as in containers
        return "user"
