"""Which model the library thinks in. Runs on: event loop, at start."""

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from liveengine.config import Config, data
from liveengine.errors import ModelMissing
from liveengine.stems import clap, mini
from liveengine.stems.embed import Embedder

if TYPE_CHECKING:
    from liveengine.jobs.pool import Pool


def known(model: str, checksum: str, pool: "Pool", root: Path) -> Embedder | None:
    """Return the model of this name and checksum if it still is on this machine."""
    choices: list[Embedder] = [mini.Mini(pool, folder) for folder in mini.folders(root)]
    if (folder := clap.find(root / "models")) is not None and _able():
        choices.append(_clap(pool, folder, root))
    return next((one for one in choices if (one.model, one.checksum) == (model, checksum)), None)


def embedder(config: Config, pool: "Pool", root: Path) -> Embedder:
    """Return the model that `library.embedder` asks for; `auto` = CLAP if it can run here, else the shipped one.

    Nothing heavy is imported: torch is only looked for. Raises ModelMissing naming what lacks.
    """
    wanted = config.library.embedder
    folder = clap.find(root / "models")
    able, own = _able(), mini.folders(root)
    if wanted == "mini" or (wanted == "auto" and (folder is None or not able)):
        if not own:
            raise ModelMissing(
                f"{data('models') / mini.MODEL} lacks {' or '.join(mini.FILES)}: install liveengine again, or make the "
                "model anew with `liveengine train embedder --seed 0`"
            )
        return mini.Mini(pool, own[0])
    if folder is None:
        raise ModelMissing(
            f"no CLAP weights ({clap.PUBLISHED}) in {root / 'models' / 'clap'}: `liveengine models fetch clap` puts "
            'them there; or set library.embedder = "auto"'
        )
    if not able:
        raise ModelMissing("CLAP needs torch and transformers: pip install 'liveengine[ml]'")
    return _clap(pool, folder, root)


def _able() -> bool:
    return importlib.util.find_spec("torch") is not None and importlib.util.find_spec("transformers") is not None


def _clap(pool: "Pool", folder: Path, root: Path) -> clap.ClapEmbedder:
    return clap.ClapEmbedder(pool, folder, clap.checksum(folder, root / "models" / "checksums.json"))
