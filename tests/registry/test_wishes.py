"""Options of a command as changes of a body."""

import pytest

from bot.jsons import Json
from bot.registry.body import body_of
from bot.registry.errors import BodyError, RegistryError
from bot.registry.functions import named
from bot.registry.wishes import MAX_LAST_MESSAGES, Wishes, tool_choice, truncation
from bot.tools import TOOLS

BODY: Json = {
    "name": "Kim",
    "temperature": 1.0,
    "metadata": {"a": "1", "b": "2"},
    "tools": [
        {"type": "function", "function": {"name": "display_quiz", "description": "old"}},
        {"type": "file_search"},
    ],
}


def wishes(
    fields: Json | None = None,
    metadata: dict[str, str] | None = None,
    *,
    add: tuple[str, ...] = (),
    remove: tuple[str, ...] = (),
    clear: tuple[str, ...] = (),
) -> Wishes:
    return Wishes(
        fields=fields or {},
        metadata=metadata or {},
        add_tools=add,
        remove_tools=remove,
        clear=clear,
    )


def test_what_is_not_named_stays() -> None:
    assert wishes().applied(BODY, TOOLS) == BODY
    assert wishes({"name": "Kai"}).applied(BODY, TOOLS) == BODY | {"name": "Kai"}


def test_pairs_are_set_and_removed_one_by_one() -> None:
    changed = wishes(metadata={"b": "", "c": "3"}).applied(BODY, TOOLS)

    assert changed["metadata"] == {"a": "1", "c": "3"}


def test_a_function_is_added_as_it_is_installed_and_brought_up_to_date() -> None:
    changed = wishes(add=("ask_person", "display_quiz")).applied(BODY, TOOLS)

    assert sorted(named(changed)) == ["ask_person", "display_quiz"]
    assert "old" not in str(changed)
    assert isinstance(changed["tools"], list)
    assert {"type": "file_search"} in changed["tools"]


def test_tools_are_removed_by_name_or_type() -> None:
    assert wishes(remove=("display_quiz", "file_search")).applied(BODY, TOOLS)["tools"] == []


def test_a_field_is_cleared_before_it_is_set() -> None:
    changed = wishes({"name": "Kai"}, clear=("name", "temperature", "tools")).applied(BODY, TOOLS)

    assert changed == {"name": "Kai", "metadata": BODY["metadata"]}


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (wishes(add=("zip",)), "ask_person, display_quiz"),
        (wishes(remove=("zip",)), "display_quiz, file_search"),
        (wishes(clear=("zip",)), "temperature"),
        (wishes({"tool_choice": tool_choice("zip")}), "display_quiz, file_search"),
        (wishes({"tool_choice": {"type": "code_interpreter"}}), "file_search"),
        (wishes({"tool_choice": tool_choice("zip"), "tools": []}), "It has: nothing"),
        (
            wishes({"tool_choice": tool_choice("file_search")}, remove=("file_search",)),
            "none of its tools",
        ),
    ],
)
def test_what_is_not_there_is_told_with_what_is(wish: Wishes, words: str) -> None:
    with pytest.raises(RegistryError, match=words):
        wish.applied(BODY, TOOLS)


def test_short_words_stand_for_objects() -> None:
    assert tool_choice("required") == "required"
    assert tool_choice("file_search") == {"type": "file_search"}
    assert tool_choice("zip") == {"type": "function", "function": {"name": "zip"}}
    assert truncation("12") == {"type": "last_messages", "last_messages": 12}
    assert truncation("auto") == {"type": "auto"}
    assert truncation("disabled") == {"type": "disabled"}


@pytest.mark.parametrize("name", ["display_quiz", "file_search", "ask_person"])
def test_a_tool_that_it_has_can_be_chosen(name: str) -> None:
    changed = wishes({"tool_choice": tool_choice(name)}, add=("ask_person",)).applied(BODY, TOOLS)

    assert changed["tool_choice"] == tool_choice(name)


def test_a_choice_that_was_wrong_before_stops_no_other_change() -> None:
    body = BODY | {"tool_choice": tool_choice("zip")}

    assert wishes({"name": "Kai"}).applied(body, TOOLS)["name"] == "Kai"


@pytest.mark.parametrize("text", ["foo", "0", str(MAX_LAST_MESSAGES + 1), "٣", "9" * 5_000])
def test_a_truncation_is_told_in_the_words_of_its_option(text: str) -> None:
    with pytest.raises(RegistryError, match=r"--truncation must be auto, disabled, .* to 100,000"):
        truncation(text)


def test_a_body_takes_as_many_messages_as_the_option() -> None:
    most = truncation(str(MAX_LAST_MESSAGES))

    assert body_of({"truncation_strategy": most}) == {"truncation_strategy": most}
    with pytest.raises(BodyError):
        body_of({"truncation_strategy": most | {"last_messages": MAX_LAST_MESSAGES + 1}})
