"""Loops whose tempo and key are known, to measure the analysis by. Runs on: any process, offline.

Each is played by this project's instruments in a style drawn at random: the patterns say where the beat lies (a snare
on two and four, a kick on every beat, a skank between), the style says which tempi are usual, the harmony is a bass
line, chords, an arpeggio or a pad in a key. Most are cut exactly; some have a tail or were started late, as real ones.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .music import NAMES, bar_frames
from .patterns import Bus, Layer, loop
from .signals import RATE, Rng, child, normal

UNCUT = 0.12  # share of loops that are not cut on the beat
_MODES = {  # semitones, and how usual the mode is
    "m": (
        ((0, 2, 3, 5, 7, 8, 10), 0.7),
        ((0, 2, 3, 5, 7, 9, 10), 0.12),
        ((0, 1, 3, 5, 7, 8, 10), 0.08),
        ((0, 2, 3, 5, 7, 8, 11), 0.1),
    ),
    "": (((0, 2, 4, 5, 7, 9, 11), 0.8), ((0, 2, 4, 5, 7, 9, 10), 0.15), ((0, 2, 4, 6, 7, 9, 11), 0.05)),
}
_PROGRESSIONS = {  # degrees of the scale; not all begin at home
    "m": (
        (0,),
        (0,),
        (0,),
        (0, 5),
        (0, 6),
        (0, 3),
        (0, 5, 2, 6),
        (0, 3, 6, 2),
        (0, 6, 5, 6),
        (0, 2, 6, 3),
        (0, 3, 4, 0),
        (5, 6, 0, 0),
        (3, 0),
        (5, 2, 6, 0),
    ),
    "": (
        (0,),
        (0,),
        (0, 3),
        (0, 4),
        (0, 4, 5, 3),
        (0, 5, 3, 4),
        (0, 3, 4, 3),
        (0, 3, 1, 4),
        (1, 4, 0, 0),
        (3, 0),
        (5, 3, 0, 4),
    ),
}
Key = tuple[int, tuple[int, ...]]  # semitones above C, and the scale above that


@dataclass(frozen=True)
class Labelled:
    """A loop and the truth about it."""

    name: str
    sound: npt.NDArray[np.float32]  # [channels, frames] at RATE, peak 0.9
    tempo: float  # beats per minute
    key: str | None  # "Am", "C"; None where no note is played
    cut: bool  # its length is a whole number of bars


@dataclass(frozen=True)
class Style:
    """Usual tempi and the patterns of each part, of which one is drawn; "" leaves a part out."""

    low: float
    high: float
    kick: tuple[str, ...]
    snare: tuple[str, ...]
    hats: tuple[str, ...]
    bass: tuple[str, ...]
    more: tuple[str, ...] = ("",)  # percussion
    swing: float = 0.0  # at most
    feel: tuple[str, ...] = ("kick snare hats", "kick snare hats bass", "kick snare hats bass chords")


_EIGHTHS, _OFF, _SIXTEENTHS = "x.o.x.o.x.o.x.o.", "..X...X...X...X.", "Xoxoxoxoxoxoxoxo"
_FOUR, _BACK = "X...X...X...X...", "....X.......X..."
_TONAL = (
    "bass",
    "chords",
    "arp",
    "bass chords",
    "bass arp",
    "pad",
    "pad arp",
    "keys",
    "lead",
    "chords lead",
    "bass lead",
)

STYLES = {
    "house": Style(
        116, 128, (_FOUR,), (_BACK,), (_OFF, "x.Xox.Xox.Xox.Xo"),
        ("..x..x..x.x..x..", "x..x..x...x.x..."), ("", "...o..o....o..o."), 0.3,
    ),
    "techno": Style(
        124, 145, (_FOUR,), ("", _BACK, "....x......x...."), (_OFF, _SIXTEENTHS, "..x...x...x..xx."),
        (".xxx.xxx.xxx.xxx", "..x...x...x...x.", "x.x.x.x.x.x.x.x."), ("", "x..x..x..x..x..."),
        feel=("kick", "kick hats", "kick snare hats more", "kick hats bass", "kick snare hats arp", "kick bass"),
    ),
    "trance": Style(
        132, 142, (_FOUR,), (_BACK,), (_OFF,), (".xxx.xxx.xxx.xxx",),
        feel=("kick snare hats bass arp", "kick hats bass chords", "kick hats bass"),
    ),
    "disco": Style(
        108, 126, (_FOUR,), (_BACK,), ("x.X.x.X.x.X.x.X.", _SIXTEENTHS), ("x.x.x.x.x.x.x.x.", "x.xx.xx.x.xx.xx."),
        ("", "x.xxx.xxx.xxx.xx"), 0.1,
    ),
    "hiphop": Style(
        76, 100, ("X......x..X.....", "X..x....x.X.....", "X.....x.X......."), (_BACK,),
        (_EIGHTHS, "x.x.x.xxx.x.x.x.", _SIXTEENTHS), ("x.....x...x.....", "x..x......x..x.."), swing=0.35,
    ),
    "trap": Style(
        128, 150, ("X.........x.....", "X.....x...x.....", "X..........x..x."), ("........X.......",),
        (_EIGHTHS, "x.x.x.x.x.xxx.x.", "x.xxx.x.x.x.xxxx"), ("X-----....x---..", "X-------........"),
    ),
    "dub": Style(
        66, 84, ("........X.......", "X.......X......."), ("........X.......", _BACK), (_EIGHTHS, "x.xox.xox.xox.xo"),
        ("x..x..x...x.x...", "..x.x...x..x...."), ("..x...x...x...x.",), 0.25,
        ("kick snare hats bass skank", "kick snare hats skank", "snare hats bass more"),
    ),
    "funk": Style(
        92, 118, ("X.X.......X..X..", "X..X..X...X.....", "X.......X.X....."), ("....X..,.,..X..,", "....X.......X..,"),
        (_EIGHTHS, _SIXTEENTHS), ("X..x..x.x..x..x.", "X.x...x..x.x...."), swing=0.15,
    ),
    "breakbeat": Style(
        122, 142, ("X.X.......X.....", "X.....X...X.....", "X..X......X....."),
        ("....X.......X...", "....X..,.,..X..,"),
        (_EIGHTHS, "x.x.x.x.x.x.x.xx"), ("x..x..x...x.x...",),
    ),
    "drum_and_bass": Style(
        164, 178, ("X.........X.....", "X.X.......X....."), (_BACK, "....X..,.,..X..,"), (_EIGHTHS, "x.x.x.x.x.x.x.xx"),
        ("X-----x---......", "x---..x---..x---"),
    ),
    "dubstep": Style(
        137, 144, ("X.........x.....", "X..x............"), ("........X.......",), (_EIGHTHS, "x..x..x.x..x..x."),
        ("X---x---x-x-x-x-", "X-------x--x--x-"),
    ),
    "rock": Style(
        84, 168, ("X.......X.X.....", "X.......X.......", "X.X.....X.X....."), (_BACK,), (_EIGHTHS, "X.x.X.x.X.x.X.x."),
        ("x.x.x.x.x.x.x.x.",),
    ),
    "ballad": Style(
        60, 80, ("X.......X.......", "X.......X.x....."), (_BACK,), (_EIGHTHS, "x.x.x.x.x.x.x.x."),
        ("X-------x-------",),
        feel=("kick snare hats", "kick snare hats keys", "snare hats bass keys"),
    ),
    "electro": Style(
        112, 134, ("X.....X...X.....", "X..X..X...X.X..."), (_BACK,), (_EIGHTHS, _SIXTEENTHS), ("x.x.xx.x.x.x.x..",),
    ),
    "hardcore": Style(
        158, 180, (_FOUR,), ("", _BACK), (_OFF,), ("..x...x...x...x.",), feel=("kick", "kick hats", "kick hats bass"),
    ),
    "latin": Style(
        88, 128, ("X..x..X.X..x..X.", "X..x..x.X..x..x."), ("...X..X....X..X.", "X..X..X...X.X..."),
        (_EIGHTHS, "x.xxx.xxx.xxx.xx"), ("x..x..x.x..x..x.",), ("x..x..x...x.x...",),
        feel=("kick snare hats", "snare hats more", "kick snare hats bass more"),
    ),
    "hats": Style(
        90, 140, ("",), ("",), (_EIGHTHS, _OFF, _SIXTEENTHS, "x.xxx.xxx.xxx.xx"), ("",), feel=("hats", "hats more"),
    ),
    "melodic": Style(
        70, 150, ("",), ("",), ("",), ("x..x..x.x..x..x.", "x.x.x.x.x.x.x.x.", ".xxx.xxx.xxx.xxx", "X-----x---x-x---"),
        swing=0.1, feel=_TONAL,
    ),
}  # fmt: skip
TONAL = frozenset(("bass", "chords", "arp", "pad", "keys", "skank", "lead"))
_NAMES = tuple(STYLES)
_OFTEN = np.array([4.0 if name == "melodic" else 1.0 for name in _NAMES])


def draw(seed: int, number: int) -> Labelled:
    """Loop `number` of a seed: depends on these two alone."""
    rng = child(seed, f"labelled {number}")
    name = _NAMES[int(rng.choice(len(_NAMES), p=_OFTEN / _OFTEN.sum()))]
    style = STYLES[name]
    tempo = float(rng.uniform(style.low, style.high))
    tempo = float(round(tempo)) if rng.random() < 0.8 else round(tempo, 2)
    bars = int(rng.choice([1, 2, 4, 8], p=[0.25, 0.35, 0.3, 0.1]))
    bars = max(bars, 2) if name == "melodic" else bars
    minor = bool(rng.random() < 0.7)
    tonic, mode = int(rng.integers(12)), "m" if minor else ""
    feel = str(rng.choice(style.feel)).split()
    scales, usual = zip(*_MODES[mode], strict=True)
    key = (tonic, scales[int(rng.choice(len(scales), p=usual))])
    fitting = [steps for steps in _PROGRESSIONS[mode] if len(steps) <= bars]  # all of it is heard
    progression = fitting[int(rng.integers(len(fitting)))]
    layers = _layers(style, feel, key, progression, rng)
    swing = float(rng.uniform(0.0, style.swing))
    wet = float(rng.uniform(0.02, 0.25)) if rng.random() < 0.5 else 0.0
    bus = Bus(swing=swing, human=float(rng.uniform(0, 0.006)), drive=float(rng.uniform(0, 6)), room_level=wet)
    made = loop(tuple(layers), bus, bar_frames(bars, tempo), tempo, rng)
    cut = bool(rng.random() >= UNCUT)
    sound = np.ascontiguousarray(normal(made, 0.9) if cut else _uncut(normal(made, 0.9), tempo, rng), np.float32)
    tonal = any(word in TONAL for word in feel)
    return Labelled(f"{name}_{number}", sound, tempo, NAMES[tonic] + mode if tonal else None, cut)


def part(rng: Rng, name: str) -> tuple[npt.NDArray[np.float32], float, int]:
    """A loop of one part alone (kick, snare, hats, more, bass, or one of TONAL), its tempo and its bars.

    `[channels, frames]`, exactly its bars long, peak 0.9; one channel where both say the same.
    """
    having = [style for style in STYLES.values() if name in TONAL - {"bass"} or any(getattr(style, name))]
    style = having[int(rng.integers(len(having)))]
    tempo, bars = float(round(float(rng.uniform(style.low, style.high)))), int(rng.choice([1, 2, 4]))
    mode = "m" if rng.random() < 0.7 else ""
    key = (int(rng.integers(12)), _MODES[mode][0][0])
    fitting = [steps for steps in _PROGRESSIONS[mode] if len(steps) <= bars]
    layers: list[Layer] = []
    while not layers:
        layers = _layers(style, [name], key, fitting[int(rng.integers(len(fitting)))], rng)
        layers = [layer for layer in layers if layer.steps.strip(".-| ")]
    wet = float(rng.uniform(0.02, 0.25)) if rng.random() < 0.5 else 0.0
    bus = Bus(swing=float(rng.uniform(0.0, style.swing)), drive=float(rng.uniform(0, 6)), room_level=wet)
    made = normal(loop(tuple(layers), bus, bar_frames(bars, tempo), tempo, rng), 0.9)
    middle = made.mean(axis=0, keepdims=True)
    alike = np.mean((made - middle) ** 2) < 0.02 * np.mean(made**2)
    return np.ascontiguousarray(normal(middle, 0.9) if alike else made, np.float32), tempo, bars


def _uncut(sound: npt.NDArray[np.float32], tempo: float, rng: Rng) -> npt.NDArray[np.float32]:
    """The loop twice and a bit, begun or ended where no beat is, or with silence around it."""
    if rng.random() < 0.5:
        lead, tail = (round(float(rng.uniform(0.02, 0.3)) * RATE) for _ in range(2))
        return np.pad(sound, ((0, 0), (lead, tail)))
    some = round(float(rng.uniform(0.3, 0.7)) * 60.0 / tempo * RATE)
    return np.concatenate([sound, sound, sound[:, :some]], axis=1)


def _layers(style: Style, feel: list[str], key: Key, progression: tuple[int, ...], rng: Rng) -> list[Layer]:
    found = []
    for part in feel:
        if part == "bass":
            found.append(_bass(str(rng.choice(style.bass)), key, progression, rng))
        elif part == "lead":
            found.append(_lead(key, progression, rng))
        elif part in TONAL:
            found += _harmony(part, key, progression, rng)
        elif steps := str(rng.choice(getattr(style, part))):
            found.append(_drum(part, steps, rng))
    return found


def _drum(part: str, steps: str, rng: Rng) -> Layer:
    def of(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    if part == "kick":
        given = {
            "root": of(42, 62),
            "seconds": of(0.15, 0.4),
            "knock": of(0, 0.6),
            "drive": of(2, 12),
            "click": of(0, 0.4),
        }
        return Layer("kick", given, steps)
    if part == "snare":
        if rng.random() < 0.3:
            return Layer("clap", {"seconds": of(0.12, 0.3)}, steps, level=-3.0)
        return Layer(
            "snare", {"root": of(160, 230), "seconds": of(0.12, 0.3), "wires": of(0.4, 0.9)}, steps, level=-3.0
        )
    if part == "hats":
        if rng.random() < 0.15:
            return Layer("shaker", {"root": of(5_500, 9_000), "rise": of(0.006, 0.025)}, steps, level=of(-10, -4))
        return Layer("hat", {"root": of(300, 500), "seconds": of(0.03, 0.16)}, steps, level=of(-14, -5))
    body = str(rng.choice(["conga", "wood", "cowbell"]))
    return Layer("struck", {"root": of(150, 700), "seconds": of(0.08, 0.25), "body": body}, steps, level=of(-10, -4))


def _bass(steps: str, key: Key, progression: tuple[int, ...], rng: Rng) -> Layer:
    """A line on the roots of the progression, one for each bar, with fifths, octaves and scale notes between."""
    tonic, scale = key
    hits = _count(steps)
    notes: list[int] = []
    for degree in progression:
        root, third, fifth = (_degree(scale, degree + step) for step in (0, 2, 4))
        down = 12 if root > 6 else 0
        around = (root, root, root, root + 12, fifth, third, scale[int(rng.integers(7))])
        line = [root, *(int(rng.choice(around)) for _ in range(hits - 1))]
        line[-1] = third if degree == 0 and hits > 1 else line[-1]  # the third says whether it is major or minor
        notes += [note - down for note in line]
    low = 24 + tonic if tonic >= 4 else 36 + tonic
    given = {"root": _hertz(low), "cutoff": float(rng.uniform(150, 900)), "envelope": float(rng.uniform(0.5, 2.5))}
    return Layer("bass", given, steps, tuple(notes), level=-3.0)


def _lead(key: Key, progression: tuple[int, ...], rng: Rng) -> Layer:
    """A melody that walks through the scale and begins each bar on a note of its chord."""
    tonic, scale = key
    steps = str(rng.choice(["x--x--x-x---x-x-", "X-------x---x---", "x-x-x-x-x-x-x---", "..x-x---x-x-x---"]))
    notes: list[int] = []
    for degree in progression:
        place = degree + int(rng.choice([0, 0, 2, 4]))
        for _ in range(_count(steps)):
            notes.append(_degree(scale, place))
            place = int(np.clip(place + rng.choice([-2, -1, -1, 1, 1, 2]), 0, 10))
    given = {"root": _hertz(60 + tonic), "cutoff": float(rng.uniform(800, 3000)), "vibrato": float(rng.uniform(0, 15))}
    return Layer("tone", given, steps, tuple(notes), level=-4.0)


def _harmony(part: str, key: Key, progression: tuple[int, ...], rng: Rng) -> list[Layer]:
    tonic, scale = key
    chords = [tuple(_degree(scale, degree + third) for third in (0, 2, 4)) for degree in progression]
    root = _hertz(48 + tonic + (0 if tonic < 8 else -12))
    if part == "pad":
        return [Layer("pad", {"root": root / 2, "chords": tuple(chords), "cutoff": float(rng.uniform(700, 2500))})]
    if part == "arp":
        order = (0, 1, 2, 1) if rng.random() < 0.5 else (0, 1, 2, 0)
        notes = tuple(chord[step] for chord in chords for step in order * 4)
        given = {"root": root * 2, "cutoff": float(rng.uniform(600, 2500)), "drive": 3.0}
        return [Layer("tone", given, "x" * 16, notes, level=-4.0)]
    steps = {"skank": "..x...x...x...x.", "keys": "X-------x---x---", "chords": "X--X--X---X-X---"}[part]
    use = "keys" if part == "keys" or rng.random() < 0.3 else "tone"
    given = {"release": 0.2} if use == "keys" else {"cutoff": float(rng.uniform(600, 2500)), "voices": 2}
    return [
        Layer(use, {"root": root, **given, "chord": form}, bars, notes, level=-4.0)
        for form, bars, notes in _forms(steps, chords)
    ]


def _forms(steps: str, chords: list[tuple[int, ...]]) -> list[tuple[tuple[int, ...], str, tuple[int, ...]]]:
    """Return for each form of chord the bars in which it is played, as steps, and its notes."""
    shapes = [tuple(note - chord[0] for note in chord) for chord in chords]
    found = []
    for form in dict.fromkeys(shapes):
        bars = "".join(steps if shape == form else "." * len(steps) for shape in shapes)
        notes = (
            chord[0] for chord, shape in zip(chords, shapes, strict=True) if shape == form for _ in range(_count(steps))
        )
        found.append((form, bars, tuple(notes)))
    return found


def _count(steps: str) -> int:
    return sum(mark not in "-. |" for mark in steps)


def _hertz(note: float) -> float:
    return float(440.0 * 2.0 ** ((note - 69.0) / 12.0))


def _degree(scale: tuple[int, ...], degree: int) -> int:
    return scale[degree % 7] + 12 * (degree // 7)
