"""The daemon's handle on the engine: push records, read events and the snapshot. Runs on: event loop, MIDI thread."""

import math
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from liveengine.engine.layout import ALL, COMMAND, FRACTION_BITS, NEVER
from liveengine.engine.memory import Memory
from liveengine.engine.ops import Happened, Op, VoiceState
from liveengine.engine.pool import Backing, Segments
from liveengine.engine.positions import (
    COMMAND_READ,
    COMMAND_WRITE,
    COMMITTED,
    EVENT_READ,
    EVENT_WRITE,
    bound,
)
from liveengine.errors import EngineDown, RingFull

TRIES = 10_000  # of a snapshot that the kernel overtakes
RESTLESS = "the engine's state never stood still long enough to be read; is its block one frame long?"
_RECORD = struct.Struct("<4i2q3d3q2dq2dif8b2h4x2q32x")
assert _RECORD.size == COMMAND.itemsize
_Array = npt.NDArray[np.void]
_CLOCK = ("frame", "anchor_frame", "anchor_beat", "frames_per_beat", "running")
_FROM_BANK = ("frame", "clock_ns", "clock_frame", "anchor_frame", "anchor_beat", "frames_per_beat", "queued")
_FROM_HEADER = ("load", "callbacks", "xruns", "late", "events_lost", "block", "rate", "latency", "gap", "engine_epoch")
_FROM_STRIP = (
    *("playing_slot", "playing_token", "queued_slot", "queued_token", "stopping"),
    *("gain", "pan", "mute", "solo", "output", "cue"),
)


class Report(NamedTuple):
    """An event of the engine; `track` counts from 0 as in the record, `frame` and `beat` say when it happened."""

    kind: Happened
    track: int
    slot: int
    segment: int
    token: int
    frame: int
    beat: float
    aux: int


class StripView(NamedTuple):
    """A strip as the engine last left it; meters are linear.

    Of the voice that plays: `position` runs 0..1 through what it repeats, `segment` is what it reads (-1: none), `warp`
    how it follows the tempo.
    """

    playing_slot: int
    playing_token: int
    queued_slot: int
    queued_token: int
    stopping: bool
    gain: float
    pan: float
    mute: bool
    solo: bool
    output: int  # 0 master, 1.. a bus, -1 nowhere
    cue: bool
    peak: tuple[float, float]
    rms: tuple[float, float]
    sends: tuple[float, ...]  # linear, into each bus
    position: float
    segment: int
    warp: int  # a Warp


@dataclass(frozen=True)
class Snapshot:
    """One consistent state of the engine, as of the end of a block."""

    committed: int
    frame: int
    clock_ns: int
    clock_frame: int
    anchor_frame: int
    anchor_beat: float
    frames_per_beat: float
    running: bool
    tracks: tuple[StripView, ...]
    audition: StripView  # what is listened to beforehand, on the cue bus alone
    buses: tuple[StripView, ...]
    master_peak: tuple[float, float]
    master_rms: tuple[float, float]
    master_gain: float  # where its ramp is; linear
    limiter: float  # the gain of the master's limiter; 1 = it rests
    cue_peak: tuple[float, float]
    cue_rms: tuple[float, float]
    cue_gain: float
    voices: int
    queued: int
    load: float
    callbacks: int
    xruns: int
    late: int
    events_lost: int
    block: int
    rate: int
    latency: int  # frames from callback to speaker
    gap: int
    engine_epoch: int

    def beat(self, frame: int | None = None) -> float:
        """Return the beat of a frame; of `self.frame` without one."""
        if not self.running:
            return self.anchor_beat
        return self.anchor_beat + ((self.frame if frame is None else frame) - self.anchor_frame) / self.frames_per_beat


