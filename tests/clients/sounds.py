"""Plausible stems for the page: names, facts, and one bar of sound per category. Runs on: tests."""

import io
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import soundfile

from liveengine.sound.peaks import overview

RATE = 22_050
NAMES = {
    "kick": ("Concrete Heart", "Abyss 909", "Hypnotic Thud", "Dry Club"),
    "snare": ("Steel Clap", "Gated Plate", "Rimshot Alley", "Paper Crack"),
    "hihat": ("Glass Sixteenths", "Open Foundry", "Whisper Ride", "Static Rain"),
    "percussion": ("Rolling Toms", "Tin Drum Ritual", "Conga Fog", "Chain Shaker"),
    "bass": ("Rumble Below", "Acid Ladder", "Sub Tide", "Reese Engine"),
    "synth": ("Neon Stab", "Minor Signal", "Warehouse Chord", "Slow Arp"),
    "vocal": ("Ghost Choir", "Ah Formant", "Breath Loop", "Spoken Static"),
    "atmo": ("Turbine Hall", "Night Rain", "Distant Thunder", "Sodium Light"),
    "fx": ("Riser Eight", "Sweep Down", "Impact Deep", "Noise Gate"),
}
KEYS = ("Am", "Em", "Fm", "C")
PULSES = {"kick": 4, "snare": 2, "hihat": 16, "percussion": 6, "bass": 8, "synth": 3, "vocal": 2, "atmo": 1, "fx": 1}


@dataclass(frozen=True)
class Stem:
    """A stem as the doors tell it."""

    id: int
    filename: str
    title: str
    path: str
    category: str
    tags: tuple[str, ...]
    bpm: float
    key: str | None
    duration: float
    loop: bool
    bars: float
    favourite: bool = False
    provenance: str = "original"

    def told(self) -> dict[str, object]:
        return asdict(self) | {"tags": list(self.tags)}


def library() -> dict[int, Stem]:
    """Return 36 stems by id."""
    stems: dict[int, Stem] = {}
    for category, names in NAMES.items():
        for index, title in enumerate(names):
            number = len(stems) + 1
            filename = f"{title.lower().replace(' ', '_')}_138.wav"
            key = KEYS[index] if category in ("bass", "synth", "vocal", "atmo") else None
            path = f"processed_database/stems/{category}/{filename}"
            stems[number] = Stem(
                number, filename, title, path, category, ("dark",), 138.0, key, 16 * 60 / 138, True, 4.0
            )
    return stems


def samples(stem: Stem) -> npt.NDArray[np.float32]:
    """Return one bar in the manner of the category, mono, deterministic: pulses with a decay, or one long swell."""
    random = np.random.default_rng(stem.id)
    frames = int(RATE * 4 * 60 / stem.bpm)
    time = np.arange(frames) / RATE
    pulses = PULSES[stem.category]
    phase = (np.arange(frames) * pulses / frames) % 1.0
    tone = np.sin(2 * np.pi * (45 + 30 * stem.id) * time) if stem.category not in ("hihat", "fx") else 0.0
    noise = random.standard_normal(frames) * (0.15 if stem.category in ("kick", "bass") else 0.4)
    shape = np.exp(-phase * random.uniform(2.5, 6)) if pulses > 1 else 0.35 + 0.6 * np.sin(np.pi * phase) ** 2
    accent = 0.55 + 0.45 * np.repeat(random.random(pulses), -(-frames // pulses))[:frames]
    return ((tone + noise) * shape * accent * 0.8).astype(np.float32)


def peaks(stem: Stem) -> bytes:
    """Return the overview: 512 minima, then 512 maxima, int8."""
    return overview(samples(stem)[None]).tobytes()


def wav(stem: Stem) -> bytes:
    """Return the bar as a WAV file."""
    file = io.BytesIO()
    soundfile.write(file, samples(stem), RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()
