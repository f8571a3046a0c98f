"""Discord's REST API v10 on loopback, strict about what it is sent."""

import json
import time
from collections.abc import Awaitable, Callable
from urllib.parse import unquote

from aiohttp import web
from pydantic import JsonValue

from bot.jsons import Json
from tests.sims.discord import judge, world
from tests.sims.discord.state import Fault, Interaction, State
from tests.sims.discord.world import EPHEMERAL, HAS_THREAD, Post, Thread, snowflake

BASE = "/api/v10"
WINDOW = 5.0  # seconds, and as many requests (discord/discord-api-docs#20)
FIRST_RESPONSE = 3.0  # seconds
LOCKED = 50_083


class ApiError(Exception):
    """What Discord answers with a code."""

    def __init__(self, status: int, code: int, **more: JsonValue) -> None:
        super().__init__(str(code))
        self.status = status
        self.body: Json = {"code": code, "message": f"scripted {code}", **more}


class Rest:
    """The routes that a bot needs. A request for any other is a complaint."""

    def __init__(self, state: State, url: Callable[[], str]) -> None:
        self._state = state
        self._url = url

    def add_to(self, app: web.Application) -> None:
        message, webhook = "channels/{channel}/messages", "webhooks/{app}/{token}"
        routes = {
            ("GET", "users/@me"): self._me,
            ("GET", "users/@me/guilds"): self._servers,
            ("POST", "users/@me/channels"): self._dm,
            ("GET", "oauth2/applications/@me"): self._application,
            ("GET", "applications/@me"): self._application,
            ("GET", "gateway/bot"): self._gateway,
            ("GET", "applications/{app}/commands"): self._commands,
            ("PUT", "applications/{app}/commands"): self._set_commands,
            ("GET", "guilds/{guild}/members/{user}"): self._member,
            ("POST", message): self._create,
            ("GET", message): self._history,
            ("GET", f"{message}/{{id}}"): self._read,
            ("PATCH", f"{message}/{{id}}"): self._edit,
            ("DELETE", f"{message}/{{id}}"): self._delete,
            ("POST", f"{message}/{{id}}/threads"): self._thread,
            ("POST", "channels/{channel}/typing"): self._typing,
            ("POST", "interactions/{id}/{token}/callback"): self._callback,
            ("POST", webhook): self._follow_up,
            ("PATCH", f"{webhook}/messages/{{id}}"): self._edit_follow_up,
            ("DELETE", f"{webhook}/messages/{{id}}"): self._delete_follow_up,
        }
        for (method, path), handler in routes.items():
            app.router.add_route(method, f"{BASE}/{path}", self._handled(handler))
        app.router.add_route("*", f"{BASE}/{{path:.*}}", self._handled(self._unknown))

    def _handled(
        self, handler: Callable[[web.Request, Json], Awaitable[JsonValue]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            path = unquote(request.path.removeprefix(BASE))
            self._state.requests.append(f"{request.method} {path}")
            try:
                _authorize(request)
                body = await _body(request)
                self._state.sent.append(json.dumps(body, ensure_ascii=False))
                self._judge(request.method, path, body)
                answer = await handler(request, body if isinstance(body, dict) else {"": body})
            except ApiError as error:
                await self._state.tell()
                headers = {"Via": "1.1 google"} if error.status == 429 else {}
                return _json(error.body, error.status, headers)
            await self._state.tell()
            if answer is None:
                return web.Response(status=204)
            return _json(answer, 200, request.get("limit", {}))

        return handle

    def _judge(self, method: str, path: str, body: JsonValue) -> None:
        if body is None or method == "GET":
            return
        wrong = judge.problem(method, path, _without_files(body))
        if wrong is not None:
            self._state.complaints.append(wrong)
            raise ApiError(400, 50_035, errors={})

    async def _unknown(self, request: web.Request, _: Json) -> JsonValue:
        self._state.complaints.append(f"nobody serves {request.method} {request.path}")
        raise ApiError(404, 0)

    async def _me(self, _: web.Request, __: Json) -> JsonValue:
        return world.user(world.BOT)

    async def _servers(self, _: web.Request, __: Json) -> JsonValue:
        return [{"id": str(world.SERVER), "name": "School"}]

    async def _application(self, _: web.Request, __: Json) -> JsonValue:
        return {
            "id": str(world.BOT),
            "name": "tutor",
            "icon": None,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "00",
            "flags": self._state.application_flags,
            "owner": world.user(world.PEOPLE["robin"]),
        }

    async def _gateway(self, _: web.Request, __: Json) -> JsonValue:
        limit: Json = {"total": 1000, "remaining": 999, "reset_after": 1000, "max_concurrency": 1}
        return {"url": self._url(), "shards": 1, "session_start_limit": limit}

    async def _commands(self, _: web.Request, __: Json) -> JsonValue:
        return self._state.commands

    async def _set_commands(self, _: web.Request, body: Json) -> JsonValue:
        given = body[""]
        assert isinstance(given, list)
        more: Json = {"id": str(snowflake()), "application_id": str(world.BOT), "version": "1"}
        self._state.commands = [each | more for each in given if isinstance(each, dict)]
        self._state.commands_set += 1
        return self._state.commands

    async def _member(self, request: web.Request, _: Json) -> JsonValue:
        user = int(request.match_info["user"])
        if user not in world.PEOPLE.values() or user == world.PEOPLE["mallory"]:
            raise ApiError(404, 10_007)
        return world.member(user)

    async def _dm(self, _: web.Request, body: Json) -> JsonValue:
        user = int(str(body["recipient_id"]))
        if user not in world.NAMES:
            raise ApiError(400, 50_033)
        channel = self._state.dms.setdefault(user, snowflake())
        return world.dm_channel(channel, user)

    async def _create(self, request: web.Request, body: Json) -> JsonValue:
        channel = self._channel(request)
        self._pace(request, f"POST {channel}")
        if channel in {self._state.dms.get(user) for user in self._state.closed_dms}:
            raise ApiError(403, 50_007)
        fault = self._state.faults.pop(0) if self._state.faults else None
        if fault is not None and not fault.taken:
            raise _fault(fault)
        known = self._repeated(channel, body)
        post = known or self._new(channel, body)
        if known is None:
            self._state.posts[post.id] = post
            await self._state.announce(post)
        if fault is not None:
            await self._state.tell()
            raise _fault(fault)
        return self._state.seen_by(post, None, nonce=True)

    def _repeated(self, channel: int, body: Json) -> Post | None:
        if not body.get("enforce_nonce") or self._state.nonces_forgotten:
            return None
        nonce = body.get("nonce")
        same = (post for post in self._state.posts.values() if post.nonce == nonce)
        return next((post for post in same if post.channel == channel), None)

    def _new(self, channel: int, body: Json) -> Post:
        reference = body.get("message_reference")
        under = reference.get("message_id") if isinstance(reference, dict) else None
        nonce = body.get("nonce")
        post = Post(
            snowflake(),
            channel,
            world.BOT,
            "",
            nonce=None if nonce is None else str(nonce),
            under=None if under is None else int(str(under)),
        )
        self._write(post, body)
        return post

    async def _history(self, request: web.Request, _: Json) -> JsonValue:
        channel = self._channel(request)
        after = int(request.query.get("after", 0))
        found = [
            post
            for post in self._state.posts.values()
            if post.channel == channel and post.id > after and not post.deleted and not post.only
        ]
        newest = sorted(found, key=lambda post: post.id)[: int(request.query.get("limit", 50))]
        nonce = not self._state.nonces_forgotten
        return [self._state.seen_by(post, None, nonce=nonce) for post in reversed(newest)]

    async def _read(self, request: web.Request, _: Json) -> JsonValue:
        return self._state.seen_by(self._post(request), None)

    async def _edit(self, request: web.Request, body: Json) -> JsonValue:
        self._pace(request, f"PATCH {self._channel(request)}")
        post = self._post(request)
        if post.author != world.BOT:
            raise ApiError(403, 50_005)
        self._write(post, body)
        post.edits += 1
        return self._state.seen_by(post, None)

    async def _delete(self, request: web.Request, _: Json) -> JsonValue:
        self._post(request).deleted = True
        return None

    async def _thread(self, request: web.Request, body: Json) -> JsonValue:
        post = self._post(request)
        if self._state.threads_refused or not self._state.bot_may & world.CREATE_THREADS:
            raise ApiError(403, 50_013)
        if post.flags & HAS_THREAD:
            raise ApiError(400, 160_004)
        post.flags |= HAS_THREAD
        known = Thread(post.id, post.channel, str(body["name"]))
        self._state.threads[known.id] = known
        await self._state.opened(known)
        return world.thread(known)

    async def _typing(self, request: web.Request, _: Json) -> JsonValue:
        self._channel(request)
        return None

    async def _callback(self, request: web.Request, body: Json) -> JsonValue:
        known = self._interaction(request, 10_062)
        if known.response is not None:
            raise ApiError(400, 40_060)
        if time.monotonic() - known.at > FIRST_RESPONSE:
            raise ApiError(404, 10_062)
        self._judge_response(known, body)
        known.response = body
        data = known.data | {"": body.get("")}
        if known.kind == 4:
            post = self._follow(known, data)
            self._state.posts[post.id] = known.original = post
        elif known.kind == 7 and known.message is not None:
            self._write(known.message, data)
            known.message.edits += 1
        if known.kind in {6, 7}:
            known.original = known.message
        return None

    def _judge_response(self, known: Interaction, body: Json) -> None:
        """Only a message can be left as it is or changed, and no form answers a form."""
        wrong = body["type"] in {6, 7} and known.message is None
        if wrong or (body["type"] == 9 and known.is_form):
            self._state.complaints.append(f"a response of type {body['type']} answers nothing")
            raise ApiError(400, 50_035, errors={})

    async def _follow_up(self, request: web.Request, body: Json) -> JsonValue:
        known = self._interaction(request, 50_027)
        if known.response is None:
            raise ApiError(404, 10_015)
        post = self._follow(known, body)
        self._state.posts[post.id] = post
        if known.kind == 5 and not known.filled:
            known.original = post
        known.filled = True
        return self._state.seen_by(post, None)

    def _follow(self, known: Interaction, body: Json) -> Post:
        flags = body.get("flags")
        deferred = known.data.get("flags") if known.kind == 5 and not known.filled else flags
        only = known.user if isinstance(deferred, int) and deferred & EPHEMERAL else None
        post = Post(snowflake(), known.channel, world.BOT, "", only=only, token=known.token)
        post.flags = 0 if only is None else EPHEMERAL
        self._write(post, body)
        return post

    async def _edit_follow_up(self, request: web.Request, body: Json) -> JsonValue:
        known = self._interaction(request, 50_027)
        post = known.original if request.match_info["id"] == "@original" else self._post(request)
        if post is None:
            raise ApiError(404, 10_008)
        self._write(post, body)
        post.edits += 1
        return self._state.seen_by(post, None)

    async def _delete_follow_up(self, request: web.Request, _: Json) -> JsonValue:
        self._interaction(request, 50_027)
        self._post(request).deleted = True
        return None

    def _interaction(self, request: web.Request, code: int) -> Interaction:
        known = self._state.interactions.get(request.match_info["token"])
        if known is None or known.ended:
            raise ApiError(404 if code == 10_062 else 401, code)
        return known

    def _write(self, post: Post, body: Json) -> None:
        """What stays of a message's flags is not for the bot to say."""
        post.content = str(body.get("content") or "")
        components, flags, files = body.get("components"), body.get("flags"), body.get("")
        post.components = components if isinstance(components, list) else []
        kept = post.flags & (HAS_THREAD | EPHEMERAL)
        post.flags = kept | (flags if isinstance(flags, int) else 0)
        post.allowed = body.get("allowed_mentions")
        post.files = [str(each) for each in files] if isinstance(files, list) else []
        attached = body.get("attachments")
        if len(attached if isinstance(attached, list) else []) != len(post.files):
            self._state.complaints.append(f"other files than attachments: {post.content[:80]}")

    def _channel(self, request: web.Request) -> int:
        channel = int(request.match_info["channel"])
        if not self._state.has_channel(channel):
            raise ApiError(404, 10_003)
        return channel

    def _post(self, request: web.Request) -> Post:
        if "channel" in request.match_info:
            self._channel(request)
        post = self._state.posts.get(int(request.match_info["id"]))
        if post is None or post.deleted:
            raise ApiError(404, 10_008)
        return post

    def _pace(self, request: web.Request, bucket: str) -> None:
        """Five requests in five seconds; each answer says how many are left."""
        taken, now = self._state.buckets[bucket], time.monotonic()
        while taken and taken[0] <= now - WINDOW:
            taken.popleft()
        if len(taken) >= WINDOW:
            self._state.limited += 1
            wait = taken[0] + WINDOW - now
            raise ApiError(429, 0, retry_after=wait, **{"global": False})
        taken.append(now)
        reset = taken[0] + WINDOW - now
        request["limit"] = {
            "X-RateLimit-Limit": str(int(WINDOW)),
            "X-RateLimit-Remaining": str(int(WINDOW) - len(taken)),
            "X-RateLimit-Reset": str(time.time() + reset),
            "X-RateLimit-Reset-After": str(reset),
            "X-RateLimit-Bucket": bucket.partition(" ")[0],
        }


def _authorize(request: web.Request) -> None:
    if request.headers.get("Authorization") != f"Bot {world.TOKEN}":
        raise ApiError(401, 0)


async def _body(request: web.Request) -> JsonValue:
    if request.content_type == "multipart/form-data":
        form = await request.post()
        whole: Json = json.loads(str(form["payload_json"]))
        files = [each for name, each in form.items() if name.startswith("files[")]
        whole[""] = [each.file.read().decode() for each in files if isinstance(each, web.FileField)]
        return whole
    raw = await request.read()
    value: JsonValue = json.loads(raw) if raw else None
    return value


def _without_files(body: JsonValue) -> JsonValue:
    """What was sent as JSON: the files came beside it."""
    if not isinstance(body, dict):
        return body
    return {name: value for name, value in body.items() if name}


def _json(body: JsonValue, status: int, headers: dict[str, str]) -> web.Response:
    # discord.py takes any other content type, a charset included, for text.
    headers = {"Content-Type": "application/json", **headers}
    return web.Response(body=json.dumps(body).encode(), status=status, headers=headers)


def _fault(fault: Fault) -> ApiError:
    more: Json = {"retry_after": fault.retry_after, "global": False}
    return ApiError(fault.status, fault.code, **(more if fault.status == 429 else {}))
