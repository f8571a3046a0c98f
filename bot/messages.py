"""Messages as items of the Responses API: to make one, and what one says."""

from bot.jsons import Json


def message(role: str, text: str) -> Json:
    """As the Responses API takes it as input."""
    return {"type": "message", "role": role, "content": text}


def text_of(item: Json) -> str:
    """All its text, refusals included."""
    content = item.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [part.get("text") or part.get("refusal") for part in parts if isinstance(part, dict)]
    return "".join(text for text in texts if isinstance(text, str))
