"""What is prepared for one clip that mutates: the next variations, and when they are due. Runs on: event loop."""

import hashlib
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from liveengine.fabrik.mutating import KindName
from liveengine.session.clip import Clip, Mutation
from liveengine.session.model import Mutating
from liveengine.session.steering import MUTATED
from liveengine.units import frames_per_beat

AHEAD = 2  # variations that are ready before they are due
BAR = 4.0  # beats
EARLY = 0.02  # of a round: so long after a variation began the next one may be asked for
BY_HAND = 0.5  # the amount of a step while the fader is at 0
SLACK_S = 0.1  # so long after the seam it is late
TRIES = 3  # of a step by hand
FIRST_S, LONGEST_S = 1.0, 30.0  # before what failed is tried again; twice as long each time

Place = tuple[int, int]  # track, slot; counted from 1


class Source(NamedTuple):
    """What variations are made of: frames `start` to `end` of a segment."""

    segment: int
    key: int
    start: int
    end: int
    crossfade: int  # frames
    tempo: float  # of the variant that it is; 0 = the original
    semitones: float


class Terms(NamedTuple):
    """In which way they are made."""

    kind: KindName
    amount: float
    style: int
    seed: int


def source_of(clip: Clip, rate: int) -> Source:
    """Return what a clip sounds like when it does not mutate."""
    if clip.variant is not None and clip.round:
        variant = clip.variant
        return Source(variant.segment, variant.key, 0, variant.frames, 0, variant.tempo, variant.semitones)
    end = clip.loop_end if clip.round else clip.frames
    return Source(clip.segment, clip.key, clip.loop_start, end, clip.crossfade_frames(rate), 0.0, 0.0)


def terms_of(mutating: Mutating, amount: float) -> Terms:
    """Return the way in which a track mutates, at an amount."""
    return Terms(mutating.kind, amount, mutating.style, mutating.seed)


@dataclass
class Line:
    """One clip's variations to come."""

    clip: Clip
    mark: int  # of the clip, when it began
    source: Source
    terms: Terms
    rate: int  # frames per second
    step: int  # of the next that is made
    due: int  # frame from which on the next one may be asked for
    late: int  # frame at which it should have begun
    ready: deque[Mutation] = field(default_factory=deque)
    by_hand: float | None = None  # the amount of a step that was asked for by hand and is not taken yet
    stays: bool = False  # what was taken last was asked for by hand: it has its time, whatever the terms are
    told: bool = False  # that it is late
    failures: int = 0  # in a row
    resting: float = 0.0  # the event loop's time until which nothing is tried

    @property
    def wants(self) -> bool:
        """Return whether one more should be made: as many as shall be ready are of these terms."""
        return self.fresh < (AHEAD if self.by_hand is None else 1)

    @property
    def fresh(self) -> int:
        """Return how many of those that are ready are of these terms."""
        return sum(made.terms == self.terms for made in self.ready)

    @property
    def outdated(self) -> bool:
        """Return whether what the clip is now was made on other terms, and one of these is ready."""
        mine = self.clip.mutation
        if mine is None or mine.terms == self.terms or self.stays:
            return False
        return bool(self.ready) and self.ready[0].terms == self.terms

    @property
    def next_step(self) -> int:
        """Return the number of the next variation of these terms."""
        return next((made.step for made in self.ready if made.terms == self.terms), self.step)

    def ask(self, terms: Terms, frame: int) -> None:
        """Prepare one step on terms of its own, for the next seam behind a frame."""
        self.by_hand, self.stays, self.failures = terms.amount, False, 0
        self.change(terms, frame)

    def take(self, due: int, terms: Terms) -> Mutation:
        """Return the variation that is next; the one after it is due at frame `due` at the latest, on these terms."""
        made = self.ready.popleft()
        self.due, self.stays = due, False
        if self.by_hand is not None and made.terms == self.terms:
            self.stays, self.by_hand = made.terms != terms, None
            self.terms = terms
        return made

    def change(self, terms: Terms, now: int) -> None:
        """Prepare on other terms from frame `now` on; what is ready serves until there is something new."""
        self.terms, self.due, self.resting, self.stays = terms, min(self.due, now), 0.0, False

    def add(self, made: Mutation) -> list[Mutation]:
        """Take one that is made; return those that it makes needless."""
        needless = [old for old in self.ready if old.terms != self.terms] if made.terms == self.terms else []
        for old in needless:
            self.ready.remove(old)
        self.ready.append(made)
        return needless

    def began(self, frame: int, bars: int, tempo: float) -> None:
        """Take note of the frame at which the clip's newest variation began; another one shall after `bars`."""
        length = self.round_frames(tempo)
        rounds = max(1.0, -(-bars * BAR // self.clip.beats)) if bars and self.clip.beats else 1.0
        self.due = round(frame + (rounds - 1.0 + EARLY) * length)
        self.late = round(frame + rounds * length + SLACK_S * self.rate)
        self.told = False

    def wait(self, frame: int, tempo: float) -> None:
        """Take note that the clip does not play yet: its first variation shall begin within a round and a bar."""
        self.late = round(frame + self.round_frames(tempo) + BAR * frames_per_beat(tempo, self.rate))

    def fail(self, now: float) -> None:
        """Take note that a variation could not be made, at the event loop's time `now`.

        A step by hand is given up after TRIES in a row of its own.
        """
        self.resting = now + min(LONGEST_S, FIRST_S * 2.0 ** min(self.failures, 10))
        self.failures += 1
        if self.failures >= TRIES:
            self.by_hand = None  # the settings of the track count again

    def round_frames(self, tempo: float) -> float:
        """Return how long the clip's loop lasts at a tempo, in frames."""
        if self.clip.beats:
            return self.clip.beats * frames_per_beat(tempo, self.rate)
        return float(self.source.end - self.source.start)

    def key(self) -> int:
        """Return a number for the next variation; the same one for every daemon, and never that of another clip."""
        made_of = repr((self.source, self.terms, self.step)).encode()
        rest = int.from_bytes(hashlib.blake2b(made_of, digest_size=4).digest()) >> 1
        return MUTATED - 1 - (self.mark << 32) - rest


def begin(clip: Clip, source: Source, terms: Terms, frame: int, tempo: float, rate: int) -> Line:  # noqa: PLR0917
    """Return the line of a clip that begins to mutate at a frame; what it is already counts as a step."""
    step = clip.mutation.step + 1 if clip.mutation is not None else 1
    made = Line(clip, clip.mark, source, terms, rate, step, due=frame, late=frame)
    made.wait(frame, tempo)
    return made
