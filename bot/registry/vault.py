"""Secrets in tools: encrypted where they are stored, shown to nobody."""

import base64
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import JsonValue

from bot import installation
from bot.errors import OperatorError
from bot.jsons import Json
from bot.registry.errors import BodyError
from bot.registry.parts import REDACTED, SECRET
from bot.strings import say

PURPOSE = b"docent: secrets of assistants"
"""The installation's secret serves other ends too; each has a key of its own."""

AUTHORIZATION = "the access token"
"""Has blanks, so that no header has the same name."""

Cover = Callable[[Json, str, JsonValue], JsonValue | None]
"""What to put in the place of a tool's secret of that name."""


class Vault:
    """Encrypts with a key that is derived from the secret of the installation."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._opened: Fernet | None = None

    @property
    def _fernet(self) -> Fernet:
        if self._opened is None:
            derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
            key = derive.derive(installation.secret(self._database))
            self._opened = Fernet(base64.urlsafe_b64encode(key))
        return self._opened

    def sealed(self, body: Json, before: Json | None = None) -> Json:
        """A body that was given, with its secrets encrypted; hidden ones are as they were before.

        A hidden secret is kept only for the same server at the same address: otherwise who may not
        see it could have it sent to a server of their own. Raises BodyError.
        """
        stored = {_server(tool): tool for tool in _tools(before or {})}

        def seal(tool: Json, name: str, value: JsonValue) -> JsonValue:
            if isinstance(value, str):
                return {SECRET: self._fernet.encrypt(value.encode()).decode()}
            kept = _secrets(stored.get(_server(tool), {})).get(name)
            if kept is None:
                label = str(tool.get("server_label"))
                raise BodyError([say("assistants.hidden_secret", name=name, server=label)])
            return kept

        return _covered(body, seal)

    def unsealed(self, body: Json) -> Json:
        """A stored body with its secrets readable. Raises OperatorError."""

        def unseal(_tool: Json, _name: str, value: JsonValue) -> JsonValue:
            token = value.get(SECRET) if isinstance(value, dict) else None
            try:
                return self._fernet.decrypt(str(token)).decode()
            except InvalidToken:
                path = self._database.with_suffix(".secret")
                raise OperatorError(say("assistants.seal_broken", path=path)) from None

        return _covered(body, unseal)


def redacted(body: Json) -> Json:
    """A stored body as it may be shown."""
    return _covered(body, lambda _tool, _name, _value: {SECRET: REDACTED})


def without_hidden(body: Json) -> tuple[Json, tuple[str, ...]]:
    """A given body without the secrets that are hidden in it, and the names of those."""
    names: list[str] = []

    def leave_out(tool: Json, name: str, value: JsonValue) -> JsonValue | None:
        if value != {SECRET: REDACTED}:
            return value
        names.append(f"{tool.get('server_label')}: {name}")
        return None

    return _covered(body, leave_out), tuple(names)


def _covered(body: Json, cover: Cover) -> Json:
    tools = body.get("tools")
    if not isinstance(tools, list):
        return body
    return body | {
        "tools": [_tool(each, cover) if isinstance(each, dict) else each for each in tools]
    }


def _tool(tool: Json, cover: Cover) -> Json:
    secrets = {name: cover(tool, name, value) for name, value in _secrets(tool).items()}
    changed = dict(tool)
    headers = tool.get("headers")
    if isinstance(headers, dict):
        changed["headers"] = {
            name: secrets[name] for name in headers if secrets.get(name) is not None
        }
    if "authorization" in tool:
        changed.pop("authorization")
        if secrets[AUTHORIZATION] is not None:
            changed["authorization"] = secrets[AUTHORIZATION]
    return changed


def _secrets(tool: Json) -> Json:
    """What is secret about a tool, by name."""
    headers = tool.get("headers")
    found: Json = dict(headers) if isinstance(headers, dict) else {}
    if "authorization" in tool:
        found[AUTHORIZATION] = tool["authorization"]
    return found


def _server(tool: Json) -> tuple[str, str]:
    return str(tool.get("server_label")), str(tool.get("server_url"))


def _tools(body: Json) -> list[Json]:
    tools = body.get("tools")
    return [each for each in (tools if isinstance(tools, list) else []) if isinstance(each, dict)]
