"""The HTTP door: every command under /api/v1, the routes that move files, the pages. Runs on: event loop.

A command at `/track/{track}/gain` is `POST /api/v1/track/{track}/gain` with its arguments as a JSON object. Properties
and queries answer `GET` too, a query with its arguments in the query string. One route serves them all through the
registry's own lookup; FastAPI serves the rest, and its OpenAPI document describes both. Errors are problem documents.
"""

import asyncio
import base64
import inspect
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI
from fastapi import Path as InPath
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, PlainTextResponse
from pydantic import BaseModel
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

import liveengine
from liveengine import config
from liveengine.bus import Bus
from liveengine.caller import program, require
from liveengine.command import Registry
from liveengine.control.audio import RANGES, AudioResponse, file_response
from liveengine.control.body import Bounded, arguments
from liveengine.control.metrics import Counted, Metrics
from liveengine.control.openapi import document
from liveengine.control.paths import Slashes, answer_head, methods_of
from liveengine.control.problem import Json, Problem, WrongMethod, problem
from liveengine.control.production import add_production
from liveengine.control.rest import add_resources, address_of
from liveengine.control.upload import Inbox, Uploaded
from liveengine.control.websocket import WebSocketDoor
from liveengine.errors import BadArgument, LiveEngineError, UnknownAddress

PREFIX = "/api/v1"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
STREAMED = frozenset({f"{PREFIX}/upload", f"{PREFIX}/upload/track", f"{PREFIX}/stems/example"})  # take files
_DOCS = Path(__file__).parent / "docs"
_STEM = Annotated[int, InPath(ge=1, le=(1 << 63) - 1, description="stem of the library")]

_RENDER = Annotated[int, InPath(ge=1, le=(1 << 63) - 1, description="rendered track")]

FileOf = Callable[[int], Path | Awaitable[Path]]
BytesOf = Callable[[int], bytes | Awaitable[bytes]]


class UploadedFile(BaseModel):
    """A file that was taken, and the job that brings it into the library."""

    filename: str
    path: str
    job: int


class Upload(BaseModel):
    """The first file's job, and all files."""

    job: int
    files: list[UploadedFile]


class Peaks(BaseModel):
    """A waveform: base64 of int8 values."""

    stem: int
    peaks: str


@dataclass(frozen=True)
class Sources:
    """What the web routes need of the rest, as functions."""

    library: Path
    max_upload: int  # bytes
    audio: FileOf
    peaks: BytesOf
    health: Callable[[], dict[str, Any]]
    doors: Callable[[], dict[str, dict[str, int]]]  # what each has counted


def build(
    registry: Registry, bus: Bus, socket: WebSocketDoor, sources: Sources, nodes: Sequence[BaseRoute] = ()
) -> FastAPI:
    """Return the application; `nodes` are OSCQuery's routes."""
    app = FastAPI(
        title="Neuromorphe Traum-Engine v2.0",
        version=liveengine.__version__,
        description="Finds, fits and plays sounds by meaning. Every command of the registry, under /api/v1.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        default_response_class=Json,
    )
    _add_faults(app)
    _add_files(app, registry, sources)
    _add_uploads(app, registry, sources)
    _add_examples(app, registry, sources)
    add_production(app, registry, bus, sources.library, PREFIX)
    add_resources(app, registry, PREFIX)
    _add_pages(app, registry, sources)
    metrics = _add_metrics(app, registry, sources)
    _add_layers(app, metrics)
    app.router.routes += [
        WebSocketRoute("/ws", socket.serve),
        Route(PREFIX + "/{address:path}", _Commands(registry).serve, methods=METHODS),
        *nodes,
        Mount("/ui", StaticFiles(directory=config.data("clients") / "web", html=True, check_dir=False)),
        Mount("/", StaticFiles(directory=config.data("clients") / "web", html=True, check_dir=False)),
    ]
    return app


def _add_faults(app: FastAPI) -> None:
    """Have whatever goes wrong answered with a problem document."""
    app.add_exception_handler(LiveEngineError, _on_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_status)
    app.add_exception_handler(ClientDisconnect, _on_leave)
    app.add_exception_handler(Exception, _on_fault)


