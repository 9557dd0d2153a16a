"""Follow actions: what comes after a clip has played its time. Runs on: audio thread (RT-safe).

The engine takes them by itself, so they go on without the daemon. The time is counted in beats from the beat at which
the clip began, so that a chain of clips stays on the grid under any tempo. One of two actions is taken: `chance`
decides, by a hash of the session's seed, the track, the frame and how many launches the kernel has made, so that
the same records give the same choices. Where there is no clip to go to, the clip plays on, and as many beats later the
choice is made again. A launch, a stop or a cancel ends a track's follow action.
"""

import math
from typing import Any

from liveengine.engine.kernel import anchor, check, clips, waiting
from liveengine.engine.kernel.jit import inner, part
from liveengine.engine.kernel.work import Work, report_record
from liveengine.engine.layout import NEVER
from liveengine.engine.ops import Follow, Happened

NONE, STOP, AGAIN, PREVIOUS, NEXT = (
    int(way) for way in (Follow.NONE, Follow.STOP, Follow.AGAIN, Follow.PREVIOUS, Follow.NEXT)
)
FIRST, LAST, ANY, OTHER, JUMP = (int(way) for way in (Follow.FIRST, Follow.LAST, Follow.ANY, Follow.OTHER, Follow.JUMP))
FOLLOWED = int(Happened.FOLLOWED)
# splitmix64: Steele, Lea, Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014; as signed numbers
GAMMA, FIRST_MIX, SECOND_MIX = (n - (1 << 64) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


@inner
def scramble(bits: int) -> int:
    """Return 64 bits that look as if they had nothing to do with `bits`. RT-safe."""
    bits += GAMMA
    bits = (bits ^ ((bits >> 30) & ((1 << 34) - 1))) * FIRST_MIX
    bits = (bits ^ ((bits >> 27) & ((1 << 37) - 1))) * SECOND_MIX
    return bits ^ ((bits >> 31) & ((1 << 33) - 1))


@inner
def share(bits: int) -> float:
    """Return a number 0 <= n < 1 from 64 bits. RT-safe."""
    return ((bits >> 11) & ((1 << 53) - 1)) * 2.0**-53


@inner
def begin(work: Work, record: Any, frame: int) -> None:
    """Let the LAUNCH that began at `frame` be followed when its time has come. RT-safe."""
    if not record.follow_beats > 0.0 or (record.follow_a == NONE and record.follow_b == NONE):
        return
    if record.track >= work.clips.shape[0]:
        return  # nothing lies beside what the audition strip plays
    beat = anchor.beat_at(work.bank, frame)
    if abs(beat - record.beat) * work.bank.frames_per_beat <= 1.0:
        beat = record.beat  # what it was meant for, which no frame need hit exactly
    made = work.queue.size - 1
    work.queue[made] = record
    await_turn(work, work.queue[made], beat, frame)
    work.queue[made].op = 0


@inner
def await_turn(work: Work, record: Any, beat: float, frame: int) -> None:
    """Let a record wait as FOLLOW for its time after `beat`, for a frame at least. RT-safe."""
    record.op = check.FOLLOW
    record.frame = NEVER
    record.beat = beat + record.follow_beats
    record.waits = waiting.ON_BEAT
    record.due = max(anchor.frame_of(work.bank, record.beat), frame + 1)
    waiting.add(work, record, frame)


@part
def take(work: Work, record: Any, frame: int) -> None:
    """Take the action of a FOLLOW that is due: make a LAUNCH or a STOP for this frame, or wait again. RT-safe."""
    bits = scramble(scramble(work.header[0].seed + (record.track << 48) + work.bank.made) + frame)
    first = share(bits) < record.chance
    way = record.follow_a if first else record.follow_b
    slot = target(work, record, way, record.jump_a if first else record.jump_b, share(scramble(bits)))
    beat = record.beat
    if way == STOP:
        stop(work, record, frame)
    elif slot > 0:
        launch = clips.make(work, check.LAUNCH, record.track, slot)
        launch.frame = frame
        launch.beat = beat
        launch.quantum = 0.0
    else:
        await_turn(work, record, max(beat, anchor.beat_at(work.bank, frame) - record.follow_beats), frame)
    report_record(work, FOLLOWED, record, frame, way)


@inner
def stop(work: Work, record: Any, frame: int) -> None:
    """Make a STOP of what plays from the slot of a FOLLOW. RT-safe."""
    made = work.queue.size - 1
    work.queue[made] = record
    halt = work.queue[made]
    work.bank.made += 1
    halt.op = check.STOP
    halt.token = -work.bank.made
    halt.frame = frame
    halt.quantum = 0.0
    halt.ramp = 0


@inner
def target(work: Work, record: Any, way: int, jump: int, chance: float) -> int:
    """Return the slot that comes next; 0 = none. RT-safe."""
    track, slot, slots = record.track, record.slot, work.clips.shape[1]
    if way == PREVIOUS:
        return nth(work, track, slot - 1, -1, 0, 1)
    if way == NEXT:
        return nth(work, track, slot + 1, 1, 0, 1)
    if way == FIRST:
        return nth(work, track, 1, 1, 0, 1)
    if way == LAST:
        return nth(work, track, slots, -1, 0, 1)
    if way == ANY or way == OTHER:
        but = slot if way == OTHER else 0
        return nth(work, track, 1, 1, but, 1 + math.floor(chance * count(work, track, but)))
    wanted = slot if way == AGAIN else jump
    return wanted if (way == AGAIN or way == JUMP) and clips.filled(work, track, wanted) else 0


@inner
def count(work: Work, track: int, but: int) -> int:
    """Return how many clips lie on a track, but for one slot. RT-safe."""
    found = 0
    for slot in range(1, work.clips.shape[1] + 1):
        if slot != but and clips.filled(work, track, slot):
            found += 1
    return found


@inner
def nth(work: Work, track: int, slot: int, way: int, but: int, n: int) -> int:
    """Return the n-th filled slot from `slot` on, going round, up or down (`way`), but for one; 0 = none. RT-safe."""
    slots = work.clips.shape[1]
    for _ in range(slots):
        slot = (slot - 1) % slots + 1
        if slot != but and clips.filled(work, track, slot):
            n -= 1
            if n == 0:
                return slot
        slot += way
    return 0
