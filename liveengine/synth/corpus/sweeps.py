"""Whooshes, sweeps, risers, downlifters, reversed sounds: noise and tone on the move. Runs on: any process, offline."""

import numpy as np

from ..effects import chorus, crush, room, saturate
from ..envelopes import attack, decay, wander
from ..filters import bandpass, fast, highpass, lowpass, moving, through
from ..oscillators import coloured, modes, phase, scan, shape, sine, supersaw, tables
from ..plucked import warped
from ..signals import RATE, Rng, Signal, clock, landing, length, noise, normal, wide
from .dice import chance, pick, pitch, ratio, uniform
from .family import Made, share
from .forms import shot


def _frames(rng: Rng, low: float, high: float) -> int:
    return fast(length(ratio(rng, low, high)))


def _noise(frames: int, rng: Rng, slope: float) -> Signal:
    """Noise of some colour in one or two channels: `slope` 0 is white, -3 pink, -6 brown."""
    made = coloured(frames, lambda f: (np.maximum(f, 30.0) / 1000.0) ** (slope / 6.02), rng, pick(rng, (1, 2, 2)))
    return made


def _hump(frames: int, peak: float, up: float, down: float) -> Signal:
    """Loudness that grows until `peak` of the length and falls after it, curved by `up` and `down`."""
    along = np.linspace(0, 1, frames, dtype=np.float32)
    rise = np.clip(along / max(peak, 1e-3), 0, 1) ** up
    fall = np.clip((1 - along) / max(1 - peak, 1e-3), 0, 1) ** down
    made: Signal = np.minimum(rise, fall).astype(np.float32)
    return made


def whoosh(rng: Rng) -> Made:
    """Air moving past: a band of noise that opens and shuts, once or a few times."""
    frames = _frames(rng, 0.15, 3.0)
    peak = uniform(rng, 0.15, 0.85)
    shape_ = _hump(frames, peak, ratio(rng, 0.7, 4.0), ratio(rng, 0.7, 4.0))
    low, octaves = ratio(rng, 80, 2500), uniform(rng, 0.3, 4.5)
    path = np.clip(low * np.exp2(octaves * shape_ + 0.4 * wander(frames, 6, rng)), 40, 17_000)
    made = _noise(frames, rng, uniform(rng, -7, 0))
    made = normal(moving(made, path, pick(rng, ("band", "band", "low")), ratio(rng, 0.5, 6.0)))
    if chance(rng, 0.3):
        made = made + normal(moving(_noise(frames, rng, -6)[:1], path * 0.3, "band", 1.0)) * np.float32(
            uniform(rng, 0.2, 1)
        )
    made = made * shape_
    return _passing(made, rng), set()


def _passing(made: Signal, rng: Rng) -> Signal:
    """The sound moving from one side to the other, sometimes with the pitch of what passes."""
    frames = made.shape[-1]
    if chance(rng, 0.5):
        turn = np.linspace(0, np.pi / 2, frames, dtype=np.float32)
        turn = turn if chance(rng, 0.5) else turn[::-1]
        made = wide(made) * np.stack([np.cos(turn), np.sin(turn)])
    return normal(made)


def swish(rng: Rng) -> Made:
    """A fast, thin swing of a stick, a sword, a rope."""
    frames = _frames(rng, 0.06, 0.5)
    shape_ = _hump(frames, uniform(rng, 0.3, 0.8), ratio(rng, 1, 4), ratio(rng, 1, 5))
    path = np.clip(ratio(rng, 200, 5000) * np.exp2(uniform(rng, 0.3, 2.0) * shape_), 100, 17_000)
    return normal(moving(_noise(frames, rng, uniform(rng, -3, 0)), path, "band", ratio(rng, 0.8, 6)) * shape_), set()


