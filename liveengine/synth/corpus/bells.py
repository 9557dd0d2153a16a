"""Bells, mallets, tines, bowls and glass: tuned bodies struck or rubbed. Runs on: any process, offline."""

from dataclasses import replace

import numpy as np

from ..bars import Bar, bar
from ..envelopes import attack, decay, gate, wander
from ..filters import fast, lowpass, through
from ..oscillators import modes, phase, sine
from ..signals import RATE, Rng, Signal, length, mix, noise, normal, pan
from .dice import chance, pick, pitch, ratio, uniform
from .family import Made, share
from .forms import Drawn, Player, bed, chords, note, phrase, shot

# body, seconds, bright, beat, mallet, mallet Hz
KINDS: dict[
    str, tuple[str, tuple[float, float], tuple[float, float], float, tuple[float, float], tuple[float, float]]
] = {
    "marimba": ("marimba", (0.25, 1.4), (0.1, 1.2), 0.0, (0.05, 0.6), (300, 2000)),
    "xylophone": ("xylophone", (0.1, 0.6), (0.4, 1.8), 0.0, (0.1, 0.8), (1500, 6000)),
    "vibraphone": ("vibraphone", (1.0, 5.0), (0.1, 1.2), 0.3, (0.02, 0.3), (500, 3000)),
    "glockenspiel": ("glockenspiel", (0.6, 3.0), (0.3, 1.5), 0.5, (0.05, 0.5), (3000, 9000)),
    "celesta": ("celesta", (0.5, 2.0), (0.3, 1.2), 0.3, (0.05, 0.4), (1000, 5000)),
    "music_box": ("music_box", (0.5, 2.5), (0.3, 1.5), 0.6, (0.1, 0.6), (2500, 8000)),
    "kalimba": ("kalimba", (0.3, 1.8), (0.3, 2.0), 0.3, (0.1, 0.8), (500, 4000)),
    "steel_drum": ("steel_drum", (0.3, 1.6), (0.4, 1.6), 2.0, (0.05, 0.5), (400, 2500)),
    "tubular_bells": ("tube", (1.5, 6.0), (0.4, 1.4), 1.0, (0.05, 0.4), (1000, 5000)),
    "church_bell": ("church", (2.0, 8.0), (0.4, 1.5), 1.5, (0.05, 0.5), (800, 5000)),
    "hand_bell": ("hand", (0.6, 4.0), (0.4, 1.6), 1.5, (0.05, 0.4), (2000, 8000)),
    "singing_bowl": ("bowl", (2.0, 8.0), (0.2, 1.2), 2.5, (0.02, 0.3), (300, 2000)),
    "glass": ("glass", (0.3, 2.5), (0.3, 1.5), 0.6, (0.05, 0.5), (3000, 9000)),
    "gamelan": ("plate", (0.6, 3.0), (0.3, 1.3), 4.0, (0.05, 0.5), (600, 4000)),
}
TRUE = {"gamelan": {"metallic"}, "glass": {"glassy"}, "marimba": {"wooden"}, "xylophone": {"wooden"}}


def player(kind: str) -> Player:
    """How an instrument of a kind is drawn."""
    body, seconds, bright, beat, mallet, mallet_hz = KINDS[kind]

    def drawn(rng: Rng) -> Drawn:
        given = Bar(
            body=body,
            seconds=ratio(rng, *seconds),
            bright=ratio(rng, *bright),
            beat=uniform(rng, 0.0, beat),
            detune=uniform(rng, 0.0, 0.012),
            mallet=ratio(rng, *mallet),
            mallet_hz=ratio(rng, *mallet_hz),
            tremolo=uniform(rng, 0.2, 0.9) if kind == "vibraphone" and chance(rng, 0.6) else 0.0,
            tremolo_hz=uniform(rng, 2.0, 7.5),
            bend=0.0 if kind != "steel_drum" else uniform(rng, 0.0, 0.3),
        )

        def voice(hertz: float, held: float, velocity: float) -> Signal:
            made = bar(replace(given, root=hertz, velocity=velocity), np.random.default_rng(round(hertz * 10)))
            return made * gate(made.shape[-1], max(held, 0.4), 0.5) if made.shape[-1] > length(held + 0.5) else made

        return voice, TRUE.get(kind, set())

    return drawn


