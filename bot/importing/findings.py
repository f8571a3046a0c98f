"""What becomes of an assistant that was saved elsewhere, told to whoever brings it."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from pydantic import JsonValue

from bot.importing import ends
from bot.jsons import Json
from bot.registry.body import FIELDS, body_of
from bot.registry.changes import New
from bot.registry.errors import BodyError
from bot.registry.functions import without_code
from bot.strings import say
from bot.text.visible import shortened

Kind = Literal["kept", "changed", "needs_you", "lost"]

ID = re.compile(r"asst_[A-Za-z0-9_-]{1,64}")
TOOL_TYPES = {"function", "code_interpreter", "file_search", "mcp"}
NOT_THERE_YET = ("code_interpreter", "file_search", "mcp")
"""Tools that are kept with an assistant and that no model is told of."""

SHOWN = 80
"""Characters of a name that somebody else chose."""


@dataclass(frozen=True, slots=True)
class Finding:
    kind: Kind
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """An assistant ready to be stored, and what has to be said about it."""

    name: str
    new: New
    findings: tuple[Finding, ...]


def examine(given: Json, *, model: str | None, tools: Container[str], now: datetime) -> Brought:
    """What of a saved assistant can be kept. `model` is to be used instead of its own; `tools` are
    the functions that have code here."""
    findings: list[Finding] = []
    assistant_id = _id(given, findings)
    body = {name: given[name] for name in FIELDS if name in given}
    _translate(given, body, findings)
    _choose_model(body, model, findings)
    findings += _missing(body, tools)
    kept = _kept(given, body)
    first = Finding("kept", say("import.kept", names=", ".join(kept))) if kept else None
    return Brought(
        name=shortened(str(body.get("name") or ""), SHOWN),
        new=New(body=body, id=assistant_id, created_at=_created(given, now)),
        findings=tuple([first, *findings] if first else findings),
    )


def _kept(given: Json, body: Json) -> list[str]:
    """The fields that are as they were; nothing for a body that will be refused."""
    try:
        stored = body_of(body)
    except BodyError:
        return []
    return [name for name in FIELDS if name in stored and body[name] == given.get(name)]


def _id(given: Json, findings: list[Finding]) -> str | None:
    assistant_id = given.get("id")
    if isinstance(assistant_id, str) and ID.fullmatch(assistant_id):
        return assistant_id
    key = "import.no_id" if assistant_id is None else "import.other_id"
    findings.append(Finding("changed", say(key)))
    return None


def _created(given: Json, now: datetime) -> datetime | None:
    seconds = given.get("created_at")
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        return None
    return datetime.fromtimestamp(seconds, UTC) if 0 <= seconds <= now.timestamp() else None


def _translate(given: Json, body: Json, findings: list[Finding]) -> None:
    """What had another name in the first version of the API, and what nobody knows."""
    listed = body.get("tools")
    if isinstance(listed, list):
        body["tools"] = list(_tools(listed, findings))
    known = {*FIELDS, "id", "object", "created_at"}
    files = given.get("file_ids")
    if isinstance(files, list) and files and "tool_resources" not in body:
        body["tool_resources"] = {"code_interpreter": {"file_ids": files}}
        findings.append(Finding("changed", say("import.files_moved")))
        known.add("file_ids")
    unknown = [
        shortened(name, SHOWN)
        for name, value in given.items()
        if name not in known and value not in (None, [], {})
    ]
    if unknown:
        findings.append(Finding("lost", say("import.fields_lost", names=", ".join(unknown))))


def _tools(listed: list[JsonValue], findings: list[Finding]) -> Iterator[JsonValue]:
    for tool in listed:
        kind = tool.get("type") if isinstance(tool, dict) else None
        if kind == "retrieval":
            findings.append(Finding("changed", say("import.retrieval")))
            yield {"type": "file_search"}
        elif isinstance(kind, str) and kind not in TOOL_TYPES:
            lost = say("import.tool_lost", type=shortened(kind, SHOWN))
            findings.append(Finding("lost", lost))
        else:
            yield tool


def _choose_model(body: Json, model: str | None, findings: list[Finding]) -> None:
    own = body.get("model")
    if model is not None and model != own:
        if model:
            changed = say("import.model_changed", model=shortened(model, SHOWN))
        else:
            changed = say("import.model_left_out")
        body["model"] = model
        findings.append(Finding("changed", changed))
    elif isinstance(own, str) and (day := ends.announced(own)) is not None:
        findings.append(Finding("needs_you", say("import.model_ends", model=own, day=day)))


def _missing(body: Json, tools: Container[str]) -> Iterator[Finding]:
    """What Docent keeps and cannot do, as long as nobody sees to it."""
    absent = [shortened(name, SHOWN) for name in without_code(body, tools)]
    if absent:
        yield Finding("needs_you", say("import.no_code", names=", ".join(absent)))
    listed = body.get("tools")
    listed = listed if isinstance(listed, list) else []
    kinds = {tool.get("type") for tool in listed if isinstance(tool, dict)}
    for kind in NOT_THERE_YET:
        if kind in kinds:
            yield Finding("needs_you", say("import.not_there_yet", type=kind))
    ids = [shortened(each, SHOWN) for each in resources(body)]
    if ids:
        yield Finding("needs_you", say("import.resources", names=", ".join(ids)))


def resources(body: Json) -> Iterator[str]:
    """The ids of files and vector stores."""
    resources = body.get("tool_resources")
    for group in (resources if isinstance(resources, dict) else {}).values():
        for ids in (group if isinstance(group, dict) else {}).values():
            yield from (str(each) for each in (ids if isinstance(ids, list) else []))
