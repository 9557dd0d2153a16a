"""Small kicks: short, clicky, hollow, dull, noisy, of toys and early samplers. Runs on: any process, offline."""

import numpy as np

from ..drums import Kick, kick
from ..effects import crush, saturate
from ..envelopes import attack, decay
from ..filters import bell, chain, highpass, lowpass, through
from ..oscillators import phase, sine
from ..signals import Rng, Signal, landing, length, mix, noise, normal
from .bodies import bank, blow, hiss, spray
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .kicks import drum
from .takes import sampled, shot


def thump(rng: Rng, low: float, high: float, seconds: float, fall: tuple[float, float]) -> Signal:
    """A sine that falls to its pitch and is over at once, `[1, frames]`, peak 1."""
    frames = length(seconds)
    pitch = ratio(rng, low, high) * (1.0 + ratio(rng, *fall) * decay(frames, ratio(rng, 0.01, 0.12)))
    tone = sine(phase(pitch, frames, float(rng.random()) * 0.25)) * decay(frames, seconds * uniform(rng, 0.7, 1.6))
    return normal(landing((tone * attack(frames, ratio(rng, 0.0003, 0.004)))[None], 0.004))


def stub(rng: Rng) -> Made:
    """Fifty to two hundred milliseconds of low end and a tick."""
    made = thump(rng, 42, 95, ratio(rng, 0.06, 0.22), (0.05, 6.0))
    tick = blow(ratio(rng, 900, 8000), uniform(rng, 0.4, 1.5), ratio(rng, 0.001, 0.012), rng)
    return saturate(mix(made, tick * np.float32(ratio(rng, 0.005, 0.6))), uniform(rng, 0, 10)), set()


def dull(rng: Rng) -> Made:
    """A soft short pat without any top."""
    made = thump(rng, 50, 120, ratio(rng, 0.06, 0.25), (0.02, 1.5))
    second = bank([ratio(rng, 140, 420)], 1.0, ratio(rng, 0.02, 0.08), length(0.1), rng)
    made = mix(made, second[None] * np.float32(ratio(rng, 0.01, 0.4)))
    return through(made, lowpass(ratio(rng, 250, 1500))), set()


def dusty(rng: Rng) -> Made:
    """Thump and as much noise from all over: bursts of hiss, breath, crackle that end with it."""
    seconds = ratio(rng, 0.09, 0.45)
    made = thump(rng, 45, 110, seconds, (0.1, 4.0))
    top = spray(
        [(ratio(rng, 200, 8000), ratio(rng, 0.3, 1), seconds * ratio(rng, 0.1, 1.0)) for _ in range(4)],
        length(seconds),
        rng,
    )
    made = mix(made, top * np.float32(ratio(rng, 0.03, 0.7)))
    return saturate(made, uniform(rng, 0, 14)), set()


def early(rng: Rng) -> Made:
    """A bass drum in eight bits or fewer, cut short."""
    made = drum(rng, (45.0, 95.0), (0.08, 0.35), ratio(rng, 0.08, 0.8))
    made = landing(made[:, : length(ratio(rng, 0.07, 0.3))], 0.006)
    made = (
        sampled(saturate(made, uniform(rng, 0, 12)), rng)
        if chance(rng, 0.5)
        else crush(normal(made), uniform(rng, 4.0, 8.0), int(rng.integers(2, 9)))
    )
    return made, {"lofi", "digital"}