def whoosh_low(rng: Rng) -> Made:
    """Something huge passes: dark, slow, rumbling."""
    frames = _frames(rng, 0.8, 4.0)
    shape_ = _hump(frames, uniform(rng, 0.3, 0.8), ratio(rng, 1, 3), ratio(rng, 1, 3))
    path = np.clip(ratio(rng, 40, 200) * np.exp2(uniform(rng, 0.5, 3.0) * shape_), 30, 4000)
    made = normal(moving(_noise(frames, rng, uniform(rng, -8, -3)), path, "low", ratio(rng, 0.7, 2.5)) * shape_)
    made = room(made, ratio(rng, 0.5, 3.0), 2000.0, ratio(rng, 0.1, 1.0), rng)[:, :frames]
    return _passing(made, rng), {"ominous"}


def whoosh_tonal(rng: Rng) -> Made:
    """A whoosh with a note in it: ghosts, pads that pass, jets."""
    frames = _frames(rng, 0.5, 4.0)
    shape_ = _hump(frames, uniform(rng, 0.2, 0.8), ratio(rng, 0.8, 3), ratio(rng, 0.8, 3))
    root = pitch(rng, 36, 76)
    made = np.zeros((2, frames), np.float32)
    for by in rng.choice([1.0, 1.2, 1.5, 2.0, 2.7, 3.0, 4.1], int(rng.integers(1, 5)), replace=False):
        bend = np.exp2(uniform(rng, -0.5, 0.5) * shape_ + 0.05 * wander(frames, 5, rng)).astype(np.float32)
        made += supersaw_row(root * float(by) * bend, frames, rng)
    path = np.clip(ratio(rng, 150, 1000) * np.exp2(uniform(rng, 1, 4) * shape_), 60, 16_000)
    made = normal(moving(made, path, "band", ratio(rng, 0.6, 4)))
    made = made + wide(normal(moving(_noise(frames, rng, -3), path, "band", 2.0))) * np.float32(uniform(rng, 0.1, 1.0))
    made = room(made * shape_, ratio(rng, 0.5, 3.0), 5000.0, ratio(rng, 0.1, 1.2), rng)[:, :frames]
    return _passing(made, rng), set()


def supersaw_row(path: Signal, frames: int, rng: Rng) -> Signal:
    """Two saws, left and right, whose pitch in Hz follows a path."""
    table = tables(shape("saw", max(1, int(9000 / float(np.max(path)))))[None])
    return np.stack([scan(table, phase(path * np.float32(by), frames, float(rng.random()))) for by in (0.996, 1.004)])


def pulsed(rng: Rng) -> Made:
    """A whoosh that goes round: rotor, swinging rope, lasso."""
    frames, speed = _frames(rng, 0.8, 3.5), ratio(rng, 1.5, 12)
    turn = (0.5 + 0.5 * np.sin(2 * np.pi * speed * clock(frames) + uniform(rng, 0, 6))) ** ratio(rng, 1, 4)
    path = ratio(rng, 200, 1500) * np.exp2(uniform(rng, 0.5, 3) * turn)
    made = moving(_noise(frames, rng, uniform(rng, -6, 0)), np.clip(path, 60, 16_000), "band", ratio(rng, 0.6, 4))
    return normal(made * turn.astype(np.float32) * _hump(frames, 0.5, 0.3, 0.3)), {"pulsating"}


def _sweep(rng: Rng, up: bool) -> Made:
    """Noise, tone or both from low to high or back."""
    frames = _frames(rng, 0.8, 4.0)
    along = np.linspace(0, 1, frames, dtype=np.float32) ** ratio(rng, 0.6, 2.0)
    along = along if up else along[::-1]
    made, true = _sliding(along, rng), set[str]()
    if chance(rng, 0.3):
        speed = ratio(rng, 2, 8) * np.exp2(along * uniform(rng, 0.5, 3))
        made = made * (0.5 + 0.5 * np.sin(2 * np.pi * phase(speed.astype(np.float32), frames))).astype(np.float32)
        true = {"pulsating"}
    fades = not up and chance(rng, 0.7)
    loud = np.linspace(1, 0, frames, dtype=np.float32) if fades else along
    made = made * loud ** ratio(rng, 0.2, 2.0)
    if chance(rng, 0.5):
        made = chorus(saturate(normal(made), uniform(rng, 0, 12)), ratio(rng, 0.0003, 0.003), 2.0)
    if chance(rng, 0.5):
        made = room(made, ratio(rng, 0.3, 2.5), 6000.0, ratio(rng, 0.05, 0.6), rng)[:, :frames]
    return landing(normal(made), 0.02 if up else 0.2), true


