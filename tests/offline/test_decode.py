import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from bot.offline.decode import BadRequest, decode

CALL: dict[str, JsonValue] = {
    "type": "function_call",
    "call_id": "call_1",
    "name": "display_quiz",
    "arguments": "{}",
}
OUTPUT: dict[str, JsonValue] = {
    "type": "function_call_output",
    "call_id": "call_1",
    "output": "[]",
}
BAD: list[tuple[dict[str, JsonValue], str]] = [
    ({}, "model"),
    ({"model": "m"}, "input"),
    ({"model": 3, "input": "hi"}, "model"),
    ({"model": "m", "input": 3}, "input"),
    ({"model": "m", "input": [{"role": "user"}]}, "input[0].content"),
    ({"model": "m", "input": [{"role": "robot", "content": "x"}]}, "input[0].role"),
    ({"model": "m", "input": [{"type": "telepathy"}]}, "input[0]"),
    ({"model": "m", "input": [3]}, "input[0]"),
    ({"model": "m", "input": "hi", "tools": [{"type": "hammer"}]}, "tools[0]"),
    ({"model": "m", "input": "hi", "tools": [{"type": "function"}]}, "tools[0].name"),
    ({"model": "m", "input": "hi", "stream": "yes"}, "stream"),
    ({"model": "m", "input": "hi", "temperature": 3}, "temperature"),
    ({"model": "m", "input": "hi", "previous_response_id": "resp_1"}, "previous_response_id"),
    ({"model": "m", "input": [CALL]}, "input"),
    ({"model": "m", "input": [OUTPUT]}, "input"),
    ({"model": "m", "input": [OUTPUT, CALL]}, "input"),
]
json_values: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(("body", "param"), BAD)
def test_a_bad_request_is_refused_and_says_where(body: dict[str, JsonValue], param: str) -> None:
    with pytest.raises(BadRequest) as refused:
        decode(body)

    assert param == refused.value.param


def test_a_call_without_output_is_named() -> None:
    with pytest.raises(BadRequest, match=r"No tool output found for function call call_1\."):
        decode({"model": "m", "input": [CALL]})


def test_an_output_without_call_is_named() -> None:
    with pytest.raises(BadRequest, match="No tool call found for function call output"):
        decode({"model": "m", "input": [OUTPUT]})


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.sampled_from(["model", "input", "tools", "stream", "metadata", "tool_choice", "top_p"]),
        json_values
        | st.lists(
            st.dictionaries(
                st.sampled_from(["type", "role", "content", "call_id", "output", "name", "text"]),
                json_values | st.sampled_from(["message", "user", "function_call", "input_text"]),
            ),
            max_size=3,
        ),
    )
)
def test_any_json_object_is_taken_or_refused(body: dict[str, JsonValue]) -> None:
    with contextlib.suppress(BadRequest):
        decode(body)
