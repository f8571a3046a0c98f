"""What a provider's errors mean for the caller: try again, tell the person, or a bug of ours."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

LONGEST_WAIT = timedelta(hours=1)
"""A provider's advice beyond this is not worth keeping a run for."""

MAX_CODE = 64
"""Characters of a provider's code that are kept; real ones have about 30."""

NO_CREDIT = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
NO_ACCESS = frozenset(
    {"invalid_api_key", "model_not_found", "unsupported_country_region_territory"}
)
TOO_LONG = frozenset({"context_length_exceeded", "exceed_context_size_error"})
FILTERED = frozenset({"bio_policy", "content_filter", "invalid_prompt", "moderation_blocked"})
UNSUITABLE_IMAGE = frozenset({"empty_image_file", "failed_to_download_image"})
BUSY = frozenset({"conversation_locked", "rate_limit_exceeded"})
"""They come as 400 too, and pass."""

# Servers without codes say it in words: OpenAI-compatible ones and a request over the rate limit.
TOO_LONG_WORDS = re.compile(
    r"maximum context|context (length|window|size)|prompt is too long|request too large",
    re.IGNORECASE,
)
# What an assistant's owner sets, as opposed to what we build from the thread.
SETTINGS = frozenset(
    {
        "instructions",
        "max_output_tokens",
        "metadata",
        "parallel_tool_calls",
        "reasoning",
        "temperature",
        "text",
        "tool_choice",
        "tools",
        "top_p",
    }
)

# Servers that name no parameter name it in their sentence. Ordinary words (text, tools) would be
# found in anything.
SETTING_WORDS = re.compile(
    r"\b(tool_choice|response_format|text\.format|json_schema|max_output_tokens)\b"
)

TellCode = Literal["unavailable", "too_long", "filtered", "refused_request"]
Blame = Literal["address", "credit", "key", "model", "request"]


class TryAgain(Exception):  # noqa: N818 - named after what the caller does
    """The same request may succeed later; `after` is the provider's advice, if it gave any."""

    def __init__(self, reason: str, *, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


class ProviderDown(TryAgain):
    """Nobody was asked, for lack of signs of life lately; `after` says when to come back."""

    def __init__(self, after: timedelta) -> None:
        super().__init__("provider_down", after=after)


class TellPerson(Exception):  # noqa: N818
    """Trying again cannot help. `detail` is for the operator's log and holds no message text.

    `unavailable`: the key, the credit, the model or the address is wrong. `too_long`: the thread
    no longer fits. `filtered`: the provider's policy. `refused_request`: the assistant's settings.
    `blame` says what an operator should look at.
    """

    def __init__(self, code: TellCode, *, detail: str = "", blame: Blame = "request") -> None:
        super().__init__(code, detail)
        self.code: TellCode = code
        self.detail = detail
        self.blame: Blame = blame


class RequestRejected(Exception):  # noqa: N818
    """The provider calls our request malformed: a bug of ours."""

    def __init__(
        self, *, code: str | None, param: str | None = None, request_id: str | None = None
    ) -> None:
        super().__init__(code, param, request_id)
        self.code = code
        self.param = param
        self.request_id = request_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A provider's error as it came; `status` is None for one inside a stream."""

    status: int | None = None
    code: str = ""
    type: str = ""
    param: str = ""
    message: str = ""
    request_id: str | None = None
    after: timedelta | None = None

    @property
    def setting(self) -> str:
        """The first name of the parameter: `tools` for `tools[0].parameters`."""
        return re.split(r"[.\[]", self.param, maxsplit=1)[0]

    @property
    def is_about_a_setting(self) -> bool:
        """Whether it is about what an assistant's owner set, by name or in words.

        The words count also where `input` is blamed: OpenAI does so for a JSON format that nothing
        in the input speaks of.
        """
        if self.setting in SETTINGS:
            return True
        return self.setting in {"", "input"} and bool(SETTING_WORDS.search(self.message))

    @property
    def blame(self) -> Blame:
        """What is wrong if the provider is of no use to anybody: what an operator looks at."""
        if {self.code, self.type} & NO_CREDIT or self.status == 402:
            return "credit"
        if self.code == "model_not_found" or self.setting == "model":
            return "model"
        if {self.code, self.type} & NO_ACCESS or self.status in {401, 403}:
            return "key"
        return "address"

    @property
    def detail(self) -> str:
        known = (self.status and str(self.status), self.code or self.type, self.param)
        request = self.request_id and f"request {self.request_id}"
        return " ".join(part for part in (*known, request) if part)


def short(value: object) -> str:
    """A provider's code as bounded printable text; empty for anything that is no text."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value[:MAX_CODE] if isinstance(value, str) and value.isprintable() else ""


def sort(refusal: Refusal) -> TryAgain | TellPerson | RequestRejected:
    """Sort an error by what the caller has to do about it."""
    named = {refusal.code, refusal.type}
    tell: TellCode | None = None
    if named & NO_CREDIT or named & NO_ACCESS:
        tell = "unavailable"
    elif named & TOO_LONG or refusal.status == 413 or TOO_LONG_WORDS.search(refusal.message):
        tell = "too_long"
    elif named & FILTERED or refusal.code.endswith("policy_violation"):
        tell = "filtered"
    if tell:
        blame = refusal.blame if tell == "unavailable" else "request"
        return TellPerson(tell, detail=refusal.detail, blame=blame)
    if refusal.status is None:
        return _sort_streamed(refusal)
    return _sort_status(refusal, refusal.status)


def _sort_streamed(refusal: Refusal) -> TryAgain | TellPerson | RequestRejected:
    """An error after HTTP 200: the request was well-formed, so most are the server's trouble."""
    if "image" in refusal.code or refusal.code in UNSUITABLE_IMAGE:
        return TellPerson("refused_request", detail=refusal.detail)
    if "invalid_request_error" in (refusal.code, refusal.type):
        return RequestRejected(
            code=refusal.code or None, param=refusal.param or None, request_id=refusal.request_id
        )
    return TryAgain(refusal.code or refusal.type or "server_error", after=refusal.after)


def _sort_status(refusal: Refusal, status: int) -> TryAgain | TellPerson | RequestRejected:
    if status in {408, 409, 425, 429} or status >= 500 or refusal.code in BUSY:
        return TryAgain(refusal.code or f"http_{status}", after=refusal.after)
    if refusal.setting == "model":
        return TellPerson("unavailable", detail=refusal.detail, blame="model")
    if status in {400, 422} and refusal.is_about_a_setting:
        return TellPerson("refused_request", detail=refusal.detail)
    if status in {400, 422} or refusal.setting == "input":
        return RequestRejected(
            code=refusal.code or None, param=refusal.param or None, request_id=refusal.request_id
        )
    # 401, 402, 403, 404, a redirect …: the address, the key or the account is wrong.
    return TellPerson("unavailable", detail=refusal.detail, blame=refusal.blame)


def advised_wait(headers: Mapping[str, str]) -> timedelta | None:
    """`retry-after-ms` or `retry-after` (seconds or an HTTP date), capped; None if unusable."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) * unit
        except ValueError:
            continue
        if math.isfinite(seconds) and seconds >= 0:
            return min(timedelta(seconds=min(seconds, 1e6)), LONGEST_WAIT)
    try:
        # Measured against the server's own clock, so that ours does not matter.
        until = parsedate_to_datetime(headers.get("retry-after", ""))
        wait = until - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta()), LONGEST_WAIT)
