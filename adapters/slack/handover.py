"""From what Slack sends to the door: saved first, acknowledged then."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.response import BoltResponse

from adapters.slack import decode
from adapters.slack.blocks import FORM
from adapters.slack.decode import Pressed
from adapters.slack.follow_ups import FollowUps
from adapters.slack.identity import Identity
from adapters.slack.payloads import Origin, Unreadable
from adapters.slack.people import LOOK_UP_SECONDS, People
from adapters.slack.screens import modal
from adapters.slack.send import WebApi
from adapters.slack.whispers import Whispers
from bot.adapter import Accepted, Door, FieldError, Gone, NotSaved, Receipt, Refused, Unknown
from bot.events import Click, Mention, Order, Submission
from bot.jsons import Json
from bot.strings import ENGLISH, known, say, speaking
from bot.views import Form, Notice, QuestionId, ShownQuestion

ACCEPT_SECONDS = 2.5
"""Slack waits 3 s for an acknowledgement, the way back included (docs.slack.dev, Events API)."""
PRESS_SECONDS = ACCEPT_SECONDS - LOOK_UP_SECONDS
"""Where the person's language is asked for before."""
NO_QUESTION = QuestionId("")

Body = Mapping[str, object]
Told = TypeVar("Told", Mention, Click, Submission, Order)

log = structlog.get_logger()


