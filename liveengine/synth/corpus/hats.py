"""Hi-hats: two real cymbals, open, closed, trodden; those of machines. Runs on: any process, offline."""

import numpy as np

from ..drums import Hat, hat
from ..effects import crush, saturate
from ..envelopes import attack, decay
from ..filters import bandpass, bell, chain, highpass, lowpass, through
from ..signals import RATE, Rng, Signal, clock, length, mix, noise, normal
from .bodies import bank, blow, hiss, plate, spray
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .takes import SAMPLING, shot


def pair(rng: Rng, seconds: float, stick: float, soft: float = 0.0005) -> Signal:
    """Two thin cymbals struck together: dense modes from 300 Hz up, sizzle between them, the tip of a stick."""
    frames = length(seconds * 1.1 + 0.02)
    low, tilt = ratio(rng, 250.0, 900.0), uniform(rng, 0.2, 0.9)
    modes = plate(
        (low, 17_000.0), int(rng.integers(50, 140)), seconds, frames, rng, slope=uniform(rng, -0.15, 0.3), tilt=tilt
    )
    high = plate(
        (ratio(rng, 2500.0, 7500.0), 17_900.0), 110, seconds, frames, rng, slope=uniform(rng, -0.1, 0.2), tilt=tilt
    )
    bands = [
        (3500.0, ratio(rng, 0.1, 0.8), seconds * 0.8),
        (7000.0, ratio(rng, 0.4, 1.4), seconds),
        (11_500.0, ratio(rng, 0.4, 1.6), seconds * 0.9),
        (15_500.0, ratio(rng, 0.1, 1.6), seconds * 0.8),
    ]
    sizzle = spray(bands, frames, rng)
    tip = blow(ratio(rng, 2500.0, 9000.0), 0.5, ratio(rng, 0.003, 0.02), rng)
    made = mix(
        normal(modes[None]) * np.float32(ratio(rng, 0.08, 0.8)),
        normal(high[None]) * np.float32(ratio(rng, 0.2, 1.0)),
        sizzle * np.float32(ratio(rng, 0.3, 1.6)),
    )
    made = made * attack(frames, soft)
    return through(
        mix(normal(made), tip * np.float32(stick * ratio(rng, 0.1, 0.8))), highpass(ratio(rng, 150.0, 3500.0))
    )


def closed(rng: Rng) -> Made:
    """Held tight: a tick of metal."""
    return pair(rng, ratio(rng, 0.06, 0.6), 1.0, ratio(rng, 0.0003, 0.01)), set()


def half(rng: Rng) -> Made:
    """Half open: the cymbals sizzle against each other."""
    made = pair(rng, ratio(rng, 0.5, 1.5), 0.6)
    return saturate(made, uniform(rng, 0, 8)), set()


def opened(rng: Rng) -> Made:
    """Open: rings on, sometimes choked at its end."""
    seconds = ratio(rng, 1.0, 4.0)
    made = pair(rng, seconds, 0.5)
    if chance(rng, 0.25):
        cut = length(seconds * uniform(rng, 0.3, 0.7))
        made = made[:, :cut] * np.clip((cut - np.arange(cut)) / length(0.02), 0, 1).astype(np.float32)
    return made, set()


def pedal(rng: Rng) -> Made:
    """Trodden shut: no stick, a soft chick."""
    made = pair(rng, ratio(rng, 0.07, 0.5), 0.0, ratio(rng, 0.002, 0.02))
    return through(
        made, chain(lowpass(ratio(rng, 5000, 14_000)), bell(ratio(rng, 500, 2500), uniform(rng, 0, 8)))
    ), set()


def soft(rng: Rng) -> Made:
    """Barely touched."""
    return through(
        pair(rng, ratio(rng, 0.07, 0.5), 0.15, ratio(rng, 0.0005, 0.004)), lowpass(ratio(rng, 3500, 10_000))
    ), set()


def dark(rng: Rng) -> Made:
    """Thick, old or badly recorded cymbals: the middle is as loud as the top, a thud of the stand below."""
    seconds = ratio(rng, 0.08, 0.7)
    frames = length(seconds * 1.1)
    low = plate((ratio(rng, 180, 700), ratio(rng, 3000, 7000)), 60, seconds, frames, rng, slope=uniform(rng, -0.1, 0.4))
    noise_hertz = ratio(rng, 1800, 5500)
    hush = hiss(noise_hertz * 0.5, noise_hertz * ratio(rng, 1.3, 3.0), seconds, rng, rise=ratio(rng, 0.0003, 0.02))
    stand = bank(rng.uniform(150, 700, 4), 1.0, rng.uniform(0.03, 0.2, 4), length(0.25), rng)
    made = mix(
        normal(low[None]) * np.float32(ratio(rng, 0.1, 1.0)),
        hush * np.float32(ratio(rng, 0.3, 1.2)),
        normal(stand[None]) * np.float32(ratio(rng, 0.005, 0.4)),
        pair(rng, seconds, 0.6) * np.float32(ratio(rng, 0.05, 0.7)),
    )
    return through(made, lowpass(ratio(rng, 3000, 12_000))), set()


