"""Notes, chords, phrases and beds: how an instrument becomes a family. Runs on: any process, offline.

A player draws an instrument: a voice that plays any note of it, and what is true of it.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np

from ..bass import Bass
from ..effects import room
from ..filters import through
from ..signals import RATE, Rng, Signal, fit, landing, length, linear, mix, normal, pan, place, wide
from ..tones import Tone
from .dice import SCALES, chance, chord, dirtied, pick, pitch, ratio, spaced, uniform
from .family import Family, Made
from .takes import sampled, squeezed, tone

MODES = ("minor", "major", "minor", "major", "minor")  # of SCALES
Voice = Callable[[float, float, float], Signal]  # Hz, seconds it is held, velocity 0..1
Drawn = tuple[Voice, set[str]]  # an instrument, and what is true of it
Player = Callable[[Rng], Drawn]
Given = TypeVar("Given", Bass, Tone)  # the parameters of an instrument
LONGEST = 4.5  # s of a one-shot
QUIET = -62.0  # dB below the peak: what comes after is cut


def played(rng: Rng, instrument: Callable[[Given, Rng], Signal], base: Given) -> Voice:
    """A voice that plays the instrument at any pitch as `base` says, its drift always the same."""
    seed = int(rng.integers(2**31))

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        given = replace(base, root=hertz, seconds=seconds, velocity=velocity)
        return instrument(given, np.random.default_rng(seed))

    return voice


def note(
    name: str,
    player: Player,
    low: int,
    high: int,
    *claims: str,
    seconds: tuple[float, float] = (0.12, 2.5),
    weight: float = 1.0,
    wet: float = 0.3,
    dirt: float = 0.05,
) -> Family:
    """A family of single notes between two MIDI numbers, held for `seconds`."""

    def make(rng: Rng) -> Made:
        voice, true = player(rng)
        sound = voice(pitch(rng, low, high), ratio(rng, *seconds), uniform(rng, 0.35, 1.0))
        return finished(sound, true, rng, wet=wet, dirt=dirt)

    return Family(name, ("one_shot", *claims), make, weight)


def chords(
    name: str,
    player: Player,
    low: int,
    high: int,
    *claims: str,
    seconds: tuple[float, float] = (0.15, 2.5),
    weight: float = 1.0,
    wet: float = 0.35,
    strum: float = 0.0,
) -> Family:
    """A family of chords above a note between two MIDI numbers, struck together or within `strum` seconds."""

    def make(rng: Rng) -> Made:
        voice, true = player(rng)
        steps, kind = chord(rng)
        root = pitch(rng, low, high)
        sound = struck(
            voice,
            root,
            steps,
            seconds=ratio(rng, *seconds),
            velocity=uniform(rng, 0.4, 1.0),
            strum=uniform(rng, 0.0, strum),
        )
        return finished(sound, true | kind, rng, wet=wet, dirt=0.05)

    return Family(name, ("one_shot", *claims), make, weight)


def phrase(
    name: str,
    player: Player,
    low: int,
    high: int,
    *claims: str,
    style: str = "line",
    tempo: tuple[float, float] = (70.0, 170.0),
    weight: float = 1.0,
    wet: float = 0.3,
) -> Family:
    """A family of loops of one to four bars: a line, an arpeggio, or chords one after another."""

    def make(rng: Rng) -> Made:
        voice, true = player(rng)
        sound, played = played_round(voice, (low, high), style, uniform(rng, *tempo), rng)
        if not chance(rng, wet):
            return sound, true | played
        seconds, level = ratio(rng, 0.3, 3.0), ratio(rng, 0.1, 0.9)
        heard = room(normal(sound), seconds, ratio(rng, 1500, 9000), level, rng, circular=True)
        return heard, true | played | ({"wet"} if level > 0.4 and seconds > 0.8 else set())

    return Family(name, ("loop", *claims), make, weight)


def shot(
    name: str,
    make: Callable[[Rng], Made],
    *claims: str,
    weight: float = 1.0,
    wet: float = 0.25,
    dirt: float = 0.08,
    longest: float = LONGEST,
) -> Family:
    """A family of one-shots of any making, now and then in a room or driven."""

    def made(rng: Rng) -> Made:
        sound, true = make(rng)
        return finished(sound, true, rng, wet=wet, dirt=dirt, longest=longest)

    return Family(name, ("one_shot", *claims), made, weight)


def bed(name: str, make: Callable[[Rng], Made], *claims: str, weight: float = 1.0, looped: float = 0.5) -> Family:
    """A family of beds that go on: some go round as a loop, some swell and fade."""

    def made(rng: Rng) -> Made:
        sound, true = make(rng)
        if chance(rng, looped):
            return sound, true | {"loop"}
        frames = sound.shape[-1]
        rise = np.clip(np.arange(frames) / (frames * uniform(rng, 0.01, 0.4)), 0, 1).astype(np.float32)
        return landing(sound * rise, frames / RATE * uniform(rng, 0.05, 0.5)), true | {"one_shot"}

    return Family(name, claims, made, weight)


def finished(sound: Signal, claims: set[str], rng: Rng, *, wet: float, dirt: float, longest: float = LONGEST) -> Made:
    """A one-shot equalised, pressed, driven, placed in a room now and then, without what is inaudible at its end."""
    made = through(normal(sound), tone(rng)) if chance(rng, 0.5) else sound
    made = squeezed(made, uniform(rng, 0.05, 0.5)) if chance(rng, 0.15) else made
    made, dirty = dirtied(made, rng, dirt)
    if chance(rng, 0.06):
        made, dirty = sampled(made, rng), dirty | {"lofi"}
    made, heard = spaced(made, rng, wet)
    return trimmed(made, longest), claims | dirty | heard


def trimmed(sound: Signal, longest: float = LONGEST) -> Signal:
    """The sound without what is inaudible at its end, at most `longest` seconds."""
    level = np.max(np.abs(sound), axis=0)
    loud = np.flatnonzero(level > np.max(level, initial=1e-9) * linear(QUIET))
    frames = max(int(loud[-1]) + 240 if len(loud) else 1, length(0.05))
    return landing(fit(sound, min(frames, length(longest))), 0.3 if frames > length(longest) else 0.004)


def struck(
    voice: Voice, root: float, steps: tuple[int, ...], *, seconds: float, velocity: float, strum: float = 0.0
) -> Signal:
    """Notes of a chord together, each `strum / notes` seconds after the one before."""
    parts = []
    for number, step in enumerate(steps):
        sound = voice(root * 2 ** (step / 12), seconds, velocity)
        late = round(strum * RATE * number / len(steps))
        parts.append(np.pad(sound, [(0, 0), (late, 0)]))
    return normal(mix(*parts))


def played_round(voice: Voice, span: tuple[int, int], style: str, tempo: float, rng: Rng) -> Made:
    """A loop of at most about six seconds between two MIDI numbers, and what is true of it."""
    low, high = span
    bars = max(1, min(4, int(6.0 * tempo / 240.0)))
    bars = 1 if bars == 1 else pick(rng, (1, 2, bars)) if bars > 2 else pick(rng, (1, 2, 2))
    frames = round(bars * 240.0 / tempo * RATE)
    number = int(rng.integers(len(SCALES)))
    root = int(rng.integers(low, min(low + 12, high) + 1))
    scale = [s + 12 * octave for octave in range(3) for s in SCALES[number] if root + s + 12 * octave <= high]
    claims = {"minor", "major"}.intersection({("minor", "major", "minor", "major", "minor")[number]})
    out = np.zeros((2, frames), np.float32)
    takes: dict[tuple[int, int], Signal] = {}
    step = frames / (bars * 16)
    for at, held, degree, velocity in score(style, bars * 16, len(scale) or 1, rng):
        key = (degree, held)
        if key not in takes:
            takes[key] = _take(voice, root + (scale[degree] if scale else 0), held * step / RATE, style, rng)
        place(out, wide(takes[key]), round(at * step), velocity)
    return out, claims


def _take(voice: Voice, midi: int, seconds: float, style: str, rng: Rng) -> Signal:
    hertz = 440.0 * 2 ** ((midi - 69) / 12)
    velocity = uniform(rng, 0.5, 1.0)
    if style in ("chords", "strum"):
        steps, _ = chord(rng)
        late = 0.03 if style == "strum" else 0.0
        return struck(voice, hertz, steps[:4], seconds=seconds * 0.95, velocity=velocity, strum=late)
    made = voice(hertz, seconds * 0.92, velocity)
    return pan(made, uniform(rng, -0.4, 0.4)) if style == "arp" else made


def score(style: str, steps: int, degrees: int, rng: Rng) -> list[tuple[int, int, int, float]]:
    """Notes round `steps` sixteenths: step, steps held, degree, velocity. At most six different degrees."""
    if style == "chords":
        every = pick(rng, (4, 8, 8, 16)) if steps > 16 else pick(rng, (4, 8))
        few = rng.integers(0, degrees, 4)
        held = pick(rng, (every, every, max(1, every // 2), max(1, every // 4)))
        return [(at, held, int(few[at // every % 4]), 1.0) for at in range(0, steps, every)]
    if style == "strum":
        return _strummed(steps, degrees, rng)
    if style == "arp":
        every = pick(rng, (1, 2, 2, 3))
        run = [int(x) for x in rng.choice(degrees, min(degrees, int(rng.integers(3, 6))), replace=False)]
        run = sorted(run) if chance(rng, 0.7) else run
        run = run + run[-2:0:-1] if chance(rng, 0.4) else run
        return [(at, every, run[n % len(run)], uniform(rng, 0.6, 1.0)) for n, at in enumerate(range(0, steps, every))]
    motif = pick(rng, (8, 16, 16, min(32, steps)))
    busy = uniform(rng, 0.2, 0.85)
    marks = [at for at in range(motif) if at == 0 or rng.random() < busy * (1.0 if at % 2 == 0 else 0.55)]
    tones = [int(x) for x in rng.integers(0, degrees, 5)]
    legato = chance(rng, 0.4)
    made = []
    for number, at in enumerate(marks):
        room_left = (marks[number + 1] if number + 1 < len(marks) else motif) - at
        held = room_left if legato else min(room_left, int(rng.integers(1, 4)))
        degree = tones[0] if chance(rng, 0.4) else pick(rng, tones)
        made.append((at, min(held, 8), degree, uniform(rng, 0.55, 1.0)))
    return [(start + at, held, degree, loud) for start in range(0, steps, motif) for at, held, degree, loud in made]


def _strummed(steps: int, degrees: int, rng: Rng) -> list[tuple[int, int, int, float]]:
    """One rhythm in each bar, a chord to a bar."""
    few, bar = rng.integers(0, degrees, 4), rng.random(16) < uniform(rng, 0.4, 0.85)
    hits = [at for at in range(steps) if at % 16 == 0 or bar[at % 16]]
    gaps = [after - at for at, after in zip(hits, [*hits[1:], steps], strict=True)]
    return [
        (at, min(gap, 4), int(few[at // 16 % 4]), uniform(rng, 0.5, 1.0)) for at, gap in zip(hits, gaps, strict=True)
    ]
