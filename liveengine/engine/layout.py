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

import numpy as np

MAGIC = 0x4C45_0006  # changes with the layout: two versions never share memory
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
INTAKE = 8  # records per frame that a block takes from the ring where time is short: a fifth of the time that it has
ALL = -1  # as a track: every track
NEVER = -1  # as a frame: not set
SLOT_MAX = 32_767
FAR = 1 << 62  # as a frame: later than every other


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
            ("gap", "<i8"),  # frames that the last replacement did not sound; -1 = it does not sound yet
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
        ("swaps", "<i8"),  # SWAP records in the queue
        ("coming", "<i8"),  # records of the queue that were due within this block when it began
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
