"""Instruments as a sampler holds them: cut out of a long note, steady to the end. Runs on: any process, offline."""

import numpy as np

from ..filters import bandpass, chain, highpass, lowpass, through, tilt
from ..oscillators import coloured, phase, scan, sine, tables
from ..signals import RATE, Rng, Signal, clock, fit, landing, normal
from .choirs import mixed, singer
from .dice import chance, pick, ratio, uniform
from .family import share
from .forms import Drawn, Player, chords, note
from .keys import combo, hammond, pipes
from .orchestra import player


def held(inner: Player) -> Player:
    """The middle of a long note, looped: no beginning, no end, and the noise of its recording under it."""

    def drawn(rng: Rng) -> Drawn:
        voice, true = inner(rng)
        skipped, floor = pick(rng, (0.0, ratio(rng, 0.05, 0.4))), ratio(rng, 0.0003, 0.03)
        slope, beat = uniform(rng, -1.2, 0.3), ratio(rng, 0.25, 2.0)
        colour = chain(tilt(uniform(rng, -1.5, 3.5)), highpass(ratio(rng, 20, 200)), lowpass(ratio(rng, 4000, 16_000)))
        depth, seed = uniform(rng, 0.0, 0.25), int(rng.integers(2**31))

        def cut(hertz: float, seconds: float, velocity: float) -> Signal:
            own = np.random.default_rng(seed)
            made = voice(hertz, seconds + skipped + 0.1, velocity)[:, round(skipped * RATE) :]
            made = normal(through(fit(made, round(seconds * RATE)), colour))
            frames = made.shape[-1]
            air = coloured(frames, lambda f: np.maximum(f, 50.0) ** slope, own) * np.float32(floor)
            sway = 1 - np.float32(depth) * (0.5 + 0.5 * sine(phase(1 / beat, frames, float(own.random()))))
            made[:, :64] *= np.linspace(0, 1, min(64, frames), dtype=np.float32)
            return landing(made * sway + air, 0.004)

        return cut, true

    return drawn


def blended(kind: str) -> Player:
    """Two players of a kind on two strings or at two lips: a double stop, a duet."""
    inner = player(kind)

    def drawn(rng: Rng) -> Drawn:
        first, true = inner(rng)
        second, _ = inner(rng)
        by = 2 ** (pick(rng, (3, 4, 5, 7, 8, 9, 12)) / 12)

        def voice(hertz: float, seconds: float, velocity: float) -> Signal:
            low, high = first(hertz, seconds, velocity), second(hertz * by, seconds, velocity)
            frames = min(low.shape[-1], high.shape[-1])
            return normal(low[:, :frames] + high[:, :frames] * np.float32(0.8))

        return voice, true

    return drawn


def sampled_choir(rng: Rng) -> Drawn:
    """A choir of an early sampler: an airy wave of few formants that beats slowly, band-limited, with a soft edge."""
    slope, air, top = uniform(rng, -14, -6), ratio(rng, 0.01, 0.4), ratio(rng, 2500, 9000)
    formant, width = ratio(rng, 450, 1100), uniform(rng, 0.5, 1.5)
    apart, seed = ratio(rng, 4, 18), int(rng.integers(2**31))

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        own = np.random.default_rng(seed)
        frames = round(seconds * RATE)
        k = np.arange(1, max(2, int(top / hertz)) + 1)
        shape = k ** (slope / 6.02) + np.exp(-((np.log(k * hertz / formant) / width) ** 2))
        table = tables((shape * np.exp(0.4j * k * k))[None])
        made = np.zeros((2, frames), np.float32)
        for number in range(4):
            swing = 4.0 * np.sin(2 * np.pi * uniform(own, 3.5, 6.5) * clock(frames) + uniform(own, 0, 6.3))
            path = hertz * np.exp2((float(own.normal()) * apart + swing) / 1200)
            made[number % 2] += scan(table, phase(path.astype(np.float32), frames, float(own.random())))
        breath = through(own.standard_normal((2, frames)).astype(np.float32), bandpass(formant * 2.5, 0.7))
        edge = np.clip(clock(frames) / np.float32(min(0.25, seconds / 3)), 0, 1) ** 0.5
        return landing((normal(made) + normal(breath) * np.float32(air)) * edge, min(0.3, seconds / 3))

    return voice, {"sampler"} if chance(rng, 0.3) else set()


SECTION = (0.5, 3.5)
LONG = (0.5, 3.0)
CHOIR, STRINGS = ("vocal", "choir"), ("strings", "orchestral")
FAMILIES = share(
    0.42,
    note("held violin", held(player("violin")), 55, 90, "violin", "strings", seconds=LONG, wet=0.1),
    note("held cello", held(player("cello")), 36, 69, "cello", "strings", seconds=LONG, wet=0.1, weight=0.8),
    note("double stop", held(blended("violin")), 55, 80, "violin", "strings", seconds=(0.4, 2.5), wet=0.2, weight=0.6),
    note("held trumpet", held(player("trumpet")), 52, 80, "trumpet", "brass", seconds=(0.4, 3.0), wet=0.1, weight=1.2),
    note("held trombone", held(player("trombone")), 40, 66, "trombone", "brass", seconds=LONG, wet=0.1, weight=0.5),
    note("held saxophone", held(player("saxophone")), 44, 78, "saxophone", "woodwind", seconds=(0.4, 3.0), wet=0.1),
    note("held flute", held(player("flute")), 60, 92, "flute", "woodwind", seconds=LONG, wet=0.1, weight=0.8),
    note(
        "held clarinet",
        held(player("clarinet")),
        50,
        84,
        "clarinet",
        "woodwind",
        seconds=LONG,
        wet=0.1,
        weight=0.4,
    ),
    note("held strings", held(player("violin", 5)), 48, 84, *STRINGS, seconds=SECTION, wet=0.2, weight=0.8),
    note("held brass", held(player("trumpet", 5)), 46, 76, "brass", seconds=SECTION, wet=0.2, weight=0.8),
    note("held organ", held(pipes), 36, 84, "church_organ", "organ", seconds=SECTION, wet=0.2),
    note("held electric organ", held(hammond), 36, 84, "organ", seconds=SECTION, wet=0.1, weight=0.5),
    note("held combo organ", held(combo), 40, 84, "combo_organ", "organ", seconds=SECTION, wet=0.1, weight=0.4),
    note("held choir", held(mixed), 40, 62, *CHOIR, seconds=SECTION, wet=0.2),
    note(
        "held female choir", held(singer("female", (3, 5), "aou")), 52, 76, *CHOIR, seconds=SECTION, wet=0.2, weight=0.8
    ),
    note("sampled choir", sampled_choir, 40, 80, *CHOIR, seconds=SECTION, wet=0.3, weight=1.2),
    chords("sampled choir chord", sampled_choir, 45, 66, *CHOIR, seconds=(0.3, 3.0), wet=0.3, weight=0.6),
    chords("held brass chord", held(player("trumpet")), 45, 64, "brass", "brass_stab", seconds=(0.2, 1.5), weight=0.5),
)
