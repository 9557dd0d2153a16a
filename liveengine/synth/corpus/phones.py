"""Telephones: bells, dials, handsets, keys, tones of the exchange, fax, mobiles. Runs on: any process, offline."""

import numpy as np

from ..effects import room, saturate
from ..envelopes import decay, gate, wander
from ..filters import bandpass, chain, fast, highpass, lowpass, through
from ..oscillators import modes, phase, sine
from ..signals import RATE, Rng, Signal, clock, landing, length, noise, normal, place
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .forms import shot
from .glitches import wave
from .things import clank

ROWS, COLUMNS = (697.0, 770.0, 852.0, 941.0), (1209.0, 1336.0, 1477.0, 1633.0)  # Hz: ITU-T Q.23
PAIRS = ((425.0, 425.0), (350.0, 440.0), (400.0, 450.0), (480.0, 620.0), (440.0, 480.0))  # Hz: dialling, ringing, busy


def _line(made: Signal, rng: Rng) -> Signal:
    """What an exchange's wire leaves of a sound: a narrow band, hum and hiss."""
    band = chain(highpass(ratio(rng, 150, 400), order=4), lowpass(ratio(rng, 2800, 7000), order=4))
    frames = made.shape[-1]
    rough = made + noise(frames, rng) * np.float32(ratio(rng, 0.001, 0.1))
    return normal(through(saturate(rough, uniform(rng, 0, 14)), band)) if chance(rng, 0.7) else normal(made)


def _case(made: Signal, rng: Rng) -> Signal:
    """The sound in a telephone's case, whose bells ring along, in a room."""
    rung = np.zeros(made.shape[-1] + length(1.2), np.float32)
    rung[: made.shape[-1]] = made[0]
    hertz = ratio(rng, 500, 2500) * np.exp(np.sort(rng.uniform(0, 1.7, 12)))
    bells = modes(hertz, rng.uniform(0.1, 1, 12), rng.uniform(0.3, 1.6, 12), length(1.2), rng)
    size = len(rung)
    whole = fast(size + len(bells))
    answer = np.fft.irfft(np.fft.rfft(rung, whole) * np.fft.rfft(bells, whole), whole)[:size]
    rung = rung + normal(answer[None].astype(np.float32))[0] * np.float32(ratio(rng, 0.01, 0.35))
    return room(rung[None], ratio(rng, 0.1, 1.0), ratio(rng, 1500, 7000), ratio(rng, 0.03, 0.7), rng)


def handset(rng: Rng) -> Made:
    """A receiver picked up, dropped, put down; a plug, a coil cord: bursts of noise and knocks of plastic."""
    frames = length(ratio(rng, 0.15, 1.2))
    level = np.clip(wander(frames, int(rng.integers(4, 30)), rng) * 2 + uniform(rng, -0.6, 1.0), 0, 1) ** 2
    rub = through(noise(frames, rng), bandpass(ratio(rng, 700, 6000), ratio(rng, 0.2, 1.0))) * level
    made = normal(rub) * np.float32(ratio(rng, 0.1, 1.0))
    for _ in range(int(rng.integers(1, 6))):
        knock = clank(rng, ratio(rng, 180, 2500), ratio(rng, 0.01, 0.12))
        burst = through(noise(1200, rng), highpass(ratio(rng, 300, 2500))) * decay(1200, ratio(rng, 0.004, 0.025))
        knock[:, :1200] += burst[:, : knock.shape[-1]] * np.float32(uniform(rng, 0.3, 1.5))
        at = int(rng.integers(frames))
        made[:, at : at + knock.shape[-1]] += knock[:, : frames - at] * np.float32(ratio(rng, 0.3, 1.5))
    return normal(_case(made, rng)), {"foley", "mechanical_noise"}


