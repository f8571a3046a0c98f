"""What everybody sees is in the language of the run, a private answer in that of its reader."""

from datetime import timedelta

from bot import tokens
from bot.events import PersonRef
from bot.limits import Limits
from bot.questions import form
from bot.strings import speaking
from bot.views import Button, Notice, Quiz, Reply, ShownQuestion, View
from tests.flows.bench import Bench
from tests.flows.lessons import button, quiz
from tests.sims.answers import Text
from tests.sims.platform import Posted

LOOK = timedelta(seconds=3)


def labels(view: View) -> list[str]:
    """What stands on the buttons."""
    found: list[Button] = []
    match view:
        case Quiz():
            found += [line.change for line in view.answered if line.change is not None]
            found += () if view.question is None else view.question.actions
        case Reply() | Notice():
            found += view.actions
    return [each.label for each in found]


def newest(bot: Bench) -> Posted:
    return bot.people.shown()[-1]


async def offered(bot: Bench, *wanted: str) -> None:
    """Wait until the newest message has these buttons and no others."""
    await bot.people.until(
        lambda: bool(bot.people.shown()) and labels(newest(bot).view) == [*wanted]
    )


async def quizzed(bot: Bench, locale: str = "de-DE") -> ShownQuestion:
    """A quiz that waits for Ada's first answer."""
    bot.model.answer(quiz())
    await bot.people.mention("Frag mich ab", locale=locale)
    return await bot.people.question(1)


async def test_a_reply_has_the_buttons_of_its_askers_language(bot: Bench) -> None:
    bot.model.answer(Text("Hallo, Ada", pieces=2), hold_before=5)
    await bot.people.mention("Hallo", locale="de")
    await bot.people.until(lambda: "Stopp" in str(bot.people.shown()))
    bot.model.release()
    said = await bot.people.said("Hallo, Ada")
    await offered(bot, "Neu antworten")

    assert said.view.language == "de"


async def test_a_quiz_stays_in_its_language_whatever_that_of_the_click(bot: Bench) -> None:
    first = await quizzed(bot)
    assert labels(newest(bot).view) == ["Antwort schreiben", "Weiß ich nicht", "Überspringen"]
    await bot.people.click(first.actions[1].token, locale="es")
    await bot.people.question(2)

    grown = newest(bot).view
    assert isinstance(grown, Quiz)
    assert grown.answered[0].text.endswith("— Weiß ich nicht")
    assert labels(grown) == ["Ändern", "Weiß ich nicht", "Überspringen"]


async def test_a_form_is_in_the_language_of_the_question(bot: Bench) -> None:
    german = await quizzed(bot)
    opened = form(german.actions[0].token, german)
    english = form(tokens.encode("write", german.id), german)

    assert opened is not None
    assert english is not None
    assert (opened.title, opened.submit) == ("Frage 1", "Antworten")
    assert english.title == "Question 1"


async def test_who_may_not_answer_reads_so_in_their_own_language(bot: Bench) -> None:
    first = await quizzed(bot)
    token = first.actions[1].token

    spanish = await bot.people.click(token, by="ben", locale="es-MX")
    english = await bot.people.click(token, by="eve", locale="fr")

    assert "para otra persona" in await bot.people.whispered(spanish)
    assert "for somebody else" in await bot.people.whispered(english)


async def test_a_run_that_was_stopped_says_so_in_its_language_whoever_stopped_it(
    bench: Bench,
) -> None:
    bench.admins = (PersonRef(scope="sim", user="robin"),)
    async with bench.running():
        await quizzed(bench)
        ((run,),) = bench.rows("SELECT id FROM runs")
        await bench.people.click(tokens.encode("stop", str(run)), by="robin", locale="es")
        await bench.people.until(lambda: "Gestoppt." in str(newest(bench).view))
        again = await bench.people.click(tokens.encode("stop", str(run)), by="robin", locale="es")
        told = await bench.people.whispered(again)

    assert told == "Esto ya ha terminado."


async def test_a_quiz_that_nobody_answered_closes_in_its_language(bot: Bench) -> None:
    await quizzed(bot)
    await bot.later(lambda: "Geschlossen" in str(newest(bot).view), timedelta(hours=9))

    assert labels(newest(bot).view) == []