def _add_layers(app: FastAPI, metrics: Metrics) -> None:
    """Put around the routes what sees every request, the last one outermost."""
    answer_head(app)
    app.add_middleware(Bounded, streamed=STREAMED)
    app.add_middleware(Counted, metrics=metrics)
    app.add_middleware(Slashes, prefix=PREFIX)


async def _settled(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


def _add_files(app: FastAPI, registry: Registry, sources: Sources) -> None:
    @app.get(PREFIX + "/stem/{stem}/audio", tags=["stem"], response_class=FileResponse, responses=RANGES)
    async def audio(stem: _STEM) -> AudioResponse:
        """The stem's audio file, whole or by range."""
        return await file_response(await _settled(sources.audio(stem)))

    @app.get(PREFIX + "/render/{render}/audio", tags=["render"], response_class=FileResponse, responses=RANGES)
    async def track(render: _RENDER) -> AudioResponse:
        """The file of a rendered track, whole or by range."""
        return await file_response(Path((await registry.call(f"/render/{render}"))["path"]))

    @app.get(PREFIX + "/stem/{stem}/peaks", tags=["stem"])
    async def peaks(stem: _STEM) -> Peaks:
        """The waveform as the library measured it."""
        raw: bytes = await _settled(sources.peaks(stem))
        return Peaks(stem=stem, peaks=base64.b64encode(raw).decode("ascii"))


def _add_uploads(app: FastAPI, registry: Registry, sources: Sources) -> None:
    inbox = Inbox(sources.library, sources.max_upload)
    tracks = Inbox(sources.library, sources.max_upload, "stereo_tracks_for_analysis")

    @app.post(PREFIX + "/upload", tags=["stems"], status_code=202)
    async def upload(request: Request) -> Upload:
        """Take audio files: a multipart form, or one raw body with ?filename=; each is ingested by a job."""
        require("an upload", "ingest")  # before anything is written
        files = await inbox.receive(request)
        jobs = [(await registry.call("/ingest", path=str(file.path)))["job"] for file in files]
        taken = [
            UploadedFile(filename=file.filename, path=str(file.path), job=job)
            for file, job in zip(files, jobs, strict=True)
        ]
        return Upload(job=jobs[0], files=taken)

    @app.post(PREFIX + "/upload/track", tags=["stems"], status_code=202)
    async def track(request: Request) -> Upload:
        """Take whole tracks, as /upload does; each is separated by a job. The query takes what /separate takes."""
        require("an upload", "ingest")
        return await _separated(registry, await tracks.receive(request), _others(request, "filename", "path", "stem"))


async def _separated(registry: Registry, files: Sequence[Uploaded], named: Mapping[str, Any]) -> Upload:
    """Have each track separated; those that cannot be are removed."""
    taken: list[UploadedFile] = []
    try:
        for file in files:
            job = (await registry.call("/separate", path=str(file.path), **named))["job"]
            taken.append(UploadedFile(filename=file.filename, path=str(file.path), job=job))
    except LiveEngineError:
        for file in files[len(taken) :]:  # else the watched folder would take them apart all the same
            file.path.unlink(missing_ok=True)
        raise
    return Upload(job=taken[0].job, files=taken)


def _add_examples(app: FastAPI, registry: Registry, sources: Sources) -> None:
    examples = Inbox(sources.library, sources.max_upload, ".uploads")

    @app.post(PREFIX + "/stems/example", tags=["stems"])
    async def example(request: Request) -> dict[str, Any]:
        """Find stems like an uploaded audio file, which is not kept; the query takes what /stems/mix takes."""
        require("an upload", "play")
        files = await examples.receive(request)
        try:
            named = _others(request, "filename", "file")
            with program():  # the file is the client's own
                found: dict[str, Any] = await registry.call("/stems/mix", file=str(files[0].path), **named)
        finally:
            for file in files:
                file.path.unlink(missing_ok=True)
        return found


def _others(request: Request, *names: str) -> dict[str, str]:
    """Return what the query says beside these."""
    return {name: value for name, value in request.query_params.items() if name not in names}


def _add_metrics(app: FastAPI, registry: Registry, sources: Sources) -> Metrics:
    metrics = Metrics(registry, sources.doors)

    @app.get("/metrics", tags=["system"], response_class=PlainTextResponse)
    async def page(request: Request) -> Response:
        """The figures of engine, library and doors, as Prometheus reads them."""
        body, kind = await metrics.page(request.headers.get("accept", ""))
        return Response(body, media_type=kind)

    return metrics


def _add_pages(app: FastAPI, registry: Registry, sources: Sources) -> None:
    started = time.monotonic()
    cache: list[bytes] = []
    making = asyncio.Lock()

    @app.get("/system/health", tags=["system"])
    async def health() -> dict[str, Any]:
        """Whether all parts are there, and how they are."""
        base = {"status": "ok", "version": liveengine.__version__, "uptime_s": round(time.monotonic() - started, 3)}
        return base | sources.health()

    @app.get("/openapi.json", include_in_schema=False)
    async def openapi() -> Response:
        async with making:  # it takes a second: who asks meanwhile waits for the same one
            if not cache:
                cache.append(await run_in_threadpool(lambda: to_json(document(app, registry, PREFIX))))
        return Response(cache[0], media_type="application/json")

    @app.get("/docs", include_in_schema=False)
    async def docs() -> FileResponse:
        return FileResponse(_DOCS / "index.html")

    app.router.routes.append(Mount("/docs", StaticFiles(directory=_DOCS)))


class _Commands:
    """Serves the registry under the prefix."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def serve(self, request: Request) -> Response:
        """Run the command that the path names."""
        path = "/" + request.path_params["address"].strip("/")
        resource = address_of(path)
        allowed = methods_of(request)
        try:
            command, numbers = self._registry.find(resource or path)
        except UnknownAddress:
            if allowed:
                raise WrongMethod(f"{path} is not there under {request.method}", allowed) from None
            raise
        request.state.address = command.address
        if command.kind != "action":
            allowed |= {"GET", "HEAD"}
        if not resource:
            allowed |= {"POST"}
        if request.method not in allowed:
            raise WrongMethod(f"{path} is not there under {request.method}", allowed)
        named = await arguments(request) if request.method == "POST" else _query(request)
        if request.method != "POST" and command.kind == "property" and named:
            raise WrongMethod(f"{command.address} changes something; use POST", allowed)
        return Json(await command.call(numbers, (), named))


def _query(request: Request) -> dict[str, Any]:
    """Return the arguments of the query string; a repeated one is a list, an empty one counts as not given."""
    params = request.query_params
    values = {name: [value for value in params.getlist(name) if value] for name in params}
    return {name: found[0] if len(found) == 1 else found for name, found in values.items() if found}


async def _on_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, LiveEngineError)
    return problem(error)


async def _on_invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    code = "out_of_range" if first["type"].startswith(("greater_than", "less_than")) else "bad_argument"
    return Problem(422, code, f"{place}: {first['msg'].lower()}")


_CODES = {404: "not_found", 405: "method_not_allowed", 416: "out_of_range"}


async def _on_status(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code in (404, 405):
        allowed = methods_of(request) or ({"GET", "HEAD"} if error.status_code == 405 else set())
        if allowed:
            return problem(WrongMethod(f"{request.url.path} is not there under {request.method}", allowed))
    if error.status_code == 400 and request.method not in ("GET", "HEAD"):  # FastAPI could not read the body
        return problem(BadArgument("no JSON: the body cannot be read"))
    detail = f"{request.method} {request.url.path}: {error.detail}"
    return Problem(error.status_code, _CODES.get(error.status_code, "bad_input"), detail, dict(error.headers or {}))


async def _on_leave(_: Request, error: Exception) -> Response:
    return Response(status_code=400)  # nobody gets it


async def _on_fault(_: Request, error: Exception) -> Response:
    return Problem(500, "internal", "an internal fault; the log of the daemon holds the traceback")
