"""Teach the text-audio model on a rendered corpus and write it as ONNX. Runs on: worker process."""

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from liveengine.cores import cores
from liveengine.digest import digest


def run(payload: dict[str, Any], progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """Write audio.onnx, text.onnx, directions.safetensors, tokenizer.json and card.json to `target`; return the card.

    Payload: corpus (folder of what `corpus` jobs wrote), target, seed, and optionally epochs, threads. Raises
    BadArgument when the corpus is empty.
    """
    from liveengine.ml import directions, export, judge, learn, shelf
    from liveengine.ml.tune.mini import FILES

    target = Path(payload["target"])
    fresh = target.with_name(f".{target.name}.new")  # the model appears whole: no reader meets halves of two
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    began = time.monotonic()
    corpus = shelf.load(Path(payload["corpus"]))
    terms = learn.Terms(
        seed=payload["seed"],
        epochs=payload.get("epochs") or learn.Terms.epochs,
        threads=payload.get("threads") or cores(),
    )
    pupil = learn.teach(corpus, terms, progress)
    export.export(pupil, fresh)
    directions.write(corpus.names, directions.learnt(pupil, corpus, terms), fresh / "directions.safetensors")
    card = {
        "model": "traum-mini",
        "checksum": digest(*(fresh / name for name in FILES)),
        "dim": 512,
        "seed": terms.seed,
        **_measures(corpus),
        "epochs": terms.epochs,
        "minutes": round((time.monotonic() - began) / 60.0, 1),
        "held_out": judge.judge(pupil, corpus, terms),
    }
    (fresh / "card.json").write_text(json.dumps(card, indent=2) + "\n", "utf-8")
    _take_place(fresh, target)
    return card


def _measures(corpus: Any) -> dict[str, int]:
    """Return how much there was to learn from."""
    from liveengine.ml import shelf

    return {
        "clips": len(corpus) // shelf.VARIANTS,
        "variants": shelf.VARIANTS,
        "families": len(set(corpus.families)),
        "claims": len(corpus.names),
    }


def _take_place(fresh: Path, target: Path) -> None:
    """Put the new folder where the old one is; what else lies in the old one (README.md) stays."""
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        for file in target.iterdir():
            if file.is_file() and not (fresh / file.name).exists():
                shutil.copy2(file, fresh / file.name)
        target.replace(old)
    fresh.replace(target)
    shutil.rmtree(old, ignore_errors=True)
