"""Finds audio files, names them, copies them; whatever their names. Runs on: threads."""

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from liveengine.digest import digest as checksum
from liveengine.errors import BadArgument, BadAudio, DiskFull
from liveengine.sound import mark
from liveengine.sound.files import SUFFIXES
from liveengine.stems.model import display

LARGEST_COPY = 256 << 20  # a larger file is not copied into quarantine; its reason is kept all the same
DEEPEST = 64  # levels of folders


def named(path: str) -> Path:
    """Return the absolute path that a client names, `~` being the home of who runs the daemon.

    Raises BadArgument for what can be no path.
    """
    try:
        os.fsencode(path)
        if "\0" in path:
            raise ValueError("it holds a zero byte")
        return Path(path).expanduser().absolute()
    except (RuntimeError, ValueError):  # RuntimeError: the home of a user that is not known here
        raise BadArgument(f"{path[:80]!a} is no path") from None


def scan(paths: Iterable[Path], own: Path) -> Iterator[Path]:
    """Iterate over the files to ingest: those named, and audio files below the folders named, by name.

    Links to folders are not followed (they may loop), hidden files and the library's own folder `own` are left out.
    """
    for path in paths:
        if _is_folder(path):
            yield from _below(path, own, 0)
        else:
            yield path


def _below(folder: Path, own: Path, depth: int) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return  # not readable, or gone: the rest of the scan goes on
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith(".") or path == own:
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth < DEEPEST:
                yield from _below(path, own, depth + 1)
        elif path.suffix.lower() in SUFFIXES and not _is_folder(path):
            yield path


def _is_folder(path: Path) -> bool:
    """Tell if this is a folder or a link to one; a path that cannot be looked at is none."""
    try:
        return path.is_dir()
    except OSError:  # too long, or closed to us
        return False


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[tuple[int, int]]:
    """Yield a descriptor and size of a file. Raises BadAudio for what is no regular file or is empty, OSError."""
    # O_NONBLOCK: opening a FIFO must not wait for a writer.
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        if error.errno not in (errno.ENXIO, errno.EISDIR):
            raise
        raise BadAudio("not a regular file (a socket, device, pipe or folder): leave it out") from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise BadAudio("not a regular file (a socket, device, pipe or folder): leave it out")
        if status.st_size == 0:
            raise BadAudio("the file is empty (0 bytes): copy it again")
        yield descriptor, status.st_size
    finally:
        os.close(descriptor)


def digest(path: Path) -> bytes:
    """Return BLAKE2b-128 of a file's bytes. Raises BadAudio for what is no regular file or is empty, OSError."""
    with _opened(path) as (descriptor, _):
        return bytes.fromhex(checksum(descriptor))


def fingerprint(path: Path) -> str:
    """Return what tells a file from most others at a glance (see `sound.mark`); raises as `digest` does."""
    with _opened(path) as (descriptor, size):
        return mark.fingerprint(descriptor, size)


def sync_folder(folder: Path) -> None:
    """Make the new names in a folder survive a loss of power."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def safe_name(path: Path, digest: str) -> str:
    """Return a name that every file system and every door takes: ASCII letters, digits, dashes, at most 80 signs.

    `digest`, in hexadecimal, keeps two files of one name apart.
    """
    stem = Path(display(path.name)).stem
    plain = unicodedata.normalize("NFKD", stem.replace("ß", "ss")).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9#.]+", "_", plain).strip("_.")
    return f"{words[:54] or 'stem'}-{digest[:24]}"


def copy_of(path: Path, category: str, digest: str) -> Path:
    """Return where the library's copy of a file lies, relative to the data root; see `safe_name`."""
    return Path("processed_database", "stems", category, f"{safe_name(path, digest)}.wav")


def mark_of(path: Path) -> str:
    """Return what keeps files apart whose bytes cannot tell: a hash of where the file lies."""
    return hashlib.blake2b(os.fsencode(path), digest_size=16).hexdigest()


def put_aside(source: Path, folder: Path, digest: str, code: str, reason: str) -> Path | None:
    """Copy a file into quarantine with its reason beside it; the original stays. Returns the copy, None if none."""
    target = folder / safe_name(source, digest)
    record = {"source": display(source), "code": code, "reason": reason}
    copied: Path | None = None
    with full_disk_named(folder):
        target.with_name(target.name + ".json").write_text(json.dumps(record, indent=1, ensure_ascii=False), "utf-8")
        try:
            status = source.stat()
            if stat.S_ISREG(status.st_mode) and status.st_size <= LARGEST_COPY:
                copied = target.with_name(target.name + _suffix(source))
                shutil.copyfile(source, copied)
        except (FileNotFoundError, PermissionError):
            return None  # gone or closed to us: the reason stays
    return copied


def take_back(source: Path, folder: Path, digest: str) -> None:
    """Remove what `put_aside` has put into quarantine."""
    target = folder / safe_name(source, digest)
    for name in (target.name + ".json", target.name + _suffix(source)):
        target.with_name(name).unlink(missing_ok=True)


def _suffix(source: Path) -> str:
    return re.sub(r"[^A-Za-z0-9.]", "", display(source.suffix))[:8]


@contextlib.contextmanager
def full_disk_named(folder: Path) -> Iterator[None]:
    """Turn "no space left" and "file too large" into DiskFull."""
    try:
        yield
    except OSError as error:
        if error.errno in DiskFull.NUMBERS:
            raise DiskFull(
                f"{folder} takes no more ({error.strerror}); make room, or allow larger files, and repeat"
            ) from error
        raise
