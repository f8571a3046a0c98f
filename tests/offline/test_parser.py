import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.offline.formulas import notation
from bot.offline.formulas.lexer import MAX_CHARACTERS, Unclear
from bot.offline.formulas.parser import equation, expression, formula
from bot.offline.formulas.trees import variables

READ = [
    ("3x + 11 = 14", "3x + 11 = 14"),
    ("-x^2", "-x^{2}"),
    ("2^-3", "2^{-3}"),
    ("5!", "5!"),
    ("|x-3|=5", r"\left|x - 3\right| = 5"),
    ("1/2 x", r"\frac{1}{2}x"),
    ("sin 2x cos x", r"\sin\left(2x\right)\cos\left(x\right)"),
    ("sin^2(x)", r"\sin\left(x\right)^{2}"),
    (r"\frac{2}{3} \cdot \left(x+1\right)", r"\frac{2}{3} \cdot \left(x + 1\right)"),
    ("x² − 3·x", r"x^{2} - 3 \cdot x"),
    ("√16", r"\sqrt{16}"),
    ("0,5", "0.5"),
    ("20%", r"20\%"),
    ("xy", "xy"),
    ("3-(2-1)", r"3 - \left(2 - 1\right)"),
]
REFUSED = [
    "",
    "3 4",
    "x2",
    "1/2x",
    "1,000 * 2",
    "100 + 10%",
    "log(3)",
    "x < 3",
    "1 = 2 = 3",
    "X + x",
    "((x)",
    "(x}",
    "sin^-1 x",
    "the",
    "ten",
    "2 +",
    "f(x)",
    "1.2.3",
    r"\int_0^1",
]
HOSTILE = [
    "__import__('os').system('true')",
    "open('/etc/passwd').read()",
    "9^9^9",
    "(((9^60)^60)^60)",
    "x^999",
    "171!",
    "3!!!!!!",
    "(" * 200 + "x" + ")" * 200,
    "1" * 31,
    "x+" * 100 + "x",
    "9" * 400,
    "lambda: 0",
    "x.__class__",
]


@pytest.mark.parametrize(("text", "latex"), READ)
def test_formulas_are_shown_as_they_were_written(text: str, latex: str) -> None:
    assert latex == notation.latex(formula(text))


@pytest.mark.parametrize("text", REFUSED)
def test_what_can_be_read_in_two_ways_or_not_at_all_is_refused(text: str) -> None:
    with pytest.raises(Unclear):
        formula(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_code_and_exploding_numbers_are_refused(text: str) -> None:
    with pytest.raises(Unclear):
        formula(text)


@given(st.text(max_size=MAX_CHARACTERS + 10))
def test_any_text_is_read_or_refused_but_never_breaks(text: str) -> None:
    with contextlib.suppress(Unclear):
        assert formula(text)


@given(st.text(alphabet="0123456789.xyz+-*/^()! |=%abcsin", max_size=40))
def test_what_is_shown_reads_back_as_the_same_formula(text: str) -> None:
    try:
        shown = notation.latex(formula(text))
    except Unclear:
        return

    assert shown == notation.latex(formula(shown))


def test_an_equation_is_no_expression_and_the_other_way_round() -> None:
    with pytest.raises(Unclear):
        expression("x = 1")
    with pytest.raises(Unclear):
        equation("x + 1")


def test_constants_are_no_unknowns() -> None:
    assert {"x"} == variables(formula("2 pi x + e"))