def stepped(rng: Rng) -> Made:
    """A triangle, square or wavetable of sixteen steps that drops: kicks of game consoles and trackers."""
    seconds = ratio(rng, 0.05, 0.3)
    frames = length(seconds)
    pitch = ratio(rng, 18, 70) * (1.0 + ratio(rng, 0.5, 12.0) * decay(frames, ratio(rng, 0.02, 0.25)))
    turn = phase(pitch, frames)
    wave = pick(rng, (np.where(turn < 0.5, 1.0, -1.0), 4 * np.abs(turn - 0.5) - 1, np.sin(2 * np.pi * turn)))
    steps = pick(rng, (2.0, 4.0, 7.5, 15.0))
    made = np.rint(wave * steps) / steps * np.rint(decay(frames, seconds) * 15) / 15
    grain = np.repeat(rng.integers(0, 2, frames // 6 + 1) * 2.0 - 1.0, 6)[:frames] * decay(
        frames, ratio(rng, 0.01, 0.1)
    )
    made = made + grain * pick(rng, (0.0, 0.1, 0.4))
    return through(made[None].astype(np.float32), lowpass(ratio(rng, 1500, 16_000))), {"chiptune"}


def tuned(rng: Rng) -> Made:
    """A hollow knock: a short tone between 60 and 250 Hz with a few partials and hardly a click."""
    root, seconds = ratio(rng, 55, 230), ratio(rng, 0.05, 0.3)
    ratios = np.array([1.0, uniform(rng, 1.5, 2.4), uniform(rng, 2.6, 4.2), uniform(rng, 4.5, 7.0)])
    tone = bank(root * ratios, [1.0, *rng.uniform(0.02, 0.4, 3)], seconds * ratios**-0.8, length(seconds), rng)
    low = thump(rng, 45, 80, ratio(rng, 0.05, 0.2), (0.05, 2.0))
    made = mix(normal(tone[None]), low * np.float32(ratio(rng, 0.2, 1.5)))
    return through(made, chain(lowpass(ratio(rng, 900, 9000)), bell(root * 2, uniform(rng, 0, 6), 2.0))), {"hollow"}


def airy(rng: Rng) -> Made:
    """A kick that pushes air: a slow start, a puff of low noise, no pitch to speak of."""
    seconds = ratio(rng, 0.1, 0.5)
    frames = length(seconds)
    puff = through(noise(frames, rng), lowpass(ratio(rng, 90, 400), order=4)) * decay(frames, seconds)
    puff = normal(puff) * attack(frames, ratio(rng, 0.001, 0.03))
    made = mix(puff, thump(rng, 40, 80, seconds, (0.02, 1.0)) * np.float32(ratio(rng, 0.1, 1.5)))
    return saturate(made, uniform(rng, 0, 12)), set()


def tagged(rng: Rng) -> Made:
    """An 808 or 909 as samples carry it: its knock and tick first, a sub that goes on or is cut."""
    given = Kick(
        ratio(rng, 38, 60),
        ratio(rng, 0.3, 2.4),
        sweep=uniform(rng, 0.3, 4.0),
        sweep_seconds=ratio(rng, 0.008, 0.06),
        snap=uniform(rng, 0, 20),
        hold=uniform(rng, 0.0, 0.15),
        click=ratio(rng, 0.1, 0.9),
        click_hz=ratio(rng, 1200, 6000),
        knock=ratio(rng, 0.02, 0.6),
        drive=uniform(rng, 0, 12),
        tone=ratio(rng, 1500, 12_000),
    )
    made = kick(given, rng)
    if chance(rng, 0.3):
        made = landing(made[:, : length(ratio(rng, 0.1, 0.5))], 0.01)
    hum = hiss(300, 4000, ratio(rng, 0.05, 0.3), rng)
    return mix(made, hum * np.float32(ratio(rng, 0.001, 0.05))), {"analog"}


def boosted(rng: Rng) -> Made:
    """A real bass drum, equalised for the dance floor: scooped, low shelf, click."""
    made = drum(rng, (42.0, 85.0), (0.1, 0.5), ratio(rng, 0.05, 1.0))
    curve = chain(
        bell(ratio(rng, 50, 90), uniform(rng, 2, 9), 1.0),
        bell(ratio(rng, 250, 700), uniform(rng, -12, -2), 1.0),
        bell(ratio(rng, 2500, 7000), uniform(rng, 0, 9), 1.0),
        highpass(ratio(rng, 20, 40)),
    )
    return saturate(through(made, curve), uniform(rng, 0, 10)), {"acoustic"}


E = "electronic"
FAMILIES = share(
    0.38,
    shot("kick_stub", stub, "kick", E, weight=1.4),
    shot("kick_dull", dull, "kick", E, weight=1.0),
    shot("kick_dusty", dusty, "kick", E, weight=1.0),
    shot("kick_early", early, "kick", E, weight=0.8),
    shot("kick_stepped", stepped, "kick", E, weight=0.7, plain=0.8),
    shot("kick_tuned", tuned, "kick", E, weight=1.0),
    shot("kick_airy", airy, "kick", E, weight=0.7),
    shot("kick_tagged", tagged, "kick", E, "drum_machine", weight=1.0),
    shot("kick_boosted", boosted, "kick", weight=1.0),
)