def dial(rng: Rng) -> Made:
    """A rotary dial wound up and let go: a ratchet, a spring, ten clicks a second."""
    clicks, rate = int(rng.integers(1, 11)), uniform(rng, 8.0, 13.0)
    wound, run = length(ratio(rng, 0.05, 0.6)), length((clicks + 1) / rate)
    frames = wound + run
    teeth = np.concatenate([ratio(rng, 30, 140) * np.linspace(0.5, 1.2, wound), np.full(run, ratio(rng, 60, 220))])
    ticks = (np.diff(np.floor(np.cumsum(teeth) / RATE), prepend=0.0) > 0) * rng.uniform(0.3, 1.0, frames)
    gears = through(ticks[None].astype(np.float32), bandpass(ratio(rng, 900, 5000), ratio(rng, 0.4, 3.0)))
    made = normal(gears) * np.float32(ratio(rng, 0.15, 1.0))
    whirr = through(noise(frames, rng), bandpass(ratio(rng, 600, 4000), ratio(rng, 0.4, 2.0)))
    made = made + normal(whirr) * np.float32(ratio(rng, 0.02, 0.5))
    pulse = clank(rng, ratio(rng, 400, 3000), ratio(rng, 0.008, 0.05))
    for number in range(clicks):
        at = wound + int(number * RATE / rate)
        made[:, at : at + pulse.shape[-1]] += pulse[:, : frames - at] * np.float32(uniform(rng, 0.4, 1.2))
    return normal(_case(made, rng)), {"foley", "mechanical_noise"}


def bells(rng: Rng) -> Made:
    """Two gongs and a clapper, for a second or two, ringing on."""
    on, rate = ratio(rng, 0.3, 2.4), uniform(rng, 16, 28)
    frames = length(on + 1.4)
    root, apart = ratio(rng, 700, 2600), uniform(rng, 1.05, 1.45)
    ratios = np.array([1.0, 1.01, 2.3, 2.75, 4.1, 5.4])
    gongs = [
        modes(root * by * ratios, rng.uniform(0.2, 1, 6), rng.uniform(0.3, 1.5, 6), RATE, rng) for by in (1, apart)
    ]
    out = np.zeros((1, frames), np.float32)
    for number in range(int(on * rate)):
        hit = gongs[number % 2][None, : frames - int(number * RATE / rate)]
        place(out, hit, int(number * RATE / rate), uniform(rng, 0.6, 1.0))
    rattle = noise(frames, rng) * gate(frames, on, 0.03) * np.float32(ratio(rng, 0.002, 0.05))
    made = room(normal(out) + rattle, ratio(rng, 0.2, 1.5), 5000.0, ratio(rng, 0.03, 0.8), rng)
    return normal(made), {"ringing", "metallic"}


def warble(rng: Rng) -> Made:
    """The electronic ring: two tones in quick turn, mobiles, doorbells of flats."""
    on, speed = ratio(rng, 0.3, 1.5), ratio(rng, 6, 32)
    frames, count = length(on * 1.3), int(rng.integers(1, 4))
    few = ratio(rng, 500, 2600) * np.concatenate([[1.0], rng.choice([1.2, 1.25, 1.33, 1.5, 2.0], 2)])
    kind = pick(rng, ("sine", "square", "triangle", "pulse"))
    path = few[(clock(frames) * speed).astype(int) % int(rng.integers(2, 4))]
    tone = wave(kind, phase(path.astype(np.float32), frames)) * gate(frames, on, 0.02)
    made = through(tone[None], chain(highpass(ratio(rng, 200, 700)), lowpass(ratio(rng, 2500, 12_000))))
    return normal(np.tile(made, count))[:, : 4 * RATE], {"electronic"}


def keyed(rng: Rng) -> Made:
    """Keys pressed one after another, or one; the wire around them."""
    count, on, off = pick(rng, (1, 1, 1, 2, 3, 7, 10)), ratio(rng, 0.05, 0.4), ratio(rng, 0.03, 0.2)
    parts: list[Signal] = []
    for _ in range(count):
        size = length(on)
        pair = sine(phase(pick(rng, ROWS), size)) + sine(phase(pick(rng, COLUMNS), size)) * np.float32(1.2)
        parts += [pair * gate(size, on * 0.97, 0.004), np.zeros(length(off), np.float32)]
    return _line(np.concatenate(parts)[None], rng)[:, : 4 * RATE], {"electronic"}


