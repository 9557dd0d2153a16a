import contextlib
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest

from liveengine.engine.shared import Shared
from liveengine.engine.streams import StreamKind
from liveengine.engine.streams.jack import JackStream, port_names
from liveengine.errors import DeviceMissing
from tests.engine import stage

PORTS = {row: f"liveengine:{name}" for row, name in enumerate(port_names(2, 4)) if name}


def listed(*flags: str) -> list[str]:
    return subprocess.run(["jack_lsp", *flags], capture_output=True, text=True).stdout.split()


def hold(shared: Shared) -> None:
    """Let the transport wait: the show's records are pushed once the ear listens."""
    stage.wait(lambda: stage.header(shared, "callbacks") > 0)


def test_another_client_hears_each_port_sample_for_sample(tmp_path: Path) -> None:
    settings = stage.settings()
    with stage.jackd(), stage.memory_of(settings) as shared, stage.engine(shared, "--stream", "jack"):
        hold(shared)
        with stage.ear(tmp_path / "heard.npy", PORTS.values()):
            origin = stage.play_ahead(shared.memory, 1.0)
            stage.wait(lambda: stage.header(shared, "frame") > origin + 100_000)
        assert stage.header(shared, "stream") == StreamKind.JACK
        expected = stage.replayed(shared, settings, origin + 90_000)[list(PORTS), origin:]
    heard = np.load(tmp_path / "heard.npy")
    first = int(np.argmax(heard[0] != 0)) - int(np.argmax(expected[0] != 0))
    assert first > 0
    assert np.array_equal(heard[:, first : first + 90_000], expected)


def test_a_replaced_engine_feeds_the_same_ports_again() -> None:
    with stage.jackd(), stage.memory_of(stage.settings()) as shared:
        with stage.engine(shared, "--stream", "jack") as engine:
            hold(shared)
            subprocess.run(["jack_disconnect", "liveengine:master_1", "system:playback_1"], check=True)
            subprocess.run(["jack_connect", "liveengine:track2_1", "system:playback_1"], check=True)
            stage.wait(lambda: "track2_1" in connections(shared))
            engine.kill()
        before = stage.header(shared, "frame")
        with stage.engine(shared, "--stream", "auto"):
            stage.wait(lambda: stage.header(shared, "engine_epoch") == 2 and stage.header(shared, "gap") > 0)
            stage.wait(lambda: "liveengine:track2_1" in listed("-c", "system:playback_1"))  # comes behind the master
            assert "liveengine:master_1" not in listed("-c", "system:playback_1")
            assert stage.header(shared, "frame") >= before + stage.header(shared, "gap")


def connections(shared: Shared) -> str:
    file = shared.folder / "patch"
    return file.read_text() if file.exists() else ""


def test_a_lost_server_leaves_the_transport_running_and_a_new_one_is_joined() -> None:
    settings = stage.settings()
    with stage.memory_of(settings) as shared:
        stage.play(shared.memory)
        with stage.jackd() as server, contextlib.ExitStack() as stack:
            stack.enter_context(stage.engine(shared, "--stream", "auto"))
            hold(shared)
            server.kill()
            stage.wait(lambda: stage.header(shared, "stream") == -StreamKind.JACK)
            reached = stage.header(shared, "frame")
            stage.wait(lambda: stage.header(shared, "frame") > reached + 10_000)
            server.start()
            stage.wait(lambda: stage.header(shared, "stream") == StreamKind.JACK)
            assert stage.header(shared, "gap") > 0
            reached = stage.header(shared, "frame")
            stage.wait(lambda: stage.header(shared, "frame") > reached + 10_000)
            assert stage.header(shared, "engine_epoch") == 1
        assert stage.journal_agrees(shared, settings)


def test_a_server_without_room_for_the_master_keeps_no_client_of_ours() -> None:
    with stage.jackd(outputs=12, ports=16), stage.memory_of(stage.settings()) as shared:
        with pytest.raises(DeviceMissing, match="no room for our port master_"):
            JackStream(shared.memory).open()
        assert not [port for port in listed() if port.startswith("liveengine")]


def test_a_server_without_room_for_all_ports_gets_the_master_and_a_word_about_the_others() -> None:
    with (
        stage.jackd(ports=16),
        stage.memory_of(stage.settings()) as shared,
        stage.engine(shared, "--stream", "jack") as engine,
    ):
        hold(shared)
        stage.wait(lambda: stage.header(shared, "stream") == StreamKind.JACK)
        assert {"liveengine:master_1", "liveengine:master_2"} <= set(listed())
        engine.send_signal(signal.SIGTERM)
        _, said = engine.communicate(timeout=5)
    assert said.count("no room for our port") == 1


def test_a_stalled_server_leaves_the_transport_running_and_takes_over_when_it_wakes() -> None:
    settings = stage.settings()
    with stage.memory_of(settings) as shared:
        stage.play(shared.memory)
        with stage.jackd() as server, stage.engine(shared, "--stream", "jack"):
            hold(shared)
            server.stop()
            stage.wait(lambda: stage.header(shared, "stream") == -StreamKind.JACK)
            reached = stage.header(shared, "frame")
            stage.wait(lambda: stage.header(shared, "frame") > reached + 10_000)
            server.go_on()
            stage.wait(lambda: stage.header(shared, "stream") == StreamKind.JACK)
        assert stage.journal_agrees(shared, settings)


def test_the_server_decides_the_rate_and_the_tempo_stays() -> None:
    settings = stage.settings(rate=44_100)
    with stage.jackd(), stage.memory_of(settings) as shared, stage.engine(shared, "--stream", "jack"):
        hold(shared)
        assert stage.header(shared, "rate") == stage.RATE
        assert np.allclose(shared.memory.bank["frames_per_beat"], 22_500.0, rtol=1e-12)  # 128 beats per minute
