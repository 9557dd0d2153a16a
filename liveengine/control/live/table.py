"""Which command of ours each name of Live's stands for: the whole of it, as a table. Runs on: anywhere; plain data.

Names and their meaning: AbletonOSC's README (github.com/ideoforms/AbletonOSC). Live counts from 0, we from 1: where an
address below has {track}, {slot}, {bus} or {scene}, the client's number goes, plus one. A name in the braces that the
client gives no number for stands for all of them, and the answer has a value for each.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from liveengine.control.live import law, words

CLIP = "/track/{track}/clip/{slot}"
STATE = CLIP + "/state"
SOUNDING = frozenset({"playing", "stopping"})
UNDER_WAY = SOUNDING | {"queued"}


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Property:
    """Something to get, and perhaps to set and to listen to."""

    address: str  # of the command that reads it
    show: Callable[[Any], Any] = _same  # our value as Live's; of a list where the address stands for several
    take: Callable[[Any], Any] | None = None  # Live's value as ours; None = it cannot be set
    sets: str = ""  # the command that sets it, if it is another one
    heard: str = ""  # what is pushed when it changes, if that is another address; * = any number
    polled: bool = False  # it moves by itself, and nothing is pushed


@dataclass(frozen=True)
class Fixed:
    """What never changes here, so that a template's question gets the answer that it expects."""

    values: tuple[Any, ...]


@dataclass(frozen=True)
class Meter:
    """A track's peak, as a position on Live's fader: 0.85 is full scale."""

    sides: tuple[int, ...]  # 0 left, 1 right; of both the louder one


Readable = Property | Fixed | Meter


@dataclass(frozen=True)
class Step:
    """A command that a method runs, while the clip is in one of `states` if those are given."""

    address: str
    args: tuple[Any, ...] = ()
    states: frozenset[str] = frozenset()


NUMBERS: dict[str, tuple[str, ...]] = {
    "song": (),
    "view": (),
    "application": (),
    "api": (),
    "track": ("track",),
    "clip": ("track", "slot"),
    "clip_slot": ("track", "slot"),
    "scene": ("scene",),
}


# What answers only for an object that is there: what never changes is told of such a one alone.
THERE = {
    "track": "/track/{track}/mute",
    "clip": CLIP + "/name",
    "clip_slot": STATE,
    "scene": "/track/1/clip/{scene}/state",
}


NUDGE_MS = 10.0  # by which one press of Live's nudge buttons moves what plays


def _nudge(milliseconds: float) -> Property:
    """Return one of Live's two buttons; it is never seen pressed."""
    return Property(
        "/transport/running", lambda _: False, lambda pressed: milliseconds if pressed else 0.0, "/transport/nudge"
    )


def _no(*names: str) -> dict[str, Fixed]:
    return dict.fromkeys(names, Fixed((False,)))


def _yes(*names: str) -> dict[str, Fixed]:
    return dict.fromkeys(names, Fixed((True,)))


def _levels(address: str, offset: float = 0.0) -> Property:
    return Property(
        address,
        lambda level: round(law.position_of(level, offset), 5),  # what a level of ours is exact to
        lambda position: law.level_of(float(position), offset),
    )


def _is(*states: str) -> Property:
    return Property(STATE, lambda state: state in states)


KEY = Property("/session/key", take=str)
_STATES = "/track/{track}/clip/{scene}/state"

