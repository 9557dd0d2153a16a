"""Every byte that crosses between daemon, engine and recorder, with its unit and its writer. Runs on: anywhere.

One file of shared memory holds, in this order: header, two banks, the rings, the segment table and the tap ring; a
second file is the sample pool. The engine's whole state lives in the banks: at the start of a block the kernel copies
the committed bank into the other one, works there, and commits by one release store of `header.committed` (bank =
committed & 1). A kill inside a block thus leaves the last whole block, and a reader that sees the same `committed`
before and after its copy has a consistent snapshot.

Only the first `bank.active` voices and the first `bank.queued` entries of what waits mean anything; voices lie in the
order in which they started.

Positions inside a buffer are int64 fixed point with `FRACTION_BITS` fractional bits, so that a playhead does not depend
on how the frames were cut into blocks: `MAX_FRAMES` (46 minutes at 48 kHz) by steps of 2**-36 frame.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from liveengine.engine.kernel import sinc

MAGIC = 0x4C45_0005  # changes with the layout: two versions never share memory
FRACTION_BITS = 36
ONE_FRAME = 1 << FRACTION_BITS
MAX_FRAMES = (1 << 27) - (1 << 16)  # the longest buffer; the rest keeps a playhead from overflowing before it wraps
MAX_RATIO = 64.0  # source frames per frame, and its inverse; 999 over 20 beats per minute needs 50
MAX_GAIN = 16.0  # linear, of a voice, a track or the master: +24 dB
MAX_SAMPLE = 2.0**20  # +120 dBFS; a buffer whose samples are not below it is broken
PAGE = 4096  # bytes
TAP_CHANNELS = 2  # the master
NOWHERE = -1  # as where a strip goes: only to its own outputs
SCRATCH_FRAMES = 512  # the longest piece that the kernel renders at once
LAST_FRAMES = 16  # a cache line; one frame is used
STAGE_ROWS = 8
STAGE_FRAMES = 2080  # of each row; not a power of two, so that the rows do not fight for places in the cache
RAMP_FRAMES = 480  # gain, pan, mute, solo: 10 ms at 48 kHz
FADE_FRAMES = 256  # a voice that is stopped, replaced or stolen
FADE_MIN = 64  # frames; a shorter fade that a record asks for becomes this
RAMP_MAX = 1 << 22  # frames; a longer ramp that a record asks for becomes this
ALL = -1  # as a track: every track
NEVER = -1  # as a frame: not set
SLOT_MAX = 32_767
FAR = 1 << 62  # as a frame: later than every other


class Op(IntEnum):
    """What a command record asks for; 0 is an empty place."""

    NONE = 0
    LAUNCH = 1  # start `segment` on `track`; replaces what plays there
    STOP = 2  # fade out what plays on `track` (from `slot`; 0 = any), over `ramp` frames
    GAIN = 3  # value: linear gain of `track`, 0 .. MAX_GAIN
    PAN = 4  # value: -1 left .. 1 right
    MUTE = 5  # value: 0 or 1
    SOLO = 6  # value: 0 or 1
    MASTER_GAIN = 7  # value: linear gain, 0 .. MAX_GAIN
    TEMPO = 8  # value: frames per beat, 1 .. 2**24, phase-continuous
    LOCATE = 9  # value: the beat that this frame becomes
    RUN = 10  # value: 1 transport runs, 0 stands (beats stop counting, queued launches wait)
    RETIRE = 11  # give back `segment` once no voice and no record needs it; a RETIRED event follows
    PANIC = 12  # fade out every voice, empty the queue
    CANCEL = 13  # drop what waits for a boundary on `track`; with a `slot` all of it that waits; `start`: one token
    CLIP_GAIN = 14  # value: linear gain of what plays or waits on `track` from `slot`; slot 0 = any
    CLIP = 15  # keep this record as the clip of `track` and `slot`: what PRESS and follow actions launch
    UNCLIP = 16  # forget the clip of `track` and `slot`
    PRESS = 17  # value: 1 pressed, 0 released; the clip of `track` and `slot` answers as its launch mode says
    FOLLOW = 18  # made by the kernel: what `track` plays has lasted `follow_beats`, its follow action is due
    SWAP = 19  # at its next loop seam, what plays on `track` from `slot` goes on with this record's buffer and loop;
    # value: the token of the voice that is meant, 0 = whichever plays then
    WARP = 20  # warp, tier, pitch: of what plays or waits on `track` from `slot`
    ROUTE = 21  # value: where strip `track` goes: 0 master, 1.. a bus, -1 nowhere but its own outputs
    SEND = 22  # value: linear gain of strip `track` into bus `slot`, 0 .. MAX_GAIN
    CUE = 23  # value: 1 = strip `track` is heard on the cue bus, before its fader, muted or not
    SHED = 24  # value: the tier in which the voice with token `start` goes on, or -1: it is cut; pushed by replays only
    CUE_GAIN = 25  # value: linear gain of the cue bus, 0 .. MAX_GAIN


class Happened(IntEnum):
    """What an event record reports."""

    TOOK = 1  # the record `token` with opcode `aux` took effect at `frame`
    STARTED = 2  # aux: frames late
    STOPPED = 3  # aux: a Reason
    QUEUED = 4  # beat: the boundary; aux: the opcode that waits
    CANCELLED = 5  # superseded or cancelled before it took effect; aux: opcode
    MUTED = 6  # a voice met a broken sample at `frame`; STOPPED follows. slot 0: a strip did, and passes on silence
    RETIRED = 7  # `segment` is free
    REFUSED = 8  # a record that makes no sense; aux: a Refusal
    LATE = 9  # slid to the next boundary; aux: frames late
    FOLLOWED = 10  # a follow action was taken; aux: a Follow
    SWAPPED = 11  # a voice went on with another buffer, `segment`
    SHED = 12  # too much to do: voice `token` plays in tier `aux` from `frame` on, or with aux -1 was cut


class Reason(IntEnum):
    """Why a voice ended."""

    END = 0  # the one-shot is over
    STOP = 1
    REPLACED = 2
    STOLEN = 3
    PANIC = 4
    MUTED = 5  # its buffer held a sample that is not finite or not below MAX_SAMPLE
    CHOKED = 6  # a clip of the same choke group began
    SHED = 7  # too much to do


class Refusal(IntEnum):
    """Why the kernel did not obey a record."""

    OPCODE = 1
    TRACK = 2
    SEGMENT = 3
    VALUE = 4
    QUEUE_FULL = 5
    QUANTUM = 6
    EMPTY = 7  # no clip lies in the slot


class VoiceState(IntEnum):
    """The life of a voice."""

    FREE = 0
    PLAYING = 1
    STOPPING = 2  # fading out


class Warp(IntEnum):
    """How a clip follows the tempo."""

    REPITCH = 0  # its speed changes, and its pitch with it
    BEATS = 1  # its slices, cut at the transients, stay on the grid; between them nothing changes
    STRETCH = 2  # its length changes, its pitch does not


class Tier(IntEnum):
    """How samples are interpolated; at one whole frame per frame nothing is."""

    LINEAR = 0
    CUBIC = 1  # 4-point Hermite
    SINC = 2  # windowed sinc


class LaunchMode(IntEnum):
    """What pressing and releasing a clip does."""

    TRIGGER = 0  # pressing launches
    GATE = 1  # pressing launches, releasing stops
    TOGGLE = 2  # pressing launches, pressing again stops
    REPEAT = 3  # launches again on each boundary until it is released


class Follow(IntEnum):
    """What happens after a clip has played its `follow_beats`."""

    NONE = 0  # it plays on
    STOP = 1
    AGAIN = 2
    PREVIOUS = 3  # of the neighbours on its track, going round
    NEXT = 4
    FIRST = 5
    LAST = 6
    ANY = 7
    OTHER = 8
    JUMP = 9  # to the slot that the record names


class Waits(IntEnum):
    """What a record in the queue waits for."""

    FRAME = 0  # its exact frame
    BEAT = 1  # the beat that it named
    QUANTUM = 2  # the boundary that the kernel chose
    UNUSED = 3  # RETIRE: until nothing needs the segment


class SegmentState(IntEnum):
    """The life of a place in the sample pool."""

    FREE = 0
    FILLING = 1  # the load worker writes
    READY = 2


def _line(*names: tuple[str, str]) -> list[tuple[str, str]]:
    """Pad a group of 8-byte fields to whole cache lines, so that two writers never share one."""
    spare = -len(names) % 8
    return [*names, *((f"_pad_{names[0][0]}_{i}", "<i8") for i in range(spare))]


HEADER = np.dtype(
    [
        # written once by the supervisor
        *_line(
            ("magic", "<i8"),
            ("rate", "<i8"),  # frames per second; rewritten by the engine before it starts when the device decides
            ("tracks", "<i8"),
            ("buses", "<i8"),
            ("slots", "<i8"),  # per track
            ("voices", "<i8"),
            ("commands", "<i8"),  # places in the command ring, a power of two
            ("events", "<i8"),  # places in the event ring, a power of two
            ("queue", "<i8"),
            ("segments", "<i8"),
            ("tap_frames", "<i8"),  # a power of two
            ("pool_bytes", "<i8"),
            ("ceiling", "<f8"),  # linear, of the master limiter
            ("supervisor_pid", "<i8"),
            ("seed", "<i8"),  # of the follow actions' chances
        ),
        # written by the daemon
        *_line(
            ("command_write", "<i8"),
            ("event_read", "<i8"),
            ("daemon_pid", "<i8"),
            ("daemon_beat_ns", "<i8"),  # CLOCK_MONOTONIC of its last heartbeat
        ),
        # written by the kernel, once per block
        *_line(
            ("committed", "<i8"),  # the commit point; the bank is committed & 1
            ("command_read", "<i8"),
            ("event_write", "<i8"),
            ("frame", "<i8"),  # frames committed since the first engine's start; the tap ring is valid up to here
            ("clock_ns", "<i8"),  # CLOCK_MONOTONIC when the callback of the committed block began
            ("clock_frame", "<i8"),  # the first frame of that block
            ("clock_cycle", "<i8"),  # the JACK server's count of frames at that time; -1 = no such device
        ),
        # written by the callback around the kernel
        *_line(
            ("callbacks", "<i8"),
            ("xruns", "<i8"),  # as the stream reports them
            ("busy_ns", "<i8"),  # of the last callback
            ("busy_max_ns", "<i8"),  # since the daemon set it to 0
            ("load", "<f8"),  # busy time / block time, smoothed
            ("block", "<i8"),  # frames of the last callback
            ("late", "<i8"),  # callbacks whose wake-to-return time exceeded the block
            ("events_lost", "<i8"),  # the event ring was full
        ),
        # written by the kernel and by the callback around it: see engine/kernel/overload.py
        *_line(
            ("budget", "<f8"),  # ns per frame that the kernel may take; 0 = offline: nothing is shed
            ("cost", "<f8"),  # ns per unit of effort, as measured
            ("effort", "<f8"),  # units that the kernel rendered within this callback
            ("last_cost", "<f8"),  # of the last callback ...
            ("older_cost", "<f8"),  # ... and of the one before
            ("spent", "<f8"),  # ns of processor time that the kernel takes per callback, smoothed over a second
            ("passed", "<f8"),  # ns that pass meanwhile, smoothed likewise
            ("rest", "<f8"),  # ns per frame that the callback takes beside the kernel, smoothed
            ("calm", "<i8"),  # frames in a row with ample room
            ("patience", "<i8"),  # such frames before quality comes back
            ("restored", "<i8"),  # the frame at which some came back; 0 = never
            ("shed", "<i8"),  # how often a voice gave way, since the first engine's start
        ),
        # written by the engine process outside the callback
        *_line(
            ("engine_pid", "<i8"),
            ("engine_epoch", "<i8"),  # counts engine processes
            ("stream", "<i8"),  # a StreamKind; negative while the device is lost and the transport runs without it
            ("latency", "<i8"),  # frames from callback to speaker
            ("gap", "<i8"),  # frames that the last replacement did not sound
            ("beat_ns", "<i8"),  # CLOCK_MONOTONIC of the process's last heartbeat
            ("outputs", "<i8"),  # channels of the device that are open; -1 = a JACK port for each row
        ),
        # written by the daemon: what the recorder shall do
        *_line(("take_request", "<i8"), ("take_op", "<i8"), ("take_frame", "<i8")),  # see engine/take.py
        ("take_path", "S1024"),
        # written by the recorder
        *_line(
            ("take_answer", "<i8"),  # equals take_request when done, -take_request when refused
            ("take_state", "<i8"),  # 0 idle, 1 recording, 2 failed
            ("take_frames", "<i8"),
            ("recorder_pid", "<i8"),
            ("recorder_beat_ns", "<i8"),
        ),
        # written by the engine process that stands by
        *_line(("standby_pid", "<i8"), ("standby_beat_ns", "<i8"), ("standby_open", "<i8")),  # open: its StreamKind
    ]
)

# A linear move: value = target - step * left; closed form, so that it does not depend on the block size.
RAMP = np.dtype([("target", "<f4"), ("step", "<f4"), ("left", "<i4")])

METER = np.dtype([("peak", "<f4", (2,)), ("rms", "<f4", (2,))])  # of the last block, linear, left and right

OUTLET = np.dtype(  # the end of the way: the master or the cue bus
    [
        ("gain", RAMP),
        ("_pad_gain", "<i4"),
        ("limiter", "<f8"),  # the limiter's gain now
        ("sounding", "<i8"),  # 1 = something went into it in this block
        ("meter", METER),
    ]
)

BANK = np.dtype(  # written by the kernel; one per bank
    [
        ("frame", "<i8"),  # the next frame to render
        ("command_read", "<i8"),
        ("event_write", "<i8"),
        ("anchor_frame", "<i8"),  # the transport anchor: at this frame ...
        ("anchor_beat", "<f8"),  # ... this beat
        ("frames_per_beat", "<f8"),
        ("running", "<i8"),
        ("solos", "<i8"),  # how many strips are soloed
        ("active", "<i8"),  # voices in use
        ("queued", "<i8"),  # records in the queue
        ("next", "<i8"),  # the first frame at which a record of the queue is due
        ("arrived", "<i8"),  # records that ever went into the queue
        ("room", "<i8"),  # from here on the next free place of the queue is looked for
        ("follows", "<i8"),  # FOLLOW records in the queue
        ("retiring", "<i8"),  # RETIRE records in the queue
        ("retired", "<i8"),  # how many events there were when the segments to retire were last looked for
        ("changed", "<i8"),  # 1 = what waits changed within this block
        ("touched", "<i8"),  # places of the queue and clips that this block wrote: so much of `touched` is valid
        ("resting", "<i8"),  # frames for which a strip's rest still sounds
        ("effort", "<f8"),  # of a block, in units, see engine/kernel/overload.py ...
        ("going", "<f8"),  # ... and that of the voices that were cut
        ("weighed", "<i8"),  # how many events there were when `effort` was counted ...
        ("weighed_frames", "<i8"),  # ... and for how many frames it was
        ("twins", "<i8"),  # voices whose like went on in another way
        ("made", "<i8"),  # launches that the kernel made itself; their tokens are -1, -2, ...
        ("clock_ns", "<i8"),  # header.clock_ns and ...
        ("clock_frame", "<i8"),  # ... header.clock_frame as they were when the block began
        ("master", OUTLET),
        ("cue", OUTLET),
    ]
)

STRIP = np.dtype(  # written by the kernel; per bank: the tracks, then the audition strip, then the buses
    [
        ("gain", "<f8"),
        ("pan", "<f8"),
        ("mute", "<i8"),
        ("solo", "<i8"),
        ("left", RAMP),  # the strip's gain, left channel
        ("right", RAMP),
        ("output", "<i8"),  # where it goes: 0 master, 1.. a bus, NOWHERE
        ("routed", "<i8"),  # 1 = its feeds are not just 1 into the master
        ("cue", "<i8"),  # 1 = it is heard on the cue bus
        ("listen", RAMP),  # its gain into the cue bus, before the fader
        ("broken", "<i4"),  # 1 = what goes through it held samples that are not finite or not below MAX_SAMPLE
        ("sounding", "<i8"),  # 1 = a voice of it or a strip that feeds it sounded in this block
        ("playing_slot", "<i8"),  # 0 = none
        ("playing_token", "<i8"),
        ("queued_slot", "<i8"),  # 0 = none; of the LAUNCH that waits and is due first
        ("queued_token", "<i8"),
        ("queued_due", "<i8"),  # its frame; FAR while the transport stands
        ("stopping", "<i4"),  # 1 = a STOP waits for what plays
        ("held", "<i4"),  # the slot of the clip that is launched again and again while it is pressed; 0 = none
        ("rest_left", RAMP),  # what cut voices leave, on its way to silence; see engine/rest.py
        ("rest_right", RAMP),
        ("meter", METER),  # after the gain
    ]
)

FEED = np.dtype(  # written by the kernel; per bank and strip: into the master, then into each bus, after the fader
    [
        ("send", "<f8"),  # what SEND asked for, linear
        ("gain", RAMP),  # that, and 1 where the strip's output is; less while another strip is soloed
        ("_pad_gain", "<i4"),
    ]
)

VOICE = np.dtype(  # written by the kernel; voices per bank; two cache lines, in the first what every block needs
    [
        ("state", "i1"),  # a VoiceState
        ("reason", "i1"),  # why it fades, a Reason
        ("tier", "i1"),  # a Tier
        ("warp", "i1"),  # a Warp
        ("reverse", "i1"),  # 1 = backwards: positions and loops count on the mirrored buffer, see engine/tape.py
        ("choke", "i1"),  # its choke group, 0 = none
        ("track", "<i2"),  # from 0
        ("position", "<i8"),  # fixed point, in the buffer
        ("step", "<i8"),  # fixed point, per frame
        ("left", "<i8"),  # index into the pool of the left channel's first sample
        ("right", "<i8"),  # the same as `left` for a mono buffer
        ("loop_start", "<i4"),  # frames; -1 = one-shot
        ("loop_end", "<i4"),  # frames; where it wraps, or where a one-shot is over
        ("gain", RAMP),
        ("round", "<i4"),  # 1 = it has come round its loop: before the loop's start lies its end
        ("fade", RAMP),
        ("crossfade", "<i4"),  # frames before the seam that fade into those before the loop's start
        ("slot", "<i2"),
        ("lost", "i1"),  # how many tiers it lost to SHED
        ("_pad_lost", "i1"),
        ("segment", "<i4"),
        ("token", "<i8"),
        ("source_frames_per_beat", "<f8"),  # 0 = the tempo does not change its speed
        ("pitch", "<f4"),  # transposition as a ratio
        ("_pad_pitch", "<i4"),
        ("_pad", "<i8", (2,)),
    ]
)

GRAIN = np.dtype(  # written by the kernel; per bank, at the voice's place; means something where `warp` is not REPITCH
    [
        ("head", "<i8"),  # fixed point, on the tape: what is heard
        ("tail", "<i8"),  # fixed point: what was heard before the last jump, while that fades
        ("anchor", "<i8"),  # frame of the next attack
        ("floor", "<i8"),  # the earliest frame to jump to: behind the last attack
        ("old", "<i8"),  # the search: the frame that will be heard when it ends ...
        ("low", "<i8"),  # ... the first frame that may follow instead ...
        ("high", "<i8"),  # ... the last one ...
        ("goal", "<i8"),  # ... the one that would be on time ...
        ("best", "<i8"),  # ... and the one that fits best so far
        ("tried", "<i8"),  # how many were compared since the voice began
        ("score", "<f4"),  # of the best one, 1 = the same
        ("cross", RAMP),  # the head's weight; the tail has the rest
        ("share", "<i2"),  # shares of the search that are done; -1 = there is none
        ("shares", "<i2"),  # of the search
        ("wait", "<i4"),  # frames to the next share or decision
        ("scale", "<i8"),  # how many times 48 kHz the rate is; what is counted in frames grows with it
        ("_pad", "<i8", (2,)),
    ]
)

COMMAND = np.dtype(  # written by the daemon into the ring; the kernel keeps what waits in the bank's queue
    [
        ("op", "<i4"),
        ("track", "<i4"),  # from 0, or ALL
        ("slot", "<i4"),  # from 1
        ("segment", "<i4"),
        ("token", "<i8"),  # unique per record; events carry it back
        ("frame", "<i8"),  # take effect at exactly this frame; NEVER = by beat, by quantum or at once
        ("quantum", "<f8"),  # beats; 0 = at once
        ("beat", "<f8"),  # the beat it waits for; NaN = the next boundary of `quantum`
        ("value", "<f8"),
        ("start", "<i8"),  # frames into the buffer
        ("loop_start", "<i8"),  # frames
        ("loop_end", "<i8"),  # frames; loop_end <= loop_start = one-shot
        ("source_frames_per_beat", "<f8"),
        ("gain", "<f8"),  # linear, of the voice, 0 .. MAX_GAIN
        ("ramp", "<i8"),  # frames; 0 = the default of the op
        ("pitch", "<f8"),  # transposition as a ratio, 0.5 .. 2
        ("follow_beats", "<f8"),  # after so many beats a follow action is taken; 0 = never
        ("crossfade", "<i4"),  # frames before the loop's end that fade into those before its start; 0 = none
        ("chance", "<f4"),  # 0..1, of `follow_a`; else `follow_b` is taken
        ("warp", "i1"),  # a Warp
        ("tier", "i1"),  # a Tier
        ("reverse", "i1"),  # 1 = backwards
        ("mode", "i1"),  # a LaunchMode
        ("legato", "i1"),  # 1 = go on at the place where what it replaces was
        ("choke", "i1"),  # 1.. = its group: launching one fades the others; 0 = none
        ("follow_a", "i1"),  # a Follow
        ("follow_b", "i1"),
        ("jump_a", "<i2"),  # the slot that JUMP as `follow_a` launches
        ("jump_b", "<i2"),
        ("_pad_jump", "<i4"),
        ("due", "<i8"),  # written by the kernel, before it goes into the queue: the frame it waits for
        ("waits", "<i8"),  # likewise: a Waits
        ("_pad", "<i8", (4,)),
    ]
)

WAITING = np.dtype(  # written by the kernel; per bank, a heap: see engine/waiting.py; what is looked for in the queue
    [
        ("due", "<i8"),  # the frame it waits for
        ("order", "<i8"),  # of arrival
        ("place", "<i4"),  # of its record in the queue
        ("segment", "<i4"),
        ("track", "<i2"),
        ("slot", "<i2"),
        ("op", "i1"),
        ("waits", "i1"),
        ("_pad", "<i2"),
    ]
)

EVENT = np.dtype(  # written by the kernel
    [
        ("kind", "<i4"),
        ("track", "<i4"),
        ("slot", "<i4"),
        ("segment", "<i4"),
        ("token", "<i8"),
        ("frame", "<i8"),
        ("beat", "<f8"),
        ("aux", "<i8"),
        ("_pad", "<i8", (2,)),
    ]
)

SEGMENT = np.dtype(  # written by the daemon; survives it
    [
        ("state", "<i8"),  # a SegmentState
        ("offset", "<i8"),  # bytes into the pool, a multiple of 64
        ("frames", "<i8"),  # per channel; the pool holds planar float32
        ("channels", "<i8"),  # 1 or 2
        ("stride", "<i8"),  # frames from one channel's first to the next one's
        ("stem", "<i8"),
        ("markers", "<i8"),  # how many transients are known
        ("marker_offset", "<i8"),  # bytes into the pool: their frames, int32, ascending
    ]
)


@dataclass(frozen=True)
class Capacity:
    """Fixed capacities, chosen once by the supervisor; exceeding one is a normal error."""

    tracks: int = 16
    buses: int = 4
    slots: int = 16
    voices: int = 128
    commands: int = 1024
    events: int = 8192
    queue: int = 4096
    segments: int = 1024
    tap_frames: int = 1 << 19  # 10.9 s at 48 kHz
    pool_bytes: int = 1 << 30

    def __post_init__(self) -> None:
        for name in ("commands", "events", "tap_frames"):
            if (size := getattr(self, name)) & (size - 1):
                raise ValueError(f"{name} = {size} must be a power of two")

    @property
    def strips(self) -> int:
        """Return how many strips there are: the tracks, the audition strip, the buses."""
        return self.tracks + 1 + self.buses

    @property
    def rows(self) -> int:
        """Return how many rows the kernel gives: two each for the master, every strip and the cue bus, in this order.

        Strip s has the rows 2 + 2s and 3 + 2s.
        """
        return 2 + 2 * self.strips + 2


class Memory(NamedTuple):
    """The shared memory as arrays; the same shapes in shared files and on the heap of a test."""

    header: npt.NDArray[np.void]  # (1,) HEADER
    bank: npt.NDArray[np.void]  # (2,) BANK
    strips: npt.NDArray[np.void]  # (2, tracks + 1 + buses) STRIP
    feeds: npt.NDArray[np.void]  # (2, strips, 1 + buses) FEED
    voices: npt.NDArray[np.void]  # (2, voices) VOICE
    grains: npt.NDArray[np.void]  # (2, voices) GRAIN
    clips: npt.NDArray[np.void]  # (2, tracks, slots) COMMAND; op 0 = no clip
    queue: npt.NDArray[np.void]  # (2, queue + 2) COMMAND; op 0 = free; the last: the record in hand, what it makes
    waiting: npt.NDArray[np.void]  # (2, queue + 1) WAITING; the last place holds the entry in hand
    touched: npt.NDArray[np.int32]  # (2, queue); which places of queue or clips the bank's block wrote
    commands: npt.NDArray[np.void]  # (commands,) COMMAND
    events: npt.NDArray[np.void]  # (events,) EVENT
    segments: npt.NDArray[np.void]  # (segments,) SEGMENT
    tap: npt.NDArray[np.float32]  # (tap_frames, TAP_CHANNELS); frame f lies at f % tap_frames
    scratch: npt.NDArray[np.float32]  # (rows, SCRATCH_FRAMES); what the kernel renders and nobody hears
    last: npt.NDArray[np.float32]  # (2, LAST_FRAMES); the last sample of a voice that is cut
    blend: npt.NDArray[np.float32]  # (2, SCRATCH_FRAMES); a crossfade
    stage: npt.NDArray[np.float32]  # (STAGE_ROWS * STAGE_FRAMES,); samples that are read from two places at once
    weights: npt.NDArray[np.float32]  # (SETS * SET_WEIGHTS,); of the windowed sinc, see engine/sinc.py
    pool: npt.NDArray[np.float32]  # (pool_bytes / 4,)

    @property
    def places(self) -> int:
        """Return how many records may wait."""
        return self.touched.shape[1]

    @property
    def rows(self) -> int:
        """Return how many rows the kernel gives; see `Capacity.rows`."""
        return len(self.scratch)


def _places(capacity: Capacity) -> Iterator[tuple[str, np.dtype, tuple[int, ...]]]:
    yield "header", HEADER, (1,)
    yield "bank", BANK, (2,)
    yield "strips", STRIP, (2, capacity.strips)
    yield "feeds", FEED, (2, capacity.strips, 1 + capacity.buses)
    yield "voices", VOICE, (2, capacity.voices)
    yield "grains", GRAIN, (2, capacity.voices)
    yield "clips", COMMAND, (2, capacity.tracks, capacity.slots)
    yield "queue", COMMAND, (2, capacity.queue + 2)
    yield "waiting", WAITING, (2, capacity.queue + 1)
    yield "touched", np.dtype("<i4"), (2, capacity.queue)
    yield "commands", COMMAND, (capacity.commands,)
    yield "events", EVENT, (capacity.events,)
    yield "segments", SEGMENT, (capacity.segments,)
    yield "tap", np.dtype("<f4"), (capacity.tap_frames, TAP_CHANNELS)
    yield "scratch", np.dtype("<f4"), (capacity.rows, SCRATCH_FRAMES)
    yield "last", np.dtype("<f4"), (2, LAST_FRAMES)
    yield "blend", np.dtype("<f4"), (2, SCRATCH_FRAMES)
    yield "stage", np.dtype("<f4"), (STAGE_ROWS * STAGE_FRAMES,)
    yield "weights", np.dtype("<f4"), (sinc.SETS * sinc.SET_WEIGHTS,)


def state_bytes(capacity: Capacity) -> int:
    """Return the size of the state file in bytes (without the sample pool)."""
    return sum(-(-int(np.prod(shape)) * dtype.itemsize // 64) * 64 for _, dtype, shape in _places(capacity))


def views(state: memoryview, pool: memoryview, capacity: Capacity) -> Memory:
    """Return arrays over two buffers of `state_bytes(capacity)` and `capacity.pool_bytes` bytes; nothing is copied."""
    arrays: dict[str, np.ndarray] = {}
    offset = 0
    for name, dtype, shape in _places(capacity):
        count = int(np.prod(shape))
        arrays[name] = np.frombuffer(state, dtype, count, offset).reshape(shape)
        offset += -(-count * dtype.itemsize // 64) * 64
    return Memory(**arrays, pool=np.frombuffer(pool, "<f4", capacity.pool_bytes // 4))


def capacity_of(header: np.void) -> Capacity:
    """Return the capacities that a header records."""
    return Capacity(**{field.name: int(header[field.name]) for field in fields(Capacity)})


def initialise(memory: Memory, capacity: Capacity, rate: int, ceiling: float, frames_per_beat: float) -> None:
    """Fill zeroed memory with a silent session: unity gains, transport standing at beat 0, frame 0."""
    header = memory.header[0]
    for field in fields(Capacity):
        header[field.name] = getattr(capacity, field.name)
    header["rate"] = rate
    header["ceiling"] = ceiling
    for side in (0, 1):
        bank = memory.bank[side]
        bank["frames_per_beat"] = frames_per_beat
        for outlet in ("master", "cue"):
            bank[outlet]["gain"]["target"] = 1.0
            bank[outlet]["limiter"] = 1.0
        bank["next"] = FAR
        strips = memory.strips[side]
        strips["gain"] = 1.0
        strips["left"]["target"] = 1.0
        strips["right"]["target"] = 1.0
        memory.feeds[side, :, 0]["gain"]["target"] = 1.0
    memory.weights[:] = sinc.weights()
    header["magic"] = MAGIC


def _zeros(size: int) -> memoryview:
    """Return zeroed bytes that begin on a page, as those of a shared file do."""
    room = np.zeros(size + PAGE, np.uint8)
    first = -room.ctypes.data % PAGE
    return room[first : first + size].data


def on_heap(capacity: Capacity, rate: int, ceiling: float = 1.0, frames_per_beat: float = 24_000.0) -> Memory:
    """Return initialised memory outside any shared file, for offline rendering and tests."""
    memory = views(_zeros(state_bytes(capacity)), _zeros(capacity.pool_bytes), capacity)
    initialise(memory, capacity, rate, ceiling, frames_per_beat)
    return memory
