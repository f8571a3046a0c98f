"""A server of the Responses API on this machine alone, with the offline tutor behind it."""

import asyncio
import hashlib
import json
import math
import traceback
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import cast

import structlog
from aiohttp import web

from bot.jsons import Json
from bot.offline import MODEL, sayings
from bot.offline.decode import BadRequest, Request, decode
from bot.offline.events import Output, Response
from bot.offline.replies import Reply, Tutor
from bot.offline.solving.process import Worker

# A whole thread of long messages fits; more is a mistake.
MAX_BODY_BYTES = 16 * 2**20
# More requests than this at once wait for a single calculator longer than people do.
MAX_ACTIVE = 64
MAX_REMEMBERED = 1024
# Reading speed of a fast reader; a short reply still takes long enough to be seen appearing.
SECONDS_PER_DELTA = 0.03
LEAST_SECONDS = 0.5
SHUTDOWN_SECONDS = 1.0

log = structlog.get_logger()
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(longest_reply: timedelta) -> AsyncIterator[str]:
    """Run the server and its worker; yields the base URL, which ends in `/v1`."""
    async with Worker() as worker:
        service = _Service(worker, longest_reply.total_seconds())
        application = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[_in_shape])
        application.router.add_post("/v1/responses", service.create)
        application.router.add_get("/v1/models", _models)
        application.router.add_get("/v1/models/{model}", _model)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            host, port = cast("tuple[str, int]", runner.addresses[0])
            log.info("offline_serving", port=port)
            yield f"http://{host}:{port}/v1"
        finally:
            await runner.cleanup()


class _Service:
    """Creates responses. What it keeps is only how often the very same request came."""

    def __init__(self, worker: Worker, longest_seconds: float) -> None:
        self._worker = worker
        self._longest = longest_seconds
        self._active = 0
        self._times: OrderedDict[str, int] = OrderedDict()

    async def create(self, incoming: web.Request) -> web.StreamResponse:
        body = await _body(incoming)
        request = decode(body)
        if self._active >= MAX_ACTIVE:
            return _error(429, "Too many requests at once.", code="rate_limit_exceeded")
        self._active += 1
        try:
            tutor = Tutor(request, self._worker, seed=self._seed(body))
            response = Response(request, body)
            if request.stream:
                return await self._stream(incoming, request, response, tutor)
            output = Output(await tutor.reply(), request.max_output_tokens)
            return web.json_response(response.finished(output))
        finally:
            self._active -= 1

    def _seed(self, body: Json) -> int:
        """From the request and all that was said; asked the same again, another one."""
        asked = {name: body[name] for name in body if name not in {"stream", "stream_options"}}
        digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
        times = self._times.pop(digest, 0)
        self._times[digest] = times + 1
        while len(self._times) > MAX_REMEMBERED:
            self._times.popitem(last=False)
        return int(digest[:12], 16) + times

    async def _stream(
        self, incoming: web.Request, request: Request, response: Response, tutor: Tutor
    ) -> web.StreamResponse:
        stream = _Stream(incoming)
        try:
            await stream.open()
            for kind in ("response.created", "response.in_progress"):
                await stream.send({"type": kind, "response": response.started()})
            output = Output(await self._safe(tutor), request.max_output_tokens)
            await self._send(stream, output)
            ended = f"response.{output.status}"
            await stream.send({"type": ended, "response": response.finished(output)})
            await stream.close()
        except ConnectionError:
            log.info("offline_stream_abandoned")
        return stream.outgoing

    async def _safe(self, tutor: Tutor) -> Reply:
        """The reply; after the first event there is no status left to say that we failed."""
        try:
            return await tutor.reply()
        except Exception as error:  # noqa: BLE001 - logged without its message, which quotes people
            log.warning("offline_reply_failed", **_where(error))
            return Reply(text=sayings.BUG)

    async def _send(self, stream: "_Stream", output: Output) -> None:
        events = list(output.events())
        paced = sum(event.paced for event in events)
        seconds = min(max(paced * SECONDS_PER_DELTA, LEAST_SECONDS), self._longest)
        for event in events:
            await stream.send(event.body)
            if event.paced and seconds:
                await asyncio.sleep(seconds / paced)


class _Stream:
    """Numbered server-sent events. Writing raises ConnectionError when nobody reads."""

    def __init__(self, incoming: web.Request) -> None:
        self._incoming = incoming
        self._number = 0
        self.outgoing = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream; charset=utf-8",
                "Cache-Control": "no-store",
            }
        )

    async def open(self) -> None:
        await self.outgoing.prepare(self._incoming)

    async def send(self, body: Json) -> None:
        data = json.dumps({**body, "sequence_number": self._number})
        self._number += 1
        await self.outgoing.write(f"event: {body['type']}\ndata: {data}\n\n".encode())

    async def close(self) -> None:
        await self.outgoing.write_eof()


def _finite(text: str) -> float:
    """JSON knows no infinity, but Python reads one from `1e999` and `Infinity`."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


async def _body(incoming: web.Request) -> Json:
    """The decoded body. Raises BadRequest."""
    # Pages of other sites can post forms to loopback, but not JSON without being allowed to.
    if incoming.content_type != "application/json":
        raise BadRequest("The body must be JSON with the content type 'application/json'.")
    try:
        body = json.loads(await incoming.text(), parse_constant=_finite, parse_float=_finite)
    except (ValueError, LookupError, RecursionError):
        raise BadRequest("We could not parse the JSON body of your request.") from None
    if not isinstance(body, dict):
        raise BadRequest("The JSON body of your request must be an object.")
    return cast("Json", body)


@web.middleware
async def _in_shape(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error in the shape in which clients of OpenAI expect one."""
    try:
        return await handler(request)
    except BadRequest as error:
        return _error(400, str(error), param=error.param, code=error.code)
    except web.HTTPException as error:
        return _error(error.status, f"{error.reason}: {request.method} {request.path}")
    except RecursionError:
        return _error(400, "The JSON body of your request is nested too deeply.")
    except Exception as error:  # noqa: BLE001 - logged without its message, which quotes people
        log.warning("offline_request_failed", path=request.path, **_where(error))
        return _error(500, "The server had an error while processing your request.")


def _where(error: Exception) -> dict[str, str]:
    frames = traceback.extract_tb(error.__traceback__)
    at = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return {"error": type(error).__name__, "at": at}


def _error(
    status: int, message: str, *, param: str | None = None, code: str | None = None
) -> web.Response:
    kinds = {429: "rate_limit_error", 500: "server_error"}
    error = {
        "message": message,
        "type": kinds.get(status, "invalid_request_error"),
        "param": param,
        "code": code,
    }
    headers = {"Retry-After": "1"} if status == 429 else None
    return web.json_response({"error": error}, status=status, headers=headers)


_MODEL_OBJECT: Json = {"id": MODEL, "object": "model", "created": 0, "owned_by": "docent"}


async def _models(_: web.Request) -> web.Response:
    return web.json_response({"object": "list", "data": [_MODEL_OBJECT]})


async def _model(incoming: web.Request) -> web.Response:
    name = incoming.match_info["model"]
    if name != MODEL:
        return _error(404, f"The model '{name}' does not exist.", code="model_not_found")
    return web.json_response(_MODEL_OBJECT)