def _sliding(along: Signal, rng: Rng) -> Signal:
    """Noise and saws whose pitch and filter follow `along`, 0 low to 1 high."""
    frames, hiss = len(along), uniform(rng, 0, 1) if chance(rng, 0.7) else 0.0
    low, high = ratio(rng, 60, 700), ratio(rng, 2500, 15_000)
    path = low * (high / low) ** along
    kind, raw = pick(rng, ("band", "low", "high")), _noise(frames, rng, uniform(rng, -3, 0))
    made = wide(normal(moving(raw, path, kind, ratio(rng, 0.7, 6)))) * np.float32(hiss)
    if hiss >= 0.2 and chance(rng, 0.5):
        return made
    glide = (ratio(rng, 40, 300) * np.exp2(uniform(rng, 1.0, 4.0) * along)).astype(np.float32)
    saws = supersaw_row(glide, frames, rng) if chance(rng, 0.6) else wide(sine(phase(glide, frames))[None])
    toned: Signal = normal(moving(saws, np.clip(path * 2, 200, 16_000), "low", 0.9))
    return made + toned * np.float32(uniform(rng, 0.3, 1.0))


def riser(rng: Rng) -> Made:
    """Upwards."""
    return _sweep(rng, True)


def downlifter(rng: Rng) -> Made:
    """Downwards."""
    return _sweep(rng, False)


def noise_riser(rng: Rng) -> Made:
    """White noise whose filter opens while it grows."""
    frames = _frames(rng, 1.0, 4.0)
    along = np.linspace(0, 1, frames, dtype=np.float32) ** ratio(rng, 0.7, 2)
    path = ratio(rng, 150, 1500) * np.exp2(along * uniform(rng, 2, 4.5))
    made = moving(
        _noise(frames, rng, 0.0), np.clip(path, 60, 17_000), pick(rng, ("low", "high", "band")), ratio(rng, 0.7, 4)
    )
    return landing(normal(made * along ** ratio(rng, 0.5, 2.0)), 0.01), {"noisy"}


def noise_fall(rng: Rng) -> Made:
    """Noise that sinks from the heights: something lands, a wave breaks, a rocket burns out."""
    frames = _frames(rng, 0.8, 4.4)
    along = np.linspace(1, 0, frames, dtype=np.float32) ** ratio(rng, 0.5, 2.0)
    low, high = ratio(rng, 60, 800), ratio(rng, 3000, 15_000)
    path = low * (high / low) ** along
    kind, raw = pick(rng, ("low", "band", "band")), _noise(frames, rng, uniform(rng, -4, 0))
    made = normal(moving(raw, path, kind, ratio(rng, 0.5, 5)))
    level = _hump(frames, uniform(rng, 0.0, 0.5), 0.5, ratio(rng, 0.5, 2.0))
    return landing(normal(made * level), 0.1), {"noisy"}


def rattle_rise(rng: Rng) -> Made:
    """Faster and faster: a repeated blip or drum that climbs."""
    frames = _frames(rng, 1.2, 4.0)
    out = np.zeros((1, frames + RATE), np.float32)
    hertz, octaves, time, gap = ratio(rng, 80, 900), uniform(rng, 0, 3), 0.0, ratio(rng, 0.12, 0.3)
    while time < frames / RATE and gap > 0.005:
        along = time * RATE / frames
        size = length(min(gap, 0.12))
        blip = sine(phase(hertz * 2 ** (octaves * along), size)) * decay(size, 0.1) + noise(size, rng)[0] * decay(
            size, 0.03
        ) * np.float32(0.4)
        start = int(time * RATE)
        out[0, start : start + size] += blip * np.float32(0.3 + 0.7 * along)
        time, gap = time + gap, gap * uniform(rng, 0.93, 0.975)
    return normal(out[:, :frames]), set()


