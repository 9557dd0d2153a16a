"""Render a loop for another tempo or key, at high quality. Runs on: worker process (`stretch`).

Signalsmith Stretch (python-stretch) hears the loop going round, with a lead before and after it; from its middle one
round is cut out, whose end fades into what came before its beginning, so that it goes round as the original does. Its
latency is compensated by the library itself; what it blurs, the attacks, is laid over it again: of percussion with
their bodies, of other sounds, where they are steep, just their beginnings.
"""

import contextlib
import math
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import python_stretch
import soundfile
import soxr

from liveengine.jobs import segment
from liveengine.jobs.load import write
from liveengine.sound.crossfade import level

LEAD_S = 0.25  # of the loop before and behind the round that is kept; longer than the library's block
SEAM_FRAMES = 1024  # that fade into what came before the beginning
ATTACK_S = 0.25  # of each attack that is laid over, at most: the body of a drum belongs to it, in phase
PLUCK_S = 0.08  # the same, of what is no percussion
STEEP, STEEP_FRAMES = 2.0, 240  # such an attack: so many times the energy, of the differences from frame to frame
BEFORE_FRAMES, AFTER_FRAMES = 480, 512  # its fades: what is blurred sounds before the attack too
EDGE_FRAMES = 64  # beyond what is resampled

Samples = npt.NDArray[np.float32]


