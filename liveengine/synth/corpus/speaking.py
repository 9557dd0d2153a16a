"""Speech: words nobody knows, whispers, robots, radios, shouts, breath, laughter. Runs on: any process, offline."""

from dataclasses import replace
from typing import Any

import numpy as np

from ..effects import crush, echo, room, saturate
from ..envelopes import attack, decay, wander
from ..filters import chain, formants, highpass, lowpass, moving, through
from ..oscillators import phase, sine, supersaw
from ..plucked import warped
from ..signals import RATE, Rng, Signal, length, mix, noise, normal, place, wide
from ..speech import VOWELS, Speech, speech, syllables
from ..voices import vowel
from .dice import chance, pick, pitch, ratio, uniform
from .family import Family, Made, share
from .forms import shot

WHO: dict[str, tuple[float, float, float, float]] = {  # Hz from, to; tract from, to
    "male": (75, 165, 0.9, 1.08),
    "female": (150, 290, 1.1, 1.25),
    "child": (240, 420, 1.28, 1.5),
}


def _who(rng: Rng) -> str:
    return pick(rng, ("male", "male", "female", "female", "child"))


def said(rng: Rng, who: str, count: tuple[int, int] = (1, 9), **given: Any) -> Signal:
    """Some syllables of some person."""
    low, high, short, long = WHO[who]
    base = Speech(
        said=syllables(int(rng.integers(count[0], count[1] + 1)), rng),
        root=ratio(rng, low, high),
        pace=ratio(rng, 0.65, 1.7),
        tract=uniform(rng, short, long),
        melody=uniform(rng, 0.3, 6.0),
        falls=uniform(rng, -4.0, 6.0),
        breath=ratio(rng, 0.005, 0.2),
        width=ratio(rng, 0.7, 2.0),
        effort=uniform(rng, -5.0, 6.0),
    )
    made = speech(replace(base, **given), rng)
    mouth = chain(highpass(ratio(rng, 60, 180)), lowpass(ratio(rng, 4500, 14_000)))
    return normal(through(made, mouth))[:, : 4 * RATE]


def spoken(rng: Rng) -> Made:
    """A few words."""
    who = _who(rng)
    return said(rng, who, (2, 10)), {who}


def word(rng: Rng) -> Made:
    """One word."""
    who = _who(rng)
    return said(rng, who, (1, 3)), {who}


def whispered(rng: Rng) -> Made:
    """No voice, only breath."""
    return said(rng, _who(rng), (1, 7), voiced=0.0, breath=0.0), {"noisy"}


def radioed(rng: Rng) -> Made:
    """Through a telephone, a radio, a megaphone; hiss around it."""
    who = _who(rng)
    made = said(rng, who, (3, 10), pace=ratio(rng, 0.7, 1.2))
    made = saturate(made, uniform(rng, 6, 26))
    band = chain(highpass(ratio(rng, 250, 700), order=4), lowpass(ratio(rng, 2000, 4200), order=4))
    hiss = noise(made.shape[-1], rng) * np.float32(ratio(rng, 0.002, 0.12))
    return normal(through(made + hiss, band)), {who, "lofi"}


def robotic(rng: Rng) -> Made:
    """A vocoder, a ring modulator, a monotone synthesiser that speaks."""
    kind = pick(rng, ("vocoder", "monotone", "ring", "crushed"))
    if kind == "vocoder":
        steps = pick(rng, ((0,), (0, 7), (0, 3, 7), (0, 4, 7), (0, 12)))
        root = pitch(rng, 33, 57)
        carrier = mix(*(supersaw(root * 2 ** (s / 12), 4 * RATE, 2, 8.0, rng) for s in steps))[0]
        text = syllables(int(rng.integers(2, 8)), rng)
        made = speech(Speech(said=text, pace=ratio(rng, 0.8, 1.5), breath=0.03), rng, carrier)
        return made[:, : 4 * RATE], set()
    flat = {"melody": 0.0, "falls": 0.0}
    made = said(rng, pick(rng, ("male", "female")), (2, 8), **flat)
    if kind == "ring":
        made = made * sine(phase(ratio(rng, 30, 400), made.shape[-1]))
    if kind == "crushed":
        made = crush(made, uniform(rng, 2.5, 5.0), int(rng.integers(4, 12)))
    return normal(through(saturate(made, uniform(rng, 0, 10)), highpass(90.0))), set()


