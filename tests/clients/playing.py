"""Transport and clips of the stage. Runs on: tests."""

from typing import Annotated, Any

from pydantic import Field

from liveengine.command import Quantum, Scene, Slot, StemId, Track, command
from liveengine.errors import EmptySlot, OutOfRange
from liveengine.events import ClipCleared, ClipQueued, ClipStopped, ClipStopping
from liveengine.session.clip import FollowName, ModeName, WarpName
from tests.clients.stage import PER_BEAT, TRACKS, Stage

Tempo = Annotated[float, Field(ge=20, le=999)]


class Playing:
    """What the transport and the grid call."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    @command("/session/state")
    def state(self) -> dict[str, Any]:
        """Return the whole session."""
        return self.stage.state()

    @command("/transport/play")
    def transport_play(self) -> None:
        """Start the transport."""
        self.stage.running = self.stage.changed("/transport/running", True)

    @command("/transport/stop")
    def transport_stop(self) -> None:
        """Stop the transport."""
        self.stage.running = self.stage.changed("/transport/running", False)

    @command("/transport/position", query=True)
    def position(self) -> float:
        """Return where we are."""
        return self.stage.beat

    @command("/transport/tap")
    def tap(self) -> float:
        """Count a tap."""
        self.stage.calls.append("/transport/tap")
        return self.stage.tempo

    @command("/transport/tempo")
    def tempo(self, value: Tempo | None = None) -> float:
        """Get or set the tempo."""
        if value is not None:
            self.stage.tempo = self.stage.changed("/transport/tempo", value)
        return self.stage.tempo

    @command("/transport/quantum")
    def quantum(self, value: Quantum | None = None) -> float:
        """Get or set the quantum."""
        if value is not None:
            self.stage.quantum = self.stage.changed("/transport/quantum", value)
        return self.stage.quantum

    @command("/track/{track}/clip/{slot}/load")
    def load(self, track: Track, slot: Slot, stem: StemId) -> dict[str, int]:
        """Load a stem into a slot."""
        self.stage.fill(track, slot, stem)
        return {"track": track, "slot": slot, "stem": stem}

    @command("/track/{track}/clip/{slot}/clear")
    def clear(self, track: Track, slot: Slot) -> None:
        """Empty a slot."""
        self.stage.clips.pop((track, slot), None)
        self.stage.bus.publish(ClipCleared(track, slot))

    @command("/track/{track}/clip/{slot}/launch")
    def launch(self, track: Track, slot: Slot, quantum: Quantum | None = None) -> float:
        """Queue a clip."""
        clip = self.stage.clips.get((track, slot))
        if clip is None:
            raise EmptySlot(f"track {track}, slot {slot} holds no clip; load a stem first")
        boundary = self.stage.queue(track, slot, quantum)
        clip |= {"state": "queued", "due": boundary}
        self.stage.bus.publish(ClipQueued(track, slot, boundary))
        return boundary

    @command("/track/{track}/clip/{slot}/press")
    def press(self, track: Track, slot: Slot, value: float) -> None:
        """Press or release a clip."""
        self.stage.calls.append(f"/track/{track}/clip/{slot}/press {value:g}")

    def _set(self, track: int, slot: int, name: str, value: Any) -> Any:
        clip = self.stage.clips.get((track, slot))
        if clip is None:
            raise EmptySlot(f"slot {slot} of track {track} is empty")
        place, key = (clip["follow"], name.removeprefix("follow/")) if name.startswith("follow/") else (clip, name)
        if value is not None:
            place[key] = self.stage.changed(f"/track/{track}/clip/{slot}/{name}", value)
        return place[key]

    @command("/track/{track}/clip/{slot}/mode")
    def mode(self, track: Track, slot: Slot, value: ModeName | None = None) -> str:
        """Get or set the launch mode."""
        return str(self._set(track, slot, "mode", value))

    @command("/track/{track}/clip/{slot}/warp")
    def warp(self, track: Track, slot: Slot, value: WarpName | None = None) -> str:
        """Get or set the warp."""
        return str(self._set(track, slot, "warp", value))

    @command("/track/{track}/clip/{slot}/transpose")
    def transpose(self, track: Track, slot: Slot, value: float | None = None) -> float:
        """Get or set the transposition."""
        return float(self._set(track, slot, "transpose", value))

    @command("/track/{track}/clip/{slot}/loop")
    def loop(self, track: Track, slot: Slot, value: bool | None = None) -> bool:
        """Get or set whether the clip goes round."""
        return bool(self._set(track, slot, "loop", value))

    @command("/track/{track}/clip/{slot}/loop/end")
    def loop_end(self, track: Track, slot: Slot, value: float | None = None) -> float:
        """Get or set the beat at which the loop goes round; at most four bars."""
        region = self._set(track, slot, "region", None)
        if value is not None and value > 16:
            raise OutOfRange(f"a loop to beat {value:g} of 16")
        if value is not None:
            region[1] = round(value * PER_BEAT)
            self.stage.changed(f"/track/{track}/clip/{slot}/loop/end", value)
            self.stage.changed(f"/track/{track}/clip/{slot}/loop/end/frame", region[1])
        return float(region[1] / PER_BEAT)

    @command("/track/{track}/clip/{slot}/follow/beats")
    def follow_beats(self, track: Track, slot: Slot, value: float | None = None) -> float:
        """Get or set after how many beats the follow action comes."""
        return float(self._set(track, slot, "follow/beats", value))

    @command("/track/{track}/clip/{slot}/follow/a")
    def follow_a(self, track: Track, slot: Slot, value: FollowName | None = None) -> str:
        """Get or set the follow action."""
        return str(self._set(track, slot, "follow/a", value))

    @command("/track/{track}/clip/{slot}/follow/chance")
    def chance(self, track: Track, slot: Slot, value: float | None = None) -> float:
        """Get or set the chance of the follow action."""
        return float(self._set(track, slot, "follow/chance", value))

    @command("/track/{track}/stop")
    def stop_track(self, track: Track, quantum: Quantum | None = None) -> None:
        """Stop a track."""
        for (other, slot), clip in self.stage.clips.items():
            if other == track and clip["state"] in ("playing", "queued"):
                boundary = self.stage.queue(track, 0, quantum)
                clip |= {"state": "stopping", "due": boundary}
                self.stage.bus.publish(ClipStopping(track, slot, boundary))

    @command("/scene/{scene}/launch")
    def scene(self, scene: Scene, quantum: Quantum | None = None) -> None:
        """Launch a row; tracks without a clip in it stop."""
        self.stage.calls.append(f"/scene/{scene}/launch")
        for track in range(1, TRACKS + 1):
            if (track, scene) in self.stage.clips:
                self.launch(track, scene, quantum)
            else:
                self.stop_track(track, quantum)

    @command("/stop")
    def stop(self, quantum: Quantum | None = None) -> None:
        """Stop all tracks."""
        for track in range(1, TRACKS + 1):
            self.stop_track(track, quantum)

    @command("/panic")
    def panic(self) -> None:
        """Silence everything now."""
        self.stage.calls.append("/panic")
        self.stage.due.clear()
        for (track, slot), clip in self.stage.clips.items():
            clip["state"] = "stopped"
            self.stage.bus.publish(ClipStopped(track, slot, frame=0))
