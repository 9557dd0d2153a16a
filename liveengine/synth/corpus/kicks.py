"""Kicks: acoustic bass drums and the electronic kicks of dance music. Runs on: any process, offline."""

import numpy as np

from ..drums import Kick, kick
from ..effects import room, saturate
from ..filters import bandpass, bell, chain, highpass, lowpass, through
from ..signals import Rng, Signal, length, mix, normal
from .bodies import bank, blow, hiss, skin, spray
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .takes import SAMPLING, doubled, shot


def drum(rng: Rng, tuned: tuple[float, float], lasting: tuple[float, float], beater: float) -> Signal:
    """An acoustic bass drum: two skins, a shell, a beater of level `beater`, wires that rattle along."""
    root, seconds = ratio(rng, tuned[0] * 0.9, tuned[1] * 0.9), ratio(rng, *lasting)
    body = skin(
        root,
        seconds,
        rng,
        bright=ratio(rng, 0.02, 0.5),
        bend=uniform(rng, 0.02, 0.6),
        bend_seconds=ratio(rng, 0.006, 0.05),
    )
    frames = length(0.25)
    shell = bank(rng.uniform(110.0, 600.0, 5), 1.0, rng.uniform(0.03, 0.15, 5), frames, rng)
    head = blow(ratio(rng, 900.0, 6000.0), uniform(rng, 0.4, 1.2), ratio(rng, 0.004, 0.05), rng)
    parts = [body[None], normal(shell[None]) * np.float32(ratio(rng, 0.008, 0.25)), head * np.float32(beater)]
    if chance(rng, 0.5):
        wires = hiss(ratio(rng, 700, 2000), 6000.0, ratio(rng, 0.15, 0.8), rng, rise=0.01)
        parts.append(wires * np.float32(ratio(rng, 0.004, 0.12)))
    made = mix(*parts)
    return doubled(made, rng) if chance(rng, 0.03) else made


def acoustic(rng: Rng) -> Made:
    """A bass drum of a kit, any way it is tuned and struck."""
    return drum(rng, (42.0, 90.0), (0.12, 0.8), ratio(rng, 0.04, 0.8)), set()


def jazz(rng: Rng) -> Made:
    """A small bass drum, open, tuned high, a felt beater."""
    return drum(rng, (58.0, 125.0), (0.3, 1.1), ratio(rng, 0.02, 0.25)), set()


def clicky(rng: Rng) -> Made:
    """A bass drum with a hard beater: metal and rock, more click than body."""
    made = drum(rng, (45.0, 75.0), (0.1, 0.35), ratio(rng, 0.5, 1.6))
    return through(made, chain(bell(ratio(rng, 250.0, 500.0), uniform(rng, -12.0, -4.0)), bell(4500.0, 6.0))), set()


def roomy(rng: Rng) -> Made:
    """A bass drum heard from afar, the room as loud as the drum."""
    made = drum(rng, (45.0, 90.0), (0.15, 0.7), ratio(rng, 0.05, 0.5))
    return room(made, ratio(rng, 0.4, 1.6), ratio(rng, 1200.0, 6000.0), ratio(rng, 0.6, 2.0), rng), {"wet"}


def soft(rng: Rng) -> Made:
    """A bass drum barely touched: felt, no click."""
    made = drum(rng, (40.0, 95.0), (0.15, 0.6), ratio(rng, 0.003, 0.04))
    return through(made, lowpass(ratio(rng, 180.0, 900.0))), set()


def tr808(rng: Rng) -> Made:
    """A bridged-T network that rings: nearly a sine, a small tick, long or short."""
    root, seconds = ratio(rng, 40.0, 68.0), ratio(rng, 0.18, 2.6)
    click, sweep = ratio(rng, 0.01, 0.3), uniform(rng, 0.1, 1.4)
    given = Kick(
        root,
        seconds,
        sweep=sweep,
        sweep_seconds=ratio(rng, 0.01, 0.05),
        snap=uniform(rng, 0, 4),
        snap_seconds=0.004,
        hold=0.0,
        click=click,
        click_hz=ratio(rng, 700, 4000),
        drive=uniform(rng, 0, 5),
        tone=ratio(rng, 1500, 9000),
    )
    return kick(given, rng), set()


