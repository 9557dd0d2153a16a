"""Bowed strings, brass, woodwinds, reeds: solo, in sections, stabbed. Runs on: any process, offline."""

from dataclasses import replace

import numpy as np

from ..filters import highpass, lowpass, through
from ..signals import Rng, Signal, mix, normal
from ..sustained import Sustained, sustained
from .dice import chance, pick, ratio, uniform
from .family import share
from .forms import Drawn, Player, chords, note, phrase

Range = tuple[float, float]
# soft, loud (dB per octave), even harmonics, rise, breath, breath Hz, vibrato (cents), blare;
# resonances (lowest, highest Hz, how many)
KINDS: dict[str, tuple[Range, Range, Range, Range, Range, Range, Range, Range, tuple[float, float, int]]] = {
    "violin": (
        (-14, -8),
        (-8, -3),
        (0.8, 1.1),
        (0.02, 0.3),
        (0.01, 0.15),
        (2500, 7000),
        (0, 35),
        (0, 0.3),
        (280, 5000, 9),
    ),
    "viola": (
        (-15, -8),
        (-9, -4),
        (0.8, 1.1),
        (0.03, 0.3),
        (0.01, 0.15),
        (2000, 6000),
        (0, 30),
        (0, 0.3),
        (200, 4000, 9),
    ),
    "cello": (
        (-16, -8),
        (-9, -4),
        (0.8, 1.1),
        (0.03, 0.35),
        (0.01, 0.15),
        (1200, 5000),
        (0, 28),
        (0, 0.3),
        (90, 3000, 9),
    ),
    "trumpet": (
        (-14, -8),
        (-4, 1),
        (0.9, 1.1),
        (0.015, 0.1),
        (0.005, 0.04),
        (2500, 6000),
        (0, 22),
        (0.0, 0.5),
        (900, 3000, 3),
    ),
    "trombone": (
        (-16, -9),
        (-6, -1),
        (0.9, 1.1),
        (0.02, 0.12),
        (0.005, 0.05),
        (1500, 4000),
        (0, 16),
        (0.0, 0.5),
        (400, 1800, 3),
    ),
    "french_horn": (
        (-20, -12),
        (-10, -5),
        (0.9, 1.1),
        (0.03, 0.15),
        (0.005, 0.04),
        (800, 3000),
        (0, 8),
        (0.0, 0.3),
        (300, 1200, 3),
    ),
    "tuba": (
        (-20, -12),
        (-11, -5),
        (0.9, 1.1),
        (0.03, 0.12),
        (0.005, 0.06),
        (500, 2000),
        (0, 8),
        (0, 0.3),
        (100, 700, 3),
    ),
    "saxophone": (
        (-13, -8),
        (-7, -2),
        (0.7, 1.1),
        (0.015, 0.1),
        (0.02, 0.2),
        (2000, 6000),
        (0, 30),
        (0, 0.4),
        (400, 3500, 5),
    ),
    "clarinet": (
        (-18, -11),
        (-9, -5),
        (0.05, 0.35),
        (0.02, 0.1),
        (0.01, 0.08),
        (1500, 5000),
        (0, 8),
        (0, 0.2),
        (900, 3500, 3),
    ),
    "oboe": (
        (-10, -6),
        (-5, -1),
        (0.9, 1.2),
        (0.02, 0.08),
        (0.005, 0.05),
        (2500, 6000),
        (0, 24),
        (0, 0.2),
        (900, 3200, 3),
    ),
    "bassoon": (
        (-14, -8),
        (-8, -3),
        (0.9, 1.2),
        (0.02, 0.08),
        (0.005, 0.06),
        (1200, 4000),
        (0, 15),
        (0, 0.2),
        (350, 1500, 3),
    ),
    "flute": (
        (-36, -15),
        (-26, -8),
        (0.5, 1.2),
        (0.03, 0.15),
        (0.005, 0.6),
        (1500, 5000),
        (0, 28),
        (0, 0.1),
        (800, 3000, 2),
    ),
    "pan_flute": (
        (-26, -14),
        (-18, -10),
        (0.2, 0.8),
        (0.03, 0.12),
        (0.3, 2.0),
        (900, 3500),
        (0, 20),
        (0, 0.2),
        (600, 2500, 2),
    ),
    "recorder_flute": (
        (-24, -14),
        (-15, -9),
        (0.3, 0.9),
        (0.015, 0.08),
        (0.02, 0.3),
        (1500, 5000),
        (0, 15),
        (0, 0.1),
        (900, 3000, 2),
    ),
    "shakuhachi": (
        (-22, -13),
        (-15, -8),
        (0.4, 1.1),
        (0.04, 0.25),
        (0.2, 1.5),
        (900, 4000),
        (5, 60),
        (0, 0.3),
        (500, 2500, 2),
    ),
    "harmonica": (
        (-9, -5),
        (-5, -2),
        (0.8, 1.1),
        (0.02, 0.1),
        (0.02, 0.15),
        (2000, 6000),
        (0, 30),
        (0, 0.3),
        (600, 3000, 4),
    ),
    "bagpipes": (
        (-7, -4),
        (-4, -1),
        (0.8, 1.2),
        (0.01, 0.06),
        (0.01, 0.06),
        (2000, 6000),
        (0, 4),
        (0, 0.1),
        (700, 3500, 4),
    ),
}
BOWED = {"violin", "viola", "cello"}


