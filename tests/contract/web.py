"""The playground on stage."""

from pydantic import JsonValue

from adapters.web.adapter import WebAdapter
from adapters.web.markup import plain
from adapters.web.people import PEOPLE, WORKSPACE, place_of
from bot.events import PersonRef, PlaceRef, WorkspaceId
from bot.strings import say
from tests.adapters.web.page import Page
from tests.contract.stage import Shown


class WebStage:
    """Sees what the page gets to draw; the page draws all of it and nothing else."""

    def __init__(self, adapter: WebAdapter, page: Page) -> None:
        self._adapter = adapter
        self._page = page

    @property
    def adapter(self) -> WebAdapter:
        return self._adapter

    @property
    def workspace(self) -> WorkspaceId:
        return WORKSPACE

    @property
    def admin(self) -> PersonRef:
        return PEOPLE["admin"].ref

    @property
    def learner(self) -> PersonRef:
        return PEOPLE["ada"].ref

    async def new_place(self) -> PlaceRef:
        return place_of(await self._page.ask())

    async def seen(self, place: PlaceRef) -> list[Shown]:
        messages = await self._page.messages(place.key)
        return [_shown(one["body"]) for one in messages if one["author"] == "tutor"]


def _shown(body: JsonValue) -> Shown:
    words: list[str] = []
    labels: list[str] = []
    links: list[str] = []
    _look(body, words, labels, links)
    return Shown(text="\n".join(words), buttons=tuple(labels), links=tuple(links))


def _look(value: JsonValue, words: list[str], labels: list[str], links: list[str]) -> None:
    if isinstance(value, list):
        for entry in value:
            _look(entry, words, labels, links)
    if not isinstance(value, dict):
        return
    if "token" in value:
        text = value.get("text")
        label = plain(text) if isinstance(text, list) else str(value["label"])
        labels.append(f"{value['letter']} {label}" if "letter" in value else label)
        return
    if value.get("tag") == "a" and isinstance(attrs := value["attrs"], dict):
        links.append(str(attrs["href"]))
    for name, entry in value.items():
        words += _words(name, entry)
        _look(entry, words, labels, links)


def _words(name: str, entry: JsonValue) -> list[str]:
    words: list[str] = []
    match name, entry:
        case (("text" | "note" | "title" | "detail"), list()):
            words = [plain(entry)]
        case "steps", list():
            words = [plain(step) for step in entry if isinstance(step, list)]
        case "progress", str():
            words = [entry]
        case "shared_by", str():
            words = [say("web.shared_by", name=PEOPLE[entry].name)]
        case "person", str():
            words = [say("web.won_by", name=PEOPLE[entry].name)]
        case "mark", str():
            words = [say(f"web.mark_{entry}")]
        case (("started" | "finished"), int()):
            words = [str(entry)]
    return words
