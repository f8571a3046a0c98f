"""Who may talk to the page's server: this page, in a browser on this machine, with its token."""

import os
import re
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Middleware

from adapters.web.decode import MAX_MESSAGE
from bot.strings import say

TOKEN_HEADER = "X-Docent-Token"  # noqa: S105 - a header's name

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
        " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
        " require-trusted-types-for 'script'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_TOKEN = re.compile(r"[0-9a-f]{64}")


def stored_token(path: Path) -> str:
    """The page's token, kept over restarts so that an open page stays welcome. Raises OSError."""
    try:
        token = path.read_text("ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        token = ""
    if not _TOKEN.fullmatch(token):
        token = secrets.token_hex(32)
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(token)
    path.chmod(0o600)
    return token


def guard(token: str, port: int) -> Middleware:
    """Refuse foreign hosts (DNS rebinding), foreign origins and requests without the token."""
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
    origins = {f"http://{host}" for host in hosts}

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not _local(request, hosts, origins):
            return refusal(403, say("web.foreign"))
        if request.path.startswith("/api/"):
            given = request.headers.get(TOKEN_HEADER, "")
            if not secrets.compare_digest(given.encode("utf-8", "replace"), token.encode()):
                return refusal(403, say("web.reload"))
        return await handler(request)

    return check


@web.middleware
async def answer_in_sentences(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn refusals of the web server itself into sentences."""
    try:
        return await handler(request)
    except web.HTTPRequestEntityTooLarge:
        return too_long()
    except web.HTTPException as error:
        return refusal(error.status, say("web.not_here"))


async def harden(_: web.Request, response: web.StreamResponse) -> None:
    """Put the security headers on everything that leaves, streams included."""
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")


def too_long() -> web.Response:
    """The refusal of a text beyond the limit."""
    return refusal(413, say("web.too_long", limit=f"{MAX_MESSAGE:,}"))


def refusal(status: int, sentence: str, **more: str) -> web.Response:
    """An error the page shows as it is."""
    return web.json_response({"error": sentence, **more}, status=status)


def _local(request: web.Request, hosts: set[str], origins: set[str]) -> bool:
    if request.headers.getall("Host", []) not in [[host] for host in hosts]:
        return False
    origin = request.headers.get("Origin")
    if origin not in origins and (origin is not None or request.method not in {"GET", "HEAD"}):
        return False
    site = request.headers.get("Sec-Fetch-Site", "none")
    return site in {"same-origin", "none"} or _navigation(request)


def _navigation(request: web.Request) -> bool:
    """Following a link to the page is no attack: the page may not be framed and acts on nothing."""
    return (
        request.path == "/"
        and request.method == "GET"
        and request.headers.get("Sec-Fetch-Mode") == "navigate"
        and request.headers.get("Sec-Fetch-Dest") == "document"
    )
