"""The session as others see it: one dictionary, one row of meters. Runs on: event loop."""

from dataclasses import asdict
from typing import Any

import numpy as np

from liveengine.command import Scene, command
from liveengine.command import Slot as SlotNumber
from liveengine.command import Track as TrackNumber
from liveengine.engine.engine import Snapshot
from liveengine.events import Changed
from liveengine.session.clip import Clip
from liveengine.session.core import Core
from liveengine.session.desk import word_of
from liveengine.session.fader import fader_of_gain, shown
from liveengine.session.model import MixBus, Slot, Track


class View:
    """Plain data for clients that have just come, and for meters."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._selected = {"track": 1, "scene": 1}

    @command("/session/state", query=True)
    def state(self) -> dict[str, Any]:
        """Everything about the session at once: transport, tracks with their clips, master."""
        model = self._core.model
        snapshot = self._core.engine.snapshot()
        return {
            "rate": snapshot.rate,
            "frame": snapshot.frame,
            "transport": {
                "running": snapshot.running,
                "beat": snapshot.beat(),
                "tempo": model.tempo,
                "quantum": model.quantum,
            },
            "key": model.key,
            "scenes": len(model.tracks[0].slots) if model.tracks else 0,
            "master": {"gain": model.master, "level": shown(model.master)},
            "cue": {"gain": model.cue, "level": shown(model.cue)},
            "buses": [_strip("bus", number, bus) for number, bus in enumerate(model.buses, 1)],
            "tracks": [_track(number, track) for number, track in enumerate(model.tracks, 1)],
        }

    @command("/session/selected/track")
    def selected_track(self, value: TrackNumber | None = None) -> int:
        """The track that is looked at, for clients that show or play one at a time."""
        if value is not None:
            self._core.track(value)
            self._select("track", value)
        return self._selected["track"]

    @command("/session/selected/scene")
    def selected_scene(self, value: Scene | None = None) -> int:
        """The scene that is looked at."""
        if value is not None:
            self._core.slot(1, value)
            self._select("scene", value)
        return self._selected["scene"]

    @command("/track/{track}/playing", query=True)
    def playing(self, track: TrackNumber) -> int:
        """The slot that a track plays, 0 = none."""
        return self._core.track(track).playing

    @command("/track/{track}/queued", query=True)
    def queued(self, track: TrackNumber) -> int:
        """The slot of a track whose launch waits, 0 = none."""
        return self._core.track(track).queued

    @command("/track/{track}/clip/{slot}/name", query=True)
    def clip_name(self, track: TrackNumber, slot: SlotNumber) -> str:
        """The name of what lies in a slot."""
        return self._core.clip(track, slot).name

    @command("/track/{track}/clip/{slot}/stem", query=True)
    def clip_stem(self, track: TrackNumber, slot: SlotNumber) -> int:
        """The stem that lies in a slot."""
        return self._core.clip(track, slot).stem

    @command("/track/{track}/clip/{slot}/beats", query=True)
    def clip_beats(self, track: TrackNumber, slot: SlotNumber) -> float:
        """How many beats a clip lasts once, 0 = it has no beats."""
        return self._core.clip(track, slot).beats

    @command("/track/{track}/clip/{slot}/position", query=True)
    def clip_position(self, track: TrackNumber, slot: SlotNumber) -> float:
        """The beat of its loop that a clip plays, counted from its launch; 0 = it does not play."""
        clip, place = self._core.clip(track, slot), self._core.slot(track, slot)
        if not place.playing or clip.beats <= 0:
            return 0.0
        return max(0.0, self._core.engine.beat() - place.began) % clip.beats

    def _select(self, what: str, number: int) -> None:
        self._selected[what] = number
        self._core.bus.publish(Changed(f"/session/selected/{what}", number))

    def meters(self, snapshot: Snapshot | None = None) -> bytes:
        """Return float32 little-endian: left and right peak of each track, each bus, cue and master; beat; load."""
        seen = snapshot or self._core.engine.snapshot()
        peaks = [peak for strip in (*seen.tracks, *seen.buses) for peak in strip.peak]
        return np.array([*peaks, *seen.cue_peak, *seen.master_peak, seen.beat(), seen.load], "<f4").tobytes()


def _strip(kind: str, number: int, strip: Track | MixBus) -> dict[str, Any]:
    return {
        kind: number,
        "name": strip.name,
        "gain": strip.gain,
        "level": shown(strip.gain),
        "pan": strip.pan,
        "mute": strip.mute,
        "solo": strip.solo,
        "output": word_of(strip.output),
        "cue": strip.cue,
    }


def _track(number: int, track: Track) -> dict[str, Any]:
    return _strip("track", number, track) | {
        "sends": list(track.sends),
        "mutation": asdict(track.mutation),
        "playing": track.playing,
        "queued": track.queued,
        "clips": [_clip(place, slot, slot.clip) for place, slot in enumerate(track.slots, 1) if slot.clip is not None],
    }


def _clip(number: int, slot: Slot, clip: Clip) -> dict[str, Any]:
    return {
        "slot": number,
        "stem": clip.stem,
        "name": clip.name,
        "category": clip.category,
        "state": slot.state.value,
        "since": slot.began if slot.playing else 0.0,  # the beat at which it started
        "due": slot.beat,  # the beat at which what waits takes effect
        "gain": round(fader_of_gain(clip.gain), 6),
        "loop": clip.loop and clip.loop_end > 0,
        "beats": clip.beats,
        "ready": clip.segment >= 0,
        "quantum": clip.quantum,
        "mode": clip.mode,
        "legato": clip.legato,
        "choke": clip.choke,
        "follow": {
            "beats": clip.follow_beats,
            "a": clip.follow_a,
            "b": clip.follow_b,
            "chance": clip.chance,
            "jump_a": clip.jump_a,
            "jump_b": clip.jump_b,
        },
        "warp": clip.warp,
        "quality": clip.quality,
        "transpose": clip.semitones,
        "reverse": clip.reverse,
        "crossfade": clip.crossfade,
        "region": [clip.loop_start, clip.loop_end],  # frames
        "source_frames_per_beat": clip.source_frames_per_beat,
        "variant": clip.variant is not None,
        "mutation": None
        if clip.mutation is None
        else {"kind": clip.mutation.kind, "amount": clip.mutation.amount, "step": clip.mutation.step},
    }
