"""The demo's performance: launch scene by scene, record, measure. Runs on: the user's shell."""

import asyncio
import math
import shlex
from pathlib import Path
from typing import Any

from liveengine.cli import screen
from liveengine.cli.remote import Osc, WebSocket
from liveengine.units import counted

_COUNT_IN_S = 0.5  # between the start of the take and the first launch
_TAIL_S = 0.3  # the take goes on after the stop, for the fades


def show_plan(prompt: str, plan: dict[str, Any]) -> None:
    """Print the plan as a picture: a row per track, a column per section, a block where the track plays."""
    sections = plan["structure"]
    bars = sum(section["bars"] for section in sections)
    seconds = bars * 240.0 / plan["bpm"]
    title = f"{prompt}: {plan['bpm']} bpm, {plan['key']}, {bars} bars, {seconds // 60:.0f}:{seconds % 60:02.0f} min"
    names = [f"{number} {section['section']} ({section['bars']})" for number, section in enumerate(sections, 1)]
    tracks: dict[int, dict[int, dict[str, Any]]] = {}
    for placement in plan["placements"]:
        tracks.setdefault(placement["track"], {})[placement["slot"]] = placement
    rows = []
    for _, placed in sorted(tracks.items()):
        stems = list(dict.fromkeys(placement["filename"] for placement in placed.values()))
        marks = {name: str(number) if len(stems) > 1 else "■" for number, name in enumerate(stems, 1)}
        cells = "".join(
            f"{marks[placed[n]['filename']] if n in placed else '·':>2} " for n in range(1, len(sections) + 1)
        )
        rows.append((placed[min(placed)]["category"], cells, "\n".join(_numbered(stems))))
    head = "".join(f"{number:>2} " for number in range(1, len(sections) + 1))
    screen.table(title, ("track", head, "stems"), rows, whole=(head,))
    screen.console().print("sections (bars): " + ", ".join(names))


def _numbered(stems: list[str]) -> list[str]:
    """Return file names without their endings; with a number in front when there are several."""
    plain = [stem.rsplit(".", 1)[0] for stem in stems]
    return plain if len(plain) == 1 else [f"{number} {stem}" for number, stem in enumerate(plain, 1)]


def spread(total: int, count: int) -> list[int]:
    """Return `count` (at least 1) of the numbers 0..total-1, evenly spread, in order."""
    count = max(1, min(total, count))
    return [number * total // count for number in range(count)]


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
            if self._stop.is_set():
                screen.console().print()  # the terminal's ^C stands on this line
            self._osc.send("/stop", 0)
            await asyncio.sleep(_TAIL_S)
            self.take = await self._remote.call("/record/stop")

    async def _scenes(self, seconds: float | None) -> None:
        sections = self._plan["structure"]
        chosen = spread(len(sections), len(sections) if seconds is None else int(seconds / (2 * self._bar_s)))
        while not self._stop.is_set():
            for number in chosen:
                section = sections[number]
                screen.console().print(f"  scene {number + 1}: {section['section']}")
                self._osc.send(f"/scene/{number + 1}/launch")
                share = section["bars"] * self._bar_s if seconds is None else seconds / len(chosen)
                if await self._wait(share):
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


def again(root: Path) -> str:
    """Return the command that serves this library, as one would type it in a shell."""
    return shlex.join(("liveengine", "serve", "--library", str(root)))


def deadlines(stream: str, since: dict[str, int], load: float) -> tuple[str, str]:
    """Return what the counters say about the engine's own work, and what about the machine, as sentences."""
    ours = f"the engine: {since['late']:,} of {since['callbacks']:,} blocks took too long; load {load:.1%} of a block"
    xruns = since["xruns"]
    if not xruns:
        return ours, "the machine: no block came late (0 xruns)"
    if stream == "null":
        heard = "without a sound card nobody hears it, and the take is whole"
    else:
        heard = "each may be heard as a click; the take is whole"
    return ours, f"the machine: {xruns:,} block{'s' * (xruns > 1)} came late (xruns): {heard}"


async def report(remote: WebSocket, show: Performance, before: dict[str, Any]) -> None:
    """Print what was measured since the engine's counters `before`, and where the take lies."""
    stats = await remote.call("/engine/stats")
    quantum = await remote.call("/transport/quantum")
    error = show.start_error(stats["frames_per_beat"], quantum or 1.0)
    late = sum(1 for _, _, frames in show.starts if frames)
    # The counters run since the engine started; a new engine counts from 0 again.
    fresh = stats["callbacks"] < before["callbacks"]
    since = {name: stats[name] - (0 if fresh else before[name]) for name in ("xruns", "late", "callbacks")}
    out = screen.console()
    out.print(f"{counted(len(show.starts), 'clip')} started; largest start error {error:.0f} frames, {late} late")
    for line in deadlines(stats["stream"], since, stats["load"]):
        out.print(line)
    out.print(f"take: [bold]{show.take['path']}[/]")
