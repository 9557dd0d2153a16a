"""Which model the library thinks in. Runs on: event loop, at start."""

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from liveengine.config import Config
from liveengine.errors import ModelMissing
from liveengine.stems import clap, mini
from liveengine.stems.embed import Embedder
from liveengine.stems.lexicon import Lexicon

if TYPE_CHECKING:
    from liveengine.jobs.pool import Pool


def embedder(config: Config, pool: "Pool", root: Path) -> Embedder:
    """Return the model that `library.embedder` asks for; `auto` = CLAP if it can run here, else the shipped one.

    Nothing heavy is imported: torch is only looked for. Raises ModelMissing when CLAP is asked for and cannot run.
    """
    wanted = config.library.embedder
    folder = clap.find(root / "models")
    able = importlib.util.find_spec("torch") is not None and importlib.util.find_spec("transformers") is not None
    shipped = mini.find(root)
    if wanted == "mini" or (wanted == "auto" and (folder is None or not able)):
        return Lexicon() if shipped is None else mini.Mini(pool, shipped)
    if wanted == "lexicon":
        return Lexicon()
    if folder is None:
        raise ModelMissing(
            f"no CLAP weights ({clap.PUBLISHED}) in {root / 'models' / 'clap'}: `liveengine models fetch clap` puts "
            'them there; or set library.embedder = "auto"'
        )
    if not able:
        raise ModelMissing("CLAP needs torch and transformers: pip install 'liveengine[ml]'")
    return clap.ClapEmbedder(pool, folder, clap.checksum(folder, root / "models" / "checksums.json"))
