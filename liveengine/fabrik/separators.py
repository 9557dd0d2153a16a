"""Which separators there are, and which one is meant. Runs on: event loop; looks at folders only."""

import hashlib
import importlib.util
import json
from pathlib import Path

from pydantic import BaseModel

from liveengine.errors import ModelMissing

SIGNAL = "signal"
VERSION = "1"  # of the embedded separator: another one separates the same track anew
FOLDER = "models/demucs"
_SIGNAL_SAYS = (
    "by signal processing, without a trained network: the four parts sum up to the track, but a voice, a lead or a "
    "drum that share a pitch and a moment are not told apart cleanly"
)


class SeparatorInfo(BaseModel):
    """What takes tracks apart."""

    name: str
    id: str  # with the beginning of its checksum: what a stem's lineage names
    checksum: str
    says: str  # what it can, and what it cannot
    chosen: bool  # the settings mean this one


def known(root: Path) -> list[SeparatorInfo]:
    """Return what can be used here, the best first: networks whose files are here, then the embedded one."""
    found = []
    if importlib.util.find_spec("demucs") is not None:
        found = [_network(folder) for folder in folders(root).values()]
    own = SeparatorInfo(name=SIGNAL, id=SIGNAL, checksum=VERSION, says=_SIGNAL_SAYS, chosen=False)
    return [*found, own]


def folders(root: Path) -> dict[str, Path]:
    """Return the folders of the networks that are here by name, htdemucs first; what is half there is left out."""
    whole = [path for path in (root / FOLDER).glob("*/") if not path.name.startswith(".")]
    here = {path.name: path for path in whole if any(path.glob("*.safetensors"))}
    return dict(sorted(here.items(), key=lambda item: (item[0] != "htdemucs", item[0])))


def choose(root: Path, wanted: str) -> SeparatorInfo:
    """Return a separator by its name; "auto" is the best that is here. Raises ModelMissing."""
    here = known(root)
    if wanted == "auto":
        return here[0]
    for one in here:
        if one.name == wanted:
            return one
    names = ", ".join(one.name for one in here)
    raise ModelMissing(
        f"the separator {wanted!r} is not here; here are: {names}. A Demucs model lies in {FOLDER}/{wanted} of the "
        "library: `liveengine models` tells how to get one, and it needs pip install 'liveengine[ml]'"
    )


def _network(folder: Path) -> SeparatorInfo:
    checksum = _checksum(folder)
    return SeparatorInfo(
        name=folder.name,
        id=f"{folder.name}-{checksum[:8]}",
        checksum=checksum,
        says="by a Demucs network that has learnt from many records; the parts sum up to the track only nearly",
        chosen=False,
    )


def _checksum(folder: Path) -> str:
    """Return what the card says, else what sizes and times of the files say: hashing them takes seconds."""
    try:
        told = json.loads((folder / "card.json").read_text("utf-8"))["checksum"]
        if isinstance(told, str) and told:
            return told
    except (OSError, ValueError, KeyError, TypeError):
        pass
    digest = hashlib.blake2b(digest_size=16)
    for file in sorted(folder.glob("*.safetensors")):
        digest.update(f"{file.name} {file.stat().st_size} {file.stat().st_mtime_ns}\0".encode())
    return digest.hexdigest()
