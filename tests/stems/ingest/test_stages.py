"""Whose fault it is: a file's harms that file, the model's ends the job and harms none."""

from pathlib import Path

import numpy as np
import pytest

from liveengine.bus import Bus
from liveengine.config import Config
from liveengine.errors import BadAudio, JobFailure, LiveEngineError, ModelMissing
from liveengine.jobs.pool import Pool
from liveengine.stems.embed import Sound
from liveengine.stems.library import Library
from liveengine.stems.vectors import Floats
from tests.stems.conftest import Tone
from tests.stems.successor import Successor


class Deaf(Successor):
    """A model that hears no sound."""

    def __init__(self, error: LiveEngineError) -> None:
        super().__init__()
        self.error: LiveEngineError | None = error
        self.heard: list[Floats] = []

    async def warm(self) -> None:
        return None

    async def audio(self, sound: Sound) -> Floats:
        if self.error is not None:
            raise self.error
        return await super().audio(sound)

    async def votes(self, vector: Floats) -> dict[str, float]:
        self.heard.append(vector)
        return {"atmo": 1.0}


@pytest.mark.parametrize("error", [JobFailure("the model died"), ModelMissing("the model changed")])
async def test_a_fault_of_the_model_ends_the_job_and_puts_no_file_aside(
    tmp_path: Path, settings: Config, tone: Tone, error: LiveEngineError
) -> None:
    for number in range(3):
        tone(tmp_path / "kit" / f"{number}.wav", 100 + 50 * number)
    async with Pool(1) as pool:
        deaf = Deaf(error)
        library = await Library.open(tmp_path / "library", settings, pool, Bus(), deaf)
        job = await library.queue.wait(await library.ingest([tmp_path / "kit"]))
        assert (job.state, job.code, job.error) == ("failed", error.code, str(error))
        assert await library.db.reading.quarantine(10, 0) == []
        assert list(library.staging.iterdir()) == []
        deaf.error = None  # mended: what was begun is gone on with
        await library.queue.retry(job.id)
        job = await library.queue.wait(job.id)
        assert job.result["added"] == 3
        await library.close()


async def test_a_file_that_the_model_cannot_read_is_put_aside(tmp_path: Path, settings: Config, tone: Tone) -> None:
    async with Pool(1) as pool:
        library = await Library.open(tmp_path / "library", settings, pool, Bus(), Deaf(BadAudio("too strange")))
        job = await library.queue.wait(await library.ingest([tone(tmp_path / "one.wav")]))
        assert job.result["quarantined"] == 1
        await library.close()


async def test_what_was_put_aside_of_a_file_goes_when_it_is_mended(
    tmp_path: Path, settings: Config, tone: Tone
) -> None:
    path = tmp_path / "one.wav"
    path.write_text("<!doctype html>")
    async with Pool(1) as pool:
        library = await Library.open(tmp_path / "library", settings, pool, Bus())
        aside = library.root / "processed_database" / "quarantine"
        await library.queue.wait(await library.ingest([path]))
        assert len(list(aside.iterdir())) == 2  # the copy and the reason
        tone(path)
        job = await library.queue.wait(await library.ingest([path]))
        assert job.result["added"] == 1
        assert await library.db.reading.quarantine(10, 0) == []
        assert list(aside.iterdir()) == []
        await library.close()


async def test_the_model_judges_the_category_by_what_it_heard(tmp_path: Path, settings: Config, tone: Tone) -> None:
    deaf = Deaf(JobFailure(""))
    deaf.error = None
    async with Pool(1) as pool:
        library = await Library.open(tmp_path / "library", settings, pool, Bus(), deaf)
        await library.queue.wait(await library.ingest([tone(tmp_path / "one.wav")]))
        stored = await library.finder.vector(1)
        await library.close()
    assert stored is not None
    assert np.allclose(deaf.heard, [stored], atol=1e-3)
