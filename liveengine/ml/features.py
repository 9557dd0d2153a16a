"""All measured features of a sound, by name. Runs on: worker processes.

FEATURES says for each what it is; `measure` returns exactly these, all finite. Measured on the mono mix at 44.1 kHz,
over at most the loudest 90 s; the formulas stand at the functions that compute them.
"""

import numpy as np

from liveengine.ml import formant, texture
from liveengine.ml.key import chroma
from liveengine.ml.listen import Sound
from liveengine.ml.shape import STEP, Shape
from liveengine.ml.spectrum import RATE, Array, Spectrum

# name -> (unit, what it is)
FEATURES: dict[str, tuple[str, str]] = {
    "duration_s": ("s", "length of the whole file"),
    "loudness_lufs": ("LUFS", "integrated loudness, BS.1770"),
    "crest_db": ("dB", "peak over RMS; high = peaky, low = dense or distorted"),
    "dynamic_range_db": ("dB", "95th less 10th percentile of the level in 10 ms steps, quietest -60 dB"),
    "attack_ms": ("ms", "rise of the first loud peak from 10 to 90 %; small = hard, punchy"),
    "decay_ms": ("ms", "from the loudest moment until the level stays 20 dB below it; small = short, dry"),
    "low_decay_ms": ("ms", "the same for what lies below 120 Hz: the boom of a kick"),
    "sustain": ("0..1", "share of the time within 12 dB of the loudest moment"),
    "tail_db": ("dB", "level of the last 5 % below the loudest moment"),
    "tail_share": ("0..1", "energy later than 150 ms after the latest onset: reverb, long release, sustained tones"),
    "centroid_hz": ("Hz", "centre of gravity of the power spectrum; high = bright, low = dark"),
    "attack_centroid_hz": ("Hz", "the same over the 30 ms from the first loud onset: click, snap"),
    "spread_oct": ("octaves", "standard deviation of the power spectrum around its centre"),
    "rolloff_hz": ("Hz", "85 % of the energy lie below"),
    "tilt_db": ("dB per 8 mel bands", "slope of the long-term spectrum; negative = dark"),
    "flatness": ("0..1", "geometric over arithmetic mean of the power spectrum up to 16 kHz; 1 = white noise"),
    "zcr_hz": ("Hz", "zero crossings per second"),
    "sub_ratio": ("0..1", "energy below 60 Hz"),
    "low_ratio": ("0..1", "energy below 120 Hz"),
    "lowmid_ratio": ("0..1", "energy from 120 to 500 Hz"),
    "mid_ratio": ("0..1", "energy from 500 Hz to 5 kHz"),
    "high_ratio": ("0..1", "energy above 5 kHz"),
    "air_ratio": ("0..1", "energy above 10 kHz"),
    "harmonic_ratio": ("0..1", "energy that is steady in time; 1 less it is percussive"),
    "tonalness": ("0..1", "energy from 30 Hz to 10 kHz, pink-weighted, in spectral peaks 20 dB above the median"),
    "noisiness": ("0..1", "1 - the mean of tonalness and pitch_confidence"),
    "chroma_entropy": ("0..1", "0 = one pitch class, 1 = all twelve alike"),
    "pitch_hz": ("Hz", "median fundamental, 0 = none"),
    "pitch_confidence": ("0..1", "periodicity, weighted by energy"),
    "pitch_fall": (
        "semitones",
        "first pitched part less last one; positive = falls (kicks, toms, zaps), negative = rises",
    ),
    "pitch_spread": ("semitones", "standard deviation of the fundamental: melody, vibrato, glide"),
    "voiced": ("0..1", "energy in pitched windows of 46 ms"),
    "flux": ("0..1", "change of the mel spectrum over 46 ms"),
    "centroid_motion_oct": ("octaves", "standard deviation of the centroid in time: filter movement"),
    "centroid_slope_oct": ("octaves", "rise of the centroid from start to end: riser positive, downlifter negative"),
    "level_slope_db": ("dB", "rise of the level from start to end: riser, swell"),
    "modulation_hz": ("Hz", "strongest movement of the level between 0.5 and 16 Hz"),
    "modulation_depth": ("0..1", "its depth: tremolo, wobble, pumping, pulse"),
    "roughness": ("0..1", "movement of the level between 30 and 150 Hz: growl, distortion, buzz"),
    "drive": (
        "0..1",
        "share of samples within 1 dB of their 10 ms peak: sine 0.3, square and clipping near 1, noise below 0.1",
    ),
    "formant_score": ("0..1", "resonances where vowels have them, moving, over a pitch of 70 to 500 Hz: voice"),
    "onset_rate_hz": ("1/s", "onsets per second: density"),
    "onset_strength_db": ("dB", "mean rise at the onsets over all bands"),
    "regularity": ("0..1", "how well the onsets repeat at one period: groove, pulse"),
    "swing": ("0.42..0.75", "position of the off-beat within the beat, 0.5 = straight, 0.67 = triplet"),
    "stereo_width": ("0..1", "energy of the sides in that of middle and sides; 0 = mono"),
    "stereo_correlation": ("-1..1", "of left and right; below 0 the sound thins out in mono"),
}


