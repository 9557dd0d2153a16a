"""A loop out of a one-shot: hits on given beats. Runs on: event loop and worker processes; pure."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

CHOKE_FRAMES = 256  # the hit before fades out as the next one starts
LONGEST_BEATS = 32.0


def loop_beats(frames: int, frames_per_beat: float) -> float:
    """Return the whole bars, a power of two up to 8, that hold `frames` frames, in beats."""
    beats = 4.0
    while beats * frames_per_beat < frames and beats < LONGEST_BEATS:
        beats *= 2.0
    return beats


def lay(
    hit: npt.NDArray[np.float32], frames_per_beat: float, beats: float, at: Sequence[float]
) -> npt.NDArray[np.float32]:
    """Return a loop [channels, round(beats * frames_per_beat)] with `hit` [channels, frames] on each beat of `at`.

    Like a track that plays one voice, each hit ends the one before within `CHOKE_FRAMES`; the last one rings on over
    the seam into the loop's beginning.
    """
    length = round(beats * frames_per_beat)
    loop = np.zeros((hit.shape[0], length), np.float32)
    starts = sorted(round(beat * frames_per_beat) % length for beat in at)
    for index, start in enumerate(starts):
        room = (starts[(index + 1) % len(starts)] - start) % length or length
        _add(loop, start, _choked(hit, room))
    return loop


def _add(loop: npt.NDArray[np.float32], start: int, sound: npt.NDArray[np.float32]) -> None:
    """Add `sound` from `start` on, going on at the loop's beginning where it reaches the end."""
    while sound.shape[1]:
        part = min(sound.shape[1], loop.shape[1] - start)
        loop[:, start : start + part] += sound[:, :part]
        sound, start = sound[:, part:], 0


def _choked(hit: npt.NDArray[np.float32], room: int) -> npt.NDArray[np.float32]:
    """Return the part of `hit` that sounds when the next hit comes after `room` frames."""
    if hit.shape[1] <= room:
        return hit
    sound = hit[:, : room + CHOKE_FRAMES].copy()
    tail = sound.shape[1] - room
    sound[:, room:] *= np.linspace(1.0, 0.0, tail, dtype=np.float32)
    return sound
