import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liveengine.errors import BadArgument
from liveengine.ml.latents import SHARE, Floats, Sample, Space, around, common, spherical, walk
from liveengine.ml.vae.form import Code, Form
from liveengine.ml.vae.model import Learnt

SHOT, LOOP = Form(0.5, None, 1), Form(4.0, 8.0, 2)
DIM = 16


def space(count: int = 60, bars: int = 2) -> Space:
    """Loops whose codes vary most in the first number."""
    rng = np.random.default_rng(0)
    codes = rng.standard_normal((count, bars, DIM)) * np.linspace(3.0, 0.5, DIM) + 1.0
    return Space([Sample(at, codes[at].astype(np.float32), LOOP, -6.0) for at in range(count)])


def test_drawn_codes_vary_as_those_of_the_stems_do() -> None:
    known = space()
    drawn = [known.draw(np.random.default_rng(seed)) for seed in range(600)]
    codes = np.stack([one.code.z[0] for one in drawn])
    every = np.stack([one.bars[0] for one in known.samples])
    np.testing.assert_allclose(codes.std(axis=0), every.std(axis=0), rtol=0.25)
    assert np.abs(codes.mean(axis=0) - every.mean(axis=0)).max() < 0.5
    for one in drawn:
        shares = [share for _, share in one.parents]
        assert sum(shares) == pytest.approx(1.0, abs=1e-3)
        assert shares == sorted(shares, reverse=True)
        assert shares[0] <= SHARE + 1e-3


def test_no_code_that_is_drawn_is_one_of_a_stem() -> None:
    known = space()
    every = np.concatenate([one.bars for one in known.samples])
    between = np.linalg.norm(every[:, None] - every[None], axis=2)
    usual = float(np.median(np.sort(between, axis=1)[:, 1]))
    for seed in range(50):
        z = known.draw(np.random.default_rng(seed)).code.z[0]
        assert np.linalg.norm(every - z, axis=1).min() > 0.2 * usual


def kinds(loops: bool = False) -> Space:
    """Two kinds of sound, pads of 4 s and plucks of 0.25 s, that lie apart in what is seen most."""
    rng = np.random.default_rng(0)
    codes = rng.standard_normal((40, 1, DIM)).astype(np.float32)
    codes[20:, :, 0] += 8.0
    forms = [Form(0.25 if at < 20 else 4.0, 16.0 if loops else None, 1) for at in range(40)]
    scale = np.r_[10.0, np.ones(DIM - 1)].astype(np.float32)
    return Space([Sample(at, codes[at], forms[at], -6.0) for at in range(40)], scale)


def test_what_is_drawn_or_paired_is_of_one_kind_and_as_long() -> None:
    known = kinds()
    for seed in range(200):
        drawn = known.draw(np.random.default_rng(seed))
        assert len({stem < 20 for stem, _ in drawn.parents}) == 1
        assert drawn.code.form.seconds == pytest.approx(0.25 if drawn.parents[0][0] < 20 else 4.0)
        one, other = known.pair(np.random.default_rng(seed))
        assert (one.stem < 20) == (other.stem < 20)
        assert one.stem != other.stem


def test_a_stem_that_is_left_out_is_no_parent() -> None:
    known = space(4).without(2)
    parents = {stem for seed in range(50) for stem, _ in known.draw(np.random.default_rng(seed)).parents}
    assert parents == {0, 1, 3}
    assert len(space(1).without(0).samples) == 1


def test_a_way_between_two_lengths_is_as_long_as_lies_between_them_by_ear() -> None:
    short, long = (
        Sample(at, np.zeros((1, DIM), np.float32), Form(s, None, 1), -6.0) for at, s in enumerate((1.0, 4.0))
    )
    assert common((short, long), (0.5, 0.5)).seconds == pytest.approx(2.0)
    loop = Sample(2, np.zeros((1, DIM), np.float32), LOOP, -6.0)
    assert common((loop, loop), (0.5, 0.5)) == LOOP


def test_the_same_seed_draws_the_same_code() -> None:
    one, other = (space().draw(np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(one.code.z, other.code.z)
    assert one.parents == other.parents


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_stems_are_enough(count: int) -> None:
    drawn = space(count).draw(np.random.default_rng(0))
    assert drawn.code.z.shape == (2, DIM)
    assert len(drawn.parents) == count


def test_more_bars_than_a_stem_has_begin_again() -> None:
    bars = np.arange(4, dtype=np.float32).reshape(2, 2)
    assert around(bars, 3).tolist() == [[0, 1], [2, 3], [0, 1]]
    drawn = space().draw(np.random.default_rng(0), lambda _: Form(8.0, 16.0, 2))
    assert np.array_equal(drawn.code.z[0], drawn.code.z[2])


def test_loops_and_one_shots_are_spaces_of_their_own() -> None:
    codes = np.arange(5 * DIM, dtype=np.float32).reshape(5, DIM)
    learnt = Learnt(codes, (7, 7, 8, 9, 9), (1, 0, 0, 0, 1), (LOOP, LOOP, SHOT, LOOP, LOOP), (-1.0,) * 5)
    found = Space.of(learnt)
    assert [one.stem for one in found[True].samples] == [7, 9]
    assert [one.stem for one in found[False].samples] == [8]
    assert np.array_equal(found[True].samples[0].bars, codes[[1, 0]])  # by bar


def test_the_ends_of_a_way_are_the_stems_themselves() -> None:
    known = space()
    one, other = known.samples[:2]
    for amount, end in ((0.0, one), (1.0, other)):
        np.testing.assert_allclose(known.between(one, other, amount, LOOP).code.z, end.bars, atol=1e-4)
    assert known.between(one, other, 0.7, LOOP).parents == ((other.stem, 0.7), (one.stem, 0.3))


def test_one_stem_has_no_pair() -> None:
    with pytest.raises(BadArgument, match="one such stem"):
        space(1).pair(np.random.default_rng(0))


vectors = st.lists(st.floats(-5, 5, width=32), min_size=4, max_size=4).map(lambda v: np.array(v, np.float32))


@settings(max_examples=200)
@given(vectors, vectors, st.floats(0, 1))
def test_on_an_arc_the_length_goes_from_one_to_the_other(one: Floats, other: Floats, amount: float) -> None:
    made = spherical(one, other, amount)
    longest = max(np.linalg.norm(one), np.linalg.norm(other))
    assert np.isfinite(made).all()
    assert np.linalg.norm(made) <= longest + 1e-3
    np.testing.assert_allclose(spherical(one, other, 0.0), one, atol=1e-3)
    np.testing.assert_allclose(spherical(one, other, 1.0), other, atol=1e-3)


def test_a_walk_stays_near_and_goes_on() -> None:
    code = Code(np.zeros((2, DIM), np.float32), LOOP, -6.0)
    spread = np.ones(DIM, np.float32)
    steps = list(walk(code, spread, 0.3, 1, 20))
    sizes = [float(np.sqrt(np.mean(step.z**2))) for step in steps]
    assert max(sizes) <= 0.3 + 1e-5
    apart = [float(np.abs(a.z - b.z).max()) for a, b in itertools.pairwise(steps)]
    assert min(apart) > 0.0
    assert all(np.array_equal(step.z, code.z) for step in walk(code, spread, 0.0, 1, 3))
