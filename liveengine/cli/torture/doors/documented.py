"""HTTP as its own document has it: requests that break one rule of it each. Runs on: the user's shell.

Needs Schemathesis, which comes with the extra `dev`.
"""

from importlib.util import find_spec
from typing import Any

import numpy as np

from liveengine.cli.torture.doors import Ports
from liveengine.cli.torture.doors.wire import HOST

EACH = 8  # requests of an operation at the most
PATIENCE_S = 20.0


def installed() -> bool:
    """Tell if Schemathesis is there."""
    return find_spec("schemathesis") is not None


def lawless(ports: Ports, count: int, random: np.random.Generator) -> int:
    """Send requests that the document forbids, of operations in any order; return how many were sent."""
    import schemathesis

    schema: Any = schemathesis.openapi.from_url(f"http://{HOST}:{ports.http}/openapi.json")
    operations: list[Any] = [found.ok() for found in schema.get_all_operations()]
    sent = 0
    while sent < count:
        for number in random.permutation(len(operations)):
            sent += _break(operations[number], min(EACH, count - sent), int(random.integers(1 << 31)))
            if sent >= count:
                break
    return sent


def breaks(case: Any) -> bool:
    """Tell if a wrong request must be refused: many need no body, and a text may be a number, or a number a text."""
    from schemathesis.core import NotSet

    if isinstance(case.body, dict):
        return any(isinstance(value, dict | list) for value in case.body.values())
    return case.method == "GET" or not isinstance(case.body, NotSet)


def _break(operation: Any, count: int, seed: int) -> int:
    """Send up to so many wrong requests of an operation; none where nothing of it can be wrong."""
    import hypothesis
    from hypothesis.errors import Unsatisfiable
    from schemathesis import GenerationMode

    sent = 0

    @hypothesis.seed(seed)
    @hypothesis.given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE).filter(breaks))
    @hypothesis.settings(
        max_examples=count, deadline=None, database=None, phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    def ask(case: Any) -> None:
        nonlocal sent
        case.call(timeout=PATIENCE_S)
        sent += 1

    try:
        ask()
    except Unsatisfiable:
        return 0
    return sent
