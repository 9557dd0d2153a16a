"""Which records make sense. Runs on: audio thread (RT-safe). Any field may hold any bits."""

import math
from typing import Any

from liveengine.engine.jit import inner
from liveengine.engine.launch import fits
from liveengine.engine.layout import ALL, MAX_GAIN, Op, Refusal
from liveengine.engine.work import Work

LAUNCH, STOP, GAIN, PAN, MUTE, SOLO = (int(op) for op in (Op.LAUNCH, Op.STOP, Op.GAIN, Op.PAN, Op.MUTE, Op.SOLO))
MASTER_GAIN, TEMPO, LOCATE, RUN = int(Op.MASTER_GAIN), int(Op.TEMPO), int(Op.LOCATE), int(Op.RUN)
RETIRE, CLIP_GAIN = int(Op.RETIRE), int(Op.CLIP_GAIN)
LAST = int(Op.CLIP_GAIN)
OPCODE, TRACK, SEGMENT = int(Refusal.OPCODE), int(Refusal.TRACK), int(Refusal.SEGMENT)
VALUE, QUANTUM = int(Refusal.VALUE), int(Refusal.QUANTUM)
OBEY = 0

BEATS = 2.0**32  # the furthest beat
FRAMES_PER_BEAT = 2.0**24  # and the slowest tempo: 0.17 beats per minute at 48 kHz
QUANTUM_MIN, QUANTUM_MAX = 1.0 / 64, 4096.0  # beats


@inner
def within(value: float, low: float, high: float) -> bool:
    """Tell whether a value lies in a range; NaN does not. RT-safe."""
    return low <= value <= high


@inner
def fault(work: Work, record: Any) -> int:
    """Return OBEY or the Refusal for a record that has just come. RT-safe."""
    op = record.op
    if op < 1 or op > LAST:
        return OPCODE
    if not ALL <= record.track < work.tracks.size or (op == LAUNCH and record.track < 0):
        return TRACK
    if record.quantum != 0.0 and not within(record.quantum, QUANTUM_MIN, QUANTUM_MAX):
        return QUANTUM
    if not (math.isnan(record.beat) or within(record.beat, -BEATS, BEATS)):
        return QUANTUM
    if op == LAUNCH:
        return fault_of_launch(work, record)
    if op == RETIRE:
        return OBEY if 0 <= record.segment < work.segments.size else SEGMENT
    return OBEY if sensible(op, record.value) else VALUE


@inner
def fault_of_launch(work: Work, record: Any) -> int:
    """Return OBEY or the Refusal for a LAUNCH. RT-safe."""
    if not (within(record.gain, 0.0, MAX_GAIN) and within(record.source_frames_per_beat, 0.0, FRAMES_PER_BEAT)):
        return VALUE
    if record.slot < 1:
        return VALUE
    return OBEY if fits(work, record) else SEGMENT


@inner
def sensible(op: int, value: float) -> bool:
    """Tell whether a value suits the opcode. RT-safe."""
    if op == GAIN or op == MASTER_GAIN or op == CLIP_GAIN:
        return within(value, 0.0, MAX_GAIN)
    if op == PAN:
        return within(value, -1.0, 1.0)
    if op == MUTE or op == SOLO or op == RUN:
        return value == 0.0 or value == 1.0
    if op == TEMPO:
        return within(value, 1.0, FRAMES_PER_BEAT)
    if op == LOCATE:
        return within(value, -BEATS, BEATS)
    return True
