"""Electronic drum loops by genre. Runs on: any process, offline."""

import numpy as np

from ..effects import convolve, hall
from ..envelopes import pump
from ..filters import chain, highpass, lowpass, through
from ..signals import RATE, Rng, Signal, normal
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .grooves import Feel, Line, bus, feel, loop, played, scattered, varied
from .kits import BASS, BOX, CHIP, CLUB, DUSTY, FOLEY, GABBER, GLITCH, HARD, MINIMAL, TR808, TR909, TRAP, Kit, voice

FOUR = ("X...X...X...X...", "X...X...X...X...", "X...X...X...X..x", "X...X...X...X.o.")
OFFS = ("..x...x...x...x.", "..X...X...X...X.")
SIXTEENTHS = ("xoxoxoxoxoxoxoxo", "X,o,X,o,X,o,X,o,", "xoXoxoXoxoXoxoXo", "x.xxx.xxx.xxx.xx", "xxoxxxoxxxoxxxox")
EIGHTHS = ("x.x.x.x.x.x.x.x.", "X.o.X.o.X.o.X.o.", "x.x.x.xxx.x.x.x.")
BACK = ("....X.......X...", "....X.......X..o", "....X..o....X...")
CLAVES = ("x..x..x...x.x...", "x..x...x..x.x...", "x..x..x..x..x...", "..x...x..x....x.", "x.x..x.x..x.x..x")


def made(
    kit: Kit,
    parts: dict[str, tuple[tuple[str, ...], float]],
    how: Feel,
    rng: Rng,
    *,
    rooms: float = 0.2,
    grit: float = 0.2,
) -> Made:
    """The parts (their patterns and level in dB) of a kit, played and mixed; some parts may stay away."""
    lines = []
    for part, (patterns, level) in parts.items():
        if part not in ("kick", "snare", "clap") and chance(rng, 0.18):
            continue
        steps = varied(pick(rng, patterns), rng, 0.06)
        if any(mark in "Xxo," for mark in steps):
            name = part.rstrip("2")
            lines.append(
                Line(
                    voice(kit, name, rng),
                    steps,
                    level + float(rng.normal(0, 2.5)),
                    uniform(rng, -0.5, 0.5) if name not in ("kick", "snare") else 0.0,
                )
            )
    return bus(played(lines, how, rng, chance(rng, 0.5)), rng, rooms=rooms, grit=grit)


def techno(rng: Rng) -> Made:
    """Four to the floor, hats off the beat, a clap or none, something that repeats."""
    kit = pick(rng, (CLUB, CLUB, TR909, HARD))
    parts = {
        "kick": (FOUR, 0.0),
        "open": (OFFS, -8.0),
        "hat": (SIXTEENTHS, -13.0),
        "clap": (("....X.......X...", "................"), -7.0),
        "perc": (CLAVES, -9.0),
        "ride": (("..x...x...x...x.", "x.x.x.x.x.x.x.x.", "................"), -15.0),
    }
    return made(kit, parts, feel(rng, 122, 148, swing=0.1), rng)


def rumbling(rng: Rng) -> Made:
    """Techno whose kick drags a dark room that is ducked on every beat."""
    how = feel(rng, 126, 148)
    kick = voice(HARD if chance(rng, 0.4) else CLUB, "kick", rng)
    dry = played([Line(kick, pick(rng, FOUR))], how, rng, False)
    wet = convolve(dry, hall(ratio(rng, 0.6, 2.0), 400.0, rng, 0.01), circular=True).mean(axis=0, keepdims=True)
    wet = through(wet, chain(lowpass(ratio(rng, 70, 200), order=4), highpass(35.0)), circular=True)
    rumble = normal(wet * pump(dry.shape[1], round(how.bars * how.beats), 1.0, 0.5))
    tops = played(
        [
            Line(voice(CLUB, "hat", rng), pick(rng, SIXTEENTHS), -12.0),
            Line(voice(CLUB, "perc", rng), pick(rng, CLAVES), -10.0),
        ],
        how,
        rng,
        False,
    )
    return bus(
        normal(dry) + rumble * np.float32(uniform(rng, 0.25, 0.8)) + tops * np.float32(chance(rng, 0.7)), rng, rooms=0.1
    )


def house(rng: Rng) -> Made:
    """Four to the floor, claps on two and four, open hats, swing, shakers."""
    parts = {
        "kick": (FOUR, 0.0),
        "clap": (BACK, -4.0),
        "open": (OFFS, -7.0),
        "hat": (SIXTEENTHS + EIGHTHS, -12.0),
        "perc": (CLAVES, -9.0),
        "perc2": (CLAVES, -12.0),
    }
    return made(pick(rng, (CLUB, TR909, TR808)), parts, feel(rng, 116, 130, swing=0.35, human=0.004), rng)


