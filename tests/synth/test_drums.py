import numpy as np

from liveengine.synth import render
from liveengine.synth.drums import Hat, Kick, Snare, hat, kick, snare
from liveengine.synth.signals import child

from .measure import centroid, crossings, mono, named, share


def test_the_pitch_of_a_kick_falls_to_its_root() -> None:
    sound = kick(Kick(root=50.0, click=0.0, drive=0.0, seconds=0.6), child(0, "kick"))[0].astype(float)
    early, late = crossings(sound[: 48 * 40]), crossings(sound[48 * 250 : 48 * 500])
    assert early > 1.8 * late
    assert abs(late - 50.0) < 1.5


def test_a_techno_kick_has_its_weight_between_40_and_100_hertz() -> None:
    assert share(mono(render(named("kick_dark_deep_techno_F"))), 35.0, 100.0) > 0.6


def test_dark_kicks_are_darker_than_bright_and_hard_ones() -> None:
    dark = centroid(mono(render(named("kick_dark_deep_techno_F"))))
    assert centroid(mono(render(named("kick_bright_punchy")))) > 1.8 * dark
    assert centroid(mono(render(named("kick_hard_distorted")))) > 1.8 * dark


def test_more_drive_lowers_the_crest_factor_of_a_kick() -> None:
    def crest(drive: float) -> float:
        sound = kick(Kick(drive=drive, grit=0.0), child(0, "kick"))
        return float(np.abs(sound).max() / np.sqrt(np.mean(sound**2)))

    assert crest(24.0) < crest(1.0)


def test_hats_live_above_six_kilohertz_and_dark_ones_lower_than_bright_ones() -> None:
    bright = mono(render(named("hihat_bright_tight")))
    assert share(bright, 6000.0, 24_000.0) > 0.8
    assert centroid(mono(render(named("hihat_dark_soft")))) < 0.75 * centroid(bright)


def test_an_open_hat_lasts_longer_than_a_closed_one() -> None:
    def energy_after(seconds: float) -> float:
        sound = hat(Hat(seconds=seconds), child(0, "hat"))
        return float(np.sum(sound[:, 48 * 60 :] ** 2))

    assert energy_after(0.3) > 10 * energy_after(0.06)


def test_a_snare_has_a_body_and_wires() -> None:
    sound = snare(Snare(root=190.0), child(0, "snare"))[0].astype(float)
    assert share(sound, 150.0, 450.0) > 0.2
    assert share(sound, 2000.0, 12_000.0) > 0.02
