"""Open a file that a stranger named; put a new one in its place. Runs on: worker processes."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from liveengine.errors import BadAudio


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