def analog(rng: Rng, seconds: float, metal: tuple[float, float]) -> Signal:
    """Six square oscillators or noise, high-passed."""
    given = Hat(
        ratio(rng, 150, 900),
        seconds,
        metal=uniform(rng, *metal),
        low=ratio(rng, 4500, 9500),
        high=ratio(rng, 11e3, 18e3),
        tick=uniform(rng, 0, 0.8),
        soft=ratio(rng, 0.0002, 0.002),
        drive=uniform(rng, 0, 8),
    )
    return hat(given, rng)


def closed_808(rng: Rng) -> Made:
    """Short, metallic and thin."""
    return analog(rng, ratio(rng, 0.05, 0.35), (0.5, 1.0)), set()


def open_808(rng: Rng) -> Made:
    """The same, ringing on."""
    return analog(rng, ratio(rng, 0.5, 1.8), (0.5, 1.0)), set()


def closed_606(rng: Rng) -> Made:
    """Bright and tinny."""
    return through(analog(rng, ratio(rng, 0.04, 0.25), (0.3, 0.9)), highpass(ratio(rng, 6000, 9000))), set()


def open_606(rng: Rng) -> Made:
    """Bright, tinny, longer."""
    return through(analog(rng, ratio(rng, 0.3, 1.2), (0.3, 0.9)), highpass(ratio(rng, 6000, 9000))), set()


def _six_bits(made: Signal, rng: Rng) -> Signal:
    return through(
        crush(normal(made), pick(rng, (5.0, 6.0, 6.0, 8.0)), int(rng.integers(1, 3))),
        chain(highpass(ratio(rng, 1500, 5000)), lowpass(16_000.0)),
    )


def closed_909(rng: Rng) -> Made:
    """A real hi-hat in six bits, cut short."""
    return _six_bits(pair(rng, ratio(rng, 0.08, 0.5), 0.6), rng), set()


def open_909(rng: Rng) -> Made:
    """A real hi-hat in six bits, sizzling."""
    return _six_bits(pair(rng, ratio(rng, 0.6, 2.2), 0.4), rng), set()


def cr78(rng: Rng) -> Made:
    """A preset box's hi-hat: a small puff of high noise."""
    return hiss(
        ratio(rng, 4000, 9000), ratio(rng, 9e3, 16e3), ratio(rng, 0.05, 0.35), rng, rise=ratio(rng, 0.0003, 0.01)
    ), set()


def sampled(rng: Rng) -> Made:
    """A hi-hat of an eighties sampling machine: short, dull at the top."""
    made = pair(rng, ratio(rng, 0.07, 0.5), 0.7)
    return through(made, lowpass(ratio(rng, 6000, 12_000), 1.0, 4)), {pick(rng, SAMPLING)}


def noisy(rng: Rng) -> Made:
    """Nothing but noise, filtered: closed hats of house, techno and lo-fi beats."""
    frames = length(ratio(rng, 0.05, 0.6))
    hertz = ratio(rng, 2500, 15_000)
    made = through(noise(frames, rng), chain(bandpass(hertz, ratio(rng, 0.35, 3.0)), highpass(hertz * 0.4)))
    return saturate(
        made * decay(frames, frames / RATE) * attack(frames, ratio(rng, 0.0002, 0.02)), uniform(rng, 0, 9)
    ), set()


def noisy_open(rng: Rng) -> Made:
    """Noise that lasts, filtered."""
    seconds = ratio(rng, 0.5, 1.8)
    return hiss(
        ratio(rng, 3000, 9000),
        ratio(rng, 10e3, 18e3),
        seconds,
        rng,
        rise=ratio(rng, 0.0005, 0.03),
        channels=pick(rng, (1, 2)),
    ), set()


def ringing(rng: Rng) -> Made:
    """Few loud partials that clash: a metallic, synthetic hat."""
    frames = length(ratio(rng, 0.06, 0.5))
    count = int(rng.integers(4, 14))
    tones = bank(
        rng.uniform(2200, 16_500, count),
        rng.uniform(0.2, 1, count),
        rng.uniform(0.3, 1, count) * frames / RATE,
        frames,
        rng,
        soft=1.0,
    )
    return saturate(
        mix(normal(tones[None]), hiss(6000, 16_000, frames / RATE, rng) * np.float32(uniform(rng, 0, 0.8))),
        uniform(rng, 0, 10),
    ), set()


