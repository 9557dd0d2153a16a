"""Singers: solo, choirs, oohs and aahs, chants, hums, vocal chops, throat singing. Runs on: any process, offline."""

from dataclasses import replace
from typing import Any

import numpy as np

from ..effects import room, saturate
from ..envelopes import attack, gate, wander
from ..filters import bandpass, highpass, lowpass, moving, through
from ..oscillators import phase, scan, supersaw, tables
from ..plucked import warped
from ..signals import RATE, Rng, Signal, clock, length, normal, place, wide
from ..speech import Speech, speech, syllables
from ..voices import VOWELS, Voice, voice
from .dice import chance, pick, pitch, ratio, uniform
from .family import Family, Made, share
from .forms import Drawn, Player, chords, note, phrase, shot

WHO: dict[str, tuple[int, int, float, float]] = {  # MIDI from, to; length of the tract from, to
    "male": (38, 62, 0.88, 1.05),
    "female": (54, 78, 1.1, 1.28),
    "child": (62, 84, 1.3, 1.6),
}


def vowels(rng: Rng, most: int = 3) -> str:
    """One to `most` vowels sung one after another."""
    return "".join(pick(rng, tuple(VOWELS)) for _ in range(int(rng.integers(1, most + 1))))


def singer(who: str, singers: tuple[int, int] = (1, 1), shapes: str = "", **given: Any) -> Player:
    """How a singer or a choir is drawn."""
    _, _, low, high = WHO[who]

    def drawn(rng: Rng) -> Drawn:
        base = Voice(
            vowels=pick(rng, tuple(shapes)) if shapes else vowels(rng),
            tract=uniform(rng, low, high),
            singers=int(rng.integers(singers[0], singers[1] + 1)),
            detune=ratio(rng, 6, 28),
            breath=ratio(rng, 0.005, 0.25),
            vibrato=uniform(rng, 0, 60) if chance(rng, 0.7) else 0.0,
            scoop=uniform(rng, -3, 0.5),
            rise=ratio(rng, 0.01, 0.3),
            release=ratio(rng, 0.06, 0.4),
            effort=uniform(rng, -5, 6),
            onset=pick(rng, ("", "", "", "h")),
        )
        base, seed = replace(base, **given), int(rng.integers(2**31))

        def sung(hertz: float, seconds: float, velocity: float) -> Signal:
            return voice(replace(base, root=hertz, seconds=seconds, velocity=velocity), np.random.default_rng(seed))

        return sung, {who}

    return drawn


def mixed(rng: Rng) -> Drawn:
    """Men and women together."""
    low, _ = singer("male", (3, 5), "aou")(rng)
    high, _ = singer("female", (3, 5), "aou")(rng)

    def sung(hertz: float, seconds: float, velocity: float) -> Signal:
        first, second = low(hertz, seconds, velocity), high(hertz * 2, seconds, velocity)
        frames = min(first.shape[-1], second.shape[-1])
        return normal(wide(first)[:, :frames] + wide(second)[:, :frames])

    return sung, set()


def hummed(who: str) -> Player:
    """A mouth that is shut."""
    inner = singer(who, (1, 3), "u")

    def drawn(rng: Rng) -> Drawn:
        sung, true = inner(rng)
        top = ratio(rng, 350, 900)
        return lambda hertz, seconds, velocity: normal(through(sung(hertz, seconds, velocity), lowpass(top))), true

    return drawn


def vocoded(rng: Rng) -> Drawn:
    """Chords that speak: a vocoder or a talk box."""
    text, pace = syllables(int(rng.integers(2, 6)), rng), ratio(rng, 0.8, 2.0)
    detune, voices = ratio(rng, 3, 25), int(rng.integers(1, 4))

    def made(hertz: float, seconds: float, velocity: float) -> Signal:
        own = np.random.default_rng(round(hertz))
        carrier = supersaw(hertz, 4 * RATE, voices, detune, own)[0]
        return speech(Speech(said=text, pace=pace, breath=0.02), own, carrier)[:, : 4 * RATE]

    return made, {"electronic"}


def chop(rng: Rng) -> Made:
    """A piece of singing cut out, pitched, gated, repeated."""
    who = pick(rng, ("female", "female", "male", "child"))
    low, high, _, _ = WHO[who]
    sung, true = singer(who, rise=0.004)(rng)
    made = sung(pitch(rng, low, high), ratio(rng, 0.12, 0.7), 1.0)
    speed = pick(rng, (1.0, 1.0, 1.26, 1.5, 2.0, 0.75, 0.6))
    if speed != 1.0:
        made = warped(made, np.full(int(made.shape[-1] / speed), speed))
    if chance(rng, 0.25):
        cut = int(made.shape[-1] * uniform(rng, 0.15, 0.5))
        made = np.tile(made[:, :cut], int(rng.integers(2, 6)))
    if chance(rng, 0.15):
        made = made[:, ::-1]
        true = true | {"reversed"}
    return normal(made), true | ({"pitched_up"} if speed > 1.3 else {"pitched_down"} if speed < 0.7 else set())


def chopped_loop(rng: Rng) -> Made:
    """A loop of vocal chops."""
    tempo = uniform(rng, 80, 150)
    bars = 1 if tempo < 100 else 2
    frames = round(bars * 240 / tempo * RATE)
    pieces = [wide(chop(rng)[0]) for _ in range(int(rng.integers(2, 5)))]
    out = np.zeros((2, frames), np.float32)
    for step in range(bars * 16):
        if step == 0 or rng.random() < 0.35:
            place(out, pick(rng, pieces), round(step * frames / (bars * 16)), uniform(rng, 0.6, 1))
    return out, set()


