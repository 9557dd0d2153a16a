"""Hard kicks: distorted, gabber, industrial, warehouse, rumbling; crushed ones. Runs on: any process, offline."""

from dataclasses import replace

import numpy as np

from ..drums import Kick, kick
from ..effects import crush, fold, room, saturate
from ..filters import bandpass, bell, chain, highpass, lowpass, through
from ..signals import Rng, clock, length, linear, mix, normal
from .bodies import hiss, plate
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .takes import shot


def plain(rng: Rng, longest: float = 0.6) -> Kick:
    """A kick to be mistreated."""
    return Kick(
        ratio(rng, 40, 66),
        ratio(rng, 0.15, longest),
        sweep=uniform(rng, 1, 8),
        sweep_seconds=ratio(rng, 0.012, 0.07),
        snap=uniform(rng, 0, 30),
        snap_seconds=ratio(rng, 0.002, 0.012),
        hold=uniform(rng, 0, 0.1),
        click=ratio(rng, 0.05, 0.8),
        click_hz=ratio(rng, 1000, 7000),
        drive=uniform(rng, 0, 9),
    )


def distorted(rng: Rng) -> Made:
    """A kick driven until it is square."""
    made = kick(plain(rng), rng)
    for _ in range(int(rng.integers(1, 3))):
        made = through(
            saturate(made, uniform(rng, 12, 36), uniform(rng, 0, 0.5)),
            bell(ratio(rng, 150, 3000), uniform(rng, 0, 10), 1.0),
        )
    return through(made, lowpass(ratio(rng, 1500, 14_000))), set()


def gabber(rng: Rng) -> Made:
    """A swept sine clipped again and again, with a tail that screams at its pitch."""
    given = replace(
        plain(rng, 0.5), hold=uniform(rng, 0.05, 0.25), sweep=uniform(rng, 3, 14), sweep_seconds=ratio(rng, 0.02, 0.09)
    )
    made = kick(given, rng)
    for _ in range(2):
        made = through(
            made,
            chain(
                highpass(ratio(rng, 20, 90)), bell(ratio(rng, 200, 2500), uniform(rng, 3, 14), uniform(rng, 0.6, 2.0))
            ),
        )
        made = saturate(made, uniform(rng, 18, 40), uniform(rng, 0, 0.4))
    return through(made, lowpass(ratio(rng, 3000, 16_000))), set()


def industrial(rng: Rng) -> Made:
    """A kick welded to metal: noise, folds, clang."""
    made = kick(plain(rng), rng)
    frames = length(ratio(rng, 0.08, 0.5))
    clang = plate((ratio(rng, 200, 900), ratio(rng, 3000, 9000)), 24, frames / 48_000, frames, rng)
    made = mix(made, normal(clang[None]) * np.float32(ratio(rng, 0.05, 0.5)))
    if chance(rng, 0.4):
        made = fold(normal(made), uniform(rng, 0.3, 2.0))
    made = mix(made, hiss(300, 9000, ratio(rng, 0.05, 0.4), rng) * np.float32(ratio(rng, 0.02, 0.3)))
    return saturate(made, uniform(rng, 9, 30), uniform(rng, 0, 0.3)), {"metallic"}


def warehouse(rng: Rng) -> Made:
    """A raw, overdriven techno kick in a big empty hall."""
    made = kick(replace(plain(rng), drive=uniform(rng, 6, 20), grit=uniform(rng, 0.1, 0.8)), rng)
    made = room(made, ratio(rng, 0.5, 1.8), ratio(rng, 600, 3500), ratio(rng, 0.3, 1.2), rng)
    return saturate(made, uniform(rng, 3, 16)), {"wet"}


def rumble(rng: Rng) -> Made:
    """A techno kick that drags a dark rumble behind it."""
    given = replace(
        plain(rng, 0.45),
        rumble=uniform(rng, 0.25, 0.9),
        rumble_seconds=ratio(rng, 0.5, 1.6),
        rumble_hz=ratio(rng, 70, 180),
    )
    return kick(given, rng), {"wet"}


def fuzzed(rng: Rng) -> Made:
    """A kick clipped hard as by a desk pushed into the red."""
    made = kick(replace(plain(rng), tone=ratio(rng, 900, 9000)), rng)
    made = np.clip(made * np.float32(linear(uniform(rng, 10, 34))), -1.0, uniform(rng, 0.4, 1.0))
    return through(made.astype(np.float32), lowpass(ratio(rng, 1200, 12_000))), set()


def crushed(rng: Rng) -> Made:
    """A kick with few bits and a low rate."""
    made = crush(kick(plain(rng), rng), uniform(rng, 2.5, 7.0), int(rng.integers(3, 14)))
    return through(made, lowpass(ratio(rng, 3000, 16_000))), {"lofi"}


def chip(rng: Rng) -> Made:
    """A pulse or triangle that drops in steps, with a puff of shift-register noise."""
    seconds = ratio(rng, 0.06, 0.35)
    frames = length(seconds)
    step = length(ratio(rng, 0.004, 0.018))
    at = np.arange(frames) // step * step / 48_000
    pitch = ratio(rng, 25, 60) + ratio(rng, 100, 900) * np.exp(-at / ratio(rng, 0.012, 0.08))
    turn = np.cumsum(pitch) / 48_000 % 1.0
    wave = np.where(turn < pick(rng, (0.5, 0.25, 0.125)), 1.0, -1.0) if chance(rng, 0.4) else 4 * np.abs(turn - 0.5) - 1
    level = np.floor(np.exp(-4 * clock(frames) / seconds) * 15) / 15
    grain = np.repeat(rng.integers(0, 2, frames // 8 + 1) * 2 - 1, 8)[:frames] * np.exp(
        -clock(frames) / ratio(rng, 0.004, 0.03)
    )
    made = (np.rint(wave * 8) / 8 * level + grain * uniform(rng, 0, 0.7))[None]
    return made.astype(np.float32), set()


def broken(rng: Rng) -> Made:
    """A kick torn through a resonant band: harsh, nasal, hollow."""
    made = saturate(kick(plain(rng), rng), uniform(rng, 9, 24))
    nasal = through(made, bandpass(ratio(rng, 200, 2200), uniform(rng, 1.0, 5.0)))
    return saturate(mix(made * np.float32(uniform(rng, 0.1, 0.9)), normal(nasal)), uniform(rng, 6, 20)), set()


FAMILIES = share(
    0.33,
    shot("kick_distorted", distorted, "kick", "electronic", "distorted", weight=1.5),
    shot("kick_gabber", gabber, "kick", "electronic", "distorted", "hardcore", weight=1.5),
    shot("kick_industrial", industrial, "kick", "electronic", "distorted", "industrial"),
    shot("kick_warehouse", warehouse, "kick", "electronic", "distorted", "techno", "warehouse", "raw", plain=0.8),
    shot("kick_rumble", rumble, "kick", "electronic", "techno", "rumble", plain=0.7),
    shot("kick_clipped", fuzzed, "kick", "electronic", "distorted"),
    shot("kick_crushed", crushed, "kick", "electronic", "bitcrushed", "digital"),
    shot("kick_chip", chip, "kick", "electronic", "chiptune", "digital", plain=0.8, weight=0.8),
    shot("kick_broken", broken, "kick", "electronic", "distorted", weight=0.7),
)
