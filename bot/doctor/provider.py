"""Whether the provider answers, streams, and calls functions; two small requests in all."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.doctor.checks import Check, State
from bot.doctor.complaints import Trouble, complaint
from bot.jsons import Json
from bot.responses import (
    Finished,
    OfferedModel,
    Request,
    RequestRejected,
    Responses,
    TellPerson,
    TextDelta,
    TryAgain,
)
from bot.settings import Settings
from bot.store import models
from bot.store.database import StoreError, reading
from bot.strings import say

PATIENCE = timedelta(seconds=30)
"""For the first sign of life, and for silence after it; a model may think before it speaks."""

LONGEST = timedelta(minutes=2)
MAX_TOKENS = 2_000
"""Of one answer: some words, and what a model thinks before it says them."""

FUNCTION = "report"
_TROUBLE = (TryAgain, TellPerson, RequestRejected)
_TOOL: Json = {
    "type": "function",
    "name": FUNCTION,
    "description": "Reports that functions can be called",
    "parameters": {
        "type": "object",
        "properties": {"works": {"type": "boolean"}},
        "required": ["works"],
    },
    "strict": False,
}


async def checks(settings: Settings, *, needed: bool = True) -> AsyncIterator[Check]:
    """Each check, until one fails that the others need. The playground has a tutor of its own, so
    a model is not `needed` there."""
    model, key = settings.docent_model, settings.openai_api_key
    if not model or not (key or settings.openai_base_url):
        if needed:
            yield _check("model", "failed", say("doctor.model_missing"))
        else:
            yield _check("model", "warning", say("doctor.model_unneeded"))
        return
    try:
        responses = Responses(
            base_url=settings.openai_base_url,
            api_key="" if key is None else key.get_secret_value(),
            first_event_timeout=PATIENCE,
            idle_timeout=PATIENCE,
            longest=LONGEST,
        )
    except ValueError:
        yield _check("model", "failed", say("doctor.key_unusable"))
        return
    async with responses:
        yield _check("model", "ok", say("doctor.model_ok", model=model))
        async for check in _Probe(responses, model).checks(settings):
            yield check


class _Probe:
    """Asks one provider for one model."""

    def __init__(self, responses: Responses, model: str) -> None:
        self._responses = responses
        self._model = model

    async def checks(self, settings: Settings) -> AsyncIterator[Check]:
        try:
            offered = await self._responses.models()
        except _TROUBLE as error:
            yield self._failed("provider", error)
            return
        yield _check("provider", "ok", say("doctor.provider_ok", provider=self._responses.provider))
        streaming = await self._streaming()
        yield streaming
        if streaming.state != "failed":
            yield await self._functions()
        if offered is not None:
            names = {self._model} | await asyncio.to_thread(_stored_models, settings)
            for check in _shutdowns(offered, names):
                yield check

    async def _streaming(self) -> Check:
        request = self._request("Answer with this single word: ready")
        pieces = 0
        finished: Finished | None = None
        try:
            async for event in self._responses.stream(request):
                match event:
                    case TextDelta():
                        pieces += 1
                    case Finished():
                        finished = event
        except _TROUBLE as error:
            return self._failed("streaming", error)
        if pieces:
            return _check("streaming", "ok", say("doctor.streaming_ok"))
        silent = finished is None or not finished.items
        key = "doctor.streaming_silent" if silent else "doctor.streaming_whole"
        return _check("streaming", "warning", say(key, model=self._model))

    async def _functions(self) -> Check:
        """Some servers refuse to be told which function to call, and call it when asked to."""
        asked = replace(self._request(f"Call the function {FUNCTION} now, please"), tools=(_TOOL,))
        told = replace(asked, tool_choice={"type": "function", "name": FUNCTION})
        try:
            try:
                called = await self._calls(told)
            except (TellPerson, RequestRejected):
                called = await self._calls(asked)
        except _TROUBLE as error:
            return self._failed("functions", error)
        if called:
            return _check("functions", "ok", say("doctor.functions_ok"))
        return _check("functions", "warning", say("doctor.functions_none", model=self._model))

    async def _calls(self, request: Request) -> bool:
        items = [
            item
            async for event in self._responses.stream(request)
            if isinstance(event, Finished)
            for item in event.items
        ]
        return any(
            item["type"] == "function_call" and item.get("name") == FUNCTION for item in items
        )

    def _request(self, said: str) -> Request:
        return Request(
            model=self._model,
            instructions="",
            input=({"type": "message", "role": "user", "content": said},),
            max_output_tokens=MAX_TOKENS,
        )

    def _failed(self, name: str, error: Trouble) -> Check:
        provider = self._responses.provider
        sentence = complaint(error, provider=provider, model=self._model)
        return _check(name, "failed", sentence)


def _shutdowns(offered: Sequence[OfferedModel], names: set[str]) -> Iterator[Check]:
    """A warning for each model in use whose end is announced."""
    ending = [model for model in offered if model.name in names and model.shutdown is not None]
    for model in ending:
        told = say("doctor.shutdown_announced", model=model.name, day=model.shutdown)
        yield _check("shutdown", "warning", told)
    if not ending:
        yield _check("shutdown", "ok", say("doctor.shutdown_none"))


def _stored_models(settings: Settings) -> frozenset[str]:
    """What stored assistants name; nothing where that cannot be read, which has its own check."""
    try:
        if not settings.database_path.is_file():
            return frozenset()
        with reading(settings.database_path) as tx:
            return models.named(tx)
    except (StoreError, OSError):
        return frozenset()


def _check(name: str, state: State, sentence: str) -> Check:
    return Check(name=name, state=state, sentence=sentence)
