"""Programs and libraries that change the tempo of a sound, ours first. Runs on: bench."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from liveengine.cli.peers.tunes import RATE, Sound
from liveengine.errors import Unavailable

Stretch = Callable[[Sound, float], Sound]  # sound, speed: source frames per frame
BLOCK = 64  # frames
_BEAT = 24_000.0  # frames; any will do


def markers(sound: Sound) -> list[int]:
    """Return the frames of the transients as analysis finds them for a stem."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sound.wav"
        soundfile.write(path, sound.T, RATE, subtype="FLOAT")
        command = [sys.executable, "-m", "liveengine.jobs.worker", "analyse", json.dumps({"path": str(path)})]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    answers = [json.loads(line) for line in said]
    for answer in answers:
        if "result" in answer:
            found: list[int] = answer["result"]["transients"]
            return found
    raise Unavailable(f"analysis failed: {answers[-1:]}")


def ours(sound: Sound, speed: float) -> Sound:
    """Return what the kernel makes of a sound, in blocks of a live session."""
    from liveengine.engine.engine import Engine
    from liveengine.engine.memory import Capacity, on_heap
    from liveengine.engine.ops import Op, Warp
    from liveengine.engine.streams.offline import render

    frames = sound.shape[1]
    memory = on_heap(Capacity(tracks=1, buses=1, voices=4, pool_bytes=frames * 8 + (1 << 20) & -64), RATE, 8.0, _BEAT)
    engine = Engine(memory)
    segment = engine.segments.allocate(frames, 2, 1, markers(sound))
    engine.segments.view(segment)[:] = sound
    engine.segments.ready(segment, frames)
    fields: dict[str, Any] = {"source_frames_per_beat": _BEAT * speed, "warp": Warp.STRETCH, "pitch": 1.0, "gain": 1.0}
    engine.push(Op.LAUNCH, track=0, slot=1, segment=segment, **fields)
    return render(memory, round(frames / speed), BLOCK)[:2]


def signalsmith(sound: Sound, speed: float) -> Sound:
    """Return Signalsmith Stretch's rendering, by python-stretch."""
    import python_stretch

    stretch = python_stretch.Signalsmith.Stretch(0)
    stretch.preset(2, RATE)
    stretch.timeFactor = speed
    return np.asarray(stretch.process(sound), np.float32)


def rubberband(engine: str) -> Stretch:
    """Return Rubber Band's engine "-2" (faster) or "-3" (finer)."""
    return lambda sound, speed: _by_program(["rubberband", engine, "-q", "-T", str(speed)], [], sound)


def soundtouch(sound: Sound, speed: float) -> Sound:
    """Return SoundTouch's rendering."""
    return _by_program(["soundstretch"], [f"-tempo={100 * (speed - 1):.6f}"], sound)


def _by_program(before: list[str], behind: list[str], sound: Sound) -> Sound:
    with tempfile.TemporaryDirectory() as folder:
        source, result = Path(folder) / "in.wav", Path(folder) / "out.wav"
        soundfile.write(source, sound.T, RATE, subtype="PCM_16")
        subprocess.run([*before, str(source), str(result), *behind], check=True, capture_output=True)
        return np.ascontiguousarray(soundfile.read(result, dtype="float32")[0].T)


def known() -> dict[str, Stretch]:
    """Return what is installed here, by name; ours is first."""
    found: dict[str, Stretch] = {"ours": ours, "signalsmith": signalsmith}
    if shutil.which("rubberband"):
        found |= {"rubberband_r3": rubberband("-3"), "rubberband_r2": rubberband("-2")}
    if shutil.which("soundstretch"):
        found["soundtouch"] = soundtouch
    return found
