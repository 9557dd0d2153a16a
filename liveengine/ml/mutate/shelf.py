"""The category models that a resident worker keeps at hand. Runs on: worker processes."""

import logging
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from liveengine.errors import LiveEngineError, ModelMissing

if TYPE_CHECKING:
    from liveengine.ml.vae.model import Model

log = logging.getLogger(__name__)

CARD = "card.json"


def model(models: Path | None, category: str, needed: bool) -> "Model | None":
    """Return the model of a category as it is on disk now, None where there is none.

    Where it is `needed`, one that is missing or damaged raises ModelMissing or ModelDamaged; else it is passed over.
    """
    folder = Path() if models is None else models / category
    try:
        written = (folder / CARD).stat().st_mtime_ns if models is not None else 0
    except OSError:
        written = 0
    if not written:
        if needed:
            raise ModelMissing(
                f"no model of {category or 'this category'} is taught: `liveengine train category {category}` does it"
            )
        return None
    try:
        return _loaded(folder, written)
    except LiveEngineError as error:
        if needed:
            raise
        log.warning("the model of %s is passed over: %s", category, error)
        return None


@lru_cache(maxsize=4)
def _loaded(folder: Path, written: int) -> "Model":
    import torch  # seconds, and much memory: only where there is a model

    from liveengine.ml.vae.model import Model

    torch.set_num_threads(1)  # the stage needs the other cores
    return Model.load(folder)