def tr909(rng: Rng) -> Made:
    """A triangle swept down fast, a click of noise and a pulse."""
    given = Kick(
        ratio(rng, 44, 62),
        ratio(rng, 0.15, 0.6),
        sweep=uniform(rng, 1.5, 4.5),
        sweep_seconds=ratio(rng, 0.015, 0.05),
        snap=uniform(rng, 2, 16),
        snap_seconds=ratio(rng, 0.002, 0.008),
        hold=uniform(rng, 0.0, 0.08),
        click=ratio(rng, 0.1, 0.7),
        click_hz=ratio(rng, 1500, 6000),
        drive=uniform(rng, 2, 12),
        tone=ratio(rng, 5e3, 16e3),
    )
    return kick(given, rng), set()


def cheap(rng: Rng, low: float, high: float, longest: float) -> Signal:
    """A short damped oscillation with hardly a sweep: the kicks of small analog boxes."""
    root, seconds = ratio(rng, low, high), ratio(rng, 0.06, longest)
    body = skin(
        root,
        seconds,
        rng,
        modes=(1.0, 2.0, 3.0),
        bright=ratio(rng, 0.02, 0.25),
        bend=uniform(rng, 0.0, 0.7),
        bend_seconds=ratio(rng, 0.004, 0.02),
    )
    return mix(body[None], blow(ratio(rng, 400, 3000), 0.7, 0.008, rng) * np.float32(ratio(rng, 0.01, 0.3)))


def tr606(rng: Rng) -> Made:
    """Two tuned networks together, tight and dry."""
    return cheap(rng, 52, 78, 0.25), set()


def cr78(rng: Rng) -> Made:
    """A soft thud of a preset rhythm box."""
    return through(cheap(rng, 48, 85, 0.3), lowpass(ratio(rng, 500, 3000))), set()


def sampled_machine(rng: Rng) -> Made:
    """An acoustic kick in the memory of an early sampling drum machine: short, dry, 8 to 12 bits."""
    made = drum(rng, (52.0, 95.0), (0.08, 0.3), ratio(rng, 0.1, 0.7))
    rate = ratio(rng, 5000.0, 11_000.0)
    return through(
        saturate(made, uniform(rng, 1.0, 8.0)), chain(lowpass(rate, 1.0, 4), bell(120.0, uniform(rng, 0, 6)))
    ), {pick(rng, SAMPLING)}


def techno(rng: Rng) -> Made:
    """Punch and pressure: a swept sine, saturated, a click."""
    given = Kick(
        ratio(rng, 41, 60),
        ratio(rng, 0.18, 0.6),
        sweep=uniform(rng, 2, 6),
        sweep_seconds=ratio(rng, 0.015, 0.05),
        snap=uniform(rng, 5, 30),
        snap_seconds=ratio(rng, 0.002, 0.01),
        click=ratio(rng, 0.05, 0.6),
        click_hz=ratio(rng, 1500, 8000),
        drive=uniform(rng, 4, 18),
        bias=uniform(rng, 0, 0.3),
        tone=ratio(rng, 2000, 14_000),
        grit=uniform(rng, 0, 0.3),
    )
    return kick(given, rng), set()


def house(rng: Rng) -> Made:
    """Round and warm, mid-length, a clear beater or none."""
    given = Kick(
        ratio(rng, 44, 66),
        ratio(rng, 0.15, 0.45),
        sweep=uniform(rng, 1, 4),
        sweep_seconds=ratio(rng, 0.02, 0.06),
        snap=uniform(rng, 1, 10),
        click=ratio(rng, 0.03, 0.5),
        click_hz=ratio(rng, 1000, 6000),
        knock=ratio(rng, 0.02, 0.5),
        drive=uniform(rng, 1, 9),
        tone=ratio(rng, 1500, 12_000),
    )
    return kick(given, rng), set()


