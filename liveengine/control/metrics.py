"""The figures of the running system as Prometheus reads them. Runs on: event loop, when asked.

What the engine, the library and the doors count comes from the registry's own queries; the web door counts here.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from liveengine import __version__
from liveengine.command import Registry
from liveengine.errors import LiveEngineError

Figures = Mapping[str, Any]  # by the address of the query that gave them
Doors = Callable[[], dict[str, dict[str, int]]]
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds
QUERIES = ("/engine/stats", "/memory", "/stems/categories", "/jobs/counts", "/transport/tempo", "/transport/running")

# (name without liveengine_, what it is, "gauge" or "counter", query, key, factor)
_TABLE = (
    ("engine_up", "Whether the audio engine answers.", "gauge", "/engine/stats", "alive", 1),
    ("engine_device_lost", "Whether the engine plays without its audio device.", "gauge", "/engine/stats", "lost", 1),
    ("engine_load_ratio", "Time that a block takes, as a share of its length.", "gauge", "/engine/stats", "load", 1),
    ("engine_voices", "Voices that sound.", "gauge", "/engine/stats", "voices", 1),
    ("engine_sample_rate_hertz", "Frames per second.", "gauge", "/engine/stats", "rate", 1),
    ("engine_block_frames", "Frames of one block.", "gauge", "/engine/stats", "block", 1),
    ("engine_busy_max_seconds", "Longest time that a block has taken.", "gauge", "/engine/stats", "busy_max_us", 1e-6),
    ("engine_frames", "Frames played.", "counter", "/engine/stats", "frame", 1),
    ("engine_callbacks", "Blocks played.", "counter", "/engine/stats", "callbacks", 1),
    ("engine_xruns", "Blocks missed, as the stream reports them.", "counter", "/engine/stats", "xruns", 1),
    ("engine_late_callbacks", "Callbacks longer than their block.", "counter", "/engine/stats", "late", 1),
    ("engine_lost_reports", "Reports that nobody read in time.", "counter", "/engine/stats", "events_lost", 1),
    ("engine_processes", "Engine processes that have played.", "counter", "/engine/stats", "engines", 1),
    ("pool_size_bytes", "Sample memory.", "gauge", "/memory", "bytes", 1),
    ("pool_used_bytes", "Sample memory that holds stems.", "gauge", "/memory", "used", 1),
    ("pool_needed_bytes", "Sample memory that slots or voices need now.", "gauge", "/memory", "needed", 1),
    ("pool_buffers", "Stems in sample memory.", "gauge", "/memory", "buffers", 1),
    ("pool_hits", "Stems asked for that were in memory.", "counter", "/memory", "hits", 1),
    ("pool_misses", "Stems asked for that had to be loaded.", "counter", "/memory", "misses", 1),
    ("pool_evictions", "Stems whose room was taken for others.", "counter", "/memory", "evicted", 1),
    ("transport_tempo_beats_per_minute", "The session's tempo.", "gauge", "/transport/tempo", "", 1),
    ("transport_running", "Whether the transport runs.", "gauge", "/transport/running", "", 1),
)  # fmt: skip
_NOW = frozenset(
    {"clients", "subscribers", "listeners", "streams", "connections", "ports"}
)  # what doors count that goes down again


class Metrics:
    """Counts requests, and gathers all figures when they are asked for."""

    def __init__(self, registry: Registry, doors: Doors) -> None:
        self._registry = registry
        self._doors = doors
        self._begun = time.time()
        self._own = CollectorRegistry()
        self._writing = asyncio.Lock()
        labels = ("method", "route", "status")
        self._requests = Counter("liveengine_http_requests", "Requests answered.", labels, registry=self._own)
        self._seconds = Histogram(
            "liveengine_http_request_duration_seconds", "Time until the answer was sent.", ("route",),
            buckets=BUCKETS, registry=self._own,
        )  # fmt: skip
        ProcessCollector(registry=self._own)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    async def page(self, accept: str) -> tuple[bytes, str]:
        """Return the figures and their media type, OpenMetrics for who asks for that, else Prometheus' own text."""
        figures = {}
        for address in QUERIES:
            try:
                figures[address] = await self._registry.call(address)
            except LiveEngineError:  # no engine now, or a daemon without this part: the others are told
                continue
        encode, kind = choose_encoder(accept)
        gathered = CollectorRegistry()
        gathered.register(_Gathered(figures, self._doors(), self._begun))
        async with self._writing:  # one page at a time, and not on the loop: it takes some milliseconds
            pages = await asyncio.to_thread(lambda: [encode(gathered), encode(self._own)])
        return _joined(pages, kind), kind


class _Gathered(Collector):
    """What was gathered, as families."""

    def __init__(self, figures: Figures, doors: Mapping[str, Mapping[str, int]], begun: float) -> None:
        self._figures = figures
        self._doors = doors
        self._begun = begun

    def collect(self) -> Iterable[Metric]:
        """Yield the families."""
        build = GaugeMetricFamily("liveengine_build_info", "The version that runs.", labels=["version"])
        build.add_metric([__version__], 1)
        yield build
        yield GaugeMetricFamily("liveengine_start_time_seconds", "When the daemon started.", self._begun)
        yield from self._plain()
        yield from self._by("library_stems", "Stems in the library.", "category", "/stems/categories")
        yield from self._by("jobs", "Jobs of the queue.", "state", "/jobs/counts")
        yield from self._of_doors()

    def _plain(self) -> Iterator[Metric]:
        for name, about, kind, address, key, factor in _TABLE:
            found = self._figures.get(address)
            if found is None:
                continue
            value = float((found[key] if key else found) * factor)
            family = CounterMetricFamily if kind == "counter" else GaugeMetricFamily
            yield family(f"liveengine_{name}", about, value)
        if (stats := self._figures.get("/engine/stats")) is not None:
            latency, gap = (stats[name] / stats["rate"] for name in ("latency", "gap"))
            yield GaugeMetricFamily("liveengine_engine_latency_seconds", "From a frame to its sound.", latency)
            yield GaugeMetricFamily(
                "liveengine_engine_gap_seconds", "What was not heard, the last time.", max(0.0, gap)
            )

    def _by(self, name: str, about: str, label: str, address: str) -> Iterator[Metric]:
        if (found := self._figures.get(address)) is not None:
            family = GaugeMetricFamily(f"liveengine_{name}", about, labels=[label])
            for value, count in found.items():
                family.add_metric([value], count)
            yield family

    def _of_doors(self) -> Iterator[Metric]:
        now = GaugeMetricFamily(
            "liveengine_door_open", "What a door holds now, such as clients.", labels=["door", "what"]
        )
        ever = CounterMetricFamily("liveengine_door_events", "What a door has counted.", labels=["door", "what"])
        for door, counts in self._doors.items():
            for what, count in counts.items():
                (now if what in _NOW else ever).add_metric([door, what], count)
        yield now
        yield ever


def _joined(pages: list[bytes], kind: str) -> bytes:
    """Return pages as one; OpenMetrics ends with one line that says so."""
    end = b"# EOF\n"
    if "openmetrics" not in kind:
        return b"".join(pages)
    return b"".join(page.removesuffix(end) for page in pages) + end


class Counted:
    """Middleware that counts each request under the address of its command, or its route."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and count it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, seen)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.count(method, _route(scope), status, time.perf_counter() - began)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _route(scope: Scope) -> str:
    """Return what was asked for, as one of few words."""
    if (address := scope["state"].get("address")) is not None:
        return str(address)
    route = scope.get("route")
    return str(getattr(route, "path", "") or "page")
