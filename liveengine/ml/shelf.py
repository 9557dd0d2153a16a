"""The rendered corpus in memory, and batches of it. Runs on: worker process that trains."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine.errors import BadArgument
from liveengine.lexicon.reading import lexicon
from liveengine.ml import heard
from liveengine.ml.features import FEATURES
from liveengine.ml.hear import CATEGORIES
from liveengine.ml.spectrum import BANDS

Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
VARIANTS = 2  # of every clip, one after the other
FLOOR = 0.3  # of the levels: noise that is there but not called so


@dataclass(frozen=True)
class Shelf:
    """Every variant of every clip: what is heard, and what may be said. Claims are columns, named by `names`."""

    heard: Bytes  # [2, BANDS, rows of all, one after another]
    starts: npt.NDArray[np.int64]  # [n + 1] rows
    names: tuple[str, ...]
    true: Mask  # [n, claims]
    unknown: Mask  # [n, claims]: nobody can say
    shares: npt.NDArray[np.float32]  # [n, CATEGORIES]: where each belongs, in all 1
    claims: tuple[frozenset[str], ...]  # the names that are true
    families: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.families)

    @cached_property
    def things(self) -> Mask:
        """Which claims are things or machines, [claims]."""
        kinds = [lexicon().concepts[name].kind for name in self.names]
        return np.array([kind in ("things", "machines") for kind in kinds])

    def rows_of(self, clips: Iterable[int]) -> npt.NDArray[np.int64]:
        """Return the row of one variant of each clip, the first and the second by turns."""
        return np.array([VARIANTS * clip + clip % VARIANTS for clip in clips], np.int64)

    def asked(self, wanted: Sequence[frozenset[str]]) -> Mask:
        """Return [sentences, claims]: what each asks for."""
        columns = {name: at for at, name in enumerate(self.names)}
        table = np.zeros((len(wanted), len(self.names)), bool)
        for row, some in enumerate(wanted):
            table[row, [columns[name] for name in some]] = True
        return table

    def levels(self, rows: npt.NDArray[np.int64], length: int, rng: np.random.Generator) -> npt.NDArray[np.float32]:
        """Return what is heard of some sounds, [n, 2, BANDS, length] 0..1, each slightly changed."""
        batch = np.zeros((len(rows), 2, BANDS, length), np.float32)
        for place, row in enumerate(rows):
            start, end = int(self.starts[row]), int(self.starts[row + 1])
            if end - start > length:
                start += int(rng.integers(end - start - length + 1)) if "loop" in self.claims[row] else 0
                end = start + length
            batch[place, :, :, : end - start] = self.heard[:, :, start:end]
        batch *= np.float32(1.0 / 255.0)
        return _changed(batch, rng)


def load(folder: Path) -> Shelf:
    """Return the corpus whose files `corpus-*.npz` lie in a folder, in the order of their names.

    Raises BadArgument where there are none.
    """
    parts = [np.load(file) for file in sorted(folder.glob("corpus-*.npz"))]
    if not parts:
        raise BadArgument(f"no corpus in {folder}: `liveengine train embedder` renders one")
    rows = np.concatenate([part["rows"] for part in parts])
    said: list[dict[str, Any]] = [one for part in parts for one in json.loads(part["said"].tobytes())]
    known = lexicon()
    told = [known.closed(one["claims"]) for one in said]
    shares = np.array([_shares(known.categories(one)) for one in told], np.float32)
    categories = [CATEGORIES[place] for place in shares.argmax(axis=1)]
    loops = np.array(["loop" in one for one in told])
    features = np.concatenate([part["features"] for part in parts])
    names, true, unknown = _together(told, heard.said(features, list(FEATURES), categories, loops))
    return Shelf(
        np.concatenate([part["heard"] for part in parts], axis=-1),
        np.concatenate([[0], np.cumsum(rows)]),
        names,
        true,
        unknown,
        shares,
        tuple(_picked(names, row) for row in true),
        tuple(one["family"] for one in said),
    )


def _shares(categories: Mapping[str, float]) -> list[float]:
    found = [categories.get(name, 0.0) ** 2 for name in CATEGORIES]
    total = sum(found)
    return [share / total if total else 1.0 / len(CATEGORIES) for share in found]


def _together(told: Sequence[frozenset[str]], measured: heard.Said) -> tuple[tuple[str, ...], Mask, Mask]:
    """Join what the families claim with what is measured, and with all that follows from both.

    A family's claim outweighs a measurement that contradicts it. Nobody can say what follows from a doubtful claim, nor
    the genre of a sound whose family names none.
    """
    known = lexicon()
    rows = []
    for some, sure, doubtful in zip(told, measured.true, measured.unknown, strict=True):
        against = {other for name in some for other in known.opposites[name]}
        held = known.closed(some | (_picked(measured.names, sure) - against))
        perhaps = held | (_picked(measured.names, doubtful) - against)
        rows.append((held, known.closed(perhaps) - held))
    names = tuple(sorted(frozenset().union(*(held | perhaps for held, perhaps in rows))))
    genres = frozenset(name for name in names if known.concepts[name].kind == "genres")
    true, unknown = np.zeros((len(told), len(names)), bool), np.zeros((len(told), len(names)), bool)
    columns = {name: at for at, name in enumerate(names)}
    for row, (held, perhaps) in enumerate(rows):
        true[row, [columns[name] for name in held]] = True
        unknown[row, [columns[name] for name in (perhaps if held & genres else perhaps | genres)]] = True
    return names, true, unknown


def _picked(names: Sequence[str], mask: Mask) -> frozenset[str]:
    return frozenset(names[int(at)] for at in np.flatnonzero(mask))


def _changed(batch: npt.NDArray[np.float32], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Tilt, lift, shift, stretch and mask a little: what equalisers, microphones, speed and cuts do, on levels."""
    count, _, bands, length = batch.shape
    there = batch > 0.0
    slope = rng.normal(0.0, 0.04, (count, 1, 1, 1)) * np.linspace(-1.0, 1.0, bands)[:, None]
    knots = rng.normal(0.0, 0.03, (count, 1, 8))
    bumps = np.repeat(knots, bands // 8, axis=2)[..., None]
    lift = (slope + bumps + rng.normal(0.0, 0.02, (count, 1, 1, 1))).astype(np.float32)
    batch = np.clip(batch + lift * there, 0.0, 1.0, out=batch)
    for place in np.flatnonzero(rng.random(count) < 0.4):
        batch[place] = _moved(batch[place], int(rng.integers(-2, 3)), float(np.exp(rng.uniform(-0.15, 0.15))))
    for place in np.flatnonzero(rng.random(count) < 0.2):
        heard = batch[place].max(axis=(0, 1)) > 0.0
        batch[place] = np.maximum(batch[place], heard * np.float32(rng.uniform(0.05, FLOOR)))
    for place in np.flatnonzero(rng.random(count) < 0.3):
        at, wide = int(rng.integers(bands - 6)), int(rng.integers(1, 7))
        batch[place, :, at : at + wide] = 0.0
    for place in np.flatnonzero(rng.random(count) < 0.3):
        at, wide = int(rng.integers(max(1, length - 24))), int(rng.integers(2, 24))
        batch[place, :, :, at : at + wide] *= np.float32(rng.uniform(0.0, 0.5))
    return np.asarray(batch, np.float32)


def _moved(levels: npt.NDArray[np.float32], higher: int, slower: float) -> npt.NDArray[np.float32]:
    """Return levels [2, bands, rows] some bands higher and so many times as slow."""
    rows = levels.shape[-1]
    moved = np.zeros_like(levels)
    source = np.round(np.arange(rows) / slower).astype(np.int64)
    source = source[source < rows]
    moved[:, :, : len(source)] = levels[:, :, source]
    if higher:
        moved = np.roll(moved, higher, axis=1)
        moved[:, slice(0, higher) if higher > 0 else slice(higher, None)] = 0.0
    return moved