def trance(rng: Rng) -> Made:
    """Fast four to the floor, open hats off the beat, rides."""
    parts = {
        "kick": (FOUR, 0.0),
        "open": (OFFS, -6.0),
        "hat": (SIXTEENTHS, -13.0),
        "clap": (BACK, -5.0),
        "ride": (EIGHTHS, -15.0),
        "crash": (("X...............................",), -12.0),
    }
    return made(pick(rng, (TR909, CLUB)), parts, feel(rng, 132, 146), rng, rooms=0.4)


def minimal(rng: Rng) -> Made:
    """Small dry sounds, few of them."""
    parts = {
        "kick": (FOUR, 0.0),
        "hat": ((*OFFS, "..x..ox...x...xo", "................"), -10.0),
        "snare": ((*BACK, "............x..."), -8.0),
        "perc": (CLAVES, -8.0),
        "perc2": (tuple(scattered(rng, 16, 0.2) for _ in range(2)), -10.0),
    }
    return made(MINIMAL, parts, feel(rng, 118, 132, swing=0.25), rng, rooms=0.3)


def hiphop(rng: Rng) -> Made:
    """Slow, swung, dusty: a kick that stumbles, a snare on two and four."""
    kicks = (
        "X......x..X.....",
        "X.x....x..X..x..",
        "X..x...o.xX.....",
        "X.......X.x.....",
        "X.....x...Xx....",
        "X..X......X..x..",
    )
    parts = {
        "kick": (kicks, 0.0),
        "snare": (BACK, -1.0),
        "hat": ((*EIGHTHS, "x.xox.x.x.xox.xo"), -9.0),
        "ghost": ((".......,.,......", "..............,."), -12.0),
        "open": (("......x.........", "..............x."), -11.0),
    }
    return made(pick(rng, (DUSTY, DUSTY, TR808, BOX)), parts, feel(rng, 76, 102, swing=0.5, human=0.01), rng, grit=0.6)


def trap(rng: Rng) -> Made:
    """A half-time snare, 808s, hats that roll in thirty-seconds and triplets."""
    hats = ("x.x.x.x.x.x.xxxxx.x.x.x.xxx.x.x.", "x...x...x...x...x...xxxxx...x.x.", "x.x.xxx.x.x.x.x.x.x.xxxxxxxxx.x.")
    kicks = ("X.............X.....X...........", "X.....X.............X.....X.....", "X...........X.......X.......X...")
    snares = ("................X...............", "................X.............o.")
    parts = {
        "kick": (kicks, 0.0),
        "snare": (snares, -2.0),
        "hat": (hats, -10.0),
        "open": (("............x...................", "................................"), -11.0),
        "perc": (("..........x...........x.........", "................................"), -9.0),
    }
    return made(TRAP, parts, feel(rng, 62, 82, grid=32), rng)


def drum_and_bass(rng: Rng) -> Made:
    """Fast two-step: kick, snare, a late kick, snare."""
    parts = {
        "kick": (("X.........X.....", "X.....x...X.....", "X.........X..x.."), 0.0),
        "snare": (("....X.......X...", "....X..,.,..X..,"), 0.0),
        "hat": (EIGHTHS + SIXTEENTHS, -10.0),
        "ride": ((*EIGHTHS, "................"), -15.0),
        "ghost": ((".......,.,....,.", "..,....,......,."), -12.0),
    }
    return made(pick(rng, (BASS, DUSTY)), parts, feel(rng, 160, 180, swing=0.12, human=0.003), rng, grit=0.35)


def dubstep(rng: Rng) -> Made:
    """Half time: a kick, a huge snare on three, space between."""
    parts = {
        "kick": (("X...............", "X.....x.........", "X..x......x....."), 0.0),
        "snare": (("........X.......",), 0.0),
        "hat": (("x..x..x..x..x...", "..x...x...x...x.", "x..xx..x..x.x..x"), -11.0),
        "perc": ((*CLAVES, "................"), -10.0),
    }
    return made(BASS, parts, feel(rng, 134, 146, swing=0.3), rng, rooms=0.4)


def reggaeton(rng: Rng) -> Made:
    """Dembow: four kicks under a snare on three-three-two."""
    parts = {
        "kick": (("X...X...X...X...", "X.......X......."), 0.0),
        "snare": (("...x..x....x..x.", "...X..X....X..X."), -2.0),
        "hat": (EIGHTHS + SIXTEENTHS, -13.0),
        "perc": (CLAVES, -8.0),
    }
    return made(pick(rng, (TR808, CLUB, BOX)), parts, feel(rng, 84, 105), rng)