def throat(rng: Rng) -> Made:
    """A low voice with one overtone that whistles a tune."""
    frames, root = length(uniform(rng, 1.2, 3.8)), pitch(rng, 33, 48)
    k = np.arange(1, int(6000 / root))
    table = tables((k**-0.8)[None])
    made = scan(table, phase(np.exp2(wander(frames, 5, rng) * 0.02).astype(np.float32) * np.float32(root), frames))
    steps = rng.integers(6, 13, 12)[(clock(frames) * uniform(rng, 1.5, 5)).astype(int) % 12]
    whistle = moving(made, np.asarray(steps * root, float), "band", 25.0)
    body = through(made, bandpass(ratio(rng, 250, 600), 1.0))
    out = normal(body) * np.float32(0.6) + normal(whistle) * np.float32(uniform(rng, 0.3, 1.0))
    return normal((out * attack(frames, 0.08) * gate(frames, frames / RATE * 0.9, 0.2))[None]), {"male"}


def chanted(rng: Rng) -> Drawn:
    """Monks: low, unison, a church around them."""
    sung, true = singer("male", (4, 7), "aoeu", vibrato=0.0)(rng)
    seconds = ratio(rng, 1.5, 5.0)
    dice = np.random.default_rng(rng.integers(2**31))

    def made(hertz: float, held: float, velocity: float) -> Signal:
        dry = sung(hertz, held, velocity)
        return room(dry, seconds, 2500.0, 0.8, dice)[:, : dry.shape[-1] + RATE]

    return made, true | {"wet"}


def processed(rng: Rng) -> Drawn:
    """A voice through filters, tuning, drive: a modern vocal."""
    sung, true = singer(pick(rng, ("female", "male")), vibrato=0.0, scoop=0.0)(rng)
    low, high, drive = ratio(rng, 150, 700), ratio(rng, 2500, 9000), uniform(rng, 0, 14)

    def made(hertz: float, held: float, velocity: float) -> Signal:
        return normal(saturate(through(through(sung(hertz, held, velocity), highpass(low)), lowpass(high)), drive))

    return made, true | {"processed"}


FAMILIES = share(
    0.50,
    note("male singer", singer("male"), 38, 64, "vocal", "singing", seconds=(0.2, 3.0), weight=1.1),
    note("female singer", singer("female"), 54, 80, "vocal", "singing", seconds=(0.2, 3.0), weight=1.3),
    note("child singer", singer("child"), 62, 84, "vocal", "singing", seconds=(0.2, 2.0), weight=0.5),
    note("ooh", singer("female", (1, 4), "u"), 52, 78, "vocal", "ooh_aah", seconds=(0.3, 3.0), weight=0.6),
    note("aah", singer("female", (1, 4), "a"), 52, 78, "vocal", "ooh_aah", seconds=(0.3, 3.0), weight=0.6),
    note("male aah", singer("male", (1, 4), "aou"), 38, 62, "vocal", "ooh_aah", seconds=(0.3, 3.0), weight=0.6),
    note("choir", mixed, 40, 62, "vocal", "choir", seconds=(0.5, 3.5), wet=0.6, weight=2.2),
    note(
        "female choir",
        singer("female", (4, 8), "aou"),
        52,
        76,
        "vocal",
        "choir",
        seconds=(0.5, 3.5),
        wet=0.6,
        weight=0.7,
    ),
    note("monks", chanted, 33, 52, "vocal", "choir", "chant", seconds=(0.8, 3.5), wet=0.0, weight=0.7),
    note("hum", hummed("female"), 50, 70, "vocal", "humming", seconds=(0.4, 2.5), weight=0.4),
    note("male hum", hummed("male"), 36, 56, "vocal", "humming", seconds=(0.4, 2.5), weight=0.3),
    note("processed vocal", processed, 45, 74, "vocal", "singing", seconds=(0.2, 2.0), wet=0.5, weight=0.7),
    note("vocoder note", vocoded, 40, 64, "vocal", "vocoder_synth", seconds=(0.5, 2.0), weight=0.4),
    chords("vocoder chord", vocoded, 40, 57, "vocal", "vocoder_synth", seconds=(0.5, 2.0), weight=0.6),
    shot("vocal chop", chop, "vocal", "vocal_chop", weight=1.4),
    shot("throat singing", throat, "vocal", "throat_singing", weight=0.3),
    chords(
        "choir chord",
        singer("female", (2, 3), "aou"),
        50,
        64,
        "vocal",
        "choir",
        seconds=(0.6, 3.0),
        wet=0.6,
        weight=0.7,
    ),
    chords("fading choir", mixed, 40, 57, "vocal", "choir", seconds=(0.3, 1.0), wet=0.9, weight=0.6),
    phrase("sung line", singer("female"), 57, 76, "vocal", "singing", "melody", weight=0.8),
    phrase("male sung line", singer("male"), 42, 60, "vocal", "singing", "melody", weight=0.5),
    phrase(
        "choir chords", singer("female", (2, 3), "aou"), 52, 64, "vocal", "choir", "chord", style="chords", weight=0.3
    ),
    Family("vocal chop loop", ("loop", "vocal", "vocal_chop"), chopped_loop, 0.6),
)
