"""What each record does when it takes effect. Runs on: audio thread (RT-safe)."""

from typing import Any

from liveengine.engine.kernel import anchor, check, clips, drop, follow, overload, press, swap, waiting
from liveengine.engine.kernel.jit import inner, part
from liveengine.engine.kernel.launch import launch
from liveengine.engine.kernel.segment import fits
from liveengine.engine.kernel.strip import mixer
from liveengine.engine.kernel.voice import EVERYWHERE, step_of, stop_track
from liveengine.engine.kernel.waiting import ON_BEAT, ON_FRAME, ON_QUANTUM
from liveengine.engine.kernel.work import REFUSED, TOOK, Work, report_record
from liveengine.engine.layout import FADE_FRAMES, FADE_MIN, RAMP_MAX
from liveengine.engine.ops import Op, Reason, Refusal

PANIC, CANCEL = int(Op.PANIC), int(Op.CANCEL)
QUEUE_FULL = int(Refusal.QUEUE_FULL)
STOPPED_BY, PANICKED = int(Reason.STOP), int(Reason.PANIC)
EMPTY = int(Refusal.EMPTY)


@inner
def obstacle(work: Work, record: Any) -> int:
    """Return the Refusal for a record that made sense when it came and does no more, or OBEY. RT-safe."""
    if (record.op == check.LAUNCH or record.op == check.CLIP) and not fits(work, record):
        return check.SEGMENT
    if record.op == check.PRESS and not clips.filled(work, record.track, record.slot):
        return EMPTY
    return check.OBEY


@inner
def obey(work: Work, record: Any, frame: int, late: int) -> None:
    """Let a record take effect at `frame`, `late` frames after it was wanted. RT-safe.

    A PRESS or FOLLOW leaves the launch or stop that comes of it in the last place of the queue.
    """
    op = record.op
    if op == check.FOLLOW:
        follow.take(work, record, frame)
        return
    refusal = obstacle(work, record)
    if refusal != check.OBEY:
        report_record(work, REFUSED, record, frame, refusal)
        return
    if op == check.SWAP and not at_seam(work, record, frame):
        return
    report_record(work, TOOK, record, frame, op)
    if op == check.LAUNCH:
        drop.forget(work, record.track, 0)
        launch(work, record, frame, late)
        swap.lapse(work, swap.GONE, frame)
        follow.begin(work, record, frame)
        press.again(work, record, frame)
        work.bank.changed = 1  # a STOP that waits may mean what plays now
    elif op == check.STOP:
        drop.forget(work, record.track, record.slot)
        stop_track(work, record.track, record.slot, STOPPED_BY, fade_frames(record.ramp))
        swap.lapse(work, swap.GONE, frame)
    elif op == check.PRESS:
        press.press(work, record, frame)
    elif op == PANIC:
        panic(work, frame)
    elif op == CANCEL:
        drop.cancel(work, record, frame)
    elif op == check.TEMPO or op == check.LOCATE or op == check.RUN:
        transport(work, record, frame)
    else:
        settings(work, record, frame)


@part
def settings(work: Work, record: Any, frame: int) -> None:
    """Let a record of the clips or of the mixer take effect. RT-safe."""
    op = record.op
    if op == check.CLIP_GAIN:
        clips.gain(work, record)
    elif op == check.CLIP or op == check.UNCLIP:
        clips.define(work, record)
    elif op == check.SWAP or op == check.WARP:
        swap.obey(work, record, frame)
    elif op == check.SHED:
        overload.obey(work, record)
    else:
        mixer(work, record)


@part
def at_seam(work: Work, record: Any, frame: int) -> bool:
    """Tell whether a SWAP is due now; else it waits for its seam, in place of an older one, or has none. RT-safe."""
    due = swap.seam_frame(work, record, frame)
    if due > frame:
        swap.lapse(work, swap.find(work, record), frame)
        record.waits = ON_FRAME
        record.due = due
        waiting.add(work, record, frame)
    return due == frame


@inner
def fade_frames(wanted: int) -> int:
    """Return the length of a fade that a record asks for. RT-safe."""
    return FADE_FRAMES if wanted <= 0 else min(max(wanted, FADE_MIN), RAMP_MAX)


@inner
def panic(work: Work, frame: int) -> None:
    """Let everything fade and nothing come any more. RT-safe."""
    stop_track(work, EVERYWHERE, 0, PANICKED, FADE_FRAMES)
    drop.everything(work, frame)
    for t in range(work.clips.shape[0]):
        work.strips[t].held = 0


@part
def transport(work: Work, record: Any, frame: int) -> None:
    """Move the anchor, and with it everything that waits and every voice that follows the tempo. RT-safe."""
    bank = work.bank
    beat = anchor.beat_at(bank, frame)
    if record.op == check.TEMPO:
        anchor.move(bank, frame, beat, record.value, bank.running)
        for n in range(bank.active):
            voice = work.voices[n]
            voice.step = step_of(voice, record.value)
    elif record.op == check.LOCATE:
        anchor.move(bank, frame, record.value, bank.frames_per_beat, bank.running)
    else:
        anchor.move(bank, frame, beat, bank.frames_per_beat, int(record.value))
    for n in range(bank.queued):
        entry = work.waiting[n]
        if entry.waits == ON_QUANTUM or entry.waits == ON_BEAT:
            other = work.queue[entry.place]
            if record.op != check.TEMPO:
                relocate(work, other, entry.waits, beat, frame)
                waiting.touch(work, entry.place)
            entry.due = max(anchor.frame_of(bank, other.beat), frame)
        elif entry.op == check.SWAP and work.queue[entry.place].frame <= frame:
            entry.due = frame  # its seam has moved: it looks for it
    waiting.settle(work)


@inner
def relocate(work: Work, record: Any, waits: int, beat: float, frame: int) -> None:
    """Give a record its beat after the transport moved on from `beat`: the next boundary, or as far away. RT-safe."""
    if waits == ON_QUANTUM:
        record.beat = anchor.boundary(work.bank, frame, record.quantum)
    elif record.op == check.FOLLOW:
        record.beat += anchor.beat_at(work.bank, frame) - beat
