"""Records, tape, radio: crackle, hiss, scratches, backspins, stops, tuning. Runs on: any process, offline."""

import numpy as np

from ..effects import crush, saturate
from ..envelopes import attack, decay, wander
from ..filters import bandpass, chain, fast, highpass, lowpass, moving, through
from ..oscillators import coloured, phase, scan, sine, supersaw, tables
from ..plucked import warped
from ..signals import RATE, Rng, Signal, clock, landing, length, mix, noise, normal, wide
from .choirs import singer
from .dice import chance, pick, pitch, ratio, uniform
from .family import Made, share
from .forms import bed, shot
from .speaking import said


def _dust(frames: int, rng: Rng, density: float, low: float = 600.0, high: float = 7000.0) -> Signal:
    """Clicks and pops of a record, two channels."""
    made = np.zeros((2, frames), np.float32)
    count = max(1, int(density * frames / RATE))
    at = rng.integers(0, frames, count)
    levels = (rng.exponential(0.25, count) ** 1.7 * rng.choice((-1.0, 1.0), count)).astype(np.float32)
    np.add.at(made[0], at, levels)
    np.add.at(made[1], at, levels * rng.uniform(0.1, 1.0, count).astype(np.float32))
    return normal(through(made, chain(highpass(low * 0.3), lowpass(high))) + through(made, bandpass(low, 1.0)))


def _hiss(frames: int, rng: Rng, slope: float = -1.0) -> Signal:
    return coloured(frames, lambda f: (np.maximum(f, 60) / 2000.0) ** (slope / 6.02), rng, 2)


def crackle(rng: Rng) -> Made:
    """A record with nothing on it."""
    frames = fast(length(uniform(rng, 1.0, 4.5)))
    made = _dust(frames, rng, ratio(rng, 4, 400), ratio(rng, 400, 3000), ratio(rng, 3000, 14_000))
    made = made + _hiss(frames, rng, uniform(rng, -5, 0)) * np.float32(ratio(rng, 0.003, 0.25))
    if chance(rng, 0.5):
        made = made + coloured(frames, lambda f: (np.maximum(f, 15) / 40.0) ** -2, rng, 2) * np.float32(
            ratio(rng, 0.01, 0.2)
        )
    turn = 0.5 + 0.5 * np.sin(2 * np.pi * pick(rng, (0.5556, 0.75)) * clock(frames))
    return normal(made * (1 - np.float32(uniform(rng, 0, 0.6)) * turn)), set()


def hiss(rng: Rng) -> Made:
    """Tape, amplifiers, rooms: steady noise."""
    frames = fast(length(uniform(rng, 0.6, 4.5)))
    made = through(
        _hiss(frames, rng, uniform(rng, -8, 2)),
        chain(highpass(ratio(rng, 15, 3000)), lowpass(ratio(rng, 3500, 17_000))),
    )
    return normal(made * (1 + 0.15 * wander(frames, 20, rng))), set()


def _band(rng: Rng, frames: int) -> Signal:
    """A band that plays: a bass, chords or a tune that change on the beat, drums."""
    every, root = length(ratio(rng, 0.11, 0.4)), pitch(rng, 33, 50)
    made = np.zeros((1, frames), np.float32)
    count = max(2, int(6000 / root))
    table = tables((np.arange(1, count + 1) ** uniform(rng, -1.6, -0.5))[None])
    drums, tune = uniform(rng, 0.0, 1.2), uniform(rng, 0.2, 1.0)
    for number, at in enumerate(range(0, frames, every)):
        size = min(frames - at, every)
        step = float(pick(rng, (0, 0, 3, 5, 7, 10, 12)))
        for by in (1.0, 2.0, 2.0 * 2 ** (pick(rng, (3, 4, 7)) / 12), 4.0 * 2 ** (pick(rng, (0, 3, 7)) / 12)):
            row = scan(table, phase(root * 2 ** (step / 12) * by, size)) * decay(size, uniform(rng, 0.2, 1.5))
            made[0, at : at + size] += row * np.float32(tune / by**0.3)
        snare = number % 2 == 1
        hit = noise(size, rng)[0] if snare else sine(phase(70.0, size)) * np.float32(2.0)
        made[0, at : at + size] += hit * decay(size, 0.15 if snare else 0.2) * np.float32(drums)
    return made


