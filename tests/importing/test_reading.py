"""Assistants are found in what people saved, and nothing in it is run."""

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import OperatorError
from bot.importing.reading import MAX_BYTES, Found, read
from bot.jsons import Json

# As a notebook printed it, with the rest of an earlier print behind it.
PRINTED = r"""{'id': 'asst_qvXmYlZV8zhABI2RtPzDfV6z',
 'created_at': 1736340398,
 'description': None,
 'instructions': 'You are a personal math tutor. It\'s \\(x\\).',
 'metadata': {},
 'model': 'gpt-4o',
 'name': 'Math Tutor',
 'object': 'assistant',
 'tools': [{'type': 'code_interpreter'},
  {'function': {'name': 'display_quiz',
    'description': 'first',
    'description': 'Displays a quiz',
    'parameters': {'type': 'object', 'properties': {}},
    'strict': False},
   'type': 'function'}],
 'response_format': 'auto',
 'temperature': 1.0,
 'tool_resources': {'code_interpreter': {'file_ids': []}, 'file_search': None},
 'top_p': 1.0} 'tools': [{'type': 'code_interpreter'}],
 'response_format': 'auto',
 'top_p': 1.0}
"""
READ: Json = {
    "id": "asst_qvXmYlZV8zhABI2RtPzDfV6z",
    "created_at": 1736340398,
    "description": None,
    "instructions": r"You are a personal math tutor. It's \(x\).",
    "metadata": {},
    "model": "gpt-4o",
    "name": "Math Tutor",
    "object": "assistant",
    "tools": [
        {"type": "code_interpreter"},
        {
            "type": "function",
            "function": {
                "name": "display_quiz",
                "description": "Displays a quiz",
                "parameters": {"type": "object", "properties": {}},
                "strict": False,
            },
        },
    ],
    "response_format": "auto",
    "temperature": 1.0,
    "tool_resources": {"code_interpreter": {"file_ids": []}, "file_search": None},
    "top_p": 1.0,
}
PAGE = (
    "SyncCursorPage[Assistant](data=[Assistant(id='asst_1', created_at=1, description=None, "
    "instructions='Be \\'kind\\'', metadata={}, model='m', name=\"It's me\", object='assistant', "
    "tools=[FunctionTool(function=FunctionDefinition(name='zip', parameters={'a': -1}, "
    "strict=None), type='function')], response_format=ResponseFormatJSONSchema("
    "json_schema=JSONSchema(name='x', schema_={'type': 'object'}), type='json_schema'), "
    "temperature=1.0)], has_more=True, object='list', first_id='asst_1', last_id='asst_1')"
)


def found(text: str) -> list[Json]:
    return read(text.encode()).assistants


def test_what_a_notebook_printed_is_read_as_it_stands_there() -> None:
    assert found(PRINTED) == [READ]
    assert found(f"show_json(assistant)\n{PRINTED}\nNow, let's go on.") == [READ]


def test_json_is_read_alone_in_lists_and_on_pages() -> None:
    other = READ | {"id": "asst_2"}

    assert found(json.dumps(READ)) == [READ]
    assert found(json.dumps([READ, other])) == [READ, other]
    assert found(json.dumps({"object": "list", "data": [READ, other]})) == [READ, other]
    assert found(f"{json.dumps(READ)}\n{json.dumps(other)}\n") == [READ, other]
    assert found(json.dumps([{"object": "list", "data": [READ]}, {"data": [other]}])) == [
        READ,
        other,
    ]


def test_objects_of_the_client_are_read_by_their_fields() -> None:
    page = read(PAGE.encode())

    (assistant,) = page.assistants
    assert page.more
    assert (assistant["id"], assistant["name"]) == ("asst_1", "It's me")
    assert assistant["instructions"] == "Be 'kind'"
    assert assistant["tools"] == [
        {"function": {"name": "zip", "parameters": {"a": -1}, "strict": None}, "type": "function"}
    ]
    assert assistant["response_format"] == {
        "json_schema": {"name": "x", "schema": {"type": "object"}},
        "type": "json_schema",
    }


def test_of_one_that_is_printed_again_the_last_counts() -> None:
    text = f"{PRINTED}\n{PRINTED.replace('Math Tutor', 'Newer')}"

    assert [one["name"] for one in found(text)] == ["Newer"]
    assert read(text.encode()).repeated == 1


