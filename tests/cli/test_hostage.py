"""Python's lock held in a real engine and daemon: what is counted, and whose fault it is."""

import shutil

import numpy as np
import pytest

from liveengine.cli.torture import hostage

BLOCK_NS = round(hostage.BLOCK_NS)


@pytest.mark.skipif(shutil.which("jackd") is None, reason="jackd is not installed")
def test_while_the_lock_is_held_in_engine_and_daemon_the_engine_gets_its_callbacks() -> None:
    calm, (strained,) = hostage.measure(900, 0.8, 0, 1, lambda text, runs: iter(runs))
    assert calm == []
    assert strained.cycles >= 900
    assert strained.missed < 90  # a callback in Python would miss those of the whole 0.8 s: 600
    assert min(strained.held.values()) > 0.7  # seconds: neither process did anything meanwhile


def seen(*late: tuple[int, int, int], callbacks: int = 100) -> hostage.Seen:
    return hostage.Seen((0, callbacks), (0, 100 * BLOCK_NS), list(late), {})


def test_a_late_callback_is_ours_unless_the_null_client_woke_late_as_well() -> None:
    wakes = np.arange(0, 200) * BLOCK_NS
    wakes[50:] += 3 * BLOCK_NS
    found = hostage._judge(seen((20 * BLOCK_NS, 21 * BLOCK_NS, 1), (50 * BLOCK_NS, 52 * BLOCK_NS, 2)), wakes)
    assert (found.own, found.machine, found.null_late) == (1, 2, 1)


def test_callbacks_that_the_null_client_got_and_we_did_not_are_missed() -> None:
    wakes = np.arange(0, 200) * BLOCK_NS
    assert hostage._judge(seen(callbacks=100), wakes).missed == 0
    assert hostage._judge(seen(callbacks=93), wakes).missed == 7
