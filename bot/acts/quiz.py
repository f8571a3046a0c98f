"""`quiz`: a quiz, as if the person had asked the tutor for one there; by a form or in words."""

from dataclasses import replace
from functools import cache

from bot.acts.ask import said
from bot.acts.office import Office
from bot.adapter import Accepted, FieldError, Receipt
from bot.events import Order, Submission
from bot.place_settings import one_of
from bot.quiz import form, opening
from bot.store import places
from bot.store.records import QuizWish
from bot.strings import LANGUAGES, say, speaking
from bot.views import Button, Notice


async def quiz(office: Office, order: Order, topic: str) -> Receipt:
    """In the person's language. Raises NotSaved, and StoreError."""
    if not topic:
        return await _open(office, order)
    mention = said(order, order.place, say("quiz_request.about", topic=topic))
    receipt = await office.intake.accept(mention, QuizWish(topic=topic))
    # Others see no order, and the person nothing until the quiz is there.
    return _heard(receipt) if order.private.private else receipt


async def _open(office: Office, order: Order) -> Receipt:
    """The form, and the way to it where none can be opened at once, as in answer to a message."""
    token = form.token(order.place)
    button = Button(token=token, label=say("quiz_form.open"), style="primary", form=True)
    receipt = await office.tell(order, Notice(text=say("quiz_form.how"), actions=(button,)))
    if isinstance(receipt, Accepted) and not order.said:
        return replace(receipt, form=form.form(token))
    return receipt


async def make(office: Office, event: Submission) -> Receipt:
    """The form came back: the quiz is asked for where it was submitted, once.

    Who may not start one for others is told so at the field. Raises NotSaved, StoreError, and
    TimeoutError where the platform is too slow to say what the person is.
    """
    wanted = form.read(event.values, event.place)
    if isinstance(wanted, FieldError):
        return wanted
    if wanted.audience != form.ALONE and (refused := await _refused(office, event)):
        return refused
    mention = said(event, event.place, wanted.request)
    receipt = await office.intake.accept(mention, wanted.wish)
    return receipt if form.is_alone(event.place) else _heard(receipt)


async def _refused(office: Office, event: Submission) -> FieldError | None:
    right = await office.roster.right(event.person, event.place)
    settings = (await office.store.read(places.settings_of, [event.place]))[event.place.id]
    if opening.may_lead(right, settings):
        return None
    text = say(f"quiz_form.for_{one_of(settings, 'class_quizzes')}")
    return FieldError(text=text, field="audience")


def _heard(receipt: Receipt) -> Receipt:
    if receipt != Accepted():
        return receipt
    return Accepted(private=Notice(text=say("quiz_request.heard")))


def topic_of(text: str) -> str | None:
    """What a person wrote as the topic, in whatever language a request was made of it."""
    around, without = _requests()
    if text in without:
        return None
    for before, after in around:
        if text.startswith(before) and text.endswith(after):
            return text[len(before) : len(text) - len(after)]
    return None


@cache
def _requests() -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
    """What stands before and behind a topic in all requests, and those that have none."""
    around: set[tuple[str, str]] = set()
    without: set[str] = set()
    for language in LANGUAGES:
        with speaking(language):
            for request in (say("quiz_request.about", topic="\0"), *form.requests("\0")):
                before, _, after = request.partition("\0")
                around.add((before, after))
            # The former was sent for `quiz` alone while that had no form, and is stored.
            without |= {say("quiz_request.about_this"), *form.requests("")}
    return frozenset(around), frozenset(without)
