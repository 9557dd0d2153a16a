"""Engines, fans, trains, printers, factories, crowds, rooms. Runs on: any process, offline."""

import numpy as np

from ..effects import room, saturate
from ..envelopes import attack, decay, wander
from ..filters import bandpass, chain, fast, highpass, lowpass, moving, through
from ..oscillators import coloured, phase, sine
from ..signals import RATE, Rng, Signal, length, noise, normal, pan, place, wide
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .forms import bed, shot
from .speaking import said
from .things import clank


def _long(rng: Rng) -> int:
    return fast(length(uniform(rng, 1.8, 4.6)))


def _noise(frames: int, rng: Rng, slope: float, channels: int = 2) -> Signal:
    return coloured(frames, lambda f: (np.maximum(f, 30.0) / 400.0) ** (slope / 6.02), rng, channels)


def engine(rng: Rng) -> Made:
    """A motor that idles, revs or strains."""
    frames = _long(rng)
    rate = ratio(rng, 8, 120) * np.exp2(
        uniform(rng, 0, 1) * wander(frames, 4, rng) if chance(rng, 0.5) else np.zeros(frames)
    )
    turns = np.cumsum(rate) / RATE
    stroke = np.exp(-np.mod(turns, 1.0) * ratio(rng, 2, 12)) * (1 + 0.3 * np.sin(np.pi * turns))
    made = _noise(frames, rng, uniform(rng, -6, -1)) * np.float32(uniform(rng, 0.1, 1)) + 1.0
    made = normal(saturate(made * stroke.astype(np.float32), uniform(rng, 0, 14)))
    tone = chain(highpass(ratio(rng, 25, 120)), lowpass(ratio(rng, 400, 5000)))
    return normal(through(made, tone)), set()


def motor(rng: Rng) -> Made:
    """Electric: a whine and its harmonics, brushes, a fan."""
    frames = _long(rng)
    root = ratio(rng, 60, 1200) * np.exp2(uniform(rng, 0, 0.3) * wander(frames, 5, rng))
    made = np.zeros((2, frames), np.float32)
    for k in (1, 2, 3, 5, 7.02, 11):
        made += sine(phase((root * k).clip(20, 17_000).astype(np.float32), frames, float(rng.random()))) * np.float32(
            uniform(rng, 0.05, 1) / k**0.6
        )
    made = made * (1 + 0.3 * sine(phase(ratio(rng, 5, 60), frames)))
    made = normal(made) + normal(_noise(frames, rng, uniform(rng, -4, 0))) * np.float32(ratio(rng, 0.03, 0.8))
    return normal(through(made, lowpass(ratio(rng, 2500, 14_000)))), set()


def fan(rng: Rng) -> Made:
    """Air through blades: hum and steady noise."""
    frames = _long(rng)
    made = normal(through(_noise(frames, rng, uniform(rng, -5, -1)), bandpass(ratio(rng, 150, 1500), 0.3), True))
    blades = 1 + np.float32(uniform(rng, 0.02, 0.5)) * sine(phase(ratio(rng, 4, 70), frames))
    hum = sum(sine(phase(pick(rng, (50.0, 60.0, 100.0, 120.0)) * k, frames)) / k for k in (1, 2, 3))
    return normal(made * blades + np.asarray(hum)[None] * np.float32(uniform(rng, 0, 0.3))), set()