def measure(sound: Sound, duration: float, loudness: float, beat: float | None) -> dict[str, float]:
    """Return all FEATURES; `duration` in seconds of the whole file, `loudness` in LUFS, `beat` in seconds if known."""
    spectrum, shape, tones, pitch = sound.spectrum, sound.shape, sound.tones, sound.pitch
    rise, rows, mono = sound.rise, sound.onsets, sound.spectrum.mono
    found = texture.spectral(spectrum) | texture.movement(spectrum)
    found |= texture.modulation(shape.envelope, RATE / STEP)
    found |= texture.rhythm(rise, rows, len(mono) / RATE, beat)
    found |= _level(mono, shape) | _course(spectrum, shape, rows) | _width(sound.stereo)
    found |= {
        "duration_s": duration,
        "loudness_lufs": loudness,
        "tonalness": tones.share,
        "noisiness": 1.0 - (tones.share + pitch.confidence) / 2.0,
        "chroma_entropy": _entropy(chroma(tones)),
        "pitch_hz": pitch.hertz,
        "pitch_confidence": pitch.confidence,
        "pitch_fall": pitch.fall,
        "pitch_spread": pitch.spread,
        "voiced": pitch.voiced,
        "formant_score": formant.score(spectrum, pitch),
        "zcr_hz": float(np.count_nonzero(np.diff(np.signbit(mono))) / max(len(mono), 1) * RATE),
    }
    return {name: round(float(np.nan_to_num(found[name])), 6) for name in FEATURES}


def _level(mono: Array, shape: Shape) -> dict[str, float]:
    rms = float(np.sqrt((mono.astype(np.float64) ** 2).mean())) if len(mono) else 0.0
    peak = float(np.abs(mono).max(initial=0.0))
    top = max(float(shape.envelope.max()), 1e-9)
    steps = 20.0 * np.log10(np.maximum(shape.envelope / top, 1e-3))
    slope = np.polyfit(np.linspace(0.0, 1.0, len(steps)), steps, 1)[0] if len(steps) > 4 else 0.0
    return {
        "crest_db": 20.0 * np.log10(peak / rms) if rms > 1e-9 else 0.0,
        "dynamic_range_db": float(np.percentile(steps, 95) - np.percentile(steps, 10)),
        "attack_ms": shape.attack_ms,
        "decay_ms": shape.decay_ms,
        "sustain": shape.sustain,
        "tail_db": shape.tail_db,
        "level_slope_db": float(slope),
        "drive": _drive(mono),
    }


def _drive(mono: Array) -> float:
    """Return the energy-weighted share of samples within 1 dB of the peak of their 10 ms."""
    size = RATE // 100
    blocks = np.abs(mono[: len(mono) // size * size].reshape(-1, size))
    if not len(blocks):
        return 0.0
    peaks = blocks.max(axis=1, keepdims=True)
    share = (blocks >= 0.891 * np.maximum(peaks, 1e-9)).mean(axis=1)
    weight = peaks[:, 0].astype(np.float64) ** 2
    return float((share * weight).sum() / max(weight.sum(), 1e-20))


def _course(spectrum: Spectrum, shape: Shape, rows: np.ndarray) -> dict[str, float]:
    """Return what needs time and spectrum together: the attack's brightness, the boom, the tail."""
    energy = spectrum.power.sum(axis=1, dtype=np.float64)
    total = max(float(energy.sum()), 1e-20)
    loudest = int(energy.argmax())
    starts = rows[rows <= loudest]
    first = int(starts[-1]) if len(starts) else max(loudest - 3, 0)
    part = spectrum.power[first : first + 6].sum(axis=0, dtype=np.float64)
    hertz = np.arange(len(part)) * (RATE / 2 / (len(part) - 1))
    low = spectrum.power[:, 1:4].sum(axis=1, dtype=np.float64)  # bins at 43, 86 and 129 Hz
    last = np.searchsorted(rows, np.arange(len(energy)), side="right") - 1
    since = np.arange(len(energy)) - np.where(last >= 0, rows[np.maximum(last, 0)] if len(rows) else 0, 0)
    return {
        "attack_centroid_hz": float((hertz * part).sum() / max(part.sum(), 1e-20)),
        "low_decay_ms": _low_decay(low) if low.sum() > 0.02 * total else 0.0,
        "tail_share": float(energy[since > 26].sum() / total),  # 26 rows are 150 ms
    }


def _low_decay(low: np.ndarray) -> float:
    peak = int(low.argmax())
    loud = np.flatnonzero(low[peak:] > 0.01 * low[peak])
    return float(loud[-1] * 256 / RATE * 1e3) if len(loud) else 0.0


def _entropy(notes: np.ndarray) -> float:
    held = notes[notes > 0]
    return float(-(held * np.log(held)).sum() / np.log(12)) if len(held) else 1.0


def _width(stereo: Array) -> dict[str, float]:
    if stereo.shape[0] < 2:
        return {"stereo_width": 0.0, "stereo_correlation": 1.0}
    left, right = stereo[0].astype(np.float64), stereo[1].astype(np.float64)
    middle, side = float(((left + right) ** 2).sum()), float(((left - right) ** 2).sum())
    size = float(np.sqrt((left**2).sum() * (right**2).sum()))
    return {
        "stereo_width": side / (middle + side) if middle + side > 0.0 else 0.0,
        "stereo_correlation": float((left * right).sum()) / size if size > 0.0 else 1.0,
    }
