"""Electronic percussion: blips, pings, ticks, zaps, glitches, synthetic hits. Runs on: any process, offline."""

import numpy as np

from ..effects import crush, echo, fold, saturate
from ..envelopes import attack, decay
from ..filters import bandpass, bell, chain, highpass, lowpass, through
from ..signals import RATE, Rng, Signal, clock, length, mix, noise, normal
from .bodies import bank, blow, glide, plate, skin
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .takes import shot


def wave(kind: str, turn: Signal) -> Signal:
    """A cycle of a plain waveform at a phase in cycles."""
    cycles = turn - np.floor(turn)
    if kind == "square":
        return np.where(cycles < 0.5, 1.0, -1.0)
    if kind == "pulse":
        return np.where(cycles < 0.2, 1.0, -1.0)
    if kind == "saw":
        return 2 * cycles - 1
    made: Signal = 4 * np.abs(cycles - 0.5) - 1 if kind == "triangle" else np.sin(2 * np.pi * cycles)
    return made


def blip(rng: Rng) -> Made:
    """A short tone of an oscillator: blip, beep, plip."""
    frames, kind = length(ratio(rng, 0.03, 0.6)), pick(rng, ("sine", "sine", "triangle", "square", "pulse", "saw"))
    time = clock(frames)
    pitch = ratio(rng, 150, 3500) * 2.0 ** (uniform(rng, -2, 2) * chance(rng, 0.5) * time / time[-1])
    level = attack(frames, ratio(rng, 0.0003, 0.01)) * (
        decay(frames, frames / RATE) if chance(rng, 0.7) else np.float32(1.0)
    )
    made = (wave(kind, np.cumsum(pitch) / RATE) * level)[None].astype(np.float32)
    return through(made, lowpass(ratio(rng, 1500, 14_000), uniform(rng, 0.7, 4))), set()


def double(rng: Rng) -> Made:
    """Two or more blips in a row."""
    made, gap = blip(rng)[0], length(ratio(rng, 0.03, 0.15))
    parts = [np.pad(made, [(0, 0), (gap * n, 0)]) * np.float32(0.9**n) for n in range(int(rng.integers(2, 5)))]
    return mix(*parts), set()


def ping(rng: Rng) -> Made:
    """A pure tone struck and left to ring: sonar, glass, chime."""
    root, seconds = ratio(rng, 200, 7000), ratio(rng, 0.15, 2.5)
    partials = root * np.array([1.0, uniform(rng, 1.5, 3.1), uniform(rng, 3.2, 6.5)])
    made = bank(
        partials,
        [1.0, ratio(rng, 0.03, 0.5), ratio(rng, 0.01, 0.3)],
        seconds * np.array([1, 0.6, 0.3]),
        length(seconds),
        rng,
        soft=0.1,
    )
    made = normal((made * attack(len(made), ratio(rng, 0.0003, 0.01)))[None])
    return (echo(made, ratio(rng, 0.08, 0.3), 0.4, 0.4), {"echo"}) if chance(rng, 0.1) else (made, set())


def fm(rng: Rng) -> Made:
    """A bell, a bong, a twang of frequency modulation."""
    root, seconds = ratio(rng, 80, 2500), ratio(rng, 0.08, 1.6)
    frames = length(seconds)
    time = clock(frames).astype(np.float64)
    depth = ratio(rng, 0.4, 12) * np.exp(-time / (seconds * uniform(rng, 0.05, 0.5)))
    inner = np.sin(2 * np.pi * root * pick(rng, (0.5, 1.0, 1.41, 2.0, 2.76, 3.5, 5.19, 7.1)) * time)
    made = np.sin(2 * np.pi * root * time + depth * inner) * decay(frames, seconds)
    return glide(made.astype(np.float32), uniform(rng, -0.1, 0.6), ratio(rng, 0.01, 0.15))[None], set()


