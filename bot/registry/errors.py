"""What the registry refuses, as sentences for whoever asked for it."""

from collections.abc import Sequence

from bot.errors import OperatorError
from bot.strings import say


class RegistryError(OperatorError):
    """The registry is as it was."""


class BodyError(RegistryError):
    """An assistant cannot be like that; a sentence for each thing to mend."""

    def __init__(self, complaints: Sequence[str]) -> None:
        super().__init__("\n".join(complaints))


class TakenError(RegistryError):
    """There is, or was, an assistant of that id."""

    def __init__(self, assistant_id: str) -> None:
        super().__init__(say("assistants.taken", id=assistant_id))


class MissingError(RegistryError):
    """There is no such assistant for whoever asked, or it is not theirs to change."""

    def __init__(self, assistant_id: str) -> None:
        super().__init__(say("assistants.missing", id=assistant_id))


class OutdatedError(RegistryError):
    """Somebody else has changed it since."""

    def __init__(self, assistant_id: str, *, version: int, wanted: int) -> None:
        values = {"id": assistant_id, "version": version, "wanted": wanted}
        super().__init__(say("assistants.outdated", **values))
