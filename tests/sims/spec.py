"""OpenAI's OpenAPI file as a judge of requests, responses and stream events.

`SPECS_DIR` names the folder that holds `openai.json`; without it nothing is judged.
"""

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from pydantic import JsonValue
from referencing import Registry
from referencing.jsonschema import DRAFT202012, Schema, SchemaRegistry

from bot.jsons import Json

_ROOT = "urn:openai"
_SCHEMAS = "#/components/schemas/"


_sound: set[tuple[str, str]] = set()

NO_SPECIFICATION = "SPECS_DIR names no openai.json"


def available() -> bool:
    """Whether there is a file to judge by."""
    return _file() is not None


def problem(schema: str, value: Json) -> str | None:
    """What is wrong with a value by a named schema, for a person to read.

    Each item of a request's input is judged by itself, and once: a thread is sent again and again.
    """
    judge = _judge(schema)
    if judge is None:
        return None
    given = value.get("input")
    items = given if isinstance(given, list) else []
    words = [json.dumps(item) for item in items]
    new = [item for item, text in zip(items, words, strict=True) if (schema, text) not in _sound]
    error = best_match(judge.iter_errors(_shorter(value, new)))
    if error is not None:
        return f"{schema}: {error.json_path}: {error.message[:300]}"
    _sound.update((schema, text) for text in words)
    return None


def _shorter(request: Json, new: list[JsonValue]) -> Json:
    """A request without the items that have been judged before, but never without any."""
    given = request.get("input")
    return request if not isinstance(given, list) else request | {"input": new or given[-1:]}


def _file() -> Path | None:
    folder = os.environ.get("SPECS_DIR")
    path = Path(folder) / "openai.json" if folder else None
    return path if path and path.is_file() else None


@cache
def _registry() -> SchemaRegistry | None:
    path = _file()
    if path is None:
        return None
    document: Json = json.loads(path.read_text("utf-8"))
    components = document["components"]
    assert isinstance(components, dict)
    schemas = components["schemas"]
    assert isinstance(schemas, dict)
    _relax(schemas)
    _close(schemas)
    contents: Schema = {"components": {"schemas": schemas}}
    resource = DRAFT202012.create_resource(contents)
    registry: SchemaRegistry = Registry().with_resource(_ROOT, resource)
    return registry


@cache
def _judge(schema: str) -> Draft202012Validator | None:
    registry = _registry()
    if registry is None:
        return None
    # Closed here: a schema that is one part of an allOf must itself stay open.
    at = {"$ref": f"{_ROOT}{_SCHEMAS}{schema}", "unevaluatedProperties": False}
    return Draft202012Validator(at, registry=registry)


def _objects(value: JsonValue) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from _objects(each)


def _relax(schemas: Json) -> None:
    """Variants overlap in the file, so exactly-one-of would refuse what the server accepts."""
    for each in _objects(schemas):
        variants = each.pop("oneOf", None)
        if isinstance(variants, list):
            each["anyOf"] = variants
            each.pop("discriminator", None)


def _close(schemas: Json) -> None:
    """Refuse unknown keys wherever no allOf builds on the schema."""
    parts: set[JsonValue] = set()
    for each in _objects(schemas):
        together = each.get("allOf")
        if isinstance(together, list):
            parts |= {part.get("$ref") for part in together if isinstance(part, dict)}
    for name, schema in schemas.items():
        if f"{_SCHEMAS}{name}" in parts or not isinstance(schema, dict):
            continue
        if "properties" in schema and "additionalProperties" not in schema:
            schema["unevaluatedProperties"] = False
