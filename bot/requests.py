"""From a run and what was said before to the request of its next round."""

import hashlib
import hmac
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from bot import threads
from bot.events import PersonRef
from bot.responses import Request, Responses, StreamEvent
from bot.store.records import PastItem, Run, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Where requests go: a server, the model for assistants that name none, and our secret."""

    responses: Responses
    model: str
    secret: bytes

    def stream(self, run: Run, past: Sequence[PastItem]) -> AsyncGenerator[StreamEvent, None]:
        """The response to a started run's next round. Raises what `Responses.stream` raises."""
        if run.snapshot is None:
            raise LookupError(run.id)
        return self.responses.stream(self._request(run, run.snapshot, past))

    def _request(self, run: Run, assistant: Snapshot, past: Sequence[PastItem]) -> Request:
        return Request(
            model=assistant.model,
            instructions=assistant.instructions,
            input=threads.model_input(past, self.responses.provider, assistant.model),
            tools=assistant.tools,
            temperature=assistant.temperature,
            top_p=assistant.top_p,
            safety_identifier=self.pseudonym(run.asker),
            prompt_cache_key=run.thread_id,
        )

    def pseudonym(self, person: PersonRef) -> str:
        """The same person has the same one, and nobody outside can tell who it is."""
        return hmac.new(self.secret, person.key.encode(), hashlib.sha256).hexdigest()
