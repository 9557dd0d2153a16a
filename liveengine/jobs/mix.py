"""A mixdown: sound files side by side, each with gain and pan, to one stereo WAV. Runs on: worker process, shell.

Every file sounds as a track of the kernel would let it, bit for bit; but without launches and moves nothing is carried
on from frame to frame, so a kernel is not needed and each core takes the next chunk of all files. Only what has to be
decoded or converted is read in its order.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from liveengine.engine.gather import CUT, FILE, GOOD, begin, gather
from liveengine.engine.layout import FAR, MAX_GAIN
from liveengine.engine.streams import chunks, parallel
from liveengine.errors import BadArgument, BadAudio
from liveengine.jobs.file import Shape, written
from liveengine.sound.decode import RATE_MAX, RATE_MIN
from liveengine.sound.source import Source
from liveengine.units import counted, gain_of, level_of

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

    Payload: paths, path, and optionally gains (dB) and pans (-1..1), one per file or one for all, rate (frames per
    second; 0 = that of the first file), bits (16 or 24), ceiling_db (of the limiter, 0 dBFS if not given), seed (of the
    dither), cores (0 = all). The mix is as long as the longest file. `peak` is in dBFS, `over` in dB: by how much the
    sum was above the ceiling, 0 when the limiter had nothing to do. The file appears under its name only when it is
    whole. Raises BadAudio for a file that cannot be read, BadArgument, DiskFull.
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
        master, cores = parallel.master(rate, gain_of(ceiling)), int(payload.get("cores", 0))
        if cores < 0:
            raise BadArgument(f"{cores} cores: name at least 1, or 0 for all")
        # Whatever ends the writing, the threads end before the files that they read are closed.
        pieces = files.enter_context(closing(chunks.render(Sum(strips, rate).fill, master, frames, cores)))
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
    gains, pans = (_each(name, payload.get(name) or [0.0], len(paths)) for name in ("gains", "pans"))
    for path, level, pan in zip(paths, gains, pans, strict=True):
        if not (-1.0 <= pan <= 1.0 and level <= LOUDEST_DB):
            raise BadArgument(
                f"gain {level} dB, pan {pan}: a gain is at most {LOUDEST_DB:.0f} dB, a pan within -1 and 1"
            )
        source = Source(path)
        files.callback(source.close)
        strips.append(Strip(source, gain_of(level), pan))
    return strips


def _each(name: str, values: Sequence[float], files: int) -> Sequence[float]:
    """Return a value per file; one is for all. Raises BadArgument for any other number of them."""
    if len(values) == 1:
        return list(values) * files
    if len(values) != files:
        raise BadArgument(f"{counted(files, 'file')}, but {len(values)} {name}: give one per file, or one for all")
    return values


def _file(strip: Strip, rate: int) -> tuple[Any, ...]:
    """Return the FILE of a strip: one whose bytes are samples at this rate, or one that is decoded by `Source.take`."""
    source = strip.source
    if source.plain and source.rate == rate:
        return source.descriptor, source.at, source.frames, source.plain, source.channels, strip.gain, strip.pan
    return -1, 0, FAR, 4, 2, strip.gain, strip.pan


class Sum:
    """The files' sum at a rate, any chunk of it; several threads may fill chunks if these begin in their order."""

    def __init__(self, strips: Sequence[Strip], rate: int) -> None:
        self._strips, self._rate = strips, rate
        self._files = np.array([_file(strip, rate) for strip in strips], FILE)
        self._turn = threading.Condition()
        self._decoded = [0] * len(strips)  # frames
        self._broken = FAR  # frame at which a chunk begins that failed

    def fill(self, sound: parallel.Sound, first: int, frames: int) -> None:
        """Write frames `first` .. into the first columns of float32[2, any]; behind a file's end it is silent.

        Raises BadAudio.
        """
        raw = np.empty(frames * 8, np.uint8)
        floats = raw.view(np.float32)
        begin(sound, frames)
        try:
            number = 0
            while number < len(self._files):
                if self._files[number]["descriptor"] < 0:
                    self._decode(number, first, floats.reshape(frames, 2).T)
                number, fault = gather(
                    self._files, number, first, frames,
                    raw, raw.view(np.int16), floats.reshape(1, -1), raw.ctypes.data, sound,
                )  # fmt: skip
                if fault != GOOD:
                    raise self._fault(number, fault, first)
        except BaseException:
            with self._turn:
                self._broken = min(self._broken, first)
                self._turn.notify_all()
            raise

    def _decode(self, number: int, first: int, into: parallel.Sound) -> None:
        """Wait until the file is decoded up to `first`, then fill float32[2, frames]."""
        with self._turn:
            self._turn.wait_for(lambda: self._decoded[number] == first or self._broken < first)
        if self._broken < first:
            into[:] = 0.0  # nobody hears this chunk: one before it failed
            return
        self._strips[number].source.take(into, self._rate)
        with self._turn:
            self._decoded[number] += into.shape[1]
            self._turn.notify_all()

    def _fault(self, number: int, fault: int, first: int) -> BadAudio:
        name, place = self._strips[number].source.name, f"near {first / self._rate:.0f} s"
        if fault == CUT:
            return BadAudio(f"{name!r} is cut short {place}: copy it again")
        return BadAudio(
            f"{name!r} carries samples that are NaN (not a number), infinite or absurdly loud {place}: render it "
            "again, or repair it in an editor"
        )
