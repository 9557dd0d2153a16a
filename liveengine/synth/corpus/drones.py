"""Atmospheres that stand and breathe: hums, glass, far pianos, dark beds and swells. Runs on: any process, offline."""

import numpy as np

from ..effects import room, saturate
from ..envelopes import attack, wander
from ..filters import fast, highpass, lowpass, moving, through
from ..oscillators import coloured, phase, sine, spread
from ..signals import RATE, Rng, Signal, balanced, clock, landing, length, normal
from .dice import chance, pitch, ratio, uniform
from .family import Made, share
from .forms import bed, shot
from .keys import felt


def _frames(rng: Rng) -> int:
    return fast(length(uniform(rng, 2.5, 4.8)))


def _far(made: Signal, rng: Rng) -> Made:
    """The sound in a large dark place; now and then it dies away."""
    frames, level = made.shape[-1], ratio(rng, 0.1, 1.2)
    heard = room(normal(made), ratio(rng, 1.5, 5.0), ratio(rng, 900, 6000), level, rng, circular=True)
    if chance(rng, 0.35):
        heard = heard * np.exp(-clock(frames) * np.float32(ratio(rng, 0.2, 1.5)))
    return balanced(normal(heard)), {"wet"} if level > 0.4 else set()


def haunted(rng: Rng) -> Made:
    """Partials at even or uneven steps, each a narrow band of noise: a hum that nobody makes."""
    frames, root = _frames(rng), ratio(rng, 40, 900)
    count, slope, stretch = int(rng.integers(3, 14)), uniform(rng, -1.5, 0.2), uniform(rng, 0.9, 1.4)
    band = ratio(rng, 1.0, 30.0)
    steps = np.arange(1, count + 1) ** stretch
    partials = [(root * float(k), float(k) ** slope * uniform(rng, 0.2, 1), band) for k in steps]
    made = normal(spread(frames, partials, rng))
    low = coloured(frames, lambda f: (np.maximum(f, 30.0) / 60.0) ** uniform(rng, -2.0, -0.8), rng, 2)
    made = made + normal(low) * np.float32(ratio(rng, 0.02, 1.0))
    return _far(made * (1 + 0.5 * wander(frames, 7, rng)), rng)


def glazed(rng: Rng) -> Made:
    """Glass or metal that hums far below: uneven partials that beat, come and go, and fade from the top."""
    frames, root = _frames(rng), ratio(rng, 50, 420)
    made = np.zeros((2, frames), np.float32)
    time = clock(frames)
    for by in np.exp(np.sort(rng.uniform(0, uniform(rng, 1.5, 4.0), int(rng.integers(5, 20))))):
        hertz, dies = root * float(by), ratio(rng, 0.05, 1.0) * float(by) ** 0.5
        level = uniform(rng, 0.1, 1) / float(by) ** uniform(rng, 0.0, 0.9)
        breath = 1 + np.float32(uniform(rng, 0, 0.9)) * wander(frames, int(rng.integers(2, 14)), rng)
        for channel, beat in enumerate((0.0, uniform(rng, 0.05, 3.0))):
            row = sine(phase(hertz + beat, frames, float(rng.random()))) * breath * np.exp(-time * np.float32(dies))
            made[channel] += row * np.float32(level)
    return _far(made, rng)


def rubbed(rng: Rng) -> Made:
    """A wet finger on a rim: one tone that trembles with the friction, thin uneven tones and squeaks above it."""
    frames, root = _frames(rng), ratio(rng, 180, 1400)
    made = np.zeros((2, frames), np.float32)
    stick = 1 + np.float32(uniform(rng, 0.1, 0.8)) * wander(frames, int(rng.integers(10, 80)), rng)
    turn = 1 + np.float32(uniform(rng, 0, 0.6)) * sine(phase(ratio(rng, 0.5, 5), frames))
    ratios = (1.0, *np.sort(rng.uniform(1.4, 12.0, int(rng.integers(2, 9)))))
    for number, by in enumerate(ratios):
        level = 1.0 if number == 0 else ratio(rng, 0.005, 0.3)
        flutter = 1 + np.float32(0.9 if number else 0.2) * wander(frames, int(rng.integers(5, 60)), rng)
        for channel in range(2):
            hertz = root * float(by) * np.exp2(wander(frames, 6, rng) * np.float32(0.004)) + channel * uniform(
                rng, 0, 2
            )
            made[channel] += sine(phase(hertz.astype(np.float32), frames)) * flutter * np.float32(level)
    air = coloured(frames, lambda f: np.maximum(f, 200.0) ** 0.2, rng, 2) * np.float32(ratio(rng, 0.0005, 0.02))
    made = normal(made * stick * turn) + air
    return normal(room(made * attack(frames, uniform(rng, 0.02, 1.2)), 1.5, 5000.0, uniform(rng, 0, 0.7), rng))[
        :, :frames
    ], {"glassy"}


def dense(rng: Rng) -> Made:
    """A tone so low and full that single notes are lost: cut off above, pulsing within."""
    frames, root = _frames(rng), pitch(rng, 24, 48)
    chord = [root * float(by) for by in rng.choice([1.0, 1.5, 2.0, 2.25, 3.0, 4.0, 1.2], int(rng.integers(2, 6)))]
    partials = [
        (hertz * k, float(k) ** uniform(rng, -1.2, -0.2) * uniform(rng, 0.3, 1), ratio(rng, 0.5, 12))
        for hertz in chord
        for k in range(1, 16)
    ]
    made = normal(spread(frames, partials, rng))
    top = ratio(rng, 250, 2500)
    made = through(through(made, lowpass(top, order=4), True), lowpass(top * 1.2, order=4), True)
    rough = 1 + np.float32(uniform(rng, 0, 0.6)) * sine(
        phase(round(ratio(rng, 3, 25) * frames / RATE) * RATE / frames, frames)
    )
    return _far(saturate(made * rough, uniform(rng, 0, 10), 0.05, True), rng)