PROPERTIES: dict[str, dict[str, Readable]] = {
    "song": {
        "tempo": Property("/transport/tempo", take=float),
        "is_playing": Property("/transport/running"),
        "metronome": Property("/metronome", take=bool),
        "current_song_time": Property("/transport/position", take=float, sets="/transport/locate", polled=True),
        "beat": Property("/transport/position", int, polled=True),
        "clip_trigger_quantization": Property(
            "/transport/quantum",
            lambda beats: words.nearest(words.GRIDS, beats),
            lambda number: words.numbered(words.GRIDS, number),
        ),
        "root_note": Property("/session/key", words.root_of),
        "scale_name": Property("/session/key", words.scale_of),
        "track_names": Property("/track/{track}/name"),
        "num_tracks": Property("/track/{track}/mute", len),
        "num_scenes": Property("/track/1/clip/{scene}/state", len),
        "scenes/name": Property("/track/1/clip/{scene}/state", lambda states: [""] * len(states)),
        "signature_numerator": Fixed((4,)),
        "signature_denominator": Fixed((4,)),
        "groove_amount": Fixed((0.0,)),
        "cue_points": Fixed(()),
        **_no("loop", "punch_in", "punch_out", "record_mode", "session_record", "arrangement_overdub"),
        **_no("back_to_arranger", "can_redo"),
        "can_undo": Fixed((True,)),
        "nudge_up": _nudge(NUDGE_MS),
        "nudge_down": _nudge(-NUDGE_MS),
        "loop_start": Fixed((0.0,)),
        "loop_length": Fixed((0.0,)),
        "midi_recording_quantization": Fixed((0,)),
    },
    "track": {
        "volume": _levels("/track/{track}/level"),
        "panning": Property("/track/{track}/pan", take=float),
        "mute": Property("/track/{track}/mute", take=bool),
        "solo": Property("/track/{track}/solo", take=bool),
        "name": Property("/track/{track}/name", take=str),
        "send": _levels("/track/{track}/send/{bus}/level", law.SEND_DB),
        "playing_slot_index": Property("/track/{track}/playing", lambda slot: slot - 1, heard=CLIP + "/state"),
        "fired_slot_index": Property("/track/{track}/queued", lambda slot: slot - 1, heard=CLIP + "/state"),
        "clips/name": Property(CLIP + "/name", heard=STATE),
        "clips/length": Property(CLIP + "/beats", heard=STATE),
        "output_meter_left": Meter((0,)),
        "output_meter_right": Meter((1,)),
        "output_meter_level": Meter((0, 1)),
        "output_routing_type": Property("/track/{track}/output"),
        "color": Fixed((0x808080,)),
        "color_index": Fixed((0,)),
        "num_devices": Fixed((0,)),
        **dict.fromkeys(("devices/name", "devices/type", "devices/class_name"), Fixed(())),
        **dict.fromkeys((f"arrangement_clips/{name}" for name in ("name", "length", "start_time")), Fixed(())),
        "current_monitoring_state": Fixed((2,)),
        **_no("arm", "can_be_armed", "has_audio_input", "has_midi_input", "has_midi_output", "is_foldable"),
        **_no("is_grouped", "fold_state"),
        **_yes("has_audio_output", "is_visible"),
    },
    "clip": {
        "name": Property(CLIP + "/name", heard=STATE),
        "length": Property(CLIP + "/beats", heard=STATE),
        "gain": _levels(CLIP + "/level", law.CLIP_DB),
        "playing_position": Property(CLIP + "/position", polled=True),
        "is_playing": _is(*SOUNDING),
        "is_triggered": _is("queued"),
        "looping": Property(CLIP + "/loop", take=bool),
        "loop_start": Property(CLIP + "/loop/start", take=float),
        "loop_end": Property(CLIP + "/loop/end", take=float),
        "pitch_coarse": Property(CLIP + "/transpose", round, float),
        "pitch_fine": Fixed((0.0,)),
        "legato": Property(CLIP + "/legato", take=bool),
        "launch_mode": Property(CLIP + "/mode", words.MODES.index, lambda number: words.numbered(words.MODES, number)),
        "launch_quantization": Property(
            CLIP + "/quantum",
            lambda beats: words.nearest(words.CLIP_GRIDS, beats),
            lambda number: words.numbered(words.CLIP_GRIDS, number),
        ),
        "warp_mode": Property(CLIP + "/warp", words.warp_number, lambda number: words.numbered(words.WARPS, number)),
        "color": Fixed((0x808080,)),
        "color_index": Fixed((0,)),
        **_no("is_midi_clip", "is_overdubbing", "is_recording", "will_record_on_start", "has_groove", "muted"),
        **_yes("is_audio_clip", "warping", "ram_mode"),
    },
    "clip_slot": {
        "has_clip": Property(STATE, lambda state: state != "empty"),
        "is_playing": _is(*SOUNDING),
        "is_triggered": _is("queued"),
        "playing_status": Property(STATE, lambda state: int(state in SOUNDING)),
        **_no("controls_other_clips", "is_group_slot", "will_record_on_start"),
        **_yes("has_stop_button"),
    },
    "scene": {
        "is_empty": Property(_STATES, lambda states: all(state == "empty" for state in states)),
        "is_triggered": Property(_STATES, lambda states: "queued" in states),
        "name": Fixed(("",)),
        "color": Fixed((0x808080,)),
        "color_index": Fixed((0,)),
        **_no("tempo_enabled", "time_signature_enabled"),
    },
    "view": {
        "selected_track": Property("/session/selected/track", lambda n: n - 1, lambda n: int(n) + 1),
        "selected_scene": Property("/session/selected/scene", lambda n: n - 1, lambda n: int(n) + 1),
    },
    # The Live whose names these are; templates ask for 11 or later.
    "application": {"version": Fixed((12, 0))},
    "api": {"log_level": Fixed(("info",))},
}

METHODS: dict[str, dict[str, tuple[Step, ...]]] = {
    "song": {
        "start_playing": (Step("/transport/locate", (0.0,)), Step("/transport/play")),
        "continue_playing": (Step("/transport/play"),),
        # What sounds goes on while our transport stands; Live falls silent.
        "stop_playing": (Step("/stop", (0.0,)), Step("/transport/stop")),
        "stop_all_clips": (Step("/stop"),),
        "tap_tempo": (Step("/transport/tap"),),
        "undo": (Step("/stems/undo"),),
    },
    "track": {"stop_all_clips": (Step("/track/{track}/stop"),)},
    "clip": {"fire": (Step(CLIP + "/launch"),), "stop": (Step("/track/{track}/stop", (), UNDER_WAY),)},
    "clip_slot": {
        # An empty slot is a stop button.
        "fire": (
            Step("/track/{track}/stop", (), frozenset({"empty"})),
            Step(CLIP + "/launch", (), UNDER_WAY | {"stopped"}),
        ),
        "stop": (Step("/track/{track}/stop", (), UNDER_WAY),),
        "delete_clip": (Step(CLIP + "/clear"),),
    },
    "scene": {
        "fire": (Step("/scene/{scene}/launch"),),
        "fire_as_selected": (Step("/scene/{scene}/launch"), Step("/session/selected/scene", ("{scene}",))),
    },
    "api": {"reload": ()},
}
