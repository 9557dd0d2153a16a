"""For every test: sums have the threads that workers have, nobody calls who did not say so, Ctrl-C ends programs also
where the tests run in the background, and with TESTS_NEED_ALL=1 a skip for want of a program fails.
"""

import os
import re
import signal
from collections.abc import Generator
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

from liveengine.caller import caller
from liveengine.jobs import lane

# Before numpy: with more threads the last bits are others, and those who test side by side share the cores.
os.environ.update(lane.environment())

# A shell without job control has what it starts in the background ignore Ctrl-C, and so would all that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says more of the machine than of the example.
settings.register_profile("unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
ALL = bool(os.environ.get("TESTS_NEED_ALL"))
LACKS = re.compile(r"\binstall(ed)?\b|could not import|has no JACK")
EXCUSED = ("Python 3.7", "tosclib")  # no package of theirs goes with the others


@pytest.fixture(autouse=True)
def _nobody() -> None:
    """Forget the caller that a test before has set: the main thread's context is the same for all of them."""
    caller.set(None)


def judged(report: Report) -> Report:
    """Return a report in which a skip for want of a program is a failure."""
    why = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
    if ALL and report.skipped and LACKS.search(why) and not any(name in why for name in EXCUSED):
        report.outcome, report.longrepr = "failed", f"{why}\nTESTS_NEED_ALL=1: all that tests need must be there"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Judge each phase of a test."""
    return judged((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Judge a file that skips itself."""
    return judged((yield))