def exchange(rng: Rng) -> Made:
    """The dialling tone, the ringing tone, engaged, out of order."""
    frames, (low, high) = length(ratio(rng, 0.4, 4.0)), pick(rng, PAIRS)
    made = sine(phase(low, frames)) + sine(phase(high, frames))
    every = pick(rng, (0.0, 0.0, 0.5, 1.0, ratio(rng, 0.2, 3.0)))
    if every:
        made = made * ((clock(frames) % every) < every * uniform(rng, 0.35, 0.6))
    if chance(rng, 0.15):
        size = length(0.35)
        made = np.concatenate([sine(phase(hertz, size)) for hertz in (950.0, 1400.0, 1800.0)])
    return _line(made[None].astype(np.float32), rng), {"electronic"}


def fax(rng: Rng) -> Made:
    """Answer tones, warbles of two carriers, then a hiss of data: fax and modem shake hands."""
    parts: list[Signal] = []
    row: Signal
    for _ in range(int(rng.integers(1, 6))):
        size = length(ratio(rng, 0.1, 1.2))
        kind = pick(rng, ("tone", "bits", "noise", "sweep"))
        if kind == "tone":
            row = sine(phase(pick(rng, (1100.0, 1300.0, 2100.0, 2225.0, 1850.0)), size))
        elif kind == "bits":
            pair = np.array(pick(rng, ((980.0, 1180.0), (1650.0, 1850.0), (1300.0, 2100.0))))
            picked = pair[rng.integers(0, 2, int(size / RATE * 300) + 2)][(clock(size) * 300).astype(int)]
            row = sine(phase(picked.astype(np.float32), size))
        elif kind == "noise":
            row = normal(through(noise(size, rng), bandpass(1800.0, ratio(rng, 0.5, 1.5))))[0]
        else:
            row = np.sum([sine(phase(150.0 * k, size, k * k / 40.0)) for k in range(3, 22)], axis=0) / 6.0
        parts.append(np.asarray(row, np.float32) * gate(size, size / RATE * 0.97, 0.01))
    return _line(np.concatenate(parts)[None], rng)[:, : 4 * RATE], {"digital"}


def mobile(rng: Rng) -> Made:
    """A mobile that buzzes on a table, or is heard in a loudspeaker before it rings."""
    frames = length(ratio(rng, 0.3, 2.5))
    time = clock(frames)
    if chance(rng, 0.5):
        turns = phase(ratio(rng, 130, 230), frames)
        made = wave("sine", turns) + through(np.exp(-turns * 9)[None].astype(np.float32), highpass(900.0))[0]
        on = (time % ratio(rng, 0.3, 1.2)) < ratio(rng, 0.2, 0.6)
        made = through((made * on)[None].astype(np.float32), lowpass(ratio(rng, 1200, 7000)))
        return landing(normal(made), 0.05), {"buzzing"}
    bursts = (time * 217.0 % 1.0) < 0.125
    packs = rng.random(int(frames / RATE * 24) + 2)[(time * 24).astype(int)] < uniform(rng, 0.3, 0.8)
    raw = (bursts & packs)[None].astype(np.float32) * np.float32(1.0 + 0.2 * rng.random())
    return normal(through(raw, chain(highpass(90.0), lowpass(ratio(rng, 2500, 9000))))), {"buzzing", "digital"}


FAMILIES = share(
    0.24,
    shot("handset", handset, "telephone", "fx", weight=2.2, wet=0.1),
    shot("rotary dial", dial, "telephone", "fx", weight=1.4, wet=0.1),
    shot("telephone bell", bells, "telephone", "fx", weight=1.2, wet=0.1),
    shot("telephone warble", warble, "telephone", "fx", weight=0.9, wet=0.1),
    shot("telephone keys", keyed, "telephone", "fx", weight=1.1, wet=0.05, dirt=0.0),
    shot("telephone tone", exchange, "telephone", "fx", weight=0.8, wet=0.05, dirt=0.0),
    shot("fax", fax, "modem", "telephone", "fx", weight=0.9, wet=0.05),
    shot("mobile", mobile, "telephone", "fx", weight=0.5, wet=0.1),
)
