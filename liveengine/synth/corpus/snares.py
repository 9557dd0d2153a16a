"""Snare drums: acoustic ones in all strokes, and those of machines. Runs on: any process, offline."""

import numpy as np

from ..drums import Snare, snare
from ..effects import room, saturate
from ..envelopes import attack, decay
from ..filters import bandpass, bell, chain, lowpass, through
from ..oscillators import phase, sine
from ..signals import RATE, Rng, Signal, clock, length, mix, noise, normal
from .bodies import bank, blow, hiss, skin, spray
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .takes import SAMPLING, doubled, sampled, shot


def drum(rng: Rng, *, wires: float = 1.0, stick: float = 1.0, tuned: tuple[float, float] = (140.0, 340.0)) -> Signal:
    """An acoustic snare: batter head, shell, wires under the lower head, a stick."""
    root = ratio(rng, *tuned)
    head = skin(
        root,
        ratio(rng, 0.1, 0.9),
        rng,
        bright=uniform(rng, 0.55, 0.9),
        damping=uniform(rng, 0.3, 1.1),
        bend=uniform(rng, 0.0, 0.3),
        bend_seconds=ratio(rng, 0.005, 0.03),
        detune=0.04,
    )
    shell = bank(rng.uniform(400.0, 2200.0, 6), 1.0, rng.uniform(0.02, 0.45, 6), length(0.45), rng)
    long = ratio(rng, 0.12, 0.9)
    bands = [
        (hertz * ratio(rng, 0.8, 1.25), ratio(rng, 0.3, 1.4), long * share)
        for hertz, share in ((900.0, 0.7), (2200.0, 1.0), (4500.0, 1.0), (8500.0, 0.7))
    ]
    under = spray(bands, length(long * 1.2), rng) * attack(length(long * 1.2), ratio(rng, 0.0005, 0.005))
    tip = blow(ratio(rng, 1800.0, 7000.0), 0.6, ratio(rng, 0.004, 0.03), rng)
    top = lowpass(ratio(rng, 3500.0, 20_000.0))
    return mix(
        head[None] * np.float32(ratio(rng, 0.25, 1.0)),
        normal(shell[None]) * np.float32(ratio(rng, 0.02, 0.35)),
        normal(through(under, top)) * np.float32(wires * ratio(rng, 0.25, 1.0)),
        tip * np.float32(stick * ratio(rng, 0.1, 0.7)),
    )


def acoustic(rng: Rng) -> Made:
    """A snare drum hit in the middle."""
    made = drum(rng)
    if chance(rng, 0.06):
        return doubled(made, rng), {"flam"}
    return made, set()


def rim(rng: Rng) -> Made:
    """Head and rim at once: a crack and a ringing shell."""
    made = drum(rng, stick=1.6)
    rings = bank(rng.uniform(350.0, 1500.0, 4), rng.uniform(0.4, 1, 4), rng.uniform(0.08, 0.6, 4), length(0.5), rng)
    return mix(made, normal(rings[None]) * np.float32(ratio(rng, 0.3, 1.2))), set()


def ghost(rng: Rng) -> Made:
    """A snare barely touched: mostly wires."""
    made = drum(rng, stick=0.2)
    return through(made, lowpass(ratio(rng, 2500, 9000))), set()


def off(rng: Rng) -> Made:
    """The wires thrown off: a high, dry, timbale-like drum."""
    return drum(rng, wires=0.03, stick=0.8), set()


def muffled(rng: Rng) -> Made:
    """A damped, low-tuned snare of the seventies under a cloth."""
    made = drum(rng, stick=0.4, tuned=(110.0, 210.0))
    return through(made, chain(lowpass(ratio(rng, 1800, 6000)), bell(200.0, uniform(rng, 0, 6)))), set()


def roomy(rng: Rng) -> Made:
    """A snare in a live room, compressed."""
    made = room(drum(rng), ratio(rng, 0.3, 1.4), ratio(rng, 2500, 9000), ratio(rng, 0.5, 1.8), rng)
    return saturate(made, uniform(rng, 3, 12)), {"wet"}


def gated(rng: Rng) -> Made:
    """A big room cut off at once: the snare of the eighties."""
    made = saturate(room(drum(rng), ratio(rng, 1.0, 2.5), ratio(rng, 4000, 10_000), ratio(rng, 0.8, 2.2), rng), 6.0)
    gate = length(ratio(rng, 0.18, 0.5))
    return made[:, :gate] * (1 - attack(gate, 1e-5) * np.clip((np.arange(gate) - gate * 0.9) / (gate * 0.1), 0, 1)), {
        "wet"
    }


