"""Tabla strokes: ringing, bent, dry, slapped, both drums at once. Runs on: any process, offline."""

import numpy as np

from ..envelopes import attack
from ..signals import RATE, Rng, Signal, clock, landing, length, mix, normal
from .bodies import LOADED, bank, blow, glide, skin
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .takes import shot

LEVELS = {  # of the first six partials
    "na": (0.05, 0.5, 1.0, 0.3, 0.3, 0.2),
    "tin": (0.2, 1.0, 0.5, 0.3, 0.2, 0.1),
    "tun": (1.0, 0.08, 0.03, 0.02, 0.01, 0.01),
}


def finger(rng: Rng, low: float, high: float, level: float) -> Signal:
    """What fingers or a palm add to a skin."""
    return blow(ratio(rng, low, high), uniform(rng, 0.3, 1.5), ratio(rng, 0.003, 0.04), rng) * np.float32(level)


def bump(rng: Rng, level: float) -> Signal:
    """The thud of a hand that shakes the drum and the microphone: below all pitch."""
    tone = bank([ratio(rng, 16.0, 70.0)], 1.0, ratio(rng, 0.04, 0.3), length(0.3), rng, soft=0.5)
    return normal(tone[None]) * np.float32(level)


def rung(rng: Rng, stroke: str, seconds: float) -> Signal:
    """The right-hand drum, `[frames]`: a harmonic series whose partials each stroke weighs in its own way."""
    ratios = np.asarray(LOADED) * np.exp(rng.normal(0, 0.006, 6))
    levels = np.asarray(LEVELS[stroke]) * rng.uniform(0.3, 1.6, 6)
    falls = seconds * np.array([1, 0.9, 0.7, 0.5, 0.35, 0.3])
    return normal(bank(ratios * ratio(rng, 180, 440), levels, falls, length(seconds), rng, soft=0.05))


def right(rng: Rng) -> Made:
    """Na, tin or tun, ringing on."""
    stroke = pick(rng, ("na", "na", "tin", "tun", "tun"))
    seconds = ratio(rng, 0.5, 3.0) if stroke == "tun" else ratio(rng, 0.25, 2.0)
    return mix(rung(rng, stroke, seconds)[None], finger(rng, 1200, 6000, ratio(rng, 0.03, 1.3))), {"ringing"}


def stopped(rng: Rng) -> Made:
    """Na or tin whose ring a finger stops at once."""
    tone = rung(rng, pick(rng, ("na", "na", "tin")), ratio(rng, 0.05, 0.22))[None]
    made = mix(tone, finger(rng, 900, 6000, ratio(rng, 0.1, 2.0)))
    return mix(made, bump(rng, ratio(rng, 0.02, 0.3))) if chance(rng, 0.3) else made, {"muted"}


def slapped(rng: Rng) -> Made:
    """Tas: a hard slap a few milliseconds long, and far below it the ring of the drum; often with a drag before."""
    ring = rung(rng, pick(rng, ("na", "tin", "tun")), ratio(rng, 0.3, 2.0))[None] * np.float32(ratio(rng, 0.05, 0.5))
    slap = blow(ratio(rng, 400, 3500), uniform(rng, 0.3, 0.9), ratio(rng, 0.003, 0.012), rng)
    made = mix(ring, slap)
    if chance(rng, 0.3):
        late = length(uniform(rng, 0.015, 0.12))
        made = mix(slap * np.float32(uniform(rng, 0.1, 0.7)), np.pad(made, [(0, 0), (late, 0)]))
    return made, set()


def left(rng: Rng) -> Made:
    """Ghe: the left-hand drum, nearly a sine, whose pitch the heel of the hand bends up or down."""
    root, seconds = ratio(rng, 62, 150), ratio(rng, 0.3, 5.0)
    body = skin(
        root, seconds, rng, modes=(1.0, 1.7, 2.3, 2.95, 3.6), bright=ratio(rng, 0.01, 0.4), bend=0.0, detune=0.03
    )
    bent = heeled(body, rng) if chance(rng, 0.4) else glide(body, uniform(rng, -0.35, 0.5), ratio(rng, 0.03, 0.6))
    palm = finger(rng, 400, 3500, ratio(rng, 0.01, 0.4))
    ended = chance(rng, 0.15)
    if ended:  # the heel comes down again
        bent = landing(bent[: length(seconds * uniform(rng, 0.1, 0.5))], 0.04)
    return mix(bent[None] * attack(len(bent), ratio(rng, 0.0005, 0.012)), palm), set() if ended else {"ringing"}


