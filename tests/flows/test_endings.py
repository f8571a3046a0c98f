"""Runs that end in another way than by their own work, and the way on from there."""

from datetime import timedelta

from bot.views import Notice, Reply
from tests.flows.bench import Bench
from tests.flows.lessons import button, quiz
from tests.sims.answers import Calls, Text
from tests.sims.platform import Posted


async def writing(bot: Bench) -> Posted:
    """Wait until a part of the reply can be read."""

    def growing() -> bool:
        views = [post.view for post in bot.people.shown()]
        return any(isinstance(view, Reply) and view.live and view.text for view in views)

    await bot.people.until(growing)
    return bot.people.shown()[-1]


async def test_stop_keeps_what_was_written_and_says_so(bot: Bench) -> None:
    bot.model.answer(Text("one two three four", pieces=4), hold_before=6)
    bot.model.answer(Text("Hello again"))
    await bot.people.mention("Count")
    stop = button(await writing(bot), "Stop")

    await bot.people.click(stop.token)
    await bot.people.until(lambda: "Stopped." in str(bot.people.shown()[0].view))
    await bot.model.broken_off()
    await bot.people.mention("And now?")
    await bot.people.said("Hello again")

    stopped = bot.people.shown()[0].view
    assert isinstance(stopped, Reply)
    assert stopped.text.startswith("one")
    assert (stopped.live, stopped.actions) == (False, ())  # another turn has begun
    past = bot.model.requests[1].items[1]
    assert (past["role"], past["content"]) == ("assistant", stopped.text)


async def test_stop_works_before_the_first_word(bot: Bench) -> None:
    bot.model.answer(Text("never"), hold_before=0)
    await bot.people.mention("Count")
    await bot.people.until(lambda: bool(bot.people.shown()))

    await bot.people.click(button(bot.people.shown()[0], "Stop").token)
    said = await bot.people.said("Stopped.")

    assert isinstance(said.view, Notice)
    assert len(bot.people.shown()) == 1


async def test_only_the_asker_or_an_admin_can_stop(bot: Bench) -> None:
    bot.model.answer(Text("one two three four", pieces=4), hold_before=6)
    await bot.people.mention("Count")
    stop = button(await writing(bot), "Stop")

    refused = await bot.people.whispered(await bot.people.click(stop.token, by="ben"))
    bot.people.admins.add("root")
    allowed = await bot.people.whispered(await bot.people.click(stop.token, by="root"))
    await bot.people.until(lambda: "Stopped." in str(bot.people.shown()[0].view))

    assert "Only the person who asked" in refused
    assert allowed == ""


async def test_stop_after_the_end_says_that_it_is_finished(bot: Bench) -> None:
    bot.model.answer(Text("one two three four", pieces=4), hold_before=6)
    await bot.people.mention("Count")
    stop = button(await writing(bot), "Stop")
    bot.model.release()
    await bot.people.said("one two three four")

    whisper = await bot.people.whispered(await bot.people.click(stop.token))

    assert "already finished" in whisper


async def test_a_run_that_waits_for_the_provider_can_be_stopped(bot: Bench) -> None:
    bot.model.fail(500)
    await bot.people.mention("Count")
    await bot.people.until(lambda: "Trying again" in str(bot.people.shown()[:1]))

    await bot.people.click(button(bot.people.shown()[0], "Stop").token)
    await bot.people.said("Stopped.")

    assert len(bot.model.requests) == 1


async def test_a_provider_that_recovers_costs_only_time(bot: Bench) -> None:
    bot.model.fail(500)
    bot.model.fail(429, "rate_limit_exceeded", headers={"retry-after": "30"})
    bot.model.answer(Text("Here I am"), cut_after=4)
    bot.model.answer(Text("Here I am"))
    await bot.people.mention("Hello")

    await bot.later(lambda: bot.people.texts() == ["Here I am"], timedelta(seconds=31))

    assert bot.people.texts() == ["Here I am"]


