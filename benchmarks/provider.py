"""A provider that is an object instead of a server."""

from collections.abc import AsyncGenerator

from benchmarks.answers import answer_to, message, pieces_of, question_of, reasoning
from bot.responses import (
    Finished,
    ItemDone,
    ItemStarted,
    Request,
    Responses,
    StreamEvent,
    TextDelta,
)

NOWHERE = "http://127.0.0.1:9/v1"


class StubResponses(Responses):
    """A provider without a wire: its answers are there at once."""

    def __init__(self, pieces: int) -> None:
        super().__init__(base_url=NOWHERE, api_key="bench")
        self._pieces = pieces
        self._asked = 0

    async def stream(self, request: Request) -> AsyncGenerator[StreamEvent, None]:
        question = question_of(list(request.input))
        self._asked += 1
        yield ItemDone(index=0, item=reasoning(self._asked))
        yield ItemStarted(index=1, type="message", name=None)
        for piece in pieces_of(question, self._pieces):
            yield TextDelta(index=1, text=piece)
        said = message(self._asked, answer_to(question, self._pieces), "completed")
        yield ItemDone(index=1, item=said)
        yield Finished(
            status="completed",
            items=(reasoning(self._asked), said),
            usage={"input_tokens": 100, "output_tokens": 50, "total_tokens": 150},
            reason=None,
            response_id=None,
        )
