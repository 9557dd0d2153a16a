"""Things in hands and rooms: paper, cloth, metal, glass, springs, cameras, swords, steps. Runs on: any process."""

import numpy as np

from ..effects import room
from ..envelopes import attack, decay, wander
from ..filters import bandpass, chain, fast, highpass, lowpass, moving, through
from ..oscillators import coloured, modes, phase, sine
from ..signals import RATE, Rng, Signal, clock, landing, length, noise, normal, place
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .forms import bed, shot


def clank(rng: Rng, root: float, seconds: float) -> Signal:
    """A piece of metal or wood struck: `[1, frames]`."""
    count = int(rng.integers(5, 16))
    hertz = root * np.exp(np.sort(rng.uniform(0, 2.5, count)))
    frames = length(seconds * 1.2 + 0.02)
    made = modes(hertz, rng.uniform(0.2, 1, count), rng.uniform(0.3, 1, count) * seconds, frames, rng)
    made[:300] += noise(300, rng)[0] * decay(300, 0.006)
    return normal(made[None])


def strewn(hits: list[Signal], seconds: float, count: int, rng: Rng, *, gather: float = 1.0) -> Signal:
    """Hits here and there within `seconds`, softer and louder; `gather` above 1 brings them to the beginning."""
    frames = length(seconds)
    out = np.zeros((1, frames + RATE), np.float32)
    for _ in range(count):
        hit = pick(rng, hits)[:, :RATE]
        at = int(frames * float(rng.random()) ** gather)
        out[:, at : at + hit.shape[-1]] += hit * np.float32(ratio(rng, 0.1, 1.0))
    return normal(out[:, :frames])


def clock_tick(rng: Rng) -> Made:
    """Tick, tock, tick, tock."""
    rate, count = ratio(rng, 0.9, 6), int(rng.integers(2, 9))
    out = np.zeros((1, length(min(count / rate, 4.0))), np.float32)
    pair = [clank(rng, ratio(rng, 900, 4500), ratio(rng, 0.01, 0.12)) for _ in range(2)]
    for n in range(count):
        place(out, pair[n % 2], round(n * RATE / rate), uniform(rng, 0.7, 1.0))
    return normal(out), set()


def typing(rng: Rng) -> Made:
    """Keys of a typewriter or a keyboard, switches."""
    seconds = uniform(rng, 0.4, 3.5)
    keys = [clank(rng, ratio(rng, 500, 3500), ratio(rng, 0.01, 0.08)) for _ in range(5)]
    return strewn(keys, seconds, int(seconds * ratio(rng, 3, 14)) + 1, rng), set()


def walking(rng: Rng) -> Made:
    """Footsteps on wood or stone."""
    frames, pace = length(uniform(rng, 0.3, 3.5)), ratio(rng, 0.3, 0.8)
    out, soft = np.zeros((1, frames + RATE), np.float32), chance(rng, 0.4)
    low, time = ratio(rng, 120, 900), 0.0
    while time < frames / RATE:
        size = length(0.2 if soft else 0.07)
        step = normal(through(noise(size, rng), bandpass(low * uniform(rng, 0.8, 1.25), 0.7)))
        step = step * decay(size, size / RATE)
        at = int(time * RATE)
        out[:, at : at + size] += step * np.float32(uniform(rng, 0.5, 1))
        time += pace * uniform(rng, 0.9, 1.1)
    return normal(out[:, :frames]), set()


def gravel(rng: Rng) -> Made:
    """Steps or hands in gravel, stones, snow, leaves."""
    frames, every = length(uniform(rng, 0.3, 3.0)), ratio(rng, 0.3, 0.9)
    grains = noise(frames, rng) * (rng.random(frames) < ratio(rng, 0.004, 0.2))
    tread = np.exp(-(clock(frames) % np.float32(every)) * np.float32(uniform(rng, 4, 12)))
    made = through((grains * tread).astype(np.float32), bandpass(ratio(rng, 900, 5000), ratio(rng, 0.4, 1.5)))
    return normal(made), set()


