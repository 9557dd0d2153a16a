"""How well the towers find clips of the corpus that they never learnt from. Runs on: worker process that trains."""

from typing import Any

import numpy as np
import torch

from liveengine.ml import captions
from liveengine.ml.hear import CATEGORIES, LEAST
from liveengine.ml.learn import Pupil, Terms, heard, sentences
from liveengine.ml.shelf import Shelf

BEST = 10


def judge(pupil: Pupil, shelf: Shelf, terms: Terms) -> dict[str, Any]:
    """Return precision at ten of sentences in both languages, chance, and how often the category's word is nearest."""
    rng = np.random.default_rng(terms.seed + 1)
    held = shelf.rows_of(clip for clip in range(len(shelf) // 2) if clip % terms.held == 0)
    sounds = heard(pupil, shelf, held, LEAST, rng)
    said = [captions.caption(shelf.claims[row], rng) for row in held for _ in range(2)]
    said = [one for one in said if one.asked <= set(shelf.names)]
    right = ~(
        (~shelf.true[held]).astype(np.float32) @ shelf.asked([one.asked for one in said]).astype(np.float32).T > 0
    )
    found = np.argsort(-(_spoken(pupil, [one.text for one in said]) @ sounds.T), axis=1)[:, :BEST]
    share = np.take_along_axis(right.T, found, axis=1).sum(axis=1) / np.minimum(BEST, right.sum(axis=0))
    words = _spoken(pupil, list(CATEGORIES))
    nearest = np.argmax(sounds @ words.T, axis=1)
    german = np.array([one.language == "de" for one in said])
    hits = [CATEGORIES[at] in shelf.claims[row] for at, row in zip(nearest, held, strict=True)]
    return {
        "p_at_10": round(float(share.mean()), 3),
        "p_at_10_en": round(float(share[~german].mean()), 3),
        "p_at_10_de": round(float(share[german].mean()), 3),
        "chance": round(float(right.mean()), 3),
        "category_accuracy": round(float(np.mean(hits)), 3),
    }


def _spoken(pupil: Pupil, texts: list[str]) -> np.ndarray:
    with torch.inference_mode():
        return np.asarray(pupil.text(torch.from_numpy(sentences(texts))).numpy())
