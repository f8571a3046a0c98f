"""How long the state machine drives: a minute with every run of the tests, or as long as asked.

`--hypothesis-profile=soak` drives for about an hour, with other steps each time.
"""

from hypothesis import HealthCheck, Phase, settings

# Nothing is shrunk: how steps fall together is the scheduler's, so a smaller story is another one.
settings.register_profile(
    "machine",
    max_examples=40,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
settings.register_profile(
    "soak",
    settings.get_profile("machine"),
    derandomize=False,
    max_examples=2_000,
    stateful_step_count=80,
)