def electro(rng: Rng) -> Made:
    """A broken machine beat of the eighties: 808, claps, cowbells."""
    kicks = ("X..x..x...x.....", "X.....x...X.....", "X..X....x.X..x..", "X.....X...X...x.")
    parts = {
        "kick": (kicks, 0.0),
        "snare": (BACK, -2.0),
        "hat": (SIXTEENTHS + EIGHTHS, -10.0),
        "clap": (BACK, -6.0),
        "perc": (CLAVES, -9.0),
        "open": (("..............x.", "......x........."), -10.0),
    }
    return made(pick(rng, (TR808, TR808, BOX)), parts, feel(rng, 108, 138), rng)


def boxed(rng: Rng) -> Made:
    """The presets of an old rhythm box: bossa, rumba, rock, waltz."""
    preset = pick(rng, ("X..xX..xX..xX..x", "X.....x.X.......", "X..x..X...X.x...", "X...x...X...x..."))
    parts = {
        "kick": ((preset,), 0.0),
        "snare": ((*BACK, "..x..x..x..x..x."), -4.0),
        "hat": (EIGHTHS + SIXTEENTHS, -8.0),
        "perc": (CLAVES, -6.0),
        "perc2": (CLAVES, -8.0),
    }
    return made(BOX, parts, feel(rng, 70, 150), rng, grit=0.4)


def industrial(rng: Rng) -> Made:
    """Distorted kicks, struck metal, machines."""
    kicks = (*FOUR, "X..X..X.X..X..X.", "X...X.X.X...X...")
    parts = {
        "kick": (kicks, 0.0),
        "snare": ((*BACK, "............X..."), -3.0),
        "perc": (CLAVES, -5.0),
        "perc2": (tuple(scattered(rng, 16, 0.25) for _ in range(2)), -8.0),
        "hat": (SIXTEENTHS + OFFS, -10.0),
    }
    return made(HARD, parts, feel(rng, 95, 150), rng, rooms=0.4, grit=0.5)


def hardcore(rng: Rng) -> Made:
    """Gabber kicks four to the floor, very fast."""
    parts = {
        "kick": (FOUR, 0.0),
        "hat": (OFFS, -9.0),
        "snare": (("....x.......x...", "................"), -8.0),
        "open": (OFFS, -8.0),
    }
    return made(GABBER, parts, feel(rng, 155, 190), rng)


def chip(rng: Rng) -> Made:
    """A beat of a game console."""
    parts = {
        "kick": (("X.....x.X.......", "X...X...X...X...", "X..x..x.X..x...."), 0.0),
        "snare": (BACK, -2.0),
        "hat": (EIGHTHS + SIXTEENTHS, -9.0),
        "perc": (CLAVES, -8.0),
    }
    return made(CHIP, parts, feel(rng, 90, 170), rng, rooms=0.0, grit=0.1)


def glitchy(rng: Rng) -> Made:
    """Beats in pieces: clicks, repeats, scraps, stumbling."""
    parts = {
        "kick": (tuple(scattered(rng, 32, 0.16) for _ in range(2)), 0.0),
        "snare": ((*tuple(scattered(rng, 32, 0.12) for _ in range(2)), "........X...............X......."), -3.0),
        "hat": (tuple(scattered(rng, 32, uniform(rng, 0.2, 0.7)) for _ in range(2)), -8.0),
        "perc": (tuple(scattered(rng, 32, 0.25) for _ in range(2)), -6.0),
        "perc2": (tuple(scattered(rng, 32, 0.3) for _ in range(2)), -8.0),
    }
    sound, claims = made(
        pick(rng, (GLITCH, GLITCH, MINIMAL, CHIP)), parts, feel(rng, 62, 90, grid=32), rng, rooms=0.3, grit=0.4
    )
    return _stuttered(sound, rng) if chance(rng, 0.6) else sound, claims


def _stuttered(sound: Signal, rng: Rng) -> Signal:
    cut, frames = sound.copy(), sound.shape[1]
    for _ in range(int(rng.integers(2, 8))):
        size, times = int(ratio(rng, 0.008, 0.15) * RATE), int(rng.integers(2, 9))
        start = int(rng.integers(0, max(1, frames - size * times)))
        piece = sound[:, start : start + size]
        tiled = np.tile(piece, (1, times))[:, : frames - start]
        cut[:, start : start + tiled.shape[1]] = tiled
    return cut


