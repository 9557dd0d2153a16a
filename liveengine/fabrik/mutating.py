"""Variations of stems that become stems: of one that was found, and of what a track plays. Runs on: event loop."""

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from liveengine.command import Accepted, StemId, command
from liveengine.errors import BadArgument
from liveengine.fabrik.entering import Made, enter
from liveengine.fabrik.training import FOLDER, beats
from liveengine.sound.files import growing, unwritable
from liveengine.stems.library import Library
from liveengine.stems.lineage import Lineage
from liveengine.stems.model import Stem
from liveengine.stems.work import Work

Do = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]
Samples = npt.NDArray[np.float32]
KindName = Literal["auto", "walk", "style", "slices", "grains"]
Amount = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False, description="how far from the stem, up to 1")]
Style = Annotated[int, Field(ge=0, le=2**63 - 1, description="stem whose timbre the kind style gives; 0 = none")]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1, description="another seed, another variation")]
TAG = "mutated"
BEATS_PER_BAR = 4.0
_KEPT = ".kept-"  # how the files are named that wait to enter


class Mutating:
    """Makes stems of variations."""

    ROLE = "arrange"

    def __init__(self, library: Library) -> None:
        self._library = library

    async def register(self) -> None:
        """Let the library's queue know how that is done; what a kill left of it goes."""
        waiting = {job.payload["path"] for job in await self._library.db.reading.open_jobs() if job.kind == "keep"}
        await asyncio.to_thread(_tidy, self._library.root / "generated_stems", waiting)
        await self._library.queue.register("mutate", self._mutate)
        await self._library.queue.register("keep", self._keep, self._drop)

    @command("/stem/{stem}/mutate")
    async def mutate(
        self, stem: StemId, amount: Amount = 0.5, kind: KindName = "auto", seed: Seed = 0, style: Style = 0
    ) -> Accepted:
        """Make a variation of a stem, on its own grid; it becomes a stem of the library, with its lineage."""
        await self._library.get(stem)
        await _style(self._library, kind, style)
        given = {"stem": stem, "amount": amount, "kind": kind, "seed": seed, "style": style}
        return await self._library.queue.add("mutate", given, now=True)

    async def _mutate(self, work: Work) -> dict[str, Any]:
        given = work.job.payload
        found = await self._library.get(given["stem"])
        wanted = given["kind"], given["amount"], given["seed"], given["style"]
        made = await varied(self._library, work.do, found, *wanted)
        (stem,) = await enter(self._library, [made])
        return {"stem": stem, "kind": made.lineage.terms["kind"]}

    async def _keep(self, work: Work) -> dict[str, Any]:
        given = work.job.payload
        path, facts = Path(given["path"]), given["facts"]
        to = self._library.staging / f"{uuid.uuid4().hex}.wav"
        await work.do("mutate", _as_it_is(given) | {"to": str(to), "category": facts["category"]})
        (stem,) = await enter(self._library, [_made(to, facts)])
        path.unlink(missing_ok=True)  # until then another try needs it
        return {"stem": stem, "kind": facts["kind"]}

    async def _drop(self, job: int) -> None:
        """Remove the sound of a job that is cancelled."""
        Path((await self._library.queue.get(job)).payload["path"]).unlink(missing_ok=True)


async def varied(  # noqa: PLR0917
    library: Library, do: Do, stem: Stem, kind: KindName, amount: float, seed: int, style: int = 0
) -> Made:
    """Return a variation of a stem in the library's staging folder, ready to `enter`; without one no file is left.

    `do` has a worker do a job: `Work.do`, or the pool's `run`.
    Raises UnknownStem for the style, BadArgument for a style that is none, BadAudio, JobFailure, DiskFull.
    """
    lent = await _style(library, kind, style)
    path = library.staging / f"mutated-{uuid.uuid4().hex}.wav"
    payload = {
        "path": str(stem.path),
        "to": str(path),
        "kind": kind,
        "amount": amount,
        "seed": seed,
        "step": 1,
        "beats": (stem.bars or 0.0) * BEATS_PER_BAR if stem.loop else 0.0,
        "own_beats": beats(stem) or 0.0,
        "round": stem.loop,
        "attacks": list(stem.transients),
        "category": stem.category,
        "models": str(library.root / FOLDER),
        "style": None if lent is None else {"path": str(lent.path), "beats": beats(lent) or 0.0},
    }
    try:
        done = await do("mutate", payload)
    except BaseException:
        await asyncio.to_thread(_discard, path)
        raise
    facts = {
        "stem": stem.id, "title": stem.title, "category": stem.category, "loop": stem.loop, "key": stem.key,
        "bpm": stem.bpm if stem.loop else None, "bars": stem.bars if stem.loop else None,
        "amount": amount, "seed": seed, "step": 1, "style": style, **done,
    }  # fmt: skip
    return _made(path, facts)


