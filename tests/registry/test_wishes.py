"""Options of a command as changes of a body."""

import pytest

from bot.jsons import Json
from bot.registry.errors import RegistryError
from bot.registry.functions import named
from bot.registry.wishes import Wishes, tool_choice, truncation
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
