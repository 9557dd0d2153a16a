"""Stems and jobs of the stage. Runs on: tests."""

from collections import Counter
from typing import Any

from liveengine.command import Accepted, JobId, StemId, Text, command
from liveengine.events import JobDone
from tests.clients.stage import Stage


class Finding:
    """What search and library call."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    @command("/stems/search")
    def search(
        self, prompt: Text, top_k: int = 10, category: str | None = None, min_similarity: float = 0.0
    ) -> list[dict[str, Any]]:
        """Return stems, best first: those whose category or title the prompt names, then the others."""
        words = {word.strip(",.").removesuffix("s") for word in prompt.lower().replace("-", " ").split()}
        ranked = []
        for stem in self.stage.stems.values():
            named = len(words & {stem.category, *stem.title.lower().split()})
            ranked.append((0.34 + 0.4 * min(named, 1) + 0.02 * (stem.id * 7 % 11), stem))
        ranked.sort(key=lambda pair: -pair[0])
        fitting = [(s, stem) for s, stem in ranked if category in (None, stem.category) and s >= min_similarity]
        return [stem.told() | {"similarity": round(s, 3)} for s, stem in fitting[:top_k]]

    @command("/stems/fitting")
    def fitting(self, prompt: Text | None = None, top_k: int = 10, category: str | None = None) -> list[dict[str, Any]]:
        """Return the stems in the session's tempo."""
        fitting = [
            stem for stem in self.stage.stems.values() if category in (None, stem.category) and stem.told()["bpm"]
        ]
        return [stem.told() | {"similarity": 0.9} for stem in fitting[:top_k]]

    @command("/stems/suggest")
    def suggest(self, text: str = "", limit: int = 8) -> list[dict[str, Any]]:
        """Complete the last word by a category."""
        before, _, last = text.rpartition(" ")
        known = sorted({stem.category for stem in self.stage.stems.values()})
        words = [one for one in known if last and one.startswith(last)]
        return [{"text": f"{before} {one}".strip(), "kind": "word", "stem": None} for one in words[:limit]]

    @command("/stems/list")
    def stems(self, category: str | None = None, limit: int = 100, offset: int = 0) -> list[dict[str, Any]]:
        """Return stems by id."""
        kept = [stem for stem in self.stage.stems.values() if category in (None, stem.category)]
        return [stem.told() for stem in kept[offset : offset + limit]]

    @command("/stem/{stem}/favourite")
    def favourite(self, stem: StemId, value: bool | None = None) -> bool:
        """Get or set the favourite mark."""
        return bool(self.stage.changed(f"/stem/{stem}/favourite", bool(value)))

    @command("/stems/categories")
    def categories(self) -> dict[str, int]:
        """Return how many stems each category holds."""
        return dict(Counter(stem.category for stem in self.stage.stems.values()))

    @command("/ingest")
    def ingest(self, path: Text) -> Accepted:
        """Take a file; it is ready at once."""
        job = self.stage.work("ingest")
        self.stage.bus.publish(JobDone(job, "ingest", {"added": 1}))
        return Accepted(job=job)

    @command("/jobs")
    def jobs(self, limit: int = 100) -> list[dict[str, Any]]:
        """Return the jobs."""
        return list(self.stage.jobs.values())[:limit]

    @command("/job/{job}/cancel")
    def cancel(self, job: JobId) -> None:
        """Cancel a job."""
        self.stage.calls.append(f"/job/{job}/cancel")

    @command("/stem/{stem}")
    def stem(self, stem: StemId) -> dict[str, Any]:
        """Return the facts of a stem."""
        return self.stage.stems[stem].told()