def electronic(rng: Rng) -> Drawn:
    """A bell of two operators."""
    by, index = pick(rng, (3.5, 1.41, 2.76, 5.4, 7.13, 11.0, 1.87)), ratio(rng, 0.6, 6.0)
    body, fall = ratio(rng, 0.4, 5.0), ratio(rng, 0.1, 2.5)

    def voice(hertz: float, held: float, velocity: float) -> Signal:
        frames = length(min(max(held, body), 4.0))
        depth = decay(frames, fall) * np.float32(index * velocity / 6.28)
        made = sine(phase(hertz, frames) + sine(phase(hertz * by, frames)) * depth)
        made += sine(phase(hertz * 2.003, frames)) * decay(frames, body * 0.5) * np.float32(0.25)
        return normal((made * decay(frames, body) * attack(frames, 0.002))[None])

    return voice, {"electronic"}


def panned(rng: Rng) -> Drawn:
    """A handpan: a steel shell with a fifth and an octave in each field."""
    ring, bright, knock = ratio(rng, 0.8, 4.0), uniform(rng, 0.2, 0.8), ratio(rng, 0.05, 0.6)
    ratios, levels = np.array([1.0, 2.0, 3.0, 4.03, 5.9]), np.array([1.0, bright, bright * 0.7, 0.1, 0.05])

    def voice(hertz: float, held: float, velocity: float) -> Signal:
        frames = length(min(ring * 1.1, 4.2))
        own = np.random.default_rng(round(hertz))
        made = modes(ratios * hertz, levels, ring * np.array([1, 0.8, 0.6, 0.3, 0.2]), frames, own)
        size = min(frames, 4800)
        made[:size] += through(noise(size, own), lowpass(900.0))[0] * decay(size, 0.06) * np.float32(knock)
        return normal((made * attack(frames, 0.002))[None])

    return voice, set()


def pure(rng: Rng) -> Drawn:
    """One clear partial and a few faint ones: small bells, triangles, crystal."""
    ratios = np.concatenate([[1.0], np.sort(np.exp(rng.uniform(0.5, 2.2, 4)))])
    levels = np.concatenate([[1.0], rng.uniform(0.0, 0.5, 4)])
    falls = ratio(rng, 0.5, 7.0) * np.concatenate([[1.0], rng.uniform(0.1, 0.8, 4)])

    def voice(hertz: float, held: float, velocity: float) -> Signal:
        frames = length(min(4.2, float(falls[0]) * 1.1))
        made = modes(ratios * hertz, levels, falls, frames, np.random.default_rng(1)) * attack(frames, 0.0006)
        made[:300] += noise(300, np.random.default_rng(2))[0] * decay(300, 0.006) * np.float32(0.2 * velocity)
        return normal(made[None])

    return voice, {"ringing", "metallic"}


def dense(rng: Rng) -> Drawn:
    """A crowd of partials: cheap bells, plates, chimes of clocks, digital bells."""
    count, spread = int(rng.integers(12, 50)), uniform(rng, 1.2, 3.4)
    ratios, levels = np.exp(np.sort(rng.uniform(0.0, spread, count))), rng.uniform(0.05, 1.0, count) ** 2
    falls = ratio(rng, 0.4, 4.0) * rng.uniform(0.2, 1.0, count) / ratios**0.3

    def voice(hertz: float, held: float, velocity: float) -> Signal:
        frames = length(min(4.2, float(np.max(falls)) * 1.1))
        return normal(
            (modes(ratios * hertz, levels, falls, frames, np.random.default_rng(1)) * attack(frames, 0.0006))[None]
        )

    return voice, {"metallic"}


