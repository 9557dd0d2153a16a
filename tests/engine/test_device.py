"""A device that comes, changes or stalls while the engine plays: the music goes on, exact to the frame."""

import contextlib
import signal
import subprocess
from collections.abc import Iterator

import pytest

from liveengine.engine.shared import Shared
from liveengine.engine.streams import StreamKind, check
from liveengine.errors import DeviceMissing
from tests.engine import stage


@contextlib.contextmanager
def playing(*flags: str, **audio: int) -> Iterator[Shared]:
    settings = stage.settings(**audio)
    with stage.memory_of(settings) as shared, stage.engine(shared, *flags):
        stage.wait(lambda: stage.header(shared, "callbacks") > 0)
        stage.play_ahead(shared.memory)
        yield shared


def plays(shared: Shared, stream: StreamKind, frames: int = 10_000) -> None:
    """Wait until the engine plays through that stream, and then for so many frames."""
    stage.wait(lambda: stage.header(shared, "stream") == stream)
    reached = stage.header(shared, "frame")
    stage.wait(lambda: stage.header(shared, "frame") > reached + frames)


@pytest.mark.parametrize("rate", [44_100, 96_000, 192_000])
def test_a_server_that_returns_at_another_rate_is_converted_to(rate: int) -> None:
    settings = stage.settings()
    with stage.memory_of(settings) as shared:
        with stage.jackd() as server, contextlib.ExitStack() as stack:
            stack.enter_context(stage.engine(shared, "--stream", "auto"))
            stage.wait(lambda: stage.header(shared, "callbacks") > 0)
            stage.play_ahead(shared.memory)
            server.kill()
            stage.wait(lambda: stage.header(shared, "stream") == -StreamKind.JACK)
            server.rate = rate
            server.start()
            plays(shared, StreamKind.JACK, 30_000)
            assert stage.header(shared, "rate") == stage.RATE
            assert stage.header(shared, "latency") >= 40
        assert stage.journal_agrees(shared, stage.settings())


def test_the_engine_moves_from_the_null_stream_to_a_server_that_comes() -> None:
    with stage.memory_of(stage.settings()) as shared, stage.jackd() as server:
        server.end()
        with stage.engine(shared) as engine:
            plays(shared, StreamKind.NULL, 1_000)
            stage.play_ahead(shared.memory)
            server.start()
            plays(shared, StreamKind.JACK)
            engine.send_signal(signal.SIGTERM)
            _, said = engine.communicate(timeout=5)
        assert stage.journal_agrees(shared, stage.settings())
    assert sum("jack stream, 48000 Hz, 256 frames per block" in line for line in said.splitlines()) == 1


def test_a_forced_null_stream_stays_when_a_server_comes() -> None:
    with playing("--stream", "null") as shared, stage.jackd():
        reached = stage.header(shared, "frame")
        stage.wait(lambda: stage.header(shared, "frame") > reached + 48_000)
        assert stage.header(shared, "stream") == StreamKind.NULL


def test_the_block_size_may_change_while_it_plays() -> None:
    with stage.jackd() as _, stage.memory_of(stage.settings()) as shared, stage.engine(shared, "--stream", "jack"):
        stage.wait(lambda: stage.header(shared, "callbacks") > 0)
        stage.play_ahead(shared.memory)
        for period in (64, 2048, 16, 1024, 128):
            subprocess.run(["jack_bufsize", str(period)], check=True, capture_output=True)
            stage.wait(lambda: stage.header(shared, "block") == period)  # noqa: B023
            plays(shared, StreamKind.JACK, 3_000)
        assert stage.header(shared, "engine_epoch") == 1
        assert stage.journal_agrees(shared, stage.settings())


def test_a_stall_is_noticed_and_the_transport_goes_on() -> None:
    with stage.jackd() as server, playing("--stream", "jack") as shared:
        server.stop()
        last = stage.header(shared, "callbacks")
        stage.wait(lambda: stage.header(shared, "stream") == -StreamKind.JACK)
        reached = stage.header(shared, "frame")
        stage.wait(lambda: stage.header(shared, "frame") > reached + 2 * stage.RATE + 1_000)
        server.go_on()
        plays(shared, StreamKind.JACK)
        assert stage.header(shared, "callbacks") > last


@pytest.mark.parametrize("block", [16, 100, 2048])
@pytest.mark.parametrize("rate", [44_100, 192_000])
def test_the_null_stream_takes_any_rate_and_block(rate: int, block: int) -> None:
    settings = stage.settings(rate=rate, block=block)
    with stage.memory_of(settings) as shared:
        stage.play(shared.memory)
        with stage.engine(shared, "--stream", "null", "--block", str(block)):
            stage.wait(lambda: stage.header(shared, "frame") > 10_000)
            assert stage.header(shared, "block") == block
        assert stage.journal_agrees(shared, settings)


@pytest.mark.parametrize(("rate", "block"), [(22_050, 128), (384_000, 128), (48_000, 8), (48_000, 4096)])
def test_other_rates_and_blocks_are_refused_with_the_bounds(rate: int, block: int) -> None:
    with pytest.raises(DeviceMissing, match="are possible"):
        check("the JACK server", rate, block)