def rustle(rng: Rng) -> Made:
    """Cloth, leaves, a bag: soft grains that come and go."""
    frames = fast(length(uniform(rng, 0.2, 2.5)))
    grains = noise(frames, rng) * (rng.random(frames) < ratio(rng, 0.02, 0.8))
    level = np.abs(wander(frames, 25, rng)) ** ratio(rng, 0.5, 2)
    made = through((grains * level).astype(np.float32), bandpass(ratio(rng, 500, 5000), ratio(rng, 0.3, 1.2)))
    return normal(made), {"soft"}


def paper(rng: Rng) -> Made:
    """Paper crumpled, torn, turned."""
    frames = fast(length(uniform(rng, 0.15, 2.0)))
    cracks = rng.standard_normal((1, frames)) * (rng.random(frames) < ratio(rng, 0.002, 0.1))
    level = np.abs(wander(frames, int(rng.integers(4, 30)), rng)) ** ratio(rng, 0.5, 3)
    body = cracks + noise(frames, rng) * np.float32(ratio(rng, 0.003, 0.1))
    made = through(
        (body * level).astype(np.float32), chain(highpass(ratio(rng, 400, 2500)), lowpass(ratio(rng, 5e3, 16e3)))
    )
    return normal(made), {"noisy"}


def jingle(rng: Rng) -> Made:
    """Coins, keys, chains."""
    hits = [clank(rng, ratio(rng, 1500, 6000), ratio(rng, 0.03, 0.5)) for _ in range(4)]
    return strewn(hits, uniform(rng, 0.2, 2.2), int(rng.integers(2, 22)), rng, gather=ratio(rng, 0.7, 2.5)), set()


def dishes(rng: Rng) -> Made:
    """Cups, plates, cutlery, pots."""
    hits = [clank(rng, ratio(rng, 350, 3500), ratio(rng, 0.05, 0.8)) for _ in range(4)]
    return strewn(hits, uniform(rng, 0.25, 2.5), int(rng.integers(1, 9)), rng), set()


def spring(rng: Rng) -> Made:
    """A spring kicked: a chirp that falls, again and again."""
    frames = fast(length(uniform(rng, 0.3, 2.2)))
    every, top, time = ratio(rng, 0.025, 0.09), ratio(rng, 2500, 6000), clock(frames)
    made = np.zeros(frames, np.float32)
    for n in range(int(rng.integers(3, 14))):
        late = np.maximum(time - np.float32(n * every), 0.0)
        path = top * np.exp(-late * np.float32(uniform(rng, 18, 40)) / np.float32(1 + 0.4 * n)) + 90.0
        made += sine(phase(path.astype(np.float32), frames)) * (late > 0) * np.exp(-late * 14) * np.float32(0.8**n)
    return normal(room(made[None], 0.8, 3000.0, 0.2, rng)[:, :frames]), {"metallic"}


def shutter(rng: Rng) -> Made:
    """A camera: two clicks and a spring between them; a motor winds."""
    hits = [clank(rng, ratio(rng, 1200, 5000), ratio(rng, 0.008, 0.05)) for _ in range(3)]
    frames = length(uniform(rng, 0.12, 0.9))
    out = np.zeros((1, frames), np.float32)
    for at, hit in zip((0.0, uniform(rng, 0.03, 0.12), uniform(rng, 0.05, 0.2)), hits, strict=True):
        place(out, hit[:, :frames], int(at * RATE), uniform(rng, 0.4, 1))
    if chance(rng, 0.4):
        whirr = through(noise(frames, rng), bandpass(ratio(rng, 1500, 4000), 2.0))
        out += normal(whirr) * attack(frames, 0.1) * np.float32(uniform(rng, 0.05, 0.3))
    return normal(out), set()


def sword(rng: Rng) -> Made:
    """A blade drawn or struck."""
    frames = fast(length(uniform(rng, 0.3, 2.0)))
    count = int(rng.integers(8, 24))
    ring = modes(
        np.exp(rng.uniform(7.2, 9.2, count)),
        rng.uniform(0.1, 1, count),
        rng.uniform(0.2, 1.0, count) * frames / RATE,
        frames,
        rng,
    )
    made = normal(ring[None]) * attack(frames, 0.001 if chance(rng, 0.5) else 0.15)
    path = ratio(rng, 1500, 4000) * np.exp2(np.linspace(0, uniform(rng, 0.3, 1.5), frames))
    scrape = moving(noise(frames, rng), np.clip(path, 500, 14_000), "band", 3.0) * decay(frames, uniform(rng, 0.2, 1.0))
    return normal(made + normal(scrape) * np.float32(uniform(rng, 0.1, 1))), set()