def hung(rng: Rng) -> Made:
    """Wind chimes: many small tubes, now and then."""
    frames, root = length(uniform(rng, 1.5, 4.0)), ratio(rng, 700, 3500)
    body, count = pick(rng, ("chime", "glass", "tube", "kalimba")), int(rng.integers(5, 22))
    scale = np.sort(np.exp(rng.uniform(0, 1.1, 8)))
    parts = []
    for place in np.sort(rng.uniform(0, 0.75, count)):
        hit = bar(
            Bar(
                root=root * float(pick(rng, list(scale))),
                seconds=ratio(rng, 0.4, 2.5),
                body=body,
                mallet=0.1,
                detune=0.01,
            ),
            rng,
        )
        hit = pan(hit, uniform(rng, -0.9, 0.9)) * np.float32(ratio(rng, 0.15, 1.0))
        parts.append(np.pad(hit, [(0, 0), (int(place * frames), 0)])[:, :frames])
    return normal(mix(*parts)), set()


def ran(rng: Rng) -> Made:
    """A mark tree stroked: falling or rising tubes one after another."""
    seconds, count, root = ratio(rng, 0.5, 2.5), int(rng.integers(14, 34)), ratio(rng, 1800, 3500)
    up = chance(rng, 0.5)
    parts = []
    for n in range(count):
        hertz = root * 2 ** ((n if up else count - n) / count * 1.6)
        hit = bar(Bar(root=hertz, seconds=uniform(rng, 0.5, 2.0), body="chime", mallet=0.05, detune=0.02), rng)
        parts.append(np.pad(hit * np.float32(uniform(rng, 0.4, 1)), [(0, 0), (int(n / count * seconds * RATE), 0)]))
    return normal(mix(*parts)), {"rising"} if up else {"falling"}


def rubbed(rng: Rng) -> Made:
    """A glass or bowl rubbed: it swells, hums and beats."""
    frames, hertz = fast(length(uniform(rng, 1.5, 4.0))), pitch(rng, 50, 88)
    made = np.zeros((2, frames), np.float32)
    for number, (by, level) in enumerate(((1.0, 1.0), (2.32, 0.2), (4.25, 0.1), (2.0, 0.15))):
        for channel in range(2):
            pitchy = hertz * by * np.exp2(wander(frames, 5, rng) * np.float32(0.004)) + channel * uniform(rng, 0, 1.5)
            swell = 1 + 0.4 * wander(frames, 12, rng)
            made[channel] += (
                sine(phase(pitchy.astype(np.float32), frames)) * np.float32(level * (0.3 if number else 1)) * swell
            )
    made += noise(frames, rng, 2) * np.float32(ratio(rng, 0.0005, 0.01))
    return normal(made * attack(frames, uniform(rng, 0.1, 1.2))), set()


def tolled(rng: Rng) -> Made:
    """A large bell struck once or again and again, near or from a tower; or a temple's, low, slow to die, beating."""
    temple = chance(rng, 0.35)
    root, body = (
        ratio(rng, 60, 240) if temple else ratio(rng, 110, 900),
        pick(rng, ("bowl", "plate")) if temple else "church",
    )
    hit = bar(
        Bar(
            root=root,
            seconds=ratio(rng, 2.5, 9.0),
            body=body,
            bright=ratio(rng, 0.3, 1.6),
            beat=uniform(rng, 0.2, 3.0),
            detune=0.03,
            mallet=ratio(rng, 0.05, 0.7),
            mallet_hz=ratio(rng, 300, 4000),
        ),
        rng,
    )[:, : length(4.4)]
    every, out = uniform(rng, 0.5, 2.2), np.zeros((1, length(4.4)), np.float32)
    for number in range(int(rng.integers(1, 5))):
        at = length(0.0001 + number * every * uniform(rng, 0.95, 1.05))
        size = min(out.shape[-1] - at, hit.shape[-1])
        if size > 4800:
            out[:, at : at + size] += hit[:, :size] * np.float32(uniform(rng, 0.5, 1))
    if chance(rng, 0.4):
        out = through(out, lowpass(ratio(rng, 900, 5000)))
    return normal(out), {"metallic", "ringing"}


