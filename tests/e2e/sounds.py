"""A handful of stems with countable properties: loops at three tempi and two rates, one-shots, mono and stereo."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile


def _hits(frames: int, every: float, pitch: float, decay: float, *, rate: int, seed: int) -> npt.NDArray[np.float64]:
    """Return decaying tones with a little noise, one every `every` frames."""
    noise = np.random.default_rng(seed).uniform(-1.0, 1.0, frames)
    since = np.arange(frames) % every / rate
    return np.exp(-since / decay) * (0.8 * np.sin(2 * np.pi * pitch * since) + 0.2 * noise)


def write(folder: Path) -> list[str]:
    """Write nine stems into the folder; return their names in order of ingest."""
    folder.mkdir(parents=True, exist_ok=True)
    made: dict[str, tuple[npt.NDArray[np.float64], int]] = {}
    for name, bpm, rate, pitch, decay in (
        ("atmo_loop_128bpm.wav", 128, 48_000, 220.0, 0.90),
        ("bass_loop_120bpm.wav", 120, 48_000, 55.0, 0.30),
        ("hihat_loop_140bpm.wav", 140, 44_100, 6_000.0, 0.02),
        ("kick_loop_128bpm.wav", 128, 48_000, 60.0, 0.12),
        ("percussion_loop_128bpm.wav", 128, 48_000, 800.0, 0.05),
        ("synth_loop_128bpm.wav", 128, 44_100, 440.0, 0.20),
    ):
        beat = 60.0 * rate / bpm
        made[name] = (
            _hits(round(8 * beat), beat / (2 if "hihat" in name else 1), pitch, decay, rate=rate, seed=bpm),
            rate,
        )
    made["fx_shot.wav"] = (_hits(19_200, 19_200, 2_500.0, 0.2, rate=48_000, seed=4), 48_000)
    made["snare_shot.wav"] = (_hits(9_600, 9_600, 190.0, 0.08, rate=48_000, seed=5), 48_000)
    made["vocal_shot.flac"] = (_hits(24_000, 24_000, 330.0, 0.25, rate=48_000, seed=6), 48_000)
    for name, (samples, rate) in sorted(made.items()):
        stereo = np.stack([0.6 * samples, 0.6 * np.roll(samples, 40)], axis=1)
        soundfile.write(folder / name, 0.6 * samples if "kick" in name else stereo, rate, "PCM_24")
    return sorted(made)


def kicks(folder: Path) -> list[Path]:
    """Write two more kicks into the folder, a deep long one and a short bright one; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, pitch, decay in (("kick_deep_128bpm.wav", 42.0, 0.25), ("kick_click_128bpm.wav", 140.0, 0.04)):
        beat = 60.0 * 48_000 / 128
        paths.append(folder / name)
        soundfile.write(
            paths[-1], 0.6 * _hits(round(8 * beat), beat, pitch, decay, rate=48_000, seed=7), 48_000, "PCM_24"
        )
    return paths
