"""Take a whole track apart: vocals, drums, bass, other. Runs on: worker process."""

import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from liveengine.digest import digest
from liveengine.errors import BadAudio
from liveengine.ml import facts
from liveengine.ml.listen import listen
from liveengine.ml.separate import PARTS
from liveengine.ml.separate.parts import Files
from liveengine.sound import riff, tags
from liveengine.sound.decode import Audio, decode
from liveengine.sound.files import opened
from liveengine.sound.names import categories, parse

Sound = npt.NDArray[np.float32]
Progress = Callable[[int, int, str], None]

SIGNAL = "signal"  # the separator that needs no files
SHORTEST_S = 1.0  # of a track
_SILENT = 1e-4  # -80 dBFS: a sound that never swings wider is none
ABSENT_DB = -42.0  # beside the track: a part that is quieter is nothing but what leaks into it
_FLOOR_DB = -200.0


class Separator(Protocol):
    """What takes a sound apart."""

    def apart(self, sound: Sound, rate: int, tell: Callable[[float], None]) -> Iterator[dict[str, Sound]]:
        """Yield the parts piece by piece."""


class Track(NamedTuple):
    """A decoded track and what is known of it."""

    audio: Audio
    digest: str
    facts: dict[str, Any]


def run(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Write the four parts of `path` into `folder`; return where each is and what holds for all of them.

    Payload: path, folder, separator ("signal", or the name of a folder below `models`); and optionally name (what the
    track is called where its file is not), prefix (of the files' names), hidden (of their names while they grow),
    max_minutes, root (the library's folder),
    threads and device of a network. The result: `parts` {part: {path, level_db (beside the track), silent, peak}},
    `tempo`, `key`, `loop`, `bars` of the track (None where it has none), `hash`, `rate`, `channels`, `seconds`,
    `sum_db` (how far the sum of the parts is from the track), `took_s`.
    Raises BadAudio for a track that cannot be used, ModelMissing, ModelDamaged, DiskFull; no file is left then.
    """
    progress(0, 0, "reading the track")
    track = _read(payload)
    separator = _separator(payload, track.facts["tempo"])
    began = time.monotonic()
    audio = track.audio
    prefix, shape = payload.get("prefix", ""), (audio.rate, len(audio.samples), audio.frames)
    files = Files(Path(payload["folder"]), prefix, *shape, payload.get("hidden", prefix))
    try:
        sums = _Sums()
        for piece in separator.apart(audio.samples, audio.rate, _teller(progress, audio.duration)):
            files.write(piece)
            sums.add(audio.samples, piece)
        named = files.finish()
    finally:
        files.discard()
    took = time.monotonic() - began
    parts = {part: {"path": str(named[part])} | sums.of(part) for part in PARTS}
    shared = {"hash": track.digest, "rate": audio.rate, "channels": len(audio.samples), "seconds": audio.duration}
    return {"parts": parts, **track.facts, **shared, "sum_db": sums.sum_db(), "took_s": round(took, 3)}


def _separator(payload: dict[str, Any], tempo: float | None) -> Separator:
    if payload["separator"] == SIGNAL:
        from liveengine.ml.separate.signal import Signal

        return Signal(tempo)
    from liveengine.ml.separate import demucs

    folder = Path(payload["models"]) / payload["separator"]
    return demucs.Separator(folder, payload.get("device", "auto"), int(payload.get("threads", 1)))


def _teller(progress: Progress, seconds: float) -> Callable[[float], None]:
    total = math.ceil(seconds)

    def tell(share: float) -> None:
        done = min(total, round(share * seconds))
        progress(done, total, f"taking apart: {done} of {total} s")

    return tell


def _read(payload: dict[str, Any]) -> Track:
    path = payload["path"]
    name = Path(path).name
    most = payload.get("max_minutes")
    with opened(path) as descriptor:
        whole = digest(descriptor)
        chunks, said = riff.scan(descriptor), tags.read(descriptor)
        audio = decode(descriptor, name, None if most is None else float(most) * 60.0)
    if audio.duration < SHORTEST_S:
        raise BadAudio(f"{name!r} is {audio.duration * 1e3:.0f} ms long: a track to take apart has at least a second")
    if float(np.ptp(audio.samples, axis=1).max()) / 2.0 < _SILENT:
        raise BadAudio(f"{name!r} is silent (it never reaches -80 dBFS): there is nothing to take apart")
    root = payload.get("root")
    names = parse(payload.get("name") or path, categories(Path(root)) if root else categories())
    sound = listen(audio.samples, audio.rate)
    judged = facts.judge(sound, audio.duration, names, chunks, said)
    loop = bool(judged["loop"] and judged["tempo"] and judged["bars"])
    known = {"tempo": judged["tempo"], "key": judged["key"], "loop": loop, "bars": judged["bars"] if loop else None}
    return Track(audio, whole, known)


class _Sums:
    """How loud the parts are beside the track, and how near their sum is to it."""

    def __init__(self) -> None:
        self._at = 0
        self._mix = self._error = 0.0
        self._energy = dict.fromkeys(PARTS, 0.0)
        self._peak = dict.fromkeys(PARTS, 0.0)

    def add(self, track: Sound, piece: dict[str, Sound]) -> None:
        """Take in the next piece."""
        frames = next(iter(piece.values())).shape[1]
        mix = track[:, self._at : self._at + frames]
        self._at += frames
        error = mix.copy()
        for part, sound in piece.items():
            error -= sound
            self._energy[part] += _energy(sound)
            self._peak[part] = max(self._peak[part], float(np.abs(sound).max(initial=0.0)))
        self._mix += _energy(mix)
        self._error += _energy(error)

    def of(self, part: str) -> dict[str, Any]:
        """Return what is told of a part."""
        level = _ratio_db(self._energy[part], self._mix)
        silent = level < ABSENT_DB or self._peak[part] < _SILENT
        return {"level_db": round(level, 2), "silent": silent, "peak": round(self._peak[part], 6)}

    def sum_db(self) -> float:
        """Return the energy of what the sum of the parts lacks, beside that of the track."""
        return round(_ratio_db(self._error, self._mix), 2)


def _energy(sound: Sound) -> float:
    flat = np.ascontiguousarray(sound).ravel()
    return float(np.dot(flat, flat))


def _ratio_db(part: float, whole: float) -> float:
    return 10.0 * math.log10(part / whole) if part > 0.0 < whole else _FLOOR_DB
