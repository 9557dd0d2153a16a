"""Pre-listening: a stem on the cue bus, in the session's tempo and key, before it has a slot. Runs on: event loop.

The audition strip lives in the engine beside the tracks; master, tracks and recordings hear nothing of it.
"""

import itertools

from pydantic import BaseModel, Field

from liveengine.command import Quantum, StemId, command
from liveengine.engine.engine import Snapshot
from liveengine.engine.ops import Op
from liveengine.engine.streams.channels import cue_at
from liveengine.errors import Superseded
from liveengine.session import fit
from liveengine.session.buffers import Buffer, Buffers
from liveengine.session.clip import Clip
from liveengine.session.clips import Clips
from liveengine.session.core import Core
from liveengine.session.heard import heard, sounding_key
from liveengine.stems.library import Library
from liveengine.stems.model import Stem

SLOT = 1  # of the audition strip; the metronome has another one
NONE = 0  # as a stem


class Auditioned(BaseModel):
    """What is listened to, and how."""

    stem: int
    name: str
    beat: float = Field(description="the session's beat at which it begins")
    speed: float = Field(description="how many times as fast as it was recorded")
    semitones: float = Field(description="by how much it is transposed")
    key: str | None = Field(description="the key in which it is heard; none where that is unknown")
    warp: str = Field(description="how it follows the tempo")
    heard: str = Field(description="where: the cue outputs, or that the device has none")


class Audition:
    """Plays one stem at a time on the cue bus."""

    def __init__(self, core: Core, library: Library, buffers: Buffers, clips: Clips) -> None:
        self._core = core
        self._library = library
        self._buffers = buffers
        self._clips = clips
        self._numbers = itertools.count(1)
        self._newest = 0
        self._held: int | None = None  # the segment that is kept for what is listened to
        self._token = 0  # of its launch
        self._known = 0  # the count of blocks from which on a snapshot tells of the launch
        self._stem = NONE

    @command("/cue/audition")
    async def audition(self, stem: StemId, quantum: Quantum | None = None) -> Auditioned:
        """Listen to a stem on the cue bus, in the session's tempo, and in its key or in that of what plays.

        A loop begins at the next boundary of the quantum (the session's, if none is named) while the transport runs; a
        one-shot, and all while it stands, at once. What was listened to before ends then.
        """
        mine = self._newest = next(self._numbers)
        found = await self._library.get(stem)
        self._library.taste.touched(stem)
        buffer = await self._buffers.hold(found)
        try:
            wanted = await sounding_key(self._core, self._library) if found.category in fit.TONAL else None
        except BaseException:
            self._buffers.let_go(buffer.segment)
            raise
        if mine != self._newest:
            self._buffers.let_go(buffer.segment)
            raise Superseded(f"another stem was asked for while {found.title!r} was loading")
        return self._play(found, buffer, wanted, quantum)

    @command("/cue/stop")
    def stop(self) -> None:
        """End what is listened to on the cue bus, at once; the tracks' cue switches stay."""
        self._newest = next(self._numbers)
        track = self._core.engine.tracks
        self._core.push(Op.CANCEL, track=track, slot=SLOT)
        self._core.push(Op.STOP, track=track, slot=SLOT)

    @command("/cue/stem", query=True)
    def stem(self) -> int:
        """The stem that is listened to on the cue bus or waits to be; 0 = none."""
        return self._stem

    def watch(self, snapshot: Snapshot) -> None:
        """Take note that what was listened to is over; called with each look at the engine."""
        view = snapshot.audition
        playing = {view.playing_token, view.queued_token}
        if self._stem == NONE or self._token in playing or self._core.waiting or snapshot.committed < self._known:
            return
        self._let_go()
        self._tell(NONE)

    def _play(self, stem: Stem, buffer: Buffer, key: str | None, quantum: float | None) -> Auditioned:
        core = self._core
        fitted = fit.fit(stem, buffer.frames, core.engine.rate, core.model.tempo)
        clip = self._tuned(stem, self._clips.prepare(stem, buffer, fitted), key)
        snapshot = core.engine.snapshot()
        grid = core.model.quantum if quantum is None else quantum
        if not snapshot.running or (quantum is None and not clip.round):
            grid = 0.0
        try:
            token = core.push(
                Op.LAUNCH, track=core.engine.tracks, slot=SLOT, quantum=grid, **clip.fields(core.engine.rate)
            )
        except BaseException:
            self._buffers.let_go(buffer.segment)
            raise
        self._let_go()
        self._held, self._token = buffer.segment, token
        self._known = int(core.engine.memory.header["committed"][0]) + 2  # the block that runs now does not know it
        self._tell(stem.id)
        beat = -(-snapshot.beat() // grid) * grid if grid else snapshot.beat()
        return self._said(stem, clip, beat)

    def _tuned(self, stem: Stem, clip: Clip, key: str | None) -> Clip:
        """Return the clip transposed into a key; what would only be repitched is stretched for that."""
        semitones = fit.transposed(stem, "stretch", key)
        if semitones and clip.beats:
            clip.warp = "stretch" if clip.warp == "repitch" else clip.warp
            clip.semitones = semitones
        clip.mode, clip.choke, clip.follow_beats = "trigger", 0, 0.0
        return clip

    def _said(self, stem: Stem, clip: Clip, beat: float) -> Auditioned:
        engine = self._core.engine
        how = heard(clip, stem, self._core.model.tempo, engine.rate)
        return Auditioned(
            stem=stem.id, name=stem.title, beat=beat, speed=how.speed, semitones=how.semitones,
            key=how.key, warp=how.warp, heard=cue_at(int(engine.memory.header["outputs"][0])),
        )  # fmt: skip

    def _let_go(self) -> None:
        if self._held is not None:
            self._buffers.let_go(self._held)
            self._held = None

    def _tell(self, stem: int) -> None:
        if stem != self._stem:
            self._stem = stem
            self._core.changed("/cue/stem", stem)