def deep(rng: Rng) -> Made:
    """Mostly sub, filtered dark, little attack."""
    given = Kick(
        ratio(rng, 36, 52),
        ratio(rng, 0.25, 0.9),
        sweep=uniform(rng, 0.3, 2.0),
        snap=uniform(rng, 0, 3),
        click=ratio(rng, 0.003, 0.06),
        drive=uniform(rng, 0, 8),
        tone=ratio(rng, 180, 1200),
    )
    return kick(given, rng), set()


def clicked(rng: Rng) -> Made:
    """Short and small: a tick and a stub of low end, for minimal beats."""
    given = Kick(
        ratio(rng, 48, 90),
        ratio(rng, 0.05, 0.16),
        sweep=uniform(rng, 1, 6),
        sweep_seconds=ratio(rng, 0.005, 0.02),
        snap=uniform(rng, 0, 20),
        hold=0.0,
        click=ratio(rng, 0.2, 1.2),
        click_hz=ratio(rng, 1200, 9000),
        drive=uniform(rng, 0, 8),
    )
    return kick(given, rng), set()


def boombap(rng: Rng) -> Made:
    """A sampled kick of hip hop: mids, thud, dust and weight."""
    made = drum(rng, (48.0, 85.0), (0.15, 0.5), ratio(rng, 0.08, 0.6))
    low = kick(Kick(ratio(rng, 42, 62), ratio(rng, 0.15, 0.5), click=0.0, drive=uniform(rng, 0, 8), tone=900.0), rng)
    made = mix(made, low * np.float32(ratio(rng, 0.2, 1.2)))
    return through(saturate(made, uniform(rng, 2, 12)), lowpass(ratio(rng, 2500, 12_000))), set()


def trap(rng: Rng) -> Made:
    """A long tuned 808 with drive, gliding down."""
    given = Kick(
        ratio(rng, 32, 66),
        ratio(rng, 0.7, 2.6),
        sweep=uniform(rng, 0.5, 4),
        sweep_seconds=ratio(rng, 0.01, 0.04),
        snap=uniform(rng, 0, 12),
        hold=uniform(rng, 0.05, 0.5),
        click=ratio(rng, 0.02, 0.5),
        drive=uniform(rng, 3, 20),
        tone=ratio(rng, 800, 9000),
    )
    return kick(given, rng), {"distorted"} if given.drive > 14 else set()


def breaky(rng: Rng) -> Made:
    """A tight high kick as cut out of a break for drum and bass."""
    made = drum(rng, (60.0, 110.0), (0.08, 0.3), ratio(rng, 0.15, 0.8))
    return saturate(
        mix(made, hiss(300, 9000, ratio(rng, 0.05, 0.2), rng) * np.float32(ratio(rng, 0.01, 0.1))), uniform(rng, 3, 12)
    ), set()


def hollow(rng: Rng) -> Made:
    """A pitched knock without sub: wooden, tubular, hollow."""
    root = ratio(rng, 70, 220)
    given = Kick(
        root,
        ratio(rng, 0.06, 0.35),
        sweep=uniform(rng, 0, 2.5),
        sweep_seconds=ratio(rng, 0.005, 0.03),
        snap=uniform(rng, 0, 6),
        hold=0.0,
        click=ratio(rng, 0.05, 0.5),
        knock=ratio(rng, 0.2, 1.0),
        drive=uniform(rng, 0, 9),
    )
    ring = bell(root * uniform(rng, 1.5, 4.0), uniform(rng, 3.0, 12.0), uniform(rng, 2.0, 8.0))
    return through(kick(given, rng), chain(highpass(ratio(rng, 45, 110)), ring)), set()


def zap(rng: Rng) -> Made:
    """A sine that falls from kilohertz to the bottom: psytrance, electro, hardstyle."""
    seconds = ratio(rng, 0.15, 0.5)
    given = Kick(
        ratio(rng, 40, 65),
        seconds,
        sweep=uniform(rng, 4, 20),
        sweep_seconds=ratio(rng, 0.01, 0.06),
        snap=uniform(rng, 40, 160),
        snap_seconds=ratio(rng, 0.003, 0.02),
        click=ratio(rng, 0.01, 0.3),
        drive=uniform(rng, 0, 9),
    )
    return kick(given, rng), set()


