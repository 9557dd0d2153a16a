"""Leads, supersaws, plucks, stabs, chiptune, theremin: synthesisers that play notes. Runs on: any process, offline."""

import numpy as np

from ..effects import chorus, crush, echo, fold, saturate
from ..envelopes import attack, decay, gate
from ..filters import formants, highpass, lowpass, moving, through
from ..oscillators import TOP, coloured, drift, phase, scan, sine, supersaw, tables
from ..plucked import warped
from ..signals import RATE, Rng, Signal, clock, length, linear, mix, noise, normal, wide
from ..tones import Tone, tone
from .dice import chance, pick, ratio, swung, uniform
from .family import Made, share
from .forms import Drawn, chords, note, phrase, played, shot


def lead(rng: Rng) -> Drawn:
    """A played lead: one to five oscillators, vibrato, drive."""
    voice = played(
        rng,
        tone,
        Tone(
            wave=pick(rng, ("saw", "square", "pulse", "triangle", "hollow")),
            pulse=uniform(rng, 0.05, 0.5),
            voices=pick(rng, (1, 1, 2, 3, 5)),
            detune=ratio(rng, 2, 30),
            spread=uniform(rng, 0.0, 1.0),
            cutoff=ratio(rng, 500, 9000),
            envelope=uniform(rng, 0.0, 3.0),
            fall=ratio(rng, 0.05, 1.5),
            resonance=uniform(rng, 0.0, 0.75),
            rise=ratio(rng, 0.001, 0.08),
            body=ratio(rng, 0.2, 4.0),
            sustain=uniform(rng, 0.2, 1.0),
            vibrato=pick(rng, (0.0, uniform(rng, 5, 60))),
            drive=uniform(rng, 0.0, 16.0),
            release=ratio(rng, 0.05, 0.4),
        ),
    )
    slide = uniform(rng, -12, 12) if chance(rng, 0.2) else 0.0

    def slid(hertz: float, seconds: float, velocity: float) -> Signal:
        made = voice(hertz, seconds, velocity)
        return warped(made, 2 ** (slide / 12 * np.exp(-clock(made.shape[-1]) / 0.05))) if slide else made

    return slid, {"electronic"}


def screaming(rng: Rng) -> Drawn:
    """A lead that is driven and folded: hard, dirty, resonant."""
    base, _ = lead(rng)
    drive, folds = uniform(rng, 14, 34), uniform(rng, 0.0, 2.0) if chance(rng, 0.4) else 0.0
    start, stop, q = ratio(rng, 300, 6000), ratio(rng, 300, 6000), uniform(rng, 1.0, 6.0)

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        made = saturate(base(hertz, seconds, velocity), drive, 0.1)
        made = fold(made, folds) if folds else made
        along = np.linspace(0, 1, made.shape[-1])
        made = moving(made, start * (stop / start) ** along, "low", q)
        return normal(made * gate(made.shape[-1], seconds, 0.1))

    return voice, {"electronic", "distorted"}


def stacked(rng: Rng) -> Drawn:
    """The supersaw: five to nine detuned saws, wide."""
    voices, detune = int(rng.integers(5, 10)), ratio(rng, 8, 45)
    top, rise = ratio(rng, 1500, 16_000), pick(rng, (0.003, ratio(rng, 0.005, 0.3)))
    body, low = pick(rng, (9.0, ratio(rng, 0.2, 1.2))), ratio(rng, 60, 300)
    seed = int(rng.integers(2**31))

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        frames = length(seconds + 0.12)
        made = supersaw(hertz, frames, voices, detune, np.random.default_rng(seed))
        made = through(through(made, lowpass(top)), highpass(low))
        return normal(made * attack(frames, rise) * decay(frames, body * 2) * gate(frames, seconds, 0.12))

    return voice, {"electronic", "detuned"}


