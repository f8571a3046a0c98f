"""Tells systemd what the service does, where it was started by one that wants to know."""

import os
import socket


def notify(state: str) -> None:
    """Send `READY=1` or `STOPPING=1` (sd_notify(3)); whoever does not listen misses nothing."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    if address.startswith("@"):  # the abstract namespace
        address = f"\0{address[1:]}"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.sendto(state.encode(), address)
    except OSError:
        return
