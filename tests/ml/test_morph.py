import numpy as np
import pytest

from liveengine.ml import morph
from liveengine.ml.vae.bands import BANDS, centres
from liveengine.ml.vae.form import Form, Spectrum
from liveengine.ml.vae.representation import analyse

LOOP = Form(2.0, 4.0, 1)


def beats(hertz: float, places: tuple[float, ...], seconds: float = 2.0) -> np.ndarray:
    """A loop with a short tone on some beats of half a second."""
    time = np.arange(round(seconds * 48_000)) / 48_000
    made = np.zeros(len(time))
    for place in places:
        since = time - place * 0.5
        made += (since >= 0) * np.exp(-20 * np.maximum(since, 0)) * np.sin(2 * np.pi * hertz * since)
    return np.asarray(0.4 * made[None], np.float32)


def picture(hertz: float, places: tuple[float, ...]) -> Spectrum:
    return analyse(beats(hertz, places), 48_000, LOOP)


def middle(spectrum: Spectrum) -> float:
    """The centre of gravity of the loudest column, in bands."""
    power = 10.0 ** (8.0 * spectrum.levels[0, 0].astype(np.float64))
    column = power[:, power.sum(axis=0).argmax()]
    return float((column * np.arange(BANDS)).sum() / column.sum())


def rhythm(spectrum: Spectrum) -> np.ndarray:
    return np.asarray((10.0 ** (8.0 * spectrum.levels[0, 0].astype(np.float64))).sum(axis=0))


def band(hertz: float) -> float:
    return float(np.interp(hertz / 48_000 * 2048, centres(), np.arange(BANDS)))


KICKS, HATS = picture(100.0, (0, 1, 2, 3)), picture(6_000.0, (0.5, 1.5))


@pytest.mark.parametrize("make", [morph.hybrid, morph.between])
@pytest.mark.parametrize("amount", [0.0, 0.4, 1.0])
def test_the_rhythm_is_that_of_the_first(make: object, amount: float) -> None:
    made = make(KICKS, HATS, amount)  # type: ignore[operator]
    assert np.corrcoef(np.log(rhythm(made)), np.log(rhythm(KICKS)))[0, 1] > 0.95


@pytest.mark.parametrize("make", [morph.hybrid, morph.between])
def test_at_nothing_it_is_the_first_and_at_all_it_has_the_other_spectrum(make: object) -> None:
    first, last = (middle(make(KICKS, HATS, amount)) for amount in (0.0, 1.0))  # type: ignore[operator]
    assert abs(first - band(100.0)) < 3.0
    assert abs(last - band(6_000.0)) < 6.0


def test_halfway_energy_lies_between_and_not_at_both_ends() -> None:
    made = morph.between(KICKS, HATS, 0.5)
    assert abs(middle(made) - (band(100.0) + band(6_000.0)) / 2.0) < 8.0
    power = 10.0 ** (8.0 * made.levels[0, 0].astype(np.float64))
    column = power[:, power.sum(axis=0).argmax()]
    low, high = round(band(100.0)), round(band(6_000.0))
    assert column[low - 3 : low + 4].sum() + column[high - 3 : high + 4].sum() < 0.05 * column.sum()


def test_a_picture_of_other_bars_and_channels_goes_along() -> None:
    two = analyse(np.repeat(beats(3_000.0, (0, 1, 2, 3, 4, 5, 6, 7), 4.0), 2, axis=0), 48_000, Form(4.0, 8.0, 2))
    for make in (morph.hybrid, morph.between):
        made = make(two, KICKS, 0.5)
        assert made.form == two.form
        assert made.levels.shape == two.levels.shape
        back = make(KICKS, two, 0.5)
        assert not back.levels[:, 1].any()  # mono has no side
        assert 0.0 <= made.levels.min() <= made.levels.max() <= 1.0


def test_silence_stays_silent() -> None:
    made = morph.hybrid(KICKS, HATS, 1.0)
    quiet = KICKS.levels[0, 0].max(axis=0) == 0.0
    assert not made.levels[0, 0][:, quiet].any()
