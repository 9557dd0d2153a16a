"""Whole tracks to stems: asked for, uploaded, or put into a watched folder. Runs on: event loop; a worker separates."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Protocol
from weakref import WeakValueDictionary

from pydantic import Field

from liveengine.caller import Role, require
from liveengine.command import Accepted, Scene, StemId, Track, command
from liveengine.config import Config
from liveengine.cores import cores
from liveengine.errors import BadArgument, BadAudio, NotFound, Unavailable
from liveengine.events import ClipLoaded
from liveengine.fabrik import separators
from liveengine.fabrik.entering import Made, enter
from liveengine.fabrik.separators import SeparatorInfo
from liveengine.stems import describe, files
from liveengine.stems.commands import FilePath
from liveengine.stems.library import Library
from liveengine.stems.lineage import Lineage
from liveengine.stems.model import Stem, display
from liveengine.stems.watch import Remember, State, Watch
from liveengine.stems.work import Work

KIND = "separate"
PARTS = {
    "drums": "drums",
    "bass": "bass",
    "other": "other",
    "vocals": "vocal",
}  # part: category; in this order in slots
_STAGE_S = 20.0  # a job that goes on after a restart waits so long for the session

Wanted = Annotated[
    str, Field(min_length=1, max_length=64, description="signal, or a model's name; auto = the best here")
]
Folder = Annotated[str, Field(min_length=1, max_length=4096, description="a folder on the daemon's machine")]


class Stage(Protocol):
    """Where stems are put side by side."""

    def tracks(self, scene: int, count: int, first: int | None = None) -> list[int]:
        """Return the tracks that take so many stems; raise Full or OutOfRange."""

    async def load(self, scene: int, stems: Mapping[str, int], first: int | None = None) -> list[ClipLoaded]:
        """Load stems into free slots."""


class Separating:
    """Takes tracks apart; the parts enter the library, and slots if that is asked for."""

    ROLE: Role = "ingest"

    def __init__(self, library: Library, config: Config) -> None:
        self._library = library
        self._config = config.separate
        self._busy: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()  # by content and separator
        self._there = asyncio.Event()
        self._stage: Stage | None = None

    async def register(self) -> None:
        """Let the library's queue know how to separate."""
        await self._library.queue.register(KIND, self._run, role=self.ROLE)

    def play_on(self, stage: Stage) -> None:
        """Have a session that parts can be loaded into."""
        self._stage = stage
        self._there.set()

    @command("/separate")
    async def separate(  # noqa: PLR0917  # what a client leaves out is chosen
        self,
        path: FilePath | None = None,
        stem: StemId | None = None,
        separator: Wanted | None = None,
        scene: Scene | None = None,
        track: Track | None = None,
        output: Folder | None = None,
    ) -> Accepted:
        """Take a whole track apart into vocals, drums, bass and other: a file, or a stem of the library.

        The parts become stems that share tempo and key. With `scene` they are loaded into four free slots of it (from
        `track` on, if one is named), ready to be launched together. With `output` they are written there, as
        vocals.wav, drums.wav, bass.wav and other.wav, and the library stays as it is.
        """
        if (path is None) == (stem is None):
            raise BadArgument("name a file or a stem, one of them")
        chosen = await self._chosen(separator)
        if stem is not None:
            await self._library.get(stem)
        if track is not None and scene is None:
            raise BadArgument(f"track {track} of which scene? Name one")
        if scene is not None:
            self._room(scene, track, output)
        payload = {"stem": stem, "separator": chosen.name, "scene": scene, "track": track}
        payload |= {"path": await _track(path), "output": await _output(output)}
        return await self._library.queue.add(KIND, payload, now=True)

    @command("/separators", query=True)
    async def separators(self) -> list[SeparatorInfo]:
        """List what can take tracks apart here, the best first, and which one the settings mean."""
        here = await asyncio.to_thread(separators.known, self._library.root)
        chosen = self._config.model if self._config.model != "auto" else here[0].name
        return [one.model_copy(update={"chosen": one.name == chosen}) for one in here]

    def watch(self) -> Watch:
        """Return what separates new tracks of the watched folders while it runs."""
        library = self._library
        folders = [library.root / folder for folder in self._config.watch]
        every = library.parts.config.ingest.watch_s
        return Watch(library.db, folders, library.root / "processed_database", every, self._queued)

    # --- the job

    async def _run(self, work: Work) -> dict[str, Any]:
        asked = work.job.payload
        whole = None if asked["stem"] is None else await self._library.get(asked["stem"])
        path = whole.path if whole else Path(asked["path"])
        chosen = await self._chosen(asked["separator"])
        told = {"separator": chosen.id, "says": chosen.says, "track": display(whole.title if whole else path.name)}
        if asked["output"] is not None:
            if work.job.attempts == 1:  # later what lies there may be its own
                await _free(Path(asked["output"]))
            made = await self._separated(work, path, whole, chosen, Path(asked["output"]), "")
            return told | _shared(made) | {"files": {part: one["path"] for part, one in made["parts"].items()}}
        digest = await _digest(path)
        key = f"{digest.hex()} {chosen.id}"
        async with self._busy.setdefault(key, asyncio.Lock()):  # gone with the last that needs it
            stems, left_out = await self._library.db.reading.separated(digest.hex(), chosen.id, chosen.checksum)
            known = bool(stems or left_out)
            result: dict[str, Any] = {"known": known, "left_out": _sorted(left_out), "stems": _sorted(stems)}
            if not known:
                result |= await self._entered(work, path, whole, chosen)
        return told | result | {"loaded": await self._loaded(asked, result["stems"])}

    async def _entered(self, work: Work, path: Path, known: Stem | None, chosen: SeparatorInfo) -> dict[str, Any]:
        """Separate, bring what is to be heard into the library; return what is told of it."""
        folder, prefix = self._library.staging, f"separate-{work.job.id}-"
        try:
            made = await self._separated(work, path, known, chosen, folder, prefix)
            parts = made["parts"]
            kept = [part for part in PARTS if not parts[part]["silent"]]
            work.report(work.steps[1], work.steps[1], "analysing the parts")
            parents = await self._parents(path, known, made["hash"])
            title = known.title if known else describe.title(path)
            said = [_made(part, title, made, chosen, parents) for part in kept]
            stems = dict(zip(kept, await enter(self._library, said), strict=True))
        finally:
            await asyncio.to_thread(_discard, folder, prefix, prefix)
        left = {part: f"nothing to hear ({one['level_db']:.0f} dB beside the track)" for part, one in parts.items()}
        left_out = {part: left[part] for part in PARTS if part not in kept}
        async with self._library.db.transaction() as change:
            await change.put_separation(made["hash"], chosen.id, chosen.checksum, stems, left_out)
        return _shared(made) | {"stems": stems, "left_out": left_out}

    async def _separated(  # noqa: PLR0917  # what, by what, where to
        self, work: Work, path: Path, known: Stem | None, chosen: SeparatorInfo, folder: Path, prefix: str
    ) -> dict[str, Any]:
        payload = {
            "path": str(path),
            "name": str(known.source) if known else str(path),
            "folder": str(folder),
            "prefix": prefix,
            "hidden": f"{KIND}-{work.job.id}-",
            "separator": chosen.name,
            "models": str(self._library.root / separators.FOLDER),
            "root": str(self._library.root),
            "max_minutes": self._config.max_minutes,
            "threads": self._config.threads or max(1, cores() // 2),
        }
        try:
            return await work.do(KIND, payload)
        except BaseException:
            await asyncio.to_thread(_discard, folder, prefix, f"{KIND}-{work.job.id}-")
            raise

    async def _parents(self, path: Path, known: Stem | None, digest: str) -> tuple[tuple[int, float], ...]:
        """Return the stem that the whole track is in the library, if it is one."""
        if known is not None:
            return ((known.id, 1.0),)
        mark = await asyncio.to_thread(files.fingerprint, path)
        stem = await self._library.db.reading.stem_with(mark, bytes.fromhex(digest))
        return () if stem is None else ((stem, 1.0),)

    async def _loaded(self, asked: Mapping[str, Any], stems: Mapping[str, int]) -> list[dict[str, Any]]:
        if asked["scene"] is None:
            return []
        try:
            await asyncio.wait_for(self._there.wait(), _STAGE_S)
        except TimeoutError:
            return []  # the stems are in the library; there is no session to load them into
        assert self._stage is not None
        ordered = {part: stems[part] for part in PARTS if part in stems}
        loaded = await self._stage.load(asked["scene"], ordered, asked["track"])
        return [{"track": one.track, "slot": one.slot, "stem": one.stem} for one in loaded]

    def _room(self, scene: int, track: int | None, output: str | None) -> None:
        """Raise what is wrong with the slots that are wanted, before the work begins."""
        if output is not None:
            raise BadArgument("the parts go into a folder or into a scene, one of them")
        if self._stage is None:
            raise Unavailable("there is no session to load parts into; `liveengine serve` starts one")
        self._stage.tracks(scene, len(PARTS), track)

    async def _chosen(self, wanted: str | None) -> SeparatorInfo:
        return await asyncio.to_thread(separators.choose, self._library.root, wanted or self._config.model)

    # --- the watched folders

    async def _queued(self, rested: Mapping[bytes, State], remember: Remember) -> int | None:
        """Queue a job for each track that nobody has asked for since its last change (an upload comes with its own)."""
        asked = await self._library.db.reading.asked_for_tracks([os.fsdecode(path) for path in rested])
        job = None
        for path, (_, at) in rested.items():
            if asked.get(os.fsdecode(path), 0.0) < at / 1e9:
                payload = {"stem": None, "separator": self._config.model, "scene": None, "track": None, "output": None}
                job = (await self._library.queue.add(KIND, payload | {"path": os.fsdecode(path)})).job
        async with self._library.db.transaction() as change:
            await remember(change)
        return job


def _made(
    part: str, title: str, made: Mapping[str, Any], chosen: SeparatorInfo, parents: tuple[tuple[int, float], ...]
) -> Made:
    terms = {"part": part, "track": title, "hash": made["hash"], "seconds": round(made["seconds"], 3)}
    lineage = Lineage("separate", parents, chosen.id, chosen.checksum, None, b"", terms)
    return Made(
        path=Path(made["parts"][part]["path"]),
        category=PARTS[part],
        lineage=lineage,
        provenance="separated",
        tags=("separated",),
        bpm=made["tempo"],
        bars=made["bars"],
        key=None if part == "drums" else made["key"],
        title=f"{title} - {part}",
        loop=made["loop"],
    )


def _sorted(by_part: Mapping[str, Any]) -> dict[str, Any]:
    return {part: by_part[part] for part in PARTS if part in by_part}


def _shared(made: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of a separation beside its parts."""
    told = {name: made[name] for name in ("tempo", "key", "loop", "bars", "seconds", "sum_db", "took_s")}
    return told | {"levels_db": {part: one["level_db"] for part, one in made["parts"].items()}}


async def _track(path: str | None) -> str | None:
    """Return the file that is named, absolute; raise NotFound, or BadArgument for what is no file."""
    if path is None:
        return None
    named = files.named(path)
    if not await asyncio.to_thread(os.path.exists, named):
        raise NotFound(f"no such file: {display(named)}")
    if not await asyncio.to_thread(os.path.isfile, named):
        raise BadArgument(f"{display(named)} is no file; name one track at a time")
    return str(named)


async def _output(folder: str | None) -> str | None:
    if folder is None:
        return None
    require("a folder of this machine", "admin")
    named = files.named(folder)
    await _free(named)
    return str(named)


async def _free(folder: Path) -> None:
    """Raise BadArgument for a folder that holds what is to be written."""
    taken = [part for part in PARTS if await asyncio.to_thread(os.path.lexists, folder / f"{part}.wav")]
    if taken:
        raise BadArgument(f"{display(folder)} holds {taken[0]}.wav already; name another folder")


async def _digest(path: Path) -> bytes:
    try:
        return await asyncio.to_thread(files.digest, path)
    except OSError as error:
        raise BadAudio(f"{display(path)} cannot be read: {error.strerror or error}") from None


def _discard(folder: Path, prefix: str, hidden: str) -> None:
    """Remove what a job has left, whole or half."""
    for part in PARTS:
        if prefix:
            (folder / f"{prefix}{part}.wav").unlink(missing_ok=True)
        for left in folder.glob(f".{hidden}{part}.wav.part*"):
            left.unlink(missing_ok=True)