def heeled(body: Signal, rng: Rng) -> Signal:
    """The tone, `[frames]`, pressed higher or let go lower some time after the blow, once or to and fro."""
    time, frames = clock(len(body)).astype(np.float64), len(body)
    start, width, amount = ratio(rng, 0.03, 0.4), ratio(rng, 0.02, 0.25), uniform(rng, -0.3, 0.5)
    pace = 1.0 + amount / (1.0 + np.exp(np.clip((start - time) / width, -40.0, 40.0)))
    if chance(rng, 0.3):
        pace += uniform(rng, 0.02, 0.15) * np.sin(2 * np.pi * ratio(rng, 2.0, 6.0) * time)
    made: Signal = np.interp(np.cumsum(pace) - pace[0], np.arange(frames), body, right=0.0).astype(np.float32)
    return made


def dry(rng: Rng) -> Made:
    """Te, ke, re: fingers or the palm flat on the skin, nothing rings."""
    stroke = pick(rng, ("ke", "ke", "te", "te", "te", "re"))
    root = {"ke": ratio(rng, 45, 150), "te": ratio(rng, 130, 380), "re": ratio(rng, 300, 1100)}[stroke]
    bright, slap = {"ke": (uniform(rng, 0.2, 0.7), 0.4), "te": (uniform(rng, 0.5, 0.9), 0.6), "re": (0.9, 1.3)}[stroke]
    body = skin(root, ratio(rng, 0.015, 0.14), rng, bright=bright, damping=uniform(rng, 0.2, 0.8), detune=0.08)
    made = mix(body[None], finger(rng, 500, 5000, slap * ratio(rng, 0.2, 1.6)))
    if chance(rng, 0.5):
        made = mix(made, bump(rng, ratio(rng, 0.02, 0.8)))
    if chance(rng, 0.15):
        again = made * np.float32(uniform(rng, 0.3, 1.0))
        made = mix(made, np.pad(again, [(0, 0), (length(uniform(rng, 0.05, 0.2)), 0)]))
    return made, {"muted"}


def both(rng: Rng) -> Made:
    """Dha, dhin, dhec: both drums at once, or two quick strokes."""
    high, low = pick(rng, (right, right, slapped, dry))(rng)[0], left(rng)[0]
    late = length(uniform(rng, 0.02, 0.18)) if chance(rng, 0.35) else 1
    return mix(high * np.float32(uniform(rng, 0.4, 1)), np.pad(low, [(0, 0), (late, 0)])), set()


def quick(rng: Rng) -> Made:
    """Tirakita: three to six dry strokes one after another, a figure."""
    gap, out = ratio(rng, 0.06, 0.14), np.zeros((1, length(1.6)), np.float32)
    strokes = [dry(rng)[0] for _ in range(2)] + [pick(rng, (stopped, right))(rng)[0]]
    for number in range(int(rng.integers(3, 7))):
        start = int(number * gap * RATE * uniform(rng, 0.95, 1.05))
        hit = pick(rng, strokes)[:, : out.shape[1] - start]
        out[:, start : start + hit.shape[1]] += hit * np.float32(uniform(rng, 0.5, 1.0))
    return out, set()


CLAIMS = ("percussion", "tabla", "hand_drum", "acoustic")
FAMILIES = share(
    0.24,
    shot("tabla_na", right, *CLAIMS, weight=1.3),
    shot("tabla_stopped", stopped, *CLAIMS, weight=0.8),
    shot("tabla_tas", slapped, *CLAIMS, weight=0.8),
    shot("tabla_ghe", left, *CLAIMS, weight=1.5),
    shot("tabla_te", dry, *CLAIMS, weight=1.5),
    shot("tabla_dha", both, *CLAIMS, weight=0.8),
    shot("tabla_figure", quick, *CLAIMS, weight=0.25),
)
