"""One streamed response of a Responses API server, and its errors sorted by what to do."""

from bot.responses.client import Responses
from bot.responses.errors import ProviderDown, RequestRejected, TellPerson, TryAgain
from bot.responses.models import OfferedModel
from bot.responses.reading import Finished, ItemDone, ItemStarted, StreamEvent, TextDelta
from bot.responses.repairs import without_reasoning
from bot.responses.requests import Request

__all__ = [
    "Finished",
    "ItemDone",
    "ItemStarted",
    "OfferedModel",
    "ProviderDown",
    "Request",
    "RequestRejected",
    "Responses",
    "StreamEvent",
    "TellPerson",
    "TextDelta",
    "TryAgain",
    "without_reasoning",
]