def rapped(rng: Rng) -> Made:
    """Fast rhythmic speech in time, in a loop."""
    who, tempo = pick(rng, ("male", "male", "female")), uniform(rng, 75, 110)
    frames = round(2 * 120 / tempo * RATE)
    out = np.zeros((1, frames), np.float32)
    root = ratio(rng, *WHO[who][:2])
    for step in range(16):
        if step % 8 == 0 or rng.random() < 0.75:
            sound = said(rng, who, (1, 1), root=root, pace=0.75, falls=2.0, effort=3.0)
            place(out, sound[:, : RATE // 3], round(step * frames / 16), uniform(rng, 0.6, 1.0))
    return out, {who}


def shouted(rng: Rng) -> Made:
    """Hey, ho, yeah: one loud syllable, from one throat or a crowd."""
    text = pick(
        rng, (("h", "e", "i"), ("h", "o", "u"), ("j", "ae"), ("h", "a"), ("w", "u"), ("o", "i"), ("g", "o"), ("n", "o"))
    )
    crowd = int(rng.integers(3, 8)) if chance(rng, 0.35) else 1
    parts = []
    for _ in range(crowd):
        who = pick(rng, ("male", "male", "female"))
        low, high, short, long = WHO[who]
        given = Speech(
            said=text,
            root=ratio(rng, low * 1.3, high * 1.8),
            pace=ratio(rng, 1.0, 2.5),
            tract=uniform(rng, short, long),
            effort=uniform(rng, 3, 9),
            falls=uniform(rng, -3, 9),
        )
        parts.append(np.pad(speech(given, rng), [(0, 0), (int(rng.uniform(0, 0.04) * RATE), 0)]))
    made = saturate(mix(*parts), uniform(rng, 2, 16))
    return normal(made), {"loud"} | ({"crowd"} if crowd > 3 else set())


def screamed(rng: Rng) -> Made:
    """A scream: high, hard, rough."""
    who = pick(rng, ("female", "male", "child"))
    _, high, short, long = WHO[who]
    given = Speech(
        said=(pick(rng, ("a", "ae", "i", "e")),),
        root=ratio(rng, high * 1.4, high * 3),
        pace=ratio(rng, 3, 14),
        tract=uniform(rng, short, long),
        effort=9.0,
        falls=uniform(rng, -5, 8),
        melody=uniform(rng, 1, 6),
    )
    made = speech(given, rng)
    rough = 1 + np.float32(uniform(rng, 0, 0.9)) * sine(phase(uniform(rng, 40, 110), made.shape[-1]))
    return normal(saturate(made * rough, uniform(rng, 8, 30))), {who}


def breathed(rng: Rng) -> Made:
    """In or out: air through a mouth."""
    frames, into = length(ratio(rng, 0.25, 2.2)), chance(rng, 0.5)
    along = np.linspace(0, 1, frames, dtype=np.float32)
    level = along**1.5 * (1 - along) ** 0.4 if into else along**0.3 * (1 - along) ** 1.4
    mouth = vowel(pick(rng, "aeiou"), uniform(rng, 0.85, 1.4))
    made = normal(through(noise(frames, rng), chain(mouth, highpass(300.0)))) + normal(
        through(noise(frames, rng), highpass(3000.0))
    ) * np.float32(ratio(rng, 0.02, 0.4))
    return normal(made * level), {"noisy"}


def laughed(rng: Rng) -> Made:
    """Ha ha ha: one syllable again and again, falling."""
    who = _who(rng)
    low, high, short, long = WHO[who]
    count, root, tract = int(rng.integers(3, 10)), ratio(rng, low, high * 1.6), uniform(rng, short, long)
    sound, every = pick(rng, ("a", "e", "o", "i")), ratio(rng, 0.11, 0.3)
    parts = []
    for n in range(count):
        given = Speech(
            said=("h", sound),
            root=root * 2 ** (-n * uniform(rng, 0.0, 1.2) / 12),
            pace=every * 4.0,
            tract=tract,
            breath=ratio(rng, 0.05, 0.4),
            effort=2.0,
        )
        parts.append(np.pad(speech(given, rng) * np.float32(0.95**n), [(0, 0), (round(n * every * RATE), 0)]))
    return normal(mix(*parts))[:, : 4 * RATE], {who}


def burped(rng: Rng) -> Made:
    """Rough, low, wet: burps, growls, snores; in one go or in several, in a room."""
    parts: list[Signal] = []
    root, air = ratio(rng, 30, 160), ratio(rng, 0.03, 0.35)
    first, second = ratio(rng, 300, 900), ratio(rng, 800, 1900)
    for _ in range(pick(rng, (1, 1, 2, 3))):
        frames = length(ratio(rng, 0.08, 1.0))
        along = np.linspace(0, 1, frames)
        rough = np.exp2(wander(frames, 40, rng) * np.float32(uniform(rng, 0.1, 0.9)) + uniform(rng, -0.6, 0.6) * along)
        turns = phase((root * rough).astype(np.float32), frames)
        pulses = np.exp(-turns * 8).astype(np.float32) + noise(frames, rng)[0] * np.float32(air * 0.5)
        band = uniform(rng, 80, 300)
        throat = formants(((first, band, 0), (second, 1.5 * band, -4), (ratio(rng, 2200, 4000), 400, -12)), 0.02)
        level = along**0.2 * (1 - along) ** ratio(rng, 0.2, 1.0) * uniform(rng, 0.3, 1)
        parts += [normal(through(pulses[None], throat)) * level, np.zeros((1, length(ratio(rng, 0.01, 0.15))))]
    made = np.concatenate(parts, axis=1).astype(np.float32)
    return normal(room(made, ratio(rng, 0.1, 0.8), 5000.0, ratio(rng, 0.02, 0.5), rng)), set()


def coughed(rng: Rng) -> Made:
    """A burst of breath with a little voice."""
    frames = length(ratio(rng, 0.15, 0.6))
    voiced = said(rng, "male", (1, 1), said=("h", "uh"))[:, :frames]
    air = through(noise(frames, rng), vowel(pick(rng, "aeo"), uniform(rng, 0.9, 1.3))) * decay(frames, 0.4)
    made = normal(air)
    made[:, : voiced.shape[-1]] += voiced * np.float32(uniform(rng, 0, 0.6))
    return normal(made * attack(frames, 0.004)), {"noisy"}


def slowed(rng: Rng) -> Made:
    """Speech slowed, sped up, turned round, echoed: cut from a film."""
    made, true = spoken(rng)
    speed = pick(rng, (0.6, 0.75, 1.4, 1.8))
    made = warped(made, np.full(int(min(made.shape[-1] / speed, 4 * RATE)), speed))
    true = (true - {"male", "female", "child"}) | {"pitched_up" if speed > 1 else "pitched_down"}
    if chance(rng, 0.3):
        return made[:, ::-1], true | {"reversed"}
    return echo(wide(made), ratio(rng, 0.1, 0.4), 0.5, uniform(rng, 0.2, 0.7))[:, : 4 * RATE], true | {"echo"}


def wept(rng: Rng) -> Made:
    """Sobs: falling vowels between gasps."""
    who = pick(rng, ("female", "child", "male"))
    low, high, short, long = WHO[who]
    root, tract, parts = ratio(rng, low, high * 1.6), uniform(rng, short, long), []
    for _ in range(int(rng.integers(2, 6))):
        given = Speech(
            said=("h", pick(rng, ("a", "uh", "u"))),
            root=root * uniform(rng, 0.9, 1.2),
            pace=ratio(rng, 0.9, 3.0),
            tract=tract,
            melody=3.0,
            falls=uniform(rng, 2, 8),
            breath=ratio(rng, 0.1, 0.5),
        )
        parts += [speech(given, rng), np.zeros((1, length(ratio(rng, 0.05, 0.3))), np.float32)]
    return normal(np.concatenate(parts, axis=1))[:, : 4 * RATE], {who}


def kissed(rng: Rng) -> Made:
    """Lips and tongue: a squeak sucked in, a smack, a click."""
    frames = length(uniform(rng, 0.05, 0.3))
    path = ratio(rng, 900, 2500) * np.exp2(np.linspace(0, uniform(rng, 0.2, 1.2), frames))
    air = moving(noise(frames, rng), np.clip(path, 300, 9000), "band", ratio(rng, 3, 15))
    made = normal(air * np.linspace(0, 1, frames, dtype=np.float32) ** 2)
    made[:, -200:] += noise(200, rng) * decay(200, 0.003)
    return normal(made), set()


def mouthed(rng: Rng) -> Made:
    """Lip pops, tongue clicks, kisses, t, k, p: beatboxing."""
    kind = pick(rng, ("t", "k", "p", "s", "sh", "b"))
    made = speech(
        Speech(
            said=(kind, *(() if chance(rng, 0.6) else ("uh",))), pace=ratio(rng, 0.5, 1.2), tract=uniform(rng, 0.9, 1.3)
        ),
        rng,
    )
    return made[:, : RATE // 2], set()


def babble(rng: Rng) -> Made:
    """A few people talking at once."""
    parts = [
        np.pad(said(rng, _who(rng), (4, 9)), [(0, 0), (int(rng.uniform(0, 0.5) * RATE), 0)])
        for _ in range(int(rng.integers(3, 6)))
    ]
    return normal(mix(*parts))[:, : 4 * RATE], {"crowd"}


def moaned(rng: Rng) -> Made:
    """A vowel that slides: moans, sighs, wails, wolf-whistling voices."""
    who = _who(rng)
    low, high, short, long = WHO[who]
    given = Speech(
        said=(pick(rng, VOWELS), pick(rng, VOWELS)),
        root=ratio(rng, low, high * 1.5),
        pace=ratio(rng, 2, 8),
        tract=uniform(rng, short, long),
        melody=uniform(rng, 1, 8),
        falls=uniform(rng, -8, 12),
        breath=ratio(rng, 0.01, 0.4),
    )
    return speech(given, rng)[:, : 4 * RATE], {who}


FAMILIES = share(
    0.46,
    shot("spoken words", spoken, "vocal", "speech", weight=2.4, wet=0.2),
    shot("one word", word, "vocal", "speech", weight=2.2, wet=0.25),
    shot("whisper", whispered, "vocal", "whisper", weight=0.9, wet=0.25),
    shot("radio voice", radioed, "vocal", "radio_voice", "speech", weight=0.9, wet=0.1, dirt=0.0),
    shot("robot voice", robotic, "vocal", "robot_voice", weight=1.1, wet=0.2),
    shot("shout", shouted, "vocal", "shout", weight=1.3, wet=0.35),
    shot("scream", screamed, "vocal", "scream", weight=0.5, wet=0.35),
    shot("breath", breathed, "vocal", "breath", weight=0.6),
    shot("laugh", laughed, "vocal", "laugh", weight=0.6),
    shot("burp", burped, "vocal", "cough", weight=0.7),
    shot("cough", coughed, "vocal", "cough", weight=0.3),
    shot("worked speech", slowed, "vocal", "speech", "processed", weight=0.6, wet=0.1),
    shot("mouth noise", mouthed, "vocal", "body_percussion", weight=0.5, wet=0.1),
    shot("sobbing", wept, "vocal", "cry", weight=0.4),
    shot("kiss", kissed, "vocal", "kiss", weight=0.3),
    shot("babble", babble, "vocal", "speech", weight=0.3),
    shot("moan", moaned, "vocal", "ooh_aah", weight=0.6),
    Family("rap", ("loop", "vocal", "rap", "speech"), rapped, 0.5),
)
