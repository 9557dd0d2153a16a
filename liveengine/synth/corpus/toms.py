"""Toms and big drums: rack and floor toms, timbales, timpani, taiko, machines. Runs on: any process, offline."""

import numpy as np

from ..effects import room, saturate
from ..envelopes import decay
from ..filters import lowpass, through
from ..oscillators import phase, sine
from ..signals import Rng, length, mix, normal
from .bodies import KETTLE, bank, blow, hiss, skin, spray
from .dice import chance, ratio, uniform
from .family import Made, share
from .takes import doubled, shot


def drum(rng: Rng, low: float, high: float, stick: float = 1.0) -> Made:
    """A tom: two skins that ring with a falling pitch, a stick."""
    root = ratio(rng, low, high)
    seconds = ratio(rng, 0.3, 2.4) * (120.0 / root) ** 0.3
    body = skin(
        root,
        seconds,
        rng,
        bright=ratio(rng, 0.08, 0.8),
        damping=uniform(rng, 0.4, 1.2),
        bend=uniform(rng, 0.02, 0.35),
        bend_seconds=ratio(rng, 0.02, 0.12),
        detune=0.02,
    )
    second = skin(root * uniform(rng, 1.02, 1.3), seconds * 0.8, rng, modes=(1.0,), bend=uniform(rng, 0.0, 0.2))
    tip = blow(ratio(rng, 900.0, 8000.0), 0.5, ratio(rng, 0.005, 0.06), rng)
    shell = bank(rng.uniform(200, 1200, 5), 1.0, rng.uniform(0.03, 0.2, 5), length(0.25), rng)
    parts = [
        body[None],
        second[None] * float(uniform(rng, 0.0, 0.5)),
        tip * float(stick * ratio(rng, 0.05, 0.8)),
        normal(shell[None]) * float(ratio(rng, 0.01, 0.3)),
    ]
    if chance(rng, 0.3):
        parts.append(hiss(1000, 7000, ratio(rng, 0.15, 0.6), rng, rise=0.01) * float(ratio(rng, 0.01, 0.1)))
    return mix(*parts), pitched(root)


def pitched(root: float) -> set[str]:
    """What a tom of this pitch in Hz is called."""
    if root < 85.0:
        return {"floor_tom"}
    return {"high_tom"} if root > 170.0 else set()


def acoustic(rng: Rng) -> Made:
    """A tom hit in the middle, any size."""
    made, claims = drum(rng, 58.0, 290.0)
    return (doubled(made, rng), claims | {"flam"}) if chance(rng, 0.05) else (made, claims)


def floor(rng: Rng) -> Made:
    """A floor tom, low and long."""
    return drum(rng, 48.0, 90.0, 0.6)


def soft(rng: Rng) -> Made:
    """A tom under a mallet or a light stick."""
    made, claims = drum(rng, 55.0, 260.0, 0.08)
    return through(made, lowpass(ratio(rng, 500, 2500))), claims


def roomy(rng: Rng) -> Made:
    """A tom in a big live room."""
    made, claims = drum(rng, 55.0, 220.0)
    return room(made, ratio(rng, 0.6, 2.0), ratio(rng, 1500, 7000), ratio(rng, 0.4, 1.5), rng), claims | {"wet"}


def synth(rng: Rng, low: float, high: float, noise: float, drop: float) -> Made:
    """A falling sine with a breath of noise: toms of analog machines."""
    root, seconds = ratio(rng, low, high), ratio(rng, 0.15, 1.5)
    frames = length(seconds * 1.05)
    pitch = root * (1.0 + drop * decay(frames, seconds * uniform(rng, 0.3, 1.5)))
    tone = sine(phase(pitch, frames)) * decay(frames, seconds)
    air = spray([(ratio(rng, 400, 4000), 1.0, seconds * 0.6)], frames, rng)
    tick = blow(ratio(rng, 1000, 5000), 0.7, 0.006, rng)
    return mix(tone[None], air * float(noise), tick * float(ratio(rng, 0.01, 0.3))), pitched(root)


def tr808(rng: Rng) -> Made:
    """A ringing network with a trace of pink noise."""
    return synth(rng, 70.0, 260.0, ratio(rng, 0.005, 0.08), uniform(rng, 0.03, 0.4))


def tr909(rng: Rng) -> Made:
    """Three swept oscillators."""
    made, claims = synth(rng, 70.0, 260.0, ratio(rng, 0.02, 0.2), uniform(rng, 0.3, 1.2))
    return saturate(made, uniform(rng, 0, 9)), claims


def simmons(rng: Rng) -> Made:
    """Dooo: a long wide fall, noise, from hexagonal pads."""
    made, claims = synth(rng, 60.0, 250.0, ratio(rng, 0.05, 0.6), uniform(rng, 1.0, 4.0))
    return saturate(made, uniform(rng, 0, 12)), claims


