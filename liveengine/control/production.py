"""The routes of the Fabrik, as the user's own client calls them: preprocess, generate-track. Runs on: event loop."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

from liveengine.bus import Bus
from liveengine.command import Registry
from liveengine.control.waiting import result_of

_KITS = "raw_construction_kits"


class PreprocessRequest(BaseModel):
    """What to take into the library; the whole of raw_construction_kits if nothing is named."""

    model_config = ConfigDict(extra="forbid")

    path: str | None = Field(default=None, min_length=1, max_length=4096)


class Accepted(BaseModel):
    """The job that goes on."""

    job: int


class TrackGenerationRequest(BaseModel):
    """What the track should sound like."""

    model_config = ConfigDict(extra="forbid")

    prompt: str = Field(min_length=1, max_length=512)
    seed: int | None = Field(default=None, ge=0, le=2**31 - 1)


class StemQuery(BaseModel):
    """Which stems a section asks for."""

    model_config = ConfigDict(extra="allow")

    category: str
    tags: list[str]
    count: int


class PlanSection(BaseModel):
    """A section of a track."""

    model_config = ConfigDict(extra="allow")

    section: str
    bars: int
    stem_queries: list[StemQuery]


class ArrangementPlan(BaseModel):
    """How a track goes."""

    model_config = ConfigDict(extra="allow")

    bpm: int
    key: str
    structure: list[PlanSection]


class TrackGenerationResponse(BaseModel):
    """The rendered track and the plan that it follows."""

    track_path: str
    arrangement_plan: ArrangementPlan


def add_production(app: FastAPI, registry: Registry, bus: Bus, library: Path, prefix: str) -> None:
    """Add the routes, at the top as the user's client has them and under the prefix as the document tells."""

    @app.post("/preprocess", status_code=202, include_in_schema=False)
    @app.post(f"{prefix}/preprocess", tags=["neuromorphic"], status_code=202)
    async def preprocess(body: PreprocessRequest | None = None) -> Accepted:
        """Bring a folder or file into the library; answers with the job at once."""
        path = (body and body.path) or str(library / _KITS)
        return Accepted(**await registry.call("/ingest", path=path))

    @app.post("/generate-track", include_in_schema=False)
    @app.post(f"{prefix}/generate-track", tags=["neuromorphic"])
    async def generate_track(body: TrackGenerationRequest) -> TrackGenerationResponse:
        """Make a track from a prompt; answers when the file is written."""
        named: dict[str, Any] = body.model_dump(exclude_none=True)
        result = await result_of(bus, registry.call("/render", **named))
        return TrackGenerationResponse(track_path=result["track_path"], arrangement_plan=result["arrangement_plan"])
