"""Every model there is: shipped, fetched, trained; or could be. Runs on: threads, the user's shell; reads folders.

A checksum is read from the files once, and then from a cache while their sizes and times stay the same.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from liveengine import digest
from liveengine.config import data
from liveengine.errors import ModelMissing
from liveengine.fabrik import manifest, separators, sources
from liveengine.fabrik.sources import Source
from liveengine.jobs import checkpoints
from liveengine.jobs.checkpoints import Checkpoint
from liveengine.stems import clap, mini, select, taught

Kind = Literal["search", "embeddings", "separation", "category"]
Origin = Literal["shipped", "fetched", "trained"]
State = Literal["ok", "missing", "damaged", "old"]
WEIGHTS, CARD = "model.safetensors", "card.json"


class ModelInfo(BaseModel):
    """One model."""

    name: str
    id: str  # as vectors and lineages name it; empty for one that is not here
    kind: Kind
    origin: Origin
    state: State
    size: int  # bytes; of one that is missing about so many are fetched
    checksum: str  # BLAKE2b-128 of the weights, hex; empty where it is not here
    used_by: list[str]
    what: str
    licence: str
    needs: str  # beside the files
    obtain: str  # the command that brings it, where it is missing, damaged or old
    folder: str


@dataclass(frozen=True)
class Used:
    """What the library works with now: models by id and checksum, the separator by name."""

    search: tuple[str, str] = ("", "")
    coming: tuple[str, str] = ("", "")  # takes over when every stem is heard with it
    separator: str = "auto"  # the setting separate.model


def rows(root: Path, used: Used | None = None, embedder: str = "auto", separator: str = "auto") -> list[ModelInfo]:
    """Return all models of a library, those it can get last.

    Without `used` it is concluded from the settings library.embedder and separate.model what a library works with.
    """
    found = [*_mini(root), *_clap(root), *_taught(root), *_folders(root), _signal()]
    here = {one.name for one in found}
    used = used or replace(_concluded(found, embedder), separator=separator)
    separates = _separator(root, used.separator)
    found = [one.model_copy(update={"used_by": _users(one, used, separates, found)}) for one in found]
    missing = [_missing(one) for one in sources.sources().values()]
    missing += [_checkpoint(one) for one in checkpoints.known().values()]
    return found + [one for one in missing if one.name not in here]


def _concluded(found: list[ModelInfo], embedder: str) -> Used:
    """Return what a library without a daemon works with."""
    able = [one for one in found if one.state == "ok"]
    clap = next((one.name for one in able if one.name == "clap" and select.able()), mini.MODEL)
    name = {"auto": clap, "mini": mini.MODEL}.get(embedder, embedder)
    return Used(next(((one.id, one.checksum) for one in able if one.name == name), ("", "")))


def _separator(root: Path, wanted: str) -> str:
    """Return the name of the model that takes tracks apart; empty where the setting names none that is here."""
    try:
        name = separators.choose(root, wanted).name
    except ModelMissing:
        return ""
    return name if name == separators.SIGNAL else f"demucs/{name}"


def _users(one: ModelInfo, used: Used, separates: str, found: list[ModelInfo]) -> list[str]:
    """Return who uses a model."""
    own = (one.id, one.checksum)
    users = ["search"] * (own == used.search) + ["search, when every stem is heard"] * (own == used.coming)
    if one.kind == "category":
        users.append(f"category {one.name.removeprefix('vae/')}")
    if one.name == separates:
        users.append("separation")
    if one.name == taught.CLAP:
        users += [f"base of {other.name}" for other in found if other.id.startswith(f"{taught.CLAP}+")]
    return users


def _mini(root: Path) -> Iterator[ModelInfo]:
    """Give the shipped search model, and before it one that the user has trained in its place."""
    for folder, origin in ((root / "models" / mini.MODEL, "trained"), (data("models") / mini.MODEL, "shipped")):
        if origin == "trained" and not folder.is_dir():
            continue
        whole = mini.whole(folder)
        found = digest.known(_cache(root), *(folder / name for name in mini.FILES)) if whole else ""
        wanted = str(_card(folder).get("checksum") or found)
        yield _info(
            folder,
            name=mini.MODEL,
            id=mini.MODEL,
            kind="search",
            origin=origin,
            state="ok" if whole and found == wanted else "damaged",
            checksum=found,
            what="sounds and sentences in one space, taught on synthesised sounds; the search model by default",
            licence="MIT",
            obtain="liveengine train embedder --seed 0" if origin == "trained" else "install liveengine again",
        )


def _clap(root: Path) -> Iterator[ModelInfo]:
    """Give CLAP where its files are: fetched here, or in the hub's own cache."""
    folder, source = clap.find(root / "models"), sources.sources()["clap"]
    own = root / "models" / "clap"
    if folder is None and not own.is_dir():
        return
    folder = folder or own
    wrong = bool(header(folder / WEIGHTS))
    if (folder / manifest.MANIFEST).is_file():
        wrong = wrong or any(manifest.wrong_size(folder / one.name, one) for one in manifest.remotes(folder))
    whole = (folder / WEIGHTS).is_file()
    yield _info(
        folder,
        name="clap",
        id=f"clap:{clap.published(folder) or folder.name}",
        kind="search",
        origin="fetched",
        state="damaged" if wrong else "ok",
        checksum=digest.known(_cache(root), folder / WEIGHTS) if whole else "",
        what=source.what,
        licence=source.licence,
        needs=source.needs,
        obtain="liveengine models fetch clap",
    )


