"""Harps, lutes, zithers and pizzicato: plucked strings of the world. Runs on: any process, offline."""

import numpy as np

from ..filters import bell, chain, highpass, through
from ..plucked import warped
from ..signals import Rng, Signal, clock, normal
from .dice import chance, ratio, uniform
from .family import share
from .forms import Drawn, Player, chords, note, phrase
from .guitars import strings

# ring, damping, place, hard, noisy, buzz, knock: ranges; how wide the strings bend (semitones)
KINDS: dict[str, tuple[tuple[float, float], ...]] = {
    "harp": ((1.5, 6.0), (0.5, 2.5), (0.2, 0.5), (1200, 5000), (0.0, 0.4), (0.001, 0.002), (0.03, 0.3), (0.0, 0.0)),
    "sitar": ((2.0, 7.0), (0.15, 0.8), (0.04, 0.15), (4000, 12000), (0.2, 0.6), (0.4, 2.0), (0.05, 0.2), (0.0, 3.0)),
    "koto": ((0.8, 4.0), (0.3, 1.5), (0.03, 0.15), (3000, 10000), (0.2, 0.8), (0.001, 0.2), (0.1, 0.5), (0.0, 2.0)),
    "banjo": ((0.25, 1.2), (0.1, 0.7), (0.05, 0.2), (5000, 14000), (0.2, 0.7), (0.001, 0.3), (0.1, 0.7), (0.0, 0.3)),
    "mandolin": ((0.6, 2.5), (0.15, 0.8), (0.05, 0.2), (4000, 12000), (0.3, 0.8), (0.001, 0.1), (0.05, 0.3), (0, 0)),
    "ukulele": ((0.4, 1.6), (0.6, 3.0), (0.1, 0.4), (1500, 6000), (0.1, 0.5), (0.001, 0.05), (0.1, 0.6), (0.0, 0.2)),
    "oud": ((0.5, 2.2), (0.6, 2.5), (0.06, 0.25), (1500, 6000), (0.2, 0.7), (0.001, 0.3), (0.1, 0.5), (0.0, 1.5)),
    "lyre": ((1.5, 7.0), (0.2, 1.2), (0.05, 0.3), (3000, 12000), (0.1, 0.6), (0.001, 0.2), (0.02, 0.3), (0.0, 0.0)),
    "pizzicato": ((0.12, 0.7), (1.0, 5.0), (0.1, 0.4), (900, 3500), (0.1, 0.6), (0.001, 0.01), (0.1, 0.7), (0.0, 0.3)),
}


def plucker(kind: str) -> Player:
    """How an instrument of a kind is drawn."""
    ring, damping, place, hard, noisy, buzz, knock, bend = KINDS[kind]

    def drawn(rng: Rng) -> Drawn:
        voice = strings(
            rng,
            ring=ratio(rng, *ring),
            damping=ratio(rng, *damping),
            place=uniform(rng, *place),
            hard=ratio(rng, *hard),
            noisy=uniform(rng, *noisy),
            buzz=ratio(rng, *buzz),
            knock=ratio(rng, *knock),
            knock_hz=ratio(rng, 110, 500),
            stiffness=ratio(rng, 1e-5, 3e-4),
        )
        shaped = chain(highpass(70.0), *(bell(ratio(rng, 200, 3500), uniform(rng, -4, 8), 2.0) for _ in range(3)))
        twin = ratio(rng, 1.5, 9.0) if kind == "mandolin" or chance(rng, 0.15) else 0.0
        bent = uniform(rng, *bend) if chance(rng, 0.4) else 0.0

        def played(hertz: float, seconds: float, velocity: float) -> Signal:
            made = voice(hertz, seconds, velocity)
            if twin:
                made = made + voice(hertz * 2 ** (twin / 1200), seconds, velocity)
            if bent:
                time = clock(made.shape[-1])
                made = warped(made, 2 ** (bent / 12 * (np.clip(time / 0.25, 0, 1) - 1.0)))
            return normal(through(made, shaped))

        return played, {"acoustic"}

    return drawn


def section(rng: Rng) -> Drawn:
    """A string section that plucks: several, never quite together."""
    voice, _ = plucker("pizzicato")(rng)
    players, late = int(rng.integers(3, 7)), ratio(rng, 0.004, 0.02)

    def played(hertz: float, seconds: float, velocity: float) -> Signal:
        own = np.random.default_rng(round(hertz * 1000))
        parts = []
        for _ in range(players):
            sound = voice(hertz * 2 ** (float(own.normal()) * 7 / 1200), seconds, velocity)
            parts.append(np.pad(sound, [(0, 0), (int(own.uniform(0, late) * 48_000), 2400)])[:, : sound.shape[-1]])
        return normal(np.sum(parts, axis=0))

    return played, {"acoustic"}


def tanpura(rng: Rng) -> Drawn:
    """A drone of sympathetic strings."""
    voice, true = plucker("sitar")(rng)
    steps = (0, 7, 12, 12)

    def played(hertz: float, seconds: float, velocity: float) -> Signal:
        gap = max(0.3, seconds / 5)
        parts = [
            np.pad(voice(hertz * 2 ** (s / 12), seconds, velocity), [(0, 0), (int(n * gap * 48_000), 0)])
            for n, s in enumerate(steps)
        ]
        frames = max(part.shape[-1] for part in parts)
        return normal(np.sum([np.pad(p, [(0, 0), (0, frames - p.shape[-1])]) for p in parts], axis=0))

    return played, true


NOTES = tuple(
    note(f"{kind} note", plucker(kind), low, high, kind, "plucked", seconds=(0.2, 3.0), weight=weight)
    for kind, low, high, weight in (
        ("harp", 36, 96, 1.0),
        ("sitar", 45, 76, 1.0),
        ("koto", 48, 86, 1.0),
        ("banjo", 50, 84, 0.8),
        ("mandolin", 55, 88, 0.6),
        ("ukulele", 60, 84, 0.5),
        ("oud", 40, 72, 0.6),
        ("lyre", 48, 88, 0.5),
        ("pizzicato", 40, 86, 0.8),
    )
)
FAMILIES = share(
    0.34,
    *NOTES,
    note("pizzicato section", section, 36, 84, "pizzicato", "plucked", "strings", seconds=(0.2, 0.8), weight=0.6),
    note("tanpura", tanpura, 36, 55, "sitar", "plucked", "drone", seconds=(1.5, 3.0), weight=0.3),
    phrase("harp arpeggio", plucker("harp"), 48, 84, "harp", "plucked", "arpeggio", style="arp", weight=0.7),
    phrase("koto line", plucker("koto"), 55, 81, "koto", "plucked", "melody", weight=0.5),
    phrase("sitar line", plucker("sitar"), 48, 74, "sitar", "plucked", "melody", weight=0.5),
    phrase("banjo roll", plucker("banjo"), 55, 81, "banjo", "plucked", style="arp", tempo=(100, 170), weight=0.4),
    phrase("pizzicato line", section, 48, 79, "pizzicato", "plucked", "strings", weight=0.4),
    chords("harp chord", plucker("harp"), 40, 64, "harp", "plucked", strum=0.5, weight=0.4),
)
