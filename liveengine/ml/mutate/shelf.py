"""The model that a variation is made with, where its category has one. Runs on: worker processes."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from liveengine.errors import LiveEngineError, ModelMissing
from liveengine.ml.vae import kept

if TYPE_CHECKING:
    from liveengine.ml.vae.model import Model

log = logging.getLogger(__name__)


def model(models: Path | None, category: str, needed: bool) -> "Model | None":
    """Return the model of a category as it is on disk now, None where there is none.

    Where it is `needed`, one that is missing or damaged raises ModelMissing or ModelDamaged; else it is passed over.
    """
    if models is None or not (models / category / kept.CARD).is_file():
        if needed:
            raise ModelMissing(
                f"no model of {category or 'this category'} is taught: `liveengine train category {category}` does it, "
                "and the kinds auto, slices and grains need none"
            )
        return None
    try:
        return kept.model(models / category)
    except LiveEngineError as error:
        if needed:
            raise
        log.warning("the model of %s is passed over: %s", category, error)
        return None
