"""Make a variation of a sound. Runs on: worker process (`mutate`).

The sound lies in the sample pool, what a clip plays, or in a stem's file; the variation goes into the pool, where the
engine goes over to it, or into a file, to become a stem.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from liveengine.errors import BadAudio
from liveengine.jobs import segment
from liveengine.jobs.load import write
from liveengine.ml import phase
from liveengine.ml.mutate.vary import prepared, vary
from liveengine.ml.mutate.wish import Samples, Varied, Wish
from liveengine.sound.convert import as_channels, resample
from liveengine.sound.decode import read
from liveengine.sound.files import stored

LONGEST_S = 120.0  # a variation of a longer sound would come too late, and fill the pool


def run(payload: dict[str, Any], progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """Make one variation; return {"frames", "kind", "attacks", "model", "checksum", "latent" (hex)}.

    The sound: `source` ({offset, stride, channels} of a segment) in `pool_path`, its frames `start` to `end` and its
    `crossfade` in frames; or a `path`. The wish: kind, amount, seed, step, rate, beats, round, attacks (frames from the
    sound's start), own_beats (those of its stem; 0 = played once), category, models (a folder), style (None or {path,
    beats}). It goes to `offset` and `stride` of the
    pool, for at most `max_frames` frames, or `to` a WAV that appears whole. Amount 0 brings the sound there as it is.
    Raises BadAudio for a file, BadArgument for a place outside the pool, DiskFull. With `prepare`, categories, it makes
    none, but loads their models; returns {"prepared": those that have one}.
    """
    if "prepare" in payload:
        ready = [name for name in payload["prepare"] if prepared(Path(payload["models"]), name, int(payload["rate"]))]
        return {"prepared": ready}
    sound, rate = _sound(payload)
    if sound.shape[1] > LONGEST_S * rate:
        raise BadAudio(
            f"a variation of {sound.shape[1] / rate:.0f} s is not made, at most {LONGEST_S:g}: cut it shorter"
        )
    made = vary(sound, _wish(payload, rate, sound.shape[0]))
    if (path := payload.get("to")) is None:
        write(payload["pool_path"], int(payload["offset"]), int(payload["stride"]), made.sound)
    else:
        _keep(Path(path), made.sound, rate)
    progress(1, 1, made.kind)
    return _told(made)


def _sound(payload: dict[str, Any]) -> tuple[Samples, int]:
    """Return the original [channels, frames], and its frames per second."""
    if (path := payload.get("path")) is not None:
        audio = read(path, max_seconds=LONGEST_S + 1.0)
        return audio.samples, audio.rate
    start, end, crossfade = int(payload["start"]), int(payload["end"]), int(payload["crossfade"])
    before = min(start, crossfade)
    lies = segment.read(payload["pool_path"], payload["source"], start - before, end)
    sound = lies[:, before:]
    if crossfade:  # as the engine plays it: the end moves over, on a line, to what lies before the start
        share = (np.arange(crossfade, dtype=np.float32) / crossfade)[crossfade - before :]
        sound = sound.copy()
        sound[:, sound.shape[1] - crossfade :] *= 1.0 - np.arange(crossfade, dtype=np.float32) / crossfade
        sound[:, sound.shape[1] - before :] += lies[:, :before] * share
    return sound, int(payload["rate"])


def _wish(payload: dict[str, Any], rate: int, channels: int) -> Wish:
    style = payload.get("style")
    return Wish(
        kind=payload["kind"],
        amount=float(payload["amount"]),
        seed=int(payload["seed"]),
        step=int(payload["step"]),
        rate=rate,
        beats=float(payload["beats"]),
        own_beats=float(payload["own_beats"]),
        round=bool(payload["round"]),
        attacks=[int(attack) for attack in payload["attacks"]],
        category=payload["category"],
        models=Path(payload["models"]) if payload.get("models") else None,
        style=None if style is None else _style(style["path"], rate, channels),
        style_beats=0.0 if style is None else float(style["beats"]),
    )


@lru_cache(maxsize=2)
def _style(path: str, rate: int, channels: int) -> Samples:
    """Return the stem whose timbre is taken on; it is asked for again with each step."""
    audio = read(path, max_seconds=LONGEST_S + 1.0)
    return resample(as_channels(audio.samples, channels), audio.rate, rate)


def _keep(path: Path, sound: Samples, rate: int) -> None:
    """Write a 24-bit WAV that appears whole; one with samples beyond full scale holds floating point."""
    subtype = "PCM_24" if float(np.abs(sound).max(initial=0.0)) < 1.0 else "FLOAT"
    with stored(path) as part:
        soundfile.write(part, sound.T, rate, subtype=subtype, format="WAV")


def _told(made: Varied) -> dict[str, Any]:
    return {
        "frames": made.sound.shape[1],
        "kind": made.kind,
        "attacks": list(made.attacks),
        "model": made.model,
        "checksum": made.checksum,
        "latent": made.latent.hex(),
    }


def warm() -> None:
    """Pay the libraries' first use before the first job."""
    chance = np.random.default_rng(0)
    sound = (0.1 * chance.normal(size=(2, 48_000))).astype(np.float32)
    phase.warm()
    for kind in ("slices", "grains", "style"):
        vary(sound, Wish(kind=kind, beats=4.0, category="drums", attacks=(0, 24_000), style=sound))
