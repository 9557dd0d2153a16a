"""How a clip is launched, followed and heard: one property for each setting. Runs on: event loop.

A setting holds for the clip's next launch; warp, quality and transposition are heard at once in what plays, a new loop
from the next time the loop goes round.
"""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from liveengine.command import Fader, Slot, Track, coarse, command
from liveengine.engine.ops import Op
from liveengine.errors import BadArgument, OutOfRange
from liveengine.session.clip import Clip, FollowName, ModeName, QualityName, WarpName
from liveengine.session.core import Core
from liveengine.session.fader import Level, fader_of_gain, fader_of_level, gain_of_fader, shown
from liveengine.session.table import Table
from liveengine.session.variants import Variants
from liveengine.stems.harmony import NO_KEY, key_name, key_number

SHORTEST = 64  # frames of a loop
NONE = "none"  # as a key

ClipQuantum = Annotated[
    float,
    Field(ge=-1, le=32, allow_inf_nan=False, description="grid in beats; 0 = at once, -1 = the session's"),
    AfterValidator(coarse),
]
Choke = Annotated[int, Field(ge=0, le=64, description="choke group; 0 = none")]
FollowBeats = Annotated[
    float, Field(ge=0, le=4096, allow_inf_nan=False, description="beats; 0 = it plays on"), AfterValidator(coarse)
]
Chance = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, description="probability of the first action, 0..1")]
Semitones = Annotated[float, Field(ge=-12, le=12, allow_inf_nan=False, description="transposition in semitones")]
Beats = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False, description="beats from the clip's first frame")]
Frame = Annotated[int, Field(ge=0, le=2**31, description="frames of the engine from the clip's first")]
Crossfade = Annotated[float, Field(ge=0, le=500, allow_inf_nan=False, description="milliseconds; 0 = none")]


KeyName = Annotated[str, Field(min_length=1, max_length=16, description="Am, C, F#m ...; or none")]


