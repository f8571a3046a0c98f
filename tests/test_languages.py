"""Each language says the same, whole, as its speakers write it, and short enough for a button."""

import ast
import re
import subprocess
import sys
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale
from sqlalchemy import text as statement
from sqlalchemy import update

from bot import strings
from bot.cli import shell_language
from bot.commands import COMMANDS
from bot.languages import LASTING, Languages
from bot.store import places
from bot.store.tables import workspaces
from bot.strings import ENGLISH, LANGUAGES, OTHER, PATTERNS, known, language, say, speaking, table
from tests.sims.clock import MovableClock
from tests.sources import ROOT, modules
from tests.store.rows import NOW, opened, place, writing
from tests.test_strings import Forms, placeholders
from tests.test_strings import strings as sentences

OTHERS = [each for each in LANGUAGES if each != ENGLISH]
MAX_LABEL = 24
"""Characters of a button or of a form's title; Slack's modals take no more."""
MAX_DESCRIPTION = 100
"""Characters of a command's description on Discord."""

SAME: dict[str, str] = {
    r"web\.chip_\w+": "the offline tutor of the playground reads English",
    r"(web\.language|settings_of\.language_is)_(en|de|es)": "each language is named in itself",
    r"web\.(person_\w+|brand|channel_\w+)|cli\.run_openai": "names",
    r"web\.(tutor|tutor_badge|quiz|said_quiz_done|problem|thread_label)": "the same word",
    r"(web\.inspector|web\.inspector_thread|cli\.status_running)": "the same word",
    r"\w+\.(\w+_)?(threads?|thread_scope|status|tokens|workspaces?|name|version|top_p|admins)": (
        "the same word"
    ),
    r"assistants\.any_workspace": "stands for a name in a command",
    r"steps\.(minutes|hours)|results\.quiz": "units of measurement, and a time zone",
}
"""Sentences that may be as in English, and why; those without a letter of their own may always."""

CODE = re.compile(
    r"`[^`]+`|https?://[\w./-]*|--[a-z][a-z-]+|\b[A-Z]{2,}(?:_[A-Z0-9]+)+\b|\basst_\w+"
    r"|\b(?:xoxb|xapp|whsec)[-_]|\.env(?:\.example)?|\bdocs/\w+\.md|[*]{2}|/tutor\b|@tutor\b"
)
"""What a person has to type or look for, and marks of emphasis: the same in each language."""

EXAMPLES = {"run.empty_mention", "commands.ask_needs"}
"""What they show to be typed is a sentence, which is in the language of its reader."""


def specs(text: str) -> dict[str, str]:
    return {name: spec or "" for _, name, spec, _ in Formatter().parse(text) if name}


def rewritten(forms: Forms) -> str:
    """The text without what is filled in and what is typed."""
    return CODE.sub("", re.sub(r"\{[^}]*\}", "", forms[OTHER]))


@pytest.mark.parametrize("spoken", OTHERS)
def test_no_sentence_is_missing_and_none_is_left_over(spoken: str) -> None:
    english, theirs = sentences(), sentences(spoken)

    assert [key for key in english if key not in theirs] == []
    assert [key for key in theirs if key not in english] == []


def required(spoken: str) -> set[str]:
    """Spanish has a form for millions too, which no sentence of ours needs to tell apart."""
    return ({OTHER, *Locale(spoken).plural_form.tags}) - {"many"}


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_a_sentence_with_a_number_has_all_forms_of_its_language(spoken: str) -> None:
    forms = {key: set(each) for key, each in sentences(spoken).items() if len(each) > 1}

    assert {key: found for key, found in forms.items() if not required(spoken) <= found} == {}
    known_forms = {OTHER, *Locale(spoken).plural_form.tags}
    assert {key: found for key, found in forms.items() if not found <= known_forms} == {}
    assert set(forms) & set(sentences()) == {
        key for key, each in sentences().items() if len(each) > 1 and key in sentences(spoken)
    }


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_each_form_fills_in_what_the_english_sentence_does(spoken: str) -> None:
    wrong = []
    for key, forms in sentences(spoken).items():
        english = sentences().get(key, forms)
        wanted = specs(english[OTHER])
        for form, text in forms.items():
            found = specs(text)
            # "a minute ago" needs no figure
            left_out = {"number"} if form == "one" else set[str]()
            if {**wanted, **found} != wanted or set(wanted) - set(found) - left_out:
                wrong.append(f"{key}.{form}: {found} instead of {wanted}")
            if not set(found.values()) <= {"", *PATTERNS}:
                wrong.append(f"{key}.{form}: {found}")

    assert wrong == []