def veiled(rng: Rng) -> Made:
    """Noise of a room or a tape, and a low hum within it."""
    frames, root = _frames(rng), pitch(rng, 24, 50)
    tint = uniform(rng, -1.3, -0.3)
    made = normal(coloured(frames, lambda f: np.maximum(f, 30.0) ** tint, rng, 2)) * np.float32(ratio(rng, 0.05, 0.8))
    partials = [(root * k, 1.0 / k ** uniform(rng, 0.7, 1.6), ratio(rng, 0.3, 4)) for k in range(1, 9)]
    made = made + normal(spread(frames, partials, rng)) * (1 + 0.3 * wander(frames, 9, rng))
    return _far(made, rng)


def nightly(rng: Rng) -> Made:
    """Dread: a deep roar, a cluster that bends, breath, something far that scrapes."""
    frames, root = _frames(rng), ratio(rng, 28, 90)
    low = coloured(frames, lambda f: (np.maximum(f, 20.0) / 50.0) ** uniform(rng, -2.2, -1.2), rng, 2)
    made = normal(low) * (1 + 0.5 * wander(frames, 8, rng))
    home = root * ratio(rng, 2, 9)
    for step in rng.choice([0.0, 1.0, 2.0, 6.0, 11.0, 13.0], int(rng.integers(2, 5)), replace=False):
        bend = np.exp2(uniform(rng, 0, 0.12) * wander(frames, 4, rng))
        row = sine(phase((home * 2 ** (step / 12) * bend).astype(np.float32), frames))
        made = made + row * np.float32(ratio(rng, 0.03, 0.5)) * (0.5 + 0.5 * wander(frames, 6, rng))
    wind = coloured(frames, lambda f: np.maximum(f, 60.0) ** -0.7, rng, 2)
    path = ratio(rng, 250, 2500) * np.exp2(1.5 * wander(frames, 7, rng))
    made = made + normal(moving(wind, path, "band", uniform(rng, 3, 20), True)) * np.float32(ratio(rng, 0.02, 0.6))
    return _far(made, rng)


def distant(rng: Rng) -> Made:
    """One to three notes of a piano, low, dull and far away."""
    voice, true = felt(rng)
    frames = length(4.0)
    out = np.zeros((2, frames), np.float32)
    for number in range(int(rng.integers(1, 4))):
        at = 0 if number == 0 else int(uniform(rng, 0.0, 0.4) * frames)
        made = voice(pitch(rng, 28, 62), uniform(rng, 1.5, 3.5), uniform(rng, 0.3, 0.8))[:, : frames - at]
        out[:, at : at + made.shape[-1]] += made * np.float32(uniform(rng, 0.3, 1))
    dull = through(normal(out), lowpass(ratio(rng, 250, 1800)))
    heard = room(dull, ratio(rng, 1.0, 4.0), 1800.0, ratio(rng, 0.1, 1.0), rng)[:, :frames]
    return landing(normal(through(heard, highpass(30.0))), 0.5), true


def approaching(rng: Rng) -> Made:
    """Dark noise that swells from nothing and is cut, or passes low: a reversed breath."""
    frames = fast(length(ratio(rng, 0.5, 3.8)))
    along, hit = np.linspace(0, 1, frames, dtype=np.float32), uniform(rng, 0.35, 0.99)
    level = np.minimum(
        (along / hit) ** ratio(rng, 0.8, 4), np.clip((1 - along) / (1.001 - hit), 0, 1) ** ratio(rng, 0.5, 3)
    )
    tint = uniform(rng, -1.8, -0.5)
    made = coloured(frames, lambda f: (np.maximum(f, 25.0) / 100.0) ** tint, rng, 2)
    path = ratio(rng, 90, 500) * np.exp2(uniform(rng, 0.2, 3.0) * level)
    made = normal(moving(made, path, "low", ratio(rng, 0.7, 3)))
    tone = sine(phase(pitch(rng, 30, 60), frames)) * np.float32(uniform(rng, 0, 0.4))
    made = room((made + tone) * level, ratio(rng, 0.3, 2.0), 1500.0, uniform(rng, 0, 0.6), rng)[:, :frames]
    return landing(normal(made), 0.02), {"swelling"} if hit > 0.7 else set()


DARK = ("drone", "atmo", "dark_ambience")
FAMILIES = share(
    0.24,
    bed("haunted hum", haunted, *DARK, "eerie", looped=0.3, weight=1.2),
    bed("glass hum", glazed, "drone", "atmo", "glass", "glassy", "eerie", looped=0.2, weight=1.2),
    bed("glass rim", rubbed, "glass_harmonica", "glass", "atmo", looped=0.2, weight=1.5),
    bed("dense drone", dense, "drone", "atmo", looped=0.5, weight=1.1),
    bed("veiled drone", veiled, "drone", "atmo", "noisy", looped=0.7, weight=0.7),
    bed("dread", nightly, *DARK, "eerie", "ominous", looped=0.3, weight=1.0),
    shot("distant piano", distant, "piano", "atmo", "atmospheric", wet=0.0, weight=0.9),
    shot("dark swell", approaching, "whoosh", "fx", "ominous", wet=0.1, weight=1.2),
)
