"""Server-sent events: bytes in any chunks to JSON objects, bounded."""

import json
import math
import re
from collections.abc import Iterator

from pydantic import JsonValue

from bot.jsons import Json

MAX_EVENT = 8 * 2**20
"""Bytes of one event. The last one repeats the whole output with its encrypted reasoning."""

MAX_STREAM = 64 * 2**20
"""Bytes of one stream: 128,000 tokens at about 250 bytes of event each need half of it."""

_LINE_END = re.compile(rb"\r\n|\n|\r")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Escapes for NUL and surrogates: the only way by which JSON brings in text that cannot be stored.
_SUSPECT = re.compile(rb"\\u(0000|[dD][89abAB])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Garbled(Exception):  # noqa: N818 - named after what the stream is
    """Bytes that are no JSON objects (`garbled`), or too many of them (`too_much`)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def storable(value: JsonValue) -> JsonValue:
    """The same value with U+FFFD for lone surrogates and NUL, which no database or wire takes."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value) if _UNSTORABLE.search(value) else value
    if isinstance(value, list):
        return [storable(each) for each in value]
    if isinstance(value, dict):
        return {str(storable(key)): storable(each) for key, each in value.items()}
    return value


def decode(raw: bytes) -> Json:
    """One JSON object from hostile bytes. Raises Garbled."""
    try:
        value: JsonValue = json.loads(
            raw.decode("utf-8"), parse_constant=_no_constant, parse_float=_finite
        )
        if _SUSPECT.search(raw):
            value = storable(value)
    except (ValueError, RecursionError) as error:
        raise Garbled("garbled") from error
    if not isinstance(value, dict):
        raise Garbled("garbled")
    return value


def _no_constant(name: str) -> JsonValue:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number beyond a float")
    return number


class ServerEvents:
    """Reads one stream. An event without `type` takes it from its `event:` line."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._data: list[bytes] = []
        self._event = b""
        self._size = 0
        self._total = 0
        self._after_return = False

    def feed(self, chunk: bytes) -> Iterator[Json]:
        """The events that this chunk completes. Raises Garbled."""
        self._total += len(chunk)
        if self._total > MAX_STREAM:
            raise Garbled("too_much")
        if self._after_return:
            chunk = chunk.removeprefix(b"\n")
        if chunk:
            self._after_return = chunk.endswith(b"\r")
        *lines, rest = _LINE_END.split(chunk)
        for line in lines:
            whole = bytes(self._rest) + line
            self._rest.clear()
            yield from self._line(whole)
        self._rest += rest
        if len(self._rest) + self._size > MAX_EVENT:
            raise Garbled("too_much")

    def finish(self) -> Iterator[Json]:
        """What a server leaves without its closing blank line. Raises Garbled."""
        yield from self._line(bytes(self._rest))
        self._rest.clear()
        yield from self._line(b"")

    def _line(self, line: bytes) -> Iterator[Json]:
        if not line:
            yield from self._event_end()
            return
        name, _, value = line.removeprefix(_BYTE_ORDER_MARK).partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
            self._size += len(value) + 1
            if self._size > MAX_EVENT:
                raise Garbled("too_much")
        elif name == b"event":
            self._event = value

    def _event_end(self) -> Iterator[Json]:
        data, kind = b"\n".join(self._data), self._event
        self._data, self._event, self._size = [], b"", 0
        # Chat servers end with a word instead of an event.
        if not data.strip() or data.strip() == b"[DONE]":
            return
        event = decode(data)
        if "type" not in event and kind:
            event["type"] = kind.decode("utf-8", "replace")
        yield event


class WholeResponse:
    """Reads the one JSON object of a server that does not stream, as an event at its end."""

    def __init__(self) -> None:
        self._body = bytearray()

    def feed(self, chunk: bytes) -> Iterator[Json]:
        """Collect; raises Garbled when it grows too large."""
        self._body += chunk
        if len(self._body) > MAX_EVENT:
            raise Garbled("too_much")
        yield from ()

    def finish(self) -> Iterator[Json]:
        """A response or an error. Raises Garbled."""
        response = decode(bytes(self._body))
        error = response.get("error")
        if isinstance(error, dict):
            yield {"type": "error", "error": error}
        elif response.get("object") == "response":
            yield {"type": "response.completed", "response": response}
