import os
import subprocess
import time

from liveengine.engine.bench.knock import answered
from tests.engine import stage


def test_a_server_that_runs_answers_at_once() -> None:
    with stage.jackd(), stage.process("sleep", "60") as who:
        before = time.monotonic_ns()
        there = answered(who, os.environ["JACK_DEFAULT_SERVER"], 10.0)
        assert there is not None
        assert before <= there <= time.monotonic_ns()


def test_one_that_has_ended_is_waited_for_no_longer() -> None:
    with subprocess.Popen(["false"]) as server:
        server.wait()
        assert answered(server, "liveengine-nobody", 600.0) is None
