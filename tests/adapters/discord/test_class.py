"""Quizzes on Discord: for a class, as a race, by the form; the real engine and adapter."""

import json
import re

from pydantic import JsonValue

from bot.jsons import Json
from tests.adapters.discord.tutor import Tutor
from tests.flows.classes import class_quiz
from tests.sims.answers import Call, Text
from tests.sims.discord import eyes
from tests.sims.discord.sim import ME, DiscordSim
from tests.sims.discord.world import BOT, CHANNEL, PEOPLE, Post

ASK = f"{ME} Make a quiz for us all."
HOSTILE = "@everyone <@4000002> *b* `c` [bank](https://evil.example) \u05d0 \\( x^2 \\) =1+1"


async def given(discord: DiscordSim, by: str, post: Post, label: str) -> Post:
    """What the person is newly shown, they alone, after a press."""
    await discord.until(lambda: any(one.startswith(label) for one in post.labels))
    pressed = await discord.press(post, label, by=by)
    assert pressed.kind == 4
    assert pressed.original is not None
    assert pressed.original.only == PEOPLE[by]
    return pressed.original


async def turned(discord: DiscordSim, by: str, post: Post, label: str) -> None:
    """The message that the person alone sees becomes another by a press."""
    pressed = await discord.press(post, label, by=by)
    assert (pressed.kind, pressed.original) == (7, post)


async def write(discord: DiscordSim, by: str, post: Post, text: str) -> None:
    """The same after a written answer."""
    opened = await discord.press(post, "Write answer", by=by)
    sent = await discord.fill(opened, text, by=by)
    assert (sent.kind, sent.original) == (7, post)


def pings(discord: DiscordSim) -> list[str]:
    return [
        ping for post in discord.posts.values() if post.author == BOT for ping in eyes.pings(post)
    ]


async def test_a_class_takes_a_quiz_each_in_private_and_hears_what_was_right_at_its_end(
    tutor: Tutor,
) -> None:
    discord, model = tutor.discord, tutor.model
    model.answer(class_quiz())
    model.answer(Text("Lima it is."))
    async with tutor.running():
        asked = await discord.write(ASK, by="robin")
        lobby = await discord.said("2 questions", asked.id)
        one = await given(discord, "ada", lobby, "Start")
        await turned(discord, "ada", one, "A Quito")
        await turned(discord, "ada", one, "Back")
        assert "\u25cf A Quito" in one.labels
        await turned(discord, "ada", one, "B Lima")
        await write(discord, "ada", one, "two, I think")
        assert one.labels == ["Change 1", "Change 2"]
        await discord.until(lambda: "Started: 1 · Finished: 1" in lobby.content)
    async with tutor.running():
        await turned(discord, "ada", one, "Change 2")
        await write(discord, "ada", one, "2")
        two = await given(discord, "ben", lobby, "Start")
        hint = await given(discord, "ben", two, "Hint")
        await turned(discord, "ben", two, "A Quito")
        refused = await given(discord, "ben", lobby, "Close")
        sent = "".join(discord.sent)
        roll = await given(discord, "robin", lobby, "Learners")
        await discord.press(lobby, "Close", by="robin")
        tally = await discord.said("How it went", asked.id)
        await discord.said("Lima it is.", asked.id)
        mine = await given(discord, "ada", tally, "My result")
        await turned(discord, "ben", two, "Skip")
        late = await given(discord, "ben", lobby, "My result")

    assert "HINT-1" in hint.content
    assert "Only whoever started" in refused.content
    assert "KEY-" not in sent
    assert "\u25cf" not in "".join(post.content for post in discord.shown(asked.id))
    ada, ben = PEOPLE["ada"], PEOPLE["ben"]
    assert {f"- <@{ada}>: finished", f"- <@{ben}>: 1 of 2 done"} <= set(roll.content.split("\n"))
    assert "B: Lima – 1 answer, the right one" in eyes.words(tally)
    assert "Your answer: Lima – right" in mine.content
    assert "Your answer: 2 – right" in mine.content
    assert "KEY-1" in mine.content
    assert "Your answer: Quito – wrong" in two.content
    assert "Your answer: Quito – wrong" in late.content
    output = json.loads(str(model.requests[1].items[-1]["output"]))
    assert [each["counts"] for each in output["questions"][:1]] == [{"A: Quito": 1, "B: Lima": 1}]
    assert pings(discord) == []