def shepard(rng: Rng) -> Made:
    """Octaves that climb for ever."""
    frames, up = _frames(rng, 2.0, 4.0), chance(rng, 0.75)
    along = clock(frames) * np.float32(ratio(rng, 0.1, 0.6) * (1 if up else -1))
    made = np.zeros(frames, np.float32)
    for octave in range(7):
        place = np.mod(octave + along, 7.0)
        level = np.exp(-0.5 * ((place - 3.5) / 1.3) ** 2)
        made += sine(phase((40 * np.exp2(place)).astype(np.float32), frames)) * level
    return normal(saturate(made[None], uniform(rng, 0, 14))), {"rising" if up else "falling"}


def sucked(rng: Rng) -> Made:
    """Any decay turned round: a reversed cymbal, crash, chord, boom."""
    frames = _frames(rng, 0.5, 3.5)
    kind = pick(rng, ("noise", "metal", "tone", "boom"))
    if kind == "noise":
        made = through(_noise(frames, rng, -1), highpass(ratio(rng, 200, 4000)))
    elif kind == "metal":
        made = modes(
            np.exp(rng.uniform(5.5, 9.3, 40)), rng.uniform(0.2, 1, 40), np.full(40, frames / RATE), frames, rng
        )[None]
    elif kind == "tone":
        root = pitch(rng, 40, 70)
        made = modes(
            root * np.array([1, 2, 3, 4, 1.5, 1.2]), rng.uniform(0.2, 1, 6), np.full(6, frames / RATE), frames, rng
        )[None]
    else:
        made = sine(phase((50 * np.exp2(2 * np.exp(-clock(frames) * 8))).astype(np.float32), frames))[None]
    made = normal(made) * decay(frames, frames / RATE * uniform(rng, 0.8, 1.6))
    made = room(made, ratio(rng, 0.3, 2.5), 6000.0, ratio(rng, 0.05, 1.0), rng)[:, :frames]
    return landing(normal(made[:, ::-1]), ratio(rng, 0.005, 0.05)), {"reversed"}


def jet(rng: Rng) -> Made:
    """A comb through noise: flangers, planes, tubes."""
    frames = _frames(rng, 0.8, 4.0)
    base = _noise(frames, rng, uniform(rng, -4, 0))
    delay = 0.0004 + 0.006 * np.abs(np.sin(np.linspace(uniform(rng, 0, 2), uniform(rng, 2, 5), frames)))
    combed = base + warped(base, 1 - np.gradient(delay) * RATE) * np.float32(uniform(rng, 0.6, 1))
    return normal(combed * _hump(frames, uniform(rng, 0.2, 0.8), 1, 1)), {"phasing"}


def burst(rng: Rng) -> Made:
    """Noise that stands, fades or is cut: white, pink, brown, band-limited."""
    frames = _frames(rng, 0.1, 4.0)
    slope = pick(rng, (0.0, 0.0, -3.0, -6.0, uniform(rng, -6, 3)))
    made = _noise(frames, rng, slope)
    if chance(rng, 0.35):
        made = through(made, bandpass(ratio(rng, 200, 9000), ratio(rng, 0.3, 4)))
    kind = pick(rng, ("flat", "flat", "fall", "rise"))
    if kind == "fall":
        made = made * decay(frames, frames / RATE * uniform(rng, 0.5, 1.5))
    elif kind == "rise":
        made = made * np.linspace(0, 1, frames, dtype=np.float32)
    return landing(normal(made), 0.01), {"pink_noise"} if -7 < slope < -2.5 and kind == "flat" else set()


