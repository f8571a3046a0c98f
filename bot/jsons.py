"""The type of decoded JSON, so that no `Any` travels past an edge."""

from pydantic import JsonValue

Json = dict[str, JsonValue]
"""A JSON object."""