def tick(rng: Rng) -> Made:
    """A click, a tick, a pop: a few milliseconds through some resonance."""
    frames = length(0.08)
    pulse = np.zeros((1, frames), np.float32)
    pulse[0, 2 : 2 + int(rng.integers(1, 60))] = 1.0
    made = through(pulse, bandpass(ratio(rng, 150, 7000), ratio(rng, 0.5, 12)))
    if chance(rng, 0.4):
        made = mix(
            normal(made),
            blow(ratio(rng, 1000, 10_000), 1.0, ratio(rng, 0.002, 0.02), rng) * np.float32(uniform(rng, 0.1, 1)),
        )
    return made, set()


def pop(rng: Rng) -> Made:
    """A round bubble: a sine that rises or falls quickly."""
    frames = length(ratio(rng, 0.03, 0.6))
    time = clock(frames) / (frames / RATE)
    pitch = ratio(rng, 80, 900) * 2.0 ** (uniform(rng, -2.0, 3.0) * time)
    made = (
        np.sin(2 * np.pi * np.cumsum(pitch) / RATE)
        * decay(frames, frames / RATE)
        * attack(frames, ratio(rng, 0.0005, 0.01))
    )
    return made[None].astype(np.float32), set()


def zap(rng: Rng) -> Made:
    """A sine or saw that falls octaves in no time: laser, zap, pew."""
    seconds = ratio(rng, 0.04, 0.5)
    frames = length(seconds)
    pitch = ratio(rng, 60, 500) + ratio(rng, 1500, 12_000) * np.exp(
        -clock(frames) / (seconds * uniform(rng, 0.05, 0.4))
    )
    made = wave(pick(rng, ("sine", "sine", "saw", "square")), np.cumsum(np.minimum(pitch, 15_000)) / RATE) * decay(
        frames, seconds
    )
    return made[None].astype(np.float32), {"falling"}


def glitch(rng: Rng) -> Made:
    """A scrap of broken digital sound: held samples, repeats, clicks, ring modulation."""
    frames = length(ratio(rng, 0.05, 0.6))
    slice_frames = max(24, int(frames / rng.integers(2, 14)))
    kinds = [
        noise(slice_frames, rng)[0],
        wave(pick(rng, ("square", "saw", "sine")), np.arange(slice_frames) * ratio(rng, 60, 6000) / RATE),
        plate((200, 9000), 20, 0.1, slice_frames, rng),
        np.sign(np.sin(np.arange(slice_frames) ** 1.5 * ratio(rng, 0.0001, 0.01))),
    ]
    parts: list[Signal] = []
    while sum(map(len, parts)) < frames:
        part = normal(np.asarray(pick(rng, kinds), np.float32)[None])[0]
        cut = part[: max(16, int(len(part) * rng.random()))]
        parts += [cut * np.float32(rng.uniform(0, 1))] * int(rng.integers(1, 5))
    made = crush(np.concatenate(parts)[None, :frames], uniform(rng, 2, 9), int(rng.integers(1, 16)))
    return through(made, chain(lowpass(ratio(rng, 2500, 16_000)), highpass(ratio(rng, 30, 800)))), {"digital"}


def phrase(rng: Rng) -> Made:
    """A short run of broken sounds: thumps, scraps, repeats, things played backwards."""
    frames = length(ratio(rng, 0.4, 2.2))
    sources = [make(rng)[0][0] for make in (glitch, tuned, pick(rng, (zap, puff, fm, ring)))]
    thump = skin(ratio(rng, 35, 120), ratio(rng, 0.1, 0.6), rng, modes=(1.0, 2.0), bright=0.2, bend=uniform(rng, 0, 3))
    out = np.zeros((1, frames), np.float32)
    step = length(ratio(rng, 0.02, 0.2))
    for place in range(0, frames, step):
        if chance(rng, 0.55):
            part = pick(rng, [*sources, thump])
            part = part[::-1] if chance(rng, 0.2) else part
            cut = part[: min(len(part), frames - place, int(step * ratio(rng, 0.5, 6.0)))]
            out[0, place : place + len(cut)] += cut * np.float32(rng.uniform(0.1, 1.0))
    swell = attack(frames, ratio(rng, 0.001, 0.2)) * decay(frames, frames / RATE * uniform(rng, 0.8, 4.0))
    return through(out * swell, lowpass(ratio(rng, 1500, 16_000))), {"digital"}


