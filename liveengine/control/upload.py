"""Audio files that come in over HTTP, streamed to disk. Runs on: event loop; the disk in a thread.

A file grows under a random name in `<library>/.uploads` and is renamed into its folder when it is whole, under a name
that we make: the letters, digits, `-`, `_`, `.` and `#` of the client's name (they may tell tempo and key), with a
number behind them where a file has that name already. So no upload can reach another folder, overwrite a file, or be
seen half.
"""

import asyncio
import contextlib
import itertools
import logging
import os
import secrets
import shutil
import unicodedata
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from liveengine.control.problem import TimedOut, TooLarge, WrongType
from liveengine.errors import BadArgument, DiskFull

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

logging.getLogger("python_multipart").setLevel(logging.ERROR)  # what it warns of is answered to the client

EXTENSIONS = frozenset({"wav", "flac", "aif", "aiff", "ogg", "mp3"})
MAX_FILES = 16  # of one request
_IDLE_S = 30.0
_PIECE = 256 * 1024  # bytes handed to the disk thread at once
_MAX_HEADER = 4096


class Uploaded(NamedTuple):
    """A file that is whole: where it lies, and what the client called it."""

    path: Path
    filename: str


def safe_name(name: str) -> str:
    """Return a file name for a client's name; raise WrongType for what is no audio file by its extension."""
    base = name.replace("\\", "/").rpartition("/")[2]
    stem, _, extension = base.rpartition(".")
    if extension.lower() not in EXTENSIONS:
        raise WrongType(f"{base[:80]!r} is no audio file by its name; use one of: {', '.join(sorted(EXTENSIONS))}")
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    kept = "".join(sign if sign.isalnum() or sign in "-_.#" else "_" for sign in plain).strip("._")[:80]
    return f"{kept or 'upload'}.{extension.lower()}"


def reserved(folder: Path, name: str) -> Path:
    """Make an empty file of that name in a folder, or with a number behind it where there is one already."""
    stem, _, extension = name.rpartition(".")
    for number in itertools.count(2):
        target = folder / name
        try:
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            name = f"{stem}-{number}.{extension}"
        else:
            break
    return target


class Inbox:
    """Takes uploads for one library."""

    def __init__(self, library: Path, max_bytes: int, folder: str = "raw_construction_kits") -> None:
        self._folder = library / folder
        self._partial = library / ".uploads"
        self._max = max_bytes
        shutil.rmtree(self._partial, ignore_errors=True)  # what a killed daemon left

    async def receive(self, request: Request) -> list[Uploaded]:
        """Return the files of a multipart form, or the one of a raw body whose name is the query's `filename`.

        Raises TooLarge, WrongType, TimedOut, DiskFull or BadArgument; then nothing stays on disk.
        """
        await asyncio.to_thread(self._prepare)
        kind, options = parse_options_header(request.headers.get("content-type", ""))
        sink = _Sink(self._folder, self._partial, self._max)
        try:
            if kind == b"multipart/form-data":
                await self._form(request, options.get(b"boundary", b""), sink)
            else:
                sink.begin(request.query_params.get("filename", ""))
                await self._pump(request, sink.write)
                await asyncio.to_thread(sink.end)
            if not sink.done or sink.unfinished:
                raise BadArgument("the form ends within a file" if sink.unfinished else "the form holds no file")
        except BaseException as error:
            await asyncio.to_thread(sink.discard)
            raise _translate(error) from None
        return sink.done

    def _prepare(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._partial.mkdir(mode=0o700, exist_ok=True)

    async def _form(self, request: Request, boundary: bytes, sink: "_Sink") -> None:
        parser = MultipartParser(boundary, _Form(sink).callbacks())
        await self._pump(request, parser.write)
        await asyncio.to_thread(parser.finalize)

    async def _pump(self, request: Request, write: Callable[[bytes], object]) -> None:
        """Hand the body to `write` in a thread, piece by piece."""
        stream = request.stream()
        buffer = bytearray()
        while True:
            chunk = await _next(stream)
            buffer += chunk or b""
            if buffer and (chunk is None or len(buffer) >= _PIECE):
                await asyncio.to_thread(write, bytes(buffer))
                buffer.clear()
            if chunk is None:
                return


async def _next(stream: AsyncIterator[bytes]) -> bytes | None:
    try:
        async with asyncio.timeout(_IDLE_S):
            return await anext(stream)
    except StopAsyncIteration:
        return None


def _translate(error: BaseException) -> BaseException:
    if isinstance(error, OSError) and error.errno in DiskFull.NUMBERS:
        return DiskFull("the disk is full; nothing was kept of the upload")
    if isinstance(error, MultipartParseError):
        return BadArgument(f"the form cannot be read: {error}")
    if isinstance(error, TimeoutError | ClientDisconnect):
        return TimedOut(f"nothing came for {_IDLE_S:.0f} s, or the client left; nothing was kept of the upload")
    return error


class _Sink:
    """Writes one file after the other; runs in the disk thread."""

    def __init__(self, folder: Path, partial: Path, max_bytes: int) -> None:
        self._folder = folder
        self._partial = partial
        self._max = max_bytes
        self._file: BinaryIO | None = None
        self._size = 0
        self._name = self._filename = ""
        self._part = partial
        self.done: list[Uploaded] = []

    @property
    def unfinished(self) -> bool:
        return self._file is not None

    def begin(self, filename: str) -> None:
        if len(self.done) >= MAX_FILES:
            raise TooLarge(f"one upload holds at most {MAX_FILES} files")
        self._filename = filename[:255]
        self._name = safe_name(filename)
        self._part = self._partial / f"{secrets.token_hex(8)}.part"
        self._file = os.fdopen(os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._size = 0

    def write(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._max:
            raise TooLarge(f"a file may have {self._max >> 20} MiB (library.max_file_mib)")
        if self._file is not None:
            self._file.write(data)

    def end(self) -> None:
        if self._file is None:
            return
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._file = None
        target = reserved(self._folder, self._name)
        self._part.replace(target)
        self.done.append(Uploaded(target, self._filename))

    def discard(self) -> None:
        """Remove what this request has written."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._part.unlink(missing_ok=True)
        for uploaded in self.done:
            uploaded.path.unlink(missing_ok=True)


class _Form:
    """Turns the parser's callbacks into files; parts without a file name are skipped."""

    def __init__(self, sink: _Sink) -> None:
        self._sink = sink
        self._name = self._value = b""
        self._disposition = b""
        self._is_file = False

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._part_begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._part_data,
            "on_part_end": self._part_end,
        }

    def _part_begin(self) -> None:
        self._name = self._value = self._disposition = b""
        self._is_file = False

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._name = (self._name + data[start:end])[:_MAX_HEADER]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value = (self._value + data[start:end])[:_MAX_HEADER]

    def _header_end(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = self._value
        self._name = self._value = b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        filename = options.get(b"filename")
        if filename:
            self._is_file = True
            self._sink.begin(filename.decode("utf-8", "replace"))

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._sink.write(data[start:end])

    def _part_end(self) -> None:
        if self._is_file:
            self._sink.end()