async def keep(library: Library, sound: Samples, rate: int, facts: Mapping[str, Any]) -> Accepted:
    """Have a sound [channels, frames] become a stem; it is in a file of its own when this returns.

    `facts`: what is known of it. Raises DiskFull, BadArgument for a place that cannot be written.
    """
    path = library.root / "generated_stems" / facts["category"] / f"{_KEPT}{uuid.uuid4().hex}.f32"
    channels, frames = sound.shape
    try:
        await asyncio.to_thread(_copied, sound, path)
        lies = {"path": str(path), "channels": channels, "frames": frames, "rate": rate}
        return await library.queue.add("keep", lies | {"facts": dict(facts)}, now=True)
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise


def _copied(sound: Samples, path: Path) -> None:
    """Write the bare samples, channel after channel, to a file that appears whole."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with growing(path) as part, part.open("wb") as file:
            for channel in sound:
                file.write(channel.astype("<f4").tobytes())
    except OSError as error:
        raise unwritable("what plays cannot be kept", error, "make room and try again") from None


def _as_it_is(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a worker brings the samples that `keep` has written into a file as they are."""
    frames = given["frames"]
    source = {"offset": 0, "stride": frames, "channels": given["channels"]}
    lies = {"pool_path": given["path"], "source": source, "start": 0, "end": frames, "rate": given["rate"]}
    untouched = {"kind": "auto", "amount": 0.0, "seed": 0, "step": 0, "beats": 0.0, "own_beats": 0.0, "attacks": []}
    return {**lies, **untouched, "round": True, "crossfade": 0}


async def _style(library: Library, kind: str, style: int) -> Stem | None:
    """Return the stem whose timbre is taken on. Raises UnknownStem, and BadArgument where one is missing."""
    if kind == "style" and not style:
        raise BadArgument("the kind style needs a stem whose timbre is taken on: name it as style")
    return await library.get(style) if style else None


def _made(path: Path, facts: Mapping[str, Any]) -> Made:
    """Return a variation with its lineage: the parent first, then whose timbre it took on."""
    share = float(facts["amount"]) if facts["style"] else 0.0
    parents = [(int(facts["stem"]), 1.0 - share)]
    if facts["style"]:
        parents.append((int(facts["style"]), share))
    lineage = Lineage(
        made_by="mutate",
        parents=tuple(parents),
        model=facts["model"],
        checksum=facts["checksum"],
        seed=int(facts["seed"]),
        latent=bytes.fromhex(facts["latent"]),
        terms={"kind": facts["kind"], "amount": facts["amount"], "step": facts["step"]},
    )
    return Made(
        path=path,
        category=facts["category"],
        lineage=lineage,
        provenance="generated",
        tags=(TAG, facts["kind"]) if facts["kind"] else (TAG,),
        bpm=facts["bpm"],
        bars=facts["bars"],
        key=facts["key"],
        title=f"{facts['title']} ({TAG} {facts['step']})",
        loop=facts["loop"],
    )


def _discard(path: Path) -> None:
    """Remove what a worker has left, whole or half."""
    for left in (path, path.with_name(f".{path.name}.part")):
        left.unlink(missing_ok=True)


def _tidy(folder: Path, waiting: set[str]) -> None:
    """Remove the files that nobody will make a stem of any more."""
    for file in folder.glob(f"*/.*{_KEPT.strip('.')}*"):
        if str(file) not in waiting:
            with contextlib.suppress(OSError):
                file.unlink()
