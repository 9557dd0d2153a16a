from collections.abc import Iterator

import pytest

from tests.engine import stage


@pytest.fixture(scope="package")
def server() -> Iterator[None]:
    """A JACK server for all tests of MIDI; a cycle waits for all clients, so that none gets its messages twice."""
    with stage.jackd(128):
        yield
