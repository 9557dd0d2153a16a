"""Demucs, from files that lie on this machine. Runs on: worker process.

The weights are safetensors whose header says which network they belong to; nothing is unpickled, nothing is fetched.
A long track is taken apart section by section, each with what lies around it, so that memory does not grow with it.
"""

import json
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from liveengine.errors import BadArgument, ModelDamaged, ModelMissing
from liveengine.ml.separate import PARTS
from liveengine.ml.separate.stream import Inward, outward
from liveengine.sound.convert import as_channels

Sound = npt.NDArray[np.float32]
Tell = Callable[[float], None]  # how much is done, 0..1

NETWORKS = ("demucs.htdemucs.HTDemucs", "demucs.hdemucs.HDemucs", "demucs.demucs.Demucs")
SECTION_S = 90.0  # taken apart at once
AROUND_S = 10.0  # heard before and after it
CROSSFADE_S = 1.0  # between two sections
OVERLAP = 0.25  # of the network's own segments


class Header(NamedTuple):
    """What the header of a file says of its network."""

    network: str
    quantised: bool


def header(file: Path) -> Header:
    """Return what a safetensors file says of itself, its weights unread. Raises ModelDamaged, ModelMissing."""
    from safetensors import SafetensorError, safe_open

    if not file.is_file():
        raise ModelMissing(f"{file} is not there: `liveengine models` tells how to get it")
    try:
        with safe_open(str(file), framework="numpy") as opened:
            said = opened.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise ModelDamaged(
            f"{file} is no safetensors file that can be read ({error}): fetch or convert it anew"
        ) from None
    if said.get("klass") not in NETWORKS:
        raise ModelDamaged(f"{file} names the network {said.get('klass')!r}; known: {', '.join(NETWORKS)}")
    return Header(said["klass"], "structure" in said)


class Separator:
    """A network, or several that are averaged, ready to take tracks apart."""

    def __init__(self, folder: Path, device: str = "auto", threads: int = 1) -> None:
        """Load the model of a folder: its `*.safetensors`, and the YAML of a bag where there are several.

        Raises ModelMissing without the extra `ml`, or where there are no files, and ModelDamaged for files that cannot
        be used: cut short, of another shape, of a network that takes a track apart into something else.
        """
        os.environ["HF_HUB_OFFLINE"] = "1"  # whatever a library would like to look up
        try:
            import torch
            from demucs.api import Separator as Api
        except ImportError as error:
            raise ModelMissing(f"Demucs is not installed ({error}): pip install 'liveengine[ml]'") from None
        torch.set_num_threads(max(1, threads))
        model = _loaded(folder)
        if missing := set(PARTS) - {"other", *model.sources}:
            raise ModelDamaged(f"{folder} takes a track apart into {model.sources}, not {', '.join(sorted(missing))}")

        class Local(Api):  # type: ignore[misc]  # demucs carries no types
            def _load_model(self) -> None:
                self._model = model
                self._audio_channels, self._samplerate = model.audio_channels, model.samplerate

        self.device = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
        self._api = Local(model=folder.name, device=self.device, shifts=0, overlap=OVERLAP, progress=False)
        self._model = model

    @property
    def rate(self) -> int:
        """The rate that the network knows, in frames per second."""
        return int(self._model.samplerate)

    def apart(self, sound: Sound, rate: int, tell: Tell) -> Iterator[dict[str, Sound]]:
        """Yield the parts of float32 [1 or 2, frames] at `rate`, piece by piece: [channels, frames of the piece]."""
        pieces = self._sections(Inward(sound, rate, self.rate), tell)
        own = ({part: as_channels(made, len(sound)) for part, made in piece.items()} for piece in pieces)
        yield from outward(own, self.rate, rate, sound.shape[1])

    def _sections(self, track: Inward, tell: Tell) -> Iterator[dict[str, Sound]]:
        section, around, fade = (round(seconds * self.rate) for seconds in (SECTION_S, AROUND_S, CROSSFADE_S))
        starts = [*range(0, max(track.frames - around, 1), section)]
        kept: dict[str, Sound] = {}  # of the section before, what goes over into the next one
        rise = np.linspace(0.0, 1.0, fade, dtype=np.float32)
        for number, start in enumerate(starts):
            last = number == len(starts) - 1
            end = track.frames if last else start + section
            first, beyond = max(0, start - around), min(track.frames, end + around)
            done = number / len(starts)
            made = self._section(track.between(first, beyond), partial(_within, tell, done, len(starts)))
            piece = {}
            for part, whole in made.items():
                mine = whole[:, start - first : end - first].copy()
                if kept:
                    mine[:, :fade] = mine[:, :fade] * rise[: mine.shape[1]] + kept[part] * (1.0 - rise)
                piece[part] = mine
            after = slice(end - first, end - first + fade)
            kept = {} if last else {part: whole[:, after].copy() for part, whole in made.items()}
            yield piece
            piece.clear()  # let go before the next section is made
            made.clear()
        tell(1.0)

    def _section(self, sound: Sound, tell: Tell) -> dict[str, Sound]:
        import torch

        def heard(said: dict[str, Any]) -> None:
            share = min(1.0, said["segment_offset"] / max(said["audio_length"], 1))
            tell((said["model_idx_in_bag"] + share) / said["models"])

        self._api.update_parameter(callback=heard)
        tensor = torch.from_numpy(np.ascontiguousarray(sound))
        try:
            _, found = self._api.separate_tensor(tensor)
        except torch.OutOfMemoryError:
            if self._api._device == "cpu":
                raise
            self._api.update_parameter(device="cpu")  # the card is too small: slower, and it works
            self._model.cpu()
            self.device = "cpu"
            _, found = self._api.separate_tensor(tensor)
        made = {name: np.asarray(part.cpu().numpy(), np.float32) for name, part in found.items()}
        rest = [made[name] for name in made if name not in PARTS or name == "other"]
        return {part: np.sum(rest, axis=0, dtype=np.float32) if part == "other" else made[part] for part in PARTS}