async def test_a_failure_and_the_next_try_are_in_the_language_of_the_run(bot: Bench) -> None:
    bot.model.fail(400, "something", message="no")
    bot.model.answer(Text("Wieder da"))
    await bot.people.mention("Hallo", locale="de")
    await offered(bot, "Noch einmal versuchen")

    await bot.people.click(button(newest(bot), "Noch einmal versuchen").token, locale="en")
    await bot.people.said("Wieder da")

    await offered(bot, "Neu antworten")


async def test_a_provider_that_is_slow_to_answer_is_told_in_the_language_of_the_run(
    bot: Bench,
) -> None:
    bot.model.fail(503)
    bot.model.answer(Text("Ya estoy"))
    await bot.people.mention("Hola", locale="es")
    await bot.people.until(lambda: "El tutor no responde" in str(bot.people.shown()))

    await bot.later(lambda: bot.people.texts() == ["Ya estoy"], LOOK)


async def test_who_waits_reads_so_in_their_language(bench: Bench) -> None:
    bench.quota = Limits(max_executing=1)
    for number in range(4):
        bench.model.answer(Text(f"answer {number}"), hold_before=0)
    async with bench.running():
        await bench.people.mention("zero", place="t0")
        await bench.model.request_arrived(1)
        await bench.people.mention("uno", place="t0", locale="es")
        await bench.people.until(lambda: "Recibido." in str(bench.people.shown("t0")))
        await bench.people.acknowledged(await bench.people.mention("1", place="t1", locale="de"))
        await bench.people.acknowledged(await bench.people.mention("2", place="t2", locale="es"))

        await bench.later(
            lambda: (
                "Du bist Nummer" in str(bench.people.shown("t1"))
                and "Eres el número" in str(bench.people.shown("t2"))
            ),
            LOOK,
        )
        bench.model.release()
        await bench.people.said("answer", "t2")


async def test_a_message_that_cannot_be_shown_is_told_of_in_the_language_of_the_run(
    bot: Bench,
) -> None:
    bot.model.answer(Text("Hallo, Ada"), hold_before=0)
    await bot.people.mention("Hallo", locale="de")
    await bot.people.until(lambda: bool(bot.people.shown()))
    bot.people.refused_edits = {"t1"}
    bot.model.release()

    told = await bot.people.said("konnte hier nicht gezeigt werden")
    assert labels(told.view) == ["Noch einmal versuchen"]


async def test_without_a_locale_the_language_of_the_workspace_counts(bot: Bench) -> None:
    await quizzed(bot, "")
    assert labels(newest(bot).view)[1] == "I don't know"
    bot.change("UPDATE workspaces SET settings = ?", '{"language": "es"}')

    bot.model.answer(quiz("call_2"))
    await bot.people.mention("Otra vez", place="t2")
    question = await bot.people.question(1, "t2")
    pressed = await bot.people.click(question.actions[1].token, by="ben", place="t2")
    own = await bot.people.click(question.actions[1].token, by="eve", place="t2", locale="de")

    assert question.actions[1].label == "No lo sé"
    assert "para otra persona" in await bot.people.whispered(pressed)
    assert "jemand anderem" in await bot.people.whispered(own)


async def test_admins_are_told_in_the_language_that_is_set_and_not_in_that_of_a_learner(
    bench: Bench,
) -> None:
    bench.admins = (PersonRef(scope="sim", user="root"),)
    async with bench.running():
        bench.model.answer(Text("Hello"))
        await bench.people.mention("Hello", place="t0")
        await bench.people.said("Hello", "t0")
        bench.change("UPDATE workspaces SET settings = ?", '{"language": "es"}')
        bench.model.fail(429, "insufficient_quota", message="You exceeded your current quota")
        await bench.people.mention("Hallo", locale="de")
        await bench.people.said("nicht verfügbar")
        await bench.people.until(lambda: bool(bench.people.shown("dm-root")))

    assert "El proveedor rechaza" in str(bench.people.shown("dm-root")[0].view)


async def test_the_language_of_the_shell_is_nobodys_but_the_operators(bench: Bench) -> None:
    with speaking("de"):
        async with bench.running():
            bench.model.answer(Text("Hello"))
            await bench.people.mention("Hello")
            await bench.people.said("Hello")
            await offered(bench, "Regenerate")
            stale = await bench.people.click(tokens.encode("stop", "run_unknown"))

            assert await bench.people.whispered(stale) == "This button no longer works."