async def test_a_provider_that_stays_down_ends_in_a_sentence_with_retry(bot: Bench) -> None:
    for _ in range(6):
        bot.model.fail(503)
    bot.model.answer(Text("Back again"))
    await bot.people.mention("Hello")
    await bot.later(lambda: len(bot.model.requests) == 6, timedelta(seconds=40))
    failed = await bot.people.said("unavailable")
    retry = button(failed, "Try again")

    await bot.people.click(retry.token)
    await bot.people.said("Back again")

    assert bot.said_to_model() == ["Hello"]
    again = await bot.people.whispered(await bot.people.click(retry.token))
    assert "Only the newest" in again


async def test_missing_credit_is_never_tried_again_and_learners_read_no_billing_words(
    bot: Bench,
) -> None:
    bot.model.fail(429, "insufficient_quota", message="You exceeded your current quota")
    await bot.people.mention("Hello")

    failed = await bot.people.said("unavailable")

    assert len(bot.model.requests) == 1
    assert "quota" not in failed.text
    assert button(failed, "Try again")


async def test_a_thread_that_is_too_long_says_so_and_the_next_message_starts_afresh(
    bot: Bench,
) -> None:
    bot.model.fail(400, "context_length_exceeded")
    bot.model.answer(Text("Afresh"))
    await bot.people.mention("Hello")
    await bot.people.said("starts afresh")

    await bot.people.mention("Once more")
    await bot.people.said("Afresh")

    assert bot.said_to_model() == ["Once more"]


async def test_a_cut_reply_stays_with_a_note(bot: Bench) -> None:
    bot.model.answer(Text("Half a"), reason="max_output_tokens")
    await bot.people.mention("Tell me all")

    cut = await bot.people.said("Half a")

    assert isinstance(cut.view, Reply)
    assert "too long" in cut.view.note


async def test_an_incomplete_response_executes_no_call(bot: Bench) -> None:
    bot.model.answer(Text("Let me"), quiz(), reason="max_output_tokens")
    await bot.people.mention("Quiz me")

    await bot.people.said("Let me")

    assert bot.people.quiz() is None


async def test_an_empty_response_says_so(bot: Bench) -> None:
    bot.model.answer()
    await bot.people.mention("Hello")

    failed = await bot.people.said("nothing to say")

    assert button(failed, "Try again")


async def test_a_model_that_goes_round_in_circles_is_stopped(bot: Bench) -> None:
    bot.model.responder = lambda asked: Calls(("fly", {}, f"call_{len(asked.items)}"))
    await bot.people.mention("Hello")

    await bot.people.said("round in circles")

    assert len(bot.model.requests) == 20


async def test_a_run_that_takes_too_long_ends_with_retry(bot: Bench) -> None:
    for _ in range(3):
        bot.model.fail(503, headers={"retry-after": "200"})
    await bot.people.mention("Hello")

    await bot.later(lambda: "Try again" in str(bot.people.shown()), timedelta(seconds=201))

    assert len(bot.model.requests) <= 3


async def test_a_failed_run_leaves_the_thread_free_for_the_next_one(bot: Bench) -> None:
    bot.model.fail(401, "invalid_api_key")
    bot.model.answer(Text("Fine"))
    await bot.people.mention("First")
    await bot.people.mention("Second")

    await bot.people.said("Fine")

    assert [item["content"] for item in bot.model.requests[1].items] == ["First", "Second"]


async def test_retry_after_retry_asks_the_question_once(bot: Bench) -> None:
    for _ in range(3):
        bot.model.fail(401, "invalid_api_key")
    bot.model.answer(Text("At last"))
    bot.model.answer(Text("Next one"))
    await bot.people.mention("Question")
    for count in (1, 2, 3):
        await bot.people.until(
            lambda count=count: sum("unavailable" in text for text in bot.people.texts()) == count  # type: ignore[misc]
        )
        await bot.people.click(button(bot.people.shown()[-1], "Try again").token)
    await bot.people.said("At last")
    assert bot.said_to_model() == ["Question"]

    await bot.people.mention("And now?")
    await bot.people.said("Next one")

    assert [item.get("role") for item in bot.model.requests[-1].items] == [
        "user",
        "assistant",
        "user",
    ]


