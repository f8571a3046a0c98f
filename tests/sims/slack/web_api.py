"""The simulated workspace and what its Web API does to it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pydantic import JsonValue

from bot.jsons import Json
from tests.sims.slack.rules import ARGUMENTS, message_problem, modal_problem, private_problem
from tests.sims.slack.state import BOT, BOT_ID, TEAM, Message, WayBack, blocks_of

BOT_TOKEN, APP_TOKEN = "xoxb-bot", "xapp-app"
MOST_ANSWERS = 5
"""How often a response URL may be used."""


@dataclass(slots=True)
class Workspace:
    """What is there. Attributes may change while it runs."""

    users: dict[str, Json] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    channels: set[str] = field(default_factory=lambda: {"C1", "C2"})
    messages: list[Message] = field(default_factory=list)
    views: list[Json] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=lambda: {BOT_TOKEN, APP_TOKEN})
    api_url: str = ""
    _directs: dict[str, str] = field(default_factory=dict)
    _triggers: dict[str, float] = field(default_factory=dict)
    _number: int = 0

    def join(self, user: str, *, locale: str = "en-US", **more: JsonValue) -> None:
        """Somebody becomes a member."""
        profile: Json = {"display_name": user.lower(), "real_name": user}
        self.users[user] = {
            "id": user,
            "team_id": TEAM,
            "locale": locale,
            "profile": profile,
            **more,
        }

    def direct(self, user: str) -> str:
        """The channel of a person's direct messages with the bot."""
        return self._directs.setdefault(user, f"D{user}")

    def ts(self) -> str:
        """Like Slack's: the time, and never the same twice."""
        self._number += 1
        return f"{int(time.time())}.{self._number:06}"

    def answer(self, method: str, token: str, arguments: Json) -> Json:
        if method not in ARGUMENTS:
            self.complaints.append(f"nobody serves {method}")
            return error("unknown_method")
        if unknown := arguments.keys() - ARGUMENTS[method]:
            self.complaints.append(f"{method} does not take {sorted(unknown)}")
        if token not in self.tokens:
            return error("invalid_auth")
        if (method == "apps.connections.open") is not token.startswith("xapp-"):
            return error("not_allowed_token_type")
        serve: Callable[[Json], Json] = getattr(self, f"_{method.replace('.', '_')}".lower())
        return serve(arguments)

    def _auth_test(self, _: Json) -> Json:
        return ok(team_id=TEAM, user_id=BOT, bot_id=BOT_ID, team="Math", user="tutor", url="x")

    def _apps_connections_open(self, _: Json) -> Json:
        link = self.api_url.removesuffix("api/").replace("http:", "ws:")
        return ok(url=f"{link}link?ticket=1")

    def _chat_postmessage(self, arguments: Json) -> Json:
        channel = str(arguments["channel"])
        if channel not in self._all_channels():
            return error("channel_not_found")
        if (problem := message_problem(arguments)) is not None:
            return error(problem)
        message = self.post(channel, arguments, thread=maybe(arguments.get("thread_ts")))
        return ok(ts=message.ts, channel=channel)

    def _chat_postephemeral(self, arguments: Json) -> Json:
        channel, user = str(arguments["channel"]), str(arguments["user"])
        if channel not in self._all_channels() or user not in self.users:
            return error("channel_not_found" if user in self.users else "user_not_in_channel")
        if (problem := message_problem(arguments)) is not None:
            return error(problem)
        thread = maybe(arguments.get("thread_ts"))
        return ok(message_ts=self.post(channel, arguments, thread=thread, only=user).ts)

    def _chat_update(self, arguments: Json) -> Json:
        message = self._ours(arguments)
        if message is None:
            return error("message_not_found")
        if (problem := message_problem(arguments)) is not None:
            return error(problem)
        message.change(arguments)
        return ok(ts=message.ts, channel=message.channel)

    def _chat_delete(self, arguments: Json) -> Json:
        message = self._ours(arguments)
        if message is None:
            return error("message_not_found")
        message.deleted = True
        return ok(ts=message.ts)

    def _conversations_open(self, arguments: Json) -> Json:
        user = str(arguments["users"])
        if user not in self.users:
            return error("user_not_found")
        return ok(channel={"id": self.direct(user)})

    def _conversations_history(self, arguments: Json) -> Json:
        return self._page(arguments, [one for one in self._of(arguments) if one.thread is None])

    def _conversations_replies(self, arguments: Json) -> Json:
        root = str(arguments["ts"])
        found = [one for one in self._of(arguments) if root in {one.thread, one.ts}]
        if not any(one.ts == root for one in self.messages):
            return error("thread_not_found")
        return self._page(arguments, found)

    def _users_info(self, arguments: Json) -> Json:
        user = self.users.get(str(arguments["user"]))
        return error("user_not_found") if user is None else ok(user=user)

    def _usergroups_list(self, _: Json) -> Json:
        groups: list[JsonValue] = [
            {"id": name, "users": [*users]} for name, users in self.groups.items()
        ]
        return ok(usergroups=groups)

    def _views_open(self, arguments: Json) -> Json:
        expires = self._triggers.pop(str(arguments["trigger_id"]), None)
        if expires is None or expires < time.monotonic():
            return error("expired_trigger_id")
        if (problem := modal_problem(arguments["view"])) is not None:
            self.complaints.append(f"views.open: {problem}")
            return error(problem)
        assert isinstance(arguments["view"], dict)
        view: Json = arguments["view"] | {"id": f"V{len(self.views) + 1}"}
        self.views.append(view)
        return ok(view=view)

    def respond(self, way: WayBack, body: Json) -> str | None:
        """What is sent to a response URL; the error, or None."""
        if way.uses >= MOST_ANSWERS:
            return "used_url"
        way.uses += 1
        if (problem := private_problem(body)) is not None:
            self.complaints.append(f"response_url: {problem}")
            return problem
        if not body["replace_original"]:
            self.post(way.channel, body, thread=maybe(body.get("thread_ts")), only=way.user)
        elif way.pressed is not None and way.pressed.only == way.user:
            way.pressed.change(body)
        else:
            self.complaints.append("response_url: it would replace what all see")
        return None

    def post(
        self, channel: str, arguments: Json, *, thread: str | None, only: str | None = None
    ) -> Message:
        metadata = arguments.get("metadata")
        message = Message(
            channel=channel,
            ts=self.ts(),
            user=BOT,
            text=str(arguments.get("text") or ""),
            thread=thread,
            blocks=blocks_of(arguments),
            metadata=metadata if isinstance(metadata, dict) else None,
            bot=True,
            only=only,
        )
        self.messages.append(message)
        return message

    def _ours(self, arguments: Json) -> Message | None:
        for one in self.messages:
            named = (one.channel, one.ts) == (arguments["channel"], arguments["ts"])
            if named and one.bot and not one.deleted and one.only is None:
                return one
        return None

    def _all_channels(self) -> set[str]:
        return self.channels | set(self._directs.values())

    def _of(self, arguments: Json) -> Iterator[Message]:
        for one in self.messages:
            here = one.channel == arguments["channel"] and one.only is None and not one.deleted
            recent = float(one.ts) >= float(str(arguments.get("oldest") or 0))
            if here and (recent or one.ts == arguments.get("ts")):
                yield one

    def _page(self, arguments: Json, found: list[Message]) -> Json:
        if arguments["channel"] not in self._all_channels():
            return error("channel_not_found")
        first = int(str(arguments.get("cursor") or 0))
        limit = int(str(arguments.get("limit") or 100))
        metadata = arguments.get("include_all_metadata") == "true"
        some = found[first : first + limit]
        more = first + limit < len(found)
        shown: list[JsonValue] = [one.json(metadata=metadata) for one in some]
        cursor: Json = {"next_cursor": str(first + limit) if more else ""}
        return ok(messages=shown, has_more=more, response_metadata=cursor)


def ok(**values: JsonValue) -> Json:
    return {"ok": True, **values}


def error(code: str) -> Json:
    return {"ok": False, "error": code}


def maybe(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None
