"""What discord.py hands over → events of the boundary. Everything in it is hostile."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

import discord
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adapters.discord.commands import ADMIN, TUTOR
from adapters.discord.places import (
    DIRECT,
    Posted,
    in_channel,
    in_dm,
    in_private,
    person,
    workspace_of,
)
from bot.commands import COMMANDS
from bot.events import ButtonToken, Click, EventKey, Mention, Order, PlaceRef, Submission
from bot.text.cleaning import clean

TOKEN_LIFE = timedelta(minutes=15) - timedelta(seconds=30)
"""How long a response's token is good for (Discord: 15 minutes), less what a request takes."""
SOMEBODY = "@somebody"
"""For the model: who else was mentioned is nobody's business."""

_MENTION = re.compile(r"<@!?([0-9]{1,20})>")
_ROLE = re.compile(r"<@&([0-9]{1,20})>")


class Unreadable(Exception):  # noqa: N818 - named after what the payload is
    """The payload is not one that our commands, buttons and forms cause."""


class _Decoded(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Option(_Decoded):
    """An argument of a command, or the subcommand with its arguments."""

    name: str
    value: str | int | float | bool | None = None
    focused: bool = False
    options: tuple["Option", ...] = ()


class CommandData(_Decoded):
    name: str
    options: tuple[Option, ...] = ()


class ButtonData(_Decoded):
    custom_id: str


class _Input(_Decoded):
    """A field of a form: what was written in it, or what was chosen."""

    custom_id: str
    value: str = ""
    values: tuple[str, ...] = ()

    @property
    def entered(self) -> str:
        return self.values[0] if self.values else self.value


class _Field(_Decoded):
    """A labelled component of a form, or a row of them as older clients send it."""

    component: _Input | None = None
    components: tuple[_Input, ...] = ()


class FormData(_Decoded):
    custom_id: str
    components: tuple[_Field, ...] = Field(default=(), max_length=5)

    @property
    def inputs(self) -> list[_Input]:
        return [
            one
            for each in self.components
            for one in (*([each.component] if each.component else []), *each.components)
            if one.custom_id
        ]


def is_for_us(message: discord.Message, me: discord.ClientUser) -> bool:
    """Whether a message names the bot itself or its own role, or is said to it directly.

    Never because of `@everyone`.
    """
    if message.guild is None:
        return isinstance(message.channel, discord.DMChannel)
    own = message.guild.self_role
    return me in message.mentions or (own is not None and own in message.role_mentions)


def text_of(message: discord.Message, me: discord.ClientUser) -> str:
    """What was said, without the mention of the bot."""
    own = None if message.guild is None else message.guild.self_role

    def user(found: re.Match[str]) -> str:
        return "" if int(found[1]) == me.id else SOMEBODY

    def role(found: re.Match[str]) -> str:
        return "" if own is not None and int(found[1]) == own.id else SOMEBODY

    return _ROLE.sub(role, _MENTION.sub(user, clean(message.content))).strip()


def mention(message: discord.Message, me: discord.ClientUser, place: PlaceRef) -> Mention:
    return Mention(
        key=EventKey(f"discord:message:{message.id}"),
        place=place,
        person=person(message.author.id),
        text=text_of(message, me),
        at=message.created_at,
        reply_to=_replied(message),
    )


def _replied(message: discord.Message) -> str | None:
    """What the key of the message begins with that this one is a reply to; its slot is not known.
    A forwarded one is no reply."""
    to = message.reference
    if to is None or to.message_id is None or to.type != discord.MessageReferenceType.reply:
        return None
    posted = Posted(to.channel_id, to.message_id, None, direct=message.guild is None)
    return posted.ref.key


def place_of(interaction: discord.Interaction) -> PlaceRef:
    """Where something was pressed or ordered: for all to see, where that is possible at all."""
    channel = interaction.channel
    if isinstance(channel, discord.DMChannel) and interaction.context.dm_channel:
        return in_dm(interaction.user.id)
    if interaction.guild_id is None or channel is None or not _installed(interaction):
        return private_of(interaction)
    return in_channel(interaction.guild_id, channel.id, _parent(channel))


def private_of(interaction: discord.Interaction) -> PlaceRef:
    """Where the person alone sees what they do now; their direct messages are such a place."""
    channel = interaction.channel
    if isinstance(channel, discord.DMChannel) and interaction.context.dm_channel:
        return in_dm(interaction.user.id)
    if channel is None:
        raise Unreadable("channel")
    inside = interaction.guild_id is not None and _installed(interaction)
    return in_private(
        workspace_of(interaction.guild_id or 0) if inside else DIRECT,
        channel.id,
        interaction.user.id,
        parent=(_parent(channel) or channel.id) if inside else None,
        token=interaction.token,
        expires_at=interaction.created_at + TOKEN_LIFE,
    )


def click(interaction: discord.Interaction, token: ButtonToken) -> Click:
    return Click(
        key=_key(interaction),
        place=place_of(interaction),
        person=person(interaction.user.id),
        token=token,
        at=interaction.created_at,
        locale=str(interaction.locale),
    )


def submission(
    interaction: discord.Interaction, token: ButtonToken, values: Mapping[str, str]
) -> Submission:
    return Submission(
        key=_key(interaction),
        place=place_of(interaction),
        person=person(interaction.user.id),
        token=token,
        values={name: clean(value) for name, value in values.items()},
        at=interaction.created_at,
        locale=str(interaction.locale),
    )


def written(interaction: discord.Interaction, text: str) -> Mention:
    """What was written in the form behind *Reply*."""
    return Mention(
        key=_key(interaction),
        place=place_of(interaction),
        person=person(interaction.user.id),
        text=clean(text),
        at=interaction.created_at,
        locale=str(interaction.locale),
    )


def order(interaction: discord.Interaction) -> Order:
    """A command of ours. Raises Unreadable."""
    word, argument = words(command(interaction))
    return Order(
        key=_key(interaction),
        place=place_of(interaction),
        private=private_of(interaction),
        person=person(interaction.user.id),
        text=f"{word} {argument}".strip(),
        at=interaction.created_at,
        locale=str(interaction.locale),
    )


def command(interaction: discord.Interaction) -> CommandData:
    """Raises Unreadable."""
    data = _read(CommandData, interaction)
    if data.name not in {TUTOR, ADMIN}:
        raise Unreadable(data.name[:32])
    return data


def words(data: CommandData) -> tuple[str, str]:
    """The subcommand and its argument. Raises Unreadable."""
    first: Sequence[Option] = data.options[:1]
    if not first or first[0].name not in COMMANDS:
        raise Unreadable("subcommand")
    given = [option.value for option in first[0].options if option.value is not None]
    return first[0].name, clean(str(given[0])).strip() if given else ""


def button(interaction: discord.Interaction) -> ButtonData:
    """Raises Unreadable."""
    return _read(ButtonData, interaction)


def form(interaction: discord.Interaction) -> FormData:
    """Raises Unreadable."""
    return _read(FormData, interaction)


_Data = TypeVar("_Data", CommandData, ButtonData, FormData)


def _read(kind: type[_Data], interaction: discord.Interaction) -> _Data:
    try:
        return kind.model_validate(interaction.data)
    except ValidationError as error:
        raise Unreadable(kind.__name__) from error


def _key(interaction: discord.Interaction) -> EventKey:
    return EventKey(f"discord:interaction:{interaction.id}")


def _installed(interaction: discord.Interaction) -> bool:
    """Whether the bot itself is in the server, not only with the person."""
    return interaction.is_guild_integration()


def _parent(channel: object) -> int | None:
    return channel.parent_id if isinstance(channel, discord.Thread) else None