async def test_a_message_without_a_question_does_not_take_retry_away(bot: Bench) -> None:
    bot.model.fail(401, "invalid_api_key")
    bot.model.answer(Text("At last"))
    await bot.people.mention("Question")
    failed = await bot.people.said("unavailable")
    await bot.people.mention("  \0 ")
    await bot.people.said("Write your question")

    await bot.people.click(button(failed, "Try again").token)

    await bot.people.said("At last")


async def test_a_reply_that_the_provider_stopped_says_so_and_nothing_else(bot: Bench) -> None:
    bot.model.answer(Text("Half an"), reason="content_filter")
    await bot.people.mention("Tell me all")

    cut = await bot.people.said("Half an")

    assert isinstance(cut.view, Reply)
    assert "the provider stopped it" in cut.view.note


async def test_a_retry_that_is_cut_takes_the_place_of_what_it_retries(bot: Bench) -> None:
    bot.model.fail(401, "invalid_api_key")
    bot.model.answer(Text("Partial"), reason="max_output_tokens")
    bot.model.answer(Text("Next one"))
    await bot.people.mention("Question")
    failed = await bot.people.said("unavailable")
    await bot.people.click(button(failed, "Try again").token)
    await bot.people.said("Partial")

    await bot.people.mention("And now?")
    await bot.people.said("Next one")

    assert bot.said_to_model() == ["Question", "Partial", "And now?"]


async def test_stop_says_so_also_where_the_quiz_was_not_shown_yet(bot: Bench) -> None:
    bot.model.answer(Text("Here is your quiz."), quiz(), hold_before=6)
    await bot.people.mention("Quiz me")
    await bot.people.until(lambda: "Stop" in str(bot.people.shown()))
    stop = button(bot.people.shown()[0], "Stop")
    bot.people.hold_creates()
    await bot.people.mention("  ")  # its notice keeps the place's creator busy
    await bot.people.until(lambda: bot.people.creates == 2)
    bot.model.release()
    waits, cancelled = ("requires_action",), ("cancelled",)
    await bot.later(lambda: waits in bot.rows("SELECT status FROM runs"), timedelta(0))

    await bot.people.acknowledged(await bot.people.click(stop.token))
    bot.people.release()

    await bot.people.until(lambda: "Stopped." in str(bot.people.shown()))
    assert cancelled in bot.rows("SELECT status FROM runs")


async def test_what_was_written_before_a_cut_stays_when_the_run_is_stopped_in_its_backoff(
    bot: Bench,
) -> None:
    bot.model.answer(Text("word " * 600, pieces=30), cut_after=25)
    await bot.people.mention("Tell me all")
    await bot.people.until(lambda: "Trying again" in str(bot.people.shown()))
    before = "".join(bot.people.texts())
    stop = button(bot.people.shown()[-1], "Stop")

    await bot.people.click(stop.token)
    await bot.people.until(lambda: "Stopped." in str(bot.people.shown()))
    await bot.people.until(lambda: "live=True" not in str(bot.people.shown()))

    after = "".join(bot.people.texts())
    assert before.count("word") > 400
    assert after.count("word") == before.count("word")
    assert bot.rows("SELECT status FROM items WHERE round = 1") == [("incomplete",)]


async def test_what_was_written_before_a_cut_stays_until_the_next_try_writes(bot: Bench) -> None:
    bot.model.answer(Text("one two three", pieces=3), cut_after=5)
    bot.model.fail(503)
    bot.model.answer(Text("one two three four"))
    await bot.people.mention("Count")
    await bot.later(lambda: len(bot.model.requests) == 2)
    await bot.people.until(lambda: "one" in str(bot.people.shown()[0].view))
    await bot.later(lambda: bot.people.texts() == ["one two three four"])

    assert bot.said_to_model(2) == ["Count"]
    assert bot.rows("SELECT status FROM items WHERE round = 1") == [("completed",)]
