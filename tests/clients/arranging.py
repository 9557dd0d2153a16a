"""Plans of the stage, and how it walks through them. Runs on: tests."""

import asyncio
from typing import Any

from liveengine.command import Accepted, Text, command
from liveengine.events import JobDone, JobProgressed
from tests.clients.playing import Playing
from tests.clients.stage import Stage

SECTIONS = {
    "Intro": (16, "atmo kick"),
    "Build": (16, "atmo kick hihat bass"),
    "Drop": (32, "kick snare hihat percussion bass synth"),
    "Break": (16, "atmo vocal synth fx"),
    "Drop 2": (32, "kick snare hihat percussion bass synth vocal"),
    "Outro": (16, "kick hihat atmo"),
}
ORDER = ("kick", "snare", "hihat", "percussion", "bass", "synth", "vocal", "atmo", "fx")


class Arranging:
    """What the arrange pane calls."""

    def __init__(self, stage: Stage, playing: Playing) -> None:
        self.stage = stage
        self.playing = playing

    @command("/arrange")
    def arrange(self, prompt: Text, seed: int = 0) -> dict[str, Any]:
        """Plan a track, fill the slots, one scene per section."""
        stage = self.stage
        structure, placements = [], []
        for scene, (name, (bars, cast)) in enumerate(SECTIONS.items(), 1):
            queries = [{"category": category, "tags": ["dark"], "count": 1} for category in cast.split()]
            structure.append({"section": name, "bars": bars, "stem_queries": queries})
            for category in cast.split():
                stem = ORDER.index(category) * 4 + 1 + (scene // 4 + seed) % 4
                track = ORDER.index(category) + 1
                stage.fill(track, scene, stem)
                placements.append(
                    {
                        "section": name,
                        "track": track,
                        "slot": scene,
                        "category": category,
                        "name": stage.stems[stem].title,
                    }
                )
        facts = {"bpm": 138, "key": "Am", "prompt": prompt, "genre": "industrial techno", "mood": ["driving", "dark"]}
        stage.plan = facts | {"seed": seed, "structure": structure, "placements": placements}
        self.stage.changed("/arrange/plan", prompt)
        return stage.plan

    @command("/arrange/plan")
    def plan(self) -> dict[str, Any]:
        """Return the plan."""
        return self.stage.plan or {}

    @command("/arrange/play")
    def arrange_play(self) -> None:
        """Play the plan from its first section."""
        self.playing.transport_play()
        self.stage.start = self.stage.beat
        self._section(1)
        self.playing.scene(1, 0.0)

    @command("/arrange/stop")
    def arrange_stop(self) -> None:
        """End the walk through the plan."""
        self._section(0)
        self.playing.stop()

    @command("/arrange/section")
    def section(self) -> int:
        """Return the section that plays."""
        return self.stage.section

    def _section(self, section: int) -> None:
        self.stage.section = section
        self.stage.changed("/arrange/section", section)

    @command("/render")
    async def render(self, prompt: Text, seed: int = 0) -> Accepted:
        """Render a track; the job makes a step every 50 ms."""
        job = self.stage.work("render")
        self.stage.rendering = asyncio.create_task(self._render(job))
        return Accepted(job=job)

    async def _render(self, job: int) -> None:
        for bar in range(0, 129, 8):
            self.stage.bus.publish(JobProgressed(job, "render", bar, 128, "bars"))
            await asyncio.sleep(0.05)
        result = {"track_path": "generated_tracks/track_20260101_120000.wav"}
        self.stage.jobs[job] |= {"state": "done", "result": result}
        self.stage.bus.publish(JobDone(job, "render", result))
