"""Searches that begin with what sounds: what fits it, and what is like it. Runs on: event loop."""

import secrets
from typing import Annotated

from pydantic import Field

from liveengine.command import Prompt, command
from liveengine.errors import BadAudio
from liveengine.session.core import Core
from liveengine.session.record import Recording
from liveengine.stems.columns import Filter
from liveengine.stems.commands import Answered, Category, Found, Similarity, TopK, answered, found_of
from liveengine.stems.fitting import Playing
from liveengine.stems.library import Library
from liveengine.stems.mixing import Mix

Heard = Annotated[float, Field(gt=0, le=60, allow_inf_nan=False, description="seconds of the master, up to now")]


class Context:
    """Tells the library what plays, and asks it what belongs to it."""

    def __init__(self, core: Core, library: Library, recording: Recording) -> None:
        self._core = core
        self._library = library
        self._recording = recording

    def playing(self) -> Playing:
        """Return tempo, key and stems of the session as they are now."""
        model = self._core.model
        clips = [track.slots[track.playing - 1].clip for track in model.tracks if track.playing]
        stems = tuple(dict.fromkeys(clip.stem for clip in clips if clip is not None))
        return Playing(model.tempo, model.key, stems)

    @command("/stems/fitting", query=True)
    async def fitting(
        self, prompt: Prompt | None = None, top_k: TopK = 10, category: Category | None = None
    ) -> list[Found]:
        """Find stems that fit what is playing: in key, in time, where the spectrum is free, dense over sparse."""
        found = await self._library.fitting(self.playing(), prompt, top_k, category)
        self._library.answered("/stems/fitting", {"prompt": prompt, "top_k": top_k, "category": category}, found)
        return [found_of(match) for match in found]

    @command("/stems/hear")
    async def hear(
        self,
        seconds: Heard = 5.0,
        prompt: Prompt | None = None,
        top_k: TopK = 10,
        category: Category | None = None,
        min_similarity: Similarity = 0.0,
    ) -> Answered:
        """Find stems like what the master has just played, during so many seconds up to now."""
        path = self._library.staging / f"heard-{secrets.token_hex(8)}.wav"
        try:
            await self._recording.save(path, seconds)
            wanted = Filter(self._library.category(category))
            found = await self._library.mix(Mix(prompt, file=path), top_k, wanted, min_similarity)
        except BadAudio as error:
            raise BadAudio(f"nothing was heard in the last {seconds:g} s: play something first") from error
        finally:
            path.unlink(missing_ok=True)
        return answered(found)
