"""Impacts, booms, explosions, slams, gunshots, thumps: one heavy event. Runs on: any process, offline."""

import numpy as np

from ..effects import room, saturate
from ..envelopes import attack, decay, wander
from ..filters import bandpass, fast, highpass, lowpass, through
from ..oscillators import coloured, modes, phase, sine
from ..signals import RATE, Rng, Signal, clock, landing, length, mix, noise, normal, wide
from .dice import chance, ratio, uniform
from .family import Made, share
from .forms import shot


def _drop(rng: Rng, frames: int, low: float, high: float) -> Signal:
    """A tone that falls into the deep."""
    root, octaves, time = ratio(rng, low, high), uniform(rng, 0.3, 3.0), ratio(rng, 0.01, 0.25)
    bend = root * np.exp2(octaves * np.exp(-clock(frames) / np.float32(time)))
    return (sine(phase(bend.astype(np.float32), frames)) * decay(frames, frames / RATE * uniform(rng, 0.6, 1.6)))[None]


def _crack(rng: Rng, frames: int, low: float, high: float, seconds: float) -> Signal:
    """A burst of noise, rough."""
    made = coloured(frames, lambda f: (np.maximum(f, 40.0) / 500.0) ** uniform(rng, -1.4, 0.0), rng, 2)
    made = through(made, lowpass(ratio(rng, low, high))) * decay(frames, seconds)
    return normal(made)


def boom(rng: Rng) -> Made:
    """Deep and long: the trailer boom."""
    if chance(rng, 0.3):
        return swollen(rng)
    frames = fast(length(uniform(rng, 1.2, 4.0)))
    made = mix(
        _drop(rng, frames, 24, 60),
        _crack(rng, frames, 100, 1500, uniform(rng, 0.2, 2.0)) * np.float32(uniform(rng, 0.05, 0.6)),
    )
    made = saturate(made, uniform(rng, 0, 18), 0.05)
    made = room(made, ratio(rng, 1.0, 4.0), ratio(rng, 500, 3000), uniform(rng, 0.2, 1.4), rng)[:, :frames]
    return landing(normal(made), 0.5), {"wet"}


def swollen(rng: Rng) -> Made:
    """Dark noise that swells, strikes and rolls away."""
    frames = fast(length(uniform(rng, 2.0, 4.4)))
    hit = int(frames * uniform(rng, 0.0, 0.35))
    at = np.arange(frames)
    early = np.clip(at / max(hit, 1), 0, 1) ** 3 * (at < hit) * uniform(rng, 0.2, 0.8)
    late = np.exp(np.minimum(hit - at, 0) / RATE * ratio(rng, 0.8, 4.0)) * (at >= hit)
    level = (early + late).astype(np.float32)
    made = coloured(frames, lambda f: (np.maximum(f, 25.0) / 100.0) ** uniform(rng, -1.2, -0.8), rng, 2) * level
    made = saturate(through(made, lowpass(ratio(rng, 200, 2500))), uniform(rng, 0, 14)) * level**0.3
    drop = np.pad(_drop(rng, frames, 24, 60), [(0, 0), (hit, 0)])[:, :frames] * np.float32(uniform(rng, 0.0, 0.8))
    made = room(made + drop, ratio(rng, 1, 4), 1500.0, uniform(rng, 0.1, 1.0), rng)[:, :frames]
    return landing(normal(made), 0.5), {"wet"}


def impact(rng: Rng) -> Made:
    """Boom, crack and metal in a hall."""
    frames = fast(length(uniform(rng, 0.8, 4.0)))
    parts = [
        _drop(rng, frames, 28, 90) * np.float32(uniform(rng, 0.3, 1.0)),
        _crack(rng, frames, 600, 9000, ratio(rng, 0.05, 1.0)) * np.float32(uniform(rng, 0.2, 1.0)),
    ]
    if chance(rng, 0.6):
        count = int(rng.integers(8, 30))
        hertz = ratio(rng, 90, 500) * np.exp(np.sort(rng.uniform(0, 3, count)))
        metal = modes(hertz, rng.uniform(0.2, 1, count), rng.uniform(0.2, 1, count) * frames / RATE, frames, rng)
        parts.append(normal(metal[None]) * np.float32(uniform(rng, 0.1, 0.9)))
    made = saturate(mix(*parts), uniform(rng, 0, 18), 0.05)
    made = room(made, ratio(rng, 0.6, 4.0), ratio(rng, 1200, 7000), uniform(rng, 0.2, 1.4), rng)[:, :frames]
    return landing(normal(made * attack(frames, 0.0007)), 0.3), set()


