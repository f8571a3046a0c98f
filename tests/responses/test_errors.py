from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.responses import (
    RequestRejected,
    TellPerson,
    TryAgain,
)
from bot.responses.errors import Refusal, advised_wait, short, sort
from tests.sims.answers import (
    Edit,
    Text,
    at_end,
    error_at,
    failed,
    only_first,
)
from tests.sims.openai import OpenAISim
from tests.sims.provider import ASK, client, events


@pytest.mark.parametrize(
    ("status", "code", "headers", "after"),
    [
        (429, "rate_limit_exceeded", {"retry-after": "7"}, timedelta(seconds=7)),
        (429, "rate_limit_exceeded", {"retry-after-ms": "250"}, timedelta(milliseconds=250)),
        (429, None, {"retry-after": "999999"}, timedelta(hours=1)),
        (429, "rate_limit_exceeded", {}, None),
        (429, None, {"retry-after-ms": "900", "retry-after": "7"}, timedelta(milliseconds=900)),
        (400, "conversation_locked", {}, None),
        (503, None, {"retry-after": "soon"}, None),
        (500, "server_error", {}, None),
        (529, "overloaded", {}, None),
        (408, None, {}, None),
        (409, None, {}, None),
    ],
)
async def test_a_busy_server_is_asked_again_later(
    status: int, code: str | None, headers: dict[str, str], after: timedelta | None
) -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.fail(status, code, headers=headers)

        with pytest.raises(TryAgain) as caught:
            await events(provider)

        assert caught.value.reason == (code or f"http_{status}")
        assert caught.value.after == after
        assert len(sim.requests) == 1


@pytest.mark.parametrize(
    ("status", "code", "param", "message", "told"),
    [
        (401, "invalid_api_key", None, "", "unavailable"),
        (403, None, None, "", "unavailable"),
        (404, "model_not_found", "model", "", "unavailable"),
        (400, "model_not_found", "model", "", "unavailable"),
        (307, None, None, "", "unavailable"),
        (429, "insufficient_quota", None, "", "unavailable"),
        (400, "context_length_exceeded", "input", "", "too_long"),
        (400, None, None, "This model's maximum context length is 4096 tokens", "too_long"),
        (429, "rate_limit_exceeded", None, "Request too large for tutor-1", "too_long"),
        (413, None, None, "", "too_long"),
        (400, "invalid_prompt", None, "", "filtered"),
        (400, "content_policy_violation", None, "", "filtered"),
        (400, "content_filter", "prompt", "", "filtered"),
        (400, "invalid_function_parameters", "tools[0].parameters", "", "refused_request"),
        (400, "decimal_above_max_value", "temperature", "", "refused_request"),
    ],
)
async def test_what_no_retry_heals_is_told(
    status: int, code: str | None, param: str | None, message: str, told: str
) -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.fail(status, code, param=param, message=message)

        with pytest.raises(TellPerson) as caught:
            await events(provider, replace(ASK, temperature=1.5))

        assert caught.value.code == told
        assert str(status) in caught.value.detail
        assert "req_1" in caught.value.detail
        assert len(sim.requests) == 1


async def test_a_request_that_makes_no_sense_to_the_server_is_our_bug() -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.fail(400, "invalid_value", param="input[0].content", message="no")

        with pytest.raises(RequestRejected) as caught:
            await events(provider)

        assert caught.value.param == "input[0].content"
        assert caught.value.request_id == "req_1"


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (error_at(3, "server_error"), "server_error"),
        (error_at(3, "rate_limit_exceeded"), "rate_limit_exceeded"),
        (error_at(0, "overloaded", "server_error"), "overloaded"),
        (failed("server_error"), "server_error"),
        (failed("vector_store_timeout"), "vector_store_timeout"),
        (failed("never_heard_of"), "never_heard_of"),
        (only_first(4), "interrupted"),
        (only_first(0), "interrupted"),
        (at_end(status="cancelled", error=None), "server_error"),
    ],
)
async def test_trouble_inside_the_stream_is_asked_again(edit: Edit, reason: str) -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.answer(Text("One two three"), edits=(edit,))

        with pytest.raises(TryAgain) as caught:
            await events(provider)

        assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (error_at(2, "insufficient_quota"), "unavailable"),
        (error_at(2, "context_length_exceeded"), "too_long"),
        (failed("invalid_prompt"), "filtered"),
        (failed("misalignment_policy_violation"), "filtered"),
        (failed("image_too_large"), "refused_request"),
    ],
)
async def test_a_verdict_inside_the_stream_is_told(edit: Edit, told: str) -> None:
    async with OpenAISim() as sim, client(sim) as provider:
        sim.answer(Text("One two three"), edits=(edit,))

        with pytest.raises(TellPerson) as caught:
            await events(provider)

        assert caught.value.code == told


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "1e300"}, timedelta(hours=1)),
        ({"retry-after-ms": "soon", "retry-after": "2"}, timedelta(seconds=2)),
        ({"retry-after": "Mon, 05 Jan 2026 10:00:30 GMT"}, None),
        (
            {
                "date": "Mon, 05 Jan 2026 10:00:00 GMT",
                "retry-after": "Mon, 05 Jan 2026 10:00:30 GMT",
            },
            timedelta(seconds=30),
        ),
        (
            {
                "date": "Mon, 05 Jan 2026 10:00:00 GMT",
                "retry-after": "Mon, 05 Jan 2026 09:00:00 GMT",
            },
            timedelta(),
        ),
    ],
)
def test_advice_to_wait_is_read_in_every_form(
    headers: dict[str, str], wait: timedelta | None
) -> None:
    assert advised_wait(headers) == wait


@settings(max_examples=80, deadline=None)
@given(
    status=st.none() | st.integers(300, 599),
    code=st.text(max_size=30),
    param=st.text(max_size=30),
    message=st.text(max_size=50),
)
def test_every_error_has_a_sort_and_its_message_is_in_none(
    status: int | None, code: str, param: str, message: str
) -> None:
    marked = f"{message} secret words"
    sorted_ = sort(Refusal(status=status, code=short(code), param=short(param), message=marked))

    assert isinstance(sorted_, TryAgain | TellPerson | RequestRejected)
    assert "secret words" not in repr(sorted_.args)


def test_a_long_or_unprintable_code_is_bounded() -> None:
    assert [short(each) for each in ("x" * 999, "a\nb", None, 400)] == ["x" * 64, "", "", "400"]