@pytest.mark.parametrize("spoken", OTHERS)
def test_what_people_type_is_the_same_in_each_language(spoken: str) -> None:
    wrong = [
        f"{key}.{form}: {sorted(typed)} instead of {sorted(wanted)}"
        for key, forms in sentences(spoken).items()
        for form, text in forms.items()
        if (typed := set(CODE.findall(text)))
        != (wanted := set(CODE.findall(sentences().get(key, forms).get(form, text))))
        and key not in EXAMPLES
    ]

    assert wrong == []


@pytest.mark.parametrize("spoken", OTHERS)
def test_nothing_is_left_in_english_without_a_reason(spoken: str) -> None:
    reasons = re.compile("|".join(SAME))
    left = [
        key
        for key, forms in sentences(spoken).items()
        if key in sentences() and forms[OTHER] == sentences()[key][OTHER]
        if re.search(r"[^\W\d_]{3}", rewritten(forms)) and not reasons.fullmatch(key)
    ]

    assert left == []


@pytest.mark.parametrize(("spoken", "marks"), [("de", "„“"), ("es", "«»")])
def test_quotation_marks_are_those_of_the_language(spoken: str, marks: str) -> None:
    foreign = set('„“”«»‘"') - set(marks)
    wrong = [
        f"{key}: {text}"
        for key, forms in sentences(spoken).items()
        for text in forms.values()
        if foreign & set(text) and 'type = "object"' not in text
    ]

    assert wrong == []
    assert all(
        text.count(marks[0]) == text.count(marks[1])
        for forms in sentences(spoken).values()
        for text in forms.values()
    )


def labels() -> set[str]:
    """The keys of what stands on buttons and above forms."""
    found = set()
    for module in modules().values():
        for node in ast.walk(module):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            wanted = {"Button": {"label"}, "Form": {"title", "submit"}}.get(node.func.id, set())
            for keyword in node.keywords:
                match keyword:
                    case ast.keyword(
                        arg=str(arg),
                        value=ast.Call(
                            func=ast.Name(id="say"), args=[ast.Constant(value=str(key))]
                        ),
                    ) if arg in wanted:
                        found.add(key)
    return found


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_labels_fit_on_buttons_and_forms_of_each_platform(spoken: str) -> None:
    there = sentences(spoken)
    long = {
        key: text
        for key in sorted(labels())
        for text in there.get(key, {}).values()
        if len(re.sub(r"\{\w+\}", "99", text)) > MAX_LABEL
    }

    assert {"run.stop", "run.retry", "quiz.skip", "quiz.form_title"} <= labels()
    assert long == {}


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_the_help_of_a_command_fits_where_commands_are_listed(spoken: str) -> None:
    with speaking(spoken):
        long = {c.word: c.help for c in COMMANDS.values() if len(c.help) > MAX_DESCRIPTION}

    assert long == {}


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_a_page_gets_sentences_that_it_can_fill_in_itself(spoken: str) -> None:
    with speaking(spoken):
        page = table("web")

    assert page["thread_replies.other"] == sentences(spoken)["web.thread_replies"][OTHER]
    assert [key for key, text in page.items() if any(specs(text).values())] == []


@pytest.mark.parametrize(
    ("spoken", "number", "said"),
    [
        ("en", 1, "in a minute"),
        ("en", 0, "in 0 minutes"),
        ("en", 2, "in 2 minutes"),
        ("de", 1, "in einer Minute"),
        ("de", 5, "in 5 Minuten"),
        ("es", 1, "en un minuto"),
        ("es", 1_000_000, "en 1000000 minutos"),
    ],
)
def test_the_form_is_chosen_by_the_number(spoken: str, number: int, said: str) -> None:
    with speaking(spoken):
        assert say("limits.minutes", number=number) == said