def player(kind: str, players: int = 1, fast: bool = False) -> Player:
    """How a player of a kind, or a section of several, is drawn; `fast` bows or tongues again and again."""

    def drawn(rng: Rng) -> Drawn:
        given = _instrument(kind, players, fast, rng)
        seed, low = int(rng.integers(2**31)), KINDS[kind][-1][0] * 0.25

        def voice(hertz: float, seconds: float, velocity: float) -> Signal:
            played = replace(given, root=hertz, seconds=seconds, velocity=velocity)
            made = sustained(played, np.random.default_rng(seed))
            return through(made, highpass(min(low, hertz * 0.7)))

        return voice, {"acoustic", "bowed" if kind in BOWED else "blown"}

    return drawn


def _instrument(kind: str, players: int, fast: bool, rng: Rng) -> Sustained:
    soft, loud, even, rise, breath, breath_hz, vibrato, blare, (lowest, highest, count) = KINDS[kind]
    several = 1 if players == 1 else int(rng.integers(3, players + 1))
    return Sustained(
        soft=uniform(rng, *soft),
        loud=uniform(rng, *loud),
        even=uniform(rng, *even),
        rise=ratio(rng, *rise),
        breath=ratio(rng, *breath),
        breath_hz=ratio(rng, *breath_hz),
        vibrato=uniform(rng, *vibrato) if chance(rng, 0.7) else 0.0,
        vibrato_hz=uniform(rng, 4.2, 6.8),
        vibrato_late=uniform(rng, 0.05, 0.9),
        blare=uniform(rng, *blare),
        body=tuple((ratio(rng, lowest, highest), ratio(rng, 60, 600), uniform(rng, -9, 5)) for _ in range(count)),
        scoop=float(rng.normal()) * 0.4 if chance(rng, 0.5) else 0.0,
        swell=ratio(rng, 0.2, 2.0) if chance(rng, 0.25) else 0.0,
        pulsing=uniform(rng, 8.0, 16.0) if fast else 0.0,
        players=several,
        apart=ratio(rng, 3, 20),
        release=ratio(rng, 0.06, 0.5),
    )


def muted(kind: str) -> Player:
    """Brass with a mute: thin and nasal."""
    inner = player(kind)

    def drawn(rng: Rng) -> Drawn:
        voice, true = inner(rng)
        band = ratio(rng, 900, 2200)
        return lambda hertz, seconds, velocity: normal(
            through(through(voice(hertz, seconds, velocity), highpass(band)), lowpass(6000.0))
        ), true | {"muted"}

    return drawn


def tutti(*kinds: str) -> Player:
    """Sections together, in octaves."""

    def drawn(rng: Rng) -> Drawn:
        voices = [player(kind, 3)(rng)[0] for kind in kinds]
        steps = [pick(rng, (0.5, 1.0, 1.0, 2.0)) for _ in kinds]

        def voice(hertz: float, seconds: float, velocity: float) -> Signal:
            return normal(mix(*(v(hertz * s, seconds, velocity) for v, s in zip(voices, steps, strict=True))))

        return voice, {"acoustic", "orchestral"}

    return drawn


