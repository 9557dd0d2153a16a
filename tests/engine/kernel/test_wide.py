"""The code for wide processors makes the same sound as the code for plain ones."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from liveengine.engine.ops import Op, Tier
from tests.engine.rig import Rig, Sound


def sound() -> Sound:
    """Return what two interpolated voices at changing speeds and one at its own sound like."""
    rig = Rig(beat=1000.0, pool_bytes=1 << 20, tracks=3)
    noise = np.random.default_rng(5).uniform(-300, 300, (2, 2, 5000))
    for track, (left, right) in enumerate(noise):
        tier = (Tier.LINEAR, Tier.CUBIC)[track]
        rig.loop(rig.load(left, right), track, source_frames_per_beat=900.0 + 211 * track, tier=tier, crossfade=99)
    rig.loop(rig.load(*noise[0]), 2, gain=0.3)
    rig.engine.push(Op.CLIP_GAIN, track=2, slot=1, value=0.9, frame=5000, ramp=3000)
    for turn in range(8):
        rig.engine.push(Op.TEMPO, value=640.0 + 97 * turn, frame=1000 + 1777 * turn)
    return rig.run(16_000, 67)


if __name__ == "__main__":
    np.save(sys.argv[1], sound())


def test_a_plain_processor_makes_the_same_sound_bit_by_bit(tmp_path: Path) -> None:
    file = tmp_path / "plain.npy"
    env = os.environ | {"NUMBA_CPU_NAME": "generic"}
    command = [sys.executable, "-m", "tests.engine.kernel.test_wide", str(file)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    np.testing.assert_array_equal(np.load(file), sound())
