"""Discord's OpenAPI file, and the limits that it lacks, as a judge of what the bot sends.

`SPECS_DIR` names the folder that holds `discord.json`; without it only the limits are judged.
"""

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from pydantic import JsonValue
from referencing import Registry
from referencing.jsonschema import DRAFT202012, Schema, SchemaRegistry

from bot.jsons import Json
from bot.text.cleaning import length

_ROOT = "urn:discord"


def problem(method: str, path: str, body: JsonValue) -> str | None:
    """What is wrong with a request's body, for a person to read."""
    beyond = _beyond_limits(body) if isinstance(body, dict) else None
    if beyond is not None:
        return f"{method} {path}: {beyond}"
    judge = _judge(method.lower(), path)
    if judge is None:
        return None
    error = best_match(judge.iter_errors(body))
    return None if error is None else f"{method} {path}: {error.json_path}: {_told(error)}"


def _told(error: ValidationError) -> str:
    return error.message[:300]


def _file() -> Path | None:
    folder = os.environ.get("SPECS_DIR")
    path = Path(folder) / "discord.json" if folder else None
    return path if path and path.is_file() else None


@cache
def _document() -> Json | None:
    path = _file()
    if path is None:
        return None
    document: Json = json.loads(path.read_text("utf-8"))
    schemas = _within(document, "components", "schemas")
    for name, schema in schemas.items():
        if isinstance(schema, dict):
            _relax(name, schema)
            if "Request" in name or name.startswith("RichEmbed"):
                _close(schema)
    return document


def _relax(name: str, schema: Json) -> None:
    """What discord.py always sends and Discord accepts."""
    if name == "SnowflakeType":
        schema.clear()
        schema |= {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^[0-9]+$"}]}


def _close(schema: Json) -> None:
    """The file leaves objects open, so that what is misspelt would pass."""
    if "properties" in schema and "additionalProperties" not in schema:
        schema["additionalProperties"] = False


def _within(value: Json, *names: str) -> Json:
    for name in names:
        inner = value[name]
        assert isinstance(inner, dict)
        value = inner
    return value


@cache
def _registry() -> SchemaRegistry | None:
    document = _document()
    if document is None:
        return None
    contents: Schema = document
    registry: SchemaRegistry = Registry().with_resource(
        _ROOT, DRAFT202012.create_resource(contents)
    )
    return registry


@cache
def _judge(method: str, path: str) -> Draft202012Validator | None:
    document, registry = _document(), _registry()
    if document is None or registry is None:
        return None
    template = _template(_within(document, "paths"), path)
    operation = _within(document, "paths", template).get(method)
    if not isinstance(operation, dict) or "requestBody" not in operation:
        return None
    pointer = template.replace("~", "~0").replace("/", "~1")
    pointer = f"#/paths/{pointer}/{method}/requestBody/content/application~1json/schema"
    return Draft202012Validator({"$ref": f"{_ROOT}{pointer}"}, registry=registry)


def _template(paths: Json, path: str) -> str:
    """The path of the file that a path is; those without a gap come first."""
    found = [known for known in paths if _matches(known, path)]
    assert found, f"Discord has no {path}"
    return min(found, key=lambda known: known.count("{"))


def _matches(template: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\\?\{\w+\\?\}", "[^/]+", template), path) is not None


def _beyond_limits(body: Json) -> str | None:
    """The first limit that is broken (Discord's documentation, and what was seen)."""
    message = body.get("data") if "data" in body else body
    if not isinstance(message, dict):
        return None
    if length(str(message.get("content") or ""), "utf16") > 2_000:
        return "content is longer than 2000"
    if "content" in message and not (message["content"] or message.get("attachments")):
        return "the message is empty"
    parts = list(_objects(message.get("components")))
    return _beyond_rows(parts) or _beyond_labels(message, parts)


def _beyond_rows(parts: list[Json]) -> str | None:
    rows = [part for part in parts if part.get("type") == 1]
    if len(rows) > 5:
        return "more than 5 rows"
    if any(not 1 <= len(list(_objects(row.get("components")))) <= 5 for row in rows):
        return "a row holds 1 to 5 buttons"
    ids = [str(part["custom_id"]) for part in parts if "custom_id" in part]
    if len(ids) != len(set(ids)):
        return "a custom_id is there twice"
    if any(not 1 <= len(each) <= 100 for each in ids):
        return "a custom_id has 1 to 100 characters"
    return None


def _beyond_labels(message: Json, parts: list[Json]) -> str | None:
    for each in parts:
        if each.get("type") == 2 and not 1 <= len(str(each.get("label", ""))) <= 80:
            return "a label has 1 to 80 characters"
        if each.get("type") == 18 and len(str(each.get("label", ""))) > 45:
            return "a field's label has at most 45 characters"
    for each in parts:
        offered = [one for one in _objects(each.get("options")) if "value" in one]
        if each.get("type") == 3 and sum(bool(one.get("default")) for one in offered) > 1:
            return "more than one option is chosen"
    if message.get("title") and len(_listed(message.get("components"))) > 5:
        return "a form has at most 5 components"
    if len(str(message.get("title") or "")) > 45:
        return "a form's title has at most 45 characters"
    return None


def _listed(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _objects(value: JsonValue) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from _objects(each)
