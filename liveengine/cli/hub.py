"""Fetch a model's files: resumed, checked, and in place all at once. Runs on: the user's shell.

The Hugging Face hub is asked which files a revision has and what their hashes are; then each comes over HTTP. What is
half there is `NAME.HASH.part` and goes on where it stopped; the folder gets its name when every file is what the hub
says.
"""

import http.client
import json
import shutil
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from liveengine.errors import DiskFull, LiveEngineError, NotFound, Unavailable
from liveengine.fabrik.manifest import MANIFEST, PIECE, Remote, fault
from liveengine.fabrik.sources import Source, hub

SILENCE_S = 30.0  # a connection that gives nothing for so long is given up
Tell = Callable[[int], None]  # how many bytes more are there


class NoNetwork(Unavailable):
    """The place that has the model cannot be reached."""

    code = "no_network"


class Untrue(LiveEngineError):
    """A file is not what the hub, or the manifest beside it, says."""

    code = "model_damaged"
    exit_code = 65


def listing(source: Source) -> tuple[str, list[Remote]]:
    """Return the commit behind the source's revision and those of its files that are wanted; raises NoNetwork."""
    url = f"{hub()}/api/models/{source.repository}/revision/{urllib.parse.quote(source.revision)}?blobs=true"
    with _open(url, source) as answer:
        told = json.loads(answer.read())
    try:
        found = [_remote(one) for one in told["siblings"] if one["rfilename"] in source.files]
        commit = str(told["sha"])
    except (KeyError, TypeError, ValueError) as error:
        raise Unavailable(f"{hub()} answers in a form that is not understood ({error!r}); try again later") from None
    if missing := set(source.required) - {one.name for one in found}:
        raise NotFound(f"{source.page} has no {', '.join(sorted(missing))} at {source.revision}")
    return commit, found


def fetch(source: Source, models: Path, begin: Callable[[int], None], tell: Tell) -> Path:
    """Put a model into `models/NAME` and return the folder; what is there already is not fetched again.

    `begin` hears how many bytes there are in all. Raises NoNetwork, Untrue, DiskFull or NotFound; what has come stays
    for the next attempt.
    """
    commit, remotes = listing(source)
    begin(sum(one.size for one in remotes))
    folder, growing = models / source.name, models / f"{source.name}.part"
    if folder.is_dir():
        growing = folder  # it was copied by hand, or a file of it is damaged: mended where it lies
    growing.mkdir(parents=True, exist_ok=True)
    try:
        _room(growing, sum(one.size for one in remotes if not (growing / one.name).is_file()))
        for one in remotes:
            _file(source, commit, one, growing, tell)
        manifest = {"source": source.page, "commit": commit, "files": [asdict(one) for one in remotes]}
        (growing / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
    except OSError as error:
        if error.errno in DiskFull.NUMBERS:
            full = f"{growing} takes no more ({error.strerror})"
            raise DiskFull(f"{full}; make room, or allow larger files, and repeat: what has come stays") from None
        raise
    return growing.replace(folder)


def _file(source: Source, commit: str, remote: Remote, folder: Path, tell: Tell) -> None:
    target = folder / remote.name
    if target.is_file() and not fault(target, remote):
        tell(remote.size)
        return
    part = folder / f"{remote.name}.{remote.hash[-8:]}.part"
    if part.is_file() and part.stat().st_size >= remote.size:
        tell(remote.size)
    else:
        _download(source, f"{source.page}/resolve/{commit}/{remote.name}", part, remote.size, tell)
    if found := fault(part, remote):
        part.unlink()
        raise Untrue(f"{found}; it was thrown away, fetch it again")
    part.replace(target)


def _download(source: Source, url: str, part: Path, size: int, tell: Tell) -> None:
    """Add to a file what it lacks, or begin it anew where the server knows no ranges."""
    have = part.stat().st_size if part.is_file() else 0
    with _open(url, source, have) as answer:
        if have and answer.status != http.HTTPStatus.PARTIAL_CONTENT:
            have = 0
        tell(have)
        with part.open("ab" if have else "wb") as stream:
            try:
                while have < size and (piece := answer.read(min(PIECE, size - have))):
                    stream.write(piece)
                    have += len(piece)
                    tell(len(piece))
            except (TimeoutError, ConnectionError, http.client.HTTPException) as error:
                raise _unreachable(source, error) from None
    if have < size:
        raise _unreachable(source, ConnectionError(f"the connection ended after {have} of {size} bytes"))


def _open(url: str, source: Source, start: int = 0) -> Any:
    request = urllib.request.Request(url, headers={"User-Agent": "liveengine", "Accept-Encoding": "identity"})
    if start:
        request.add_header("Range", f"bytes={start}-")
    try:
        return urllib.request.urlopen(request, timeout=SILENCE_S)
    except urllib.error.HTTPError as error:
        error.close()
        raise Unavailable(f"{url} answers {error.code} {error.reason}; look at {source.page}") from None
    except (urllib.error.URLError, TimeoutError, ConnectionError, http.client.HTTPException) as error:
        raise _unreachable(source, error) from None


def _unreachable(source: Source, error: Exception) -> NoNetwork:
    reason = getattr(error, "reason", error)
    reason = getattr(reason, "strerror", None) or reason  # without the number of the error
    return NoNetwork(
        f"{hub()} cannot be reached ({reason}). What has come stays; repeat the command when there is a network, "
        f"or copy {', '.join(source.required)} and the other files of {source.page} (about {source.megabytes} MB) "
        f"from another machine into models/{source.name} of the library"
    )


def _remote(told: dict[str, Any]) -> Remote:
    large = told.get("lfs")
    known = f"sha256:{large['sha256']}" if large else f"git:{told['blobId']}"
    return Remote(Path(told["rfilename"]).name, int(large["size"] if large else told["size"]), known)


def _room(folder: Path, wanted: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise DiskFull(f"{folder} needs {wanted >> 20} MiB and the disk has {free >> 20} MiB free; make room")