def shaken(rng: Rng) -> Made:
    """A small bell rung again and again: school bell, bicycle, telephone."""
    hertz, seconds, every = ratio(rng, 900, 3800), uniform(rng, 0.4, 2.5), ratio(rng, 0.03, 0.25)
    hit = bar(Bar(root=hertz, seconds=ratio(rng, 0.3, 1.5), body="hand", beat=4.0, mallet=0.3, mallet_hz=5000), rng)
    count = max(2, int(seconds / every))
    parts = [
        np.pad(hit * np.float32(uniform(rng, 0.5, 1)), [(0, 0), (int(n * every * RATE * uniform(rng, 0.95, 1.05)), 0)])
        for n in range(count)
    ]
    return normal(mix(*parts)), {"ringing"}


FAMILIES = share(
    0.36,
    note("marimba note", player("marimba"), 40, 88, "marimba", "mallet"),
    note("xylophone note", player("xylophone"), 60, 100, "xylophone", "mallet"),
    note("vibraphone note", player("vibraphone"), 50, 88, "vibraphone", "mallet", seconds=(0.5, 3.5)),
    note("glockenspiel note", player("glockenspiel"), 76, 105, "glockenspiel", "bell", weight=1.4),
    note("celesta note", player("celesta"), 60, 100, "celesta", "bell", weight=0.6),
    note("music box note", player("music_box"), 65, 100, "music_box", "bell", weight=0.8),
    note("kalimba note", player("kalimba"), 50, 90, "kalimba", "plucked"),
    note("steel drum note", player("steel_drum"), 50, 84, "steel_drum"),
    note("tubular bell", player("tubular_bells"), 55, 84, "tubular_bells", "bell", seconds=(1.0, 4.0), weight=1.4),
    note("church bell", player("church_bell"), 40, 80, "church_bell", "bell", seconds=(1.5, 4.0), weight=1.3),
    note("hand bell", player("hand_bell"), 60, 98, "hand_bell", "bell"),
    note("singing bowl", player("singing_bowl"), 40, 78, "singing_bowl", seconds=(1.5, 4.0)),
    note("glass note", player("glass"), 65, 100, "bell", "glass", "glassy", weight=0.7),
    note("gamelan note", player("gamelan"), 45, 84, "gamelan", weight=0.7),
    note("fm bell", electronic, 48, 96, "fm_bell", "bell", "synth", seconds=(0.4, 3.5), weight=1.2),
    note("pure bell", pure, 70, 108, "bell", seconds=(0.5, 3.0), weight=1.0),
    note("dense bell", dense, 36, 90, "bell", seconds=(0.5, 3.0), weight=1.0),
    note("handpan", panned, 50, 76, "hang", seconds=(0.8, 3.5), weight=0.7),
    phrase("handpan line", panned, 50, 74, "hang", "melody", weight=0.3),
    shot("wind chimes", hung, "chimes", "bell", weight=0.8),
    shot("mark tree", ran, "chimes", "bell", weight=0.5),
    shot("tolling bell", tolled, "church_bell", "bell", weight=2.0, wet=0.5),
    shot("rung bell", shaken, "hand_bell", "bell", weight=0.5),
    bed("rubbed glass", rubbed, "glass_harmonica", "glass", "glassy", looped=0.2, weight=1.4),
    chords("vibraphone chord", player("vibraphone"), 48, 70, "vibraphone", "mallet", strum=0.05, weight=0.3),
    chords("bell chord", electronic, 48, 76, "fm_bell", "bell", "synth", weight=0.4),
    phrase("marimba line", player("marimba"), 48, 80, "marimba", "mallet", "melody", weight=0.5),
    phrase("music box melody", player("music_box"), 70, 96, "music_box", "bell", "melody", tempo=(60, 120), weight=0.5),
    phrase("kalimba line", player("kalimba"), 55, 84, "kalimba", "plucked", "melody", weight=0.5),
    phrase("bell arpeggio", electronic, 60, 90, "fm_bell", "bell", "arpeggio", "synth", style="arp", weight=0.5),
    phrase("gamelan line", player("gamelan"), 50, 80, "gamelan", "melody", weight=0.4),
    phrase("steel drum line", player("steel_drum"), 55, 80, "steel_drum", "melody", weight=0.4),
)
