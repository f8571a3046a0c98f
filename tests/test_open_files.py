"""As many files as the runs need; where the system gives fewer, fewer runs."""

import subprocess
import sys

import pytest

from bot.limits import Limits
from bot.open_files import fit
from tests.sources import ROOT

PROGRAM = """
import resource
from bot.limits import Limits
from bot.open_files import fit

resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
fitted = fit(Limits(max_executing={runs}))
print(fitted.max_executing, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize(
    ("soft", "hard", "runs", "outcome"),
    [
        (256, 4_096, 500, "500 1512"),
        (2_000, 4_096, 500, "500 2000"),
        (256, 1_000, 500, "244 1000"),
        (128, 128, 500, "1 128"),
    ],
    ids=["raised", "enough", "fewer", "hardly_any"],
)
def test_open_files_and_runs_fit_each_other(soft: int, hard: int, runs: int, outcome: str) -> None:
    # In a process of its own: what a process has given up it does not get back.
    program = PROGRAM.format(soft=soft, hard=hard, runs=runs)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[-1] == outcome


def test_other_limits_stay_as_they_are() -> None:
    limits = Limits(max_executing=1, runs_per_minute=6, tokens_per_day=1_000)

    assert fit(limits) == limits