def fm(rng: Rng) -> Made:
    """Two oscillators far apart that modulate each other until it is noise."""
    frames = length(ratio(rng, 0.03, 0.4))
    time = clock(frames).astype(np.float64)
    inner = np.sin(2 * np.pi * ratio(rng, 1000, 7000) * time)
    made = np.sin(
        2 * np.pi * ratio(rng, 2000, 8000) * time
        + ratio(rng, 1, 14) * np.sin(2 * np.pi * ratio(rng, 900, 6000) * time + 3 * inner)
    )
    made = (made * decay(frames, frames / RATE))[None].astype(np.float32)
    return through(made, highpass(ratio(rng, 2500, 8000))), set()


def chip(rng: Rng) -> Made:
    """The fastest shift-register noise, a few milliseconds of it."""
    frames, hold = length(ratio(rng, 0.03, 0.3)), int(rng.integers(1, 4))
    grain = np.repeat(rng.integers(0, 2, frames // hold + 1) * 2.0 - 1.0, hold)[:frames]
    level = np.floor(np.exp(-4 * np.arange(frames) / frames) * 15) / 15
    return through((grain * level)[None].astype(np.float32), highpass(ratio(rng, 500, 5000))), set()


def tick(rng: Rng) -> Made:
    """A click of a few milliseconds in place of a hi-hat: minimal, glitch, trap."""
    return mix(
        blow(ratio(rng, 5000, 14_000), uniform(rng, 0.5, 2), ratio(rng, 0.004, 0.03), rng),
        hiss(7000, 17_000, ratio(rng, 0.03, 0.12), rng) * np.float32(uniform(rng, 0, 0.5)),
    ), set()


def dirty(rng: Rng) -> Made:
    """A hi-hat driven, crushed or folded."""
    made = pair(rng, ratio(rng, 0.06, 1.0), 0.5) if chance(rng, 0.5) else analog(rng, ratio(rng, 0.04, 0.4), (0.3, 1.0))
    if chance(rng, 0.4):
        return crush(normal(made), uniform(rng, 2.5, 6), int(rng.integers(1, 7))), {"bitcrushed"}
    return saturate(made, uniform(rng, 12, 32)), {"distorted"}


def stepped(rng: Rng) -> Made:
    """Open, then trodden shut: tss-t."""
    made, shut = pair(rng, ratio(rng, 1.0, 3.0), 0.4), pair(rng, ratio(rng, 0.05, 0.15), 0.0, 0.003)
    cut = length(ratio(rng, 0.12, 0.45))
    ramp = np.clip((cut - np.arange(made.shape[1])) / length(0.015), 0, 1).astype(np.float32)
    return mix(made * ramp, np.pad(shut, [(0, 0), (cut, 0)]) * np.float32(uniform(rng, 0.2, 0.8))), set()


FAMILIES = share(
    0.75,
    shot("hat_closed", closed, "hihat", "closed_hat", "acoustic", weight=3.0),
    shot("hat_half", half, "hihat", "open_hat", "acoustic"),
    shot("hat_open", opened, "hihat", "open_hat", "acoustic", weight=1.5),
    shot("hat_pedal", pedal, "hihat", "pedal_hat", "closed_hat", "acoustic", weight=1.2),
    shot("hat_soft", soft, "hihat", "closed_hat", "acoustic"),
    shot("hat_dark", dark, "hihat", "closed_hat", weight=1.8),
    shot("hat_stepped", stepped, "hihat", "open_hat", "acoustic", weight=0.5),
    shot("hat_closed_808", closed_808, "hihat", "closed_hat", "808", "electronic", "analog", weight=1.2),
    shot("hat_open_808", open_808, "hihat", "open_hat", "808", "electronic", "analog"),
    shot("hat_closed_909", closed_909, "hihat", "closed_hat", "909", "electronic", weight=1.2),
    shot("hat_open_909", open_909, "hihat", "open_hat", "909", "electronic"),
    shot("hat_closed_606", closed_606, "hihat", "closed_hat", "606", "electronic", "analog", weight=0.7),
    shot("hat_open_606", open_606, "hihat", "open_hat", "606", "electronic", "analog", weight=0.7),
    shot("hat_cr78", cr78, "hihat", "closed_hat", "cr78", "electronic", "analog", weight=0.5),
    shot("hat_sampled", sampled, "hihat", "closed_hat", "drum_machine", "electronic", "eighties"),
    shot("hat_noise", noisy, "hihat", "closed_hat", "electronic", weight=1.5),
    shot("hat_noise_open", noisy_open, "hihat", "open_hat", "electronic"),
    shot("hat_ringing", ringing, "hihat", "closed_hat", "electronic", "metallic"),
    shot("hat_fm", fm, "hihat", "electronic", "fm", "digital", weight=0.8),
    shot("hat_chip", chip, "hihat", "electronic", "chiptune", "digital", weight=0.7),
    shot("hat_tick", tick, "hihat", "closed_hat", "electronic", weight=0.8),
    shot("hat_dirty", dirty, "hihat", "electronic", weight=1.2),
)
