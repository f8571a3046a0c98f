"""Commands, buttons and forms: saved first, then answered, within Discord's three seconds."""

import asyncio
from collections.abc import Awaitable, Callable

import discord
import structlog

from adapters.discord import custom_ids, decode, screens
from adapters.discord.decode import Unreadable
from adapters.discord.places import person
from adapters.discord.render import EPHEMERAL, shown
from adapters.discord.send import Sending
from bot.adapter import (
    Accepted,
    AskAssistants,
    Door,
    FieldError,
    Gone,
    NotSaved,
    Receipt,
    Refused,
    Unknown,
)
from bot.commands import COMMANDS
from bot.events import Click, Event, Mention, Order, Submission
from bot.jsons import Json
from bot.strings import ENGLISH, known, say, speaking
from bot.views import Notice

SLOW = 2.0
"""Seconds until a response is deferred; Discord waits three."""
ACCEPT = 25.0
"""Seconds that the core may take; its own deadline is shorter."""
REQUEST = 10.0
QUOTED = 1_500
"""Characters of a written answer that is given back."""
ASKING = frozenset({"question", "topic"})
"""Commands with such an argument are answered by a run, in the private place."""

log = structlog.get_logger()


class Interactions:
    """What people do with our commands, buttons and forms."""

    def __init__(self, door: Door, sending: Sending) -> None:
        self._door = door
        self._sending = sending

    async def take(self, interaction: discord.Interaction) -> None:
        """One interaction; what is not ours is left alone."""
        with speaking(known(str(interaction.locale)) or ENGLISH):
            try:
                await self._take(interaction)
            except Unreadable as error:
                log.warning("interaction_unreadable", id=interaction.id, why=str(error))
            except (Refused, Unknown, Gone, TimeoutError) as error:
                # Too late, or acknowledged by an earlier delivery: what was done is saved.
                log.warning("not_responded", id=interaction.id, error=str(error))

    async def _take(self, interaction: discord.Interaction) -> None:
        match interaction.type:
            case discord.InteractionType.application_command:
                await self._order(interaction)
            case discord.InteractionType.component:
                await self._press(interaction)
            case discord.InteractionType.modal_submit:
                await self._submit(interaction)
            case discord.InteractionType.autocomplete:
                await self._suggest(interaction)
            case _:
                raise Unreadable("type")

    async def _order(self, interaction: discord.Interaction) -> None:
        order = decode.order(interaction)
        word, argument = decode.words(decode.command(interaction))
        asking = COMMANDS[word].argument in ASKING
        if asking and order.private.direct:
            done = screens.asked(argument or word)
        else:
            # A run that answers privately fills the deferred response.
            done = _deferred() if asking else _private(say("discord.done"))
        await self._answer(interaction, order, done, defer=_deferred())

    async def _press(self, interaction: discord.Interaction) -> None:
        custom_id = decode.button(interaction).custom_id
        if custom_id == custom_ids.REPLY:
            await self._respond(interaction, screens.reply_form())
            return
        pressed = custom_ids.pressed(custom_id)
        if pressed is None:
            raise Unreadable("button")
        if pressed.form:
            content = interaction.message.content if interaction.message else ""
            question = screens.question_in(content, pressed, interaction.created_at)
            form = screens.form(self._door.form(pressed.token, question))
            await self._respond(interaction, form)
            return
        quiet: Json = {"type": 6}
        event = decode.click(interaction, pressed.token)
        await self._answer(interaction, event, quiet, defer=quiet)

    async def _submit(self, interaction: discord.Interaction) -> None:
        form = decode.form(interaction)
        if not form.inputs:
            raise Unreadable("form")
        field = form.inputs[0]
        if form.custom_id == screens.REPLY_FORM:
            said = decode.written(interaction, field.value)
            done = screens.echo(interaction.user.id, field.value)
            await self._answer(interaction, said, done, defer=_deferred())
        elif form.custom_id == screens.FORM:
            answer = decode.submission(interaction, field.custom_id, field.value)
            quiet: Json = {"type": 6}
            await self._answer(interaction, answer, quiet, defer=quiet)
        else:
            raise Unreadable("form")

    async def _suggest(self, interaction: discord.Interaction) -> None:
        data = decode.command(interaction)
        given = data.options[0].options if data.options else ()
        typed = next((str(option.value or "") for option in given if option.focused), "")
        place = decode.place_of(interaction)
        try:
            found = await self._door.screen(
                AskAssistants(place=place, person=person(interaction.user.id), typed=typed)
            )
        except TimeoutError:
            found = None
        await self._respond(interaction, screens.options(found))

    async def _answer(
        self,
        interaction: discord.Interaction,
        event: Click | Submission | Order | Mention,
        done: Json,
        *,
        defer: Json,
    ) -> None:
        """Save, then respond; where saving takes too long, respond before and tell after."""
        async with asyncio.TaskGroup() as tasks:
            saving = tasks.create_task(self._saved(event))
            await asyncio.wait([saving], timeout=SLOW)
            late = not saving.done()
            if late:
                await self._quietly(lambda: self._respond(interaction, defer))
        notice = _notice(saving.result(), event)
        if late:
            if notice is None and defer["type"] == 5 and done["type"] == 4:
                notice = Notice(text=say("discord.done"))
            if notice is not None:
                async with asyncio.timeout(REQUEST):
                    await self._sending.follow_up(interaction.token, shown(notice, None))
        elif notice is None:
            await self._respond(interaction, done)
        else:
            await self._told(interaction, notice)

    async def _told(self, interaction: discord.Interaction, notice: Notice) -> None:
        """In the response itself, unless there is a file with it: that can only follow."""
        whole = shown(notice, None)
        if whole.whole is None:
            data = whole.json | {"flags": int(str(whole.json["flags"])) | EPHEMERAL}
            await self._respond(interaction, {"type": 4, "data": data})
            return
        await self._respond(interaction, _deferred())
        async with asyncio.timeout(REQUEST):
            await self._sending.follow_up(interaction.token, whole)

    async def _saved(self, event: Event) -> Receipt | None:
        """None where nobody can say whether it was saved."""
        try:
            async with asyncio.timeout(ACCEPT):
                return await self._door.accept(event)
        except (NotSaved, TimeoutError):
            return None

    async def _respond(self, interaction: discord.Interaction, body: Json) -> None:
        async with asyncio.timeout(REQUEST):
            await self._sending.respond(interaction.id, interaction.token, body)

    async def _quietly(self, request: Callable[[], Awaitable[None]]) -> None:
        """What fails here must not take the saving along."""
        try:
            await request()
        except (Refused, Unknown, Gone, TimeoutError) as error:
            log.warning("not_deferred", error=str(error))


def _notice(receipt: Receipt | None, event: Event) -> Notice | None:
    """What the person is told privately."""
    match receipt:
        case None:
            return Notice(tone="problem", text=say("discord.not_saved"))
        case FieldError(text=text):
            # Discord has closed the form: what they wrote must not be lost.
            written = event.text[:QUOTED] if isinstance(event, Submission) else ""
            quoted = "\n".join(f"> {line}" for line in written.split("\n"))
            return Notice(tone="problem", text=f"{text}\n\n{quoted}" if written else text)
        case Accepted(private=private):
            return private
        case _:
            return None


def _private(text: str) -> Json:
    return {"type": 4, "data": {"content": text, "flags": EPHEMERAL}}


def _deferred() -> Json:
    return {"type": 5, "data": {"flags": EPHEMERAL}}