def scatter(rng: Rng) -> Made:
    """Digital wind: a sweep crushed and gated."""
    made, true = pick(rng, (whoosh, riser, downlifter))(rng)
    made = crush(made, uniform(rng, 2.5, 6), int(rng.integers(2, 14)))
    return normal(made * attack(made.shape[-1], 0.003)), {"digital", "bitcrushed"} | (true - {"rising"})


def flutter(rng: Rng) -> Made:
    """Supersaws that fall or rise a long way: pitched transitions."""
    frames = _frames(rng, 0.6, 3.5)
    made = supersaw(pitch(rng, 40, 64), frames, 5, 20.0, rng)
    way = uniform(rng, -4, 4)
    made = warped(np.pad(made, [(0, 0), (0, frames * 4)]), np.exp2(way * np.linspace(0, 1, frames)))
    made = through(made, lowpass(ratio(rng, 2000, 14_000)))
    return landing(normal(made * _hump(frames, uniform(rng, 0.1, 0.9), 1, 1)), 0.05), {"rising"} if way > 1 else {
        "falling"
    } if way < -1 else set()


def flicked(rng: Rng) -> Made:
    """A stick, a cloth, a hand through the air: a quarter of a second of rushing, one stroke or two."""
    frames = fast(length(ratio(rng, 0.15, 0.7)))
    along = np.linspace(0, 1, frames, dtype=np.float32)
    peak, turn = uniform(rng, 0.15, 0.7), uniform(rng, 0.2, 2.5) * pick(rng, (-1.0, 1.0, 1.0))
    swell = np.minimum(along / peak, (1 - along) / (1 - peak)) ** ratio(rng, 0.5, 3)
    path = np.clip(ratio(rng, 250, 5000) * np.exp2(turn * swell), 100, 14_000)
    tint = uniform(rng, -1.0, 0.3)
    air = coloured(frames, lambda f: np.maximum(f, 60.0) ** tint, rng)
    made = normal(moving(air, path, "band", ratio(rng, 0.5, 5))) + normal(air) * np.float32(ratio(rng, 0.02, 0.8))
    if chance(rng, 0.35):
        swell = np.maximum(swell * np.float32(uniform(rng, 0.2, 0.7)), np.roll(swell, frames // 4) * (along > 0.25))
    heard = room(made * swell, ratio(rng, 0.08, 0.9), 5000.0, ratio(rng, 0.02, 0.7), rng)
    return landing(normal(heard[:, : frames + RATE // 3]), 0.05), set()


FAMILIES = share(
    0.46,
    shot("whoosh", whoosh, "whoosh", "fx", weight=2.2),
    shot("swish", swish, "whoosh", "fx", weight=1.0),
    shot("dark whoosh", whoosh_low, "whoosh", "fx", weight=1.2),
    shot("tonal whoosh", whoosh_tonal, "whoosh", "fx", weight=1.2),
    shot("turning whoosh", pulsed, "whoosh", "fx", weight=0.5),
    shot("jet", jet, "whoosh", "sweep", "fx", weight=0.5),
    shot("riser", riser, "riser", "fx", "rising", weight=1.4),
    shot("noise riser", noise_riser, "noise_riser", "fx", "rising", weight=0.8),
    shot("roll riser", rattle_rise, "riser", "fx", "rising", weight=0.4),
    shot("shepard", shepard, "sweep", "fx", weight=0.4),
    shot("downlifter", downlifter, "downlifter", "fx", "falling", weight=1.2),
    shot("noise fall", noise_fall, "downlifter", "sweep", "fx", "falling", weight=0.9),
    shot("reversed", sucked, "reverse_fx", "fx", weight=1.0),
    shot("noise", burst, "noise", "fx", weight=2.4, wet=0.1),
    shot("crushed sweep", scatter, "sweep", "glitch", "fx", weight=0.5),
    shot("pitched sweep", flutter, "sweep", "fx", weight=0.5),
    shot("flick", flicked, "whoosh", "fx", weight=1.2, wet=0.1),
)
