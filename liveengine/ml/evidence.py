"""The weights of what speaks for a tempo and for a key. Runs on: worker processes."""

import json
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from liveengine.config import data


@cache
def table() -> Mapping[str, Mapping[str, float]]:
    """Return config/evidence.json, written by `python -m liveengine.cli.teach`."""
    found: Mapping[str, Mapping[str, float]] = json.loads((data("config") / "evidence.json").read_text("utf-8"))
    return found


def weights(what: str, names: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return the weights of these features, 0 for one that the table does not know."""
    known = table()[what]
    return np.array([known.get(name, 0.0) for name in names])
