"""CLAP: sounds and sentences into one 512-d space (LAION, through transformers). Runs on: worker process.

Used as it was trained: 48 kHz mono, windows of 10 s, shorter sounds repeated by the processor. A longer sound is cut at
fixed, evenly spaced places and its windows are averaged, so that the same file always gives the same vector and no part
of it counts more than the others; the processor alone would cut out a random piece.
"""

import copy
import json
import math
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from liveengine.cores import cores
from liveengine.digest import digest, headed
from liveengine.errors import BadAudio, ModelMissing

os.environ["HF_HUB_OFFLINE"] = "1"  # before transformers is imported: nothing here may reach for the network
os.environ["TRANSFORMERS_OFFLINE"] = "1"
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

Floats = npt.NDArray[np.float32]

DIM = 512
RATE = 48_000  # frames per second
WINDOW = 10 * RATE
HOP = WINDOW // 4  # windows begin at most this far apart, as long as MOST allows it: at half a window a shift is heard
MOST = 36  # windows of one sound; beyond 97 s they lie further apart, so that no file costs more than these
BATCH_CUDA = 8  # always filled up: another batch size rounds differently, and equal files must give equal vectors
HEADS = "heads.safetensors"  # of a tuned model: its projections, named as in transformers
REMEDY = "`liveengine models fetch clap` puts it there"


class Clap:
    """A loaded model with its processor."""

    def __init__(self, folder: Path) -> None:
        """Load from a folder, never from the network. Raises ModelMissing with the remedy."""
        try:
            import torch
            from transformers import ClapModel, ClapProcessor
        except ImportError as error:
            raise ModelMissing(f"CLAP needs torch and transformers ({error}): pip install 'liveengine[ml]'") from None
        if not (folder / "model.safetensors").is_file():
            raise ModelMissing(f"no CLAP weights in {folder}: {REMEDY}")
        try:
            self._processor: Any = ClapProcessor.from_pretrained(folder, local_files_only=True)
            model: Any = ClapModel.from_pretrained(folder, local_files_only=True, use_safetensors=True)
        except Exception as error:  # a truncated or foreign file shows itself in a dozen ways
            raise ModelMissing(f"the CLAP model in {folder} cannot be loaded ({error}): {REMEDY}") from error
        if model.config.projection_dim != DIM:
            raise ModelMissing(f"the CLAP model in {folder} gives {model.config.projection_dim} dimensions, not {DIM}")
        self._torch: Any = torch
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        if self._device == "cpu":
            torch.set_num_threads(max(1, min(4, cores() // 2)))
        self._model = model.eval().to(self._device)
        self._batch = BATCH_CUDA if self._device == "cuda" else 1
        self.model = name(folder)
        self.checksum = checksum(folder)
        self.projections = (self._model.audio_projection, self._model.text_projection)

    def projected(self, heads: Path) -> "Clap":
        """Return the same towers with the projections of a folder behind them. Raises ModelMissing."""
        other = copy.copy(self)
        other.projections = _project(copy.deepcopy(self.projections), heads / HEADS)
        other.checksum = headed(self.checksum, heads / HEADS)
        return other

    def audio(self, sounds: Sequence[Floats]) -> Floats:
        """Return the L2-normalised vectors [n, 512] of mono sounds at 48 kHz."""
        pieces = [windows(sound) for sound in sounds]
        vectors = self._windows([piece for some in pieces for piece in some])
        ends = np.cumsum([len(some) for some in pieces])
        means = [part.mean(axis=0) for part in np.split(vectors, ends[:-1])]
        return normalised(np.stack(means)) if means else np.zeros((0, DIM), np.float32)

    def text(self, texts: Sequence[str]) -> Floats:
        """Return the L2-normalised vectors [n, 512] of sentences, each alone: padding would move the last bits."""
        found = self._texts(texts, self.projections[1])
        return normalised(found) if len(found) else np.zeros((0, DIM), np.float32)

    def heard(self, sound: Floats) -> Floats:
        """Return what the audio tower makes of each window of a sound, [windows, hidden]: before the projection."""
        return self._pieces(windows(sound), lambda hidden: hidden)

    def read(self, texts: Sequence[str]) -> Floats:
        """Return what the text tower makes of sentences, [n, hidden]: before the projection."""
        return self._texts(texts, lambda hidden: hidden)

    def _texts(self, texts: Sequence[str], after: Callable[[Any], Any]) -> Floats:
        found = []
        for text in texts:
            inputs = self._processor(text=[text], return_tensors="pt", truncation=True, max_length=77)
            with self._torch.inference_mode():
                output = self._model.text_model(**inputs.to(self._device))
                found.append(after(output.pooler_output).float().cpu().numpy()[0])
        return np.stack(found) if found else np.zeros((0, 0), np.float32)

    def _windows(self, pieces: Sequence[Floats]) -> Floats:
        found = self._pieces(pieces, self.projections[0])
        return normalised(found) if len(found) else np.zeros((0, DIM), np.float32)

    def _pieces(self, pieces: Sequence[Floats], after: Callable[[Any], Any]) -> Floats:
        found = []
        for start in range(0, len(pieces), self._batch):
            some = list(pieces[start : start + self._batch])
            filled = some + [some[-1]] * (self._batch - len(some))
            inputs = self._processor(audio=filled, sampling_rate=RATE, return_tensors="pt")
            inputs["is_longer"][:] = False  # where none is, a processor with fusion calls a random one longer
            with self._torch.inference_mode():
                output = self._model.audio_model(**inputs.to(self._device))
                found.append(after(output.pooler_output).float().cpu().numpy()[: len(some)])
        return np.concatenate(found) if found else np.zeros((0, 0), np.float32)


def windows(sound: Floats) -> list[Floats]:
    """Cut a mono sound into evenly spaced windows of at most 10 s: the first begins and the last ends with it.

    Raises BadAudio for a sound without frames.
    """
    if not len(sound):
        raise BadAudio("the sound has no frames")
    if len(sound) <= WINDOW:
        return [sound]
    last = len(sound) - WINDOW
    count = min(MOST, 1 + math.ceil(last / HOP))
    return [sound[start : start + WINDOW] for start in (round(n * last / (count - 1)) for n in range(count))]


def normalised(rows: Floats) -> Floats:
    """Return the rows with length 1; a row of zeros stays."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    result: Floats = (rows / np.where(norms > 0, norms, 1.0)).astype(np.float32)
    return result


def name(folder: Path) -> str:
    """Return the model's id: the name it was published under where the folder tells it, else the folder's name."""
    for part in reversed(folder.parts):
        if part.startswith("models--"):
            return part.removeprefix("models--").replace("--", "/")
    config = json.loads((folder / "config.json").read_text("utf-8"))
    return str(config.get("_name_or_path") or f"clap:{folder.name}")


def checksum(folder: Path) -> str:
    """Return BLAKE2b-128 of the weights, hex."""
    return digest(folder / "model.safetensors")


def _project(layers: tuple[Any, Any], file: Path) -> tuple[Any, Any]:
    """Return the layers with tuned weights. Raises ModelMissing for a file that does not fit."""
    from safetensors.torch import load_file

    try:
        found = load_file(file)
        for name, layer in zip(("audio_projection", "text_projection"), layers, strict=True):
            layer.load_state_dict({key: found[f"{name}.{key}"] for key in layer.state_dict()})
    except Exception as error:  # truncated, foreign, of another shape
        raise ModelMissing(f"{file} does not fit its base ({error}); remove the model and tune it again") from error
    return layers
