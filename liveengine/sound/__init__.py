"""Files and samples: decode, resample, chunks, names, loudness, waveforms. Runs on: workers (names: anywhere)."""

from liveengine.sound.convert import frames_at, resample
from liveengine.sound.decode import Audio, read
from liveengine.sound.loudness import loudness
from liveengine.sound.peaks import overview

__all__ = ["Audio", "frames_at", "loudness", "overview", "read", "resample"]
