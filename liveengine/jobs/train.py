"""Teach the autoencoder of one category on its stems. Runs on: worker process."""

import json
import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liveengine.cores import cores

if TYPE_CHECKING:
    from liveengine.ml.vae.teach import Terms

log = logging.getLogger(__name__)
Progress = Callable[[int, int, str], None]
_HEARD, _WHOLE = 30, 1_000  # parts of the work: until all stems are heard, all of it


def run(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Write the model to `target`, a folder that appears whole; return its card.

    Payload: category, target, stems (see ml/vae/gather.py), seed, and optionally terms (fields of teach.Terms). What is
    under way lies in `kept`, else in a hidden folder beside the target: the same job goes on from it after a kill. Who
    `asked` stands in the card. Raises TooFew for a category that has too few stems to learn from.
    """
    from liveengine.ml.vae import checkpoint, gather, shelf, teach

    began = time.monotonic()
    target, category, terms = Path(payload["target"]), str(payload["category"]), _terms(payload)
    examples, skipped = gather.gather(payload["stems"], category, _part(progress, 0, _HEARD))
    learnt = shelf.put(examples, terms.seed, terms.held)
    kept = Path(payload.get("kept") or target.with_name(f".{target.name}.training"))
    kept.mkdir(parents=True, exist_ok=True)
    file, belongs = kept / "epoch.safetensors", f"{learnt.mark()} {json.dumps(asdict(terms), sort_keys=True)}"
    course = teach.begin(learnt, terms)
    note = checkpoint.read(course, belongs, file)
    course = teach.teach(
        learnt, terms, course, _part(progress, _HEARD, _WHOLE), lambda now: checkpoint.write(now, belongs, file)
    )
    card = {
        **_asked(payload, terms),
        "stems": learnt.stems,
        "held_out": len({int(stem) for stem in learnt.stem[learnt.held]}),
        "skipped": [asdict(one) for one in skipped],
        "note": note,
        "minutes": round((time.monotonic() - began) / 60.0, 2),
        **_figures(course),
    }
    progress(_WHOLE, _WHOLE, "compiling what its sounds are made with")
    _warm()  # while the last epoch is kept: a kill meanwhile costs nothing of what was taught
    saved = _saved(target, category, learnt, course, card)
    shutil.rmtree(kept, ignore_errors=True)
    return {name: value for name, value in saved.items() if name not in ("learnt", "titles")}


def _terms(payload: dict[str, Any]) -> "Terms":
    """Return how to teach: as the payload says, and on all cores but one."""
    from liveengine.ml.vae.network import Shape
    from liveengine.ml.vae.teach import Terms

    given = dict(payload.get("terms") or {})
    if "shape" in given:
        given["shape"] = Shape.read(given["shape"])
    return replace(Terms(seed=int(payload["seed"]), threads=max(1, cores() - 1)), **given)


def _asked(payload: dict[str, Any], terms: "Terms") -> dict[str, Any]:
    """Return the part of the card that the payload decides."""
    return {
        "asked": payload.get("asked", ""),
        "seed": terms.seed,
        "terms": asdict(terms) | {"shape": terms.shape.told()},
        "titles": {str(one["stem"]): one["title"] for one in payload["stems"] if "title" in one},
    }


def _warm() -> None:
    """Compile once on a machine what makes sounds, so that the first one of a model need not wait for it."""
    from liveengine.ml import phase

    try:
        phase.warm()
    except Exception:  # it is compiled with the first sound then; what was taught is none the worse
        log.warning("what makes sounds could not be compiled ahead", exc_info=True)


def _part(progress: Progress, low: int, high: int) -> Progress:
    """Return a progress that moves from `low` to `high` of _WHOLE."""
    return lambda done, total, text: progress(low + (high - low) * done // max(1, total), _WHOLE, text)


def _figures(course: Any) -> dict[str, Any]:
    """Return how the training went: the losses of the epoch that was kept."""
    best = course.chosen - 1
    return {
        "epochs": course.epoch,
        "kept_epoch": course.chosen,
        "loss": asdict(course.tested[best]),
        "loss_at_start": asdict(course.tested[0]),
    }


def _saved(target: Path, category: str, learnt: Any, course: Any, card: dict[str, Any]) -> dict[str, Any]:
    """Write the model and return its card."""
    from liveengine.ml.vae import teach
    from liveengine.ml.vae.model import Learnt, Model

    network = course.best.eval()
    codes = teach.coded(learnt, network)
    rows = Learnt(
        codes,
        tuple(map(int, learnt.stem)),
        tuple(map(int, learnt.bar)),
        learnt.forms,
        tuple(map(float, learnt.loudest)),
    )
    losses = [
        {"epoch": number + 1, "taught": asdict(taught), "held_out": asdict(tested)}
        for number, (taught, tested) in enumerate(zip(course.taught, course.tested, strict=True))
    ]
    told = {
        "category": category,
        "losses": losses,
        "kept_epoch": course.chosen,
        "without": teach.without(learnt, network, card["terms"]["batch"]),
    }
    model = Model(network, rows, category)
    return dict(model.save(target, card, losses_json=(json.dumps(told, indent=1) + "\n").encode()).card)
