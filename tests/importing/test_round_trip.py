"""What export gives, import takes: the same assistants, whatever is in them."""

import json
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from bot.importing import findings, reading, taking
from bot.jsons import Json
from bot.registry import changes
from bot.registry.body import body_of
from bot.registry.changes import New
from bot.registry.sharing import shared
from bot.registry.vault import Vault
from bot.store import assistants
from bot.store.assistants import StoredAssistant
from tests.registry.desk import OPERATOR, furnished
from tests.registry.test_body import WHOLE
from tests.store.rows import NOW

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
LINE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20)
NAME = st.text("abcXYZ019_-", min_size=1, max_size=20)
VALUE: st.SearchStrategy[JsonValue] = TEXT | st.none() | st.integers() | st.booleans()
SCHEMA: st.SearchStrategy[JsonValue] = st.dictionaries(TEXT, VALUE, max_size=3)


def either(*values: JsonValue) -> st.SearchStrategy[JsonValue]:
    return st.sampled_from(values)


def function(name: str, description: str | None, schema: JsonValue) -> JsonValue:
    return {
        "type": "function",
        "function": {"name": name, "description": description, "parameters": schema},
    }


def json_schema(name: str, schema: JsonValue) -> JsonValue:
    return {"type": "json_schema", "json_schema": {"name": name, "schema": schema}}


def label(tool: JsonValue) -> str:
    nested = tool.get("function") if isinstance(tool, dict) else None
    return str(nested["name"]) if isinstance(nested, dict) else str(tool)


TOOL = st.builds(function, NAME, st.none() | TEXT, st.none() | SCHEMA) | either(
    {"type": "code_interpreter"},
    {"type": "file_search", "file_search": {"max_num_results": 7}},
)
FORMAT = st.builds(json_schema, NAME, SCHEMA) | either("auto", {"type": "json_object"})
FIELDS: dict[str, st.SearchStrategy[JsonValue]] = {
    "name": LINE,
    "description": TEXT,
    "instructions": TEXT,
    "model": LINE,
    "tools": st.lists(TOOL, max_size=4, unique_by=label),
    "tool_resources": either({"code_interpreter": {"file_ids": ["file-1"]}}, None),
    "metadata": st.dictionaries(LINE.filter(bool), TEXT, max_size=4),
    "temperature": st.floats(0, 2),
    "top_p": st.floats(0, 1),
    "response_format": FORMAT,
    "max_output_tokens": st.integers(1, 1_000),
    "max_prompt_tokens": st.integers(1, 1_000),
    "truncation_strategy": either({"type": "auto"}, {"type": "last_messages", "last_messages": 3}),
    "tool_choice": either("none", "auto", "required", {"type": "file_search"}),
    "parallel_tool_calls": st.booleans(),
}
BODY = st.fixed_dictionaries({}, optional=FIELDS)


def exported(body: Json) -> StoredAssistant:
    return StoredAssistant(
        id="asst_1",
        workspace=None,
        body=body,
        version=3,
        created_at=NOW - timedelta(days=3),
        deleted_at=None,
    )


@settings(max_examples=60)
@given(BODY)
def test_an_exported_assistant_is_read_as_it_was(body: Json) -> None:
    before = body_of(body)
    for printed in (json.dumps(shared(exported(before))), repr(shared(exported(before)))):
        (given,) = reading.read(printed.encode()).assistants
        brought = findings.examine(given, model=None, tools={}, now=NOW)

        assert body_of(brought.new.body) == before
        assert (brought.new.id, brought.new.created_at) == ("asst_1", NOW - timedelta(days=3))


async def test_what_was_exported_is_there_again_in_another_installation(tmp_path: Path) -> None:
    async with furnished(tmp_path / "one") as store:
        made = await store.write(
            changes.create, OPERATOR, New(body=WHOLE), Vault(tmp_path / "one" / "docent.db"), NOW
        )
    (given,) = reading.read(json.dumps(shared(made)).encode()).assistants
    brought = findings.examine(given, model=None, tools={}, now=NOW)
    async with furnished(tmp_path / "two") as store:
        vault = Vault(tmp_path / "two" / "docent.db")
        ready = taking.prepare(brought, None, vault)
        await store.write(taking.take, OPERATOR, ready, NOW, replacing=False)
        found = await store.read(assistants.find, made.id, None)

    assert found is not None
    assert shared(found) == shared(made)
