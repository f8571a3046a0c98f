"""What an operator's address answers, read as a tool's output."""

import json

import aiohttp

from bot.tools.outputs import DONE, MAX_OUTPUT, error_output


class UnansweredError(Exception):
    """No answer that counts; `output` says so to the model.

    `after` is when the receiver says it can be asked again, in seconds.
    """

    def __init__(
        self, reason: str, output: str, *, may_repeat: bool = False, after: float | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.output = output
        self.may_repeat = may_repeat
        self.after = after


async def read(response: aiohttp.ClientResponse) -> str:
    """The answer's text, up to a little more than an output may hold. Raises UnansweredError."""
    kind = response.content_type if "Content-Type" in response.headers else "text/plain"
    is_json = kind == "application/json" or kind.endswith("+json")
    encoded = response.headers.get("Content-Encoding", "identity") != "identity"
    if encoded or not (is_json or kind.startswith("text/")):
        raise UnansweredError(
            f"content type {kind[:80]}",
            error_output("The function answered with something that is not text."),
        )
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > MAX_OUTPUT:
            return content.decode("utf-8-sig", errors="replace")
    text = content.decode("utf-8-sig", errors="replace")
    if is_json and text and not _is_json(text):
        raise UnansweredError(
            "not JSON", error_output("The function answered with something that is not JSON.")
        )
    return text or DONE


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
