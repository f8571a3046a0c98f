"""What an assistant and its place say of a request reaches the provider, and nothing else does."""

import json

from bot.jsons import Json
from tests.flows.bench import Bench
from tests.flows.lessons import quiz
from tests.sims.answers import Text


def set_assistant(bot: Bench, **changed: object) -> None:
    ((body,),) = bot.rows("SELECT body FROM assistants WHERE id = 'asst_tutor'")
    new = json.dumps(json.loads(str(body)) | changed)
    bot.change("UPDATE assistants SET body = ?, version = version + 1", new)


async def ask(bot: Bench, text: str, place: str = "t1") -> Json:
    bot.model.answer(Text(f"Re: {text}"))
    await bot.people.mention(text, place=place)
    await bot.people.said(f"Re: {text}", place=place)
    return bot.model.requests[-1].body


async def test_settings_that_nobody_made_are_not_sent(bot: Bench) -> None:
    sent = await ask(bot, "Hi")

    assert not {"temperature", "top_p", "max_output_tokens", "text", "tool_choice"} & sent.keys()
    assert "parallel_tool_calls" not in sent


async def test_settings_of_the_assistant_are_sent_from_the_next_run_on(bot: Bench) -> None:
    await ask(bot, "Hi")
    set_assistant(
        bot,
        max_output_tokens=500,
        temperature=0.2,
        top_p=0.9,
        parallel_tool_calls=False,
        tool_choice={"type": "function", "function": {"name": "ask_person"}},
        response_format={"type": "json_object"},
    )

    sent = await ask(bot, "Hello")

    assert sent["max_output_tokens"] == 500
    assert (sent["temperature"], sent["top_p"]) == (0.2, 0.9)
    assert sent["parallel_tool_calls"] is False
    assert sent["tool_choice"] == {"type": "function", "name": "ask_person"}
    assert sent["text"] == {"format": {"type": "json_object"}}


async def test_a_forced_call_is_forced_in_the_first_round_only(bot: Bench) -> None:
    await ask(bot, "Hi")
    set_assistant(bot, tool_choice="required")
    bot.model.answer(quiz())
    bot.model.answer(Text("Well done"))
    await bot.people.mention("Quiz me")
    for number in (1, 2):
        question = await bot.people.question(number)
        skip = next(action for action in question.actions if action.label == "Skip")
        await bot.people.click(skip.token)
    await bot.people.said("Well done")

    assert bot.model.requests[1].body["tool_choice"] == "required"
    assert "tool_choice" not in bot.model.requests[2].body


async def test_a_channel_adds_to_the_instructions_of_its_assistant(bot: Bench) -> None:
    await ask(bot, "Hi")
    extra = json.dumps({"additional_instructions": "We prepare for the exam on vectors."})
    bot.change("UPDATE places SET settings = ?", extra)

    there = await ask(bot, "Hello")
    elsewhere = await ask(bot, "Hello", place="t2")

    assert str(there["instructions"]).endswith("We prepare for the exam on vectors.")
    assert str(there["instructions"]).startswith(str(elsewhere["instructions"]))
    assert "vectors" not in str(elsewhere["instructions"])


async def test_another_assistant_goes_on_with_the_same_thread(bot: Bench) -> None:
    await ask(bot, "Hi")
    other = json.dumps({"name": "Poet", "instructions": "Answer in verse.", "model": "model-2"})
    bot.change(
        "INSERT INTO assistants (id, body, version, created_at) VALUES ('asst_poet', ?, 1, ?)",
        other,
        "2026-11-01 12:00:00.000000",
    )
    bot.change("UPDATE places SET assistant_id = 'asst_poet'")

    sent = await ask(bot, "And now?")

    assert (sent["instructions"], sent["model"]) == ("Answer in verse.", "model-2")
    assert bot.said_to_model() == ["Hi", "Re: Hi", "And now?"]
    assert bot.rows("SELECT count(DISTINCT thread_id) FROM runs") == [(1,)]


async def test_the_last_messages_are_sent_and_whole_turns_only(bot: Bench) -> None:
    for text in ("one", "two", "three"):
        await ask(bot, text)
    set_assistant(bot, truncation_strategy={"type": "last_messages", "last_messages": 4})

    await ask(bot, "four")

    assert bot.said_to_model() == ["three", "Re: three", "four"]


async def test_a_budget_of_tokens_cuts_the_oldest_turns(bot: Bench) -> None:
    for text in ("one " * 300, "two " * 300, "three"):
        await ask(bot, text.strip())
    set_assistant(bot, max_prompt_tokens=1_200)

    await ask(bot, "four")

    assert [str(text)[:5] for text in bot.said_to_model()][-3:] == ["three", "Re: t", "four"]
    assert not any(str(text).startswith("one") for text in bot.said_to_model())


async def test_a_thread_that_the_provider_calls_too_long_goes_on_with_its_newest_turns(
    bot: Bench,
) -> None:
    for number in range(6):
        await ask(bot, f"{number} " + " word" * 50)
    bot.model.fail(400, "context_length_exceeded")
    sent = await ask(bot, "Go on")

    assert len(bot.model.requests) == 8
    before, after = (len(asked.items) for asked in bot.model.requests[-2:])
    assert 1 < after < before
    assert sent["input"] == bot.model.requests[-2].items[before - after :]
    assert bot.rows("SELECT count(DISTINCT thread_id) FROM runs") == [(1,)]


async def test_a_single_message_that_is_too_long_is_told(bot: Bench) -> None:
    bot.model.fail(400, "context_length_exceeded")
    await bot.people.mention("So much")

    await bot.people.said("too long")
