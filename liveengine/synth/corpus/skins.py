"""Drums played by hand: conga, bongo, djembe, darbuka, frame drum, cajon, udu. Runs on: any process, offline."""

import numpy as np

from ..filters import bell, lowpass, through
from ..signals import Rng, length, mix, normal
from .bodies import bank, blow, glide, hiss, plate, skin
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .tablas import finger
from .takes import shot

CONGA = (1.0, 1.98, 2.9, 4.05, 5.2, 6.1)


def conga(rng: Rng) -> Made:
    """Open tone, bass tone, muted tone or slap of a conga."""
    stroke, root = pick(rng, ("open", "open", "bass", "muted", "slap")), ratio(rng, 130, 330)
    seconds = {
        "open": ratio(rng, 0.2, 0.8),
        "bass": ratio(rng, 0.1, 0.3),
        "muted": ratio(rng, 0.05, 0.14),
        "slap": ratio(rng, 0.05, 0.3),
    }[stroke]
    if stroke == "bass":
        root *= 0.45
    bright = {"open": uniform(rng, 0.35, 0.6), "bass": 0.3, "muted": 0.4, "slap": uniform(rng, 0.75, 0.98)}[stroke]
    body = skin(
        root,
        seconds,
        rng,
        modes=CONGA,
        bright=bright,
        damping=uniform(rng, 0.5, 1.0),
        bend=uniform(rng, 0, 0.1),
        detune=0.02,
    )
    top = finger(rng, 1200, 5000, ratio(rng, 0.3, 1.2) if stroke == "slap" else ratio(rng, 0.03, 0.3))
    return mix(body[None], top), {"muted"} if stroke == "muted" else set()


def bongo(rng: Rng) -> Made:
    """A small high drum, sharp and short."""
    body = skin(
        ratio(rng, 280, 720),
        ratio(rng, 0.06, 0.35),
        rng,
        modes=CONGA,
        bright=uniform(rng, 0.3, 0.8),
        damping=uniform(rng, 0.4, 1.0),
        bend=uniform(rng, 0, 0.08),
        detune=0.03,
    )
    return mix(body[None], finger(rng, 1500, 6000, ratio(rng, 0.05, 0.7))), set()


def djembe(rng: Rng) -> Made:
    """Bass, tone or slap of a goblet drum."""
    stroke = pick(rng, ("bass", "tone", "slap"))
    if stroke == "bass":
        body = skin(ratio(rng, 55, 110), ratio(rng, 0.2, 0.6), rng, bright=0.35, bend=uniform(rng, 0, 0.2))
        return mix(body[None], finger(rng, 300, 1500, ratio(rng, 0.03, 0.3))), set()
    low, bright, top = (
        ((230, 420), uniform(rng, 0.4, 0.65), 0.2) if stroke == "tone" else ((300, 650), uniform(rng, 0.8, 1.0), 0.9)
    )
    body = skin(
        ratio(rng, *low), ratio(rng, 0.08, 0.4), rng, bright=bright, damping=uniform(rng, 0.3, 0.9), detune=0.02
    )
    return mix(body[None], finger(rng, 1500, 6000, top * ratio(rng, 0.3, 1.3))), set()


def darbuka(rng: Rng) -> Made:
    """Dum, tek or ka of a metal or clay goblet drum."""
    if chance(rng, 0.35):
        body = skin(ratio(rng, 80, 160), ratio(rng, 0.15, 0.5), rng, bright=0.3, bend=uniform(rng, 0, 0.1))
        return mix(body[None], finger(rng, 400, 2000, ratio(rng, 0.05, 0.3))), set()
    root = ratio(rng, 350, 800)
    rim = bank(root * rng.uniform(1, 9, 12), rng.uniform(0.2, 1, 12), rng.uniform(0.03, 0.25, 12), length(0.35), rng)
    return mix(normal(rim[None]), finger(rng, 2500, 8000, ratio(rng, 0.2, 0.9))), set()


def frame(rng: Rng) -> Made:
    """A bodhran, daf or frame drum: a low skin, sometimes rings or wires."""
    body = skin(
        ratio(rng, 60, 190),
        ratio(rng, 0.15, 1.0),
        rng,
        bright=uniform(rng, 0.4, 0.8),
        damping=uniform(rng, 0.4, 1),
        bend=uniform(rng, 0, 0.12),
        detune=0.02,
    )
    parts = [body[None], finger(rng, 600, 5000, ratio(rng, 0.05, 0.6))]
    if chance(rng, 0.35):
        size = length(0.5)
        parts.append(normal(plate((3500, 12_000), 24, 0.4, size, rng)[None]) * np.float32(ratio(rng, 0.03, 0.3)))
    return mix(*parts), set()


def cajon(rng: Rng) -> Made:
    """Bass or slap of a wooden box with wires."""
    slap = chance(rng, 0.5)
    root = ratio(rng, 150, 420) if slap else ratio(rng, 55, 105)
    body = skin(root, ratio(rng, 0.06, 0.3), rng, bright=0.7 if slap else 0.3, damping=0.6, detune=0.1)
    boards = bank(rng.uniform(180, 1400, 8), rng.uniform(0.2, 1, 8), rng.uniform(0.02, 0.12, 8), length(0.2), rng)
    wires = hiss(ratio(rng, 1200, 3500), ratio(rng, 7e3, 14e3), ratio(rng, 0.05, 0.25), rng) * np.float32(
        ratio(rng, 0.15, 0.9) if slap else ratio(rng, 0.01, 0.15)
    )
    return mix(
        body[None],
        normal(boards[None]) * np.float32(ratio(rng, 0.1, 0.7)),
        wires,
        finger(rng, 800, 4000, ratio(rng, 0.05, 0.5)),
    ), set()


