"""The HNSW file: a cache over the vectors, never trusted. Runs on: search thread.

hnswlib crashes on a flipped byte and answers nonsense for a file of another dimension, so a file is loaded only when
its sidecar fits: model, dimension, count, generation of the embeddings, and the BLAKE2 hash of every byte.
"""

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import hnswlib
import numpy as np

from liveengine.stems.vectors import Floats, Ids

M = 16  # links per element; recall 1.0 at EF = 64 on 20,000 x 512
EF_BUILD = 200
EF = 96


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an index was built from."""

    model: str
    checksum: str
    dim: int
    count: int
    generation: int


class Index:
    """Approximate nearest neighbours by cosine over L2-normalised vectors."""

    def __init__(self, dim: int, graph: Any = None) -> None:
        if graph is None:
            graph = hnswlib.Index(space="ip", dim=dim)
            graph.init_index(max_elements=1024, ef_construction=EF_BUILD, M=M, random_seed=1)
        graph.set_ef(EF)  # a loaded file comes back with 10
        self.dim = dim
        self._graph = graph
        self._gone: set[int] = set()

    @property
    def count(self) -> int:
        """Return how many stems can be found."""
        return int(self._graph.get_current_count()) - len(self._gone)

    @property
    def worn(self) -> bool:
        """True when so much was removed that a rebuild pays."""
        return len(self._gone) > 64 and len(self._gone) * 4 > self._graph.get_current_count()

    def add(self, ids: Ids, vectors: Floats) -> None:
        """Add stems or replace their vectors; room grows as needed. Releases the GIL."""
        room = self._graph.get_current_count() + len(ids)
        if room > self._graph.get_max_elements():
            self._graph.resize_index(max(room, 2 * self._graph.get_max_elements()))
        self._graph.add_items(vectors, ids, num_threads=min(2, os.cpu_count() or 1))

    def remove(self, stem: int) -> None:
        """Hide a stem; ids are never used again, so it stays hidden."""
        with contextlib.suppress(RuntimeError):  # not in the graph, or hidden already
            self._graph.mark_deleted(stem)
            self._gone.add(stem)

    def nearest(self, query: Floats, k: int) -> tuple[Ids, Floats]:
        """Return ids and cosines of about the k nearest, best first; fewer, or none, when the graph leads to fewer."""
        nothing = np.zeros(0, np.int64), np.zeros(0, np.float32)
        k = min(k, self.count)
        if k <= 0:
            return nothing
        self._graph.set_ef(max(EF, k))
        try:
            labels, distances = self._graph.knn_query(query, k=k, num_threads=1)
        except RuntimeError:  # hnswlib refuses an answer of less than k
            return nothing
        return labels[0].astype(np.int64), (1.0 - distances[0]).astype(np.float32)

    def save(self, file: Path, stamp: Stamp) -> None:
        """Write graph and sidecar; a kill in between leaves a pair that does not fit and is rebuilt."""
        part = file.with_name(file.name + ".part")
        self._graph.save_index(str(part))
        _sync(part)
        record = {**asdict(stamp), "gone": sorted(self._gone), "blake2": _digest(part)}
        part.replace(file)
        sidecar = _sidecar(file)
        part = sidecar.with_name(sidecar.name + ".part")
        part.write_text(json.dumps(record), "utf-8")
        _sync(part)
        part.replace(sidecar)

    @classmethod
    def load(cls, file: Path, stamp: Stamp) -> Self | None:
        """Return the saved index if it fits `stamp` and every byte is as written, else None: rebuild it."""
        try:
            record = json.loads(_sidecar(file).read_text("utf-8"))
            gone, digest = record.pop("gone"), record.pop("blake2")
            if record != asdict(stamp) or digest != _digest(file):
                return None
            graph = hnswlib.Index(space="ip", dim=stamp.dim)
            graph.load_index(str(file))
        except (OSError, ValueError, KeyError, AttributeError, TypeError, RuntimeError):
            return None
        index = cls(stamp.dim, graph)
        index._gone = set(gone)
        return index if index.count == stamp.count else None


def _sidecar(file: Path) -> Path:
    return file.with_name(file.name + ".json")


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def _sync(file: Path) -> None:
    with file.open("rb") as stream:
        os.fsync(stream.fileno())
