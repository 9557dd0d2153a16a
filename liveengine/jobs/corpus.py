"""Draw, wear and measure some clips of the corpus. Runs on: worker process."""

import hashlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from liveengine.ml import hear
from liveengine.ml.features import FEATURES, measure
from liveengine.ml.listen import listen
from liveengine.sound.loudness import loudness
from liveengine.synth.corpus import Clip, draw, families, wear
from liveengine.synth.signals import RATE, child

WEAR = (0.4, 1.3)  # how much each of the two variants of a clip is worn
PACKAGE = Path(__file__).parents[1]
MEASURING = ("features", "formant", "hear", "key", "listen", "onsets", "pitch", "shape", "spectrum", "texture")  # of ml
KEPT = 512  # rows: 6 s


def run(payload: dict[str, Any], progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """Write clips `first` to `first + count - 1` of the corpus of `seed` to `target`; return {"clips", "made_by"}.

    `made_by` is a hash of the code that draws and measures them; without `target` nothing is made.

    The file (npz) holds for each variant of each clip: what the audio tower hears (uint8, 0..255 for 0..1), the rows
    it has, its features, and as JSON the names of the features, its claims and family. It is whole or absent.
    """
    if "target" not in payload:
        return {"clips": 0, "made_by": made_by()}
    target, seed = Path(payload["target"]), int(payload["seed"])
    known = families()
    heard, rows, features, said = [], [], [], []
    for done in range(payload["count"]):
        number = payload["first"] + done
        clip = draw(known, seed, number)
        for variant, amount in enumerate(WEAR):
            one = wear.worn(clip, child(seed, f"wear {number} {variant}"), amount)
            levels, found = _measured(one, child(seed, f"crop {number} {variant}"))
            heard.append(levels)
            rows.append(levels.shape[-1])
            features.append([found[name] for name in FEATURES])
            said.append({"family": one.family, "claims": sorted(one.claims)})
        progress(done + 1, payload["count"], clip.family)
    part = target.with_suffix(".part.npz")
    np.savez(
        part,
        heard=np.concatenate(heard, axis=-1),
        rows=np.array(rows, np.int32),
        features=np.array(features, np.float32),
        names=np.frombuffer(json.dumps(list(FEATURES)).encode(), np.uint8),
        said=np.frombuffer(json.dumps(said).encode(), np.uint8),
    )
    part.replace(target)
    return {"clips": payload["count"], "made_by": made_by()}


@cache
def made_by() -> str:
    """Return BLAKE2b-64 over the source of all that makes a clip what it is, hex."""
    digest = hashlib.blake2b(digest_size=8)
    for folder in ("synth", "sound"):
        for file in sorted((PACKAGE / folder).rglob("*.py")):
            digest.update(file.read_bytes())
    for name in MEASURING:
        digest.update((PACKAGE / "ml" / f"{name}.py").read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()


def _measured(clip: Clip, rng: np.random.Generator) -> tuple[np.ndarray, dict[str, float]]:
    """Return what is heard of a clip, uint8 [2, BANDS, rows], at most KEPT rows, and its features."""
    sound = listen(clip.sound, RATE)
    seconds = clip.sound.shape[-1] / RATE
    found = measure(sound, seconds, loudness(clip.sound, RATE), None)
    levels = hear.levels(sound.spectrum)
    spare = levels.shape[-1] - KEPT
    if spare > 0:
        start = int(rng.integers(spare + 1)) if "loop" in clip.claims else 0
        levels = levels[..., start : start + KEPT]
    return np.round(np.clip(levels, 0.0, 1.0) * 255.0).astype(np.uint8), found
