"""A one-shot hit in another way: its attack stays, its tail changes. Runs on: worker processes; pure."""

import numpy as np

from liveengine.ml.mutate.pieces import Original, Piece, filtered, lay
from liveengine.ml.mutate.wish import Samples, Wish

HEAD_MS = 25.0  # from its loudest rise on, that stay as they are
RATTLE_MS = (25.0, 125.0)  # between the hits of a rattle
FADE_MS = 4.0
BEND = 3.0  # semitones up or down, at amount 1
LEVEL = 0.75  # of each hit of a rattle to the one before it


def vary(sound: Samples, wish: Wish) -> Samples:
    """Return the one-shot [channels, frames], its tail bent, filtered, turned round or rattled; amount 0: as it is."""
    if wish.amount <= 0.0:
        return sound
    chance = wish.chance()
    made = _bent(sound, float(chance.uniform(-BEND, BEND)) * wish.amount)
    if chance.random() < 0.7:
        slope = 9.0 * wish.amount
        hz = float(200.0 * 2.0 ** chance.uniform(0.0, 5.0))
        made = filtered(made, (hz, slope, 0.0) if chance.random() < 0.5 else (hz, 0.0, slope), wish.rate)
    if chance.random() < 0.5 * wish.amount:
        made = _turned(made, sound, wish)
    elif chance.random() < 0.6 * wish.amount:
        made = _rattled(made, float(chance.uniform(*RATTLE_MS)), int(chance.integers(1, 4)), wish)
    return _headed(made, sound, wish)


def _bent(sound: Samples, semitones: float) -> Samples:
    """Return a sound at another pitch, read faster or slower; silence follows what ends early."""
    places = np.arange(sound.shape[1]) * 2.0 ** (semitones / 12.0)
    whole = np.minimum(places.astype(np.int64), sound.shape[1] - 1)
    part = (places - whole).astype(np.float32)
    part[places >= sound.shape[1] - 1] = 0.0
    after = np.minimum(whole + 1, sound.shape[1] - 1)
    made: Samples = sound[:, whole] * (1.0 - part) + sound[:, after] * part
    made[:, places >= sound.shape[1] - 1] = 0.0
    return made.astype(np.float32)


def _head(sound: Samples, wish: Wish) -> int:
    """Return the frame at which the attack is over."""
    loud = np.abs(sound).max(axis=0)
    rise = int(np.argmax(loud > 0.5 * loud.max()))
    return min(int(sound.shape[1]), rise + round(HEAD_MS * wish.frames_per_ms))


def _turned(made: Samples, sound: Samples, wish: Wish) -> Samples:
    """Return the head, then the tail backwards."""
    head, frames = _head(sound, wish), made.shape[1]
    if frames - head < head:
        return made
    pieces = [Piece(0, head, 0), Piece(head, frames - head, head, backwards=True)]
    return lay(Original(made, wish.rate, around=False), pieces, round(FADE_MS * wish.frames_per_ms))


def _rattled(made: Samples, apart_ms: float, times: int, wish: Wish) -> Samples:
    """Return the hit with weaker ones behind it."""
    out = made.copy()
    for number in range(1, times + 1):
        at = round(number * apart_ms * wish.frames_per_ms)
        if at < made.shape[1]:
            out[:, at:] += made[:, : made.shape[1] - at] * np.float32(LEVEL**number)
    return out


def _headed(made: Samples, sound: Samples, wish: Wish) -> Samples:
    """Return the variation with the original's attack, the less of it the greater the amount, and a silent end."""
    frames, head = made.shape[1], _head(sound, wish)
    share = np.zeros(frames, np.float32)
    share[:head] = (1.0 - wish.amount**2) * np.cos(np.linspace(0.0, np.pi / 2, head)) ** 2
    end = min(frames, round(FADE_MS * wish.frames_per_ms))
    mixed: Samples = made + (sound - made) * share
    mixed[:, frames - end :] *= np.linspace(1.0, 0.0, end, dtype=np.float32)
    return mixed
