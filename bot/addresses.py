"""Which addresses may receive what is secret: encrypted ones, and this machine itself."""

from ipaddress import ip_address
from urllib.parse import SplitResult


def is_on_this_machine(host: str) -> bool:
    """Whether what is sent to that host never leaves this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_secure(url: SplitResult) -> bool:
    """Whether nobody between here and there can read or change what is sent."""
    host = url.hostname or ""
    return bool(host) and (
        url.scheme == "https" or (url.scheme == "http" and is_on_this_machine(host))
    )
