"""Where a sound begins and ends: a one-shot at once and in silence, a loop in itself. Runs on: worker processes."""

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

FROM = 0.02  # of the peak: there a sound has begun
LEAD_S = 0.0005  # kept before that; a one-shot begins within 1 ms
TAIL = 10.0 ** (-62.0 / 20.0)  # of the peak: behind the last such sample there is nothing
FADE_S = 0.02  # at its end
SHORTEST = 480  # frames of a one-shot
_SEAM = 64  # frames


def shot(sound: Samples, rate: int) -> Samples:
    """Return a one-shot [channels, frames] that begins within 1 ms, without what is silent, fading to nothing."""
    loud = np.abs(sound).max(axis=0)
    peak = float(loud.max(initial=0.0))
    if peak <= 0.0:
        return sound
    if sound.shape[1] < SHORTEST:
        sound, loud = (np.pad(part, [(0, 0)] * (part.ndim - 1) + [(0, SHORTEST - len(loud))]) for part in (sound, loud))
    lead = round(LEAD_S * rate)
    start = max(0, int(np.argmax(loud >= FROM * peak)) - lead)
    last = int(np.flatnonzero(loud > TAIL * peak)[-1]) + 1
    fade = max(1, min(round(FADE_S * rate), (last - start) // 4))
    end = max(min(last + fade, sound.shape[1]), min(start + SHORTEST, sound.shape[1]))
    made = sound[:, start:end].copy()
    rise = min(lead, made.shape[1] // 4)
    made[:, :rise] *= np.linspace(0.0, 1.0, rise, endpoint=False, dtype=np.float32)
    fade = max(1, min(fade, made.shape[1] // 2))
    made[:, -fade:] *= (0.5 + 0.5 * np.cos(np.linspace(0.0, np.pi, fade))).astype(np.float32)
    return made


def seam(sound: Samples) -> float:
    """Return the step from the last sample to the first, by the greatest step inside: up to 1 nobody hears it."""
    if sound.shape[1] < 3:
        return 0.0
    inside = float(np.abs(np.diff(sound, axis=1)).max())
    step = float(np.abs(sound[:, 0] - sound[:, -1]).max())
    return step / inside if inside > 0.0 else 0.0


def closed(sound: Samples) -> Samples:
    """Return a loop [channels, frames] whose end leads into its beginning; one that does already as it is."""
    if seam(sound) <= 1.0:
        return sound
    made, reach = sound.copy(), min(_SEAM, sound.shape[1] // 4)
    fade = np.linspace(0.0, 1.0, reach, dtype=np.float32)
    made[:, -reach:] += (sound[:, :1] - sound[:, -1:]) * fade
    return made