async def test_the_lobby_says_until_when_in_everybodys_own_time(tutor: Tutor) -> None:
    tutor.model.answer(class_quiz(seconds=3600))
    async with tutor.running():
        asked = await tutor.discord.write(ASK, by="robin")
        lobby = await tutor.discord.said("2 questions", asked.id)

    closes, left = re.findall(r"<t:([0-9]+):[fR]>", lobby.content)
    assert closes == left
    assert 3_590 <= int(closes) - tutor.clock.now().timestamp() <= 3_600
    assert lobby.labels == ["Start", "Learners", "Close"]


async def test_the_first_right_answer_wins_a_race_and_the_winner_is_named(tutor: Tutor) -> None:
    discord = tutor.discord
    tutor.model.answer(class_quiz(audience="first"))
    async with tutor.running():
        asked = await discord.write(ASK, by="robin")
        board = await discord.said("1 of 2", asked.id)
        wrong = await given(discord, "ada", board, "A Quito")
        again = await given(discord, "ada", board, "B Lima")
        assert "KEY-" not in "".join(discord.sent)
        won = await given(discord, "ben", board, "B Lima")
        await discord.until(lambda: "won by" in board.content)

    assert "one try per question" in wrong.content
    assert "had your try" in again.content
    assert "the first" in won.content
    [line] = [each for each in board.content.split("\n") if each.startswith("✓ 1. ")]
    assert line.endswith(f" · right · won by <@{PEOPLE['ben']}>")
    assert "KEY-1" in board.content
    assert "2 of 2" in board.content
    assert eyes.pings(board) == ()


async def test_the_askers_own_quiz_is_marked_where_it_stands(tutor: Tutor) -> None:
    discord = tutor.discord
    tutor.model.answer(class_quiz(audience="asker"))
    async with tutor.running():
        asked = await discord.write(ASK)
        sheet = await discord.said("1 of 2", asked.id)
        await discord.press(sheet, "A Quito")
        await discord.until(lambda: "2 of 2" in sheet.content)

    assert "✗ 1. " in sheet.content
    assert "· wrong" in sheet.content
    assert "KEY-1" in sheet.content
    assert "KEY-2" not in "".join(discord.sent)


async def test_a_quiz_is_asked_for_with_the_form_by_who_may(tutor: Tutor) -> None:
    discord = tutor.discord
    tutor.model.answer(class_quiz(audience="asker", title="Rivers"))
    everyone = {"For whom": "Everyone, each for themselves"}
    topic = {"Topic (empty: what was talked about here)": "rivers", "Number of questions": "3"}
    async with tutor.running():
        opened = await discord.command("quiz")
    async with tutor.running():
        refused = await discord.fill(opened, topic | everyone)
        assert refused.original is not None
        again = await discord.press(refused.original, "Open the form again")
        alone = await discord.fill(again, everyone)
        opened = await discord.command("quiz", by="robin")
        taken = await discord.fill(opened, topic | everyone, by="robin")
        lobby = await discord.said("Rivers", CHANNEL)

    assert "Only instructors" in refused.text
    assert "> rivers" in refused.text
    assert "Only instructors" in alone.text
    assert ">" not in alone.text
    assert "Your quiz will appear here" in taken.text
    assert "rivers" in json.dumps(tutor.model.requests[0].body)
    assert lobby.labels == ["Start", "Learners", "Close"]
    assert (lobby.only, len(tutor.model.requests)) == (None, 1)