def explosion(rng: Rng) -> Made:
    """A blast that rolls away."""
    frames = fast(length(uniform(rng, 0.8, 4.0)))
    made = _crack(rng, frames, 300, 5000, ratio(rng, 0.5, 4.0)) * (1 + 0.6 * wander(frames, 60, rng))
    made = made + _crack(rng, frames, 60, 200, ratio(rng, 0.5, 4.0))
    made = saturate(made, uniform(rng, 4, 26)) * decay(frames, frames / RATE * 1.1)
    return landing(room(made, ratio(rng, 0.6, 3.0), 2500.0, uniform(rng, 0.1, 0.8), rng)[:, :frames], 0.3), {"noisy"}


def gunshot(rng: Rng) -> Made:
    """A crack and its echo."""
    frames = fast(length(uniform(rng, 0.3, 2.0)))
    crack = _crack(rng, frames, 2500, 14_000, ratio(rng, 0.03, 0.25))
    thump = _drop(rng, frames, 60, 140) * np.float32(uniform(rng, 0, 0.7)) * decay(frames, 0.2)
    made = saturate(crack + thump, uniform(rng, 10, 30))
    return landing(
        room(made, ratio(rng, 0.3, 2.5), ratio(rng, 1500, 6000), uniform(rng, 0.1, 1), rng)[:, :frames], 0.2
    ), set()


def slam(rng: Rng) -> Made:
    """A door, a crate, a body: thud, rattle, room."""
    frames = fast(length(uniform(rng, 0.2, 1.2)))
    count = int(rng.integers(4, 16))
    thud = modes(
        ratio(rng, 50, 160) * np.exp(np.sort(rng.uniform(0, 2.2, count))),
        rng.uniform(0.1, 1, count),
        rng.uniform(0.05, 0.4, count),
        frames,
        rng,
    )
    made = normal(thud[None]) + _crack(rng, frames, 400, 6000, ratio(rng, 0.02, 0.2)) * np.float32(uniform(rng, 0.1, 1))
    for _ in range(int(rng.integers(0, 4))):
        at = int(uniform(rng, 0.02, 0.3) * RATE)
        made = made + np.pad(made, [(0, 0), (at, 0)])[:, :frames] * np.float32(uniform(rng, 0.05, 0.4))
    return room(made, ratio(rng, 0.15, 1.5), 4000.0, ratio(rng, 0.05, 0.8), rng)[:, :frames], set()


def braam(rng: Rng) -> Made:
    """The film trailer's brass: low saws, driven, that swell and stay."""
    frames = fast(length(uniform(rng, 1.0, 4.0)))
    root, made = ratio(rng, 32, 90), np.zeros((2, frames), np.float32)
    for _ in range(6):
        cycles = phase(
            root * float(rng.choice([1, 1, 2, 1.5, 3])) * 2 ** (float(rng.normal()) * 14 / 1200),
            frames,
            float(rng.random()),
        )
        made[int(rng.integers(2))] += (2 * cycles - 1).astype(np.float32)
    swell = np.exp(-clock(frames) * np.float32(ratio(rng, 0.4, 2.5))) * attack(frames, ratio(rng, 0.003, 0.2))
    made = saturate(through(made, lowpass(ratio(rng, 400, 4000))), uniform(rng, 6, 26)) * swell
    return landing(room(made, ratio(rng, 1.0, 4.0), 3000.0, uniform(rng, 0.2, 1.2), rng)[:, :frames], 0.4), {
        "cinematic",
        "wet",
    }


def blow(rng: Rng) -> Made:
    """A punch, a slap, something that lands: short and dry."""
    frames = length(uniform(rng, 0.08, 0.5))
    made = _drop(rng, frames, 50, 180) * np.float32(uniform(rng, 0.2, 1)) * decay(frames, 0.25)
    return saturate(mix(made, _crack(rng, frames, 700, 8000, ratio(rng, 0.02, 0.15))), uniform(rng, 4, 20)), set()


