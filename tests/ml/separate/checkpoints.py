"""Checkpoints as Demucs writes them, of networks so small that a test can run them."""

import hashlib
import io
import pickle
from fractions import Fraction
from pathlib import Path
from typing import Any

SOURCES = ["drums", "bass", "other", "vocals"]


def tiny(sources: list[str] = SOURCES, **other: Any) -> Any:
    """A randomly initialised HTDemucs of 240,000 weights."""
    import torch
    from demucs.htdemucs import HTDemucs

    torch.manual_seed(0)
    given: dict[str, Any] = {"channels": 8, "dconv_comp": 4, "growth": 2, "nfft": 1024, "depth": 4, "t_layers": 1}
    given |= {"t_heads": 2, "bottom_channels": 16, "segment": Fraction(39, 10)}
    return HTDemucs(sources=sources, **given | other)


def package(model: Any) -> dict[str, Any]:
    """What Demucs puts into a checkpoint."""
    args, kwargs = model._init_args_kwargs
    state = {name: tensor.detach() for name, tensor in model.state_dict().items()}
    return {"klass": type(model), "args": args, "kwargs": kwargs, "state": state, "training_args": {"seed": 1}}


def checkpoint(folder: Path, content: Any, name: str = "tiny0000") -> Path:
    """A checkpoint under the name that Demucs gives it, its checksum behind the name."""
    import torch

    made = io.BytesIO()
    torch.save(content, made)
    return named(folder, name, made.getvalue())


def named(folder: Path, name: str, data: bytes) -> Path:
    """A file of these bytes under such a name."""
    path = folder / f"{name}-{hashlib.sha256(data).hexdigest()[:8]}.th"
    path.write_bytes(data)
    return path


class Payload:
    """What calls a function as soon as a plain unpickler reads it."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self._call = function, arguments

    def __reduce__(self) -> Any:
        return self._call


def hostile(function: Any, *arguments: Any) -> bytes:
    """A pickle whose reading calls the function."""
    return pickle.dumps({"klass": Payload(function, *arguments), "args": (), "kwargs": {}, "state": {}}, 2)