def test_other_objects_are_no_assistants() -> None:
    thread = {"id": "thread_1", "object": "thread", "metadata": {}}
    run = {"id": "run_1", "object": "thread.run", "instructions": "Be kind."}

    assert found(f"{thread}\n{run}\n{PRINTED}") == [READ]
    for other in (thread, run):
        for text in (str(other), json.dumps(other)):
            with pytest.raises(OperatorError, match="no assistant in this"):
                read(text.encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_are_read_as_editors_and_shells_write_them(encoding: str) -> None:
    text = PRINTED.replace("\n", "\r\n").replace("kind", "größer")

    assert read(text.encode(encoding)).assistants == [READ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "hello",
        "{'id': 'asst_1', 'name': __import__('os').system('true')}",
        "Assistant(__import__('os').abort())",
        "Assistant(**{'id': 'asst_1'})",
        "print(id='asst_1')",
        "{'id': 'asst_1', 'name': f'{1}'}",
        "{'id': 'asst_1', 'name': b'x'}",
        "{'id': 'asst_1', **{}}",
        "{'id': 'asst_1', 1: 2}",
        "{'id': 'asst_1', 'n': 1" + "0" * 5_000 + "}",
        "{'id': 'asst_1', 'tools': [...]}",
        "Assistant(id='asst_1', temperature=0x" + "f" * 20_000 + ")",
        "{'id': -0b1" + "0" * 1_024 + ", 'instructions': 'x'}",
    ],
)
def test_nothing_is_run_and_nothing_is_made_up(text: str) -> None:
    with pytest.raises(OperatorError):
        read(text.encode())


def test_an_assistant_that_was_cut_off_is_told() -> None:
    cut = "[{'id': 'asst_1', 'instructions': 'Be', oops}]"

    with pytest.raises(OperatorError, match="cannot be read"):
        read(cut.encode())
    assert read(f"{cut}\n{PRINTED}".encode()) == Found([READ], more=False, broken=1, repeated=0)


def test_what_is_no_text_or_too_much_is_refused() -> None:
    with pytest.raises(OperatorError, match="UTF-8"):
        read(b"\xff\xfe\xfa\x00\x80")
    with pytest.raises(OperatorError, match="at most 64 MB"):
        read(b"{" * (MAX_BYTES + 1))
    many = [{"id": f"asst_{number}"} for number in range(1_001)]
    with pytest.raises(OperatorError, match="at most 1000"):
        read(json.dumps(many).encode())


HOSTILE = [
    "[" * 300_000,
    "{'a':" * 300_000,
    "A(a=" * 300_000,
    "{ ' { ' " * 100_000,
    "'" * 300_000,
    "a[b](" * 100_000,
    "{'id': 'asst_1', 'n': " + "-" * 200_000 + "1}",
    "{'id': 'asst_1', 'n': A" + "[A]" * 100_000 + "(a=1)}",
    "{'id': 'asst_1', 'n': 1" + "+1" * 100_000 + "}",
    "{'id': 'asst_1', 'n': '" + "\\N{DIGIT ONE}" * 20_000 + "'+1}",
    '{"a":' * 100_000 + "1" + "}" * 100_000,
    '{\\"id\\": \\"asst_1\\", ' + '\\"k\\": \\"v\\", ' * 140_000 + "}",
    "\\'" * 1_000_000,
    '" \\" ' * 400_000,
    "b'\\" * 700_000,
    "{'" + "\\'{\"" * 500_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_costs_little_and_breaks_nothing(text: str) -> None:
    begun = time.process_time()
    with pytest.raises(OperatorError):
        read(text.encode())

    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "text",
    [
        f"Here's what it gave: {json.dumps(READ)}",
        f"The students' tutors' ids: {READ!r}",
        f"a \\' and 5\" of\n\\n{READ!r}",
        f'so it said "wait\n{READ!r}',
        f'{{\\"id\\": \\"asst_1\\"}}\n{READ!r}',
        repr(READ).replace("'id'", "u'id'"),
    ],
    ids=range(6),
)
def test_quotation_marks_around_it_hide_nothing(text: str) -> None:
    assert found(text) == [READ]


@given(st.text(alphabet="{}[]()'\"\\\n,:=aA_1-.# ", max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(OperatorError):
        read(text.encode())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_what_python_prints_is_read_back(fields: Json) -> None:
    body = fields | {"id": "asst_1", "object": "assistant"}
    wide = all(value not in (float("inf"), float("-inf")) for value in _leaves(body))

    if wide:
        assert found(f"assistant =\n{body!r}\n") == [body]


def _leaves(value: object) -> list[object]:
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in _leaves(each)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in _leaves(each)]
    return [value]


def test_a_long_page_is_read_in_a_moment() -> None:
    body = READ | {"instructions": "It's a 'long' text. " * 2_000}
    page = [body | {"id": f"asst_{number}"} for number in range(100)]
    begun = time.process_time()

    assert len(read(repr(page).encode()).assistants) == 100
    assert time.process_time() - begun < 10
