"""What records, events and the fields of the shared memory can say: the numbers behind the names. Runs on: anywhere."""

from enum import IntEnum


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
