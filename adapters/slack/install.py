"""What must be right before Docent can run on Slack: both tokens, the scopes, Socket Mode."""

from pydantic import JsonValue
from slack_sdk.errors import SlackApiError

from adapters.slack.send import WebApi, web_api
from bot.adapter import Finding, Gone, Refused, Unknown
from bot.strings import say

SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "chat:write",
        "commands",
        "groups:history",
        "im:history",
        "im:write",
        "usergroups:read",
        "users:read",
    }
)
"""The bot scopes of `manifests/slack.yaml`, each for calls or events that the code uses."""

_SOCKET_MODE = frozenset({"socket_mode_not_enabled", "not_allowed", "forbidden"})


async def check(*, bot_token: str, app_token: str, api_url: str | None = None) -> list[Finding]:
    """Look at both tokens as Slack sees them; each sentence says what to do."""
    if bot_token.startswith("xapp-") and app_token.startswith("xoxb-"):
        return [_failed(say("slack.tokens_swapped"))]
    findings: list[Finding] = []
    if bot_token.startswith("xoxb-"):
        async with web_api(bot_token, api_url) as api:
            findings += await _bot(api)
    else:
        findings.append(_failed(say("slack.bot_token_missing")))
    if app_token.startswith("xapp-"):
        async with web_api(app_token, api_url) as api:
            findings.append(await _socket(api))
    else:
        findings.append(_failed(say("slack.app_token_missing")))
    return findings


def next_step() -> str:
    """What to do in Slack once everything is right."""
    return say("slack.next_step")


async def _bot(api: WebApi) -> list[Finding]:
    try:
        answer, granted = await api.identity()
    except (Refused, Unknown, Gone) as error:
        return [_failed(_trouble(error, "slack.bot_token_refused"))]
    user, team = _word(answer.get("user")), _word(answer.get("team"))
    found = [Finding(state="ok", text=say("slack.bot_token_ok", user=user, team=team))]
    if granted is None:
        return [*found, Finding(state="warning", text=say("slack.scopes_unknown"))]
    if missing := sorted(SCOPES - granted):
        return [*found, _failed(say("slack.scopes_missing", scopes=", ".join(missing)))]
    return [*found, Finding(state="ok", text=say("slack.scopes_ok"))]


async def _socket(api: WebApi) -> Finding:
    try:
        await api.call("apps.connections.open", params={})
    except (Refused, Unknown, Gone) as error:
        code = _code(error)
        off = code in _SOCKET_MODE
        sentence = say("slack.socket_mode_off", code=code) if off else ""
        return _failed(sentence or _trouble(error, "slack.app_token_refused"))
    return Finding(state="ok", text=say("slack.app_token_ok"))


def _trouble(error: Exception, key: str) -> str:
    """The token is to blame where Slack says so, else the way there."""
    if isinstance(error.__cause__, SlackApiError) and (code := _code(error)):
        return say(key, code=code)
    return say("slack.unreachable", reason=str(error))


def _code(error: Exception) -> str:
    """Slack's own name of an error, empty where Slack did not answer."""
    response = getattr(error.__cause__, "response", None)
    data = getattr(response, "data", None)
    return _word(data.get("error")) if isinstance(data, dict) else ""


def _word(value: JsonValue) -> str:
    return value[:100] if isinstance(value, str) else ""


def _failed(text: str) -> Finding:
    return Finding(state="failed", text=text)
