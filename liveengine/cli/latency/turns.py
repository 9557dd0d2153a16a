"""How soon a launch and a fader are heard by OSC, ours and scsynth's in turn. Runs on: bench.

A whole server and scsynth play through one JACK server without a sound card; a third client sends to both and hears
both. Launch is `/track/1/clip/1/launch` beside `/s_new`, fader `/track/1/gain` beside `/c_set`.
"""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from liveengine.cli.latency import peer
from liveengine.cli.latency.ear import Player, described
from liveengine.cli.torture.target import RATE, Target
from liveengine.control.osc.codec import encode
from liveengine.engine.bench.jackd import Jackd
from liveengine.errors import DeviceMissing, Unavailable

BLOCK = 64  # frames
GESTURES = ("launch", "fader")
_CLIP = "/track/1/clip/1"
_GAIN = 0.75
_NODE = 2000  # of scsynth's notes


@dataclass(frozen=True)
class Heard:
    """What was heard of one server's messages."""

    milliseconds: npt.NDArray[np.float64]  # from sending to the first sample
    lost: int  # messages of which nothing was heard


@dataclass(frozen=True)
class Turns:
    """What one run found: by gesture ours, and scsynth's where it is installed."""

    ours: dict[str, Heard]
    theirs: dict[str, Heard]
    late: int  # callbacks of our engine that took longer than a block: what it has missed by itself
    xruns: int  # that the server has told of, whoever was late

    def ours_percentile(self, share: float) -> float:
        """Return the time in ms within which so many percent of all our messages were heard."""
        return _percentile(self.ours, share)

    def ratio(self, share: float) -> float:
        """Return the same as a multiple of scsynth's; 0 without one."""
        return self.ours_percentile(share) / _percentile(self.theirs, share) if self.theirs else 0.0


def _percentile(heard: dict[str, Heard], share: float) -> float:
    return float(np.percentile(np.concatenate([one.milliseconds for one in heard.values()]), share))


@contextlib.contextmanager
def stage() -> Iterator[Target]:
    """Run a JACK server and a whole server with one clip in it that sounds from its first frame on."""
    with Jackd(BLOCK), Target("jack", clips=1) as target:
        stem = min(int(row["id"]) for row in target.call("/stems/"))
        target.call(f"{_CLIP}/load", stem=stem)
        for setting, value in (("quantum", 0), ("warp", "repitch")):
            target.call(f"{_CLIP}/{setting}", value=value)
        target.call("/transport/running", value=True)
        target.play_on(0.5)
        yield target


def measure(target: Target, seconds: float, seed: int = 0) -> Turns:
    """Play each gesture for its share of `seconds` on a stage; raise DeviceMissing when that cannot be heard."""
    target.call("/track/1/stop", quantum=0)
    target.call("/track/1/gain", value=_GAIN)  # an earlier run has left it at nothing
    late, xruns = target.header("late"), target.header("xruns")
    ours: dict[str, Heard] = {}
    theirs: dict[str, Heard] = {}
    with contextlib.ExitStack() as stack:
        port = None
        with contextlib.suppress(Unavailable):
            port = stack.enter_context(peer.serving(RATE, BLOCK))
        for gesture in GESTURES:
            if gesture == "fader":
                target.call(f"{_CLIP}/launch", quantum=0)
            players = [_own(gesture, int(target.info["ports"]["osc"]))]
            if port is not None:
                players.append(_peer(gesture, port))
            heard = _heard(players, seconds / len(GESTURES), seed)
            ours[gesture] = heard[0]
            if port is not None:
                theirs[gesture] = heard[1]
    return Turns(ours, theirs, target.header("late") - late, target.header("xruns") - xruns)


def _own(gesture: str, port: int) -> Player:
    on, off = {
        "launch": (encode(f"{_CLIP}/launch"), encode("/track/1/stop", 0)),
        "fader": (encode("/track/1/gain", _GAIN), encode("/track/1/gain", 0.0)),
    }[gesture]
    return Player(port, "liveengine:master_1", on.hex(), off.hex())


def _peer(gesture: str, port: int) -> Player:
    on, off = {
        "launch": (encode("/s_new", "note", _NODE, 0, 0), encode("/n_free", _NODE)),
        "fader": (encode("/c_set", 0, peer.LEVEL), encode("/c_set", 0, 0.0)),
    }[gesture]
    return Player(port, peer.SOURCE, on.hex(), off.hex())


def _heard(players: list[Player], seconds: float, seed: int) -> list[Heard]:
    command = [sys.executable, "-m", "liveengine.cli.latency.ear", str(seconds), str(seed)]
    done = subprocess.run(command, input=described(players), capture_output=True, text=True, check=False)
    if done.returncode:
        raise DeviceMissing(f"the client that listens ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    return [
        Heard(np.array(frames, np.float64) * 1000.0 / RATE, lost)
        for frames, lost in zip(found["frames"], found["lost"], strict=True)
    ]
