"""One streamed response of a Responses API server, and its errors sorted by what to do."""

from bot.responses.client import Responses
from bot.responses.errors import RequestRejected, TellPerson, TryAgain
from bot.responses.reading import Finished, ItemDone, ItemStarted, StreamEvent, TextDelta
from bot.responses.requests import Request, without_reasoning

__all__ = [
    "Finished",
    "ItemDone",
    "ItemStarted",
    "Request",
    "RequestRejected",
    "Responses",
    "StreamEvent",
    "TellPerson",
    "TextDelta",
    "TryAgain",
    "without_reasoning",
]
