"""The semantic verbs of the stage. Runs on: tests."""

from typing import Any

from liveengine.command import Quantum, Slot, Text, Track, command
from liveengine.errors import EmptySlot, NothingFits
from tests.clients.finding import Finding
from tests.clients.mixing import Mixing
from tests.clients.opining import Opining
from tests.clients.playing import Playing
from tests.clients.stage import SCENES, Stage


class Wishing(Opining):
    """Launches, swaps and auditions by a sentence."""

    def __init__(self, stage: Stage, playing: Playing) -> None:
        self.stage = stage
        self._playing = playing
        self._finding, self._mixing = Finding(stage), Mixing(stage)

    @command("/track/{track}/launch/prompt")
    def launch(self, track: Track, prompt: Text, slot: Slot | None = None) -> dict[str, Any]:
        """Launch what answers a sentence best."""
        found = self._finding.find(prompt, 1)
        if found["verdict"] == "none":
            raise NothingFits(f"no stem answers {prompt!r}: say it otherwise, or ingest some")
        free = next(one for one in range(1, SCENES + 1) if (track, one) not in self.stage.clips)
        return self._launched(track, slot or free, found["matches"][0]["id"], found["matches"][0]["reasons"])

    @command("/track/{track}/swap")
    def swap(self, track: Track, adjective: Text | None = None, quantum: Quantum | None = None) -> dict[str, Any]:
        """Swap what a track plays for the next of its category."""
        self.stage.calls.append(f"/track/{track}/swap {adjective}")
        slots = [slot for (one, slot), clip in self.stage.clips.items() if one == track and clip["state"] != "stopped"]
        if not slots:
            raise EmptySlot(f"track {track} plays no clip that could be swapped; launch one first")
        old = self.stage.clips[track, slots[0]]
        others = [one.id for one in self.stage.stems.values() if one.category == old["category"]]
        stem = others[(others.index(old["stem"]) + 1) % len(others)]
        return self._launched(track, slots[0], stem, [adjective or "like it"])

    @command("/cue/audition/prompt")
    def audition(self, prompt: Text) -> dict[str, Any]:
        """Listen to what answers a sentence best."""
        return self._mixing.audition(self._finding.find(prompt, 1)["matches"][0]["id"])

    def _launched(self, track: int, slot: int, stem: int, why: list[str]) -> dict[str, Any]:
        self.stage.fill(track, slot, stem)
        beat = self._playing.launch(track, slot)
        found = self.stage.stems[stem]
        told = {"track": track, "slot": slot, "stem": stem, "name": found.title, "category": found.category}
        told |= {"why": why, "beat": beat, "seconds": 1.5}
        return told | {"verdict": "good", "unknown": [], "fallback": self.stage.fallback}