class Handover:
    """One workspace's listeners. `us` is who the bot is there; `later` carries out what needs no
    answer before Slack is told that we have it."""

    def __init__(
        self,
        door: Door,
        api: WebApi,
        people: People,
        us: Identity,
        later: Callable[[Coroutine[None, None, None]], None],
    ) -> None:
        self._whispers = Whispers(api, people)
        self._door = door
        self._api = api
        self._people = people
        self._us = us
        self._later = later
        self._follow_ups = FollowUps(door, api, us.user_id)

    async def hear(self, body: Body) -> BoltResponse:
        """A message. What is not saved is not acknowledged, so that Slack sends it again."""
        try:
            async with asyncio.timeout(ACCEPT_SECONDS):
                said = decode.said(body, self._us)
                if said is not None and await self._follow_ups.wanted(said):
                    mention = await self._with_locale(said.mention)
                    receipt = await self._door.accept(mention)
                    self._answer_mention(mention, receipt)
        except Unreadable as error:
            log.warning("event_unreadable", id=decode.event_id(body), what=str(error))
        except (NotSaved, TimeoutError):
            log.warning("event_not_saved", id=decode.event_id(body))
            return BoltResponse(status=503)
        return BoltResponse(status=200)

    async def press(self, ack: AsyncAck, body: Body) -> None:
        """A button. Slack never sends it again, so the person is told when it is not saved."""
        due = _due()
        try:
            pressed = decode.pressed(body, self._us, datetime.now(UTC))
        except Unreadable as error:
            log.warning("press_unreadable", id=decode.event_id(body), what=str(error))
            await ack()
            return
        click = pressed.click
        if pressed.action.startswith(FORM):
            accepted = await self._pressed_form(pressed, due)
        else:
            click = await self._with_locale(click)
            accepted = await self._accepted(click)
            if await self._opened(accepted.form, pressed.trigger, pressed.origin, due):
                accepted = Accepted()
        await ack()
        self._answer(pressed.origin, click, accepted)

    async def submit(self, ack: AsyncAck, body: Body) -> None:
        """A form; what is wrong with it is said at its field, and the form stays open."""
        try:
            filled = decode.filled(body, self._us, datetime.now(UTC))
        except Unreadable as error:
            log.warning("form_unreadable", id=decode.event_id(body), what=str(error))
            await ack()
            return
        event = await self._with_locale(filled.submission)
        try:
            async with asyncio.timeout(PRESS_SECONDS):
                receipt = await self._door.accept(event)
        except (NotSaved, TimeoutError):
            with _speaking(event.locale):
                receipt = FieldError(text=say("slack.not_saved"))
        if isinstance(receipt, FieldError):
            field = receipt.field if receipt.field in filled.fields else filled.fields[0]
            await ack(response_action="errors", errors={field: receipt.text})
            return
        await ack()
        if isinstance(receipt, Accepted):
            self._answer(filled.origin, event, receipt)

    async def obey(self, ack: AsyncAck, body: Body) -> None:
        """A slash command; its acknowledgement is the private answer."""
        due = _due()
        try:
            commanded = decode.commanded(body, self._us, datetime.now(UTC))
        except Unreadable as error:
            log.warning("command_unreadable", id=decode.event_id(body), what=str(error))
            await ack()
            return
        order = await self._with_locale(commanded.order)
        accepted = await self._accepted(order)
        if await self._opened(accepted.form, commanded.trigger, commanded.origin, due):
            await ack()
            return
        told = accepted.private
        if told is None and not order.place.direct:
            with _speaking(order.locale):
                told = Notice(text=say("slack.answered_directly"))
        if told is None:
            await ack()
            return
        message = await self._whispers.drawn(told)
        await ack(text=message.text, blocks=list(message.blocks), response_type="ephemeral")

    async def _accepted(self, event: Click | Order) -> Accepted:
        """What to show the person alone, also where the event is not saved."""
        try:
            async with asyncio.timeout(PRESS_SECONDS):
                receipt = await self._door.accept(event)
        except (NotSaved, TimeoutError):
            with _speaking(event.locale):
                return Accepted(private=Notice(tone="problem", text=say("slack.not_saved")))
        return receipt if isinstance(receipt, Accepted) else Accepted()

    async def _with_locale(self, event: Told) -> Told:
        return replace(event, locale=await self._people.locale(event.person))

    async def _pressed_form(self, pressed: Pressed, due: float) -> Accepted:
        """Open the form without a look at anything, or say why it does not open."""
        form = self._door.form(pressed.click.token, _shown(pressed))
        if form is None:
            locale = await self._people.locale(pressed.click.person)
            with _speaking(locale):
                return Accepted(private=Notice(text=say("quiz.stale_button")))
        if await self._opened(form, pressed.trigger, pressed.origin, due):
            return Accepted()
        with speaking(form.language):
            return Accepted(private=Notice(tone="problem", text=say("slack.form_not_opened")))

    async def _opened(self, form: Form | None, trigger: str, origin: Origin, due: float) -> bool:
        """Open the form, if there is one: Slack lets that happen for 3 s after what people did."""
        if form is None:
            return False
        view = modal(form, decode.carried(form.token, origin))
        body: Json = {"trigger_id": trigger, "view": view}
        try:
            async with asyncio.timeout_at(due):
                await self._api.call("views.open", body)
        except (Refused, Unknown, Gone, TimeoutError) as error:
            log.warning("form_not_opened", reason=str(error))
            return False
        return True

    def _answer(self, origin: Origin, event: Click | Submission, accepted: Accepted) -> None:
        if accepted.private is not None:
            answering = self._whispers.answer(
                origin, event.place, event.person, accepted.private, in_place=accepted.in_place
            )
            self._later(answering)

    def _answer_mention(self, mention: Mention, receipt: Receipt) -> None:
        if isinstance(receipt, Accepted) and receipt.private is not None:
            self._later(self._whispers.beside(mention.place, mention.person, receipt.private))


def _shown(pressed: Pressed) -> ShownQuestion | None:
    """The question as its message says it: one line that counts, and the question. None where
    Slack does not tell what the message says."""
    counted, _, text = pressed.shown.partition("\n")
    if not text:
        return None
    numbers = [int(word) for word in counted.split() if word.isdecimal() and len(word) < 5]
    number, total = numbers[:2] if len(numbers) > 1 else (1, 1)
    return ShownQuestion(
        id=NO_QUESTION, number=number, total=total, text=text, closes_at=pressed.click.at
    )


def _due() -> float:
    """When Slack must have its acknowledgement, on the loop's clock."""
    return asyncio.get_running_loop().time() + ACCEPT_SECONDS


def _speaking(locale: str) -> AbstractContextManager[None]:
    return speaking(known(locale) or ENGLISH)