@pytest.mark.parametrize(
    ("spoken", "said"),
    [("en", "100,000 characters"), ("de", "100.000 Zeichen"), ("es", "100.000 caracteres")],
)
def test_large_numbers_are_written_as_the_language_does(spoken: str, said: str) -> None:
    with speaking(spoken):
        assert said in say("run.long_mention", limit=100_000)


def test_a_sentence_that_needs_a_number_is_not_said_without_one() -> None:
    with pytest.raises(KeyError, match="number"):
        say("limits.minutes")


@pytest.mark.parametrize(
    ("locale", "spoken"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("de_DE.UTF-8", "de"),
        ("de.UTF-8", "de"),
        ("de@euro", "de"),
        ("DE", "de"),
        ("es-419", "es"),
        ("en-US", "en"),
        ("", None),
        ("fr", None),
        ("deu", None),
        ("den", None),
        ("C.UTF-8", None),
        ("POSIX", None),
        ("../de", None),
        ("d", None),
        ("de\0", "de"),
        ("x" * 100_000, None),
    ],
    ids=lambda value: "long" if value and len(value) > 50 else None,
)
def test_a_locale_names_a_language_that_is_spoken_here_or_none(
    locale: str, spoken: str | None
) -> None:
    assert known(locale) == spoken


def test_a_language_is_spoken_only_inside_and_one_that_is_not_known_is_english() -> None:
    with speaking("de"):
        with speaking("xx"):
            assert (language(), say("run.stop")) == (ENGLISH, "Stop")
        assert (language(), say("run.stop")) == ("de", "Stopp")

    assert language() == ENGLISH


@pytest.mark.parametrize(
    ("environ", "spoken"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "es_ES.UTF-8"}, "es"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "es_ES.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": ""}, "de"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(map("=".join, value.items())),
)
def test_a_shell_is_answered_in_its_language(environ: dict[str, str], spoken: str) -> None:
    assert shell_language(environ) == spoken


def test_the_command_line_helps_in_the_language_of_its_shell() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "bot", "--help"],
        cwd=ROOT,
        env={"LC_ALL": "de_DE.UTF-8", "PYTHONUTF8": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "Docent bringt einen KI-Tutor in Slack und Discord." in shown.stdout
    assert "Assistenten anlegen, importieren" in shown.stdout


def test_no_sentence_is_chosen_before_it_is_known_who_reads_it() -> None:
    """Only the command line says things when it is imported: its language is known by then."""
    early = [
        f"{path}:{call.lineno}"
        for path, module in modules().items()
        if not path.startswith("bot/cli/")
        for each in module.body
        if not isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for call in ast.walk(each)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        if call.func.id in {"say", "table"}
    ]

    assert early == []


def test_every_file_of_sentences_is_a_language() -> None:
    folder = ROOT / "bot" / "strings"

    assert {path.stem for path in folder.glob("*.toml")} == set(LANGUAGES)
    assert all(placeholders(each) >= {"number"} for each in sentences().values() if len(each) > 1)
    assert strings.ENGLISH in LANGUAGES


async def test_the_locale_comes_before_what_is_set_and_that_is_kept_for_a_moment(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as store:
        clock = MovableClock()
        languages = Languages(store, clock)
        async with writing(store) as tx:
            places.note(tx, [place()], NOW)
            tx.execute(update(workspaces).values(settings={"language": "es"}))
        spoken = [await languages.of(locale, place()) for locale in ("de-CH", "", "fr")]
        async with writing(store) as tx:
            tx.execute(update(workspaces).values(settings={"language": "de"}))
        kept = await languages.of("", place())
        await clock.advance(LASTING)
        later = await languages.of("", place())

    assert spoken == ["de", "es", "es"]
    assert (kept, later) == ("es", "de")


async def test_where_nothing_can_be_read_people_are_answered_in_english(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        languages = Languages(store, MovableClock())
        async with writing(store) as tx:
            tx.execute(statement("ALTER TABLE workspaces RENAME TO gone"))

        assert await languages.of("", place()) == ENGLISH
        assert await languages.of("es", place()) == "es"
