import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile

from liveengine.synth import kit, recipes, render, write_kit
from liveengine.synth.music import bar_frames
from liveengine.synth.recipe import CATEGORIES

from .measure import named

HANDFUL = (
    "kick_hard_industrial",
    "kick_dark_hypnotic_industrial",
    "snare_wide_crisp",
    "hihat_groovy_crisp",
    "bass_dark_rolling",
    "percussion_fast_driving",
    "fx_hard_metallic",
    "synth_deep_warm_dub",
    "vocal_hard_industrial",
    "atmo_dark_industrial",
)


def test_the_kit_has_at_least_96_stems_and_ten_of_each_category() -> None:
    counts = Counter(recipe.category for recipe in recipes())
    assert set(counts) == set(CATEGORIES)
    assert counts.total() >= 96
    assert min(counts.values()) >= 10


def test_names_are_unique_and_say_kit_category_tempo_and_key() -> None:
    planned = recipes()
    assert len({recipe.name for recipe in planned}) == len(planned)
    for recipe in planned:
        assert re.fullmatch(r"[A-Za-z0-9_#]+", recipe.name), recipe.name
        assert recipe.name.startswith(f"traum_{recipe.category}_")
        if recipe.tempo is not None:
            end = f"_{recipe.tempo:g}bpm" + (f"_{recipe.key}" if recipe.key else "")
            assert recipe.name.endswith(end)


def test_every_category_has_one_shots_and_loops() -> None:
    for category in CATEGORIES:
        kinds = {recipe.one_shot for recipe in recipes() if recipe.category == category}
        assert kinds == {True, False}, category


def test_loops_have_whole_bars_and_cover_many_tempi_and_keys() -> None:
    loops = [recipe for recipe in recipes() if not recipe.one_shot]
    assert all(recipe.bars in (1, 2, 3, 4) for recipe in loops)
    assert {recipe.tempo for recipe in loops} >= {90, 120, 124, 128, 132, 135, 138, 140, 174}
    assert {recipe.key for recipe in loops} >= {"Am", "Cm", "Em", "Fm", "Gm", "Dm", "F#m"}


@pytest.mark.parametrize(
    ("category", "words"),
    [
        ("kick", {"dark", "techno"}),
        ("kick", {"dark", "hypnotic", "industrial", "techno"}),
        ("bass", {"melancholic", "industrial", "texture"}),
        ("bass", {"driving", "analog", "warmth", "techno"}),
        ("bass", {"deep", "house", "groovy", "feel"}),
        ("bass", {"driving", "dark", "atmosphere"}),
        ("percussion", {"fast"}),
        ("atmo", {"atmospheric", "pad"}),
    ],
)
def test_some_stem_deserves_each_promised_prompt(category: str, words: set[str]) -> None:
    said = [set(" ".join(recipe.tags).split()) for recipe in recipes() if recipe.category == category]
    assert any(words <= tags for tags in said)


@pytest.mark.parametrize("part", HANDFUL)
def test_a_sound_is_finite_has_no_dc_and_does_not_clip(part: str) -> None:
    recipe = named(part)
    sound = render(recipe)
    peak = 20 * np.log10(np.abs(sound).max())
    assert sound.dtype == np.float32
    assert sound.shape[1] in (1, 2)
    assert np.isfinite(sound).all()
    assert np.abs(sound.mean(axis=0)).max() < 1e-3
    assert peak <= -0.3
    if recipe.category in {"kick", "snare", "hihat", "percussion"}:
        assert peak >= -1.0


@pytest.mark.parametrize("part", [part for part in HANDFUL if not named(part).one_shot])
def test_a_loop_is_exactly_its_bars_long_and_closes_without_a_click(part: str) -> None:
    recipe = named(part)
    assert recipe.tempo is not None
    assert recipe.bars is not None
    sound = render(recipe)
    assert len(sound) == bar_frames(recipe.bars, recipe.tempo)
    steps = np.abs(np.diff(sound, axis=0)).max()
    assert np.abs(sound[0] - sound[-1]).max() <= steps


@pytest.mark.parametrize("part", [part for part in HANDFUL if named(part).one_shot])
def test_a_one_shot_ends_at_true_zero(part: str) -> None:
    assert np.all(render(named(part))[-1] == 0.0)


@pytest.mark.parametrize("part", ["kick_groovy_punchy", "percussion_fast_driving", "hihat_groovy_crisp"])
def test_a_drum_loop_begins_with_its_transient(part: str) -> None:
    sound = np.abs(render(named(part))).max(axis=1)
    assert sound[:480].max() > 0.1


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    chosen = recipes().index(named("snare_bright"))
    first, again, other = (render(recipes(seed)[chosen]) for seed in (0, 0, 1))
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_a_stem_does_not_depend_on_those_rendered_before_it() -> None:
    alone = render(named("bass_deep_clean"))
    render(named("hihat_bright_tight"))
    assert render(named("bass_deep_clean")).tobytes() == alone.tobytes()


def test_writing_makes_24_bit_files_keeps_whole_ones_and_replaces_broken_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = [named("hihat_bright_tight"), named("hihat_fast_driving")]
    monkeypatch.setattr(kit, "recipes", lambda seed=0: few)
    told: list[tuple[int, int, str]] = []
    paths = write_kit(tmp_path, progress=lambda *news: told.append(news))
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [f"hihat/{recipe.name}.wav" for recipe in few]
    assert told == [(1, 2, few[0].name), (2, 2, few[1].name)]
    assert soundfile.info(paths[0]).subtype == "PCM_24"
    assert np.abs(soundfile.read(paths[0], always_2d=True)[0] - render(few[0])).max() < 2**-22
    before = paths[0].stat().st_mtime_ns
    paths[1].write_bytes(paths[1].read_bytes()[:1000])
    write_kit(tmp_path)
    assert paths[0].stat().st_mtime_ns == before
    assert soundfile.info(paths[1]).frames == bar_frames(1, 138)
    assert sorted(tmp_path.rglob("*")) == sorted([tmp_path / "hihat", *paths])


def alive(pid: str) -> bool:
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())  # empty: it has ended and nobody has asked how
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_writer_that_is_killed_takes_its_processes_along(tmp_path: Path) -> None:
    program = "from pathlib import Path; from liveengine.synth import write_kit; "
    program += f"write_kit(Path({str(tmp_path)!r}), 0, lambda *step: print('x', flush=True), 2)"
    writer = subprocess.Popen([sys.executable, "-c", f"if __name__ == '__main__': {program}"], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    writer.stdout.readline()
    helpers = Path(f"/proc/{writer.pid}/task/{writer.pid}/children").read_text("ascii").split()
    assert len(helpers) >= 2
    os.kill(writer.pid, signal.SIGKILL)
    writer.stdout.close()
    writer.wait()
    end = time.monotonic() + 10.0
    while time.monotonic() < end and (left := list(filter(alive, helpers))):
        time.sleep(0.05)
    assert left == []
