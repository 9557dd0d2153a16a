"""A dream that dies of a kill goes on, and adds nothing twice."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fabrik.test_dreaming import Bed
from tests.stems.conftest import chosen, opened


@pytest.mark.parametrize("when", ["made", "stored"])
async def test_a_dream_that_was_killed_goes_on_and_adds_what_it_would_have_added(tmp_path: Path, when: str) -> None:
    ended = subprocess.run([sys.executable, "-m", "tests.fabrik.sleepless", str(tmp_path), when], capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    async with opened(tmp_path, chosen(1)) as library:
        before = [stem.id for stem in await library.stems(limit=100) if "dreamt" in stem.tags]
        assert bool(before) == (when == "stored")
        night = Bed(library)
        (under_way,) = [job for job in await library.queue.all() if job.kind == "dream"]
        await night.dreaming.register()
        job = await library.queue.wait(under_way.id)
        assert (job.state, job.error) == ("done", None)
        dreamt = [stem.id for stem in await library.stems(limit=100) if "dreamt" in stem.tags]
        assert 1 <= len(dreamt) <= 3
        assert sorted(job.result["stems"]) == dreamt
        assert not before or before == dreamt
        assert len(list((tmp_path / "generated_stems" / "kick").iterdir())) == len(dreamt)
        assert await library.scrub() == {}
