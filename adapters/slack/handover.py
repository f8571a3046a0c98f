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
from adapters.slack.decode import Pressed, Unreadable
from adapters.slack.follow_ups import FollowUps
from adapters.slack.identity import Identity
from adapters.slack.people import LOOK_UP_SECONDS, People
from adapters.slack.render import FORM, rendered
from adapters.slack.screens import FIELD, modal
from adapters.slack.send import WebApi
from adapters.slack.whispers import Whispers
from bot.adapter import Accepted, Door, FieldError, Gone, NotSaved, Receipt, Refused, Unknown
from bot.events import Click, Mention, Order, Submission
from bot.jsons import Json
from bot.strings import ENGLISH, known, say, speaking
from bot.views import Notice, QuestionId, ShownQuestion

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
        self._whispers = Whispers(api)
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
        try:
            pressed = decode.pressed(body, self._us, datetime.now(UTC))
        except Unreadable as error:
            log.warning("press_unreadable", id=decode.event_id(body), what=str(error))
            await ack()
            return
        if pressed.action.startswith(FORM):
            await self._open_form(pressed)
            await ack()
            return
        private = await self._accepted(await self._with_locale(pressed.click))
        await ack()
        if private is not None:
            self._later(self._whispers.to_press(pressed, private))

    async def submit(self, ack: AsyncAck, body: Body) -> None:
        """A form; what is wrong with it is said at its field, and the form stays open."""
        try:
            event = await self._with_locale(decode.submission(body, self._us, datetime.now(UTC)))
        except Unreadable as error:
            log.warning("form_unreadable", id=decode.event_id(body), what=str(error))
            await ack()
            return
        try:
            async with asyncio.timeout(PRESS_SECONDS):
                receipt = await self._door.accept(event)
        except (NotSaved, TimeoutError):
            with _speaking(event.locale):
                await _wrong(ack, say("slack.not_saved"))
            return
        if isinstance(receipt, FieldError):
            await _wrong(ack, receipt.text)
            return
        await ack()
        if isinstance(receipt, Accepted) and receipt.private is not None:
            self._later(self._whispers.beside(event.place, event.person, receipt.private))

    async def obey(self, ack: AsyncAck, body: Body) -> None:
        """A slash command; its acknowledgement is the private answer."""
        try:
            order = await self._with_locale(decode.order(body, self._us, datetime.now(UTC)))
        except Unreadable as error:
            log.warning("command_unreadable", id=decode.event_id(body), what=str(error))
            await ack()
            return
        told = await self._accepted(order)
        if told is None and not order.place.direct:
            with _speaking(order.locale):
                told = Notice(text=say("slack.answered_directly"))
        if told is None:
            await ack()
            return
        message = rendered(told, simple=True)
        await ack(text=message.text, blocks=list(message.blocks), response_type="ephemeral")

    async def _accepted(self, event: Click | Order) -> Notice | None:
        """What to tell the person alone, also where the event is not saved."""
        try:
            async with asyncio.timeout(PRESS_SECONDS):
                receipt = await self._door.accept(event)
        except (NotSaved, TimeoutError):
            with _speaking(event.locale):
                return Notice(tone="problem", text=say("slack.not_saved"))
        return receipt.private if isinstance(receipt, Accepted) else None

    async def _with_locale(self, event: Told) -> Told:
        return replace(event, locale=await self._people.locale(event.person))

    async def _open_form(self, pressed: Pressed) -> None:
        """Without a look at anything: Slack lets a form be opened for 3 s after the press."""
        question = _shown(pressed)
        form = self._door.form(pressed.click.token, question)
        view = modal(form, pressed.origin)
        body: Json = {"trigger_id": pressed.trigger, "view": view}
        try:
            async with asyncio.timeout(ACCEPT_SECONDS):
                await self._api.call("views.open", body)
        except (Refused, Unknown, Gone, TimeoutError) as error:
            log.warning("form_not_opened", reason=str(error))
            notice = Notice(tone="problem", text=say("slack.form_not_opened"))
            self._later(self._whispers.to_press(pressed, notice))

    def _answer_mention(self, mention: Mention, receipt: Receipt) -> None:
        if isinstance(receipt, Accepted) and receipt.private is not None:
            self._later(self._whispers.beside(mention.place, mention.person, receipt.private))


def _shown(pressed: Pressed) -> ShownQuestion:
    """The question as its message says it: one line that counts, and the question."""
    counted, _, text = pressed.shown.partition("\n")
    numbers = [int(word) for word in counted.split() if word.isdecimal() and len(word) < 5]
    number, total = numbers[:2] if len(numbers) > 1 else (1, 1)
    return ShownQuestion(
        id=NO_QUESTION, number=number, total=total, text=text, closes_at=pressed.click.at
    )


async def _wrong(ack: AsyncAck, sentence: str) -> None:
    await ack(response_action="errors", errors={FIELD: sentence})


def _speaking(locale: str) -> AbstractContextManager[None]:
    return speaking(known(locale) or ENGLISH)
