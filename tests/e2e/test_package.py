"""The client for Python as a stranger has it: its wheel in a fresh environment, its README against a real engine."""

import os
import re
import subprocess
import sys
import venv
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest

import liveengine
from liveengine import config
from tests.e2e import studio
from tests.e2e.studio import Server

FOLDER = config.data("clients") / "python"
EXAMPLES = re.findall(r"```python\n(.*?)```", (FOLDER / "README.md").read_text("utf-8"), re.DOTALL)
WRONG = """from liveengine_client import Engine

with Engine() as engine:
    engine.track[1].gain("loud")
    engine.track[1].sparkle()
    engine.stems.search("kick")[0]["nmae"]
"""


def run(*command: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, without the paths of this checkout."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LIVEENGINE"))}
    return subprocess.run(
        [*map(str, command)], cwd=folder, env=clean, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of an environment that holds the wheel, what the wheel asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("package")
    built = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, FOLDER)
    assert built.returncode == 0, built.stdout + built.stderr
    venv.create(folder / "venv", with_pip=False)
    found = folder / "venv" / "bin" / "python"
    packages = next((folder / "venv" / "lib").glob("python*/site-packages"))
    wanted = distribution("websockets")  # as an index would give it; pip looks no further than this
    for name in {path.parts[0] for path in wanted.files or () if ".." not in path.parts}:
        (packages / name).symlink_to(str(wanted.locate_file(name)))
    wheel = next(folder.glob("*.whl"))
    done = run(sys.executable, "-m", "pip", "--python", found, "install", "--no-index", wheel)
    assert done.returncode == 0, done.stdout + done.stderr
    return found


@pytest.fixture(scope="module")
def server(common: Path) -> Iterator[Server]:
    with studio.serving(common) as running:
        yield running


def example(number: int, folder: Path, server: Server) -> Path:
    """Write an example of the README as a file that speaks to the server."""
    path = folder / f"example_{number}.py"
    path.write_text(re.sub(r"Engine\(\)", f'Engine("{server.url}")', EXAMPLES[number]), "utf-8")
    return path


def test_the_wheel_says_what_it_is(python: Path) -> None:
    show = "for pair in metadata('liveengine-client').items(): print(*pair, sep=': ')"
    said = run(python, "-X", "utf8", "-c", f"from importlib.metadata import metadata\n{show}").stdout
    assert f"Version: {liveengine.__version__}\n" in said
    assert "License-Expression: MIT\n" in said
    assert "License-File: LICENSE\n" in said
    assert "Requires-Dist: websockets" in said


def test_the_examples_of_its_readme_are_typed_strictly_and_mistakes_are_found(python: Path, tmp_path: Path) -> None:
    for number, text in enumerate(EXAMPLES):
        (tmp_path / f"example_{number}.py").write_text(text, "utf-8")
    (tmp_path / "wrong.py").write_text(WRONG, "utf-8")
    mypy = ("-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", "--python-executable", python)
    done = run(sys.executable, *mypy, *sorted(tmp_path.glob("*.py")), folder=tmp_path)
    told = [line for line in done.stdout.splitlines() if ": error:" in line]
    assert [re.search(r"wrong\.py:(\d)", line) is not None for line in told] == [True] * 3, done.stdout
    assert 'incompatible type "str"' in told[0]
    assert '"sparkle"' in told[1]
    assert '"nmae"' in told[2]


def test_its_first_example_finds_loads_and_plays(python: Path, tmp_path: Path, server: Server) -> None:
    done = run(python, "-W", "error", example(0, tmp_path, server))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert server.state(1, 1) in ("queued", "playing")
    assert server.web("/transport/running") is True


def test_its_second_example_hears_what_happens(python: Path, tmp_path: Path, server: Server) -> None:
    with subprocess.Popen(
        [python, "-u", "-W", "error", example(1, tmp_path, server)], stdout=subprocess.PIPE, text=True
    ) as child:
        try:
            clients = studio.wait(lambda: [one for one in server.web("/clients") if one["door"] == "websocket"])
            assert len(clients) == 1
            server.web("/track/3/gain", value=0.25)
            assert child.stdout is not None
            while "/track/3/gain" not in (line := child.stdout.readline()):
                assert line, "it ended before it heard of the fader"
            assert line == "/track/3/gain [0.25]\n"
        finally:
            child.kill()


def test_its_third_example_launches_by_a_sentence_and_is_told_what_is_refused(
    python: Path, tmp_path: Path, server: Server
) -> None:
    done = run(python, "-W", "error", example(2, tmp_path, server))
    assert (done.returncode, done.stderr) == (0, "")
    assert re.match(r"\S.* sounds in \d+\.\d s\nout_of_range .*gain", done.stdout)