def pluck(rng: Rng) -> Drawn:
    """A filter that closes at once: short and bright or round."""
    voice = played(
        rng,
        tone,
        Tone(
            wave=pick(rng, ("saw", "square", "triangle", "pulse", "hollow", "glass")),
            pulse=uniform(rng, 0.1, 0.5),
            voices=pick(rng, (1, 2, 3, 5)),
            detune=ratio(rng, 2, 20),
            cutoff=ratio(rng, 120, 1500),
            envelope=uniform(rng, 1.5, 5.0),
            fall=ratio(rng, 0.03, 0.35),
            resonance=uniform(rng, 0.0, 0.6),
            body=ratio(rng, 0.08, 0.7),
            sustain=0.0,
            release=ratio(rng, 0.05, 0.3),
            drive=uniform(rng, 0.0, 6.0),
        ),
    )
    return voice, {"electronic"}


def stabbing(rng: Rng) -> Drawn:
    """The chord stab of rave, house and dub techno."""
    steps = pick(rng, ((0, 3, 7), (0, 3, 7, 10), (0, 4, 7), (0, 7, 12), (0, 3, 7, 10, 14), (0, 5, 7), (0, 7, 15)))
    voice = played(
        rng,
        tone,
        Tone(
            chord=steps,
            wave=pick(rng, ("saw", "square", "organ", "pulse")),
            voices=pick(rng, (1, 2, 3)),
            detune=ratio(rng, 3, 25),
            cutoff=ratio(rng, 200, 4000),
            envelope=uniform(rng, 0.5, 4.0),
            fall=ratio(rng, 0.05, 0.6),
            resonance=uniform(rng, 0.0, 0.6),
            body=ratio(rng, 0.1, 0.9),
            sustain=uniform(rng, 0.0, 0.3),
            drive=uniform(rng, 0.0, 12.0),
            bits=pick(rng, (0.0, 0.0, uniform(rng, 5, 9))),
        ),
    )
    mode = {"minor"} if 3 in steps or 15 in steps else {"major"} if 4 in steps else set()
    return voice, {"electronic", "chord"} | mode


def dubbed(rng: Rng) -> Drawn:
    """A minor chord that shuts softly and answers itself: dub techno."""
    voice = played(
        rng,
        tone,
        Tone(
            chord=pick(rng, ((0, 3, 7), (0, 3, 7, 10), (0, 3, 7, 10, 14))),
            wave=pick(rng, ("saw", "square")),
            voices=2,
            detune=ratio(rng, 3, 18),
            cutoff=ratio(rng, 150, 900),
            envelope=uniform(rng, 0.5, 2.5),
            fall=ratio(rng, 0.1, 0.7),
            resonance=uniform(rng, 0.1, 0.6),
            body=ratio(rng, 0.15, 0.6),
            sustain=0.0,
            drive=uniform(rng, 0.0, 6.0),
        ),
    )
    late, feedback, level = ratio(rng, 0.18, 0.5), uniform(rng, 0.4, 0.75), uniform(rng, 0.4, 1.0)

    def made(hertz: float, seconds: float, velocity: float) -> Signal:
        heard = echo(voice(hertz, seconds, velocity), late, feedback, level)
        return normal(heard[:, : 4 * RATE])

    return made, {"electronic", "chord", "minor", "echo", "wet"}


def hoover(rng: Rng) -> Drawn:
    """The rave vacuum cleaner."""
    detune, bend, speed = ratio(rng, 15, 60), uniform(rng, -14, 14), ratio(rng, 0.05, 0.3)
    depth, top = ratio(rng, 0.001, 0.004), ratio(rng, 3000, 14_000)

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        own = np.random.default_rng(9)
        frames = length(seconds + 0.15)
        made: Signal = supersaw(hertz, frames, 5, detune, own) + supersaw(hertz / 2, frames, 3, detune, own)
        made = chorus(made, depth, max(1.0, 3.0 * frames / RATE))
        made = warped(
            np.pad(made, [(0, 0), (0, frames)]), np.exp2(bend / 12 * np.exp(-clock(frames) / np.float32(speed)))
        )
        return normal(through(made, lowpass(top)) * attack(frames, 0.01) * gate(frames, seconds, 0.15))

    return voice, {"electronic", "detuned"}


