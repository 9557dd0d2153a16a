"""Kick, snare, clap, hi-hat and cymbal. Runs on: any process, offline. `[channels, frames]`, peak 1."""

from dataclasses import dataclass

import numpy as np

from .effects import convolve, crush, hall, room, saturate
from .envelopes import attack, decay
from .filters import bandpass, bell, chain, highpass, lowpass, through
from .oscillators import TOP, modes, phase, sine
from .signals import Rng, Signal, clock, fit, landing, length, mix, noise, normal, wide


@dataclass(frozen=True)
class Kick:
    """A click, a body whose pitch falls to `root` (Hz), drive, and a rumble that answers it."""

    root: float = 49.0
    seconds: float = 0.45
    velocity: float = 1.0
    sweep: float = 3.5  # start of the slow fall, in multiples of the root above it
    sweep_seconds: float = 0.034
    snap: float = 14.0  # start of the fast fall
    snap_seconds: float = 0.006
    hold: float = 0.04
    click: float = 0.25
    click_hz: float = 3200.0
    knock: float = 0.0  # resonance near 200 Hz: a wooden or felt beater
    drive: float = 6.0  # dB
    bias: float = 0.1
    tone: float = 9000.0  # Hz, low-pass over all
    grit: float = 0.0
    rumble: float = 0.0
    rumble_seconds: float = 0.9
    rumble_hz: float = 110.0


def kick(p: Kick, rng: Rng) -> Signal:
    """A kick drum, mono."""
    frames = length(p.hold + p.seconds)
    time = clock(frames)
    fall = p.sweep * np.exp(-time / np.float32(p.sweep_seconds))
    fall += p.snap * np.exp(-time / np.float32(p.snap_seconds))
    body = sine(phase((fall + 1.0) * np.float32(p.root), frames, 0.04))
    held = np.maximum(time - np.float32(p.hold), 0.0)
    body = body * np.exp(-5.0 * (held / np.float32(p.seconds)) ** 1.4) * attack(frames, 0.0006)
    made = saturate(mix(body[None], _knock(p, rng)), p.drive, p.bias)
    if p.grit > 0.0:
        made = mix(made, _grit(made, p.grit))
    made = mix(landing(made, 0.25 * p.seconds), _click(p, rng))
    made = through(made, chain(lowpass(p.tone), highpass(26.0)))
    if p.rumble > 0.0:
        made = mix(made, _rumble(made, p, rng))
    return normal(made)


def _click(p: Kick, rng: Rng) -> Signal:
    frames = length(0.05)
    fall = 0.7 * decay(frames, 0.014) + 0.3 * decay(frames, 0.045)
    burst = through(noise(frames, rng), bandpass(p.click_hz, 0.6)) * fall * attack(frames, 0.0002)
    return normal(burst) * np.float32(p.click * p.velocity)


def _knock(p: Kick, rng: Rng) -> Signal:
    frames = length(0.12)
    ratios = np.array([185.0, 260.0, 342.0])
    tone = modes(ratios, np.array([1.0, 0.6, 0.4]), np.array([0.09, 0.06, 0.04]), frames, rng)
    return tone[None] * np.float32(p.knock)


def _grit(made: Signal, amount: float) -> Signal:
    harsh = saturate(through(made, highpass(160.0)), 24.0)
    return through(harsh, chain(highpass(220.0), lowpass(5200.0))) * np.abs(made) * np.float32(amount)


def _rumble(made: Signal, p: Kick, rng: Rng) -> Signal:
    wet = convolve(made, hall(p.rumble_seconds, 400.0, rng, 0.01)).mean(axis=0, keepdims=True)
    wet = through(saturate(through(wet, lowpass(p.rumble_hz * 1.6, order=4)), 10.0), lowpass(p.rumble_hz, order=4))
    wet = through(wet, highpass(38.0)) * attack(wet.shape[-1], 0.16)
    return normal(wet) * np.float32(p.rumble)


