"""Faults of the provider and of the platform, by name, as a story picks them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tests.sims import answers
from tests.sims.answers import Answer, Edit, Failure, Raw
from tests.sims.openai import Asked, Reaction
from tests.sims.platform import Fault

Change = Callable[[Answer], Reaction]
"""From what the model would say to what arrives."""


def _edited(*edits: Edit) -> Change:
    return lambda answer: replace(answer, edits=edits)


def _cut(after: int) -> Change:
    return lambda answer: replace(answer, cut_after=after)


def _instead(reaction: Failure | Raw) -> Change:
    return lambda _: reaction


def _limited(**headers: str) -> Change:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return _instead(Failure(429, "rate_limit_exceeded", headers=given))


PROVIDER: dict[str, Change] = {
    "500": _instead(Failure(500)),
    "503 that says when": _instead(Failure(503, headers={"retry-after": "7"})),
    "409": _instead(Failure(409)),
    "429": _limited(),
    "429 with seconds": _limited(retry_after="30"),
    "429 with milliseconds": _limited(retry_after_ms="1500"),
    "no credit": _instead(Failure(429, "insufficient_quota")),
    "401": _instead(Failure(401, "invalid_api_key")),
    "403": _instead(Failure(403, "unsupported_country_region_territory")),
    "404 model": _instead(Failure(404, "model_not_found")),
    "400": _instead(Failure(400, "invalid_value", param="input")),
    "too long": _instead(Failure(400, "context_length_exceeded")),
    "not JSON": _instead(Raw((b"<html>busy</html>",), "text/html")),
    "garbled stream": _instead(Raw((b"data: {broken\n\n",))),
    "empty stream": _instead(Raw(())),
    "cut before the first event": _cut(0),
    "cut early": _cut(3),
    "cut late": _cut(7),
    "ends without an end": _edited(answers.only_first(5)),
    "failed": _edited(answers.failed("server_error")),
    "failed for the rate": _edited(answers.failed("rate_limit_exceeded")),
    "error event": _edited(answers.error_at(3, "server_error")),
    "nested error event": _edited(answers.error_at(2, "server_error", "server_error")),
    "every event twice": _edited(answers.repeated),
    "no numbers": _edited(answers.unnumbered),
    "one number for all": _edited(answers.all_numbered_zero),
    "out of order": _edited(answers.swapped),
    "unknown events": _edited(answers.with_unknown),
    "no usage": _edited(answers.at_end(usage=None)),
    "held before the first event": lambda answer: replace(answer, hold_before=0),
    "held in the middle": lambda answer: replace(answer, hold_before=6),
    "held at the end": lambda answer: replace(answer, hold_at_end=True),
}

CREATES: dict[str, Fault] = {
    "busy": Fault(429, retry_after=20),
    "busy, at once again": Fault(429, retry_after=0),
    "refused for good": Fault(400),
    "gone": Fault(404),
    "lost": Fault(500),
    "taken without an answer": Fault(500, taken=True),
}

EDITS: dict[str, Fault] = {
    "busy": Fault(429, retry_after=20),
    "lost": Fault(500),
    "taken without an answer": Fault(500, taken=True),
    "refused for good": Fault(400),
}


@dataclass(slots=True)
class Faulty:
    """A responder with faults over it: each waiting one takes the next request."""

    sound: Callable[[Asked], Answer]
    waiting: list[str] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reaction:
        answer = self.sound(asked)
        return PROVIDER[self.waiting.pop(0)](answer) if self.waiting else answer
