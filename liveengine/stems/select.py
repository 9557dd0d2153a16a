"""Which model the library thinks in. Runs on: event loop, at start; threads."""

import difflib
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from liveengine.config import Config, data
from liveengine.errors import ModelMissing
from liveengine.stems import clap, mini, taught
from liveengine.stems.embed import Embedder
from liveengine.stems.taught import Taught

if TYPE_CHECKING:
    from liveengine.jobs.pool import Pool

OWN = ("auto", "mini", "clap")  # what library.embedder may be beside the name of a taught model


def known(model: str, checksum: str, pool: "Pool", root: Path) -> Embedder | None:
    """Return the model of this name and checksum if it still is on this machine."""
    choices: list[Embedder] = [mini.Mini(pool, folder) for folder in mini.folders(root)]
    if (folder := clap.find(root / "models")) is not None and able():
        choices.append(_clap(pool, folder, root))
    for one in taught.models(root).values():
        if one.id == model:
            try:
                choices.append(_taught(pool, one, root))
            except ModelMissing:  # its base has gone
                continue
    return next((one for one in choices if (one.model, one.checksum) == (model, checksum)), None)


def embedder(config: Config, pool: "Pool", root: Path) -> Embedder:
    """Return the model that `library.embedder` asks for; `auto` = CLAP if it can run here, else the shipped one.

    Nothing heavy is imported: torch is only looked for. Raises ModelMissing naming what lacks.
    """
    wanted = config.library.embedder
    if wanted not in OWN:
        return _taught(pool, named(wanted, root), root)
    folder = clap.find(root / "models")
    if wanted == "mini" or (wanted == "auto" and (folder is None or not able())):
        return mini.Mini(pool, own(root))
    return _clap(pool, _weights(root), root)


def named(name: str, root: Path) -> Taught:
    """Return a taught model; raise ModelMissing with a guess."""
    models = taught.models(root)
    if name not in models:
        near = difflib.get_close_matches(name, [*models, *OWN], 1)
        guess = f"did you mean {near[0]}?" if near else f"there are: {', '.join([*OWN, *models])}"
        raise ModelMissing(
            f"no search model {name!r} in {root / 'models'}; {guess} (setting library.embedder; `liveengine train "
            "embeddings` makes one)"
        )
    return models[name]


def own(root: Path) -> Path:
    """Return the folder of traum-mini: one that the user trained, else the shipped one. Raises ModelMissing."""
    if folders := mini.folders(root):
        return folders[0]
    raise ModelMissing(
        f"{data('models') / mini.MODEL} lacks {' or '.join(mini.FILES)}: install liveengine again, or make the "
        "model anew with `liveengine train embedder --seed 0`"
    )


def base(kind: str, root: Path) -> tuple[str, Path]:
    """Return which model is to be tuned and its folder: of "auto" CLAP if it can run here. Raises ModelMissing."""
    if kind == taught.MINI or (kind == "auto" and not (able() and clap.find(root / "models"))):
        return taught.MINI, own(root)
    return taught.CLAP, _weights(root)


def _weights(root: Path) -> Path:
    folder = clap.find(root / "models")
    if folder is None:
        raise ModelMissing(
            f"no CLAP weights ({clap.PUBLISHED}) in {root / 'models' / 'clap'}: `liveengine models fetch clap` puts "
            'them there; or set library.embedder = "auto"'
        )
    if not able():
        raise ModelMissing("CLAP needs torch and transformers: pip install 'liveengine[ml]'")
    return folder


def able() -> bool:
    """Tell if CLAP can run here."""
    return importlib.util.find_spec("torch") is not None and importlib.util.find_spec("transformers") is not None


def _clap(pool: "Pool", folder: Path, root: Path) -> clap.ClapEmbedder:
    return clap.ClapEmbedder(pool, folder, _checksum(folder, root))


def _checksum(folder: Path, root: Path) -> str:
    return clap.checksum(folder, root / "models" / "checksums.json")


def _taught(pool: "Pool", model: Taught, root: Path) -> Embedder:
    if model.base == taught.MINI:
        if not mini.whole(model.folder):
            raise ModelMissing(
                f"{model.folder} lacks {' or '.join(mini.FILES)}; `liveengine models remove {model.name}` takes the "
                "rest away, `liveengine train embeddings` makes it anew"
            )
        return mini.Mini(pool, model.folder, model.id, model.words)
    folder = _weights(root)
    if (found := _checksum(folder, root)) != model.base_checksum:
        raise ModelMissing(
            f"{model.name} was tuned on another CLAP ({model.base_checksum[:8]}) than the one in {folder} "
            f"({found[:8]}): tune it again, or put that one back"
        )
    return clap.ClapEmbedder(pool, folder, model.checksum, model)
