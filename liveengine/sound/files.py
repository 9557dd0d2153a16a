"""Open a file that a stranger named; put a new one in its place. Runs on: worker processes."""

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

import soundfile

from liveengine.errors import BadArgument, BadAudio, DiskFull

# How the names of files end that `decode.read` may be able to read.
SUFFIXES = frozenset({".wav", ".wave", ".flac", ".aif", ".aiff", ".aifc", ".ogg", ".oga", ".mp3"})
_PIECE = 1 << 20  # bytes


@contextmanager
def opened(path: str | os.PathLike[str] | bytes) -> Iterator[int]:
    """Open a regular file for reading and yield its descriptor.

    Raises BadAudio for anything that is no regular file (a link is one: name the file it points to).
    """
    shown = os.fsdecode(path)
    name = Path(shown).name or shown
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    except (OSError, ValueError) as error:
        if Path(shown).is_symlink():
            raise BadAudio(f"{name!r} is a symbolic link: add the file it points to") from None
        reason = getattr(error, "strerror", None) or str(error)
        raise BadAudio(f"{name!r} cannot be opened: {reason}") from None
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            kind = "a folder" if stat.S_ISDIR(mode) else "a pipe, socket or device"
            raise BadAudio(f"{name!r} is {kind}, not a file")
        yield descriptor
    finally:
        os.close(descriptor)


def content(path: Path) -> bytes:
    """Return all bytes of a large file.

    They come piece by piece: as long as one read lasts, many a kernel gives its core to nobody, not even to a sound.
    """
    with path.open("rb", buffering=0) as file:
        return b"".join(iter(partial(file.read, _PIECE), b""))


@contextmanager
def replacing(target: Path, mode: int) -> Iterator[IO[bytes]]:
    """Yield a new file that takes the place of `target` in one step, on disk and with these permissions.

    Where the block raises, the old file stays as it is.
    """
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".replacing-", delete=False) as made:
        try:
            yield made
            made.flush()
            os.fsync(made.fileno())
            Path(made.name).chmod(mode & 0o777)
            Path(made.name).replace(target)
        except BaseException:
            Path(made.name).unlink(missing_ok=True)
            raise


@contextmanager
def growing(target: Path) -> Iterator[Path]:
    """Yield where a file may grow that then gets the name `target` in one step, whole and on disk: `.NAME.part`.

    Where the block raises, nothing of it is left, and an older file stays as it is. Raises OSError.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        yield part
        flush(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def stored(target: Path, advice: str = "make room and repeat") -> Iterator[Path]:
    """Yield the same for a sound, in a folder that is made where it is missing.

    Raises what `unwritable` returns, with the `advice` on what to do where the disk is full.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with growing(target) as part:
            part.open("wb").close()  # says why a name cannot be written; libsndfile would not
            yield part
    except (OSError, soundfile.SoundFileError) as error:
        raise unwritable(f"{target.name!r} cannot be written", error, advice) from error


def unwritable(what: str, error: Exception, advice: str = "make room and repeat") -> BadArgument | DiskFull:
    """Return what to raise for an error while writing, `what` being the words that come first.

    DiskFull with the `advice` for what the system calls so, and for libsndfile, which does not tell why a write fails.
    """
    reason = getattr(error, "strerror", None) or error
    if isinstance(error, soundfile.SoundFileError) or getattr(error, "errno", None) in DiskFull.NUMBERS:
        return DiskFull(f"{what}: {reason}; {advice}")
    return BadArgument(f"{what}: {reason}; name another folder")


def settle(folder: Path, target: Path) -> None:
    """Give a folder of files its name, on disk and whole; an OSError where something lies there already."""
    for file in (*folder.iterdir(), folder):
        flush(file)
    folder.rename(target)
    flush(target.parent)


def put(file: Path, target: Path) -> None:
    """Give a file another name in one step, and never one that is taken: FileExistsError then."""
    try:
        os.link(file, target)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK):
            raise
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666))  # a disk without links: held, empty
        file.replace(target)
    else:
        file.unlink()


def flush(path: Path) -> None:
    """Have a file, or the names in a folder, written to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