def brush(rng: Rng) -> Made:
    """A wire brush: a tap spread in time or a sweep over the head."""
    rise = ratio(rng, 0.002, 0.09)
    sweep = hiss(ratio(rng, 500, 2500), ratio(rng, 5000, 14_000), ratio(rng, 0.06, 0.5), rng, rise=rise)
    made = mix(sweep, drum(rng, stick=0.02, wires=0.5) * np.float32(ratio(rng, 0.02, 0.4)))
    return made, set()


def cross(rng: Rng) -> Made:
    """A stick laid over the rim: a woody click, no wires."""
    root = ratio(rng, 380, 1900)
    frames = length(0.2)
    wood = bank(
        root * np.array([1, 1.8, 2.7, 3.9]) * rng.uniform(0.9, 1.1, 4),
        rng.uniform(0.3, 1, 4),
        ratio(rng, 0.02, 0.12),
        frames,
        rng,
    )
    low = bank(rng.uniform(150, 420, 3), 1.0, rng.uniform(0.03, 0.12, 3), frames, rng)
    click = blow(ratio(rng, 2000, 8000), 0.7, ratio(rng, 0.002, 0.01), rng)
    return mix(
        normal(wood[None]),
        normal(low[None]) * np.float32(ratio(rng, 0.03, 0.6)),
        click * np.float32(ratio(rng, 0.1, 0.8)),
    ), set()


def rim_machine(rng: Rng) -> Made:
    """The rimshot of analog machines: two short resonances, clipped."""
    made = bank(
        np.array([ratio(rng, 350, 600), ratio(rng, 1300, 2600)]), [0.7, 1.0], ratio(rng, 0.008, 0.05), length(0.09), rng
    )
    return saturate(
        mix(made[None], blow(3500, 0.7, 0.003, rng) * np.float32(uniform(rng, 0, 0.5))), uniform(rng, 0, 15)
    ), set()


def roll(rng: Rng) -> Made:
    """A press roll or a drum roll, even or growing."""
    hit, frames = drum(rng), length(uniform(rng, 0.8, 2.8))
    out = np.zeros((1, frames + hit.shape[1]), np.float32)
    gap, grow, place = ratio(rng, 0.022, 0.09), uniform(rng, -0.3, 1.0), 0.0
    while place < frames:
        level = (0.3 + 0.7 * place / frames) if grow > 0.3 else 1.0
        start = int(place)
        out[:, start : start + hit.shape[1]] += hit * np.float32(level * uniform(rng, 0.6, 1.0))
        place += RATE * gap * uniform(rng, 0.85, 1.15)
    return out[:, : frames + length(0.1)], {"rising"} if grow > 0.3 else set()


def tr808(rng: Rng) -> Made:
    """Two sines an augmented fifth apart and high-passed noise."""
    root, frames = ratio(rng, 150, 210), length(0.5)
    tones = bank(
        np.array([root, root * uniform(rng, 1.7, 1.9)]),
        [1.0, uniform(rng, 0.3, 0.8)],
        [ratio(rng, 0.08, 0.45), 0.15],
        frames,
        rng,
        soft=0.02,
    )
    snappy = hiss(ratio(rng, 900, 3000), 14_000, ratio(rng, 0.1, 0.8), rng)
    return mix(
        normal(tones[None]) * np.float32(ratio(rng, 0.3, 1.0)), snappy * np.float32(ratio(rng, 0.15, 0.9))
    ), set()


def tr909(rng: Rng) -> Made:
    """Two swept triangles and two kinds of noise."""
    given = Snare(
        ratio(rng, 150, 240),
        ratio(rng, 0.15, 0.7),
        body_seconds=ratio(rng, 0.08, 0.35),
        bend=uniform(rng, 0.3, 1.2),
        body=uniform(rng, 0.3, 1.0),
        wires=uniform(rng, 0.4, 1.0),
        low=ratio(rng, 400, 2000),
        high=ratio(rng, 7e3, 15e3),
        snap=uniform(rng, 0.1, 0.8),
        drive=uniform(rng, 2, 12),
    )
    return snare(given, rng), set()


def tr606(rng: Rng) -> Made:
    """Thin and bright: one high tone, sizzling noise."""
    tone = bank([ratio(rng, 190, 320)], 1.0, ratio(rng, 0.03, 0.12), length(0.2), rng)
    top = hiss(ratio(rng, 2000, 5000), 15_000, ratio(rng, 0.08, 0.45), rng)
    return mix(tone[None] * np.float32(ratio(rng, 0.15, 0.8)), top), set()


