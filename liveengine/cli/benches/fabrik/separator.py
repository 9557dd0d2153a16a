"""How near the separators come to the parts of tracks that are known, and how fast. Runs on: bench.

Tracks are mixed of the starter kit's stems (`synth.mixes`), with seeds that nothing was learnt from. Beside the parts
that come out stand the ideal ratio mask, which knows the parts and shares every cell of the spectrum by their power,
and the track as it is for every part. SI-SDR is that of Le Roux et al. 2019.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import soundfile

from liveengine import config
from liveengine.cli.benches import Task
from liveengine.cli.figure import Figure, Found, Note, Table

Sound = npt.NDArray[np.float32]

SEED, TRACKS, QUICK = 1_000, 24, 4
BARS = 8
LONG_S = 180.0  # of the track that is timed


class Heard(NamedTuple):
    """One track, taken apart."""

    ours: dict[str, float]  # SI-SDR of each part, dB
    ideal: dict[str, float]
    track: dict[str, float]
    others: dict[str, float]
    sum_db: float


def measure(task: Task) -> Iterator[Found]:
    """Yield `separator_sum_db`, `separator_x_realtime`, the SI-SDR of each part, and a table of all."""
    from liveengine.ml.separate import PARTS

    seeds = range(SEED + task.seed, SEED + task.seed + (QUICK if task.quick else TRACKS))
    network = _network(task)
    heard = [_heard(seed, network) for seed in task.each("separator", list(seeds))]
    yield Figure("separator_sum_db", max(one.sum_db for one in heard), "dB", "lower")
    yield Figure("separator_x_realtime", round(_speed(10.0 if task.quick else LONG_S), 1), "x", "higher")
    rows: list[list[str | float]] = []
    who = {"ours": "signal", "others": "demucs", "ideal": "ideal ratio mask", "track": "as it is"}
    for what, name in who.items():
        if what == "others" and network is None:
            continue
        means = {part: float(np.mean([getattr(one, what)[part] for one in heard])) for part in PARTS}
        rows.append([name, *(round(value, 2) for value in means.values())])
        for part, value in means.items():
            yield Figure(f"separator_si_sdr.{what}.{part}", round(value, 2), "dB", "higher")
    gains = [round(float(rows[0][at]) - float(rows[-1][at]), 2) for at in range(1, len(PARTS) + 1)]
    for part, gain in zip(PARTS, gains, strict=True):
        yield Figure(f"separator_gain.{part}", gain, "dB", "higher")
    yield Table("separator", ["SI-SDR in dB", *PARTS], [*rows, ["signal beside as it is", *gains]])
    if network is None:
        yield Note("no Demucs model lies in the library's models/demucs: it is not compared")


def _network(task: Task) -> str | None:
    """Return the folder of the first Demucs model of the library."""
    folders = sorted((config.library_root(task.library) / "models" / "demucs").glob("*/"))
    return next((str(folder) for folder in folders if any(folder.glob("*.safetensors"))), None)


def _heard(seed: int, network: str | None) -> Heard:
    from liveengine.ml.separate import demucs, signal
    from liveengine.synth import mixes
    from liveengine.synth.signals import RATE

    mix = mixes.mix(seed, BARS)
    track = mix.sound
    ours = _joined(signal.Signal(mix.tempo).apart(track, RATE, _nobody))
    error = track - np.sum(list(ours.values()), axis=0, dtype=np.float32)
    ideal = _ideal(mix.parts)
    others = {} if network is None else _joined(demucs.Separator(Path(network)).apart(track, RATE, _nobody))
    return Heard(
        {part: si_sdr(mix.parts[part], made) for part, made in ours.items()},
        {part: si_sdr(mix.parts[part], made) for part, made in ideal.items()},
        {part: si_sdr(sound, track) for part, sound in mix.parts.items()},
        {part: si_sdr(mix.parts[part], made) for part, made in others.items()},
        round(_db(float(np.sum(error.astype(np.float64) ** 2)), float(np.sum(track.astype(np.float64) ** 2))), 1),
    )


def _joined(pieces: Iterator[dict[str, Sound]]) -> dict[str, Sound]:
    known = list(pieces)
    return {part: np.concatenate([piece[part] for piece in known], axis=1) for part in known[0]}


def _nobody(share: float) -> None:
    """Progress that nobody hears."""


def _ideal(parts: dict[str, Sound]) -> dict[str, Sound]:
    """Return what masks give that know the parts."""
    from liveengine.ml.separate.grid import OVERLAP, Grid, window_of
    from liveengine.synth.signals import RATE

    frames = next(iter(parts.values())).shape[1]
    grid = Grid(window_of(RATE))
    rows = grid.rows(frames)
    track = grid.spectra(np.sum(list(parts.values()), axis=0, dtype=np.float32), 0, rows)
    power = {part: np.sum(np.abs(grid.spectra(sound, 0, rows)) ** 2, axis=0) for part, sound in parts.items()}
    whole = np.sum(list(power.values()), axis=0) + np.float32(1e-20)
    found = {}
    for part, own in power.items():
        made = grid.sound(track * (own / whole))
        found[part] = made[:, (OVERLAP - 1) * grid.hop :][:, :frames]
    return found


def si_sdr(wanted: Sound, found: Sound) -> float:
    """Return the scale-invariant ratio of signal and distortion, dB."""
    one, other = wanted.astype(np.float64).ravel(), found.astype(np.float64).ravel()
    target = one * (one @ other) / max(float(one @ one), 1e-20)
    return _db(float(target @ target), float(np.sum((other - target) ** 2)))


def _db(part: float, whole: float) -> float:
    return 10.0 * float(np.log10(max(part, 1e-20) / max(whole, 1e-20)))


def _speed(seconds: float) -> float:
    """Return how many seconds of a WAV are taken apart, from file to files, in one second of one core.

    A short one goes before it: imports and compiling are paid once, not by each track.
    """
    from liveengine.synth import mixes
    from liveengine.synth.signals import RATE

    sound = mixes.mix(SEED, BARS).sound
    _timed(sound)
    return _timed(np.tile(sound, (1, -(-round(seconds * RATE) // sound.shape[1]))))


def _timed(sound: Sound) -> float:
    """Return the seconds of a sound by those that a core works on it."""
    from liveengine.jobs import separate
    from liveengine.synth.signals import RATE

    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "track.wav"
        soundfile.write(path, sound.T, RATE, subtype="PCM_24")
        began = time.process_time()
        told = separate.run({"path": str(path), "folder": name, "separator": "signal"}, lambda *step: None)
        return float(told["seconds"]) / (time.process_time() - began)
