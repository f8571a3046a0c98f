"""What an assistant may hold, and what is said about what it may not."""

import pytest

from bot.jsons import Json
from bot.registry.body import FIELDS, body_of
from bot.registry.errors import BodyError

FUNCTION: Json = {"type": "function", "function": {"name": "look_up"}}
NESTED: Json = {"type": "object", "properties": {"word": {"type": "string", "default": None}}}
WHOLE: Json = {
    "name": "Math Tutor",
    "description": "For algebra.",
    "instructions": "Be brief.\nBe kind.",
    "model": "model-2",
    "tools": [
        {
            "type": "function",
            "function": {
                "name": "look_up",
                "description": "Looks up",
                "parameters": NESTED,
                "strict": False,
            },
        },
        {"type": "code_interpreter"},
        {
            "type": "file_search",
            "file_search": {
                "max_num_results": 3,
                "ranking_options": {"ranker": "auto", "score_threshold": 0.5},
            },
        },
        {"type": "mcp", "server_label": "maps", "server_url": "https://maps.example/mcp"},
    ],
    "tool_resources": {
        "code_interpreter": {"file_ids": ["file-1"]},
        "file_search": {"vector_store_ids": ["vs_1"]},
    },
    "metadata": {"course": "algebra"},
    "temperature": 0.5,
    "top_p": 1.0,
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "answer", "schema": {"type": "object"}, "strict": True},
    },
    "max_output_tokens": 500,
    "max_prompt_tokens": 9_000,
    "truncation_strategy": {"type": "last_messages", "last_messages": 8},
    "tool_choice": {"type": "function", "function": {"name": "look_up"}},
    "parallel_tool_calls": False,
}


def complaints(body: Json) -> list[str]:
    with pytest.raises(BodyError) as refused:
        body_of(body)
    return str(refused.value).split("\n")


def test_every_field_is_kept_as_it_is() -> None:
    assert body_of(WHOLE) == WHOLE
    assert set(WHOLE) == set(FIELDS)


def test_what_is_not_set_is_left_out() -> None:
    empty: Json = {
        "name": None,
        "model": "",
        "tools": [],
        "metadata": {},
        "tool_resources": {"code_interpreter": None, "file_search": None},
    }

    assert body_of(empty) == {}


def test_zero_and_false_are_set() -> None:
    body: Json = {"temperature": 0, "parallel_tool_calls": False}

    assert body_of(body) == {"temperature": 0.0, "parallel_tool_calls": False}


def test_unknown_fields_are_named_wherever_they_are() -> None:
    found = complaints({"temprature": 1, "tools": [{**FUNCTION, "strict": True}]})

    assert len(found) == 2
    assert found[0].startswith("tools[0].strict: ")
    assert found[1].startswith("temprature: ")


WRONG: list[tuple[Json, str, str]] = [
    ({"name": "x" * 257}, "name", "at most 256 characters"),
    ({"name": "two\nlines"}, "name", "on one line"),
    ({"name": "\x1b[31mred"}, "name", "control characters"),
    ({"name": 7}, "name", "must be a text"),
    ({"description": "x" * 513}, "description", "at most 512"),
    ({"instructions": "x" * 256_001}, "instructions", "at most 256,000"),
    ({"temperature": 2.5}, "temperature", "at most 2"),
    ({"temperature": -1}, "temperature", "at least 0"),
    ({"temperature": "0.5"}, "temperature", "must be a number"),
    ({"temperature": True}, "temperature", "must be a number"),
    ({"top_p": 1.01}, "top_p", "at most 1"),
    ({"tools": {}}, "tools", "must be a list"),
    ({"tools": [FUNCTION] * 129}, "tools", "at most 128"),
    ({"tools": [FUNCTION, FUNCTION]}, "", "look_up is there twice"),
    ({"tools": [{"type": "browser"}]}, "tools[0]", "'code_interpreter'"),
    ({"tools": [{}]}, "tools[0]", "its type is missing"),
    ({"tools": [{"type": "function"}]}, "tools[0].function", "missing"),
    (
        {"tools": [{"type": "function", "function": {"name": "a b"}}]},
        "tools[0].function.name",
        "letters",
    ),
    ({"metadata": {"a": 1}}, "metadata.a", "must be a text"),
    ({"metadata": {"a": "x" * 513}}, "metadata.a", "at most 512"),
    ({"metadata": {str(n): "x" for n in range(17)}}, "metadata", "at most 16"),
    ({"response_format": "json"}, "response_format", "'auto'"),
    ({"response_format": {"type": "xml"}}, "response_format", "json_schema"),
    ({"tool_choice": "sometimes"}, "tool_choice", "'required'"),
    ({"tool_choice": {"type": "function"}}, "tool_choice", "needs its name"),
    ({"truncation_strategy": {"type": "last_messages"}}, "truncation_strategy", "is needed"),
    ({"truncation_strategy": {"type": "some"}}, "truncation_strategy.type", "'disabled'"),
    ({"max_output_tokens": 0}, "max_output_tokens", "at least 1"),
    ({"max_output_tokens": 1.5}, "max_output_tokens", "whole number"),
    ({"parallel_tool_calls": "yes"}, "parallel_tool_calls", "true or false"),
    ({"tool_resources": {"file_search": {"vector_store_ids": ["a", "b"]}}}, "", "only one"),
    ({"instructions": "\ud800"}, "", "half a character"),
    ({"instructions": "a\0b"}, "", "NUL"),
    ({"tools": [{"type": "function", "function": {"name": "f", "parameters": []}}]}, "", "object"),
    ({"temperature": float("nan")}, "", "NaN"),
]


@pytest.mark.parametrize(("body", "field", "words"), WRONG)
def test_each_mistake_is_told_with_its_field_and_its_limit(
    body: Json, field: str, words: str
) -> None:
    (found,) = complaints(body)

    assert found.startswith(f"{field}: " if field else "")
    assert words in found


@pytest.mark.parametrize(
    "url",
    [
        "http://maps.example",
        "https://user:pw@maps.example",
        "https://maps.example/?key=1",
        "javascript:alert(1)",
        "https://",
        "https://maps.example/a b",
        "https://[",
    ],
)
def test_a_server_is_reached_in_secret_and_no_key_is_in_its_address(url: str) -> None:
    (found,) = complaints({"tools": [{"type": "mcp", "server_label": "maps", "server_url": url}]})

    assert found.startswith("tools[0].server_url: this must begin with https://")


def test_a_header_cannot_end_early() -> None:
    tool: Json = {
        "type": "mcp",
        "server_label": "maps",
        "server_url": "https://maps.example",
        "headers": {"X-Key": "a\r\nX-More: b"},
    }

    assert "on one line" in complaints({"tools": [tool]})[0]


def test_a_body_of_any_depth_is_refused_without_falling_over() -> None:
    deep: Json = {}
    for _ in range(100_000):
        deep = {"a": deep}

    assert "nested too deeply" in complaints({"metadata": deep})[0]


def test_a_body_of_any_size_is_refused() -> None:
    schema: Json = {"description": "x" * 5_000_000}
    tools: Json = {"type": "function", "function": {"name": "f", "parameters": schema}}

    assert "too large" in complaints({"tools": [tools]})[0]


def test_complaints_are_many_but_not_endless() -> None:
    assert len(complaints({f"field_{n}": n for n in range(1_000)})) == 20


def test_text_that_looks_like_a_template_of_ours_is_told_as_it_is() -> None:
    assert complaints({"{key}": 1})[0].startswith("{key}: ")