def crackle(rng: Rng) -> Made:
    """A burst of clicks, dense to sparse: electric, insect-like, rattling."""
    seconds = ratio(rng, 0.06, 0.7)
    frames = length(seconds)
    rate = ratio(rng, 40, 1500) * np.linspace(1, uniform(rng, 0.2, 2.5), frames) / RATE
    hits = ((rng.random(frames) < rate) * rng.uniform(-1, 1, frames) * decay(frames, seconds * 1.5))[None].astype(
        np.float32
    )
    return through(hits, bandpass(ratio(rng, 600, 9000), ratio(rng, 0.5, 6))), {"digital"}


def puff(rng: Rng) -> Made:
    """Filtered noise that serves as percussion: neither snare nor hat."""
    frames = length(ratio(rng, 0.04, 0.5))
    made = through(
        noise(frames, rng),
        chain(bandpass(ratio(rng, 200, 9000), ratio(rng, 0.8, 12)), bell(ratio(rng, 200, 6000), 8.0)),
    )
    return made * decay(frames, frames / RATE) * attack(frames, ratio(rng, 0.0005, 0.05)), set()


def ring(rng: Rng) -> Made:
    """Ring modulation of two tones or of a drum: clang without a body."""
    frames = length(ratio(rng, 0.06, 0.8))
    time = clock(frames).astype(np.float64)
    made = wave(pick(rng, ("sine", "square", "triangle")), ratio(rng, 80, 2500) * time) * np.sin(
        2 * np.pi * ratio(rng, 90, 5000) * time
    )
    return (made * decay(frames, frames / RATE))[None].astype(np.float32), {"metallic"}


def tuned(rng: Rng) -> Made:
    """A synthetic drum with a clear pitch: bloop, bong, electric tom or conga."""
    body = skin(
        ratio(rng, 90, 900),
        ratio(rng, 0.06, 0.7),
        rng,
        modes=(1.0, 2.0, 3.0, 4.1),
        bright=ratio(rng, 0.02, 0.5),
        bend=uniform(rng, 0, 2.0),
        bend_seconds=ratio(rng, 0.005, 0.1),
    )
    made = body[None]
    if chance(rng, 0.35):
        made = fold(made, uniform(rng, 0.2, 1.5)) if chance(rng, 0.5) else saturate(made, uniform(rng, 3, 20))
    return mix(made, blow(ratio(rng, 1500, 7000), 0.8, 0.005, rng) * np.float32(ratio(rng, 0.01, 0.4))), set()


def chime(rng: Rng) -> Made:
    """An electronic bell: one or a few pure high tones, short as a beep or ringing on."""
    seconds = ratio(rng, 0.1, 3.0)
    frames = length(seconds)
    root, count = ratio(rng, 220, 7500), int(rng.integers(1, 7))
    partials = root * np.concatenate([[1.0], np.sort(rng.uniform(1.05, 4.5, count))])
    levels = np.concatenate([[1.0], rng.uniform(0.02, 0.7, count) * ratio(rng, 0.05, 1.0)])
    made = bank(partials, levels, seconds * rng.uniform(0.4, 1.0, count + 1), frames, rng)
    return normal((made * attack(frames, ratio(rng, 0.0003, 0.02)))[None]), set()