class Engine:
    """The engine as the daemon sees it. `push` may be called from any thread; the rest from one."""

    def __init__(
        self,
        memory: Memory,
        journal: Callable[[bytes], None] | None = None,
        backing: Backing | None = None,
    ) -> None:
        """`journal` gets the bytes of each COMMAND record that is pushed; `backing` as for `Segments`."""
        self.memory = memory
        self._peek, self._post = bound(memory.header)
        self.tracks = int(memory.header["tracks"][0])
        self.buses = int(memory.header["buses"][0])
        self.segments = Segments(memory, backing)
        self._journal = journal
        self._lock = threading.Lock()
        self._holding = 0  # `together` inside of `together`
        self._held = 0  # records behind `command_write` that `together` holds back
        self._ring = memory.commands.view(np.uint8).data
        self._token = time.time_ns() // 1000  # unique across restarts of the daemon; a JSON number holds it

    @property
    def rate(self) -> int:
        """Frames per second; the device may have decided it."""
        return int(self.memory.header["rate"][0])

    @property
    def running(self) -> bool:
        """Whether the transport ran at the end of the last block; any thread may ask."""
        return bool(self.memory.bank["running"][self._peek(COMMITTED) & 1])

    def beat(self) -> float:
        """Return the beat at the end of the last block; any thread may ask. Raises EngineDown as `snapshot` does."""
        for _ in range(TRIES):
            committed = self._peek(COMMITTED)
            row = self.memory.bank[committed & 1]
            frame, anchor_frame, anchor_beat, frames_per_beat, running = (row[name].item() for name in _CLOCK)
            if self._peek(COMMITTED) == committed:
                return float(anchor_beat + (frame - anchor_frame) / frames_per_beat if running else anchor_beat)
        raise EngineDown(RESTLESS)

    def push(
        self,
        op: Op,
        *,
        track: int = ALL,
        slot: int = 0,
        segment: int = -1,
        frame: int = NEVER,
        quantum: float = 0.0,
        beat: float = math.nan,
        value: float = 0.0,
        start: int = 0,
        loop_start: int = 0,
        loop_end: int = 0,
        source_frames_per_beat: float = 0.0,
        gain: float = 1.0,
        ramp: int = 0,
        pitch: float = 1.0,
        follow_beats: float = 0.0,
        crossfade: int = 0,
        chance: float = 1.0,
        warp: int = 0,
        tier: int = 0,
        reverse: int = 0,
        mode: int = 0,
        legato: int = 0,
        choke: int = 0,
        follow_a: int = 0,
        follow_b: int = 0,
        jump_a: int = 0,
        jump_b: int = 0,
    ) -> int:
        """Put one record into the ring and return its token; fields as in `layout.COMMAND`. Raises RingFull."""
        size = len(self.memory.commands)
        with self._lock:
            write = self._peek(COMMAND_WRITE) + self._held
            if write - self._peek(COMMAND_READ) >= size:
                raise RingFull(f"the engine has not taken the last {size} records yet; is it running?")
            self._token = token = self._token + 1
            record = _RECORD.pack(
                op, track, slot, segment, token, frame, quantum, beat, value,
                start, loop_start, loop_end, source_frames_per_beat, gain, ramp,
                pitch, follow_beats, crossfade, chance,
                warp, tier, reverse, mode, legato, choke, follow_a, follow_b, jump_a, jump_b, 0, 0,
            )  # fmt: skip
            place = (write & (size - 1)) * COMMAND.itemsize
            self._ring[place : place + COMMAND.itemsize] = record
            if self._holding:
                self._held += 1
            else:
                self._post(COMMAND_WRITE, write + 1)
            if self._journal is not None:
                self._journal(record)
        return token

    @contextmanager
    def together(self) -> Iterator[None]:
        """Hold back what is pushed inside, by anyone, and hand it to the engine at once: in one block."""
        with self._lock:
            self._holding += 1
        try:
            yield
        finally:
            with self._lock:
                self._holding -= 1
                if self._held and not self._holding:
                    self._post(COMMAND_WRITE, self._peek(COMMAND_WRITE) + self._held)
                    self._held = 0

    @property
    def untaken(self) -> int:
        """Return how many records the engine has not taken yet."""
        return self._peek(COMMAND_WRITE) + self._held - self._peek(COMMAND_READ)

    def reports(self) -> list[Report]:
        """Return the events since the last call, oldest first."""
        size = len(self.memory.events)
        read = self._peek(EVENT_READ)
        count = self._peek(EVENT_WRITE) - read
        if count <= 0:
            return []
        events = self.memory.events[(read + np.arange(min(count, size))) & (size - 1)]
        self._post(EVENT_READ, read + count)
        return [Report(Happened(kind), *rest[:7]) for kind, *rest in events.tolist()]

    def snapshot(self) -> Snapshot:
        """Return the last block's state. Raises EngineDown if the memory changes faster than it can be read."""
        memory = self.memory
        for _ in range(TRIES):
            committed = self._peek(COMMITTED)
            side = committed & 1
            bank = _copy(memory.bank[side : side + 1])
            strips = _copy(memory.strips[side])
            sends = memory.feeds["send"][side].copy()
            playing = _copy(memory.voices[side, : int(bank["active"][0])])
            header = _copy(memory.header[:1])
            if self._peek(COMMITTED) == committed:
                return _snapshot(committed, header[0], bank[0], _strips(strips, sends, playing), len(playing))
        raise EngineDown(RESTLESS)

    def waiting(self, wanted: Callable[[_Array], npt.NDArray[np.bool_]]) -> _Array:
        """Return copies of the COMMAND records that wait in the engine or on their way to it and are `wanted`.

        `wanted` tells for an array of records which ones are. Raises EngineDown as `snapshot` does.
        """
        memory = self.memory
        for _ in range(TRIES):
            committed = self._peek(COMMITTED)
            side = committed & 1
            queue = memory.queue[side, : memory.places]
            kept = queue[(queue["op"] != 0) & wanted(queue)]
            taken = int(memory.bank["command_read"][side])
            places = np.arange(taken, int(memory.header["command_write"][0]) + self._held) & (len(memory.commands) - 1)
            if self._peek(COMMITTED) == committed:
                coming = memory.commands[places]
                return np.concatenate([kept, coming[wanted(coming)]])
        raise EngineDown(RESTLESS)

    def alive(self, within_ns: int = 500_000_000) -> bool:
        """Tell whether a callback began within the last `within_ns` nanoseconds."""
        return time.monotonic_ns() - int(self.memory.header["clock_ns"][0]) < within_ns


