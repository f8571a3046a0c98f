"""Slack on stage."""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from adapters.slack.adapter import SlackAdapter
from adapters.slack.places import person_of, private_place, spot_of, thread_place
from bot.events import PersonRef, PlaceRef, WorkspaceId
from tests.contract.stage import Shown
from tests.sims.slack.server import SlackSim
from tests.sims.slack.state import BOT, TEAM, Message

_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_MARKED_LINK = re.compile(r"<((?:https?|mailto):[^|>]*)(?:\|[^>]*)?>")


class SlackStage:
    """Sees what Slack shows of the blocks that it was sent."""

    def __init__(self, adapter: SlackAdapter, slack: SlackSim) -> None:
        self._adapter = adapter
        self._slack = slack

    @property
    def adapter(self) -> SlackAdapter:
        return self._adapter

    @property
    def workspace(self) -> WorkspaceId:
        return WorkspaceId(TEAM)

    @property
    def admin(self) -> PersonRef:
        return person_of(TEAM, "UADMIN")

    @property
    def learner(self) -> PersonRef:
        return person_of(TEAM, "U1")

    async def new_place(self) -> PlaceRef:
        asked = await self._slack.say("U1", "C1", f"<@{BOT}> hello")
        return thread_place(TEAM, "C1", asked.ts, "U1")

    def private_place(self) -> PlaceRef:
        return private_place(TEAM, "C1", "U1")

    async def seen(self, place: PlaceRef) -> list[Shown]:
        spot = spot_of(place)
        channel = self._slack.direct(spot.person) if spot.person else str(spot.channel)
        return [_shown(one) for one in self._slack.thread(channel, spot.thread)]


def _shown(message: Message) -> Shown:
    words: list[str] = []
    links: list[str] = []
    for text in message.markdown:
        for token in _MARKDOWN.parse(text):
            _read(token, words, links)
        links += _MARKED_LINK.findall(text)
    words += message.small
    return Shown(
        text="\n".join(words),
        buttons=tuple(message.labels),
        links=tuple(links),
        pings=tuple(message.pings),
    )


def _read(token: Token, words: list[str], links: list[str]) -> None:
    if token.type == "inline":
        words.append("".join(_word(child) for child in token.children or []))
        links += [
            str(child.attrs.get("href") or child.attrs.get("src"))
            for child in token.children or []
            if child.type in {"link_open", "image"}
        ]
    elif token.type in {"fence", "code_block"}:
        words.append(token.content)


def _word(token: Token) -> str:
    return "\n" if token.type == "softbreak" else token.content
