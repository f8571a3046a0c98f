"""What one person alone sees, as the direct response to what they did; shown at most once."""

import re

import structlog
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.blocks import Rendered
from adapters.slack.payloads import Origin
from adapters.slack.people import People
from adapters.slack.places import spot_of
from adapters.slack.render import Frame, drawn, people_in
from adapters.slack.send import DEADLINE, WebApi
from bot.adapter import Gone, Refused, Unknown
from bot.events import PersonRef, PlaceRef
from bot.views import Private

_SLACK = re.compile(r"https://(?:[a-z0-9-]+\.)*slack(?:-gov)?\.com/")
"""How the addresses begin at which Slack takes answers: what was asked, and of whom, goes nowhere
else, whatever a payload or a form's metadata say."""

log = structlog.get_logger()


class Whispers:
    """Lost where Slack does not take them: nothing that matters is only here."""

    def __init__(self, api: WebApi, people: People) -> None:
        self._api = api
        self._people = people

    async def drawn(self, private: Private) -> Rendered:
        """Without markdown blocks: they are not known to be taken wherever this goes."""
        names = await self._people.told_apart(person.user for person in people_in(private))
        return await drawn(private, Frame(names=names), simple=True)

    async def beside(self, place: PlaceRef, person: PersonRef, private: Private) -> None:
        """Show it in a place, to the person alone."""
        await self._beside(place, person, await self.drawn(private))

    async def answer(
        self,
        origin: Origin,
        place: PlaceRef,
        person: PersonRef,
        private: Private,
        *,
        in_place: bool = False,
    ) -> None:
        """Answer what somebody did, also where the bot is no member of the channel.

        With `in_place` it takes the place of the message that they acted on, if they alone see
        that one. Each press brings an address of its own: five answers within half an hour
        (docs.slack.dev, handling user interaction), and then it is a new message.
        """
        message = await self.drawn(private)
        body = _response(message, origin, replace=in_place and origin.ephemeral)
        if not await self._respond(origin.response_url, body):
            await self._beside(place, person, message)

    async def _beside(self, place: PlaceRef, person: PersonRef, message: Rendered) -> None:
        try:
            channel, thread = await self._api.target(spot_of(place))
            await self._api.whisper(channel, person.user, message, thread=thread)
        except (Refused, Unknown, Gone) as error:
            log.warning("whisper_lost", reason=str(error))

    async def _respond(self, url: str, body: dict[str, object]) -> bool:
        """False if it is surely not shown."""
        client = self._api.client
        if not (_SLACK.match(url) or url.startswith(client.base_url.removesuffix("api/"))):
            return False
        webhook = AsyncWebhookClient(
            url, timeout=int(DEADLINE), session=client.session, retry_handlers=[]
        )
        try:
            answer = await webhook.send_dict(body)
        except Exception as error:  # noqa: BLE001 - whatever the SDK raises, a whisper is lost
            log.warning("whisper_lost", reason=type(error).__name__)
            return True
        if answer.status_code != 200:
            log.warning("whisper_refused", reason=answer.status_code)
        return not 400 <= answer.status_code < 500


def _response(message: Rendered, origin: Origin, *, replace: bool) -> dict[str, object]:
    body: dict[str, object] = {
        "response_type": "ephemeral",
        "replace_original": replace,
        "text": message.text,
        "blocks": [*message.blocks],
    }
    # Without it, what answers a press in a thread would stand in the channel.
    return body if origin.thread is None else body | {"thread_ts": origin.thread}
