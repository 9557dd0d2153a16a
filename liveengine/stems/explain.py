"""What the numbers of a stem's quality mean, in words. Runs on: event loop."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

POOR, FAIR = 0.35, 0.8  # scores below: a fault; between: a remark

# name -> (kind, unit, words for a poor, a fair and a good score; {} is the value)
_SAID: dict[str, tuple[str, str, str, str, str]] = {
    "clipping": (
        "technical", "samples/s", "cut off at the top, {} samples a second: lower the level and render again",
        "a few samples are cut off at the top", "no flat tops",
    ),
    "offset": (
        "technical", "dBFS", "lies {} dBFS off the middle: a high-pass at 10 Hz cures it",
        "lies a little off the middle", "no offset",
    ),
    "noise": (
        "technical", "dBFS", "noise or hum at {} dBFS in the pauses", "some noise in the pauses",
        "no noise in the pauses",
    ),
    "start": (
        "technical", "ms", "{} ms of silence come first: it sounds late", "begins after {} ms", "begins at once",
    ),
    "end": (
        "technical", "%", "{} % of the file are silence behind the sound", "some silence behind the sound",
        "no silence behind the sound",
    ),
    "truncation": (
        "technical", "dB", "ends abruptly, or clicks at its seam: a fade of 10 ms cures the click, not what is missing",
        "is still {} dB loud where it ends", "ends as it should",
    ),
    "mono": (
        "technical", "dB", "loses {} dB in mono: left and right cancel out", "loses {} dB in mono",
        "keeps its level in mono",
    ),
    "movement": ("creative", "octaves", "stands still", "changes a little", "moves much"),
    "colour": ("creative", "octaves", "a narrow spectrum", "an even spectrum", "a rich spectrum"),
    "dynamics": ("creative", "dB", "its level stays the same", "some dynamics", "wide dynamics"),
    "space": ("creative", "", "dry and narrow", "some room", "a wide room"),
    "character": ("creative", "", "no clear pitch or pulse", "a hint of pitch or pulse", "a clear pitch or pulse"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One reason of a quality: its number, and what that means."""

    name: str
    kind: str  # technical: a fault or none; creative: what there is to hear
    score: float  # 0..1
    value: float
    unit: str
    words: str


def parts(quality: Mapping[str, Any] | None) -> list[Part]:
    """Return the reasons of the quality among a stem's facts, the worst first; empty where it was not measured."""
    found = []
    for name, (score, value) in ((quality or {}).get("parts") or {}).items():
        if name in _SAID:
            kind, unit, poor, fair, good = _SAID[name]
            words = poor if score < POOR else fair if score < FAIR else good
            found.append(Part(name, kind, score, value, unit, words.format(f"{value:g}")))
    return sorted(found, key=lambda part: (part.kind != "technical", part.score))
