"""The HNSW file: a cache over the vectors, never trusted. Runs on: search thread.

hnswlib crashes on a flipped byte and answers nonsense for a file of another dimension, so a file is loaded only when
its sidecar fits: model, dimension, count, digest of the stems and vectors, and the BLAKE2 hash of every byte. Its
vectors are turned onto the directions in which the library differs most and shortened to half: what it finds is
compared exactly anyway.
"""

import base64
import contextlib
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import hnswlib
import numpy as np

from liveengine.cores import cores
from liveengine.digest import digest
from liveengine.stems.vectors import Floats, Ids

M = 16  # links per element
EF_BUILD = 100
EF = 96
KEPT = 2  # one of so many dimensions is kept


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an index was built from."""

    model: str
    checksum: str
    dim: int
    count: int
    digest: str  # of the stems and their vectors


class Index:
    """Approximate nearest neighbours by cosine over L2-normalised vectors."""

    def __init__(self, basis: Floats, graph: Any = None) -> None:
        if graph is None:
            graph = hnswlib.Index(space="ip", dim=basis.shape[1])
            graph.init_index(max_elements=1024, ef_construction=EF_BUILD, M=M, random_seed=1)
        graph.set_ef(EF)  # a loaded file comes back with 10
        self._basis = basis
        self._graph = graph
        self._gone: set[int] = set()

    @classmethod
    def over(cls, sample: Floats) -> Self:
        """Return an empty index for vectors like these [n, dim]: on their strongest directions (uncentred PCA)."""
        _, directions = np.linalg.eigh(sample.T @ sample)
        kept = max(1, sample.shape[1] // KEPT)
        return cls(np.ascontiguousarray(directions[:, ::-1][:, :kept], np.float32))

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
        self._graph.add_items(self._turned(vectors), ids, num_threads=min(2, cores()))

    def remove(self, stem: int) -> None:
        """Hide a stem; ids are never used again, so it stays hidden."""
        with contextlib.suppress(RuntimeError):  # not in the graph, or hidden already
            self._graph.mark_deleted(stem)
            self._gone.add(stem)

    def nearest(self, query: Floats, k: int) -> Ids:
        """Return about the k nearest stems; fewer, or none, when the graph leads to fewer."""
        k = min(k, self.count)
        if k <= 0:
            return np.zeros(0, np.int64)
        self._graph.set_ef(max(EF, k))
        try:
            labels, _ = self._graph.knn_query(self._turned(query[None]), k=k, num_threads=1)
        except RuntimeError:  # hnswlib refuses an answer of less than k
            return np.zeros(0, np.int64)
        found: Ids = labels[0].astype(np.int64)
        return found

    def save(self, file: Path, stamp: Stamp) -> None:
        """Write graph and sidecar; a kill in between leaves a pair that does not fit and is rebuilt."""
        part = file.with_name(file.name + ".part")
        self._graph.save_index(str(part))
        _sync(part)
        record = {**asdict(stamp), "gone": sorted(self._gone), "basis": _text(self._basis), "blake2": digest(part)}
        part.replace(file)
        sidecar = _sidecar(file)
        part = sidecar.with_name(sidecar.name + ".part")
        part.write_text(json.dumps({**record, "seal": _seal(record)}), "utf-8")
        _sync(part)
        part.replace(sidecar)

    @classmethod
    def load(cls, file: Path, stamp: Stamp) -> Self | None:
        """Return the saved index if it fits `stamp` and every byte is as written, else None: rebuild it."""
        try:
            record = json.loads(_sidecar(file).read_text("utf-8"))
            seal = record.pop("seal")
            if seal != _seal(record) or record.pop("blake2") != digest(file):
                return None
            gone, basis = record.pop("gone"), np.frombuffer(base64.b64decode(record.pop("basis")), np.float32)
            if record != asdict(stamp):
                return None
            basis = basis.reshape(stamp.dim, -1)
            graph = hnswlib.Index(space="ip", dim=basis.shape[1])
            graph.load_index(str(file))
        except (OSError, ValueError, KeyError, AttributeError, TypeError, RuntimeError):
            return None
        index = cls(basis, graph)
        index._gone = set(gone)
        return index if index.count == stamp.count else None

    def _turned(self, vectors: Floats) -> Floats:
        turned: Floats = vectors @ self._basis
        length = np.linalg.norm(turned, axis=1, keepdims=True)
        turned /= np.where(length > 0, length, 1.0)
        return turned


def _sidecar(file: Path) -> Path:
    return file.with_name(file.name + ".json")


def _text(array: Floats) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def _seal(record: dict[str, Any]) -> str:
    return hashlib.blake2b(json.dumps(record, sort_keys=True).encode(), digest_size=16).hexdigest()


def _sync(file: Path) -> None:
    with file.open("rb") as stream:
        os.fsync(stream.fileno())
