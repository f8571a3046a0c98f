"""What Slack sends, as checked values. Everything in it is hostile."""

from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

MAX_TEXT = 100_000
"""Characters; Slack takes 40,000 from people, what the core takes is its own business."""

_Id = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,32}$")]
_User = Annotated[str, Field(pattern=r"^[UW][A-Z0-9]{1,31}$")]
_Channel = Annotated[str, Field(pattern=r"^[CGD][A-Z0-9]{1,31}$")]
_Ts = Annotated[str, Field(pattern=r"^[0-9]{1,12}\.[0-9]{1,6}$")]
_Text = Annotated[str, Field(max_length=MAX_TEXT)]
_Trigger = Annotated[str, Field(min_length=1, max_length=200)]
_Url = Annotated[str, Field(max_length=1_000)]
"""One that is kept in a form; Slack's have some 100 characters."""

Value = TypeVar("Value", bound="_Value")


class Unreadable(Exception):  # noqa: N818 - named after what was sent
    """It is not what Slack sends of such things."""


class _Value(BaseModel):
    # What people wrote must not get into a log with an error.
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class Message(_Value):
    channel: _Channel
    ts: _Ts
    user: _User | None = None
    text: _Text = ""
    thread_ts: _Ts | None = None
    subtype: str | None = None
    bot_id: str | None = None
    hidden: bool = False
    edited: dict[str, JsonValue] | None = None


class EventBody(_Value):
    team_id: _Id
    event: Message
    authorizations: list[dict[str, JsonValue]] = []


class Container(_Value):
    message_ts: _Ts
    channel_id: _Channel
    thread_ts: _Ts | None = None
    is_ephemeral: bool = False


class Actor(_Value):
    id: _User


class Action(_Value):
    action_id: Annotated[str, Field(max_length=255)]
    value: Annotated[str, Field(min_length=1, max_length=100)]


class Shown(_Value):
    text: _Text = ""


class PressBody(_Value):
    user: Actor
    container: Container
    actions: Annotated[list[Action], Field(min_length=1)]
    trigger_id: _Trigger
    response_url: _Url = ""
    message: Shown = Shown()
    """Not there where one person alone sees the message (docs.slack.dev, block_actions)."""


class Option(_Value):
    value: _Text


class Input(_Value):
    value: _Text | None = None
    selected_option: Option | None = None

    @property
    def entered(self) -> str:
        chosen = None if self.selected_option is None else self.selected_option.value
        return chosen or self.value or ""


class State(_Value):
    values: dict[str, dict[str, Input]]


class View(_Value):
    id: _Id
    private_metadata: Annotated[str, Field(max_length=3_000)]
    state: State


class FilledBody(_Value):
    user: Actor
    view: View


class CommandBody(_Value):
    team_id: _Id
    channel_id: _Channel
    user_id: _User
    text: _Text = ""
    trigger_id: _Trigger
    response_url: _Url = ""


class Origin(_Value):
    """Where somebody pressed a button or gave a command: the place, the way to answer them there,
    and whether it was a message that they alone see. A form carries it along."""

    channel: _Channel
    thread: _Ts | None = None
    response_url: _Url = ""
    ephemeral: bool = False


class Opened(_Value):
    """What a form carries."""

    token: Annotated[str, Field(min_length=1, max_length=100)]
    origin: Origin


_BODY: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])


def checked(form: type[Value], body: Mapping[str, object]) -> Value:
    """Raises Unreadable."""
    try:
        return form.model_validate(_BODY.validate_python(body))
    except (ValidationError, ValueError, RecursionError):
        raise Unreadable(form.__name__) from None