def fuzzed(rng: Rng) -> Made:
    """An electronic tom, overdriven."""
    made, claims = synth(rng, 60.0, 300.0, ratio(rng, 0.02, 0.4), uniform(rng, 0.1, 2.0))
    return through(
        saturate(made, uniform(rng, 15, 36), uniform(rng, 0, 0.4)), lowpass(ratio(rng, 1500, 12_000))
    ), claims


def timbale(rng: Rng) -> Made:
    """A shallow metal drum with one skin: bright ring, sharp stick."""
    root = ratio(rng, 210, 480)
    body = skin(
        root,
        ratio(rng, 0.15, 0.7),
        rng,
        bright=uniform(rng, 0.7, 0.95),
        damping=uniform(rng, 0.1, 0.6),
        bend=uniform(rng, 0, 0.08),
        detune=0.03,
    )
    shell = bank(root * rng.uniform(2, 12, 10), rng.uniform(0.2, 1, 10), rng.uniform(0.05, 0.5, 10), length(0.6), rng)
    return mix(
        body[None],
        normal(shell[None]) * float(ratio(rng, 0.05, 0.5)),
        blow(ratio(rng, 2500, 7000), 0.6, 0.01, rng) * float(ratio(rng, 0.1, 0.7)),
    ), set()


def timpani(rng: Rng) -> Made:
    """A kettle: a clear pitch, a felt mallet, a hall."""
    body = skin(
        ratio(rng, 60, 190),
        ratio(rng, 1.2, 4.0),
        rng,
        modes=KETTLE,
        bright=uniform(rng, 0.5, 0.85),
        damping=0.5,
        bend=0.01,
        detune=0.004,
    )
    felt = blow(ratio(rng, 200, 1200), 0.5, ratio(rng, 0.02, 0.08), rng, 0.003)
    made = mix(body[None], felt * float(ratio(rng, 0.02, 0.25)))
    return room(made, ratio(rng, 0.8, 2.5), ratio(rng, 1500, 5000), ratio(rng, 0.1, 0.7), rng), set()


def taiko(rng: Rng) -> Made:
    """A great barrel of wood and thick hide: thunder and a slap of wood."""
    root = ratio(rng, 38, 120)
    body = skin(
        root,
        ratio(rng, 0.4, 2.2),
        rng,
        bright=uniform(rng, 0.4, 0.8),
        damping=uniform(rng, 0.6, 1.2),
        bend=uniform(rng, 0.02, 0.25),
        detune=0.03,
    )
    wood = bank(rng.uniform(200, 1600, 6), rng.uniform(0.2, 1, 6), rng.uniform(0.02, 0.12, 6), length(0.2), rng)
    slap = blow(ratio(rng, 400, 2500), 0.4, ratio(rng, 0.01, 0.06), rng)
    made = mix(body[None], normal(wood[None]) * float(ratio(rng, 0.05, 0.5)), slap * float(ratio(rng, 0.05, 0.6)))
    return room(made, ratio(rng, 0.6, 2.8), ratio(rng, 1000, 6000), ratio(rng, 0.1, 1.0), rng), set()


def roll(rng: Rng) -> Made:
    """Toms one after another, downwards: a fill's end."""
    root, gap = ratio(rng, 140, 280), ratio(rng, 0.07, 0.2)
    strokes = int(rng.integers(3, 9))
    parts = []
    for number in range(strokes):
        falling = root * (0.5 ** (number / strokes))
        hit = skin(falling, ratio(rng, 0.25, 0.5), rng, bright=0.6, bend=0.15) * float(uniform(rng, 0.6, 1.0))
        parts.append(np.pad(hit[None], [(0, 0), (length(number * gap * uniform(rng, 0.96, 1.04)), 0)]))
    return mix(*parts), {"fill"}


PERCUSSION = ("percussion", "tom")
FAMILIES = share(
    0.568,
    shot("tom_acoustic", acoustic, *PERCUSSION, "acoustic", weight=2.5),
    shot("tom_floor", floor, *PERCUSSION, "acoustic"),
    shot("tom_soft", soft, *PERCUSSION, "acoustic"),
    shot("tom_room", roomy, *PERCUSSION, "acoustic", plain=0.9, weight=0.7),
    shot("tom_808", tr808, *PERCUSSION, "808", "electronic", "analog"),
    shot("tom_909", tr909, *PERCUSSION, "909", "electronic", "analog"),
    shot("tom_simmons", simmons, *PERCUSSION, "simmons", "electronic", "eighties"),
    shot("tom_distorted", fuzzed, *PERCUSSION, "electronic", "distorted", weight=0.7),
    shot("tom_fill", roll, *PERCUSSION, "acoustic", weight=1.0),
    shot("timbale", timbale, "percussion", "timbale", "acoustic", weight=1.9),
    shot("timpani", timpani, "percussion", "timpani", "acoustic", "orchestral", weight=1.8, plain=0.9),
    shot("taiko", taiko, "percussion", "taiko", "acoustic", weight=2.1, plain=0.9),
)