def struck(rng: Rng) -> Made:
    """A synthetic body hit once or twice: bong, block, thump, neither drum nor tone."""
    seconds = ratio(rng, 0.08, 0.6)
    root, count = ratio(rng, 60, 700), int(rng.integers(3, 9))
    frames = length(seconds)
    partials = root * np.sort(rng.uniform(1.0, 9.0, count))
    body = bank(partials, rng.uniform(0.1, 1, count), seconds * rng.uniform(0.2, 1, count), frames, rng)
    made = glide(body, ratio(rng, 0.02, 2.0), ratio(rng, 0.004, 0.08))[None]
    made = mix(
        normal(made),
        through(noise(frames, rng) * decay(frames, seconds * 0.4), lowpass(ratio(rng, 500, 6000)))
        * np.float32(ratio(rng, 0.01, 0.4)),
    )
    if chance(rng, 0.3):
        made = mix(
            made, np.pad(made, [(0, 0), (length(uniform(rng, 0.03, 0.15)), 0)]) * np.float32(uniform(rng, 0.4, 1))
        )
    return through(
        saturate(made, uniform(rng, 0, 12)), lowpass(ratio(rng, 1500, 12_000), uniform(rng, 0.7, 3.0))
    ), set()


def chip(rng: Rng) -> Made:
    """Percussion of a game console: an arpeggio of pulses or noise with a falling rate."""
    frames, step = length(ratio(rng, 0.05, 0.4)), length(ratio(rng, 0.008, 0.03))
    tune = ratio(rng, 150, 1800) * 2.0 ** (rng.integers(-12, 13, 40) / 12)
    pitch = tune[np.arange(frames) // step % 40]
    made = wave("pulse" if chance(rng, 0.5) else "square", np.cumsum(pitch) / RATE)
    if chance(rng, 0.4):
        made = np.repeat(rng.integers(0, 2, frames // 6 + 1) * 2.0 - 1, 6)[:frames] * 0.7 + made * 0.3
    level = np.floor(np.exp(-3 * np.arange(frames) / frames) * 15) / 15
    return (made * level)[None].astype(np.float32), {"chiptune", "digital"}


def reso(rng: Rng) -> Made:
    """A filter that rings when pinged: modular percussion."""
    frames = length(ratio(rng, 0.05, 0.5))
    pulse = noise(frames, rng) * decay(frames, ratio(rng, 0.002, 0.03))
    made = through(pulse, bandpass(ratio(rng, 90, 6000), ratio(rng, 8, 60)))
    return saturate(made, uniform(rng, 0, 12)), {"analog"}


def drone_hit(rng: Rng) -> Made:
    """A buzz cut short: saw, square or hum as a hit."""
    frames = length(ratio(rng, 0.06, 0.4))
    turn = ratio(rng, 45, 400) * clock(frames)
    made = wave(pick(rng, ("saw", "square", "pulse")), turn) * (decay(frames, frames / RATE * 1.5))
    return through(made[None].astype(np.float32), lowpass(ratio(rng, 600, 9000), uniform(rng, 0.7, 6))), set()


P, E = "percussion", "electronic"
FAMILIES = share(
    0.3,
    shot("perc_blip", blip, P, E, "bleep", weight=1.5),
    shot("perc_blips", double, P, E, "bleep", weight=0.5),
    shot("perc_ping", ping, P, E, "bleep", weight=1.2),
    shot("perc_fm", fm, P, E, "fm", weight=1.3),
    shot("perc_tick", tick, P, E, "click", weight=1.5),
    shot("perc_pop", pop, P, E, "pop", weight=1.0),
    shot("perc_zap", zap, P, E, "zap", weight=1.0),
    shot("perc_glitch", glitch, P, E, "glitch", weight=1.8),
    shot("perc_glitch_phrase", phrase, P, E, "glitch", weight=1.4),
    shot("perc_crackle", crackle, P, E, "glitch", weight=0.8),
    shot("perc_noise", puff, P, E, weight=0.9),
    shot("perc_ring", ring, P, E, weight=0.8),
    shot("perc_tuned", tuned, P, E, weight=1.2),
    shot("perc_chime", chime, P, E, "bell", weight=1.1),
    shot("perc_struck", struck, P, E, weight=1.4),
    shot("perc_chip", chip, P, E, weight=0.7),
    shot("perc_filter", reso, P, E, weight=0.9),
    shot("perc_buzz", drone_hit, P, E, weight=0.6),
)
