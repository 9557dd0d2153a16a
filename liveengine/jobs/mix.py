"""A mixdown: sound files side by side, each with gain and pan, to one stereo WAV. Runs on: worker process, shell.

Every file is a track of a kernel and goes through a window of sample memory, so that its length does not matter; the
tracks are dealt to all cores.
"""

import itertools
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from liveengine.engine.engine import Engine
from liveengine.engine.kernel.block import advance
from liveengine.engine.layout import MAX_GAIN, NOWHERE
from liveengine.engine.memory import Capacity, Memory, on_heap
from liveengine.engine.ops import Op
from liveengine.engine.streams import parallel
from liveengine.errors import BadArgument
from liveengine.jobs.file import Shape, written
from liveengine.sound.decode import RATE_MAX, RATE_MIN
from liveengine.sound.source import Source
from liveengine.units import gain_of, level_of

Progress = Callable[[int, int, str], None]
LOUDEST_DB = level_of(MAX_GAIN)


@dataclass
class Strip:
    """A file and how it is mixed."""

    source: Source
    gain: float = 1.0  # linear
    pan: float = 0.0  # -1 left .. 1 right


def run(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Mix `paths` to the WAV `path`; return {path, frames, rate, peak, over}.

    Payload: paths, path, and optionally gains (dB) and pans (-1..1), one per file, rate (frames per second; 0 = that of
    the first file), bits (16 or 24), ceiling_db (of the limiter, 0 dBFS if not given), seed (of the dither), cores (0 =
    all). The mix is as long as the longest file. `peak` is in dBFS, `over` in dB: by how much the sum was
    above the ceiling, 0 when the limiter had nothing to do. The file appears under its name only when it is whole.
    Raises BadAudio for a file that cannot be read, BadArgument, DiskFull.
    """
    with ExitStack() as files:
        strips = _strips(payload, files)
        rate = int(payload.get("rate") or strips[0].source.rate)
        ceiling = float(payload.get("ceiling_db", 0.0))
        if not (RATE_MIN <= rate <= RATE_MAX and -60.0 <= ceiling <= 0.0):
            raise BadArgument(
                f"rate {rate} Hz, ceiling {ceiling} dBFS: possible are {RATE_MIN} to {RATE_MAX} Hz and -60 to 0 dBFS"
            )
        frames = max(strip.source.length(rate) for strip in strips)
        parts = [part(strips, tracks, rate) for tracks in parallel.deal(len(strips), int(payload.get("cores", 0)))]
        pieces = parallel.render(parts, parallel.master(rate, gain_of(ceiling)), frames)
        path, shape = Path(payload["path"]), Shape(rate, frames, int(payload.get("bits", 16)), payload.get("seed", 0))
        loudest = written(path, shape, pieces, lambda done: progress(done, frames, "mixing"))
    level = level_of(loudest)
    facts = {"peak": round(min(level, ceiling), 3), "over": round(max(0.0, level - ceiling), 3)}
    return {"path": str(path), "frames": frames, "rate": rate} | facts


def _strips(payload: dict[str, Any], files: ExitStack) -> list[Strip]:
    """Open the files; raises BadAudio, BadArgument."""
    paths: Sequence[str] = payload["paths"]
    if not 1 <= len(paths) <= 256:
        raise BadArgument(f"{len(paths)} files cannot be mixed: name 1 to 256")
    strips = []
    gains, pans = payload.get("gains") or (), payload.get("pans") or ()
    for path, level, pan in itertools.zip_longest(paths, gains, pans, fillvalue=None):
        if path is None:
            raise BadArgument(f"{len(paths)} files, but {len(gains)} gains and {len(pans)} pans: give one per file")
        if not (-1.0 <= (pan or 0.0) <= 1.0 and (level or 0.0) <= LOUDEST_DB):
            raise BadArgument(
                f"gain {level} dB, pan {pan}: a gain is at most {LOUDEST_DB:.0f} dB, a pan within -1 and 1"
            )
        source = Source(path)
        files.callback(source.close)
        strips.append(Strip(source, gain_of(level or 0.0), pan or 0.0))
    return strips


def part(strips: Sequence[Strip], tracks: Sequence[int], rate: int) -> parallel.Part:
    """Return some of the files as tracks of a kernel, each going round in a window that is filled anew each time."""
    size = len(tracks) * 2 * (parallel.PIECE + 256) * 4
    capacity = Capacity(
        tracks=len(tracks), buses=0, slots=1, voices=len(tracks) + 8, segments=len(tracks), tap_frames=512,
        pool_bytes=-(-size // 4096) * 4096,
    )  # fmt: skip
    memory = on_heap(capacity, rate, parallel.OPEN)
    engine = Engine(memory)
    for track, number in enumerate(tracks):
        engine.push(Op.PAN, track=track, value=strips[number].pan, ramp=1)
        engine.push(Op.ROUTE, track=track, value=NOWHERE, ramp=1)  # the sum is made elsewhere
    advance(memory, memory.scratch, 1)  # both are there before the first frame
    window = {"slot": 1, "loop_end": parallel.PIECE}
    for track, number in enumerate(tracks):
        segment = engine.segments.allocate(parallel.PIECE, 2, track + 1)
        engine.segments.ready(segment, parallel.PIECE)
        engine.push(Op.LAUNCH, track=track, segment=segment, gain=strips[number].gain, **window)
    files = _Files(memory, [strips[number].source for number in tracks], rate)
    return parallel.Part(memory, tracks, files.read, files.raw, files.shapes)


class _Files:
    """The next chunk of a part's files."""

    def __init__(self, memory: Memory, sources: Sequence[Source], rate: int) -> None:
        self._sources, self._rate = sources, rate
        self.raw = np.empty((len(sources), parallel.CHUNK * 8), np.uint8)
        self.shapes = np.zeros((len(sources), 4), np.int64)
        for number, (source, place) in enumerate(zip(sources, memory.segments, strict=True)):
            plain = source.rate == rate and source.plain
            left = int(place["offset"]) // 4
            shape = (source.plain, source.channels) if plain else (4, 2)
            self.shapes[number] = *shape, left, left + int(place["stride"])

    def read(self, first: int, frames: int) -> int:
        """Read `frames` frames from `first` on, which follow those of the last time; behind the files is silence."""
        for row, source, (size, channels, *_) in zip(self.raw, self._sources, self.shapes.tolist(), strict=True):
            if size == source.plain and source.rate == self._rate:
                got = source.raw(first, row[: frames * size * channels])
                row[got * size * channels : frames * size * channels] = 0
            else:
                source.take(row.view(np.float32)[: 2 * frames].reshape(frames, 2).T, self._rate)
        return 0