def udu(rng: Rng) -> Made:
    """A clay pot: a hole of air that whoops, a tick of clay."""
    root, seconds = ratio(rng, 70, 220), ratio(rng, 0.15, 0.7)
    air = glide(
        skin(root, seconds, rng, modes=(1.0, 2.1), bright=0.15, bend=0.0),
        uniform(rng, -0.4, 0.8),
        ratio(rng, 0.03, 0.2),
    )
    clay = bank(rng.uniform(700, 4000, 6), rng.uniform(0.2, 1, 6), rng.uniform(0.02, 0.15, 6), length(0.2), rng)
    return mix(air[None], normal(clay[None]) * np.float32(ratio(rng, 0.03, 0.5))), set()


def talking(rng: Rng) -> Made:
    """A drum whose skin is squeezed while it rings: the pitch speaks, up or down."""
    root, seconds = ratio(rng, 110, 320), ratio(rng, 0.25, 0.9)
    body = glide(
        skin(root, seconds, rng, modes=CONGA, bright=0.4, bend=0.0),
        pick(rng, (-1, 1)) * uniform(rng, 0.2, 0.7),
        ratio(rng, 0.08, 0.4),
    )
    return mix(body[None], finger(rng, 1000, 4000, ratio(rng, 0.05, 0.4))), set()


def big(rng: Rng) -> Made:
    """A low drum of a street band or a ceremony: surdo, dunun, gran cassa."""
    body = skin(
        ratio(rng, 42, 110),
        ratio(rng, 0.3, 1.6),
        rng,
        bright=uniform(rng, 0.3, 0.7),
        bend=uniform(rng, 0, 0.12),
        detune=0.02,
    )
    felt = blow(ratio(rng, 200, 1800), 0.4, ratio(rng, 0.01, 0.06), rng, 0.002)
    return mix(body[None], felt * np.float32(ratio(rng, 0.03, 0.5))), set()


def machine(rng: Rng) -> Made:
    """The conga or bongo of an analog drum machine: a damped sine."""
    tone = bank([ratio(rng, 150, 560)], 1.0, ratio(rng, 0.06, 0.4), length(0.45), rng, soft=0.02)
    made = mix(
        glide(tone, uniform(rng, 0, 0.12), 0.02)[None], blow(2500, 0.7, 0.004, rng) * np.float32(ratio(rng, 0.01, 0.3))
    )
    return made, set()


def slapped(rng: Rng) -> Made:
    """A hand on any skin or body: thuds and slaps that have no name."""
    body = skin(
        ratio(rng, 70, 700),
        ratio(rng, 0.03, 0.3),
        rng,
        bright=uniform(rng, 0.3, 1.0),
        damping=uniform(rng, 0.1, 1.2),
        detune=0.12,
    )
    made = mix(body[None], finger(rng, 500, 7000, ratio(rng, 0.1, 1.5)))
    return through(made, bell(ratio(rng, 200, 3000), uniform(rng, -6, 9), 1.5)), set()


def cuica(rng: Rng) -> Made:
    """A rubbed skin that squeaks and laughs."""
    frames = length(ratio(rng, 0.1, 0.5))
    time = np.arange(frames) / frames
    pitch = ratio(rng, 250, 600) * (1 + uniform(rng, -0.3, 0.9) * np.sin(np.pi * time * uniform(rng, 0.5, 1.5)))
    turn = np.cumsum(pitch) / 48_000 * 2 * np.pi
    made = (np.sin(turn) + 0.5 * np.sin(2 * turn) + 0.25 * np.sin(3 * turn)) * np.sin(np.pi * time) ** 0.5
    made = made[None].astype(np.float32)
    return through(mix(made, blow(1500, 0.5, 0.05, rng) * np.float32(0.1)), lowpass(ratio(rng, 1500, 5000))), set()


P = "percussion"
FAMILIES = share(
    0.97,
    shot("conga", conga, P, "conga", "hand_drum", "acoustic", weight=1.9),
    shot("bongo", bongo, P, "bongo", "hand_drum", "acoustic", weight=2.8),
    shot("djembe", djembe, P, "djembe", "hand_drum", "acoustic", weight=2.6),
    shot("darbuka", darbuka, P, "darbuka", "hand_drum", "acoustic", weight=1.7),
    shot("frame_drum", frame, P, "frame_drum", "hand_drum", "acoustic", weight=1.7),
    shot("cajon", cajon, P, "cajon", "hand_drum", "acoustic"),
    shot("udu", udu, P, "udu", "hand_drum", "acoustic", weight=1.1),
    shot("talking_drum", talking, P, "talking_drum", "hand_drum", "acoustic", weight=1.1),
    shot("surdo", big, P, "surdo", "acoustic", weight=1.4),
    shot("conga_machine", machine, P, "conga", "electronic", "analog", "drum_machine", weight=0.8),
    shot("hand_drum", slapped, P, "hand_drum", "acoustic"),
    shot("cuica", cuica, P, "cuica", "acoustic", weight=0.9),
)
