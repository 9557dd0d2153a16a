import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e import sounds, studio
from tests.e2e.studio import Server


@dataclass
class Kit:
    """What `liveengine demo` has left."""

    library: Path
    take: Path
    done: subprocess.CompletedProcess[str]


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    """The demo on an empty library: kit, ingest, six seconds of music. Half a minute."""
    folder = tmp_path_factory.mktemp("demo")
    library, take = folder / "library", folder / "take.wav"
    done = studio.run("demo", "--once", "--seconds", "6", "--out", take, "--library", library, "--stream", "null")
    return Kit(library, take, done)


@pytest.fixture(scope="session")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with nine stems, put there by `liveengine ingest`; to be copied, never served: a session would stay."""
    folder = tmp_path_factory.mktemp("e2e")
    sounds.write(folder / "audio")
    done = studio.run("ingest", "--library", folder / "library", folder / "audio")
    assert done.returncode == 0, done.stderr
    assert "9 added" in done.stdout
    return folder / "library"


@pytest.fixture(scope="module")
def common(ingested: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the library with nine stems, for all tests of a file."""
    return Path(shutil.copytree(ingested, tmp_path_factory.mktemp("common") / "library"))


@pytest.fixture
def library(ingested: Path, tmp_path: Path) -> Path:
    """A copy of the library with nine stems."""
    return Path(shutil.copytree(ingested, tmp_path / "library"))


@pytest.fixture
def server(library: Path) -> Iterator[Server]:
    """`liveengine serve` on the null stream."""
    with studio.serving(library) as running:
        yield running
