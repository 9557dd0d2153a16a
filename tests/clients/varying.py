"""What the Fabrik makes of the stage's stems: lineages, mutations of what plays. Runs on: tests."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from liveengine.command import Accepted, Scene, StemId, Text, Track, command
from liveengine.events import Changed, JobDone, JobProgressed
from tests.clients.stage import Stage

Amount = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True, slots=True)
class Happened(Changed):
    """An event with several values."""

    def message(self) -> tuple[str, tuple[Any, ...]]:
        """Return its address and its values."""
        return self.property, tuple(self.value)


def relative(stem: int, of: int, title: str, **more: Any) -> dict[str, Any]:
    """Return a row of a lineage as `/stem/{stem}/lineage` tells it."""
    plain = {"generation": 1, "share": 1.0, "category": "kick", "provenance": "original", "made_by": "", "there": True}
    return {"stem": stem, "of": of, "title": title} | plain | more


class Varying:
    """Where stems come from, and what they become while they play."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    @command("/stem/{stem}/lineage", query=True)
    def lineage(self, stem: StemId) -> dict[str, Any]:
        """Return how a stem came to be."""
        plain: dict[str, Any] = {"made_by": "", "model": "", "seed": None, "terms": {}, "parents": [], "children": []}
        return {"stem": stem} | plain | self.stage.lineages.get(stem, {})

    @command("/track/{track}/mutation")
    def mutation(self, track: Track, value: Amount | None = None) -> float:
        """Get or set how far what plays is mutated."""
        return float(self._set(track, "amount", "", value))

    @command("/track/{track}/mutation/kind")
    def kind(self, track: Track, value: str | None = None) -> str:
        """Get or set how."""
        return str(self._set(track, "kind", "/kind", value))

    @command("/track/{track}/mutation/bars")
    def bars(self, track: Track, value: int | None = None) -> int:
        """Get or set how often."""
        return int(self._set(track, "bars", "/bars", value))

    def _set(self, track: int, name: str, below: str, value: Any) -> Any:
        mutation = self.stage.strips[f"track/{track}"]["mutation"]
        if value is not None:
            mutation[name] = self.stage.changed(f"/track/{track}/mutation{below}", value)
        return mutation[name]

    @command("/track/{track}/mutation/style")
    def style(self, track: Track, value: int | None = None) -> int:
        """Get or set whose timbre."""
        return int(self._set(track, "style", "/style", value))

    @command("/track/{track}/mutate")
    def mutate(self, track: Track) -> None:
        """Go one step on."""
        self.stage.calls.append(f"/track/{track}/mutate")

    @command("/track/{track}/mutation/keep")
    def keep(self, track: Track) -> Accepted:
        """Keep the variation that plays."""
        job = self.stage.work("keep")
        self.stage.calls.append(f"/track/{track}/mutation/keep")
        self.stage.bus.publish(JobProgressed(job, "keep", 0, 1, "rendering"))
        return Accepted(job=job)

    @command("/stems/propose")
    def propose(self, prompt: Text, category: str | None = None) -> Accepted:
        """Make a stem for a sentence; it is ready at once."""
        job = self.stage.work("propose")
        number = len(self.stage.stems) + 1
        made = replace(self.stage.stems[1], id=number, title=f"Dreamt {number}", provenance="proposed")
        self.stage.stems[number] = made
        self.stage.calls.append(f"/stems/propose {prompt} {category}")
        self.stage.bus.publish(JobDone(job, "propose", {"stems": [number]}))
        return Accepted(job=job)

    @command("/stem/{stem}/keep")
    def keep_proposal(self, stem: StemId) -> bool:
        """Keep a proposal."""
        self.stage.calls.append(f"/stem/{stem}/keep")
        self.stage.stems[stem] = replace(self.stage.stems[stem], provenance="generated")
        return True

    @command("/separate")
    def separate(self, path: Text | None = None, stem: StemId | None = None, scene: Scene | None = None) -> Accepted:
        """Take a stem or a file apart."""
        job = self.stage.work("separate", f"stem {stem}" if stem else Path(path or "").name)
        self.stage.calls.append(f"/separate {stem or Path(path or '').name} {scene}")
        self.stage.bus.publish(JobProgressed(job, "separate", 1, 4, "listening"))
        return Accepted(job=job)

    @command("/stem/{stem}/similar", query=True)
    def similar(self, stem: StemId, top_k: int = 10, category: str | None = None) -> list[dict[str, Any]]:
        """Return the other stems of the category."""
        rows = [one.told() for one in self.stage.stems.values() if one.id != stem and category in (None, one.category)]
        return rows[:top_k]

    @command("/models", query=True)
    def models(self) -> list[dict[str, Any]]:
        """Return the models of the categories."""
        return [{"name": f"vae/{name}", "kind": "category", "state": "ok"} for name in self.stage.taught]

    @command("/generate")
    def generate(  # noqa: PLR0917  # as the real one
        self, category: str, mode: str = "random", stems: str = "", amount: Amount = 0.5, count: int = 1, seed: int = 0
    ) -> Accepted:
        """Make new stems."""
        job = self.stage.work("generate", category)
        self.stage.calls.append(f"/generate {category} {mode} {stems} {amount:g} {count}")
        self.stage.bus.publish(JobProgressed(job, "generate", 1, count, "fitting"))
        return Accepted(job=job)

    @command("/train")
    def train(self, category: str) -> Accepted:
        """Learn a category."""
        return self._begun("train", f"/train {category}", category)

    @command("/dream")
    def dream(self) -> Accepted:
        """Learn from what was kept."""
        return self._begun("dream", "/dream")

    def _begun(self, kind: str, call: str, about: str = "") -> Accepted:
        job = self.stage.work(kind, about)
        self.stage.calls.append(call)
        self.stage.bus.publish(JobProgressed(job, kind, 1, 40, "epoch 1"))
        return Accepted(job=job)