def _program(rng: Rng, frames: int) -> Signal:
    """What may be on a record: a voice, a chord, noise, a beat, a band."""
    kind = pick(rng, ("voice", "voice", "chord", "noise", "sung", "beat", "song", "band", "band", "band"))
    if kind == "band":
        made = _band(rng, frames)
    elif kind == "voice":
        made = said(rng, pick(rng, ("male", "female")), (2, 4))
    elif kind == "sung":
        voice, _ = singer("female")(rng)
        made = voice(pitch(rng, 55, 72), frames / RATE, 1.0)
    elif kind == "chord":
        root = pitch(rng, 45, 64)
        made = mix(*(supersaw(root * 2 ** (s / 12), frames, 2, 10, rng) for s in (0, 3, 7)))
    elif kind in ("beat", "song"):
        made = np.zeros((1, frames), np.float32)
        for at in range(0, frames, RATE // 4):
            size = min(frames - at, RATE // 5)
            made[0, at : at + size] += noise(size, rng)[0] * decay(size, 0.12) + sine(phase(180.0, size)) * decay(
                size, 0.1
            )
    else:
        made = through(noise(frames, rng), bandpass(ratio(rng, 500, 3000), 0.8))
    if kind == "song":
        root = pitch(rng, 33, 52)
        chord = mix(*(supersaw(root * 2 ** (s / 12), frames, 2, 10, rng) for s in (0, 12, 15, 19, 24)))
        made = normal(made) + normal(chord.mean(axis=0, keepdims=True)) * np.float32(uniform(rng, 0.4, 1.5))
    made = np.tile(made, -(-frames // made.shape[-1]))[:, :frames]
    return normal(through(made, chain(highpass(80.0), lowpass(ratio(rng, 4000, 12_000)))))


def scratched(rng: Rng) -> Made:
    """A hand moves a record to and fro: baby, chirp, transformer, tear."""
    frames = length(ratio(rng, 0.12, 2.0))
    source = _program(rng, RATE)
    time = clock(frames)
    speed, depth = ratio(rng, 2.5, 14), ratio(rng, 0.04, 0.3)
    hand = np.sin(2 * np.pi * speed * time * np.exp2(0.5 * wander(frames, 5, rng)))
    place = 0.4 + depth * hand * (0.6 + 0.4 * wander(frames, 6, rng))
    path = np.gradient(place) * RATE
    start = np.pad(source, [(0, 0), (0, frames)])
    read = np.clip(place * RATE, 0, source.shape[-1] - 2)
    whole = read.astype(np.int64)
    made = start[:, whole] + (start[:, whole + 1] - start[:, whole]) * (read - whole).astype(np.float32)
    made = made * np.clip(np.abs(path), 0, 1.5).astype(np.float32)
    if chance(rng, 0.35):
        made = made * (np.sin(2 * np.pi * ratio(rng, 8, 40) * time) > uniform(rng, -0.6, 0.4))
    rub = through(noise(frames, rng), bandpass(ratio(rng, 800, 3500), 0.8)) * np.clip(np.abs(path), 0, 3).astype(
        np.float32
    )
    made = normal(made) + normal(rub) * np.float32(ratio(rng, 0.005, 0.2))
    return normal(through(made, highpass(60.0))), set()


def backspun(rng: Rng) -> Made:
    """A record pulled backwards or rewound."""
    frames = length(uniform(rng, 0.3, 2.2))
    source = _program(rng, 4 * RATE)
    along = np.linspace(0, 1, frames)
    fastest = ratio(rng, 2, 14)
    speed = fastest * (np.exp(-along * uniform(rng, 0.5, 4)) if chance(rng, 0.6) else 0.3 + along)
    made = warped(np.tile(source[:, ::-1], 3), speed)
    made = (
        made
        + through(noise(frames, rng), bandpass(ratio(rng, 1500, 5000), 0.8))
        * np.float32(ratio(rng, 0.01, 0.2))
        * speed.astype(np.float32)
        / fastest
    )
    return landing(normal(made), 0.03), {"reversed"}


def rewound(rng: Rng) -> Made:
    """A record spun back fast and let go: the music flies by, an octave or three too high, and sinks as it slows."""
    frames = length(uniform(rng, 0.5, 3.2))
    source = np.tile(_program(rng, 2 * RATE)[:, ::-1], 8)
    along = np.linspace(0, 1, frames)
    start = np.clip(along / uniform(rng, 0.01, 0.3), 0, 1)
    fall = np.exp2(-uniform(rng, 0.3, 4.0) * along ** ratio(rng, 0.6, 2.0))
    turns = 1 + uniform(rng, 0, 0.3) * np.sin(2 * np.pi * ratio(rng, 1, 8) * along * frames / RATE)
    made = warped(source, ratio(rng, 2, 12) * start * fall * turns)
    rub = through(noise(frames, rng), bandpass(ratio(rng, 700, 4000), 0.6)) * (start * fall).astype(np.float32)
    made = normal(made) + normal(rub) * np.float32(ratio(rng, 0.005, 0.2))
    level = np.minimum(1, start + 0.1) * np.clip((1 - along) * ratio(rng, 4, 60), 0, 1)
    return normal(made * level.astype(np.float32)), {"reversed", "falling"}


def stopped(rng: Rng) -> Made:
    """A motor is switched off: everything slows down."""
    frames = length(uniform(rng, 0.4, 2.8))
    source = _program(rng, 4 * RATE)
    speed = np.clip(1 - np.linspace(0, 1, frames) ** ratio(rng, 0.6, 2.0), 0.0, 1)
    before = int(uniform(rng, 0, 0.4) * RATE)
    made = warped(source, np.concatenate([np.ones(before), speed]))
    return landing(normal(made), 0.05), set()


def started(rng: Rng) -> Made:
    """A motor is switched on."""
    frames = length(uniform(rng, 0.4, 2.5))
    made = warped(_program(rng, 4 * RATE), np.linspace(0, 1, frames) ** ratio(rng, 0.6, 2))
    return landing(normal(made), 0.05), {"rising"}


def dropped(rng: Rng) -> Made:
    """The needle comes down: a thump, a scrape, crackle."""
    frames = length(uniform(rng, 0.4, 2.5))
    made = _dust(frames, rng, ratio(rng, 10, 80)) * np.float32(uniform(rng, 0.1, 0.6))
    for _ in range(int(rng.integers(1, 4))):
        at, size = int(uniform(rng, 0, 0.3) * RATE), length(0.12)
        thump = through(noise(size, rng), lowpass(ratio(rng, 150, 900))) * decay(size, uniform(rng, 0.03, 0.15))
        made[:, at : at + size] += normal(thump)[:, : max(0, frames - at)] * np.float32(uniform(rng, 0.3, 1))
    return normal(made), set()


def tuned(rng: Rng) -> Made:
    """A radio between the stations: whistles, static, fragments."""
    frames = fast(length(uniform(rng, 1.0, 4.0)))
    drift = wander(frames, 8, rng)
    made = _hiss(frames, rng, uniform(rng, -4, 0)) * np.float32(uniform(rng, 0.1, 0.6)) * (0.6 + 0.4 * np.abs(drift))
    whistle = sine(phase((ratio(rng, 300, 2000) * np.exp2(2.0 * wander(frames, 5, rng))).astype(np.float32), frames))
    made = made + whistle * np.float32(uniform(rng, 0, 0.3)) * (drift > uniform(rng, -0.5, 0.5))
    if chance(rng, 0.6):
        made = made + _program(rng, frames) * np.float32(uniform(rng, 0.2, 0.8)) * np.clip(
            wander(frames, 5, rng) * 3, 0, 1
        )
    return normal(through(made, chain(highpass(ratio(rng, 100, 500)), lowpass(ratio(rng, 2500, 8000))))), set()


def static(rng: Rng) -> Made:
    """Interference: bursts, buzz, sputter."""
    frames = fast(length(uniform(rng, 0.3, 3.5)))
    raw = rng.standard_normal((1, frames)).astype(np.float32) * (rng.random(frames) < ratio(rng, 0.003, 0.8))
    level = np.repeat(rng.random(int(frames / RATE * 30) + 2) ** ratio(rng, 0.3, 4), RATE // 30)[:frames]
    made = through(raw * level.astype(np.float32), bandpass(ratio(rng, 600, 7000), ratio(rng, 0.3, 2)))
    return normal(crush(normal(made), uniform(rng, 3, 10), int(rng.integers(1, 8)))), {"noisy"}


def cassette(rng: Rng) -> Made:
    """Buttons, wow and flutter, fast winding of a cassette."""
    frames = length(uniform(rng, 0.3, 2.5))
    if chance(rng, 0.5):
        made = warped(
            np.tile(_program(rng, 2 * RATE), 12),
            np.full(frames, ratio(rng, 5, 14)) * np.exp2(uniform(rng, -0.6, 0.6) * np.linspace(0, 1, frames)),
        )
        return normal(made), set()
    made = np.zeros((1, frames), np.float32)
    for _ in range(int(rng.integers(1, 4))):
        at, size = int(uniform(rng, 0, 0.6) * frames), length(0.06)
        click = through(noise(size, rng), bandpass(ratio(rng, 800, 4000), 1.0)) * decay(size, uniform(rng, 0.01, 0.06))
        made[:, at : at + size] += normal(click)[:, : frames - at]
    return normal(made + _hiss(frames, rng)[:1] * np.float32(ratio(rng, 0.003, 0.06))), set()


def dusty(rng: Rng) -> Made:
    """A worn loop from an old record."""
    frames = fast(length(uniform(rng, 1.5, 4.0)))
    made = wide(_program(rng, frames)) * np.float32(uniform(rng, 0.2, 0.8)) + _dust(
        frames, rng, ratio(rng, 10, 120)
    ) * np.float32(uniform(rng, 0.3, 0.8))
    bend = np.exp2(0.02 * np.sin(2 * np.pi * 0.5556 * clock(frames)))
    return normal(saturate(warped(made, bend), uniform(rng, 0, 8)) * attack(frames, 0.01)), set()


def swept_filter(rng: Rng) -> Made:
    """A station heard through a moving filter."""
    frames = fast(length(uniform(rng, 0.8, 3.0)))
    path = ratio(rng, 300, 1500) * np.exp2(1.5 * wander(frames, 6, rng))
    return normal(moving(_program(rng, frames), np.clip(path, 80, 12_000), "band", uniform(rng, 1, 5))), {"filtered"}


def pushed(rng: Rng) -> Made:
    """One push and one pull at a record, or a few: what is on it bends down to a stop and up again, loud and dense."""
    frames = length(ratio(rng, 0.12, 1.1))
    time, strokes = clock(frames), ratio(rng, 1.2, 6)
    source = np.tile(_program(rng, RATE), 4)
    speed = np.sin(2 * np.pi * strokes * time + uniform(rng, 0, 6.28)) * np.exp2(0.5 * wander(frames, 4, rng))
    speed = np.sign(speed) * np.abs(speed) ** ratio(rng, 0.4, 1.2) * ratio(rng, 0.8, 4.0)
    read = 1.5 * RATE + np.cumsum(speed)
    whole = np.clip(read.astype(np.int64), 0, source.shape[-1] - 2)
    made = source[:, whole] + (source[:, whole + 1] - source[:, whole]) * (read - whole).astype(np.float32)
    fast_ = np.abs(speed).astype(np.float32)
    rub = moving(noise(frames, rng), np.clip(300 + 2500 * fast_, 80, 12_000), "low", 0.8)
    made = normal(made) + normal(rub * np.minimum(fast_, 1)) * np.float32(ratio(rng, 0.05, 0.9))
    heard = saturate(made, uniform(rng, 0, 14)) * np.minimum(1, 0.2 + 2 * fast_)
    return landing(normal(heard), 0.02), set()


def surface(rng: Rng) -> Made:
    """The groove itself: thick hiss with rumble below it, and crackle that hardly stands out."""
    frames = fast(length(uniform(rng, 1.5, 4.6)))
    made = normal(_hiss(frames, rng, uniform(rng, -5, 0)))
    made = made + coloured(frames, lambda f: (np.maximum(f, 20) / 60.0) ** -1.5, rng, 2) * np.float32(
        uniform(rng, 0, 1)
    )
    made = normal(made) * np.float32(ratio(rng, 0.15, 1.0))
    made = made + _dust(frames, rng, ratio(rng, 8, 300), ratio(rng, 200, 3000)) * np.float32(uniform(rng, 0.3, 1.0))
    return normal(through(made, chain(highpass(ratio(rng, 15, 150)), lowpass(ratio(rng, 5000, 17_000))))), set()


FAMILIES = share(
    0.45,
    bed("vinyl crackle", crackle, "vinyl", "fx", looped=0.4, weight=1.6),
    bed("tape hiss", hiss, "tape_hiss", "noise", "fx", looped=0.4, weight=1.4),
    shot("scratch", scratched, "scratch", "vinyl", "fx", weight=2.0, wet=0.1, dirt=0.0),
    shot("backspin", backspun, "scratch", "vinyl", "fx", weight=1.2, wet=0.1, dirt=0.0),
    shot("rewind", rewound, "scratch", "vinyl", "fx", weight=1.2, wet=0.1, dirt=0.0),
    shot("tape stop", stopped, "tape_stop", "fx", "falling", weight=1.0, wet=0.1),
    shot("motor start", started, "scratch", "vinyl", "fx", weight=0.3, wet=0.1),
    shot("needle drop", dropped, "vinyl", "fx", weight=0.7, wet=0.05),
    bed("radio tuning", tuned, "radio_static", "fx", looped=0.1, weight=0.9),
    shot("static", static, "radio_static", "fx", weight=0.8, wet=0.05),
    shot("cassette", cassette, "tape_hiss", "fx", weight=0.4, wet=0.05),
    bed("dusty record", dusty, "vinyl", "lofi", "fx", looped=0.6, weight=0.4),
    shot("filtered station", swept_filter, "radio_static", "fx", weight=0.3),
    shot("pushed record", pushed, "scratch", "vinyl", "fx", weight=1.3, wet=0.05, dirt=0.0),
    bed("record surface", surface, "vinyl", "noise", "fx", looped=0.4, weight=1.2),
)
