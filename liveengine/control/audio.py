"""Audio files over HTTP, whole or by range (RFC 9110, sections 13 and 14). Runs on: event loop; files in a thread."""

import os
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse
from starlette.types import Message, Receive, Scope, Send

from liveengine.control.problem import Problem
from liveengine.errors import NotFound

TYPES = {".wav": "audio/wav", ".flac": "audio/flac", ".aif": "audio/aiff", ".aiff": "audio/aiff", ".mp3": "audio/mpeg"}
RANGES: dict[int | str, dict[str, Any]] = {  # what the document tells of a file's answers
    200: {"description": "the whole file", "content": {"audio/*": {}}},
    206: {"description": "the range that was asked for", "content": {"audio/*": {}}},
}
_REFUSED = {400: ("bad_input", "the Range header cannot be read; write it as bytes=0-1023"), 416: ("out_of_range", "")}


class AudioResponse(FileResponse):
    """A file with its validators: 206 for a range, 416 beyond its end, whole where `If-Range` names another state."""

    def __init__(self, path: Path, status: os.stat_result) -> None:
        kind = TYPES.get(path.suffix.lower(), "application/octet-stream")
        self._size = status.st_size
        super().__init__(
            path, media_type=kind, filename=path.name, stat_result=status, content_disposition_type="inline"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; a range that cannot be had is answered with a problem document."""
        refused: list[int] = []

        async def pass_on(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in _REFUSED:
                refused.append(message["status"])
            if not refused:
                await send(message)

        await super().__call__(scope, receive, pass_on)
        for status in refused:
            code, detail = _REFUSED[status]
            headers = {"Content-Range": f"bytes */{self._size}"} if status == 416 else {}
            answer = Problem(status, code, detail or f"the file has {self._size} bytes; ask for less", headers)
            await answer(scope, receive, send)


async def file_response(path: Path) -> AudioResponse:
    """Return what serves a file; raise NotFound when it is gone."""
    try:
        status = await run_in_threadpool(os.stat, path)
    except OSError:
        raise NotFound(f"the file {path.name} is gone; `liveengine ingest` brings it back") from None
    return AudioResponse(path, status)
