"""Plain measurements that label sounds as dark or bright, short or long, punchy or soft. Runs on: a shell, by hand.

They are independent of the features that search measures: what is judged must not be the judge. Written down in the
[measured] table of each set by `python -m liveengine.ml.physics SET DIR >> config/relevance/SET.toml`:

    centroid  Hz: sum(f |X(f)|^2) / sum(|X(f)|^2) over the spectrum of the whole file, 20 Hz to 20 kHz   low = dark
    length    s: from the first to the last 5 ms whose mean square is within 20 dB of the loudest 5 ms    low = short
    punch     dB: energy of the first 30 ms of that stretch over the energy of its first 300 ms           high = punchy
"""

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

from liveengine.ml import labels

STEP_S, FIRST_S, BODY_S = 0.005, 0.030, 0.300
NEAR = 0.01  # -20 dB
LOWEST, HIGHEST = 20.0, 20_000.0  # Hz


def measure(sound: npt.NDArray[np.float64], rate: int) -> tuple[float, float, float]:
    """Return (centroid Hz, length s, punch dB) of a mono sound [frames]."""
    power = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / rate)
    heard = (hertz >= LOWEST) & (hertz <= HIGHEST)
    centroid = float((hertz * power)[heard].sum() / max(power[heard].sum(), 1e-30))
    step = max(1, round(STEP_S * rate))
    padded = np.pad(sound, (0, -len(sound) % step)).reshape(-1, step)
    envelope = (padded**2).mean(1)
    loud = np.nonzero(envelope >= NEAR * envelope.max())[0]
    begin = int(loud[0]) * step
    first, body = ((sound[begin : begin + round(s * rate)] ** 2).sum() for s in (FIRST_S, BODY_S))
    return centroid, float((loud[-1] - loud[0] + 1) * STEP_S), float(10 * np.log10(first / max(body, 1e-30)))


def main() -> None:
    """Print the [measured] table of a set."""
    from liveengine.sound.decode import read

    name, folder = sys.argv[1:]
    found = labels.read(name)
    print("\n[measured]  # centroid Hz, length s, punch dB: liveengine/ml/physics.py")
    for sound in found.sounds:
        audio = read(found.file(Path(folder), sound))
        values = measure(audio.samples.mean(0).astype(np.float64), audio.rate)
        print(f'"{sound}" = [{values[0]:.0f}.0, {values[1]:.3f}, {values[2]:.1f}]')


if __name__ == "__main__":
    main()
