"""The demo's performance: launch scene by scene, record, measure. Runs on: the user's shell."""

import asyncio
import math
from typing import Any

from liveengine.cli import screen
from liveengine.cli.remote import Osc, WebSocket

_COUNT_IN_S = 0.5  # between the start of the take and the first launch
_TAIL_S = 0.3  # the take goes on after the stop, for the fades


def show_plan(prompt: str, plan: dict[str, Any]) -> None:
    """Print the plan: tempo, key, and for each section its bars and stems."""
    title = f"{prompt}: {plan['bpm']} bpm, {plan['key']}"
    rows = []
    for scene, section in enumerate(plan["structure"], start=1):
        placed = [p for p in plan["placements"] if p["slot"] == scene]
        rows.append((scene, section["section"], section["bars"], ", ".join(p["filename"] for p in placed)))
    screen.table(title, ("scene", "section", "bars", "stems"), rows, right=("scene", "bars"))


class Performance:
    """Drives one run through the scenes of a plan and collects what the engine reports."""

    def __init__(self, remote: WebSocket, osc: Osc, plan: dict[str, Any], stop: asyncio.Event) -> None:
        self._remote = remote
        self._osc = osc
        self._plan = plan
        self._stop = stop
        self._bar_s = 240.0 / plan["bpm"]
        self.starts: list[tuple[int, float, int]] = []  # frame, beat, frames late
        self.take: dict[str, Any] = {}
        remote.listen(self._on_event)

    def _on_event(self, address: str, values: list[Any]) -> None:
        if address.endswith("/state") and values and values[0] == "playing":
            self.starts.append((int(values[1]), float(values[2]), int(values[3])))

    async def play(self, seconds: float | None, out: str | None) -> None:
        """Play all scenes once over `seconds`, or each for its own bars until the stop; the take is closed after."""
        await self._remote.subscribe("/track/*/clip/*/state")
        named = {"path": out} if out else {}
        await self._remote.call("/record/start", **named)
        await asyncio.sleep(_COUNT_IN_S)
        try:
            await self._scenes(seconds)
        finally:
            self._osc.send("/stop", 0.0)
            await asyncio.sleep(_TAIL_S)
            self.take = await self._remote.call("/record/stop")

    async def _scenes(self, seconds: float | None) -> None:
        sections = self._plan["structure"]
        share = seconds / len(sections) if seconds else None
        while not self._stop.is_set():
            for scene, section in enumerate(sections, start=1):
                screen.console().print(f"  scene {scene}: {section['section']}")
                self._osc.send(f"/scene/{scene}/launch")
                if await self._wait(share or section["bars"] * self._bar_s):
                    return
            if seconds is not None:
                return

    async def _wait(self, seconds: float) -> bool:
        """Wait; return True when the user wants to stop."""
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def start_error(self, frames_per_beat: float, quantum: float) -> float:
        """Return the largest distance in frames of a start from its boundary, rounded to whole frames."""
        errors = [abs(beat - round(beat / quantum) * quantum) * frames_per_beat for _, beat, _ in self.starts]
        return math.floor(max(errors, default=0.0) + 0.5)


async def report(remote: WebSocket, show: Performance) -> None:
    """Print what was measured, and where the take lies."""
    stats = await remote.call("/engine/stats")
    quantum = await remote.call("/transport/quantum")
    error = show.start_error(stats["frames_per_beat"], quantum or 1.0)
    late = sum(1 for _, _, frames in show.starts if frames)
    out = screen.console()
    out.print(f"{len(show.starts)} clips started; largest start error {error:.0f} frames, {late} late")
    out.print(
        f"{stats['xruns']} xruns, {stats['late']} late of {stats['callbacks']} callbacks; load {stats['load']:.1%}"
    )
    out.print(f"take: [bold]{show.take['path']}[/]")