def rocket(rng: Rng) -> Made:
    """Fireworks: a whistle that climbs, a bang, sparks."""
    frames = fast(length(uniform(rng, 0.8, 4.0)))
    hit = int(frames * uniform(rng, 0.05, 0.5))
    rise = sine(phase(np.linspace(ratio(rng, 500, 1500), ratio(rng, 1800, 4500), hit).astype(np.float32), hit))
    bang = through(noise(frames - hit, rng), lowpass(ratio(rng, 500, 4000))) * decay(frames - hit, ratio(rng, 0.2, 1.2))
    sparks = noise(frames - hit, rng) * (rng.random(frames - hit) < ratio(rng, 0.0005, 0.01)) * decay(frames - hit, 3.0)
    out = np.zeros((1, frames), np.float32)
    out[:, :hit] += rise * np.float32(uniform(rng, 0, 0.3)) * np.linspace(0, 1, hit)
    out[:, hit:] += normal(bang) + normal(sparks.astype(np.float32)) * np.float32(uniform(rng, 0, 0.5))
    return landing(normal(room(out, 1.5, 3000.0, uniform(rng, 0.1, 0.8), rng)[:, :frames]), 0.2), set()


def geiger(rng: Rng) -> Made:
    """Clicks at random."""
    frames = length(uniform(rng, 0.6, 4.0))
    hits = (rng.random((1, frames)) < ratio(rng, 3, 80) / RATE).astype(np.float32)
    return normal(through(hits, bandpass(ratio(rng, 1200, 5000), ratio(rng, 0.7, 4)))), {"crackling"}


def wheel(rng: Rng) -> Made:
    """A bicycle: a freewheel that ticks, a bell."""
    frames = length(uniform(rng, 0.8, 3.5))
    speed = ratio(rng, 8, 40) * np.exp2(uniform(rng, -1.5, 0.5) * np.linspace(0, 1, frames))
    ticks = np.diff(np.floor(np.cumsum(speed) / RATE), prepend=0.0)[None].astype(np.float32)
    return normal(through(ticks, bandpass(ratio(rng, 1500, 5000), 2.0))), set()


def till(rng: Rng) -> Made:
    """A cash register: levers, a bell, a drawer full of coins."""
    hits = [clank(rng, ratio(rng, 300, 3000), ratio(rng, 0.02, 0.15)) for _ in range(4)]
    made = strewn(hits, uniform(rng, 0.3, 1.4), int(rng.integers(3, 10)), rng)
    bell = modes(np.array([1.0, 2.02, 2.9]) * ratio(rng, 1500, 4000), np.ones(3), np.full(3, 0.8), made.shape[-1], rng)
    at = int(made.shape[-1] * uniform(rng, 0, 0.5))
    made[0, at:] += bell[: made.shape[-1] - at] * np.float32(uniform(rng, 0.2, 0.8))
    return normal(made), {"mechanical_noise", "metallic"}


def handled(rng: Rng) -> Made:
    """Telephones, plastic, lids, lighters: something small is picked up and put down."""
    hits = [clank(rng, ratio(rng, 200, 2500), ratio(rng, 0.008, 0.09)) for _ in range(3)]
    frames = length(uniform(rng, 0.15, 1.2))
    scrape = through(noise(frames, rng) * np.abs(wander(frames, 20, rng)), bandpass(ratio(rng, 800, 5000), 0.6))
    made = strewn(hits, frames / RATE, int(rng.integers(1, 12)), rng) + normal(scrape) * np.float32(
        ratio(rng, 0.03, 0.6)
    )
    return normal(room(made, ratio(rng, 0.1, 0.6), 3500.0, ratio(rng, 0.05, 0.5), rng)), set()


