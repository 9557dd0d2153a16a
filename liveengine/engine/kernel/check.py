"""Which records make sense. Runs on: audio thread (RT-safe). Any field may hold any bits."""

import math
from typing import Any

from liveengine.engine.kernel.jit import inner, part
from liveengine.engine.kernel.segment import fits
from liveengine.engine.kernel.work import Work, audition
from liveengine.engine.layout import ALL, MAX_GAIN, NOWHERE, SLOT_MAX
from liveengine.engine.ops import Follow, LaunchMode, Op, Refusal, Tier, Warp

LAUNCH, STOP, GAIN, PAN, MUTE, SOLO = (int(op) for op in (Op.LAUNCH, Op.STOP, Op.GAIN, Op.PAN, Op.MUTE, Op.SOLO))
MASTER_GAIN, TEMPO, LOCATE, RUN = int(Op.MASTER_GAIN), int(Op.TEMPO), int(Op.LOCATE), int(Op.RUN)
RETIRE, CLIP_GAIN, SHED = int(Op.RETIRE), int(Op.CLIP_GAIN), int(Op.SHED)
ROUTE, SEND, CUE, CUE_GAIN = int(Op.ROUTE), int(Op.SEND), int(Op.CUE), int(Op.CUE_GAIN)
CLIP, UNCLIP, PRESS, FOLLOW = int(Op.CLIP), int(Op.UNCLIP), int(Op.PRESS), int(Op.FOLLOW)
SWAP, WARP = int(Op.SWAP), int(Op.WARP)
LAST = max(int(op) for op in Op)
LAST_WARP, LAST_TIER, LAST_MODE, LAST_FOLLOW = (max(int(n) for n in kind) for kind in (Warp, Tier, LaunchMode, Follow))
BEST_TIER = float(Tier.SINC)
OPCODE, TRACK, SEGMENT = int(Refusal.OPCODE), int(Refusal.TRACK), int(Refusal.SEGMENT)
VALUE, QUANTUM = int(Refusal.VALUE), int(Refusal.QUANTUM)
OBEY = 0

BEATS = 2.0**32  # the furthest beat
FRAMES_PER_BEAT = 2.0**24  # and the slowest tempo: 0.17 beats per minute at 48 kHz
QUANTUM_MIN, QUANTUM_MAX = 1.0 / 64, 4096.0  # beats
PITCH_MIN, PITCH_MAX = 0.5, 2.0


@inner
def within(value: float, low: float, high: float) -> bool:
    """Tell whether a value lies in a range; NaN does not. RT-safe."""
    return low <= value <= high


@inner
def known(op: int) -> bool:
    """Tell whether the daemon may push this opcode. RT-safe."""
    return 1 <= op <= LAST and op != FOLLOW


@part
def fault(work: Work, record: Any) -> int:
    """Return OBEY or the Refusal for a record that has just come. RT-safe."""
    op = record.op
    if not known(op):
        return OPCODE
    if not named(work, op, record.track, record.slot):
        return TRACK
    if record.quantum != 0.0 and not within(record.quantum, QUANTUM_MIN, QUANTUM_MAX):
        return QUANTUM
    if not (math.isnan(record.beat) or within(record.beat, -BEATS, BEATS)):
        return QUANTUM
    if op == LAUNCH or op == CLIP or op == SWAP:
        return fault_of_clip(work, record)
    if op == WARP:
        return OBEY if sensible_reading(record) else VALUE
    if op == RETIRE:
        return OBEY if 0 <= record.segment < work.segments.size else SEGMENT
    if op == ROUTE and not sensible_route(work, record.track, record.value):
        return VALUE
    return OBEY if sensible(op, record.value) else VALUE


@inner
def named(work: Work, op: int, s: int, slot: int) -> bool:
    """Tell whether a record of this opcode may name strip `s`, and `slot` where it names one. RT-safe."""
    own = audition(work)
    if op == GAIN or op == PAN or op == MUTE:
        return ALL <= s < work.strips.size
    if op == SOLO or op == ROUTE or op == CUE:
        return ALL <= s < work.strips.size and s != own
    if op == SEND:
        return ALL <= s < own and 1 <= slot < work.feeds.shape[1]
    if op == CLIP or op == UNCLIP or op == PRESS:
        return 0 <= s < own and 1 <= slot <= work.clips.shape[1]
    if op == LAUNCH or op == SWAP:
        return 0 <= s <= own
    return ALL <= s <= own


@inner
def sensible_route(work: Work, s: int, value: float) -> bool:
    """Tell whether strip `s` may go there: a track to any bus, a bus to the master or nowhere. RT-safe."""
    most = work.feeds.shape[1] - 1 if s < audition(work) else 0
    return within(value, float(NOWHERE), float(most)) and value == math.floor(value)


@inner
def fault_of_clip(work: Work, record: Any) -> int:
    """Return OBEY or the Refusal for a record that says what to play: LAUNCH, CLIP, SWAP. RT-safe."""
    if not (within(record.gain, 0.0, MAX_GAIN) and within(record.source_frames_per_beat, 0.0, FRAMES_PER_BEAT)):
        return VALUE
    if not 1 <= record.slot <= SLOT_MAX:
        return VALUE
    if not (sensible_reading(record) and sensible_launch(work, record)):
        return VALUE
    return OBEY if fits(work, record) else SEGMENT


@inner
def sensible_reading(record: Any) -> bool:
    """Tell whether the ways to read a buffer that a record names exist. RT-safe."""
    if not (within(record.pitch, PITCH_MIN, PITCH_MAX) and 0 <= record.reverse <= 1):
        return False
    return 0 <= record.warp <= LAST_WARP and 0 <= record.tier <= LAST_TIER


@inner
def sensible_launch(work: Work, record: Any) -> bool:
    """Tell whether a record's crossfade, launch mode, choke group and follow actions make sense. RT-safe."""
    if not 0 <= record.crossfade <= max(record.loop_end - record.loop_start, 0):
        return False
    if not (0 <= record.mode <= LAST_MODE and 0 <= record.legato <= 1 and record.choke >= 0):
        return False
    if not (0 <= record.follow_a <= LAST_FOLLOW and 0 <= record.follow_b <= LAST_FOLLOW):
        return False
    if record.follow_beats != 0.0 and not within(record.follow_beats, QUANTUM_MIN, BEATS):
        return False  # a launch for each frame
    if not within(1.0 * record.chance, 0.0, 1.0):
        return False
    last = work.clips.shape[1]
    return 0 <= record.jump_a <= last and 0 <= record.jump_b <= last


@inner
def sensible(op: int, value: float) -> bool:
    """Tell whether a value suits the opcode. RT-safe."""
    if op == GAIN or op == MASTER_GAIN or op == CLIP_GAIN or op == SEND or op == CUE_GAIN:
        return within(value, 0.0, MAX_GAIN)
    if op == PAN:
        return within(value, -1.0, 1.0)
    if op == MUTE or op == SOLO or op == RUN or op == CUE or op == PRESS:
        return value == 0.0 or value == 1.0
    if op == TEMPO:
        return within(value, 1.0, FRAMES_PER_BEAT)
    if op == SHED:
        return within(value, -1.0, BEST_TIER) and value == math.floor(value)
    if op == LOCATE:
        return within(value, -BEATS, BEATS)
    return True
