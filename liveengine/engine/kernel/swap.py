"""Other samples, or another way to read them, while a clip plays. Runs on: audio thread (RT-safe).

Where the sound would jump, the voice's twin goes on in the new way and fades in, while the voice itself fades out under
a token of the kernel's own.
"""

import math
from typing import Any

from liveengine.engine.kernel import check, drop, ramp, stretch, waiting
from liveengine.engine.kernel.jit import inner
from liveengine.engine.kernel.launch import place, read_from
from liveengine.engine.kernel.segment import fits
from liveengine.engine.kernel.voice import step_of
from liveengine.engine.kernel.work import CANCELLED, Work, report_record, report_voice
from liveengine.engine.layout import FADE_FRAMES, FRACTION_BITS, ONE_FRAME
from liveengine.engine.ops import Happened, Op, Reason, VoiceState, Warp

PLAYING, STOPPING = int(VoiceState.PLAYING), int(VoiceState.STOPPING)
REPITCH, REPLACED, SWAPPED = int(Warp.REPITCH), int(Reason.REPLACED), int(Happened.SWAPPED)
LAUNCH, WARP = int(Op.LAUNCH), int(Op.WARP)
GONE = -1
TWINS = 1 << 61  # tokens of launches that the kernel makes are nearer to 0


@inner
def meant(record: Any, track: int, slot: int) -> bool:
    """Tell whether a record means this track and slot; negative tracks and slot 0 mean all. RT-safe."""
    return (record.track < 0 or record.track == track) and (record.slot <= 0 or record.slot == slot)


@inner
def find(work: Work, record: Any) -> int:
    """Return the voice that plays what a record means (`value`: the one with that token), or GONE. RT-safe."""
    for n in range(work.bank.active):
        voice = work.voices[n]
        here = voice.state == PLAYING and meant(record, voice.track, voice.slot)
        if here and (record.value == 0.0 or voice.token == record.value):
            return n
    return GONE


@inner
def twin(work: Work, n: int, frame: int) -> int:
    """Let voice n fade out and its like fade in; return that one's index, GONE if there is no place. RT-safe."""
    token = work.voices[n].token
    index = place(work, frame)
    old = GONE
    for k in range(index):
        if work.voices[k].state == PLAYING and work.voices[k].token == token:
            old = k
    if old == GONE:  # the place was its own
        work.bank.active -= 1
        return GONE
    work.voices[index] = work.voices[old]
    work.grains[index] = work.grains[old]
    work.bank.twins += 1
    work.voices[old].token = -TWINS - work.bank.twins
    work.voices[old].state = STOPPING
    work.voices[old].reason = REPLACED
    ramp.aim(work.voices[old].fade, 0.0, FADE_FRAMES)
    ramp.hold(work.voices[index].fade, 0.0)
    ramp.aim(work.voices[index].fade, 1.0, FADE_FRAMES)
    return index


@inner
def until_seam(voice: Any) -> int:
    """Return how many frames pass before a loop has come round; 0 if it just did. RT-safe."""
    if 0 <= voice.position - (voice.loop_start << FRACTION_BITS) < voice.step:
        return 0
    return ((voice.loop_end << FRACTION_BITS) - voice.position + voice.step - 1) // voice.step


@inner
def seam_frame(work: Work, record: Any, frame: int) -> int:
    """Return the frame at which a SWAP is due as things stand; GONE, and a report, if it never is. RT-safe."""
    n = find(work, record)
    if n == GONE or work.voices[n].loop_start < 0 or record.loop_end <= record.loop_start or not fits(work, record):
        report_record(work, CANCELLED, record, frame, record.op)
        return GONE
    return frame + until_seam(work.voices[n])


@inner
def lapse(work: Work, n: int, frame: int) -> None:
    """Drop the SWAPs that wait for the seam of voice n (GONE: none), or of a voice that plays no more. RT-safe."""
    if work.bank.swaps == 0:
        return
    k = work.bank.queued - 1
    while k >= 0:
        if k < work.bank.queued and lapsed(work, work.waiting[k], n, frame):
            drop.let_go(work, k, frame)
        else:
            k -= 1


@inner
def lapsed(work: Work, entry: Any, n: int, frame: int) -> bool:
    """Tell whether an entry is one of those; what waits for its exact frame has not looked for its seam. RT-safe."""
    if entry.op != check.SWAP or entry.waits != waiting.ON_FRAME or entry.due <= frame:
        return False
    record = work.queue[entry.place]
    if record.frame > frame:
        return False
    found = find(work, record)
    return found == GONE or found == n


@inner
def obey(work: Work, record: Any, frame: int) -> None:
    """Let a WARP, or a SWAP at its seam, take effect. RT-safe."""
    if record.op == WARP:
        warp(work, record, frame)
    else:
        swap(work, record, frame)


@inner
def swap(work: Work, record: Any, frame: int) -> None:
    """Let a voice at its loop's seam go on with a SWAP's buffer and loop, at the same phase. RT-safe."""
    n = twin(work, find(work, record), frame)
    if n == GONE:
        return
    voice = work.voices[n]
    beyond = voice.position - (voice.loop_start << FRACTION_BITS)
    scale = (record.loop_end - record.loop_start) / (voice.loop_end - voice.loop_start)
    read_from(voice, work.segments[record.segment], record)
    voice.segment = record.segment
    voice.lost = 0
    voice.round = 1
    voice.step = step_of(voice, work.bank.frames_per_beat)
    beyond = math.floor(beyond * scale)
    if voice.step == ONE_FRAME:
        beyond = (beyond + ONE_FRAME // 2) & ~(ONE_FRAME - 1)  # whole frames need no interpolation
    length = (voice.loop_end - voice.loop_start) << FRACTION_BITS
    voice.position = (voice.loop_start << FRACTION_BITS) + min(beyond, length - 1)
    stretch.begin(voice, work.grains[n])
    report_voice(work, SWAPPED, voice, frame, 0)


@inner
def warp(work: Work, record: Any, frame: int) -> None:
    """Let what plays or waits follow the tempo in another way, in another tier, at another pitch. RT-safe."""
    for n in range(work.bank.active):
        voice = work.voices[n]
        if voice.state == PLAYING and meant(record, voice.track, voice.slot):
            bend(work, n, record, frame)
    for n in range(work.bank.queued):
        entry = work.waiting[n]
        if entry.op == LAUNCH and meant(record, entry.track, entry.slot):
            other = work.queue[entry.place]
            waiting.touch(work, entry.place)
            other.warp = record.warp
            other.tier = record.tier
            other.pitch = record.pitch


@inner
def bend(work: Work, n: int, record: Any, frame: int) -> None:
    """Let voice n be read in another way from here on. RT-safe."""
    before = work.voices[n].warp
    if before != REPITCH and record.warp == REPITCH and not stretch.on_time(work.voices[n], work.grains[n]):
        n = twin(work, n, frame)
        if n == GONE:
            return
    voice = work.voices[n]
    voice.warp = record.warp
    voice.tier = record.tier
    voice.lost = 0
    voice.pitch = record.pitch
    voice.step = step_of(voice, work.bank.frames_per_beat)
    if before == REPITCH:
        stretch.begin(voice, work.grains[n])