def _within(tell: Tell, done: float, sections: int, share: float) -> None:
    tell(done + share / sections)


def _loaded(folder: Path) -> Any:
    """Return Demucs' own model of a folder, ready to use."""
    from demucs.apply import BagOfModels
    from demucs.hf import load_safetensors_model

    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise ModelMissing(f"{folder} holds no *.safetensors: `liveengine models convert` makes one of a checkpoint")
    bag = _bag(folder)
    if bag is not None:
        files = [folder / f"{name}.safetensors" for name in bag["models"]]
    for file in files:
        if header(file).quantised:
            raise ModelDamaged(f"{file} holds quantised weights, which are not supported: take the model without -q")
    try:
        models = [load_safetensors_model(file) for file in files]
        made = BagOfModels(models, bag.get("weights") if bag else None, bag.get("segment") if bag else None)
    except MemoryError:
        raise
    except Exception as error:  # torch and Demucs raise whatever comes for weights that do not fit
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        raise ModelDamaged(f"{folder} cannot be used: {reason}; fetch or convert it anew") from None
    made.eval()
    return made


def _bag(folder: Path) -> dict[str, Any] | None:
    """Return what the folder says of several models: {"models": [names], "weights", "segment"}; None for one."""
    card = folder / "card.json"
    if card.is_file():
        try:
            said: Any = json.loads(card.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ModelDamaged(f"{card} cannot be read ({error}): convert the model anew") from None
        return said.get("bag") if isinstance(said, dict) else None
    yamls = sorted(folder.glob("*.yaml"))
    if not yamls:
        return None
    import yaml  # type: ignore[import-untyped]

    try:
        told = yaml.safe_load(yamls[0].read_text("utf-8"))
        names = [str(name) for name in told["models"]]
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise ModelDamaged(f"{yamls[0]} cannot be read ({error}): fetch the model anew") from None
    if any(Path(name).name != name for name in names):
        raise BadArgument(f"{yamls[0]} names files outside its folder")
    return {"models": names, "weights": told.get("weights"), "segment": told.get("segment")}