class Settings:
    """The settings of the clips in the slots."""

    def __init__(self, core: Core, table: Table, variants: Variants) -> None:
        self._core = core
        self._table = table
        self._variants = variants

    @command("/session/key")
    def key(self, value: KeyName | None = None) -> str:
        """The key, such as Am or F#, into which stems that are loaded are transposed; none = they stay as they are."""
        if value is not None:
            if value != NONE and key_number(value) == NO_KEY:
                raise BadArgument(f"/session/key: {value!r} is no key; write it as Am, C, F#m or Bb, or none")
            self._core.model.key = key_name(key_number(value))
            self._core.changed("/session/key", self._core.model.key or NONE)
        return self._core.model.key or NONE

    # --- loudness

    @command("/track/{track}/clip/{slot}/gain")
    def gain(self, track: Track, slot: Slot, value: Fader | None = None) -> float:
        """The fader of a clip, 0 to 1; 0.75 = 0 dB, 1 = +6 dB."""
        clip = self._core.clip(track, slot)
        if value is not None:
            linear = gain_of_fader(value)
            self._core.push(Op.CLIP_GAIN, track=track - 1, slot=slot, value=linear)
            clip.gain = linear
            self._table.define(track, slot)
            self._core.faded(f"/track/{track}/clip/{slot}", value, shown(value))
        return round(fader_of_gain(clip.gain), 6)

    @command("/track/{track}/clip/{slot}/level")
    def level(self, track: Track, slot: Slot, value: Level | None = None) -> float:
        """The level of a clip in decibels, -144 to +6."""
        return shown(self.gain(track, slot, None if value is None else fader_of_level(value)))

    # --- launching

    @command("/track/{track}/clip/{slot}/loop")
    def loop(self, track: Track, slot: Slot, value: bool | None = None) -> bool:
        """Whether a clip goes round or plays once, from its next launch on; a one-shot never goes round."""
        clip = self._core.clip(track, slot)
        if value is not None:
            if value != clip.loop:
                self._core.reserve(5)
                self._leave(track, slot)
            clip.loop = value
            self._table.define(track, slot)
            self._core.changed(f"/track/{track}/clip/{slot}/loop", value)
        return clip.loop and clip.loop_end > 0

    @command("/track/{track}/clip/{slot}/quantum")
    def quantum(self, track: Track, slot: Slot, value: ClipQuantum | None = None) -> float:
        """The grid in beats that a clip's launches wait for; -1 = the session's."""
        clip = self._core.clip(track, slot)
        if value is not None:
            clip.quantum = -1.0 if value < 0 else value
            self._table.define(track, slot)
            self._core.changed(f"/track/{track}/clip/{slot}/quantum", clip.quantum)
        return clip.quantum

    @command("/track/{track}/clip/{slot}/mode")
    def mode(self, track: Track, slot: Slot, value: ModeName | None = None) -> str:
        """What pressing a clip does: trigger, gate (until released), toggle, or repeat on each boundary."""
        return str(self._launching(track, slot, "mode", value))

    @command("/track/{track}/clip/{slot}/legato")
    def legato(self, track: Track, slot: Slot, value: bool | None = None) -> bool:
        """Whether a clip goes on at the place where the one was that it replaces."""
        return bool(self._launching(track, slot, "legato", value))

    @command("/track/{track}/clip/{slot}/choke")
    def choke(self, track: Track, slot: Slot, value: Choke | None = None) -> int:
        """The choke group, 1 to 64: launching a clip fades the others of its group; 0 = none."""
        return int(self._launching(track, slot, "choke", value))

    # --- following

    @command("/track/{track}/clip/{slot}/follow/beats")
    def follow_beats(self, track: Track, slot: Slot, value: FollowBeats | None = None) -> float:
        """After how many beats of playing the follow action is taken; 0 = never."""
        return float(self._launching(track, slot, "follow/beats", value, "follow_beats"))

    @command("/track/{track}/clip/{slot}/follow/a")
    def follow_a(self, track: Track, slot: Slot, value: FollowName | None = None) -> str:
        """The follow action: none, stop, again, previous, next, first, last, any, other or jump."""
        return str(self._launching(track, slot, "follow/a", value, "follow_a"))

    @command("/track/{track}/clip/{slot}/follow/b")
    def follow_b(self, track: Track, slot: Slot, value: FollowName | None = None) -> str:
        """The other follow action, taken when chance does not choose the first."""
        return str(self._launching(track, slot, "follow/b", value, "follow_b"))

    @command("/track/{track}/clip/{slot}/follow/chance")
    def chance(self, track: Track, slot: Slot, value: Chance | None = None) -> float:
        """The probability of the first follow action, 0 to 1."""
        return float(self._launching(track, slot, "follow/chance", value, "chance"))

    @command("/track/{track}/clip/{slot}/follow/a/slot")
    def jump_a(self, track: Track, slot: Slot, value: Slot | None = None) -> int:
        """The slot that the first follow action launches when it is jump."""
        return int(self._launching(track, slot, "follow/a/slot", self._known(track, value), "jump_a"))

    @command("/track/{track}/clip/{slot}/follow/b/slot")
    def jump_b(self, track: Track, slot: Slot, value: Slot | None = None) -> int:
        """The slot that the other follow action launches when it is jump."""
        return int(self._launching(track, slot, "follow/b/slot", self._known(track, value), "jump_b"))

    # --- sounding

    @command("/track/{track}/clip/{slot}/warp")
    def warp(self, track: Track, slot: Slot, value: WarpName | None = None) -> str:
        """How a clip follows the tempo: repitch (as a tape), beats (its slices move) or stretch (its pitch stays)."""
        return str(self._sounding(track, slot, "warp", value))

    @command("/track/{track}/clip/{slot}/quality")
    def quality(self, track: Track, slot: Slot, value: QualityName | None = None) -> str:
        """How a clip is interpolated: linear, cubic or sinc, from cheapest to best."""
        return str(self._sounding(track, slot, "quality", value))

    @command("/track/{track}/clip/{slot}/transpose")
    def transpose(self, track: Track, slot: Slot, value: Semitones | None = None) -> float:
        """The transposition of a clip in semitones, -12 to 12."""
        return float(self._sounding(track, slot, "transpose", value, "semitones"))

    @command("/track/{track}/clip/{slot}/reverse")
    def reverse(self, track: Track, slot: Slot, value: bool | None = None) -> bool:
        """Whether a clip plays backwards, from its next launch on."""
        return bool(self._launching(track, slot, "reverse", value))

    # --- looping

    @command("/track/{track}/clip/{slot}/loop/start")
    def loop_start(self, track: Track, slot: Slot, value: Beats | None = None) -> float:
        """The beat of a clip with which its loop begins, counted from its first frame."""
        clip = self._core.clip(track, slot)
        frame = None if value is None else round(value * _per_beat(clip, track, slot))
        return self.loop_start_frame(track, slot, frame) / _per_beat(clip, track, slot)

    @command("/track/{track}/clip/{slot}/loop/end")
    def loop_end(self, track: Track, slot: Slot, value: Beats | None = None) -> float:
        """The beat of a clip at which its loop goes round, counted from its first frame."""
        clip = self._core.clip(track, slot)
        frame = None if value is None else round(value * _per_beat(clip, track, slot))
        return self.loop_end_frame(track, slot, frame) / _per_beat(clip, track, slot)

    @command("/track/{track}/clip/{slot}/loop/start/frame")
    def loop_start_frame(self, track: Track, slot: Slot, value: Frame | None = None) -> int:
        """The frame of a clip with which its loop begins."""
        clip = self._core.clip(track, slot)
        if value is not None:
            self._region(track, slot, clip, value, clip.loop_end)
        return clip.loop_start

    @command("/track/{track}/clip/{slot}/loop/end/frame")
    def loop_end_frame(self, track: Track, slot: Slot, value: Frame | None = None) -> int:
        """The frame of a clip before which its loop goes round."""
        clip = self._core.clip(track, slot)
        if value is not None:
            self._region(track, slot, clip, clip.loop_start, value)
        return clip.loop_end

    @command("/track/{track}/clip/{slot}/crossfade")
    def crossfade(self, track: Track, slot: Slot, value: Crossfade | None = None) -> float:
        """The crossfade at the loop's end in milliseconds; the loop keeps its length."""
        clip = self._core.clip(track, slot)
        if value is not None:
            self._core.reserve(5)
            self._leave(track, slot)
            self._launching(track, slot, "crossfade", value)
            self._again(track, slot, clip)
        return clip.crossfade

    # --- inside

    def _launching(self, track: int, slot: int, address: str, value: Any, name: str = "") -> Any:
        """Return a setting, after it was changed if `value` is one; the engine hears of the clip anew."""
        clip = self._core.clip(track, slot)
        if value is not None:
            self._core.reserve(1)
            setattr(clip, name or address, value)
            self._table.define(track, slot)
            self._core.changed(f"/track/{track}/clip/{slot}/{address}", value)
        return getattr(clip, name or address)

    def _sounding(self, track: int, slot: int, address: str, value: Any, name: str = "") -> Any:
        """Return a setting, after it was changed if `value` is one; what plays or waits follows at once."""
        if value is not None:
            self._core.reserve(4)
            self._launching(track, slot, address, value, name)
            self._variants.bend(track, slot, self._variants.leave(track, slot))
        return getattr(self._core.clip(track, slot), name or address)

    def _region(self, track: int, slot: int, clip: Clip, start: int, end: int) -> None:
        """Set the loop; what plays takes it over when it goes round next. Raises OutOfRange."""
        last = end or clip.frames
        if not (start + SHORTEST <= last <= clip.frames):
            raise OutOfRange(
                f"track {track} slot {slot}: a loop from frame {start} to {last} of {clip.frames}; "
                f"it needs at least {SHORTEST} frames within the clip"
            )
        self._core.reserve(5)
        self._leave(track, slot)
        clip.loop_start, clip.loop_end = start, end
        per_beat = clip.source_frames_per_beat
        clip.beats = (last - start) / per_beat if per_beat and clip.loop_end else 0.0
        self._table.define(track, slot)
        self._again(track, slot, clip)
        place = f"/track/{track}/clip/{slot}/loop"
        for edge, frame in (("start", clip.loop_start), ("end", clip.loop_end)):
            if per_beat:
                self._core.changed(f"{place}/{edge}", frame / per_beat)
            self._core.changed(f"{place}/{edge}/frame", frame)

    def _leave(self, track: int, slot: int) -> None:
        """Have a clip whose loop changes be its original; what plays sounds as that at once."""
        if self._core.clip(track, slot).reads is not None:
            self._variants.bend(track, slot, self._variants.lose(track, slot))

    def _again(self, track: int, slot: int, clip: Clip) -> None:
        """Have what plays from a slot go on with the clip's loop as it is now, when it goes round next."""
        if self._core.slot(track, slot).playing and clip.round and clip.segment >= 0:
            self._core.push(Op.SWAP, track=track - 1, slot=slot, **clip.fields(self._core.engine.rate))

    def _known(self, track: int, slot: int | None) -> int | None:
        if slot is not None:
            self._core.slot(track, slot)
        return slot


def _per_beat(clip: Clip, track: int, slot: int) -> float:
    if not clip.source_frames_per_beat:
        raise BadArgument(
            f"track {track} slot {slot}: {clip.name!r} has no tempo; set its loop in frames, at .../frame"
        )
    return clip.source_frames_per_beat
