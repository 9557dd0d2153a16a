from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from liveengine.arrange import styles
from liveengine.arrange.choose import Pick
from liveengine.arrange.place import place
from liveengine.arrange.plan import Plan, Section, StemQuery
from liveengine.arrange.score import score
from liveengine.errors import BadArgument, BadAudio
from liveengine.jobs import render
from liveengine.stems.model import Stem
from tests.arrange.test_choose import stem

STYLES = styles.load()
RATE = 44_100
BPM = 138
BAR = 4 * 60 * RATE / BPM  # frames, not whole
Floats = npt.NDArray[np.float64]


def nothing(done: int, total: int, text: str) -> None:
    """Progress that nobody hears."""


def clicks(folder: Path, number: int, category: str, offset: float, *, rate: int = 48_000, bpm: float = 140.0) -> Stem:
    """A bar with a click on each beat plus `offset` beats; its sound is different for each number."""
    frames = round(240 / bpm * rate)
    samples = np.zeros(frames, np.float32)
    for beat in range(4):
        at = round((beat + offset) * frames / 4)
        samples[at : at + 200] = 0.5 * np.hanning(200)
    path = folder / f"{number}.wav"
    soundfile.write(path, samples, rate, "FLOAT")
    return stem(
        number, category, path=path, rate=rate, frames=frames, bpm=bpm, bars=1.0, channels=1, loudness=-15.5, peak=-6.0
    )


def planned(stems: dict[int, Stem], *sections: tuple[int, list[int]]) -> Plan:
    """A plan of (bars, stems) with everything placed."""
    structure = [
        Section(section=f"Part {n}", bars=bars, stem_queries=[StemQuery(category=stems[i].category) for i in ids])
        for n, (bars, ids) in enumerate(sections)
    ]
    plan = Plan(bpm=BPM, key="Am", structure=structure, seed=3)
    picks = [Pick(n, stems[i].category, 0, stems[i]) for n, (_, ids) in enumerate(sections) for i in ids]
    return place(plan, picks, STYLES, 16)


def rendered(tmp_path: Path, plan: Plan, stems: dict[int, Stem]) -> tuple[dict[str, Any], Floats]:
    payload = score(plan, stems, STYLES, RATE, -0.3, warp="repitch") | {"path": str(tmp_path / "track.wav")}
    result = render.run(payload, nothing)
    sound, rate = soundfile.read(tmp_path / "track.wav")
    assert rate == RATE
    return result, sound


def onsets(sound: Floats) -> list[int]:
    """Return the frames at which a click has its middle."""
    loud = sound[:, 0] > 0.1
    begins = np.flatnonzero(loud[1:] & ~loud[:-1]) + 1
    return [int(begin + np.argmax(sound[begin : begin + 300, 0])) for begin in begins]


@pytest.fixture
def stems(tmp_path: Path) -> dict[int, Stem]:
    return {1: clicks(tmp_path, 1, "kick", 0.0), 2: clicks(tmp_path, 2, "hihat", 0.5, rate=44_100, bpm=130.0)}


def test_a_track_is_as_long_as_its_bars_and_16_bit(tmp_path: Path, stems: dict[int, Stem]) -> None:
    result, sound = rendered(tmp_path, planned(stems, (4, [1]), (4, [1, 2])), stems)
    assert len(sound) == result["frames"] == int(8 * BAR + 0.5)
    info = soundfile.info(tmp_path / "track.wav")
    assert (info.subtype, info.channels) == ("PCM_16", 2)
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_repitched_loops_lie_on_the_grid_to_the_end(tmp_path: Path, stems: dict[int, Stem]) -> None:
    _, sound = rendered(tmp_path, planned(stems, (16, [1]), (2, [])), stems)
    centre = 100 * (RATE / 48_000) * (140 / BPM)  # of the click, from its beginning
    expected = [beat * BAR / 4 + centre for beat in range(64)]
    assert np.abs(np.array(onsets(sound)) - expected).max() <= 3


def test_sections_begin_and_end_where_the_plan_says(tmp_path: Path, stems: dict[int, Stem]) -> None:
    _, sound = rendered(tmp_path, planned(stems, (2, [1]), (2, [2]), (2, [1, 2]), (2, [1])), stems)
    beats = [round(4 * at / BAR * 2) / 2 for at in onsets(sound)]
    kick, hat = [beat for beat in beats if beat % 1 == 0], [beat for beat in beats if beat % 1]
    assert kick[:20] == [float(beat) for beat in [*range(8), *range(16, 28)]]
    assert hat == [beat + 0.5 for beat in [*range(8, 16), *range(16, 24)]]


def test_no_sample_clips_and_no_section_is_silent(tmp_path: Path, stems: dict[int, Stem]) -> None:
    for number in (1, 2):
        stems[number] = clicks(tmp_path, number, stems[number].category, 0.0)
    plan = planned(stems, (4, [1, 2]), (4, [1, 2]))
    for placement in plan.placements:
        placement.gain = 4.0
    result, sound = rendered(tmp_path, plan, stems)
    assert np.abs(sound).max() <= 10 ** (-0.3 / 20) + 2 / 32_768
    assert result["peak"] == pytest.approx(-0.3, abs=0.01)
    assert np.abs(sound[: int(4 * BAR)]).max() > 0.5
    assert np.abs(sound[int(4 * BAR) :]).max() > 0.5


