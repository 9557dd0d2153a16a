"""Didgeridoos, jaw harps, whistling, tapes of orchestras. Runs on: any process, offline."""

import numpy as np

from ..effects import saturate
from ..envelopes import attack, decay, gate, wander
from ..filters import bandpass, lowpass, moving, through
from ..oscillators import phase, scan, sine, tables
from ..plucked import warped
from ..signals import Rng, Signal, clock, length, noise, normal
from .dice import pick, ratio, uniform
from .family import share
from .forms import Drawn, note, phrase
from .orchestra import player


def taped(rng: Rng) -> Drawn:
    """Strings, flutes or choirs from tapes: unsteady, dull, eight seconds and no more."""
    voice, _ = player(pick(rng, ("violin", "flute", "cello", "recorder_flute")), pick(rng, (1, 4)))(rng)
    depth, speed, top = uniform(rng, 4, 30), ratio(rng, 0.6, 7.0), ratio(rng, 1800, 5000)
    dice = np.random.default_rng(rng.integers(2**31))

    def made(hertz: float, seconds: float, velocity: float) -> Signal:
        sound = voice(hertz, seconds, velocity)
        swing = depth / 1200 * (np.sin(2 * np.pi * speed * clock(sound.shape[-1])) + wander(sound.shape[-1], 12, dice))
        hiss = noise(sound.shape[-1], dice, sound.shape[0]) * np.float32(0.006)
        return normal(through(warped(sound, np.exp2(swing)) + hiss, lowpass(top)))

    return made, {"lofi", "vintage"}


def didgeridoo(rng: Rng) -> Drawn:
    """A hollow trunk blown: a drone whose vowels move."""
    speed, first, second = ratio(rng, 0.6, 5.0), ratio(rng, 400, 1100), ratio(rng, 1200, 2600)
    voice, _ = player("tuba")(rng)

    def made(hertz: float, seconds: float, velocity: float) -> Signal:
        sound = voice(hertz, seconds, 1.0)
        turn = 0.5 + 0.5 * np.sin(2 * np.pi * speed * clock(sound.shape[-1]))
        bright = saturate(sound, 14.0, 0.2)
        return normal(sound + moving(bright, first * (second / first) ** turn, "band", 4.0) * np.float32(1.5))

    return made, {"acoustic", "blown"}


def jaw(rng: Rng) -> Drawn:
    """A tongue of steel before the mouth: one low note whose overtones sing."""
    speed, ring = ratio(rng, 1.0, 9.0), ratio(rng, 0.3, 1.5)

    def made(hertz: float, seconds: float, velocity: float) -> Signal:
        frames = length(max(seconds, 0.4))
        count = int(7000 / hertz)
        made_ = scan(tables((np.arange(1, count + 1) ** -0.4)[None]), phase(hertz, frames)) * decay(frames, ring)
        turn = 0.5 + 0.5 * np.sin(2 * np.pi * speed * clock(frames))
        return normal(moving(made_[None], 500 * 5.0**turn, "band", 5.0))

    return made, {"acoustic"}


def whistler(rng: Rng) -> Drawn:
    """Lips: nearly a sine, breath around it, scoops."""
    breath, swing, scoop = ratio(rng, 0.01, 0.3), uniform(rng, 0, 40), uniform(rng, -3, 1)

    def made(hertz: float, seconds: float, velocity: float) -> Signal:
        own = np.random.default_rng(round(hertz))
        frames = length(seconds + 0.08)
        time = clock(frames)
        bend = scoop * np.exp(-time / 0.04) + swing / 100 * np.sin(2 * np.pi * 5.5 * time) * np.clip(time * 3, 0, 1)
        tone = sine(phase((hertz * np.exp2(bend / 12)).astype(np.float32), frames))
        air = normal(through(noise(frames, own), bandpass(hertz, 3.0))) * np.float32(breath)
        return normal((tone[None] + air) * attack(frames, 0.03) * gate(frames, seconds, 0.06))

    return made, set()


FAMILIES = share(
    0.06,
    note("mellotron", taped, 45, 76, "mellotron", seconds=(0.5, 4.0), weight=0.5),
    note("didgeridoo", didgeridoo, 30, 43, "didgeridoo", seconds=(0.8, 4.0), weight=0.5),
    note("jaw harp", jaw, 33, 50, "jaw_harp", seconds=(0.5, 2.5), weight=0.4),
    note("whistle", whistler, 72, 98, "whistle", seconds=(0.15, 1.5), weight=0.4),
    phrase("whistled tune", whistler, 76, 96, "whistle", "melody", weight=0.3),
)