def cr78(rng: Rng) -> Made:
    """A preset box's snare: a puff of noise."""
    return through(
        hiss(ratio(rng, 800, 3000), ratio(rng, 6e3, 12e3), ratio(rng, 0.06, 0.45), rng, rise=0.001),
        bandpass(ratio(rng, 1500, 6000), 0.6),
    ), set()


def sampled_machine(rng: Rng) -> Made:
    """An acoustic snare in the memory of a sampling drum machine of the eighties."""
    made = saturate(drum(rng, tuned=(150, 260)), uniform(rng, 2, 9))
    return through(made, lowpass(ratio(rng, 6000, 12_000), 1.0, 4)), {pick(rng, SAMPLING)}


def simmons(rng: Rng) -> Made:
    """A swept tone and noise behind one filter, from hexagonal pads."""
    seconds = ratio(rng, 0.2, 0.9)
    frames = length(seconds)
    fall = ratio(rng, 150, 400) * (1 + uniform(rng, 0.3, 2.5) * decay(frames, seconds * 0.4))
    tone = sine(phase(fall, frames)) * decay(frames, seconds)
    return saturate(
        mix(tone[None], hiss(300, ratio(rng, 3e3, 1e4), seconds * 0.8, rng) * np.float32(uniform(rng, 0.3, 1.3))),
        uniform(rng, 0, 9),
    ), set()


def clubby(rng: Rng) -> Made:
    """A snare of dance music: layered, driven, tight."""
    given = Snare(
        ratio(rng, 150, 300),
        ratio(rng, 0.12, 0.8),
        body=uniform(rng, 0.2, 1.2),
        body_seconds=ratio(rng, 0.06, 0.4),
        bend=uniform(rng, 0, 2),
        wires=uniform(rng, 0.3, 1.1),
        low=ratio(rng, 120, 3000),
        high=ratio(rng, 2500, 16e3),
        snap=uniform(rng, 0, 1),
        ring=uniform(rng, 0, 0.8),
        drive=uniform(rng, 3, 18),
    )
    return snare(given, rng), set()


def dubstep(rng: Rng) -> Made:
    """A huge snare at half time: a 200 Hz body, a long bright tail."""
    body = skin(
        ratio(rng, 170, 230), ratio(rng, 0.15, 0.35), rng, bright=0.4, bend=uniform(rng, 0.3, 1.2), bend_seconds=0.012
    )
    made = mix(
        body[None], hiss(ratio(rng, 800, 3000), 16_000, ratio(rng, 0.2, 0.7), rng) * np.float32(ratio(rng, 0.3, 1.0))
    )
    return saturate(made, uniform(rng, 6, 18)), set()


def boombap(rng: Rng) -> Made:
    """A snare cut out of a record into a twelve-bit sampler: dusty, layered, loud."""
    made = drum(rng)
    if chance(rng, 0.4):
        made = mix(
            made,
            hiss(ratio(rng, 300, 2000), ratio(rng, 5e3, 12e3), ratio(rng, 0.1, 0.5), rng)
            * np.float32(uniform(rng, 0.1, 0.8)),
        )
    if chance(rng, 0.5):
        made = room(made, ratio(rng, 0.2, 0.8), ratio(rng, 2000, 6000), ratio(rng, 0.1, 0.6), rng)
    return saturate(sampled(made, rng), uniform(rng, 2, 9)), {"lofi", pick(rng, ("mpc", "sp1200"))}


def noisy(rng: Rng) -> Made:
    """A burst of filtered noise that serves as a snare."""
    frames = length(ratio(rng, 0.1, 0.9))
    hertz = ratio(rng, 150, 7000)
    made = through(noise(frames, rng), bandpass(hertz, ratio(rng, 0.2, 5.0))) * decay(frames, frames / RATE)
    tick = bank([hertz * uniform(rng, 0.3, 1.0)], 1.0, 0.05, frames, rng)
    return saturate(mix(normal(made), tick[None] * np.float32(uniform(rng, 0, 0.4))), uniform(rng, 0, 18)), set()


def patched(rng: Rng) -> Made:
    """A snare patched on a synthesiser: a tone that falls octaves at once, noise behind a low filter."""
    seconds = ratio(rng, 0.15, 0.9)
    frames = length(seconds)
    pitch = ratio(rng, 60, 260) * (1.0 + ratio(rng, 0.5, 25.0) * decay(frames, ratio(rng, 0.03, 0.3)))
    tone = sine(phase(np.minimum(pitch, 12_000.0), frames)) * decay(frames, seconds * ratio(rng, 0.2, 1.0))
    low = ratio(rng, 40, 600)
    breath = hiss(low, low * ratio(rng, 6.0, 60.0), seconds, rng, rise=ratio(rng, 0.0005, 0.03))
    made = mix(tone[None] * np.float32(ratio(rng, 0.1, 1.0)), breath * np.float32(ratio(rng, 0.2, 1.0)))
    return saturate(made, uniform(rng, 0, 15)), set()


