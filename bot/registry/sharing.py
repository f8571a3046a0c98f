"""An assistant as others see it: the object of the Assistants API, without its secrets."""

from bot.jsons import Json
from bot.registry.body import FIELDS
from bot.registry.vault import redacted
from bot.store.assistants import StoredAssistant


def shared(assistant: StoredAssistant) -> Json:
    """What `import` takes. Fields of the API are there also where nothing is set."""
    body = redacted(assistant.body)
    always: Json = {
        "id": assistant.id,
        "object": "assistant",
        "created_at": int(assistant.created_at.timestamp()),
        "name": None,
        "description": None,
        "model": "",
        "instructions": None,
        "tools": [],
        "metadata": {},
    }
    return always | {name: body[name] for name in FIELDS if name in body}


def shown(assistant: StoredAssistant) -> Json:
    """The same, with what only Docent has."""
    deleted = assistant.deleted_at
    return shared(assistant) | {
        "workspace": assistant.workspace,
        "version": assistant.version,
        "deleted_at": None if deleted is None else int(deleted.timestamp()),
    }
