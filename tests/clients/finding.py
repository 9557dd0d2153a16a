"""Stems and jobs of the stage. Runs on: tests."""

from collections import Counter
from typing import Any

from liveengine.command import Accepted, JobId, StemId, Text, command
from liveengine.events import JobDone
from tests.clients.stage import JOB, Stage


class Finding:
    """What search and library call."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    @command("/stems/find")
    def find(  # noqa: PLR0917  # as the real one
        self,
        prompt: Text,
        top_k: int = 10,
        category: str | None = None,
        loop: bool | None = None,
        unheard: bool = False,
        proposals: bool = False,
    ) -> dict[str, Any]:
        """Return stems, best first: those whose category or title the prompt names, then the others."""
        self.stage.calls.append(f"/stems/find {prompt} {loop} {unheard}" + (" proposals" if proposals else ""))
        words = {word.strip(",.").removesuffix("s") for word in prompt.lower().replace("-", " ").split()}
        ranked = []
        for stem in self.stage.stems.values():
            if stem.provenance == "proposed" and not proposals:
                continue
            named = len(words & {stem.category, *stem.title.lower().split()})
            ranked.append((0.34 + 0.4 * min(named, 1) + 0.02 * (stem.id * 7 % 11), stem))
        ranked.sort(key=lambda pair: -pair[0])
        fitting = [(s, stem) for s, stem in ranked if category in (None, stem.category) and loop in (None, stem.loop)][
            :top_k
        ]
        matches = [
            stem.told() | {"similarity": round(s, 3), "reasons": [f"{stem.category} 93%"], "alike": []}
            for s, stem in fitting
        ]
        good = any(similarity > 0.6 for similarity, _ in fitting)
        told = {"language": "en", "en": prompt, "de": prompt}
        return {"matches": matches, "verdict": "good" if good else "none", "told": told}

    @command("/stems/search", query=True)
    def search(self, prompt: Text, top_k: int = 10) -> list[dict[str, Any]]:
        """Return the matches of a sentence."""
        matches: list[dict[str, Any]] = self.find(prompt, top_k)["matches"]
        return matches

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

    @command("/job/{job}", query=True)
    def job(self, job: JobId) -> dict[str, Any]:
        """Return a job; one that only events tell of is about nothing."""
        return self.stage.jobs.get(job, JOB)

    @command("/job/{job}/faults")
    def faults(self, job: JobId, limit: int = 100) -> list[dict[str, Any]]:
        """Return the files that a job could not use."""
        return self.stage.faults.get(job, [])[:limit]

    @command("/job/{job}/log", query=True)
    def log(self, job: JobId, limit: int = 100) -> list[dict[str, Any]]:
        """Return what was noted of a job."""
        return self.stage.logs.get(job, [])[:limit]

    @command("/job/{job}/retry")
    def retry(self, job: JobId) -> None:
        """Run a job again."""
        self.stage.calls.append(f"/job/{job}/retry")

    @command("/job/{job}/cancel")
    def cancel(self, job: JobId) -> None:
        """Cancel a job."""
        self.stage.calls.append(f"/job/{job}/cancel")

    @command("/stem/{stem}")
    def stem(self, stem: StemId) -> dict[str, Any]:
        """Return the facts of a stem."""
        reasons = [
            {"name": "noise", "kind": "technical", "score": 0.3, "words": "noise or hum at -38 dBFS in the pauses"},
            {"name": "mono", "kind": "technical", "score": 1.0, "words": "keeps its level in mono"},
            {"name": "space", "kind": "creative", "score": 0.4, "words": "some room"},
        ]
        profile = {name: {"percentile": 0.25} for name in ("energy", "mood", "texture", "movement", "space")}
        facts = {"loudness": -14.2, "quality": 0.62, "licence": "CC0-1.0", "pack": None, "creator": None}
        return self.stage.stems[stem].told() | facts | {"reasons": reasons, "profile": profile}

    @command("/stem/{stem}/like")
    def like(self, stem: StemId, value: bool | None = None) -> bool:
        """Get or set whether it is liked; who likes it does not reject it."""
        return self._said(stem, "like", "reject", value)

    @command("/stem/{stem}/reject")
    def reject(self, stem: StemId, value: bool | None = None) -> bool:
        """Get or set whether it is rejected; who rejects it does not like it."""
        return self._said(stem, "reject", "like", value)

    def _said(self, stem: int, kind: str, other: str, value: bool | None) -> bool:
        if value is not None:
            self.stage.calls.append(f"/stem/{stem}/{kind} {value}")
            self.stage.opinions[stem, kind] = value
            self.stage.opinions[stem, other] = False
        return self.stage.opinions.get((stem, kind), False)