def _taught(root: Path) -> Iterator[ModelInfo]:
    """Give the models that know the user's own words."""
    base = clap.find(root / "models")
    for one in taught.models(root).values():
        state: State = "ok"
        if one.base == taught.CLAP and (
            base is None or digest.known(_cache(root), base / WEIGHTS) != one.base_checksum
        ):
            state = "old"
        if not _whole(one, root):
            state = "damaged"
        words = ", ".join(sorted(one.words)[:5]) or "your captions"
        yield _info(
            one.folder,
            name=one.name,
            id=one.id,
            kind="embeddings",
            origin="trained",
            state=state,
            checksum=one.checksum,
            what=f"{one.base} that knows {words}",
            licence="as its base and your sounds",
            needs="nothing" if one.base == taught.MINI else "clap, pip install 'liveengine[ml]'",
            obtain=f"liveengine models remove {one.name}, then liveengine train embeddings FOLDER --name {one.name}",
        )


def _whole(one: taught.Taught, root: Path) -> bool:
    """Tell if a taught model's files are what its card says."""
    if one.base == taught.MINI:
        files = [one.folder / name for name in mini.FILES]
        return mini.whole(one.folder) and digest.known(_cache(root), *files) == one.checksum
    heads = one.folder / taught.HEADS
    return heads.is_file() and digest.headed(one.base_checksum, heads) == one.checksum


def _folders(root: Path) -> Iterator[ModelInfo]:
    """Give the models of categories and the separators: a folder each, with weights and a card."""
    for place, kind, origin, what, obtain in (
        ("vae", "category", "trained", "the character of your {} stems", "liveengine train category {}"),
        ("demucs", "separation", "fetched", "takes tracks apart: {}", "liveengine models convert FILE --name {}"),
    ):
        for folder in sorted((root / "models" / place).glob("[!.]*/")):
            card, weights = _card(folder), folder / WEIGHTS
            found = digest.known(_cache(root), weights) if weights.is_file() else ""
            yield _info(
                folder,
                name=f"{place}/{folder.name}",
                id=str(card.get("id") or f"{folder.name}-{found[:8]}"),
                kind=kind,
                origin=origin,
                state="ok" if found and card.get("checksum", found) == found else "damaged",
                checksum=found,
                what=what.format(folder.name),
                licence=str(card.get("licence") or ("yours" if place == "vae" else "see where it comes from")),
                needs="pip install 'liveengine[ml]'",
                obtain=obtain.format(folder.name),
            )


def _signal() -> ModelInfo:
    """Return the separator that needs no weights."""
    one = next(one for one in separators.known(Path()) if one.name == separators.SIGNAL)
    return ModelInfo(
        name=one.name, id=one.id, kind="separation", origin="shipped", state="ok", size=0, checksum="", used_by=[],
        what=one.says, licence="MIT", needs="nothing", obtain="", folder="",
    )  # fmt: skip


def _checkpoint(one: Checkpoint) -> ModelInfo:
    """Return a network that takes tracks apart, as one that is not here."""
    return ModelInfo(
        name=f"demucs/{one.name}", id="", kind="separation", origin="fetched", state="missing",
        size=one.megabytes * 1_000_000, checksum="", used_by=[], what=one.what, licence=one.licence,
        needs="pip install 'liveengine[ml]'", folder="", obtain=one.obtain,
    )  # fmt: skip


def _missing(one: Source) -> ModelInfo:
    return ModelInfo(
        name=one.name, id="", kind="search", origin="fetched", state="missing", size=one.megabytes * 1_000_000,
        checksum="", used_by=[], what=one.what, licence=one.licence, needs=one.needs,
        obtain=f"liveengine models fetch {one.name}", folder="",
    )  # fmt: skip


def _info(folder: Path, *, obtain: str, needs: str = "nothing", **known: Any) -> ModelInfo:
    size = sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
    wanted = obtain if known["state"] != "ok" else ""
    return ModelInfo(**known, size=size, used_by=[], needs=needs, obtain=wanted, folder=str(folder))


def _card(folder: Path) -> dict[str, Any]:
    try:
        told = json.loads((folder / CARD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _cache(root: Path) -> Path:
    return root / "models" / "checksums.json"


def header(file: Path) -> str:
    """Return what is wrong with the head of a safetensors file; empty if nothing is."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, "numpy") as content:
            content.keys()
    except (OSError, SafetensorError) as error:
        return f"{file} is damaged: {error}"
    return ""


def faults(one: ModelInfo, root: Path) -> list[str]:
    """Return what is wrong with a model that is here, a sentence for each thing; every file is read."""
    if not one.folder:
        return []
    folder = Path(one.folder)
    found = [wrong for file in sorted(folder.glob("*.safetensors")) if (wrong := header(file))]
    if (folder / manifest.MANIFEST).is_file():
        return found + manifest.faults(folder)
    if one.kind == "embeddings":
        model = taught.models(root)[one.name]
        wanted, files = model.checksum, _files(model)
        real = digest.headed(model.base_checksum, *files) if model.base == taught.CLAP else _digested(files)
    else:
        wanted = str(_card(folder).get("checksum") or "")
        real = _digested(folder / name for name in (mini.FILES if one.name == mini.MODEL else (WEIGHTS,)))
    if wanted and real != wanted:
        found.append(f"{folder} is damaged: its checksum is {real[:8] or 'none'}, its card says {wanted[:8]}")
    return found


def _files(model: taught.Taught) -> list[Path]:
    names = mini.FILES if model.base == taught.MINI else (taught.HEADS,)
    return [model.folder / name for name in names]


def _digested(files: Iterable[Path]) -> str:
    every = list(files)
    return digest.digest(*every) if all(file.is_file() for file in every) else ""
