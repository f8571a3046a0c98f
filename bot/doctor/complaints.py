"""What an operator reads about a provider's trouble: what is wrong, and where to look."""

from bot.responses import RequestRejected, TellPerson, TryAgain
from bot.strings import say

Trouble = TryAgain | TellPerson | RequestRejected

_UNREACHED = {"connection", "dns", "no_first_event", "tls"}


def complaint(error: Trouble, *, provider: str, model: str) -> str:
    """The sentence for one error."""
    match error:
        case TryAgain(reason=reason) if reason in _UNREACHED:
            return say(f"doctor.unreached_{reason}", provider=provider)
        case TryAgain(reason=reason):
            return say("doctor.busy", provider=provider, reason=reason)
        case TellPerson(blame="model"):
            return say("doctor.blame_model", provider=provider, model=model, detail=error.detail)
        case TellPerson(blame=blame):
            return say(f"doctor.blame_{blame}", provider=provider, detail=error.detail)
        case RequestRejected():
            detail = " ".join(part for part in (error.code, error.param, error.request_id) if part)
            return say("doctor.blame_request", provider=provider, detail=detail)
