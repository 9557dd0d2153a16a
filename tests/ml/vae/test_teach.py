from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from liveengine.ml.vae import augment, checkpoint, shelf, teach
from liveengine.ml.vae.bands import BANDS
from liveengine.ml.vae.columns import COLUMNS
from liveengine.ml.vae.network import about
from tests.ml.vae.stems import QUICK, examples


def silent(done: int, total: int, text: str) -> None:
    pass


def taught(terms: teach.Terms, seeds: int = 12) -> teach.Course:
    learnt = shelf.put(examples(seeds), terms.seed, terms.held)
    return teach.teach(learnt, terms, teach.begin(learnt, terms), silent, lambda _: None)


def weights(course: teach.Course) -> dict[str, torch.Tensor]:
    return dict(course.best.state_dict())


def same(one: teach.Course, other: teach.Course) -> bool:
    pairs = zip(weights(one).values(), weights(other).values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs) and one.tested == other.tested and one.taught == other.taught


def test_what_is_taught_reconstructs_what_it_never_met_better_than_the_mean() -> None:
    learnt = shelf.put(examples(24), 0, 0.25)
    terms = replace(QUICK, epochs=4, pictures=80, shape=replace(QUICK.shape, dim=32))
    course = teach.teach(learnt, terms, teach.begin(learnt, terms), silent, lambda _: None)
    held = np.flatnonzero(learnt.held)
    seen = torch.from_numpy(learnt.levels[held].astype(np.float32))
    forms = torch.from_numpy(learnt.about[held])
    with torch.inference_mode():
        made = course.best.decode(course.best.encode(seen, forms)[0], forms)
    mean = torch.from_numpy(learnt.means())[forms[:, 0].long()]
    assert float(((made - seen) ** 2).mean()) < 0.75 * float(((mean - seen) ** 2).mean())


def test_the_same_seed_makes_the_same_weights_and_another_one_does_not() -> None:
    one = taught(QUICK)
    assert same(one, taught(QUICK))
    assert not same(one, taught(replace(QUICK, seed=1)))


def test_what_has_learnt_nothing_yet_reconstructs_as_the_principal_pictures_alone() -> None:
    learnt = shelf.put(examples(), 0, 0.25)
    network = teach.begin(learnt, QUICK).network
    without = teach.without(learnt, network, 2)
    assert without["principal"] == pytest.approx(teach.measured(learnt, QUICK, network).reconstruction, rel=1e-3)
    assert without["principal"] < without["mean"]


@pytest.mark.parametrize("killed_after", [1, 2])
def test_what_was_broken_off_ends_as_if_it_had_not_been(tmp_path: Path, killed_after: int) -> None:
    terms = replace(QUICK, epochs=3)
    learnt = shelf.put(examples(), 0, terms.held)
    file = tmp_path / "epoch.safetensors"

    class Killed(Exception):
        pass

    def keep(course: teach.Course) -> None:
        checkpoint.write(course, "these", file)
        if course.epoch == killed_after:
            raise Killed

    with pytest.raises(Killed):
        teach.teach(learnt, terms, teach.begin(learnt, terms), silent, keep)
    course = teach.begin(learnt, terms)
    assert checkpoint.read(course, "these", file) == f"goes on after epoch {killed_after}"
    assert course.epoch == killed_after
    assert same(teach.teach(learnt, terms, course, silent, lambda _: None), taught(terms))


def test_a_damaged_checkpoint_is_set_aside_and_told(tmp_path: Path) -> None:
    learnt = shelf.put(examples(), 0, QUICK.held)
    file = tmp_path / "epoch.safetensors"
    teach.teach(learnt, QUICK, teach.begin(learnt, QUICK), silent, lambda now: checkpoint.write(now, "these", file))
    data = bytearray(file.read_bytes())
    for wrong in (bytes(data[:-5]), b"", bytes(data[:1000] + bytes([data[1000] ^ 1]) + data[1001:])):
        file.write_bytes(wrong)
        course = teach.begin(learnt, QUICK)
        assert "set aside" in checkpoint.read(course, "these", file)
        assert course.epoch == 0
        assert [path.name for path in tmp_path.iterdir()] == ["epoch.safetensors.damaged"]


def test_a_checkpoint_of_another_shape_or_of_other_stems_is_not_gone_on_with(tmp_path: Path) -> None:
    learnt = shelf.put(examples(), 0, QUICK.held)
    file = tmp_path / "epoch.safetensors"
    other = replace(QUICK, shape=replace(QUICK.shape, dim=5))
    checkpoint.write(teach.teach(learnt, other, teach.begin(learnt, other), silent, lambda _: None), "these", file)
    course = teach.begin(learnt, QUICK)
    assert "other stems or terms" in checkpoint.read(course, "others", file)
    assert "damaged" in checkpoint.read(course, "these", file)
    assert course.epoch == 0
    assert same(teach.teach(learnt, QUICK, course, silent, lambda _: None), taught(QUICK))


def test_without_anything_better_for_a_while_it_ends_early() -> None:
    course = taught(replace(QUICK, epochs=9, patience=1, rate=0.0))
    assert course.chosen == 1
    assert course.epoch == 2


def test_stems_of_one_source_are_held_back_together() -> None:
    learnt = shelf.put(examples(24), 5, 0.2)
    held = {int(stem) for stem in learnt.stem[learnt.held]}
    assert 1 <= len(held) <= 9
    assert all((stem - 1) // 2 in {(other - 1) // 2 for other in held} for stem in held)
    assert held == {stem for stem in range(1, 25) if (stem - 1) // 2 in {(one - 1) // 2 for one in held}}


def test_of_one_large_source_single_stems_are_held_back() -> None:
    learnt = shelf.put([one._replace(source="one pack") for one in examples()], 0, 0.12)
    assert 1 <= len({int(stem) for stem in learnt.stem[learnt.held]}) <= 2


def test_a_stem_teaches_as_often_as_it_weighs() -> None:
    often = [one._replace(often=3.0 if one.stem == 2 else 1.0) for one in examples()]
    learnt = shelf.put(often, 0, 0.12)
    learnt.held[:] = learnt.stem == 1
    rows = teach._drawn(learnt, QUICK, np.random.default_rng(0))
    stems = learnt.stem[rows].tolist()
    assert stems.count(2) == 3
    assert stems.count(1) == 0
    assert all(stems.count(stem) == 1 for stem in range(3, 13))


@pytest.mark.parametrize("loops", [True, False])
def test_variants_are_within_bounds_and_silence_stays_silent(loops: bool) -> None:
    rng = np.random.default_rng(0)
    levels = np.random.default_rng(1).random((2, BANDS, COLUMNS)).astype(np.float32)
    levels[1] = 0.0
    for _ in range(20):
        made = augment.varied(levels, loops, rng)
        assert made.shape == levels.shape
        assert made.min() >= 0.0
        assert made.max() <= 1.0001
        assert made[1].max() == 0.0


def test_a_loop_is_told_from_what_is_played_once() -> None:
    forms = [one.spectrum.form for one in examples(3)]
    assert [about(form)[:2] for form in forms] == [[0.0, 1.0], [0.0, 1.0], [1.0, 0.0]]
