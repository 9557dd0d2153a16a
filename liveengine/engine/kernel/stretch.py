"""Voices whose length and pitch do not depend on each other. Runs on: audio thread (RT-safe).

The playhead goes as fast as the tempo asks; what is heard is a grain, read as fast as the pitch asks. Where a marker
says that an attack comes, the grain is brought to it shortly before, so that the attack begins on its exact frame and
plays once and untouched. Between attacks the two drift apart. In STRETCH, when they are `SWING` frames apart, a place
is searched near the playhead that continues what is heard (see engine/match.py), and the grain jumps there in a
crossfade; where nothing continues it well enough yet, it stays and tries again a little later. In BEATS each slice
plays as it is, and is cut by the next; at a slower tempo its tail is repeated until the next one comes.

Everything happens at frames that follow from the grain alone, never from where a block ends.
"""

import math
from typing import Any

from liveengine.engine.kernel import grain as grains
from liveengine.engine.kernel import match, playhead, ramp, transients
from liveengine.engine.kernel.jit import inner
from liveengine.engine.kernel.transients import NONE
from liveengine.engine.kernel.work import Work
from liveengine.engine.layout import FRACTION_BITS, ONE_FRAME
from liveengine.engine.ops import Warp

FRACTION = ONE_FRAME - 1
RATE = 48_000  # frames per second for which the frames below are counted; at higher ones there are more of them ...
SCALE_MAX = 4  # ... up to so many times
BEATS = int(Warp.BEATS)
PACE_MAX = 4.0  # and its inverse: source frames per frame that the pitch asks for
TICK = 64  # frames between decisions, and between shares of a search
SHARES = 8  # of a search
RETRY = 448  # frames until the next search when nothing fits better than going on
SWING = 300  # frames between playhead and grain that call for a jump
STAY = 660  # frames apart from which on it must jump
LEAN = 240  # frames at most that a jump goes beyond the playhead, so that the drift swings around it
FADE, FADE_BEATS, FADE_LEAST = 768, 256, 128  # frames of a jump's crossfade
LEAD = 96  # frames before an attack at which the grain is brought to it ...
LEAD_FADE = 64  # ... and the crossfade to there
MARGIN = 32  # frames before an attack that belong to it
NEAREST = 16  # frames before an attack that a grain may still reach while it is brought to it
EARLY = 240  # frames that it is brought there earlier, at most, because it is ahead; further ahead it jumps back before
AFTER = 480  # frames after an attack that are not repeated
SPACING = 240  # frames that attacks are apart at least
REPEAT = 960  # frames of a slice's tail that are repeated at least
HORIZON = 1 << 16  # frames: further off does not matter yet
RESTS = -1
ASLEEP = 1 << 30  # frames: while the buffer simply plays