async def test_a_quiz_asked_for_directly_comes_there(tutor: Tutor) -> None:
    discord = tutor.discord
    tutor.model.answer(class_quiz(audience="everyone", title="Rivers"))
    async with tutor.running():
        opened = await discord.command("quiz", channel=discord.dm("ada"))
        sent = await discord.fill(opened, {"Kinds of questions": "Free text"})
        sheet = await discord.said("Rivers", discord.dm("ada"))

    assert "in a moment" in sent.text
    assert "1 of 2" in sheet.content


async def test_a_quiz_asked_for_where_the_bot_is_not_installed_is_for_the_person_alone(
    tutor: Tutor,
) -> None:
    discord = tutor.discord
    tutor.model.answer(class_quiz(audience="asker", title="Rivers"))
    async with tutor.running():
        opened = await discord.command("quiz", user_install=True)
        sent = await discord.fill(opened, "rivers", user_install=True)
        sheet = await discord.said("1 of 2", CHANNEL)

    assert (sent.kind, sheet.only) == (5, PEOPLE["ada"])
    assert "For whom" not in json.dumps(opened.data)


async def test_what_somebody_forges_opens_and_changes_nothing(tutor: Tutor) -> None:
    discord = tutor.discord
    tutor.model.answer(class_quiz())
    async with tutor.running():
        asked = await discord.write(ASK, by="robin")
        lobby = await discord.said("2 questions", asked.id)
        start = str(lobby.button("Start")["custom_id"])
        paper = await given(discord, "ada", lobby, "Start")
        choose = str(paper.button("A")["custom_id"])
        elsewhere = Post(lobby.id, discord.dm("ben"), lobby.author, "")
        told = [
            (await discord.press_id(lobby, custom_id, by="ben")).text
            for custom_id in (
                choose,
                choose.replace(".0", ".7"),
                "b::j.nothing",
                "b::m.x.999",
                "f::1/1:x.run",
                "f::1/1:j.call",
                f"b::{'x' * 97}",
            )
        ]
        here = await discord.press_id(elsewhere, start, by="ben")
        await discord.until(lambda: "Started: 1 · Finished: 0" in lobby.content)

    assert all("Press Start" in each or "no longer works" in each for each in told)
    assert "Press Start" in told[0]
    assert "no longer works" in here.text


async def test_hostile_quizzes_are_shown_and_do_nothing(tutor: Tutor) -> None:
    discord, model = tutor.discord, tutor.model
    question: Json = {
        "question_text": f"{HOSTILE} " * 40,
        "choices": [HOSTILE, *(f"{number} " + "*_`[" * 120 for number in range(18)), "=1+1"],
        "answer": "=1+1",
        "hint": HOSTILE,
        "explanation": f"{HOSTILE}\n\n```\n{HOSTILE}",
    }
    short = question | {"question_text": HOSTILE, "choices": [*map(str, range(19)), "=1+1"]}
    questions: list[JsonValue] = [question, *[short] * 19]
    quiz: Json = {"title": HOSTILE, "audience": "everyone", "questions": questions}
    model.answer(Call("display_quiz", quiz, "call_1"))
    model.answer(Text("Done."))
    async with tutor.running():
        asked = await discord.write(ASK, by="robin")
        lobby = await discord.said("20 questions", asked.id)
        paper = await given(discord, "ada", lobby, "Start")
        assert len(paper.labels) == 23
        assert "=1+1" in paper.files[0]
        for _ in range(20):
            await turned(discord, "ada", paper, "T")
        assert [label.split()[0] for label in paper.labels] == ["Change"] * 20
        await turned(discord, "ada", paper, "Change 20")
        assert "● T" in paper.labels
        assert len(paper.labels) == 25
        await discord.press(lobby, "Close", by="robin")
        await discord.said("How it went", asked.id)
        result = await given(discord, "ada", lobby, "My result")
        assert "You have 20 of 20 right." in result.content
        await turned(discord, "ada", result, "Next")

    assert "everyone" in lobby.content
    assert "Page 2 of" in result.content
    assert pings(discord) == []
    assert all("@everyone" not in post.content for post in discord.shown(asked.id))
