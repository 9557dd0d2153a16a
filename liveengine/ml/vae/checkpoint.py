"""What a training keeps after each epoch, so that a kill costs one epoch at most. Runs on: worker process.

One file: the checksum of what follows (16 bytes), then safetensors: weights, averaged weights, the best of them, the
moments of the optimiser; in its header what it belongs to, the epoch and the losses. Nothing in it is chance: an epoch
draws its lots from the seed and its own number, so what goes on ends where it would have ended anyway.
"""

import hashlib
import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from liveengine.ml.vae.model import fill, stored
from liveengine.ml.vae.network import Network
from liveengine.ml.vae.teach import Course, Loss
from liveengine.sound.files import content, growing

log = logging.getLogger(__name__)
DIGEST = 16  # bytes
_NETWORKS = ("network", "mean", "best")
_MOMENTS = ("exp_avg", "exp_avg_sq")


def write(course: Course, belongs: str, file: Path) -> None:
    """Write a course after an epoch; the file is there whole, or as it was before."""
    tensors: dict[str, torch.Tensor] = {}
    for name in _NETWORKS:
        network: Network = getattr(course, name)
        shared = set() if name == "network" else {key for key, _ in network.named_buffers()}  # alike in all three
        tensors |= {f"{name}.{key}": value for key, value in stored(network).items() if key not in shared}
    for number, state in course.optimiser.state_dict()["state"].items():
        tensors |= {f"{moment}.{number}": state[moment] for moment in _MOMENTS}
        tensors[f"step.{number}"] = state["step"]
    about = {
        "belongs": belongs,
        "epoch": course.epoch,
        "chosen": course.chosen,
        "lowest": course.lowest,
        "taught": [asdict(loss) for loss in course.taught],
        "tested": [asdict(loss) for loss in course.tested],
    }
    data = save({name: value.cpu().contiguous() for name, value in tensors.items()}, {"course": json.dumps(about)})
    with growing(file) as part, part.open("wb") as out:
        out.write(hashlib.blake2b(data, digest_size=DIGEST).digest())
        out.write(data)


def read(course: Course, belongs: str, file: Path) -> str:
    """Put what was kept into a course that has not begun; return what a person should know of it, "" for nothing.

    A file that is damaged is set aside beside itself, and the course begins anew; so it does for one of a training
    with other stems or terms.
    """
    if not file.exists():
        return ""
    try:
        tensors, about = _content(file)
        if about["belongs"] != belongs:
            return "an unfinished training with other stems or terms lay there; this one begins anew"
        _restore(course, tensors, about)
    except (OSError, KeyError, TypeError, ValueError, SafetensorError) as error:
        aside = file.with_name(f"{file.name}.damaged")
        file.replace(aside)
        log.warning("the checkpoint %s cannot be read (%s); it is set aside as %s", file.name, error, aside.name)
        return f"the checkpoint of an unfinished training was damaged and is set aside as {aside.name}; it begins anew"
    return f"goes on after epoch {course.epoch}"


def _content(file: Path) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    data = content(file)
    if hashlib.blake2b(data[DIGEST:], digest_size=DIGEST).digest() != data[:DIGEST]:
        raise ValueError("its checksum is wrong")
    size = int.from_bytes(data[DIGEST : DIGEST + 8], "little")
    header = json.loads(data[DIGEST + 8 : DIGEST + 8 + size])
    return load(data[DIGEST:]), json.loads(header["__metadata__"]["course"])


def _restore(course: Course, tensors: dict[str, torch.Tensor], about: dict[str, Any]) -> None:
    """Fill the course; nothing of it is changed before all of it has been looked at."""
    fresh = {name: dict[str, torch.Tensor]() for name in _NETWORKS}
    for name in _NETWORKS:
        network: Network = getattr(course, name)
        for key, now in network.state_dict().items():
            found = tensors.get(f"{name}.{key}", tensors.get(f"network.{key}"))
            if found is None or found.shape != now.shape:
                raise ValueError(
                    f"{name}.{key} is {None if found is None else list(found.shape)}, not {list(now.shape)}"
                )
            fresh[name][key] = found
    state = course.optimiser.state_dict()
    numbers = [number for group in state["param_groups"] for number in group["params"]]
    moments = {
        number: {"step": tensors[f"step.{number}"], **{moment: tensors[f"{moment}.{number}"] for moment in _MOMENTS}}
        for number in numbers
    }
    losses = {name: [Loss(**row) for row in about[name]] for name in ("taught", "tested")}
    for name in _NETWORKS:
        fill(getattr(course, name), fresh[name])
    course.optimiser.load_state_dict({**state, "state": moments})
    course.epoch, course.chosen, course.lowest = int(about["epoch"]), int(about["chosen"]), float(about["lowest"])
    course.taught, course.tested = losses["taught"], losses["tested"]
