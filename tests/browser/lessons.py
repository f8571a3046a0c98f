"""What the tests ask for, and the right answers worked out beside the tutor."""

import re
from fractions import Fraction

SOLVE = "@tutor I need to solve the equation `3x + 11 = 14`. Can you help me?"
EXPLAIN = "Could you explain this to me?"
ALGEBRA = "@tutor Could you explain linear algebra to me?"
DISLIKE = "@tutor I don't like math. What can I do?"
THANKS = "Thank you!"
QUIZ = (
    "Make a quiz with 2 questions: One open ended, one multiple choice."
    " Then, give me feedback for the responses."
)

SURELY_WRONG = "123456789"
"""Far from any answer of a quiz for schools."""

_LINEAR = re.compile(r"Solve (-?\d*)x ([+-]) (\d+) = (-?\d+) for x")


def root(question: str) -> Fraction:
    """The solution of a question like “Solve 2x + 9 = 11 for x.”"""
    found = _LINEAR.search(question.replace("−", "-"))
    assert found is not None, question
    factor, sign, term, total = found.groups()
    return Fraction(int(total) - int(f"{sign}{term}"), int(factor))