@dataclass(frozen=True)
class Snare:
    """Two skins with a pitch drop, noise of the wires, a room."""

    root: float = 185.0
    seconds: float = 0.22  # of the wires
    velocity: float = 1.0
    body: float = 0.8
    body_seconds: float = 0.19
    bend: float = 0.6
    wires: float = 0.7
    low: float = 900.0  # Hz, high-pass of the wires
    high: float = 11_000.0
    snap: float = 0.5
    ring: float = 0.0
    drive: float = 9.0
    room_seconds: float = 0.0
    room_level: float = 0.0
    bits: float = 0.0


def snare(p: Snare, rng: Rng) -> Signal:
    """A snare drum; two channels when it has a room."""
    frames = length(max(p.seconds, p.body_seconds) * 1.25)
    fall = 1.0 + p.bend * np.exp(-clock(frames) / np.float32(0.012))
    ratios = np.array([1.0, 1.78, 2.43, 3.1])
    levels = np.array([1.0, 0.55, 0.2 + p.ring * 0.5, 0.08 + p.ring * 0.5])
    falls = np.array([1.0, 0.7, 0.45 + p.ring * 1.2, 0.4 + p.ring * 1.6]) * p.body_seconds
    skin = modes(ratios * p.root, levels, falls, frames, rng, bend=fall) * np.float32(p.body)
    hiss = through(noise(frames, rng), chain(highpass(p.low * (1.2 - 0.2 * p.velocity)), lowpass(p.high)))
    level = 0.5 * decay(frames, p.seconds * 0.5) + 0.5 * decay(frames, p.seconds * 1.1)
    hiss = normal(hiss * level) * np.float32(p.wires) * attack(frames, 0.0012)
    stick = through(noise(length(0.02), rng), bandpass(4200.0, 0.7)) * decay(length(0.02), 0.01)
    made = saturate(mix(skin[None], hiss, normal(stick) * np.float32(p.snap * p.velocity)), p.drive, 0.06)
    made = through(made, highpass(90.0))
    if p.bits > 0.0:
        made = through(crush(made, p.bits, 2), lowpass(9000.0))
    return normal(room(made, p.room_seconds, 5200.0, p.room_level, rng))


@dataclass(frozen=True)
class Clap:
    """Several hands a few milliseconds apart, then a shared tail."""

    root: float = 1150.0  # Hz, centre of the hands
    seconds: float = 0.24
    velocity: float = 1.0
    hands: int = 4
    gap: float = 0.0095
    q: float = 1.1
    high: float = 9000.0
    drive: float = 4.0
    room_seconds: float = 0.3
    room_level: float = 0.25


def clap(p: Clap, rng: Rng) -> Signal:
    """A clap, two channels."""
    frames = length(p.seconds * 1.3 + p.hands * p.gap)
    envelope = np.zeros((2, frames), np.float32)
    for hand in range(p.hands):
        last = hand == p.hands - 1
        for channel in range(2):
            start = length(hand * p.gap * float(rng.uniform(0.85, 1.15))) - 1 if hand else 0
            fall = decay(frames - start, p.seconds if last else p.gap * 1.6)
            envelope[channel, start:] = np.maximum(envelope[channel, start:], fall * (1.0 if last else 0.85))
    hiss = through(noise(frames, rng, 2), chain(bandpass(p.root, p.q), highpass(500.0)))
    air = through(noise(frames, rng, 2), chain(highpass(2500.0), lowpass(p.high)))
    made = normal(hiss) + normal(air) * np.float32(0.28 * p.velocity)
    made = saturate(made * envelope * attack(frames, 0.0004), p.drive)
    return normal(room(made, p.room_seconds, 6000.0, p.room_level, rng))


@dataclass(frozen=True)
class Hat:
    """Six clashing square oscillators and noise, high-passed; short closed, long open."""

    root: float = 420.0  # Hz, scales the metal cluster
    seconds: float = 0.07
    velocity: float = 1.0
    metal: float = 0.6
    low: float = 7000.0  # Hz, high-pass
    high: float = 16_000.0
    tick: float = 0.4
    soft: float = 0.0005  # s, attack
    drive: float = 2.0
    spread: float = 0.0  # 0 mono, 1 wide noise


