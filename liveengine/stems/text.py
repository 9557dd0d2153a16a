"""Words to vectors of the shipped model, within a millisecond: sentences, and what they name. Runs on: event loop.

onnxruntime is imported with the first sentence (or by `warm`), not when the daemon starts.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from liveengine.lexicon import tokens
from liveengine.stems.embed import DIM
from liveengine.stems.vectors import Floats

REMEMBERED = 512  # sentences whose vectors are kept


class TextTower:
    """text.onnx, loaded when it is first needed."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._session: Any = None
        self._loading = threading.Lock()  # two first sentences may come together
        self._known: OrderedDict[str, Floats] = OrderedDict()

    @property
    def ready(self) -> bool:
        """True once the model is loaded."""
        return self._session is not None

    def warm(self) -> None:
        """Load the model; takes a fifth of a second, mostly the import."""
        with self._loading:
            if self._session is None:
                import onnxruntime

                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = options.inter_op_num_threads = 1
                given = {"sess_options": options, "providers": ["CPUExecutionProvider"]}
                self._session = onnxruntime.InferenceSession(str(self._file), **given)

    def vector(self, sentence: str) -> Floats:
        """Return the L2-normalised vector [512] of a sentence; the same for the same words."""
        if sentence not in self._known:
            if not self.ready:
                self.warm()
            found = self._session.run(None, {"ids": tokens.encode(sentence)[None]})[0][0]
            self._known[sentence] = np.asarray(found, np.float32)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        self._known.move_to_end(sentence)
        return self._known[sentence]


class Directions:
    """directions.safetensors: where in the model's space the sounds of each concept of the lexicon lie."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @cached_property
    def _known(self) -> dict[str, Floats]:
        from safetensors import safe_open

        with safe_open(self._file, "numpy") as content:
            names = json.loads(content.metadata()["names"])
            return dict(zip(names, content.get_tensor("directions").astype(np.float32), strict=True))

    def warm(self) -> None:
        """Load the file; takes a few milliseconds."""
        _ = self._known

    def of(self, concepts: Sequence[str]) -> Floats:
        """Return one of length 1 for each concept, [n, 512]; all zero for one that the model does not know."""
        known, found = self._known, np.zeros((len(concepts), DIM), np.float32)
        for row, name in enumerate(concepts):
            found[row] = known.get(name, 0.0)
        return found
