"""A taught model of a category: load, save, sound to code, code to spectrum. Runs on: worker processes.

A folder with `model.safetensors` (weights and the codes of the stems that were learnt from) and `card.json` (what it is
and what rebuilds the network). Nothing in it is trusted before its header, shapes and checksum have been looked at.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load as tensors
from safetensors.torch import save as packed

from liveengine.errors import ModelDamaged, ModelMissing
from liveengine.ml.vae.form import Code, Floats, Form, Spectrum
from liveengine.ml.vae.network import Network, Shape, about
from liveengine.ml.vae.place import take_place
from liveengine.ml.vae.representation import Samples, analyse
from liveengine.sound.files import content

WEIGHTS, CARD = "model.safetensors", "card.json"
_CODES = "codes"
_MOST = 1 << 30  # bytes of a file that is loaded at all
_STORED = {"basis": torch.float16}  # in files; in memory these are 32 bits, but no other values


@dataclass(frozen=True)
class Learnt:
    """The codes of what was learnt from: one row for each bar."""

    codes: Floats  # [n, dim], the means
    stems: tuple[int, ...]  # the stem of each row
    bars: tuple[int, ...]  # which bar of it
    forms: tuple[Form, ...]
    levels: tuple[float, ...]  # level_db of each


@dataclass(frozen=True)
class Model:
    """A category's model, ready to code and to decode."""

    network: Network
    learnt: Learnt
    category: str
    checksum: str = ""  # BLAKE2b of the weights' file, 32 hex digits; "" = never saved
    card: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Return what names this very model in lineages and lists."""
        return f"vae-{self.category}-{self.checksum[:8]}"

    @property
    def codes(self) -> Floats:
        """Return the codes of what was learnt from, [n, dim]: one row for each bar."""
        return self.learnt.codes

    @property
    def stems(self) -> tuple[int, ...]:
        """Return the stem of each row of `codes`."""
        return self.learnt.stems

    @property
    def forms(self) -> tuple[Form, ...]:
        """Return the form of each row of `codes`."""
        return self.learnt.forms

    @property
    def scale(self) -> Floats:
        """Return how much of a picture a step of 1 in each number of a code changes, [dim]."""
        return np.asarray(self.network.power.cpu().numpy(), np.float32) ** 0.5

    @property
    def dim(self) -> int:
        """Return how many numbers a code has."""
        return self.network.shape.dim

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> Self:
        """Return the model of a folder. Raises ModelMissing, and ModelDamaged for what is not as it was written."""
        card, data = _card(folder), _read(folder / WEIGHTS)
        checksum = digest(data)
        if checksum != card.get("checksum"):
            raise _damaged(folder, f"{WEIGHTS} has the checksum {checksum[:8]}, its card says {card.get('checksum')!r}")
        try:
            shape, category = Shape.read(card["shape"]), str(card["category"])
            network = Network(shape)
            found = tensors(data)
            codes = found.pop(_CODES).numpy()
            fill(network, found)
            learnt = _learnt(codes, shape, card["learnt"])
        except (KeyError, TypeError, ValueError, SafetensorError) as error:
            raise _damaged(folder, str(error)) from None
        return cls(network.eval().to(device), learnt, category, checksum, card)

    def save(self, folder: Path, card: Mapping[str, Any], **more: bytes) -> Self:
        """Write the folder, which appears whole and in one step instead of an older one; return the model as saved.

        `more` are other files of the folder by their names, with `_` for the last dot.
        """
        data = packed({**stored(self.network), _CODES: torch.from_numpy(np.ascontiguousarray(self.codes))})
        checksum = digest(data)
        told = {
            "id": f"vae-{self.category}-{checksum[:8]}",
            "category": self.category,
            "checksum": checksum,
            "shape": self.network.shape.told(),
            **card,
            "learnt": _told(self.learnt),
        }
        files = {WEIGHTS: data, CARD: (json.dumps(told, indent=1) + "\n").encode()}
        files |= {".".join(name.rsplit("_", 1)): content for name, content in more.items()}
        take_place(folder, files)
        return type(self)(self.network, self.learnt, self.category, checksum, told)

    def encode(self, sound: Samples, rate: int, form: Form) -> Code:
        """Return the code of a sound [channels, frames]. Raises BadAudio for silence or samples that are no numbers."""
        return self.code(analyse(sound, rate, form))

    def code(self, spectrum: Spectrum) -> Code:
        """Return the code of a spectrum: the means of its bars."""
        with torch.inference_mode():
            mean, _ = self.network.encode(self._tensor(spectrum.levels), self._about(spectrum.form))
        return Code(np.asarray(mean.cpu().numpy(), np.float32), spectrum.form, spectrum.level_db)

    def decode(self, code: Code) -> Spectrum:
        """Return the spectrum of a code, levels 0..1."""
        with torch.inference_mode():
            levels = self.network.decode(self._tensor(code.z), self._about(code.form)).clamp(0.0, 1.0)
        return Spectrum(np.asarray(levels.cpu().numpy(), np.float32), code.form, code.level_db)

    def _tensor(self, values: Floats) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(values, np.float32)).to(self.network.mean.device)

    def _about(self, form: Form) -> torch.Tensor:
        return self._tensor(np.array([about(form)] * form.bars, np.float32))


def digest(data: bytes) -> str:
    """Return the checksum of a file, 32 hex digits."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def stored(network: Network) -> dict[str, torch.Tensor]:
    """Return the weights of a network as they stand in a file."""
    found = network.state_dict().items()
    return {name: value.to("cpu", _STORED.get(name, value.dtype)).contiguous() for name, value in found}


