"""Commands, buttons and forms: saved first, then answered, within Discord's three seconds."""

import asyncio
from collections.abc import Awaitable, Callable

import discord
import structlog

from adapters.discord import custom_ids, decode, screens
from adapters.discord.decode import Unreadable
from adapters.discord.message import EPHEMERAL
from adapters.discord.places import person
from adapters.discord.response import QUIET, Response
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
from bot.views import Button, Notice

SLOW = 2.0
"""Seconds until a response is deferred; Discord waits three."""
ACCEPT = 25.0
"""Seconds that the core may take; its own deadline is shorter."""
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
        response = Response(self._sending, interaction)
        if custom_id == custom_ids.REPLY:
            await response.send(screens.reply_form())
            return
        pressed = custom_ids.pressed(custom_id)
        if pressed is None:
            raise Unreadable("button")
        if not pressed.form:
            event = decode.click(interaction, pressed.token)
            await self._answer(interaction, event, QUIET, defer=QUIET)
            return
        content = interaction.message.content if interaction.message else ""
        question = screens.question_in(content, pressed, interaction.created_at)
        form = self._door.form(pressed.token, question)
        if form is None:
            await response.show(Notice(text=say("quiz.stale_button")), in_place=False)
        else:
            await response.send(screens.form(form))

    async def _submit(self, interaction: discord.Interaction) -> None:
        form = decode.form(interaction)
        if not form.inputs:
            raise Unreadable("form")
        first, *others = form.inputs
        if form.custom_id == screens.REPLY_FORM:
            said = decode.written(interaction, first.value)
            done = screens.echo(interaction.user.id, first.value)
            await self._answer(interaction, said, done, defer=_deferred())
            return
        opened = custom_ids.opened(first.custom_id)
        if form.custom_id != screens.FORM or opened is None:
            raise Unreadable("form")
        name, token = opened
        values = {each.custom_id: each.entered for each in others} | {name: first.entered}
        sent = decode.submission(interaction, token, values)
        if interaction.message is not None:
            await self._answer(interaction, sent, QUIET, defer=QUIET)
        else:  # opened by a command; a run that answers privately fills the deferred response
            done = _deferred() if sent.place.private else _private(say("discord.coming"))
            await self._answer(interaction, sent, done, defer=_deferred())

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
        await Response(self._sending, interaction).send(screens.options(found))

    async def _answer(
        self,
        interaction: discord.Interaction,
        event: Click | Submission | Order | Mention,
        done: Json,
        *,
        defer: Json,
    ) -> None:
        """Save, then respond; where saving takes too long, respond before and tell after."""
        response = Response(self._sending, interaction)
        async with asyncio.TaskGroup() as tasks:
            saving = tasks.create_task(self._saved(event))
            await asyncio.wait([saving], timeout=SLOW)
            late = not saving.done()
            if late:
                await self._quietly(lambda: response.send(defer))
        accepted = self._accepted(saving.result(), event)
        private, in_place = accepted.private, accepted.in_place
        if late:
            if private is None and defer["type"] == 5 and done["type"] == 4:
                private = Notice(text=say("discord.done"))
            if private is not None:
                await response.follow(private, in_place=in_place)
        elif accepted.form is not None and not isinstance(event, Submission):
            await response.send(screens.form(accepted.form))
        elif private is not None:
            await response.show(private, in_place=in_place)
        else:
            await response.send(done)

    def _accepted(self, receipt: Receipt | None, event: Event) -> Accepted:
        """What the person is told privately, also where the event is not saved."""
        match receipt:
            case Accepted():
                return receipt
            case FieldError(text=text):
                return Accepted(private=self._given_back(text, event))
            case None:
                return Accepted(private=self._given_back(say("discord.not_saved"), event))
            case _:
                return Accepted()

    def _given_back(self, text: str, event: Event) -> Notice:
        """Discord has closed the form: what they wrote must not be lost, and the way back to it is
        a button."""
        form = self._door.form(event.token, None) if isinstance(event, Submission) else None
        if form is None or not isinstance(event, Submission):
            return Notice(tone="problem", text=text)
        fields = (field.name for field in form.fields if not field.choices)
        written = "\n\n".join(filter(None, (event.values.get(name, "") for name in fields)))
        if written:
            quoted = "\n".join(f"> {line}" for line in written[:QUOTED].split("\n"))
            text = f"{text}\n\n{quoted}"
        again = Button(token=event.token, label=say("discord.form_again"), form=True)
        return Notice(tone="problem", text=text, actions=(again,))

    async def _saved(self, event: Event) -> Receipt | None:
        """None where nobody can say whether it was saved."""
        try:
            async with asyncio.timeout(ACCEPT):
                return await self._door.accept(event)
        except (NotSaved, TimeoutError):
            return None

    async def _quietly(self, request: Callable[[], Awaitable[None]]) -> None:
        """What fails here must not take the saving along."""
        try:
            await request()
        except (Refused, Unknown, Gone, TimeoutError) as error:
            log.warning("not_deferred", error=str(error))


def _private(text: str) -> Json:
    return {"type": 4, "data": {"content": text, "flags": EPHEMERAL}}


def _deferred() -> Json:
    return {"type": 5, "data": {"flags": EPHEMERAL}}
