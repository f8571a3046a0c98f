"""A class of learners who take a quiz for everyone, most of them by requests from inside a page."""

import asyncio
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from playwright.async_api import Page
from pydantic import JsonValue, TypeAdapter

from bot.jsons import Json

JSON: TypeAdapter[Json] = TypeAdapter(Json)
JSONS: TypeAdapter[list[Json]] = TypeAdapter(list[Json])

ASK = """
async ([path, body]) => {
  const token = document.querySelector("meta[name=docent-token]").content;
  const headers = { "X-Docent-Token": token, "Content-Type": "application/json" };
  const get = new URLSearchParams({ ...body, locale: "en" });
  const url = path === "messages" ? `/api/messages?${get}` : `/api/${path}?locale=en`;
  const more = path === "messages" ? {} : { method: "POST", body: JSON.stringify(body) };
  for (;;) {
    const response = await fetch(url, { headers, ...more }).catch(() => null);
    const answer = await response?.json().catch(() => null);
    if (answer && response.status !== 503) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
"""
"""As the page does: what is not answered is asked again with the same id."""

UNKNOWN, SKIPPED = "I don't know", "Skip"
"""What a learner says to a question instead of an answer, as the buttons do."""


@dataclass(slots=True)
class Learner:
    """One person's requests about one quiz. `said` is what counts at last, by the question's
    number."""

    page: Page
    user: str
    lobby: Json
    said: dict[int, str] = field(default_factory=dict)

    async def start(self) -> Json:
        """Their paper, at their place."""
        return await self._press(
            str(JSONS.validate_python(_body(self.lobby)["actions"])[0]["token"])
        )

    async def answer(self, said: str) -> Json:
        """Answer the question at their place; returns what they see then."""
        return await self.say_to(await self.start(), said)

    async def change(self, number: int, said: str) -> Json:
        """Walk back to a question and answer it anew."""
        paper = await self.start()
        if paper["question"] is None:
            line = JSONS.validate_python(paper["answered"])[number - 1]
            paper = await self._press(str(JSON.validate_python(line["change"])["token"]))
        while _number(paper) > number:
            paper = await self._press(_labelled(paper, "Back"))
        return await self.say_to(paper, said)

    async def say_to(self, paper: Json, said: str) -> Json:
        question = JSON.validate_python(paper["question"])
        self.said[_number(paper)] = said
        choices = JSONS.validate_python(question["choices"])
        if said in (UNKNOWN, SKIPPED):
            return await self._press(_labelled(paper, said))
        if choices:
            [token] = [one["token"] for one in choices if one["letter"] == said]
            return await self._press(str(token))
        return await self._write(_labelled(paper, "Write answer"), said)

    async def result(self) -> str:
        """What My result says to them, all of it."""
        view = await self._press(_token_in(self.lobby, "My result"))
        texts = [words(view["text"])]
        while following := [one for one in _buttons(view) if one["label"] == "Next"]:
            view = await self._press(str(following[0]["token"]))
            texts.append(words(view["text"]))
        return "\n".join(texts)

    async def _write(self, token: str, text: str) -> Json:
        form = await self._ask("form", {"token": token, "whisper": True})
        [only] = JSONS.validate_python(form["fields"])
        values: JsonValue = {str(only["name"]): text}
        return await self._shown("submit", {"token": form["token"], "values": values})

    async def _press(self, token: str) -> Json:
        return await self._shown("click", {"token": token})

    async def _shown(self, path: str, body: Json) -> Json:
        answer = await self._ask(path, body | {"id": secrets.token_hex(16)})
        if answer.get("private") is None:  # it had counted before the answer to it got lost
            return await self.start()
        return JSON.validate_python(answer["private"])

    async def _ask(self, path: str, body: Json) -> Json:
        request: Json = {"person": self.user, "message": self.lobby["id"], **body}
        return JSON.validate_python(await self.page.evaluate(ASK, [path, request]))


async def messages(page: Page, place: str, person: str) -> list[Json]:
    """The tutor's messages of a place as a person gets them, oldest first."""
    answer = await page.evaluate(ASK, ["messages", {"person": person, "place": place}])
    every = JSONS.validate_python(JSON.validate_python(answer)["messages"])
    return [one for one in every if one["author"] == "tutor"]


async def all_of(learners: Sequence[Learner], said: Sequence[str]) -> None:
    """Each gives an answer, all at once."""
    await asyncio.gather(*(one.answer(each) for one, each in zip(learners, said, strict=True)))


def words(nodes: JsonValue) -> str:
    """What a tree says; each block is a line."""
    if isinstance(nodes, str):
        return nodes
    if isinstance(nodes, list):
        return "".join(words(node) for node in nodes)
    node = JSON.validate_python(nodes)
    end = "\n" if node["tag"] in {"p", "li", "br"} else ""
    return f"{words(node['children'])}{end}"


def _body(message: Json) -> Json:
    return JSON.validate_python(message["body"])


def _buttons(view: Json) -> list[Json]:
    return JSONS.validate_python(view["actions"])


def _token_in(message: Json, label: str) -> str:
    return next(str(one["token"]) for one in _buttons(_body(message)) if one["label"] == label)


def _labelled(paper: Json, label: str) -> str:
    question = JSON.validate_python(paper["question"])
    return next(str(one["token"]) for one in _buttons(question) if one["label"] == label)


def _number(paper: Json) -> int:
    progress = str(JSON.validate_python(paper["question"])["progress"])
    found = re.match(r"\d+", progress)
    assert found is not None
    return int(found[0])