SOLO = tuple(
    note(f"{kind} note", player(kind), low, high, kind, group, seconds=(0.15, 3.0), weight=weight)
    for kind, group, low, high, weight in (
        ("violin", "strings", 55, 98, 2.8),
        ("viola", "strings", 48, 84, 0.5),
        ("cello", "strings", 36, 74, 1.5),
        ("trumpet", "brass", 52, 84, 2.2),
        ("trombone", "brass", 40, 70, 1.0),
        ("french_horn", "brass", 40, 76, 0.8),
        ("tuba", "brass", 28, 55, 0.6),
        ("saxophone", "woodwind", 44, 80, 3.2),
        ("clarinet", "woodwind", 50, 90, 0.9),
        ("oboe", "woodwind", 58, 88, 0.7),
        ("bassoon", "woodwind", 34, 68, 0.5),
        ("flute", "woodwind", 60, 96, 1.8),
        ("pan_flute", "flute", 58, 90, 0.8),
        ("recorder_flute", "flute", 66, 96, 0.5),
        ("shakuhachi", "flute", 55, 84, 0.6),
        ("harmonica", "harmonica", 55, 88, 0.6),
        ("bagpipes", "bagpipes", 55, 84, 0.4),
    )
)
FAMILIES = share(
    0.85,
    *SOLO,
    note(
        "string section", player("violin", 7), 50, 90, "strings", "orchestral", seconds=(0.3, 3.0), wet=0.5, weight=1.2
    ),
    note(
        "low string section",
        player("cello", 6),
        34,
        64,
        "strings",
        "orchestral",
        seconds=(0.3, 3.0),
        wet=0.5,
        weight=0.8,
    ),
    note(
        "tremolo strings",
        player("violin", 6, fast=True),
        48,
        88,
        "tremolo_strings",
        "strings",
        seconds=(0.8, 3.0),
        wet=0.5,
        weight=0.6,
    ),
    note(
        "string stab",
        player("violin", 6),
        45,
        84,
        "tremolo_strings",
        "strings",
        seconds=(0.06, 0.3),
        wet=0.5,
        weight=0.6,
    ),
    note("brass section", player("trumpet", 5), 46, 78, "brass", seconds=(0.2, 2.5), wet=0.4, weight=0.8),
    note("muted trumpet", muted("trumpet"), 55, 84, "trumpet", "brass", seconds=(0.2, 2.0), weight=0.5),
    note(
        "orchestra tutti",
        tutti("violin", "cello", "trumpet", "french_horn"),
        36,
        66,
        "orchestra",
        seconds=(0.3, 2.5),
        wet=0.6,
        weight=0.6,
    ),
    chords("string chord", player("violin", 4), 48, 68, "strings", "orchestral", wet=0.5, weight=0.8),
    chords("brass stab", player("trumpet", 3), 46, 68, "brass_stab", "brass", seconds=(0.08, 0.7), weight=1.0),
    chords("low brass chord", player("trombone", 3), 38, 56, "brass", seconds=(0.3, 2.5), wet=0.5, weight=0.5),
    phrase("string chords", player("violin", 4), 50, 68, "strings", "chord", style="chords", weight=0.6),
    phrase("violin melody", player("violin"), 60, 88, "violin", "strings", "melody", weight=0.4),
    phrase("cello line", player("cello"), 40, 66, "cello", "strings", "melody", weight=0.3),
    phrase("flute melody", player("flute"), 64, 90, "flute", "melody", weight=0.4),
    phrase("sax line", player("saxophone"), 50, 76, "saxophone", "melody", weight=0.5),
    phrase("trumpet line", player("trumpet"), 56, 80, "trumpet", "brass", "melody", weight=0.4),
    phrase("horn stabs", player("trumpet", 3), 50, 68, "brass_stab", "brass", tempo=(90, 130), weight=0.8),
)