def fill(network: Network, found: Mapping[str, torch.Tensor]) -> None:
    """Put stored weights into a network. Raises ValueError where one is missing, unknown, misshapen or no number."""
    wanted = network.state_dict()
    if missing := wanted.keys() ^ found.keys():
        raise ValueError(f"tensors that are missing or not wanted: {', '.join(sorted(missing)[:4])}")
    for name, value in wanted.items():
        given, kind = found[name], _STORED.get(name, value.dtype)
        if given.shape != value.shape or given.dtype != kind:
            raise ValueError(f"{name} is {given.dtype} {list(given.shape)}, not {kind} {list(value.shape)}")
        if not bool(torch.isfinite(given).all()):
            raise ValueError(f"{name} holds values that are no numbers")
    network.load_state_dict(dict(found))


def _told(learnt: Learnt) -> list[dict[str, Any]]:
    rows = zip(learnt.stems, learnt.bars, learnt.forms, learnt.levels, strict=True)
    return [{"stem": stem, "bar": bar, "form": form.told(), "level_db": level} for stem, bar, form, level in rows]


def _learnt(codes: Floats, shape: Shape, rows: Sequence[Mapping[str, Any]]) -> Learnt:
    if codes.shape != (len(rows), shape.dim) or codes.dtype != np.float32 or not np.isfinite(codes).all():
        raise ValueError(f"codes are {codes.dtype} {list(codes.shape)}, not float32 {[len(rows), shape.dim]}")
    return Learnt(
        codes,
        tuple(int(row["stem"]) for row in rows),
        tuple(int(row["bar"]) for row in rows),
        tuple(Form(*row["form"]) for row in rows),
        tuple(float(row["level_db"]) for row in rows),
    )


def _card(folder: Path) -> Mapping[str, Any]:
    if not folder.is_dir():
        raise ModelMissing(
            f"there is no model in {folder.name!r}: `liveengine train category {folder.name}` teaches one"
        )
    try:
        card = json.loads(_read(folder / CARD))
    except ValueError:
        raise _damaged(folder, f"{CARD} is no JSON") from None
    if not isinstance(card, dict):
        raise _damaged(folder, f"{CARD} is no JSON object")
    return card


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > _MOST:
            raise _damaged(file.parent, f"{file.name} is larger than {_MOST >> 20} MiB")
        return content(file)
    except OSError as error:
        raise _damaged(file.parent, f"{file.name}: {error.strerror}") from None


def _damaged(folder: Path, why: str) -> ModelDamaged:
    return ModelDamaged(
        f"the model {folder.name!r} is not as it was written ({why}): "
        f"`liveengine train category {folder.name}` teaches it anew"
    )