def idm(rng: Rng) -> Made:
    """Broken electronic beats: intricate, uneven, half acoustic and half machine."""
    parts = {
        "kick": (("X..x..x....x..x.", "X.....x..x....x.", "X.x....x..x.x..."), 0.0),
        "snare": (("....X..x....X.x.", "....x.....x.X...", "...X....X...x..x"), -2.0),
        "hat": (tuple(scattered(rng, 16, 0.6) for _ in range(3)), -9.0),
        "perc": (tuple(scattered(rng, 16, 0.3) for _ in range(3)), -7.0),
        "ghost": (tuple(scattered(rng, 16, 0.2) for _ in range(2)), -12.0),
    }
    return made(
        pick(rng, (GLITCH, CLUB, DUSTY, BASS, BOX)), parts, feel(rng, 80, 170, swing=0.3), rng, rooms=0.35, grit=0.35
    )


def lofi(rng: Rng) -> Made:
    """Slow, soft and worn."""
    parts = {
        "kick": (("X......x..X.....", "X.........x.....", "X..x......X....."), 0.0),
        "snare": (BACK, -2.0),
        "hat": (EIGHTHS, -9.0),
        "perc": (CLAVES, -12.0),
    }
    return made(pick(rng, (DUSTY, FOLEY, BOX)), parts, feel(rng, 66, 92, swing=0.5, human=0.012), rng, grit=1.0)


def found(rng: Rng) -> Made:
    """A beat made of things: doors, taps, bottles, paper."""
    parts = {
        "kick": (("X.....x.X.......", "X...X...X...X...", "X..x......X....."), 0.0),
        "snare": (BACK, -2.0),
        "hat": (EIGHTHS + SIXTEENTHS, -8.0),
        "perc": (CLAVES, -6.0),
        "perc2": (tuple(scattered(rng, 16, 0.3) for _ in range(2)), -8.0),
    }
    return made(FOLEY, parts, feel(rng, 75, 135, swing=0.3, human=0.008), rng, rooms=0.4)


def breakstep(rng: Rng) -> Made:
    """Two-step and garage: skipping kicks, swung hats, claps."""
    parts = {
        "kick": (("X.........X.....", "X.....x...X..x..", "X..x......X....."), 0.0),
        "snare": (BACK, -1.0),
        "hat": (("..x...x...x..xx.", "x.xx..x.x.xx..x."), -8.0),
        "perc": (CLAVES, -8.0),
        "open": (("..x.......x.....",), -9.0),
    }
    return made(pick(rng, (CLUB, TR909, BASS)), parts, feel(rng, 126, 140, swing=0.5), rng)


D, E = ("drums", "drum_loop"), "electronic"
FAMILIES = share(
    0.5,
    loop("beat_techno", techno, *D, E, "techno", "straight", weight=1.5),
    loop("beat_rumble", rumbling, *D, E, "techno", "rumble", "straight", weight=0.6),
    loop("beat_house", house, *D, E, "house", "straight", weight=1.3),
    loop("beat_trance", trance, *D, E, "trance", "straight", weight=0.6),
    loop("beat_minimal", minimal, *D, E, "minimal", weight=0.9),
    loop("beat_hiphop", hiphop, *D, "hiphop", weight=1.3),
    loop("beat_trap", trap, *D, E, "trap", weight=0.9),
    loop("beat_dnb", drum_and_bass, *D, "drum_and_bass", "breakbeat", weight=1.0),
    loop("beat_dubstep", dubstep, *D, E, "dubstep", weight=0.7),
    loop("beat_reggaeton", reggaeton, *D, "dancehall", weight=0.5),
    loop("beat_electro", electro, *D, E, "electro", weight=0.9),
    loop("beat_box", boxed, *D, E, "drum_machine", "vintage", weight=0.7),
    loop("beat_industrial", industrial, *D, E, "industrial", "distorted", weight=0.9),
    loop("beat_hardcore", hardcore, *D, E, "hardcore", "distorted", weight=0.6),
    loop("beat_chip", chip, *D, E, "chiptune", weight=0.4),
    loop("beat_glitch", glitchy, *D, E, "glitchy", weight=1.3),
    loop("beat_idm", idm, *D, "electronica", "breakbeat", weight=1.2),
    loop("beat_lofi", lofi, *D, "lofi", "hiphop", weight=0.7),
    loop("beat_foley", found, *D, "foley", weight=0.5),
    loop("beat_garage", breakstep, *D, E, "garage", weight=0.6),
)
