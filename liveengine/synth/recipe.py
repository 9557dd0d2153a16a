"""A sound as data: what it is called, what it claims, how it is made. Runs on: any process."""

from dataclasses import dataclass
from typing import Any

from .music import hertz, tonic
from .patterns import Bus, Layer
from .signals import RATE

CATEGORIES = ("kick", "snare", "hihat", "bass", "percussion", "fx", "synth", "vocal", "atmo")
KIT = "traum"


@dataclass(frozen=True)
class Recipe:
    """One stem of the kit before it is rendered; cheap, holds no audio."""

    name: str  # file name without folder and ending
    category: str
    tags: tuple[str, ...]
    tempo: float | None  # BPM of a loop
    bars: int | None
    key: str | None  # of a loop that is tonal
    root: str | None  # note of a one-shot that is tonal
    layers: tuple[Layer, ...]
    bus: Bus
    seed: int = 0
    rate: int = RATE

    @property
    def one_shot(self) -> bool:
        """True when it is not a loop."""
        return self.tempo is None


def layer(use: str, steps: str = "X", /, **given: Any) -> Layer:
    """A layer; notes, grid, level, side and motion are its own, the rest its instrument's; `root` may be a name."""
    own = {name: given.pop(name) for name in ("notes", "grid", "level", "side", "motion") if name in given}
    if "root" in given:
        given["root"] = hertz(given["root"])
    return Layer(use, given, steps, **own)


def shot(
    category: str,
    words: str,
    noun: str,
    root: str | None,
    *layers: Layer,
    detail: str = "",
    extra: str = "",
    **bus: Any,
) -> Recipe:
    """A one-shot; its first three words go into its name, `root` is its note without octave or None."""
    adjectives = tuple(words.split())
    label = _label(category, adjectives, noun)
    name = f"{KIT}_{category}_{label}" if root is None else f"{KIT}_{category}_{label}_{root}"
    said = _tags(category, adjectives, noun, detail, f"one-shot {extra}")
    return Recipe(name, category, said, None, None, None, root, layers, Bus(**bus))


def loop(
    category: str,
    words: str,
    noun: str,
    grid: tuple[float, int, str | None],
    *layers: Layer,
    detail: str = "",
    extra: str = "",
    **bus: Any,
) -> Recipe:
    """A loop on a grid of tempo, bars and key; its first three words, tempo and key go into its name."""
    tempo, bars, key = grid
    adjectives = tuple(words.split())
    end = f"{tempo:g}bpm" if key is None else f"{tempo:g}bpm_{key}"
    name = f"{KIT}_{category}_{_label(category, adjectives, noun)}_{end}"
    said = _tags(category, adjectives, noun, detail, f"loop {extra}")
    root = None if key is None else tonic(key)
    return Recipe(name, category, said, tempo, bars, key, root, layers, Bus(**bus))


def _tags(category: str, adjectives: tuple[str, ...], noun: str, detail: str, extra: str) -> tuple[str, ...]:
    """English tags, each once: category, descriptors, what it is, what it is for."""
    words = [category, *adjectives, noun, *detail.split(), *extra.split()]
    return tuple(dict.fromkeys(word for word in words if word and word not in {"a", "with"}))


def _label(category: str, adjectives: tuple[str, ...], noun: str) -> str:
    spoken = {category, "bass", "drum", "kick"} if category in {"kick", "bass"} else {category}
    plain = noun.lower().replace("hi-hat", "hihat").replace("drum and bass", "dnb").replace("hip hop", "hiphop")
    kind = [word for word in plain.split() if word not in spoken | {*adjectives[:3]}]
    return "_".join([*adjectives[:3], *kind])
