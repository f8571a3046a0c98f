"""From a run and what was said before to the request of its next round."""

import hashlib
import hmac
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from bot import threads
from bot.events import PersonRef
from bot.history import History
from bot.outcomes import joined
from bot.responses import Request, Responses, StreamEvent
from bot.store.records import Run, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Where requests go: a server, the model for assistants that name none, and our secret."""

    responses: Responses
    model: str
    secret: bytes

    def stream(self, run: Run, history: History) -> AsyncGenerator[StreamEvent, None]:
        """The response to a started run's next round. Raises what `Responses.stream` raises."""
        if run.snapshot is None:
            raise LookupError(run.id)
        return self.responses.stream(self._request(run, run.snapshot, history))

    def _request(self, run: Run, assistant: Snapshot, history: History) -> Request:
        here = self.responses.provider, assistant.model
        return Request(
            model=assistant.model,
            instructions=joined([assistant.instructions, assistant.additional_instructions]),
            input=threads.model_input(history.items, history.speakers, *here),
            tools=assistant.tools,
            # In later rounds a forced call would be forced for ever.
            tool_choice=assistant.tool_choice if run.round == 1 else None,
            parallel_tool_calls=assistant.parallel_tool_calls,
            temperature=assistant.temperature,
            top_p=assistant.top_p,
            max_output_tokens=assistant.max_output_tokens,
            response_format=assistant.response_format,
            safety_identifier=self.pseudonym(run.asker),
            prompt_cache_key=run.thread_id,
        )

    def pseudonym(self, person: PersonRef) -> str:
        """The same person has the same one, and nobody outside can tell who it is."""
        return hmac.new(self.secret, person.key.encode(), hashlib.sha256).hexdigest()
