"""A whole track becomes stems, they teach a model, it makes new ones, and one of them plays: the user's path HP6."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.e2e import fabrik, studio
from tests.e2e.studio import Server

TRACKS = 8
TRAINED = {"epochs": 1, "seed": 1}
SEED = 7
EARLY_S = 0.005  # how far the first sound of a generated loop may be from its beat

Strike = Callable[[Server, int], None]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server on a library of its own, empty as yet."""
    library = tmp_path / "library"
    library.mkdir()
    with studio.serving(library, LIVEENGINE_INGEST_WATCH_S="0.2") as running:
        yield running


def spared(server: Server, job: int) -> None:
    """Leave the workers alone."""


def struck(server: Server, job: int) -> None:
    """Kill the workers once the job is under way."""
    studio.wait(lambda: server.web(f"/job/{job}")["state"] != "queued", 120.0)
    assert studio.wait(lambda: fabrik.slay(server), 20.0) > 0


def separated(server: Server, tracks: list[str], strike: Strike) -> list[dict[str, Any]]:
    """Wait until every track is taken apart; return the drums."""
    queued = studio.wait(lambda: _all(server, len(tracks)), 60.0)
    strike(server, min(job["id"] for job in queued))
    for job in queued:
        fabrik.done(server, job["id"])
    rows = fabrik.stems(server, "drums")
    assert sorted(row["title"] for row in rows) == sorted(f"{track} - drums" for track in tracks)
    for row in rows:
        assert (row["provenance"], row["loop"], row["bars"]) == ("separated", True, fabrik.BARS)
        assert row["bpm"] == pytest.approx(fabrik.TEMPO, abs=0.5)
    return rows


def _all(server: Server, count: int) -> list[dict[str, Any]]:
    found = fabrik.jobs(server, "separate")
    return found if len(found) == count else []


def worked(server: Server, strike: Strike, address: str, **terms: Any) -> Any:
    """Return the result of a job that may be struck."""
    job = server.web(address, **terms)["job"]
    strike(server, job)
    return fabrik.done(server, job)


def walk(server: Server, strike: Strike) -> None:
    """Go the whole way, and check each station."""
    tracks = fabrik.tracks(server.library / "stereo_tracks_for_analysis", TRACKS)
    parents = {row["id"] for row in separated(server, tracks, strike)}
    learnt = worked(server, strike, "/train", category="drums", **TRAINED)
    made = worked(server, strike, "/generate", category="drums", mode="interpolate", seed=SEED)
    (stem,) = made["stems"]
    found = server.web("/stems/find", prompt="drums", provenance="generated")["matches"]
    assert [match["id"] for match in found] == [stem]
    facts = server.web(f"/stem/{stem}")
    assert (facts["category"], facts["provenance"]) == ("drums", "generated")
    line = fabrik.ancestors(server, stem)
    assert (line[0]["made_by"], line[0]["model"], line[0]["seed"]) == (
        "generate",
        learnt["models"]["drums"]["id"],
        SEED,
    )
    assert {one["stem"] for one in line[1:] if one["generation"] == 1} <= parents
    assert {one["terms"]["track"] for one in line[1:]} <= {*tracks}
    sounds(server, stem, facts["bpm"])
    assert fabrik.leftovers(server.library) == []


def sounds(server: Server, stem: int, tempo: float) -> None:
    """Launch a stem: it begins on its bar, its first sound is on the beat, each sample is what a replay renders."""
    heard = fabrik.launched(server, stem, tempo)
    assert heard.beat % 4 == 0.0
    assert 0 <= heard.begins - heard.frame <= EARLY_S * fabrik.RATE
    assert np.abs(heard.sound).max() > 0.05
    assert fabrik.exact(server, heard)


def test_a_whole_track_becomes_a_stem_that_was_never_there(server: Server) -> None:
    walk(server, spared)


def test_the_walk_arrives_though_its_workers_are_killed_at_every_station(server: Server) -> None:
    walk(server, struck)