def factory(rng: Rng) -> Made:
    """Strokes in time, metal, steam, a hall."""
    tempo, beats = uniform(rng, 40, 170), int(rng.integers(4, 9))
    frames = length(min(60 / tempo * beats, 5.0))
    out = _noise(frames, rng, -6) * np.float32(ratio(rng, 0.02, 0.3))
    for _ in range(int(rng.integers(1, 5))):
        steps = pick(rng, (beats, beats * 2, beats * 4))
        hit = (
            clank(rng, ratio(rng, 60, 1500), ratio(rng, 0.03, 0.6))
            if chance(rng, 0.7)
            else normal(noise(9600, rng) * decay(9600, 0.25))
        )
        marks = rng.random(max(1, steps // beats)) < 0.6
        marks[0] = True
        for step in range(steps):
            if marks[step % len(marks)]:
                place(out, pan(hit, uniform(rng, -0.5, 0.5)), round(step * frames / steps), uniform(rng, 0.2, 0.8))
    made = saturate(normal(out), uniform(rng, 0, 16), 0.05, True)
    return normal(room(made, ratio(rng, 0.3, 3.5), 3000.0, ratio(rng, 0.1, 1.2), rng, circular=True)), set()


def industrial(rng: Rng) -> Made:
    """A bed of roar, hum and far metal: halls, ducts, furnaces."""
    frames = _long(rng)
    made = normal(through(_noise(frames, rng, uniform(rng, -9, -4)), lowpass(ratio(rng, 200, 2500)), True)) * (
        1 + 0.4 * wander(frames, 10, rng)
    )
    root = ratio(rng, 30, 110)
    hum = sum(
        sine(phase(root * k, frames, float(rng.random()))) * np.float32(uniform(rng, 0.1, 1) / k) for k in range(1, 12)
    )
    made = made + np.asarray(hum)[None] * np.float32(uniform(rng, 0.05, 0.6))
    for _ in range(int(rng.integers(0, 9))):
        place(
            made,
            pan(clank(rng, ratio(rng, 80, 900), ratio(rng, 0.2, 1.5)), uniform(rng, -0.9, 0.9)),
            int(rng.integers(frames)),
            uniform(rng, 0.1, 0.7),
        )
    made = saturate(made, uniform(rng, 0, 20), 0.1, True)
    return normal(room(made, ratio(rng, 1, 4), 2500.0, ratio(rng, 0.2, 1.2), rng, circular=True)), {"wet"}


def train(rng: Rng) -> Made:
    """Wheels over joints, a roar, now and then a whistle."""
    frames = _long(rng)
    speed = ratio(rng, 0.8, 4)
    out = normal(_noise(frames, rng, uniform(rng, -8, -4))) * np.float32(uniform(rng, 0.2, 0.7))
    time = 0.0
    while time < frames / RATE:
        for late in (0.0, 0.14 / speed, 0.5 / speed, 0.64 / speed):
            size = length(0.12)
            hit = normal(through(noise(size, rng), bandpass(ratio(rng, 150, 900), 1.0))) * decay(size, 0.09)
            place(out, wide(hit), int((time + late) * RATE), 0.5)
        time += 1.0 / speed
    if chance(rng, 0.3):
        whistle = sum(sine(phase(h * uniform(rng, 0.9, 1.1), frames)) for h in (311.0, 370.0, 466.0))
        out = out + np.asarray(whistle)[None] * attack(frames, 0.3) * np.float32(0.15)
    return normal(out), set()


def helicopter(rng: Rng) -> Made:
    """Blades that chop the air; propellers; jets."""
    frames = _long(rng)
    rate = ratio(rng, 8, 28)
    chop = np.exp(-phase(rate, frames) * ratio(rng, 2, 8)).astype(np.float32)
    made = _noise(frames, rng, -6) * chop + _noise(frames, rng, -3) * np.float32(uniform(rng, 0.02, 0.3))
    whine = sine(phase(ratio(rng, 400, 3500), frames)) * np.float32(uniform(rng, 0, 0.15))
    return normal(normal(made) + whine), set()


def car(rng: Rng) -> Made:
    """Passing by: louder, lower, gone; or a horn."""
    frames = fast(length(uniform(rng, 1.0, 4.0)))
    along = np.linspace(-1, 1, frames)
    near = 1 / (1 + (along * uniform(rng, 2, 8)) ** 2)
    shift = np.exp2(-0.15 * np.tanh(along * 5))
    turns = phase((ratio(rng, 40, 180) * shift).astype(np.float32), frames)
    made = (
        wide(np.exp(-turns * 5)[None].astype(np.float32)) * np.float32(uniform(rng, 0.1, 0.7))
        + _noise(frames, rng, -4) * 0.3
    )
    made = moving(made, 400 + 5000 * near, "low", 0.7) * near.astype(np.float32)
    return normal(made), set()


def printer(rng: Rng) -> Made:
    """Stepping motors that sing: printers, scanners, plotters, disk drives."""
    frames, made = length(uniform(rng, 1.0, 4.0)), list[Signal]()
    kind = pick(rng, ("square", "needles"))
    total = 0
    while total < frames:
        size = length(ratio(rng, 0.04, 0.6))
        turns = phase(ratio(rng, 60, 1400), size)
        if kind == "needles":
            row = np.exp(-turns * 12).astype(np.float32) * noise(size, rng)[0]
        else:
            row = np.where(turns < 0.5, 1.0, -1.0).astype(np.float32) * 0.6 + noise(size, rng)[0] * 0.15
        made.append(row * np.float32(uniform(rng, 0, 1) if chance(rng, 0.2) else 1.0))
        total += size
    row = np.concatenate(made)[None, :frames]
    return normal(through(row, chain(highpass(ratio(rng, 100, 500)), lowpass(ratio(rng, 2500, 10_000))))), set()


def steam(rng: Rng) -> Made:
    """Air or steam let go; pistons; sauna; sprays."""
    frames = fast(length(ratio(rng, 0.2, 3.5)))
    made = through(
        _noise(frames, rng, uniform(rng, -1, 3)),
        chain(highpass(ratio(rng, 300, 4000)), lowpass(ratio(rng, 5000, 16_000))),
    )
    shape_ = attack(frames, ratio(rng, 0.003, 0.2)) * (
        decay(frames, frames / RATE * uniform(rng, 0.8, 3)) if chance(rng, 0.7) else 1.0
    )
    return normal(made * shape_), {"noisy"}


def drill(rng: Rng) -> Made:
    """Drills, saws, jackhammers."""
    frames = _long(rng)
    load = 1 - 0.3 * np.clip(wander(frames, 6, rng), 0, 1)
    turns = phase((ratio(rng, 25, 300) * load).astype(np.float32), frames)
    made = wide((2 * turns - 1).astype(np.float32)[None]) + _noise(frames, rng, 0) * np.exp(-turns * 4).astype(
        np.float32
    )
    return normal(
        through(saturate(made, uniform(rng, 6, 24)), chain(highpass(150.0), bandpass(ratio(rng, 900, 4000), 0.4)))
    ), {"loud"}


def crowd(rng: Rng) -> Made:
    """Many people who talk at once."""
    frames = _long(rng)
    out = _noise(frames, rng, -5) * np.float32(ratio(rng, 0.01, 0.2))
    voices = [said(rng, pick(rng, ("male", "female")), (4, 8)) for _ in range(int(rng.integers(3, 6)))]
    for _ in range(int(rng.integers(8, 26))):
        place(out, pan(pick(rng, voices), uniform(rng, -1, 1)), int(rng.integers(frames)), ratio(rng, 0.1, 0.7))
    return normal(room(out, ratio(rng, 0.3, 2.5), 3000.0, ratio(rng, 0.2, 1.2), rng, circular=True)), set()


def applause(rng: Rng) -> Made:
    """Hundreds of hands; whistles and cheers."""
    frames = _long(rng)
    out = np.zeros((2, frames), np.float32)
    claps = []
    for _ in range(12):
        size = length(uniform(rng, 0.02, 0.06))
        claps.append(normal(through(noise(size, rng), bandpass(ratio(rng, 700, 2500), 1.0)) * decay(size, 0.04)))
    for _ in range(int(frames / RATE * ratio(rng, 15, 250))):
        at = int(rng.integers(0, frames - 3000))
        clap, side = pick(rng, claps), uniform(rng, 0, 1)
        out[:, at : at + clap.shape[-1]] += (
            clap * np.array([[side], [1 - side]], np.float32) * np.float32(rng.exponential(0.4))
        )
    made = normal(out) + normal(_noise(frames, rng, -2)) * np.float32(ratio(rng, 0.02, 0.3))
    return normal(room(made, ratio(rng, 0.3, 2), 5000.0, ratio(rng, 0.05, 0.8), rng, circular=True)), set()


def quiet(rng: Rng) -> Made:
    """Room tone, corridors, distant traffic, an air duct."""
    frames = _long(rng)
    made = normal(through(_noise(frames, rng, uniform(rng, -9, -3)), lowpass(ratio(rng, 300, 9000)), True))
    for _ in range(int(rng.integers(0, 4))):
        hertz = ratio(rng, 50, 900)
        made = made + sine(phase(round(hertz * frames / RATE) * RATE / frames, frames)) * np.float32(
            ratio(rng, 0.005, 0.15)
        )
    return normal(made * (1 + 0.2 * wander(frames, 8, rng))), set()


def city(rng: Rng) -> Made:
    """Traffic, horns, voices far away."""
    frames = _long(rng)
    made = normal(_noise(frames, rng, uniform(rng, -8, -4)))
    for _ in range(int(rng.integers(1, 4))):
        passing = wide(car(rng)[0])
        place(made, pan(passing, uniform(rng, -0.8, 0.8)), int(rng.integers(frames)), uniform(rng, 0.2, 0.8))
    if chance(rng, 0.4):
        size = length(uniform(rng, 0.15, 0.8))
        horn = sine(phase(ratio(rng, 300, 500), size)) + sine(phase(ratio(rng, 380, 600), size))
        place(made, wide(horn[None] * attack(size, 0.02)), int(rng.integers(frames)), 0.2)
    return normal(through(made, lowpass(ratio(rng, 2000, 9000)))), set()


def horn(rng: Rng) -> Made:
    """A ship's or fog horn."""
    frames, root = length(uniform(rng, 0.8, 3.5)), ratio(rng, 60, 220)
    made = sum((2 * phase(root * k, frames, float(rng.random())) - 1) for k in (1.0, 1.006, 1.5))
    made = through(np.asarray(made, np.float32)[None], lowpass(ratio(rng, 300, 1200))) * attack(frames, 0.1)
    return normal(room(made * decay(frames, frames / RATE * 4), 2.5, 1500.0, 0.7, rng)[:, :frames]), set()


def sonar(rng: Rng) -> Made:
    """Pings under water."""
    frames = length(uniform(rng, 1.0, 4.0))
    made = sine(phase(ratio(rng, 500, 2200), frames)) * decay(frames, uniform(rng, 0.2, 1.5))
    deep = normal(through(_noise(frames, rng, -6), lowpass(ratio(rng, 150, 700)))) * np.float32(ratio(rng, 0.02, 0.4))
    return normal(room(made[None], 3.0, 2000.0, 1.0, rng)[:, :frames] + deep), {"wet"}


def masses(rng: Rng) -> Made:
    """A stadium, a rave, an ovation: so many that single ones are lost, a band of roaring air that breathes."""
    frames, clapped = _long(rng), chance(rng, 0.5)
    middle = ratio(rng, 900, 2200) if clapped else ratio(rng, 500, 1500)
    band = chain(
        bandpass(middle, ratio(rng, 0.3, 1.0)), highpass(ratio(rng, 80, 300)), lowpass(ratio(rng, 3500, 14_000))
    )
    grain = rng.standard_normal((2, frames)).astype(np.float32)
    grain *= (rng.random((2, frames)) < ratio(rng, 0.01, 0.3)) if clapped else np.float32(1)
    made = normal(through(grain, band, True)) * (1 + np.float32(uniform(rng, 0, 0.4)) * wander(frames, 12, rng))
    for _ in range(int(rng.integers(0, 5))):
        size = length(uniform(rng, 0.3, 1.2))
        path = ratio(rng, 500, 2200) * np.exp2(uniform(rng, -0.6, 0.6) * np.linspace(0, 1, size))
        cry = sine(phase(path.astype(np.float32), size)) * np.hanning(size).astype(np.float32)
        place(made, pan(cry[None], uniform(rng, -1, 1)), int(rng.integers(frames)), ratio(rng, 0.02, 0.4))
    heard = room(made, ratio(rng, 0.4, 3.0), 4000.0, ratio(rng, 0.1, 1.0), rng, circular=True)
    return normal(heard), {"applause"} if clapped else set()


FAMILIES = share(
    0.36,
    bed("engine", engine, "engine", "atmo", weight=1.2),
    bed("motor", motor, "engine", "machine", weight=1.0),
    bed("fan", fan, "fan", "atmo", weight=1.3),
    bed("factory", factory, "machine", "industrial", "atmo", looped=0.85, weight=1.4),
    bed("industrial bed", industrial, "machine", "industrial", "texture", "atmo", weight=1.2),
    bed("train", train, "train", "atmo", weight=1.1),
    bed("helicopter", helicopter, "plane", "atmo", weight=0.5),
    shot("car", car, "car", weight=0.5),
    bed("printer", printer, "printer", "machine", looped=0.3, weight=0.9),
    shot("steam", steam, "hydraulic", "machine", weight=0.7),
    bed("drill", drill, "drill", "machine", looped=0.2, weight=0.4),
    bed("crowd", crowd, "crowd", "atmo", weight=0.8),
    bed("applause", applause, "applause", "atmo", weight=0.6),
    bed("room tone", quiet, "atmo", "field_recording", weight=0.8),
    bed("city", city, "city", "atmo", weight=0.5),
    shot("ship horn", horn, "ship_horn", weight=0.3, wet=0.0),
    shot("sonar", sonar, "underwater", "atmo", weight=0.4, wet=0.0),
    bed("masses", masses, "crowd", "atmo", weight=1.0),
)