def test_the_last_bars_fade_to_nothing(tmp_path: Path, stems: dict[int, Stem]) -> None:
    _, sound = rendered(tmp_path, planned(stems, (4, [1]), (8, [1])), stems)
    bars = [np.abs(sound[int(bar * BAR) : int((bar + 1) * BAR)]).max() for bar in range(12)]
    assert bars[7] == pytest.approx(bars[0], rel=0.01)
    assert bars[8:] == sorted(bars[8:], reverse=True)
    assert np.abs(sound[-1_000:]).max() < 0.01


def test_the_same_plan_gives_the_same_file(tmp_path: Path, stems: dict[int, Stem]) -> None:
    plan = planned(stems, (2, [1, 2]))
    rendered(tmp_path, plan, stems)
    first = (tmp_path / "track.wav").read_bytes()
    rendered(tmp_path, plan, stems)
    assert (tmp_path / "track.wav").read_bytes() == first


def test_silence_carries_dither_of_one_bit(tmp_path: Path, stems: dict[int, Stem]) -> None:
    _, sound = rendered(tmp_path, planned(stems, (1, [1]), (2, []), (1, [1])), stems)
    quiet = sound[int(1.5 * BAR) : int(2.5 * BAR)] * 32_768
    assert set(np.unique(quiet).tolist()) <= {-1.0, 0.0, 1.0}
    assert quiet.std() == pytest.approx(np.sqrt(1 / 6 + 1 / 12), rel=0.05)


def test_a_one_shot_kick_is_laid_four_on_the_floor(tmp_path: Path) -> None:
    hit = 0.5 * np.hanning(400)
    soundfile.write(tmp_path / "hit.wav", hit, RATE, "FLOAT")
    one = stem(1, "kick", path=tmp_path / "hit.wav", rate=RATE, frames=400, bpm=None, bars=None, loop=False)
    _, sound = rendered(tmp_path, planned({1: one}, (4, [1]), (1, [])), {1: one})
    expected = [beat * BAR / 4 + 200 for beat in range(16)]
    assert np.abs(np.array(onsets(sound)) - expected).max() <= 3


def test_a_broken_stem_or_a_bad_folder_leaves_no_file(tmp_path: Path, stems: dict[int, Stem]) -> None:
    payload = score(planned(stems, (1, [1])), stems, STYLES, RATE, -0.3, warp="repitch")
    with pytest.raises(BadArgument, match="another file"):
        render.run(payload | {"path": str(tmp_path / "nowhere" / "track.wav")}, nothing)
    stems[1].path.write_bytes(b"no audio")
    with pytest.raises(BadAudio):
        render.run(payload | {"path": str(tmp_path / "track.wav")}, nothing)
    assert not (tmp_path / "track.wav").exists()


def test_progress_ends_with_all_frames_done(tmp_path: Path, stems: dict[int, Stem]) -> None:
    steps: list[tuple[int, int, str]] = []
    payload = score(planned(stems, (4, [1])), stems, STYLES, RATE, -0.3, warp="repitch") | {
        "path": str(tmp_path / "track.wav")
    }
    render.run(payload, lambda done, total, text: steps.append((done, total, text)))
    assert steps[-1][0] == steps[-1][1] == payload["frames"]


def test_loops_whose_pitch_stays_are_rendered_onto_the_plans_grid_and_into_its_key(tmp_path: Path) -> None:
    kick, bass = clicks(tmp_path, 1, "kick", 0.0), clicks(tmp_path, 2, "bass", 0.0)
    attacks = tuple(round(beat * kick.frames / 4) for beat in range(4))
    stems = {1: replace(kick, transients=attacks), 2: replace(bass, key="Bm")}
    payload = score(planned(stems, (2, [1])), stems, STYLES, RATE, -0.3, warp="stretch")
    render.run(payload | {"path": str(tmp_path / "track.wav")}, nothing)
    sound, _ = soundfile.read(tmp_path / "track.wav")
    found = onsets(sound)
    assert len(found) == 8
    middle = round(100 * RATE / 48_000)  # of a click
    assert np.abs(np.array(found) - [beat * BAR / 4 + middle for beat in range(8)]).max() <= 2.0
    made = score(planned(stems, (2, [2])), stems, STYLES, RATE, -0.3, warp="stretch")["sounds"][0]["stretched"]
    assert (made["semitones"], made["attacks"]) == (-2.0, [])


def test_what_is_repitched_keeps_its_treble(tmp_path: Path) -> None:
    frames = 160 * 514  # about 140 beats per minute; 147 * 514 at 44.1 kHz
    turns = 2 * np.pi * np.arange(frames) / frames
    samples = 0.1 * np.sin(2_000 * turns) + 0.1 * np.sin(24_000 * turns)  # 1.2 and 14 kHz
    soundfile.write(tmp_path / "1.wav", samples, 48_000, "FLOAT")
    made = stem(
        1,
        "synth",
        path=tmp_path / "1.wav",
        rate=48_000,
        frames=frames,
        bpm=240 * 48_000 / frames,
        bars=1.0,
        channels=1,
        loudness=-15.5,
    )
    _, sound = rendered(tmp_path, planned({1: made}, (4, [1])), {1: made})
    piece = sound[: round(BAR), 0]
    phases = -2j * np.pi * np.arange(len(piece)) / BAR
    low, high = (np.abs(np.exp(phases * cycles) @ piece) for cycles in (2_000, 24_000))
    assert abs(20 * np.log10(high / low)) < 0.1
