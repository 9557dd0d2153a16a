"""The search models that a user has taught words, as the folder of models has them. Runs on: anywhere.

Each lies in `models/<name>/` with a card that tells whose towers it has; `jobs/tune.py` writes it whole.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

KIND = "embeddings"
MINI, CLAP = "traum-mini", "clap"  # what a base is called
HEADS = "heads.safetensors"  # of a tuned CLAP
NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
TAKEN = frozenset({"auto", "mini", MINI, CLAP, "demucs", "separator", "vae", "none"})  # names that mean another model


@dataclass(frozen=True, slots=True)
class Taught:
    """What the card of a model says."""

    name: str
    id: str
    checksum: str
    base: str  # MINI or CLAP
    base_checksum: str
    words: frozenset[str]  # that the lexicon does not know
    folder: Path


def models(root: Path) -> dict[str, Taught]:
    """Return the taught models of a library by name; what is no whole model is left out."""
    found = (_read(card) for card in sorted((root / "models").glob("*/card.json")))
    return {one.name: one for one in found if one is not None}


def _read(card: Path) -> Taught | None:
    try:
        told = json.loads(card.read_text("utf-8"))
        if told["kind"] != KIND or not NAME.fullmatch(card.parent.name):
            return None
        base = str(told["id"]).partition("+")[0]
        words = frozenset(str(word) for word in told["words"])
        known = (str(told["checksum"]), base, str(told["base"]["checksum"]))
        return Taught(card.parent.name, str(told["id"]), *known, words, card.parent) if base in (MINI, CLAP) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