def chip(rng: Rng) -> Drawn:
    """The sound chip of a home computer or games console."""
    kind = pick(rng, (0.125, 0.25, 0.5, -1.0))
    trill = pick(rng, ((0,), (0,), (0, 12), (0, 4, 7), (0, 3, 7), (0, 7, 12)))
    speed, fall, slide = ratio(rng, 12, 60), ratio(rng, 0.1, 4.0), uniform(rng, -12, 12) if chance(rng, 0.25) else 0.0
    swing, bits = pick(rng, (0.0, uniform(rng, 5, 50))), uniform(rng, 3.0, 6.0)

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        frames = length(seconds + 0.02)
        time = clock(frames)
        turn = np.asarray(trill)[(time * speed).astype(int) % len(trill)]
        bend = turn + slide * np.clip(time / np.float32(seconds), 0, 1) + swing / 100 * np.sin(2 * np.pi * 6 * time)
        cycles = phase(np.exp2(bend / 12).astype(np.float32) * np.float32(hertz), frames)
        made = np.where(cycles < kind, 1.0, -1.0) if kind > 0 else 4 * np.abs(cycles - 0.5) - 1
        made = (made * np.rint(decay(frames, fall) * 15) / 15 * gate(frames, seconds, 0.01)).astype(np.float32)
        return crush(made[None], bits, 2)

    return voice, {"electronic", "digital"}


def theremin(rng: Rng) -> Drawn:
    """One soft wave that slides from note to note and trembles."""
    swing, speed, glide = uniform(rng, 20, 90), uniform(rng, 4, 7), uniform(rng, -9, 9)
    upper = [1.0, uniform(rng, 0.05, 0.5), uniform(rng, 0.0, 0.25), uniform(rng, 0.0, 0.12)]

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        frames = length(max(seconds, 0.4) + 0.2)
        time = clock(frames)
        bend = glide * np.exp(-time / np.float32(0.15)) + swing / 100 * np.sin(2 * np.pi * speed * time)
        pitch = (np.exp2(bend / 12) * hertz).astype(np.float32) * drift(frames, 8, np.random.default_rng(2))
        made = scan(tables(np.array([upper])), phase(pitch, frames))
        return normal((made * attack(frames, 0.12) * gate(frames, max(seconds, 0.4), 0.2))[None])

    return voice, {"electronic", "gliding", "vibrato"}


def digital(rng: Rng) -> Drawn:
    """Frequency modulation at odd ratios: glass, metal, bells, noise."""
    by, index, fall = pick(rng, (1.0, 2.0, 3.0, 1.41, 3.5, 7.0, 0.5)), ratio(rng, 0.4, 9.0), ratio(rng, 0.05, 2.0)
    hold, body = uniform(rng, 0.0, 0.6), ratio(rng, 0.2, 4.0)

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        frames = length(seconds + 0.15)
        depth = (hold + (1 - hold) * decay(frames, fall)) * np.float32(index * velocity / 6.28)
        base = phase(hertz, frames)
        made = sine(base + sine(phase(hertz * by, frames)) * depth) + sine(
            base * 1.003 + sine(phase(hertz * by, frames)) * depth
        )
        made = made * attack(frames, 0.003) * decay(frames, body * 2) * gate(frames, seconds, 0.15)
        return normal(made[None])

    return voice, {"electronic", "synthetic"}


