"""A sound check: launches through a live stream under load, timed where they are heard. Not RT-safe. Runs on: by hand.

An impulse is a buffer whose only sample that is not zero is its first. It is launched on a track of its own, at a beat
or at once, while voices play on the other tracks; it is found again in the tap ring and, with JACK, in what another
client hears.
"""

import contextlib
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine.engine.bench import crowd
from liveengine.engine.bench.jackd import Jackd
from liveengine.engine.bench.listener import LOUD, listen
from liveengine.engine.engine import Engine, Report, Snapshot
from liveengine.engine.memory import Memory
from liveengine.engine.ops import Happened, Op
from liveengine.engine.streams.context import Context
from liveengine.errors import DeviceMissing, EngineDown

GRID = 16  # launches lie on the sixteenths of a beat
LEAD_SECONDS = 0.02  # from the command to the earliest beat that it may name
PATIENCE_SECONDS = 2.0  # until a launch is heard
TEMPO = 127.3  # beats per minute: no beat but the first is a whole frame
SETTLE_SECONDS = 0.5
IMPULSE_FRAMES = 64
IMPULSE_TRACK = crowd.TRACKS
_STEM = 1 << 20  # as which the impulse lies in the pool
CLIENT = "soundcheck"


@dataclass(frozen=True)
class Launch:
    """One impulse."""

    due: int | None  # the engine's frame of the beat that it named; None = at once
    heard: int  # the engine's frame of its first sample
    pushed_ns: int  # CLOCK_MONOTONIC when the command was given


@dataclass(frozen=True)
class SoundCheck:
    """What was measured; `analysis` says what it means."""

    stream: str
    rate: int
    block: int  # frames
    latency: int  # frames from the callback to the speaker, as the device says
    voices: int  # that played meanwhile
    launches: list[Launch]
    recorded: list[int]  # JACK's frame time of each impulse that another client heard; empty without one
    trace: npt.NDArray[np.int64]  # [callbacks, 3]: wake ns, return ns, frames
    first: int  # the engine's frame at which the trace begins
    xruns: int


def check(stream: str, seconds: float, voices: int = 64, block: int = 64, seed: int = 0) -> SoundCheck:
    """Launch for `seconds` through a stream: `null`, `portaudio`, `jack` (the server that runs), `dummy` (an own one).

    A quarter of the voices is stretched. Raises DeviceMissing when there is none.
    """
    stretched = voices // 4
    memory = crowd.busy_memory("cubic", voices - stretched, 1, stretched)
    first = int(memory.header["frame"][0])
    context = Context(memory, trace=int((seconds + 60.0) * 192_000 / block))
    with contextlib.ExitStack() as stack:
        if stream == "dummy":
            stack.enter_context(Jackd(block, priority=10))
        opened = stack.enter_context(_playing(stream, memory, context, block))
        ended = stack.enter_context(listen(f"{CLIENT}:master_1")) if stream in ("jack", "dummy") else list
        launches = _launch(memory, seconds, np.random.default_rng(seed))
        context.page["live"] = 0
        recorded = ended()
        if stream == "jack" and not opened.real():
            stream = "dummy"
        xruns = int(memory.header["xruns"][0])
    return SoundCheck(
        stream, int(memory.header["rate"][0]), opened.block, opened.latency, voices,
        launches, recorded, context.traced()[: int(memory.header["callbacks"][0])], first, xruns,
    )  # fmt: skip


@contextlib.contextmanager
def _playing(name: str, memory: Memory, context: Context, block: int) -> Iterator[Any]:
    """Open a stream and let it play; close it at the end."""
    stream = _stream(name, memory, context, block)
    stream.open()
    context.page["live"] = 1
    stream.start()
    if hasattr(stream, "connect"):
        stream.complete()
        stream.connect(stream.speakers())
        stream.measure()
    try:
        yield stream
    finally:
        with contextlib.suppress(DeviceMissing):  # libjack does not always let go
            stream.stop()
            stream.close()


def _stream(name: str, memory: Memory, context: Context, block: int) -> Any:
    if name == "null":
        from liveengine.engine.streams.null import NullStream

        return NullStream(memory, block, context)
    if name == "portaudio":
        from liveengine.engine.streams.portaudio import PortAudioStream

        return PortAudioStream(memory, block, context=context)
    from liveengine.engine.streams.jack import JackStream

    return JackStream(memory, context, CLIENT)


def _impulse(engine: Engine) -> int:
    """Put the impulse into the pool; return its segment."""
    segment = engine.segments.allocate(IMPULSE_FRAMES, 1, _STEM)
    sound = engine.segments.view(segment)
    sound[:] = 0.0
    sound[0, 0] = 0.5
    engine.segments.ready(segment, IMPULSE_FRAMES)
    return segment


def _launch(memory: Memory, seconds: float, rng: np.random.Generator) -> list[Launch]:
    """Launch one impulse after the other, at a beat and at once in turn; return where each was heard."""
    engine = Engine(memory)
    segment = _impulse(engine)
    engine.push(Op.TEMPO, value=60.0 * engine.rate / TEMPO)
    engine.push(Op.RUN, value=1.0)
    time.sleep(SETTLE_SECONDS)
    end = time.monotonic() + seconds
    launches: list[Launch] = []
    while time.monotonic() < end:
        time.sleep(float(rng.uniform(0.0, 0.04)))
        now = engine.snapshot()
        beat = math.nan
        if len(launches) % 2 == 0:
            ahead = LEAD_SECONDS * engine.rate / now.frames_per_beat + float(rng.uniform(0.0, 0.1))
            beat = math.ceil((now.beat() + ahead) * GRID) / GRID
        pushed = time.monotonic_ns()
        token = engine.push(Op.LAUNCH, track=IMPULSE_TRACK, slot=1, segment=segment, beat=beat)
        started = _await(engine, token)
        due = None if math.isnan(beat) else frame_of(now, beat)
        launches.append(Launch(due, _heard(memory, started.frame), pushed))
    return launches


def frame_of(now: Snapshot, beat: float) -> int:
    """Return the frame of a beat in exact arithmetic, from the transport's anchor."""
    distance = (Fraction(beat) - Fraction(now.anchor_beat)) * Fraction(now.frames_per_beat)
    return now.anchor_frame + math.floor(distance + Fraction(1, 2))


def _await(engine: Engine, token: int) -> Report:
    """Return the report that the launch has started, once its block is over."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        time.sleep(0.001)
        for report in engine.reports():
            if report.kind is Happened.STARTED and report.token == token:
                return report
    raise EngineDown(f"a launch was not heard within {PATIENCE_SECONDS:.0f} s; the stream does not run")


def _heard(memory: Memory, frame: int) -> int:
    """Return the frame at which the tap ring holds the impulse, which lies near `frame`; raises EngineDown."""
    end = min(frame + 64, int(memory.header["frame"][0]))  # behind it lies what sounded a round of the ring ago
    near = np.arange(max(0, frame - 1024), end)
    loud = np.flatnonzero(np.abs(memory.tap[near & (len(memory.tap) - 1), 0]) > LOUD)
    if not len(loud):
        raise EngineDown(f"the launch that began at frame {frame} is not in the master's sound")
    return int(near[loud[-1]])
