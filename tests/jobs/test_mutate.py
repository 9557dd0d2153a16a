"""What a worker is asked for a variation, and what it answers: from the pool or a file, into the pool or a file."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from liveengine.errors import BadArgument, BadAudio, ModelDamaged, ModelMissing
from liveengine.jobs import mutate
from tests.fabrik.modelled import modelled
from tests.ml.mutate.sounds import RATE, loop

FRAMES = 2 * RATE
AS_IT_IS = {"kind": "auto", "amount": 0.0, "seed": 0, "step": 1, "beats": 4.0, "own_beats": 4.0, "round": True}


def told(*step: Any) -> None:
    """Hear of progress."""


def wish(**given: Any) -> dict[str, Any]:
    return {**AS_IT_IS, "attacks": [0, RATE], "category": "percussion", "models": None, "style": None, **given}


@pytest.fixture
def pool(tmp_path: Path) -> Path:
    """Return a pool that holds a loop from byte 64 on and room for another one behind it."""
    sound, _ = loop(1)
    path = tmp_path / "pool"
    path.write_bytes(bytes(64) + sound.astype("<f4").tobytes() + bytes(sound.nbytes))
    return path


def lies(pool: Path, start: int = 0, end: int = FRAMES, crossfade: int = 0) -> dict[str, Any]:
    source = {"offset": 64, "stride": FRAMES, "channels": 2}
    there = {"offset": 64 + 8 * FRAMES, "stride": FRAMES, "max_frames": end - start}
    return {
        "pool_path": str(pool), "source": source, "start": start, "end": end, "crossfade": crossfade, "rate": RATE,
        **there,
    }  # fmt: skip


def lain(pool: Path, frames: int = FRAMES) -> Any:
    """Return what was written behind the loop."""
    room = np.frombuffer(pool.read_bytes()[64 + 8 * FRAMES :], "<f4")
    return np.stack([room[:frames], room[FRAMES : FRAMES + frames]])


def test_amount_0_brings_the_sound_where_it_shall_lie_as_it_is(pool: Path) -> None:
    done = mutate.run(wish(**lies(pool)), told)
    assert done == {
        "frames": FRAMES, "kind": "", "attacks": [0, RATE], "model": "", "checksum": "", "latent": "",
    }  # fmt: skip
    assert np.array_equal(lain(pool), loop(1)[0])


def test_a_part_of_a_place_is_heard_as_the_engine_plays_it_its_end_leading_into_its_start(pool: Path) -> None:
    mutate.run(wish(**lies(pool, 1_000, 9_000, crossfade=4)), told)
    sound, made = loop(1)[0], lain(pool, 8_000)
    assert np.array_equal(made[:, :-4], sound[:, 1_000:8_996])
    share = np.array([0.0, 0.25, 0.5, 0.75], np.float32)
    assert np.allclose(made[:, -4:], sound[:, 8_996:9_000] * (1 - share) + sound[:, 996:1_000] * share, atol=1e-7)


def test_the_same_wish_gives_the_same_samples_and_another_step_others(pool: Path) -> None:
    made = []
    for step in (1, 1, 2):
        done = mutate.run(wish(**lies(pool), amount=0.7, step=step), told)
        assert (done["kind"], done["frames"]) == ("slices", FRAMES)
        made.append(lain(pool))
    assert np.array_equal(made[0], made[1])
    assert not np.array_equal(made[0], made[2])


def test_a_file_becomes_a_file_that_appears_whole(tmp_path: Path) -> None:
    sound, _ = loop(2)
    soundfile.write(tmp_path / "in.wav", sound.T, RATE, "FLOAT")
    to = tmp_path / "new" / "out.wav"
    done = mutate.run(wish(path=str(tmp_path / "in.wav"), to=str(to), amount=0.5), told)
    made, rate = soundfile.read(to, dtype="float32")
    assert (len(made), rate, done["frames"]) == (FRAMES, RATE, FRAMES)
    assert [path.name for path in to.parent.iterdir()] == ["out.wav"]


def test_what_cannot_be_is_refused_and_leaves_nothing(pool: Path, tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="no loop"):
        mutate.run(wish(**lies(pool, 5, 5)), told)
    with pytest.raises(BadArgument, match="holds no loop"):
        mutate.run(wish(**lies(pool, 0, 9 * FRAMES)), told)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(BadArgument, match="name another folder"):
        mutate.run(wish(**lies(pool), to=str(tmp_path / "file" / "out.wav")), told)
    soundfile.write(tmp_path / "long.wav", np.zeros(241_800, np.float32), 2_000, "FLOAT")
    with pytest.raises(BadAudio, match="at most 120"):
        mutate.run(wish(path=str(tmp_path / "long.wav"), to=str(tmp_path / "out.wav")), told)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "long.wav", "pool"]


def test_a_walk_goes_through_the_model_that_is_there_now(pool: Path, tmp_path: Path) -> None:
    models = tmp_path / "models" / "vae"
    terms = {"models": str(models), "amount": 0.5}
    with pytest.raises(ModelMissing, match="train category percussion"):
        mutate.run(wish(**lies(pool), kind="walk", **terms), told)
    model = modelled(tmp_path, "percussion", {1: True})
    done = mutate.run(wish(**lies(pool), **terms), told)
    assert (done["kind"], done["model"], done["checksum"]) == ("walk", model.id, model.checksum)
    assert len(bytes.fromhex(done["latent"])) == 4 * model.dim
    (models / "percussion" / "model.safetensors").write_bytes(b"no model")
    (models / "percussion" / "card.json").touch()
    assert mutate.run(wish(**lies(pool), **terms), told)["kind"] == "slices"
    with pytest.raises(ModelDamaged):
        mutate.run(wish(**lies(pool), kind="walk", **terms), told)


def test_a_worker_prepares_the_models_that_are_there(tmp_path: Path) -> None:
    modelled(tmp_path, "percussion", {1: True})
    asked = {"prepare": ["percussion", "bass"], "models": str(tmp_path / "models" / "vae"), "rate": RATE}
    assert mutate.run(asked, told) == {"prepared": ["percussion"]}