def distorted(rng: Rng) -> Made:
    """A snare beaten flat: industrial, hardcore."""
    made = saturate(drum(rng) if chance(rng, 0.5) else clubby(rng)[0], uniform(rng, 18, 36), uniform(rng, 0, 0.4))
    return through(made, lowpass(ratio(rng, 3000, 15_000))), set()


def chip(rng: Rng) -> Made:
    """Shift-register noise with a stepped level, sometimes over a falling pulse."""
    seconds, hold = ratio(rng, 0.06, 0.6), int(rng.integers(1, 14))
    frames = length(seconds)
    grain = np.repeat(rng.integers(0, 2, frames // hold + 1) * 2 - 1, hold)[:frames]
    level = np.floor(np.exp(-4 * clock(frames) / seconds) * 15) / 15
    turn = np.cumsum(ratio(rng, 120, 400) * (0.5 + decay(frames, seconds))) / RATE % 1.0
    body = np.where(turn < 0.5, 1.0, -1.0) * decay(frames, seconds * 0.4) * pick(rng, (0.0, 0.4, 0.9))
    return ((grain * level + body)[None]).astype(np.float32), set()


def fm(rng: Rng) -> Made:
    """A modulated tone in place of the skin."""
    frames = length(ratio(rng, 0.12, 0.7))
    time, turn = clock(frames), phase(ratio(rng, 120, 420), frames) * 2 * np.pi
    tone = np.sin(turn + ratio(rng, 1, 12) * np.exp(-time / ratio(rng, 0.01, 0.1)) * np.sin(turn * ratio(rng, 1.1, 7)))
    body = (tone * decay(frames, frames / RATE))[None].astype(np.float32)
    return mix(body, hiss(1500, 14_000, ratio(rng, 0.05, 0.3), rng) * np.float32(uniform(rng, 0, 1))), set()


FAMILIES = share(
    1.03,
    shot("snare_acoustic", acoustic, "snare", "acoustic", weight=3.0),
    shot("snare_rimshot", rim, "snare", "acoustic", "rimshot"),
    shot("snare_ghost", ghost, "snare", "ghost_note", "acoustic", weight=2.2),
    shot("snare_off", off, "snare", "acoustic", weight=0.5),
    shot("snare_muffled", muffled, "snare", "acoustic"),
    shot("snare_room", roomy, "snare", "acoustic", plain=0.8),
    shot("snare_gated", gated, "snare", "eighties", plain=0.8, weight=0.7),
    shot("snare_brush", brush, "snare", "acoustic", "brush_snare", "jazz", weight=2.4),
    shot("snare_cross_stick", cross, "snare", "rimshot", "side_stick", "acoustic", weight=2.0),
    shot("snare_rim_machine", rim_machine, "snare", "rimshot", "electronic", "drum_machine", "analog"),
    shot("snare_roll", roll, "snare", "acoustic", weight=0.7),
    shot("snare_808", tr808, "snare", "808", "electronic", "drum_machine", "analog", weight=1.5),
    shot("snare_909", tr909, "snare", "909", "electronic", "drum_machine", "analog", weight=1.5),
    shot("snare_606", tr606, "snare", "606", "electronic", "drum_machine", "analog"),
    shot("snare_cr78", cr78, "snare", "cr78", "electronic", "drum_machine", "analog", "vintage", weight=0.7),
    shot("snare_machine", sampled_machine, "snare", "drum_machine", "electronic", "eighties", "digital"),
    shot("snare_simmons", simmons, "snare", "simmons", "electronic", "eighties", "analog", weight=0.7),
    shot("snare_club", clubby, "snare", "electronic", weight=2.0),
    shot("snare_hiphop", boombap, "snare", "hiphop"),
    shot("snare_dubstep", dubstep, "snare", "electronic", "dubstep"),
    shot("snare_noise", noisy, "snare", "electronic"),
    shot("snare_patched", patched, "snare", "electronic", "synthetic", weight=1.3),
    shot("snare_distorted", distorted, "snare", "distorted"),
    shot("snare_chip", chip, "snare", "electronic", "chiptune", "digital", plain=0.8, weight=0.8),
    shot("snare_fm", fm, "snare", "electronic", "fm", "digital", weight=0.7),
)