def brassy(rng: Rng) -> Drawn:
    """Synthetic brass: saws whose filter opens."""
    voices, detune, rise = int(rng.integers(2, 5)), ratio(rng, 4, 16), ratio(rng, 0.02, 0.2)
    low, high, settle = ratio(rng, 250, 700), ratio(rng, 1500, 7000), ratio(rng, 0.15, 1.0)

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        frames = length(seconds + 0.2)
        made = supersaw(hertz, frames, voices, detune, np.random.default_rng(4))
        time = clock(frames)
        swell = attack(frames, rise) * (0.6 + 0.4 * np.exp(-time / np.float32(settle)))
        made = moving(made, low * (high / low) ** (swell * velocity), "low", 1.0)
        return normal(made * attack(frames, rise * 0.7) * gate(frames, seconds, 0.2))

    return voice, {"electronic", "eighties"}


def talking(rng: Rng) -> Drawn:
    """A saw through a mouth that moves: formant leads, talk boxes."""
    base, _ = pick(rng, (lead, stacked))(rng)
    mouths = [
        formants(((ratio(rng, 280, 850), 80, 0), (ratio(rng, 800, 2400), 100, -4), (2800, 160, -12)), 0.01)
        for _ in range(2)
    ]

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        made = base(hertz, seconds, velocity)
        along = np.linspace(0, 1, made.shape[-1], dtype=np.float32)
        return normal(normal(through(made, mouths[0])) * (1 - along) + normal(through(made, mouths[1])) * along)

    return voice, {"electronic", "formant"}


def orchestral(rng: Rng) -> Made:
    """The sampled orchestra hit: everything at once, short, lo-fi."""
    root, seconds = ratio(rng, 60, 160), ratio(rng, 0.25, 0.9)
    steps = pick(rng, ((0, 12, 15, 19, 24), (0, 12, 16, 19, 24), (0, 7, 12, 24, 36)))
    parts = []
    for step in steps:
        hertz = root * 2 ** (step / 12)
        frames = length(seconds + 0.2)
        saws = supersaw(hertz, frames, 5, ratio(rng, 8, 25), rng)
        parts.append(moving(saws, 900 * np.exp2(2.5 * np.exp(-clock(frames) * 6)), "low", 0.8))
    hit = coloured(frames, lambda f: 1 / np.maximum(f, 200.0), rng, 2) * decay(frames, 0.2) * np.float32(0.2)
    made = mix(*parts) * decay(frames, seconds * 2.5) * gate(frames, seconds, 0.2)
    made = normal(made) + hit
    return crush(normal(made), uniform(rng, 6, 12), int(rng.integers(1, 4))), set()


def tones(rng: Rng) -> Made:
    """A bare wave as a test generator gives it."""
    frames, hertz = length(ratio(rng, 0.3, 4.0)), ratio(rng, 40, 4000)
    kind = pick(rng, ("sine", "saw", "square", "triangle"))
    k = np.arange(1, max(2, int(TOP / hertz)))
    shapes = {"sine": k == 1, "saw": 1 / k, "square": (k % 2) / k, "triangle": (k % 2) / k**2}
    made = scan(tables(np.asarray(shapes[kind], float)[None]), phase(hertz, frames))
    true = {"sine": {"sine_tone"}, "saw": {"saw_tone"}, "square": {"square_tone"}, "triangle": {"sine_tone"}}[kind]
    return (made * gate(frames, frames / RATE * 0.97, 0.05))[None], true | {"synthetic", "clean"}


def swarm(rng: Rng) -> Drawn:
    """A modular patch: sample and hold, sync and noise in a resonant filter."""
    speed, q, depth = ratio(rng, 3, 20), uniform(rng, 2, 12), uniform(rng, 1, 4)
    base, _ = lead(rng)
    dice = np.random.default_rng(rng.integers(2**31))

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        made = base(hertz, seconds, velocity)
        frames = made.shape[-1]
        steps = dice.uniform(-1, 1, int(frames / RATE * speed) + 2)[(clock(frames) * speed).astype(int)]
        made = made + wide(noise(frames, dice)) * np.float32(linear(-26))
        return normal(
            moving(made, np.clip(900 * 2 ** (depth * steps), 80, 14_000), "low", q) * gate(frames, seconds, 0.1)
        )

    return voice, {"electronic", "modular_synth"}


