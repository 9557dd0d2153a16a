"""Mutation at the doors: how far, how and how often clips become variations of themselves. Runs on: event loop."""

from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, Field

from liveengine.command import Accepted, Track, command
from liveengine.errors import EmptySlot, NotFound
from liveengine.fabrik.mutating import KindName, keep
from liveengine.session import fit
from liveengine.session.clip import Clip, Mutation
from liveengine.session.core import Core
from liveengine.session.line import BY_HAND
from liveengine.session.mutations import Mutations
from liveengine.session.room import Room
from liveengine.session.steering import Steering
from liveengine.session.warming import Warming
from liveengine.stems.library import Library

Amount = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, description="0 = as it is, 1 = as far as it goes")]
Bars = Annotated[int, Field(ge=0, le=256, description="bars; 0 = each time the loop goes round")]
Style = Annotated[int, Field(ge=0, le=2**63 - 1, description="stem; 0 = none")]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1, description="another seed, other variations")]
_MEANS = ("amount", "kind", "style")  # what decides whether a variation is possible


class Step(BaseModel):
    """Which variation comes."""

    track: int
    slot: int
    step: int = Field(description="how many came before it, and itself")
    amount: float


class State(BaseModel):
    """What a track's mutation is doing."""

    amount: float
    kind: str
    bars: int
    style: int
    seed: int
    slot: int = Field(description="the slot that plays; 0 = none")
    heard: str = Field(description="how what plays was made: walk, style, slices or grains; empty = it is the original")
    step: int = Field(description="of what plays; 0 = it is the original")
    model: str = Field(description="the model that it was made with; empty = by signal processing")
    ahead: int = Field(description="variations that are ready")
    made: int = Field(description="variations of all tracks since the daemon began")
    seconds: float = Field(description="that the newest of them took to be ready")


class Mutate:
    """The fader, and what belongs to it."""

    def __init__(  # noqa: PLR0917
        self, core: Core, library: Library, mutations: Mutations, steering: Steering, room: Room, warming: Warming
    ) -> None:
        self._core = core
        self._library = library
        self._mutations = mutations
        self._steering = steering
        self._room = room
        self._warming = warming

    @command("/track/{track}/mutation")
    def amount(self, track: Track, value: Amount | None = None) -> float:
        """How far what a track plays moves away from itself, variation by variation: 0 = not at all, 1 = the farthest.

        The next one comes when the loop goes round, of a one-shot with its next launch; 0 brings the original back.
        """
        return float(self._set(track, "amount", "", value))

    @command("/track/{track}/mutation/kind")
    def kind(self, track: Track, value: KindName | None = None) -> str:
        """How variations are made: walk (through a taught model), style, slices, grains, or auto: what fits best."""
        return str(self._set(track, "kind", "/kind", value))

    @command("/track/{track}/mutation/bars")
    def bars(self, track: Track, value: Bars | None = None) -> int:
        """How many bars each variation plays, whole rounds of the loop; 0 = one round."""
        return int(self._set(track, "bars", "/bars", value))

    @command("/track/{track}/mutation/style")
    async def style(self, track: Track, value: Style | None = None) -> int:
        """The stem whose timbre the kind style gives to what a track plays; 0 = none."""
        if value:
            await self._library.get(value)
        return int(self._set(track, "style", "/style", value))

    @command("/track/{track}/mutation/seed")
    def seed(self, track: Track, value: Seed | None = None) -> int:
        """The number from which variations are made: the same one gives the same ones again."""
        return int(self._set(track, "seed", "/seed", value))

    @command("/track/{track}/mutate")
    def mutate(self, track: Track, amount: Amount | None = None) -> Step:
        """Go one variation on when what a track plays goes round next: by an amount, whatever the fader says.

        Without one as far as the fader, or half the way where that is at 0, and it then stays until the next step.
        """
        slot, _ = self._playing(track)
        self._mutations.check(track, self._core.track(track).mutation)
        given = (self._core.track(track).mutation.amount or BY_HAND) if amount is None else amount
        return Step(track=track, slot=slot, step=self._mutations.step(track, slot, given), amount=given)

    @command("/track/{track}/mutation/keep", role="arrange")
    async def keep(self, track: Track) -> Accepted:
        """Keep the variation that plays now as a stem of the library, with what it was made of and how."""
        slot, clip = self._playing(track)
        heard = self._steering.reading(track, slot)
        if not isinstance(heard, Mutation) or (heard.step and not heard.amount):
            raise NotFound(f"track {track} plays no variation: turn up /track/{track}/mutation first")
        with self._room.kept(heard.segment):
            facts = await self._facts(clip, heard)
            engine = self._core.engine
            return await keep(self._library, engine.segments.view(heard.segment), engine.rate, facts)

    @command("/track/{track}/mutation/state", query=True)
    def state(self, track: Track) -> State:
        """The mutation of a track at once: its settings, what is heard of it, how many variations are ready."""
        strip = self._core.track(track)
        slot = strip.playing
        heard = self._steering.reading(track, slot) if slot and strip.slots[slot - 1].clip is not None else None
        told = heard if isinstance(heard, Mutation) else None
        terms = strip.mutation
        return State(
            amount=terms.amount, kind=terms.kind, bars=terms.bars, style=terms.style, seed=terms.seed, slot=slot,
            heard=told.kind if told else "", step=told.step if told else 0, model=told.model if told else "",
            ahead=self._mutations.ahead(track, slot), made=self._mutations.made,
            seconds=round(self._mutations.seconds, 4),
        )  # fmt: skip

    def _set(self, track: int, name: str, address: str, value: Any) -> Any:
        terms = self._core.track(track).mutation
        if value is not None:
            if (wanted := replace(terms, **{name: value})).amount and name in _MEANS:
                self._mutations.check(track, wanted)
            setattr(terms, name, value)
            if name == "amount" and not value:
                self._mutations.restore(track)  # what else changes is taken over with the next look
            self._warming.touch(track)
            self._core.changed(f"/track/{track}/mutation{address}", value)
        return getattr(terms, name)

    def _playing(self, track: int) -> tuple[int, Clip]:
        """Return what a track plays, or waits to play."""
        strip = self._core.track(track)
        slot = strip.playing or strip.queued
        clip = strip.slots[slot - 1].clip if slot else None
        if clip is None:
            raise EmptySlot(f"track {track} plays nothing; launch a clip first, or mutate a stem: /stem/12/mutate")
        return slot, clip

    async def _facts(self, clip: Clip, heard: Mutation) -> dict[str, Any]:
        """Return what is known of a variation."""
        stem, rate = await self._library.get(clip.stem), self._core.engine.rate
        tempo = 60.0 * rate * clip.beats / heard.frames if clip.beats and clip.round else None
        return {
            "stem": clip.stem, "title": clip.name, "category": clip.category, "bpm": tempo,
            "bars": clip.beats / fit.BEATS_PER_BAR if tempo else None, "loop": clip.round,
            "key": fit.moved(stem.key, heard.semitones) if stem.key else None,
            "kind": heard.kind, "amount": heard.amount, "seed": heard.seed, "step": heard.step, "style": heard.style,
            "model": heard.model, "checksum": heard.checksum, "latent": heard.latent,
        }  # fmt: skip
