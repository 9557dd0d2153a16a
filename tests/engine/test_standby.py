"""The standby on a JACK server: its ports are there in advance, and another client hears it where the engine was."""

import os
import signal
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from liveengine.engine.device import Device
from liveengine.engine.process import Runner, Wedged
from liveengine.engine.shared import Shared
from liveengine.engine.standby import Standby
from liveengine.engine.streams import StreamKind
from liveengine.engine.streams.jack import JackStream, port_names
from liveengine.engine.streams.opener import Wish
from liveengine.engine.streams.patch import Mirror, Patch
from liveengine.errors import DeviceMissing
from tests.engine import stage

Floats = npt.NDArray[np.float32]

PORTS = {row: name for row, name in enumerate(port_names(2, 4)) if name}
HEARD = 200_000  # frames
LOST = 14_400
BLOCK = 256
LATE = 10 * BLOCK  # of one xrun, at most
KILLED = 60_000  # frame from which on the engine is killed


def kill(shared: Shared) -> None:
    """Kill the engine and wait until the standby plays."""
    epoch = stage.header(shared, "engine_epoch")
    os.kill(stage.header(shared, "engine_pid"), signal.SIGKILL)
    stage.wait(lambda: stage.header(shared, "engine_epoch") == epoch + 1)
    reached = stage.header(shared, "callbacks")
    stage.wait(lambda: stage.header(shared, "callbacks") > reached)


def connected(port: str) -> str:
    return subprocess.run(["jack_lsp", "-c", port], capture_output=True, text=True).stdout


def test_another_client_hears_the_standby_go_on_at_the_right_frame_of_every_port(tmp_path: Path) -> None:
    with stage.jackd(BLOCK, sync=False), stage.serving(tmp_path, "jack") as shared:
        stage.stands_by(shared, StreamKind.JACK)
        names = [f"liveengine:{name}" for name in PORTS.values()]
        with stage.ear(tmp_path / "heard.npy", names, "--clock"):
            stage.wait(lambda: "liveengine-standby:cue_2" in connected(f"ear:in_{len(PORTS) - 1}"))
            origin = stage.play_ahead(shared.memory)
            stage.wait(lambda: stage.header(shared, "frame") > origin + KILLED)
            kill(shared)
            stage.wait(lambda: stage.header(shared, "frame") > origin + HEARD + 10_000)
            gap, xruns = stage.header(shared, "gap"), stage.header(shared, "xruns")
        expected = stage.replayed(shared, stage.settings(), origin + HEARD)[list(PORTS), origin:]
    heard = np.load(tmp_path / "heard.npy")
    first = int(np.argmax(heard[0] != 0)) - int(np.argmax(expected[0] != 0))
    right, odd, later = compared(heard[:, first : first + HEARD], expected, -origin % BLOCK)
    print(f"gap {gap} frames, {xruns} xruns, right {right}, odd {odd}, later by {later}")
    assert gap < LOST
    assert right > HEARD - LOST - xruns * LATE
    assert odd <= BLOCK * xruns
    assert later <= LATE * xruns  # where the machine keeps up nothing is shifted, on no port


def compared(heard: Floats, expected: Floats, begin: int) -> tuple[int, int, int]:
    """Return how many frames are as expected, how many sound otherwise, and by how many the last lie later.

    A busy server leaves out cycles: they are silent, or the engine goes on a cycle later. begin: of the first cycle.
    """
    right, odd, later = 0, 0, 0
    for start in range(begin, heard.shape[1] - BLOCK, BLOCK):
        cycle = heard[:, start : start + BLOCK]
        if not cycle.any():
            continue
        places = range(start - later, max(-1, start - LOST), -BLOCK)
        found = next((at for at in places if (cycle == expected[:, at : at + BLOCK]).all()), None)
        right, odd = right + BLOCK * (found is not None), odd + BLOCK * (found is None)
        later = later if found is None else start - found
    return right, odd, later


def test_a_connection_changed_on_either_client_is_changed_on_both(tmp_path: Path) -> None:
    with stage.jackd(), stage.serving(tmp_path, "jack") as shared:
        stage.stands_by(shared, StreamKind.JACK)
        jack = ("system:playback_1", "liveengine:master_1", "liveengine-standby:master_1", "liveengine-standby:cue_1")
        assert all(name in connected(jack[0]) for name in jack[1:3])
        subprocess.run(["jack_disconnect", jack[1], jack[0]], check=True)
        stage.wait(lambda: "master_1" not in connected(jack[0]))
        subprocess.run(["jack_connect", jack[3], jack[0]], check=True)
        stage.wait(lambda: "liveengine:cue_1" in connected(jack[0]))
        kill(shared)
        stage.stands_by(shared, StreamKind.JACK)
        assert connected(jack[0]).split() == ["system:playback_1", "liveengine-standby:cue_1", "liveengine:cue_1"]


class Clinging(Device):
    """A device that its library does not let go of."""

    def drop(self) -> None:
        raise DeviceMissing("the JACK server is gone and libjack does not let go")


def test_a_standby_that_must_be_the_engine_while_libjack_hangs_keeps_time_until_another_one_stands_by() -> None:
    with stage.memory_of(stage.settings()) as shared:
        standby = Standby(shared, Wish("null"))
        standby._over = True  # the word has come
        standby._drop(Clinging(shared.memory, Wish("null"), (StreamKind.NULL,)))
        runner = Runner(shared, Wish("null"), None, standby)
        runner._watch(0)
        shared.memory.header["standby_pid"] = os.getpid()
        with pytest.raises(Wedged, match="does not let go"):
            runner._watch(0)


def test_an_engine_that_must_open_its_device_anew_goes_on_with_the_connections_that_the_standby_knew() -> None:
    heard = {("cue_1", "system:playback_1")}
    with stage.memory_of(stage.settings()) as shared:
        Patch.read(shared.folder).keep(["liveengine"], {("master_1", "system:playback_1")})  # half a second ago
        standby = Standby(shared, Wish("jack"))
        standby._mirror = Mirror(JackStream(shared.memory), "liveengine", lambda: 0)
        standby._mirror.links = heard
        runner = Runner(shared, Wish("jack"), None, standby)
        assert runner._patch.links == heard
        assert Patch.read(shared.folder).links == heard
        assert Patch.read(shared.folder).names == ["liveengine"]


def test_on_the_null_stream_the_standby_has_its_clock_running(tmp_path: Path) -> None:
    with stage.serving(tmp_path, "null") as shared:
        origin = stage.play_ahead(shared.memory)
        for _ in range(2):
            stage.stands_by(shared, StreamKind.NULL)
            kill(shared)
            assert stage.header(shared, "standby_open") == StreamKind.NONE  # it is the engine's now
        stage.wait(lambda: stage.header(shared, "frame") > origin + 50_000)
        assert stage.journal_agrees(shared, stage.settings())
