"""What somebody wrote is found where it is repeated word for word, and nothing else is."""

import json
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.jsons import Json
from bot.quotes import SHORTEST, Quotes

WROTE = "Solve  3x + 11 = 14,\nplease"


@pytest.mark.parametrize(
    "repeated",
    [
        WROTE,
        WROTE.upper(),
        "solve 3x + 11 = 14, please",
        "> Solve 3x + 11 = 14,\n> please",
        "Solve 3x + 11…",
        "Solve 3x + 11 = …",
    ],
)
def test_case_gaps_quotation_marks_and_cut_ends_do_not_matter(repeated: str) -> None:
    quotes = Quotes([WROTE])

    assert quotes.without(f"You said “{repeated}”.", "[-]").replace("> ", "") == "You said “[-]”."


@pytest.mark.parametrize("other", ["Solve 3x + 11 = 15, please", "Solve 3x + 12…", "Solve 3x"])
def test_what_only_begins_like_it_stays(other: str) -> None:
    assert Quotes([WROTE]).without(other, "[-]") == other


def test_short_texts_are_not_looked_for() -> None:
    quotes = Quotes(["yes", "x" * (SHORTEST - 1), "", " " * 40])

    assert quotes.without("yes, " + "x" * 40, "[-]") == "yes, " + "x" * 40


def test_of_two_texts_that_begin_alike_the_longer_one_is_found() -> None:
    quotes = Quotes(["the capital of", "the capital of France is Paris"])

    assert quotes.without("The capital of France is Paris!", "[-]") == "[-]!"
    assert quotes.without("The capital of Spain", "[-]") == "[-] Spain"


@pytest.mark.parametrize("ascii_only", [True, False], ids=["escaped", "plain"])
def test_inside_json_it_is_found_as_what_its_strings_stand_for(ascii_only: bool) -> None:
    wrote = 'He said "déjà vu"\nand left'
    inner = json.dumps({"said": f"You: {wrote}!"}, ensure_ascii=ascii_only)
    whole = json.dumps({"items": [inner, 7, None], wrote: True}, ensure_ascii=ascii_only)
    cleaned = json.loads(Quotes([wrote]).without_json(whole, "[-]"))

    assert cleaned == {"items": ['{"said": "You: [-]!"}', 7, None], "[-]": True}


@pytest.mark.parametrize("ascii_only", [True, False], ids=["escaped", "plain"])
def test_in_json_without_an_end_it_is_found_as_it_is_written(ascii_only: bool) -> None:
    wrote = 'He said "déjà vu"\nand left'
    cut = json.dumps({"said": wrote, "more": 1}, ensure_ascii=ascii_only)[:-4]

    assert Quotes([wrote]).without_json(cut, "[-]") == '{"said": "[-]", "more"'


def test_json_without_a_quote_stays_as_it_was_written() -> None:
    text = '{ "a":1,   "b" : "\\u00e9" }'

    assert Quotes([WROTE]).without_json(text, "[-]") == text


def test_names_that_a_provider_reads_by_the_letter_stay() -> None:
    item: Json = {"type": "function_call_output", "output": "function_call_output"}
    quotes = Quotes(["function_call_output"])

    assert quotes.without_value(item, "[-]", kept={"type"}) == item | {"output": "[-]"}


@pytest.mark.parametrize("width", [20, 33, 50])
def test_it_is_found_across_parts_of_a_split_text(width: int) -> None:
    long = " ".join(f"word{number}" for number in range(30))
    text = f"Before it. {long}. After it."
    parts = [text[start : start + width] for start in range(0, len(text), width)]
    cleaned = Quotes([long]).across(parts, "[-]")

    assert len(cleaned) == len(parts)
    assert all(cleaned)
    assert "word" not in "".join(cleaned)
    assert cleaned[0].startswith("Before it. ")
    assert "".join(cleaned).endswith("After it.")


@given(some.text(min_size=SHORTEST), some.text(), some.text())
def test_whatever_was_written_is_gone_and_what_is_around_stays(
    wrote: str, before: str, after: str
) -> None:
    quotes = Quotes([wrote])
    cleaned = quotes.without(f"{before}\0{wrote}\0{after}", "\1")

    if len(" ".join(wrote.split()).replace(">", "")) >= 2 * SHORTEST:
        assert "\1" in cleaned or not wrote.strip(" >")
    assert quotes.without(cleaned, "\1") == cleaned


@given(some.lists(some.text(max_size=30), max_size=6), some.text(min_size=SHORTEST))
def test_parts_stay_as_many_as_they_were(parts: list[str], wrote: str) -> None:
    assert len(Quotes([wrote]).across(parts, "[-]")) == len(parts)


def test_a_flood_of_texts_costs_no_more_than_one() -> None:
    quotes = Quotes(f"this is message number {number}" for number in range(20_000))
    text = "nothing of that, " * 5_000 + "This is message number 19999"

    assert quotes.without(text, "[-]").endswith("that, [-]")


def test_what_repeats_itself_takes_no_longer_than_anything_else() -> None:
    """The search runs in a transaction: everybody waits for it."""
    quotes = Quotes(f"{'a' * length}b" for length in range(500, 3_500, 3))

    began = process_time()
    assert "a" * 300 not in quotes.without("a" * 4_000, "[-]")
    assert process_time() - began < 0.5


def test_what_many_begin_like_is_found_and_the_rest_stays() -> None:
    """However often it stands there."""
    reply = "solve for x: 1, solve for x: 2; " * 400

    without = Quotes(["solve for x: 1", "solve for x: 12 + y"]).without(reply, "[-]")
    assert without == "[-], solve for x: 2; " * 400


def test_of_texts_that_begin_alike_the_longest_goes() -> None:
    quotes = Quotes(["Solve 3x + 1 = 4", "Solve 3x + 1 = 4 for x", "Solve 3x + 1 = 40 for x, now"])

    assert quotes.without("Solve 3x + 1 = 4 for x, please", "[-]") == "[-], please"
    assert quotes.without("Solve 3x + 1 = 40 for xylophones", "[-]") == "[-]0 for xylophones"


def test_lists_within_lists_without_end_do_not_matter() -> None:
    deep = f"{'[' * 900}{json.dumps(WROTE)}{']' * 900}"

    assert Quotes([WROTE]).without_json(deep, "[-]") == f'{"[" * 900}"[-]"{"]" * 900}'
