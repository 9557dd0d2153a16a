import httpx
import pytest
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from liveengine.command import Registry, command
from liveengine.control.metrics import Metrics
from liveengine.errors import EngineDown

STATS = {
    "alive": True, "lost": False, "load": 0.25, "voices": 3, "rate": 48_000, "block": 128, "busy_max_us": 1_500.0,
    "frame": 96_000, "callbacks": 750, "xruns": 2, "late": 1, "events_lost": 0, "engines": 1, "latency": 480, "gap": 0,
}  # fmt: skip


class Parts:
    """An engine that may be down, and a library."""

    down = False

    @command("/engine/stats", query=True)
    def stats(self) -> dict[str, float]:
        """Tell how the engine is."""
        if self.down:
            raise EngineDown("it does not answer")
        return STATS

    @command("/stems/categories", query=True)
    def categories(self) -> dict[str, int]:
        """Count stems."""
        return {"kick": 12, 'a "strange" one': 1}


def read(page: bytes) -> dict[tuple[str, str], float]:
    """Return the samples by name and labels, as Prometheus' own parser reads them."""
    families = list(text_string_to_metric_families(page.decode()))
    assert all(family.documentation for family in families)
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


async def test_engine_library_and_doors_are_told_in_base_units() -> None:
    registry, parts = Registry(), Parts()
    registry.add(parts)
    metrics = Metrics(registry, lambda: {"osc": {"packets": 7, "subscribers": 2}})
    page, kind = await metrics.page("")
    assert kind.startswith("text/plain")
    found = read(page)
    assert found["liveengine_engine_load_ratio", ""] == 0.25
    assert found["liveengine_engine_busy_max_seconds", ""] == pytest.approx(0.0015)
    assert found["liveengine_engine_latency_seconds", ""] == 0.01
    assert found["liveengine_engine_xruns_total", ""] == 2
    assert found["liveengine_library_stems", 'a "strange" one'] == 1
    assert found["liveengine_door_events_total", "osc,packets"] == 7
    assert found["liveengine_door_open", "osc,subscribers"] == 2
    assert found["process_resident_memory_bytes", ""] > 1e6
    parts.down = True
    found = read((await metrics.page(""))[0])
    assert ("liveengine_engine_load_ratio", "") not in found
    assert found["liveengine_library_stems", "kick"] == 12


async def test_a_request_is_counted_under_the_address_of_its_command(web: httpx.AsyncClient) -> None:
    for track in (1, 2, 3):
        await web.get(f"/api/v1/track/{track}/gain")
    await web.post("/api/v1/track/1/gain", json={"value": 9})
    await web.get("/nowhere/at/all")
    answer = await web.get("/metrics/")
    found = read(answer.content)
    assert found["liveengine_http_requests_total", "GET,/track/{track}/gain,200"] == 3
    assert found["liveengine_http_requests_total", "POST,/track/{track}/gain,422"] == 1
    assert found["liveengine_http_requests_total", "GET,page,404"] == 1
    assert found["liveengine_http_request_duration_seconds_count", "/track/{track}/gain"] == 4


async def test_open_metrics_is_given_to_who_asks_for_it(web: httpx.AsyncClient) -> None:
    answer = await web.get("/metrics", headers={"accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    families = openmetrics.text_string_to_metric_families(answer.text)  # type: ignore[no-untyped-call]
    assert {"liveengine_build_info", "liveengine_http_requests"} <= {family.name for family in families}