CLUSTER = (1.0, 1.4836, 1.8003, 2.5457, 2.6303, 3.8968)  # ratios of the TR-808 metal oscillators


def hat(p: Hat, rng: Rng) -> Signal:
    """A hi-hat; two channels when spread."""
    frames = length(p.seconds * 1.15 + 0.01)
    channels = 2 if p.spread > 0.0 else 1
    hiss = noise(frames, rng, channels)
    if channels == 2:
        hiss = hiss.mean(axis=0) + (hiss - hiss.mean(axis=0)) * np.float32(p.spread)
    low = p.low * (1.15 - 0.15 * p.velocity)
    shine = through(hiss, chain(highpass(low, order=4), lowpass(p.high, order=4)))
    metal = through(_cluster(p, frames, rng)[None], chain(highpass(low, 1.1, order=4), lowpass(p.high, order=4)))
    level = 0.5 * decay(frames, p.seconds * 0.3) + 0.5 * decay(frames, p.seconds)
    made = mix(normal(shine) * np.float32(1.0 - p.metal), normal(metal) * np.float32(p.metal)) * level
    click = through(noise(length(0.008), rng), highpass(4000.0)) * decay(length(0.008), 0.004)
    made = mix(made, normal(click) * np.float32(p.tick * p.velocity * 0.6)) * attack(frames, p.soft)
    return normal(through(saturate(made, p.drive), highpass(low * 0.7)))


def _cluster(p: Hat, frames: int, rng: Rng) -> Signal:
    total = np.zeros(frames, np.float32)
    for ratio in CLUSTER:
        start = float(rng.random())
        for harmonic in range(1, int(TOP / (p.root * ratio)) + 1, 2):
            hertz = p.root * ratio * harmonic
            if hertz > p.low * 0.5:
                total += sine(phase(hertz, frames, start * harmonic)) / np.float32(harmonic)
    return total


@dataclass(frozen=True)
class Cymbal:
    """Ride or crash: dense inharmonic modes whose highs die first, a wash of noise, a bell."""

    root: float = 420.0
    seconds: float = 1.8
    velocity: float = 1.0
    count: int = 60
    bell: float = 0.3
    wash: float = 0.5
    low: float = 2500.0
    high: float = 15_000.0
    swell: float = 0.001  # s, attack
    drive: float = 0.0


def cymbal(p: Cymbal, rng: Rng) -> Signal:
    """A cymbal, two channels."""
    frames = length(p.seconds * 1.1)
    sides = []
    for _ in range(2):
        hertz = np.sort(p.low * np.exp(rng.uniform(0.0, np.log(p.high / p.low), p.count)))
        falls = p.seconds * rng.uniform(0.5, 1.1, p.count) * (hertz / p.low) ** -0.35
        sides.append(modes(hertz, rng.uniform(0.2, 1.0, p.count), falls, frames, rng))
    ratios = np.array([1.0, 1.71, 2.66, 3.55, 5.1])
    ping = modes(ratios * p.root, np.ones(5), p.seconds * np.array([0.7, 0.6, 0.5, 0.5, 0.4]), frames, rng)
    hiss = through(noise(frames, rng, 2), chain(highpass(p.low, order=4), lowpass(p.high)))
    hiss = hiss * (0.6 * decay(frames, p.seconds * 0.3) + 0.4 * decay(frames, p.seconds))
    metal = normal(np.stack(sides)) + normal(wide(ping[None])) * np.float32(p.bell)
    made = metal + normal(hiss) * np.float32(p.wash)
    made = through(made * attack(frames, p.swell), chain(highpass(p.low * 0.4), bell(p.low, 3.0, 0.7)))
    return normal(fit(saturate(made, p.drive), frames))
