"""Which assistant answers in a place and why, in words."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bot import assistants, tokens
from bot.events import PlaceRef, WorkspaceId
from bot.registry.naming import Meant
from bot.store import choosing, places
from bot.store.choosing import Usable
from bot.store.database import Tx
from bot.store.places import Chosen, Level
from bot.strings import say
from bot.text.cleaning import one_line
from bot.text.visible import quoted, shortened, visible
from bot.views import Button, Notice

MOST_KNOWN = 1_000
"""Assistants among which a name is looked for, the newest; an id is always found."""
MOST_LISTED = 10
MAX_NAME = 80
MAX_DESCRIPTION = 200
MAX_LABEL = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """What is known of who answers in a place, and of who may."""

    place: PlaceRef
    usable: Sequence[Usable]
    levels: Sequence[Level]
    chosen: Chosen
    answers: Usable

    @property
    def why(self) -> str:
        return said_where(self.place, self.chosen.assistant_from)


def answering(tx: Tx, place: PlaceRef, shared: Collection[WorkspaceId] = ()) -> Answering:
    """`shared` are the workspaces that lend theirs to a direct place."""
    levels = places.levels(tx, place)
    chosen = places.decided(levels)
    answers = chosen.assistant_id or assistants.DEFAULT_ID
    allowed = {place.workspace, *shared}
    found = choosing.usable(tx, allowed, most=1, only=answers)
    return Answering(
        place=place,
        usable=choosing.usable(tx, allowed, most=MOST_KNOWN),
        levels=levels,
        chosen=chosen,
        answers=found[0] if found else Usable(id=answers, name="", description=""),
    )


def said_where(place: PlaceRef, level_id: str | None) -> str:
    """Which of the levels of a place an id names."""
    match level_id:
        case None:
            return say("choosing.from_nobody")
        case place.workspace:
            return say("choosing.from_workspace")
        case _ if place.direct:
            return say("choosing.from_direct")
        case place.channel_id:
            return say("choosing.from_channel")
        case _:
            return say("choosing.from_thread")


def page(seen: Answering) -> Notice:
    """Who answers here and why, and who may."""
    lines = [say("choosing.answers", assistant=named(seen.answers), why=seen.why)]
    if about := shortened(seen.answers.description, MAX_DESCRIPTION):
        lines.append(quoted(about))
    lines += [
        say("choosing.cannot", id=quoted(str(level.assistant_id)))
        for level in seen.levels
        if level.assistant_id is not None and level.usable_id is None
    ]
    listed = _listed(seen.usable[:MOST_LISTED])
    if (left := len(seen.usable) - MOST_LISTED) > 0:
        listed = "\n".join([listed, say("choosing.more", number=left)])
    how = say("choosing.how_direct" if seen.place.direct else "choosing.how")
    return Notice(text="\n\n".join([*lines, say("choosing.may"), listed, how]))


def which(meant: Meant) -> Notice:
    """Several could be meant, or none: those that come near, to choose from."""
    near = meant.several or meant.near
    if not near:
        return Notice(text=say("choosing.none"))
    key = "several" if meant.several else "near"
    names = Counter(each.name for each in near)
    buttons = (
        Button(token=tokens.encode("assistant", each.id), label=_label(each, names[each.name] == 1))
        for each in near
    )
    return Notice(
        text="\n\n".join([say(f"choosing.{key}"), _listed(near)]), actions=tuple(working(buttons))
    )


def is_set(seen: Answering, *, changed: bool, whole: bool, everywhere: bool) -> Notice:
    """After an assistant was set for the channel, or for the `whole` workspace; `everywhere` says
    that the person may set it for that too."""
    at = seen.place.workspace if whole else seen.place.channel_id
    name = named(_set_at(seen, at))
    where = said_where(seen.place, at)
    lines = [
        say("choosing.is_set" if changed else "choosing.is_set_already", name=name, where=where)
    ]
    if seen.chosen.assistant_from != at:
        lines.append(say("choosing.but", assistant=named(seen.answers), why=seen.why))
    buttons = []
    if everywhere:
        token = tokens.encode("assistant_everywhere", _set_at(seen, at).id)
        buttons.append(Button(token=token, label=say("choosing.everywhere")))
    target = "workspace" if whole else "channel"
    buttons.append(Button(token=tokens.encode("inherit", target), label=say("choosing.inherit")))
    return Notice(text="\n\n".join(lines), actions=tuple(working(buttons)))


def inherits(seen: Answering) -> Notice:
    """After a choice was taken back."""
    return Notice(text=say("choosing.inherits", assistant=named(seen.answers), why=seen.why))


def named(one: Usable) -> str:
    name = line_of(one.name, MAX_NAME)
    return f"**{name}** ({quoted(one.id)})" if name else quoted(one.id)


def working(buttons: Iterable[Button]) -> list[Button]:
    """Those that a press can come back from: an id may be too long for a button."""
    return [button for button in buttons if tokens.decode(button.token) is not None]


def _set_at(seen: Answering, at: str) -> Usable:
    wanted = next((level.assistant_id for level in seen.levels if level.id == at), None)
    found = (each for each in seen.usable if each.id == wanted)
    return next(found, Usable(id=wanted or "", name="", description=""))


def _listed(found: Iterable[Usable]) -> str:
    return "\n".join(f"- {named(each)}" for each in found)


def _label(one: Usable, alone: bool) -> str:
    """Of several with one name only the ids are different."""
    return line_of(one.name if alone else "", MAX_LABEL) or one.id[:MAX_LABEL]


def line_of(text: str, limit: int) -> str:
    """What others wrote, as one line in a sentence of ours, whose direction it does not turn."""
    return one_line(visible(text[: 4 * limit]), limit)