def run(payload: dict[str, Any], progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """Write a rendered loop into the sample pool; return {"frames", "cached"}.

    Payload: pool_path, source ({offset, stride, channels} of the segment with the loop, in bytes and frames),
    loop_start and loop_end (frames of it), max_frames (the length that the loop shall have), semitones, attacks (frames
    from the loop's start), percussive (whether these are a drum's), rate, offset, stride, channels, cache (a file to
    keep it in) and cache_bytes (the most that its folder may hold). Raises BadArgument for a place outside the pool.
    """
    frames, kept = int(payload["max_frames"]), Path(payload["cache"])
    shape = (int(payload["channels"]), frames)
    done = _kept(kept, shape)
    cached = done is not None
    if done is None:
        loop = segment.read(
            payload["pool_path"], payload["source"], int(payload["loop_start"]), int(payload["loop_end"])
        )
        progress(0, 1, "stretching")
        attacks, percussive = payload["attacks"], bool(payload["percussive"])
        done = render(loop, frames, float(payload["semitones"]), int(payload["rate"]), attacks, percussive)
        _keep(kept, done, int(payload["rate"]), int(payload["cache_bytes"]))
    write(payload["pool_path"], int(payload["offset"]), int(payload["stride"]), done)
    return {"frames": frames, "cached": cached}


def render(  # noqa: PLR0917
    loop: Samples, frames: int, semitones: float, rate: int, attacks: Sequence[int] = (), percussive: bool = True
) -> Samples:
    """Return a loop [channels, frames'] that lasts `frames` frames and sounds `semitones` higher, ready to go round.

    The `attacks` (frames of the loop) are taken over as they are, at their pitch; what is not `percussive` only where
    they are steep, and shorter.
    """
    source = loop.shape[1]
    ratio = frames / source
    lead = max(round(LEAD_S * rate), -(-SEAM_FRAMES * source // frames))
    heard = np.take(loop, np.arange(-lead, source + lead) % source, axis=1)
    stretch = python_stretch.Signalsmith.Stretch(1)
    stretch.preset(loop.shape[0], rate)
    stretch.setTimeFactor(1.0 / ratio)
    stretch.setTransposeSemitones(semitones)
    sound: Samples = stretch.process(np.ascontiguousarray(heard))
    first = round(lead * ratio)
    out = np.ascontiguousarray(sound[:, first : first + frames], np.float32)
    seam = min(SEAM_FRAMES, frames // 8)
    fade = np.linspace(0.0, 1.0, seam, endpoint=False, dtype=np.float32)
    before = sound[:, first - seam : first]
    out[:, frames - seam :] += (before - out[:, frames - seam :]) * fade
    wanted = sorted(attacks if percussive else (attack for attack in attacks if _steep(loop, attack)))
    _lay(out, loop, wanted, round((ATTACK_S if percussive else PLUCK_S) * rate), 2.0 ** (semitones / 12.0))
    return out


def _steep(loop: Samples, attack: int) -> bool:
    """Tell whether a sound begins so suddenly that a blurred attack would be heard."""
    around = loop[:, np.arange(attack - STEEP_FRAMES - 1, attack + STEEP_FRAMES) % loop.shape[1]]
    energy = np.square(np.diff(around, axis=1), dtype=np.float64).sum(axis=0)
    return bool(energy[STEEP_FRAMES:].sum() > STEEP * energy[:STEEP_FRAMES].sum())


def _lay(out: Samples, loop: Samples, attacks: Sequence[int], length: int, pitch: float) -> None:
    """Replace what surrounds each attack by the original at its pitch, faded at both ends."""
    source, frames = loop.shape[1], out.shape[1]
    ratio = frames / source
    for number, attack in enumerate(attacks):
        after = attacks[number + 1] if number + 1 < len(attacks) else attacks[0] + source
        room = int((after - attack) * min(1.0 / pitch, ratio)) - BEFORE_FRAMES
        body = min(length, room - AFTER_FRAMES)
        if body < 0:
            continue  # the next attack is too close for a fade
        there = (round(attack * ratio) + np.arange(-BEFORE_FRAMES, body + AFTER_FRAMES)) % frames
        own, other = _at_pitch(loop, attack, body + AFTER_FRAMES, pitch), out[:, there]
        share = np.ones(own.shape[1], np.float32)
        for part, fade in (
            (slice(0, BEFORE_FRAMES), np.linspace(0.0, 1.0, BEFORE_FRAMES, endpoint=False)),
            (slice(BEFORE_FRAMES + body, None), np.linspace(1.0, 0.0, AFTER_FRAMES)),
        ):
            share[part] = fade
            kept = level(own[:, part], other[:, part], fade)
            own[:, part] *= kept
            other[:, part] *= kept
        out[:, there] = other + (own - other) * share


def _at_pitch(loop: Samples, attack: int, behind: int, pitch: float) -> Samples:
    """Return what surrounds an attack, from BEFORE_FRAMES before it to `behind` frames behind it, so much higher."""
    spare = 0 if pitch == 1.0 else EDGE_FRAMES
    before, after = math.ceil((BEFORE_FRAMES + spare) * pitch), math.ceil((behind + spare) * pitch)
    heard: Samples = loop[:, np.arange(attack - before, attack + after) % loop.shape[1]]
    if pitch == 1.0:
        return heard
    first = round(before / pitch) - BEFORE_FRAMES
    turned: Samples = soxr.resample(heard.T, pitch, 1.0)[first : first + BEFORE_FRAMES + behind].T
    return np.ascontiguousarray(turned)


def _kept(path: Path, shape: tuple[int, int]) -> Samples | None:
    """Return what was rendered before, None if there is none of that shape."""
    try:
        sound = soundfile.read(path, dtype="float32", always_2d=True)[0].T
        os.utime(path)  # the least recently used go first
    except (OSError, soundfile.LibsndfileError):
        return None
    return np.ascontiguousarray(sound) if sound.shape == shape else None


def _keep(path: Path, sound: Samples, rate: int, most: int) -> None:
    """Keep a rendered loop, and remove the least recently used ones beyond `most` bytes; a full disk keeps none."""
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(part, sound.T, rate, subtype="FLOAT", format="WAV")
        part.replace(path)
        files = sorted(((file.stat(), file) for file in path.parent.glob("*.wav")), key=lambda one: -one[0].st_mtime_ns)
        total = 0
        for status, file in files:
            total += status.st_size
            if total > most:
                file.unlink()
    except (OSError, soundfile.LibsndfileError):
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def warm() -> None:
    """Pay the library's first use before the first job."""
    render(np.zeros((2, 4_800), np.float32), 4_810, 0.0, 48_000)
