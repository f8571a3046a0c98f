"""Quizzes: what a call that asks people shows them, what they do with it, and what comes of it.

`opening` begins one for its audience, with a view in a message: the `sheet` of its asker, which
grows; the `lobby` of one for everyone; the `board` of a race for the first right answer. What
people then do is in `alone`, `paper` and `race`. `closing` ends them all, `tally` counts, `result`
is what people see of it at any time later. `marking` knows what is right.
"""
