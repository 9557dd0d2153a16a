import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import sounds, studio
from tests.e2e.studio import Server


@pytest.fixture(scope="session")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with nine stems, put there by `liveengine ingest`."""
    folder = tmp_path_factory.mktemp("e2e")
    sounds.write(folder / "audio")
    done = studio.run("ingest", "--library", folder / "library", folder / "audio")
    assert done.returncode == 0, done.stderr
    assert "9 added" in done.stdout
    return folder / "library"


@pytest.fixture
def library(ingested: Path, tmp_path: Path) -> Path:
    """A copy of the library with nine stems."""
    return Path(shutil.copytree(ingested, tmp_path / "library"))


@pytest.fixture
def server(library: Path) -> Iterator[Server]:
    """`liveengine serve` on the null stream."""
    with studio.serving(library) as running:
        yield running