def shattered(rng: Rng) -> Made:
    """Glass that breaks: a crack, then splinters."""
    frames = fast(length(uniform(rng, 0.5, 2.5)))
    made = through(noise(frames, rng), highpass(ratio(rng, 1500, 5000))) * decay(frames, 0.12)
    for _ in range(int(rng.integers(15, 60))):
        at, size = int(frames * rng.beta(1.1, 3.0)), length(uniform(rng, 0.03, 0.25))
        ping = modes(
            ratio(rng, 1800, 9000) * np.array([1, 2.3, 4.2]),
            np.array([1, 0.5, 0.3]),
            uniform(rng, 0.05, 0.3) * np.array([1, 0.7, 0.5]),
            size,
            rng,
        )
        made[0, at : at + size] += ping[: max(0, frames - at)] * np.float32(ratio(rng, 0.1, 1.2))
    return wide(normal(made)), set()


def sub_hit(rng: Rng) -> Made:
    """A sine that drops: nothing else."""
    frames = length(uniform(rng, 0.5, 3.5))
    return through(saturate(_drop(rng, frames, 22, 55), uniform(rng, 0, 10)), lowpass(ratio(rng, 120, 800))), {
        "falling"
    }


def scrape(rng: Rng) -> Made:
    """Metal dragged, creaking doors, squeals."""
    frames = fast(length(uniform(rng, 0.4, 3.0)))
    speed = np.exp2(wander(frames, 8, rng) * np.float32(uniform(rng, 0.3, 2))) * np.float32(ratio(rng, 20, 400))
    ticks = (np.diff(np.floor(np.cumsum(speed) / RATE), prepend=0) > 0).astype(np.float32) * rng.uniform(
        0.2, 1, frames
    ).astype(np.float32)
    body = sum(
        through(ticks[None], bandpass(ratio(rng, 250, 5000), ratio(rng, 4, 40))) * np.float32(uniform(rng, 0.2, 1))
        for _ in range(5)
    )
    return normal(np.asarray(body)), set()


def slab(rng: Rng) -> Made:
    """Something heavy struck hard in a hall: a noisy blow, many low modes close together, a tail that darkens."""
    frames, count = fast(length(uniform(rng, 0.5, 2.4))), int(rng.integers(10, 40))
    hertz = ratio(rng, 60, 400) * np.exp(np.sort(rng.uniform(0, uniform(rng, 1.0, 3.5), count)))
    ring = frames / RATE * rng.uniform(0.15, 1.0, count) * (hertz[0] / hertz) ** uniform(rng, 0.1, 0.6)
    body = normal(modes(hertz, rng.uniform(0.1, 1, count), ring, frames, rng)[None])
    blow = _crack(rng, frames, 900, 9000, ratio(rng, 0.05, 0.9))
    made = mix(body * np.float32(ratio(rng, 0.2, 1.0)), blow * np.float32(ratio(rng, 0.2, 1.0)))
    made = saturate(made, uniform(rng, 0, 14), 0.05)
    heard = room(made, ratio(rng, 0.4, 2.5), ratio(rng, 1200, 7000), ratio(rng, 0.1, 1.0), rng)[:, :frames]
    return landing(normal(heard), 0.3), {"acoustic"}


FAMILIES = share(
    0.32,
    shot("boom", boom, "boom_fx", "impact", "fx", weight=1.2, wet=0.0),
    shot("swelling boom", swollen, "boom_fx", "impact", "fx", "cinematic", weight=1.2, wet=0.0),
    shot("cinematic impact", impact, "impact", "fx", "cinematic", weight=1.8, wet=0.0),
    shot("explosion", explosion, "explosion", "fx", weight=0.9, wet=0.1),
    shot("gunshot", gunshot, "gunshot", "fx", weight=0.5, wet=0.1),
    shot("slam", slam, "door", "impact", "foley", weight=0.7, wet=0.2),
    shot("braam", braam, "impact", "fx", weight=0.7, wet=0.0),
    shot("blow", blow, "punch_hit", "fx", weight=0.5),
    shot("glass break", shattered, "glass_break", "fx", weight=0.5),
    shot("sub hit", sub_hit, "boom_fx", "impact", "fx", weight=0.6),
    shot("dragged metal", scrape, "foley", "fx", "scraped", weight=0.5),
    shot("slab", slab, "impact", "fx", weight=1.2, wet=0.0),
)