def groaning(rng: Rng) -> Made:
    """A door: the latch or the frame, then hinges that groan and wood that rumbles in a room."""
    frames = fast(length(uniform(rng, 0.7, 3.0)))
    slip = phase((ratio(rng, 18, 160) * np.exp2(0.8 * wander(frames, 7, rng))).astype(np.float32), frames)
    groan = np.exp(-slip * 8).astype(np.float32)[None] + noise(frames, rng) * np.float32(ratio(rng, 0.01, 0.3))
    made = np.zeros((1, frames), np.float32)
    for _ in range(int(rng.integers(2, 5))):
        path = ratio(rng, 220, 1600) * np.exp2(uniform(rng, 0.1, 0.8) * wander(frames, 8, rng))
        made += normal(moving(groan, np.clip(path, 80, 8000), "band", ratio(rng, 2, 14))) * np.float32(
            uniform(rng, 0.2, 1)
        )
    made = (made * (0.2 + np.abs(wander(frames, 6, rng))) * ratio(rng, 0.03, 1.0)).astype(np.float32)
    rumble = normal(coloured(frames, lambda f: (np.maximum(f, 30) / 100.0) ** -1.5, rng)) * decay(frames, 2.5)
    made += rumble * np.float32(ratio(rng, 0.03, 0.6))
    for at in (0.0, uniform(rng, 0.03, 0.3), uniform(rng, 0.1, 0.9)):
        knock = clank(rng, ratio(rng, 50, 700), ratio(rng, 0.04, 0.3)) * np.float32(ratio(rng, 0.1, 1.5))
        start = int(at * frames * 0.9)
        made[:, start : start + knock.shape[-1]] += knock[:, : frames - start]
    return landing(normal(room(made, ratio(rng, 0.2, 1.2), 3500.0, ratio(rng, 0.05, 0.6), rng)[:, :frames]), 0.1), set()


def rung(rng: Rng) -> Made:
    """A cash register, a bicycle bell, a typewriter at its margin: wheels and levers clatter, then a small bell."""
    hits = [clank(rng, ratio(rng, 300, 3500), ratio(rng, 0.01, 0.08)) for _ in range(int(rng.integers(3, 9)))]
    made = np.zeros((1, length(uniform(rng, 0.8, 2.8))), np.float32)
    busy, frames = uniform(rng, 0.1, 0.5), made.shape[-1]
    for _ in range(int(rng.integers(4, 22))):
        hit, at = pick(rng, hits), int(rng.random() * busy * frames)
        made[:, at : at + hit.shape[-1]] += hit[:, : frames - at] * np.float32(ratio(rng, 0.1, 1))
    at = int(frames * uniform(rng, 0.05, 0.6))
    ring, root = frames - at, ratio(rng, 1400, 4200)
    hertz = root * np.array([1, uniform(rng, 1.4, 2.2), uniform(rng, 2.4, 3.2), uniform(rng, 3.3, 4.4)])
    bell_ = modes(hertz, rng.uniform(0.1, 1, 4), ratio(rng, 0.5, 3.0) * rng.uniform(0.3, 1, 4), ring, rng)
    made[:, at:] += normal(bell_[None]) * np.float32(ratio(rng, 0.1, 0.9))
    return landing(
        normal(room(made, ratio(rng, 0.1, 0.8), 6000.0, ratio(rng, 0.03, 0.4), rng)[:, :frames]), 0.05
    ), set()


FAMILIES = share(
    0.32,
    bed("clock", clock_tick, "clock", "foley", looped=0.4, weight=1.0),
    shot("typing", typing, "typewriter", "foley", weight=1.0),
    shot("footsteps", walking, "footsteps", "foley", weight=1.2),
    shot("gravel", gravel, "gravel", "foley", weight=0.6),
    shot("rustle", rustle, "cloth", "foley", weight=0.7),
    shot("paper", paper, "paper", "foley", weight=0.8),
    shot("jingle", jingle, "keys_jingle", "foley", weight=0.9),
    shot("dishes", dishes, "kitchen", "foley", weight=0.8),
    shot("spring", spring, "spring", "fx", weight=0.5),
    shot("camera", shutter, "camera", "fx", weight=0.6),
    shot("sword", sword, "sword", "fx", weight=0.6),
    shot("fireworks", rocket, "fireworks", "fx", weight=0.5),
    shot("geiger counter", geiger, "geiger", "fx", weight=0.4),
    shot("bicycle", wheel, "bicycle", weight=0.3),
    shot("cash register", till, "foley", weight=0.6),
    shot("handled thing", handled, "foley", weight=1.2),
    shot("groaning door", groaning, "foley", "door", "fx", weight=1.0, wet=0.1),
    shot("register bell", rung, "foley", "fx", weight=0.7, wet=0.05),
)