def _copy(rows: _Array) -> _Array:
    """Return a copy of structures that lie in a row; `ndarray.copy` takes them field by field."""
    return np.frombuffer(rows.tobytes(), rows.dtype)


def _snapshot(committed: int, header: np.void, bank: np.void, strips: list[StripView], voices: int) -> Snapshot:
    """Turn copies of the memory into the snapshot's plain values."""
    tracks = int(header["tracks"])
    return Snapshot(
        committed=committed,
        **{name: bank[name].item() for name in _FROM_BANK},
        running=bool(bank["running"]),
        tracks=tuple(strips[:tracks]),
        audition=strips[tracks],
        buses=tuple(strips[tracks + 1 :]),
        limiter=bank["master"]["limiter"].item(),
        **_outlet(bank, "master"),
        **_outlet(bank, "cue"),
        voices=voices,
        **{name: header[name].item() for name in _FROM_HEADER},
    )


def _outlet(bank: np.void, name: str) -> dict[str, Any]:
    """Return the gain and the meters of the master or the cue bus."""
    outlet = bank[name]
    target, step, left = outlet["gain"].item()
    peak, rms = (tuple(outlet["meter"][kind].tolist()) for kind in ("peak", "rms"))
    return {f"{name}_gain": target - step * left, f"{name}_peak": peak, f"{name}_rms": rms}


_SILENT = (0.0, -1, 0)


def _readings(voices: _Array) -> dict[int, tuple[float, int, int]]:
    """Return by track how far, 0..1, the playing voice is within what it repeats, what it reads, and how."""
    playing = voices[voices["state"] == VoiceState.PLAYING]
    start = np.maximum(playing["loop_start"], 0)
    length = np.maximum(playing["loop_end"] - start, 1)
    share = np.clip((playing["position"] / (1 << FRACTION_BITS) - start) / length, 0.0, 1.0)
    rows = zip(share.tolist(), playing["segment"].tolist(), playing["warp"].tolist(), strict=True)
    return dict(zip(playing["track"].tolist(), rows, strict=True))


def _strips(strips: _Array, sends: npt.NDArray[np.float64], voices: _Array) -> list[StripView]:
    readings = _readings(voices)
    columns = [strips[name].tolist() for name in _FROM_STRIP]
    meters = [strips["meter"][name].tolist() for name in ("peak", "rms")]
    return [
        StripView(
            playing, playing_token, queued, queued_token, bool(stopping), gain, pan, bool(mute), bool(solo), output,
            bool(cue), tuple(peak), tuple(rms), tuple(sent[1:]), *readings.get(n, _SILENT),
        )
        for n, (playing, playing_token, queued, queued_token, stopping, gain, pan, mute, solo, output, cue, peak, rms,
                sent)
        in enumerate(zip(*columns, *meters, sends.tolist(), strict=True))
    ]  # fmt: skip
