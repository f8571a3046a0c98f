"""`settings`: what is set for a channel and its workspace, and changing it."""

from bot.acts import editing
from bot.acts.answering import answering, named, said_where
from bot.acts.office import Office
from bot.adapter import Receipt
from bot.events import Order
from bot.place_settings import PLACE_SETTINGS, PlaceSetting
from bot.registry import choices
from bot.registry.errors import RegistryError
from bot.store import places
from bot.store.database import Tx
from bot.store.places import Chosen
from bot.strings import say
from bot.text.cleaning import one_line
from bot.text.visible import quoted, shortened
from bot.views import Notice

INHERIT = "inherit"
WORKSPACE = "workspace"
MAX_ERROR = 1_000
"""Characters of what is wrong with a value."""
MAX_VALUE = 200
"""Characters of a value in the list; a form or the shell shows the whole."""


def fits(words: str) -> bool:
    """Whether that can stand behind the word in a message; else it is a question."""
    whole, name, _ = _split(words)
    return name in PLACE_SETTINGS or (whole and not name)


async def settings(office: Office, order: Order, words: str) -> Receipt:
    """All of them, one, or by those who may change that one a new value for it. Raises StoreError,
    and TimeoutError where the platform is too slow."""
    whole, name, value = _split(words)
    if not name:
        return await office.say(order, await office.store.read(_page, order, whole))
    setting = PLACE_SETTINGS.get(name)
    if setting is None:
        told = say(
            "settings_of.unknown",
            name=quoted(shortened(name, choices.MAX_NAME)),
            names=", ".join(PLACE_SETTINGS),
        )
        return await office.say(order, told)
    if not value:
        return await office.say(order, await office.store.read(_one, order, setting))
    needed = setting.right(whole=whole)
    if await office.roster.right(order.person, order.place) < needed:
        return await office.say(order, say(f"commands.for_{needed.name.lower()}s"))
    return await _set(office, order, setting, value, whole=whole)


async def _set(
    office: Office, order: Order, setting: PlaceSetting, value: str, *, whole: bool
) -> Receipt:
    name = setting.name
    try:
        wanted = None
        if value.casefold() != INHERIT:
            wanted = choices.read(name, value, whole=whole)
        where: editing.Where = "workspace" if whole else "channel"

        def work(tx: Tx) -> Notice:
            now = office.clock.now()
            changed = editing.apply(tx, order, where, {name: wanted}, now=now)
            line = _line(order, places.chosen(tx, order.place), setting)
            key = "saved" if changed else "unchanged"
            return Notice(text="\n\n".join([say(f"settings_of.{key}"), line]))

        return await editing.once(office, order, "command", work)
    except RegistryError as error:
        # It quotes what was written, which is no markup of ours.
        return await office.say(order, one_line(str(error), MAX_ERROR))


def _split(words: str) -> tuple[bool, str, str]:
    """Whether it is about the whole workspace, a setting's name, and the value."""
    first, _, rest = words.strip().partition(" ")
    whole = first.casefold() == WORKSPACE
    if whole:
        first, _, rest = rest.strip().partition(" ")
    return whole, first.casefold().replace("-", "_"), rest.strip()


def _page(tx: Tx, order: Order, whole: bool) -> str:
    seen = answering(tx, order.place)
    levels = seen.levels
    if whole:
        levels = [level for level in levels if level.id == order.place.workspace]
    chosen = places.decided(levels)
    lines = [_line(order, chosen, setting) for setting in PLACE_SETTINGS.values()]
    if not whole:
        assistant = named(seen.answers)
        lines.insert(0, say("settings_of.assistant", assistant=assistant, why=seen.why))
    head = say("settings_of.head_workspace" if whole else "settings_of.head")
    how = say("settings_of.how_direct" if order.place.direct else "settings_of.how")
    return "\n\n".join([head, "\n".join(f"- {line}" for line in lines), how])


def _one(tx: Tx, order: Order, setting: PlaceSetting) -> str:
    lines = [_line(order, places.chosen(tx, order.place), setting), setting.help]
    if setting.choices:
        lines.append(
            "\n".join(
                say("settings_of.choice", value=quoted(each), label=setting.label_of(each))
                for each in setting.choices
            )
        )
    key = "how_one_direct" if order.place.direct else "how_one"
    key = "how_whole" if setting.only_workspace else key
    return "\n\n".join([*lines, say(f"settings_of.{key}", name=setting.name)])


def _line(order: Order, chosen: Chosen, setting: PlaceSetting) -> str:
    """The setting as it counts, and where that was set."""
    sources = chosen.sources.get(setting.name, ())
    return say(
        "settings_of.line",
        label=setting.label,
        name=quoted(setting.name),
        value=_value(chosen, setting),
        why=", ".join(said_where(order.place, each) for each in sources)
        or say("settings_of.from_nobody"),
    )


def _value(chosen: Chosen, setting: PlaceSetting) -> str:
    """As it is written, and what that means; a limit that nobody has set, or left to the operator
    with 0, is the operator's."""
    value = chosen.settings.get(setting.name, setting.default)
    if setting.only_workspace and not value:
        return say("settings_of.from_operator")
    shown = shortened(setting.shown(value), MAX_VALUE)
    if not shown:
        return say("settings_of.nothing")
    if shown in setting.choices:
        return say("settings_of.value", value=quoted(shown), label=setting.label_of(shown))
    return quoted(shown)
