"""What one person alone reads, as the direct response to what they did; said at most once."""

import structlog
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.decode import Pressed
from adapters.slack.places import spot_of
from adapters.slack.render import Rendered, rendered
from adapters.slack.send import DEADLINE, WebApi
from bot.adapter import Gone, Refused, Unknown
from bot.events import PersonRef, PlaceRef
from bot.views import Notice

log = structlog.get_logger()


class Whispers:
    """Lost where Slack does not take them: nothing that matters is only here."""

    def __init__(self, api: WebApi) -> None:
        self._api = api

    async def beside(self, place: PlaceRef, person: PersonRef, notice: Notice) -> None:
        """Say it in a place, to the person alone."""
        message = rendered(notice, simple=True)
        try:
            channel, thread = await self._api.target(spot_of(place))
            await self._api.whisper(channel, person.user, message, thread=thread)
        except (Refused, Unknown, Gone) as error:
            log.warning("whisper_lost", reason=str(error))

    async def to_press(self, pressed: Pressed, notice: Notice) -> None:
        """Answer a press, also where the bot is no member of the channel."""
        url = pressed.response_url
        if not url.startswith(("https://", self._api.client.base_url.removesuffix("api/"))):
            await self.beside(pressed.click.place, pressed.click.person, notice)
            return
        client = self._api.client
        webhook = AsyncWebhookClient(
            url, timeout=int(DEADLINE), session=client.session, retry_handlers=[]
        )
        try:
            answer = await webhook.send_dict(_response(rendered(notice, simple=True)))
        except Exception as error:  # noqa: BLE001 - whatever the SDK raises, a whisper is lost
            log.warning("whisper_lost", reason=type(error).__name__)
        else:
            if answer.status_code != 200:
                log.warning("whisper_lost", reason=answer.status_code)


def _response(message: Rendered) -> dict[str, object]:
    return {
        "response_type": "ephemeral",
        "replace_original": False,
        "text": message.text,
        "blocks": [*message.blocks],
    }