def swept(rng: Rng) -> Drawn:
    """A lead with chorus, as string machines and polysynths have."""
    base, true = lead(rng)
    dice = np.random.default_rng(rng.integers(2**31))
    return lambda hertz, seconds, velocity: swung(base(hertz, seconds, velocity), dice, 1.0), true | {"analog"}


FAMILIES = share(
    0.50,
    note("lead note", lead, 48, 88, "lead", "synth", seconds=(0.1, 2.5), weight=1.6),
    note("screaming lead", screaming, 45, 84, "lead", "synth", seconds=(0.15, 2.0), weight=0.8),
    note("chorused lead", swept, 45, 80, "synth", "synth_keys", seconds=(0.2, 2.0), weight=0.6),
    note("supersaw note", stacked, 45, 84, "supersaw", "synth", "trance", seconds=(0.2, 2.5), weight=0.7),
    note("pluck note", pluck, 45, 90, "pluck", "synth", seconds=(0.06, 0.5), weight=1.5),
    note("stab", stabbing, 40, 66, "stab", "chord_stab", "synth", seconds=(0.06, 0.6), wet=0.45, weight=1.6),
    note("dub chord", dubbed, 40, 64, "stab", "chord_stab", "synth", "dub_techno", seconds=(0.1, 0.5), wet=0.2),
    note("hoover note", hoover, 40, 68, "hoover", "synth", "hardcore", seconds=(0.25, 2.0), weight=0.8),
    note("chip note", chip, 50, 92, "chiptune_lead", "lead", "synth", "chiptune", seconds=(0.05, 1.0), wet=0.1),
    note("theremin", theremin, 52, 88, "theremin", seconds=(0.6, 3.5), wet=0.5, weight=0.7),
    note("fm note", digital, 40, 88, "synth", "dx7", seconds=(0.15, 2.5), weight=1.0),
    note("synth brass", brassy, 40, 76, "synth_brass", "synth", "synthwave", seconds=(0.2, 2.0), weight=0.7),
    note("talking synth", talking, 40, 74, "synth", "formant", seconds=(0.2, 2.0), weight=0.5),
    note("modular note", swarm, 40, 76, "synth", seconds=(0.3, 2.5), weight=0.6),
    shot("orchestra hit", orchestral, "orchestra_hit", "stab", "sampler", weight=0.7),
    shot("bare wave", tones, "synth", "electronic", wet=0.1, weight=0.6),
    chords("supersaw chord", stacked, 45, 66, "supersaw", "synth", weight=0.7),
    chords("pluck chord", pluck, 45, 68, "pluck", "synth", seconds=(0.1, 0.5), weight=0.6),
    chords("brass chord", brassy, 40, 62, "synth_brass", "synth", weight=0.4),
    phrase("arpeggio", pluck, 48, 80, "arpeggio", "pluck", "synth", style="arp", weight=1.0),
    phrase(
        "trance arpeggio",
        stacked,
        48,
        76,
        "arpeggio",
        "supersaw",
        "synth",
        "trance",
        style="arp",
        tempo=(128, 145),
        weight=0.4,
    ),
    phrase("synth sequence", lead, 45, 76, "sequence", "synth", weight=1.0),
    phrase("chip melody", chip, 52, 86, "melody", "chiptune_lead", "synth", "chiptune", weight=0.7, wet=0.1),
    phrase("stab loop", stabbing, 42, 62, "sequence", "stab", "synth", "techno", tempo=(115, 150), weight=0.7),
    phrase("supersaw chords", stacked, 45, 62, "chord", "supersaw", "synth", style="chords", weight=0.5),
    phrase("fm sequence", digital, 45, 80, "sequence", "synth", "dx7", weight=0.5),
    phrase("modular sequence", swarm, 40, 70, "sequence", "synth", weight=0.4),
)
