"""The category models that a resident worker keeps at hand. Runs on: worker processes."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from liveengine.ml.vae.model import Model

KEPT = 4  # models
CARD = "card.json"


def model(folder: Path) -> "Model":
    """Return the model of a folder as it is on disk now, loaded once as long as that is the same.

    Raises ModelMissing, and ModelDamaged for what is not as it was written.
    """
    card = folder / CARD
    return _loaded(folder, card.stat().st_mtime_ns if card.is_file() else 0)


@lru_cache(maxsize=KEPT)
def _loaded(folder: Path, changed: int) -> "Model":
    import torch  # seconds, and much memory: only where there is a model

    from liveengine.ml.vae.model import Model

    torch.set_num_threads(1)  # the stage needs the other cores, and another number gives other last bits
    return Model.load(folder)
