"""A folder of sounds with words that nobody knows: three families of the synthesiser, each under a name of its own."""

from pathlib import Path

import numpy as np
import soundfile

from liveengine.synth.corpus import families
from liveengine.synth.signals import RATE, child, normal

FAMILIES = {"snare_chip": "blorp", "cowbell_808": "zwick", "whistle": "fnarg"}
SAID = ("{}", "a soft {}", "{} one", "deep {}")


def write(folder: Path, each: int = 6, first: int = 0, captions: bool = True) -> dict[str, str]:
    """Write `each` sounds of each family, with captions beside them; return the word of each file."""
    known = {family.name: family for family in families()}
    folder.mkdir(parents=True, exist_ok=True)
    words = {}
    for family, word in FAMILIES.items():
        for number in range(first, first + each):
            sound, _ = known[family].make(child(21, f"{family} {number}"))
            file = folder / f"{len(family)}-{number}.wav"
            soundfile.write(file, np.asarray(normal(sound, 0.9).T, np.float32)[: RATE // 2], RATE)
            words[file.name] = word
    if captions:
        rows = [f"{name};{SAID[at % len(SAID)].format(word)}" for at, (name, word) in enumerate(words.items())]
        (folder / "captions.csv").write_text("\n".join(["file;caption", *rows]) + "\n", "utf-8")
    return words