def fm(rng: Rng) -> Made:
    """A carrier swept down, modulated by a partial that dies at once."""
    root, frames = ratio(rng, 40, 75), length(ratio(rng, 0.15, 0.7))
    time = np.arange(frames) / 48_000
    pitch = root * (1 + uniform(rng, 0.5, 6) * np.exp(-time / ratio(rng, 0.01, 0.06)))
    turn = 2 * np.pi * np.cumsum(pitch) / 48_000
    depth = ratio(rng, 0.5, 9) * np.exp(-time / ratio(rng, 0.01, 0.15))
    made = np.sin(turn + depth * np.sin(turn * pick(rng, (0.5, 1.0, 1.41, 2.0, 3.5, 5.2)))) * np.exp(
        -5 * time * 48_000 / frames
    )
    return made[None].astype(np.float32), set()


def noisy(rng: Rng) -> Made:
    """A kick under a layer of noise, vinyl, foley or a second kick."""
    made = kick(
        Kick(ratio(rng, 42, 66), ratio(rng, 0.15, 0.5), drive=uniform(rng, 0, 9), click=ratio(rng, 0.05, 0.5)), rng
    )
    top = spray([(ratio(rng, 200, 9000), 1.0, ratio(rng, 0.02, 0.35)) for _ in range(3)], length(0.4), rng)
    return mix(made, top * np.float32(ratio(rng, 0.05, 0.5))), set()


def boomy(rng: Rng) -> Made:
    """A big bass drum or taiko-like boom used as a kick, long and low."""
    made = drum(rng, (32.0, 60.0), (0.8, 2.4), ratio(rng, 0.02, 0.2))
    return room(made, ratio(rng, 0.6, 2.0), ratio(rng, 500, 3000), ratio(rng, 0.1, 0.8), rng), set()


def band(rng: Rng) -> Made:
    """A kick through a narrow speaker: the lows are gone, the thump is left."""
    made = kick(
        Kick(ratio(rng, 50, 90), ratio(rng, 0.1, 0.4), drive=uniform(rng, 0, 12), click=ratio(rng, 0.1, 0.6)), rng
    )
    return through(made, bandpass(ratio(rng, 150, 500), uniform(rng, 0.4, 1.2))), {"lofi"}


FAMILIES = share(
    1.08,
    shot("kick_acoustic", acoustic, "kick", "acoustic", weight=3.0),
    shot("kick_jazz", jazz, "kick", "acoustic", "jazz"),
    shot("kick_rock", clicky, "kick", "acoustic", "rock"),
    shot("kick_room", roomy, "kick", "acoustic", plain=0.8),
    shot("kick_soft", soft, "kick", "acoustic"),
    shot("kick_808", tr808, "kick", "808", "analog", "electronic", "drum_machine", weight=2.0),
    shot("kick_909", tr909, "kick", "909", "analog", "electronic", "drum_machine", weight=2.0),
    shot("kick_606", tr606, "kick", "606", "analog", "electronic", "drum_machine"),
    shot("kick_cr78", cr78, "kick", "cr78", "analog", "electronic", "drum_machine", "vintage"),
    shot("kick_machine", sampled_machine, "kick", "drum_machine", "electronic", "eighties", "digital"),
    shot("kick_techno", techno, "kick", "electronic", "techno", weight=2.0),
    shot("kick_house", house, "kick", "electronic", "house", weight=2.0),
    shot("kick_deep", deep, "kick", "electronic", "sub_kick"),
    shot("kick_minimal", clicked, "kick", "electronic", "minimal"),
    shot("kick_hiphop", boombap, "kick", "hiphop", weight=1.5),
    shot("kick_trap", trap, "kick", "808", "trap", "electronic"),
    shot("kick_dnb", breaky, "kick", "drum_and_bass"),
    shot("kick_hollow", hollow, "kick", "electronic", "hollow"),
    shot("kick_zap", zap, "kick", "electronic"),
    shot("kick_fm", fm, "kick", "electronic", "fm", "digital"),
    shot("kick_layered", noisy, "kick", "electronic"),
    shot("kick_boom", boomy, "kick"),
    shot("kick_band", band, "kick", "electronic"),
)
