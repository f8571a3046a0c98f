"""Quizzes: what a call that asks people shows them, what they do with it, and what comes of it.

`form` asks what somebody wants. `opening` begins a quiz for its audience, with a view in a message:
the `sheet` of its asker and the `board` of a race for the first right answer, both `growing` from
message to message, or the `lobby` of one for everyone. `wording` is what all of them say alike.

What people then do is an act (`taking`). By button it is one in `alone`, `race` or, in a quiz for
everyone, on their own `paper`. What they type is for `hearing`: `typed` finds the questions that it
may answer, `below` goes on there, `offers` asks about what may be either. `marking` knows what is
right.

`closing` ends them all. `counting` counts, `tally` tells everybody and the model, `result` each
person, `learners` whoever leads the quiz, `seen` the operator; `next_steps` are the buttons after
it. `keyless` keeps what is right out of the steps of a run that goes on, `forgotten` takes a person
out of what is shown and told.
"""