@inner
def read(work: Work, voice: Any, grain: Any, out: Any, row: int, first: int, wanted: int) -> tuple[int, int]:
    """Add the voice's next frames to two rows of the output; as `playhead.read`. RT-safe."""
    pace = pace_of(voice)
    grain.scale = min(max((work.header[0].rate + RATE // 2) // RATE, 1), SCALE_MAX)
    wanted = playhead.frames_before(voice.position, voice.step, voice.loop_end, wanted)
    if settled(voice, grain, pace):
        grain.share = RESTS
        grain.wait = ASLEEP
    else:
        grain.wait = TICK if grain.wait > RETRY else grain.wait  # it wakes on this very frame, however blocks are cut
        wanted = min(wanted, attend(work, voice, grain, pace))
    return grains.sound(work, voice, grain, pace, out, row, first, wanted)


@inner
def pace_of(voice: Any) -> int:
    """Return how far a grain moves per frame, in fixed point. RT-safe."""
    return math.floor(min(max(float(voice.pitch), 1.0 / PACE_MAX), PACE_MAX) * ONE_FRAME + 0.5)


@inner
def begin(voice: Any, grain: Any) -> None:
    """Start to hear the voice where its playhead is, and soon at the nearest whole frame. RT-safe."""
    grain.head = voice.position
    grain.tail = voice.position
    ramp.hold(grain.cross, 1.0)
    if voice.position & FRACTION != 0 and pace_of(voice) == ONE_FRAME:
        grains.jump(grain, (voice.position + ONE_FRAME // 2) & ~FRACTION, LEAD_FADE)  # needs no interpolation
    grain.anchor = -1
    grain.floor = -NONE
    grain.share = RESTS
    grain.wait = TICK
    grain.tried = 0


@inner
def settled(voice: Any, grain: Any, pace: int) -> bool:
    """Tell whether the buffer simply plays: as fast as it is, at its pitch, on time. RT-safe."""
    return voice.step == ONE_FRAME and pace == ONE_FRAME and on_time(voice, grain)


@inner
def on_time(voice: Any, grain: Any) -> bool:
    """Tell whether what is heard is what the playhead is at. RT-safe."""
    return grain.cross.left == 0 and -ONE_FRAME < grain.head - voice.position < ONE_FRAME


@inner
def attend(work: Work, voice: Any, grain: Any, pace: int) -> int:
    """Do what is due now; return how many frames pass before something else is. RT-safe."""
    left = until_attack(work, voice, grain, pace)
    if left == 0 and grain.cross.left == 0:
        strike(work, voice, grain, pace)
        left = until_attack(work, voice, grain, pace)
    grains.hasten(grain, left)
    if grain.wait == 0:
        tick(work, voice, grain, pace, left)
        left = until_attack(work, voice, grain, pace)  # the grain may be elsewhere now
        grains.hasten(grain, left)
    n = grain.wait
    if grain.cross.left > 0:
        n = min(n, grain.cross.left)
    return min(n, left) if left > 0 else n


@inner
def until_attack(work: Work, voice: Any, grain: Any, pace: int) -> int:
    """Return how many frames pass before the grain is brought to the next attack. RT-safe.

    A grain that is a little ahead is brought there so early that it does not reach the attack before.
    """
    here = voice.position >> FRACTION_BITS
    if grain.anchor <= here:
        grain.anchor = transients.next_after(work, voice, here)
    if grain.anchor - here > HORIZON:
        return HORIZON
    away = ((grain.anchor - here) << FRACTION_BITS) - (voice.position & FRACTION)
    away -= LEAD * grain.scale * voice.step + voice.step // 2
    left = max((away + voice.step - 1) // voice.step, 0)
    early = free(grain, pace) - LEAD_FADE * grain.scale
    return max(early, 0) if left - EARLY * grain.scale <= early < left else left


@inner
def strike(work: Work, voice: Any, grain: Any, pace: int) -> None:
    """Bring the grain to the next attack. RT-safe."""
    away = (grain.anchor << FRACTION_BITS) - voice.position
    frames = (away + voice.step // 2) // voice.step  # until it sounds
    to = voice.position + away - frames * pace
    if not -ONE_FRAME < to - grain.head < ONE_FRAME:
        grains.jump(grain, to, min(LEAD_FADE * grain.scale, frames))
    grain.floor = grain.anchor + AFTER * grain.scale
    grain.anchor = transients.next_after(work, voice, grain.anchor + SPACING * grain.scale - 1)
    grain.share = RESTS
    grain.wait = TICK


@inner
def tick(work: Work, voice: Any, grain: Any, pace: int, left: int) -> None:
    """Decide whether to search, search, or jump; the next attack comes in `left` frames. RT-safe."""
    grain.wait = TICK
    if grain.share == RESTS:
        consider(voice, grain, pace, left)
        return
    match.share(work, voice, grain)
    if grain.share == grain.shares:
        grain.share = RESTS
        leap(voice, grain, pace, left)


@inner
def fade_frames(voice: Any, grain: Any, pace: int) -> int:
    """Return the length of a jump's crossfade: shorter where the drift is fast. RT-safe."""
    if voice.warp == BEATS:
        return FADE_BEATS * grain.scale
    drift = max(abs(pace - voice.step), 1)
    return min(max((3 * SWING * ONE_FRAME // 2) // drift, FADE_LEAST), FADE) * grain.scale


@inner
def free(grain: Any, pace: int) -> int:
    """Return how many frames pass before the head is at the next attack; less than 0 behind it. RT-safe."""
    if grain.anchor - (grain.head >> FRACTION_BITS) > HORIZON:
        return HORIZON
    return (((grain.anchor - NEAREST * grain.scale) << FRACTION_BITS) - grain.head) // pace


@inner
def consider(voice: Any, grain: Any, pace: int, left: int) -> None:
    """Begin a search if the grain has drifted, or would play the next attack too early. RT-safe."""
    fade, least = fade_frames(voice, grain, pace), FADE_LEAST * grain.scale
    room = free(grain, pace)
    shares = SHARES
    urgent = room < left + LEAD_FADE * grain.scale and room < (SHARES + 1) * TICK + fade
    if urgent:
        shares = min(max((room - least) // TICK, 1), SHARES)
        if left < (shares + 1) * TICK:
            return
        grains.hasten(grain, shares * TICK)
    elif not drifted(voice, grain, pace) or left < SHARES * TICK + least or grain.cross.left > SHARES * TICK:
        return
    aim(voice, grain, pace, shares)
    bound(voice, grain, pace, left, shares * TICK, fade)
    away = abs(grain.old - grain.goal)
    if not urgent and voice.step != pace and away < STAY * grain.scale:  # it may just go on
        grain.best = grain.old
        grain.score = 1.0 - match.PULL * away / grain.scale


@inner
def drifted(voice: Any, grain: Any, pace: int) -> bool:
    """Tell whether playhead and grain will be far apart when a search that began now ends. RT-safe."""
    if voice.warp == BEATS:
        return False
    most = SWING * grain.scale * ONE_FRAME
    relative = pace - voice.step
    drift = grain.head - voice.position
    if abs(drift) > 3 * most or (relative == 0 and pace == ONE_FRAME):
        return drift != 0
    drift += relative * (SHARES * TICK)
    return (drift if relative > 0 else -drift) > most


@inner
def aim(voice: Any, grain: Any, pace: int, shares: int) -> None:
    """Begin a search for the place to jump to in `shares` ticks. RT-safe."""
    span = shares * TICK
    width = shares * (match.PLACES * match.COARSE) * grain.scale
    fade, lean = fade_frames(voice, grain, pace), LEAN * grain.scale
    beyond = min(max((pace - voice.step) * (span + fade) >> (FRACTION_BITS + 1), -lean), lean)
    grain.old = (grain.head + span * pace) >> FRACTION_BITS
    grain.goal = (voice.position + span * voice.step) >> FRACTION_BITS
    grain.low = grain.goal - beyond - width // 2
    grain.high = grain.low + width - 1
    if voice.warp == BEATS:
        grain.high = grain.old - REPEAT * grain.scale
        grain.low = grain.high - width
        grain.goal = grain.high - width // 2
    elif pace == ONE_FRAME and voice.step == ONE_FRAME:
        grain.low = grain.high = grain.goal
    grain.score = match.WORST
    grain.share = 0
    grain.shares = shares


@inner
def bound(voice: Any, grain: Any, pace: int, left: int, span: int, fade: int) -> None:
    """Keep a search off the attack before and the one `left` frames from now; the jump is in `span` frames. RT-safe."""
    lead = LEAD_FADE * grain.scale
    limit = grain.anchor - MARGIN * grain.scale - lead  # when the attack is due the head should be here at the most
    grain.low = max(grain.low, grain.floor)
    last = limit - ((min(left, HORIZON) - span) * pace >> FRACTION_BITS)
    if last < grain.low + lead:  # one jump will not do
        last = max(limit - ((span + 2 * fade) * pace >> FRACTION_BITS), grain.low + lead)
    grain.high = min(grain.high, last)
    grain.low = min(grain.low, grain.high)
    if voice.round == 0:
        grain.low = max(grain.low, 0)
        grain.high = max(grain.high, grain.low)
    grain.best = min(max(grain.goal, grain.low), grain.high)


@inner
def leap(voice: Any, grain: Any, pace: int, left: int) -> None:
    """Jump to the best place that was found, if that is not where the grain is anyway. RT-safe."""
    to = grain.head + ((grain.best - grain.old) << FRACTION_BITS)
    if pace == ONE_FRAME:
        on_time = voice.step == ONE_FRAME
        to = ((voice.position if on_time else to) + ONE_FRAME // 2) & ~FRACTION  # whole frames need no interpolation
    if -ONE_FRAME < to - grain.head < ONE_FRAME:
        grain.wait = RETRY
    elif left >= FADE_LEAST * grain.scale:
        grains.jump(grain, to, min(fade_frames(voice, grain, pace), left, free(grain, pace)))
