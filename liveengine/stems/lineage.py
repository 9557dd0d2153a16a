"""How a stem came to be that the Fabrik has made, and what it is known to be. Runs on: event loop; pure."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Self

from liveengine.stems.connect import Value
from liveengine.stems.describe import MOST_TAGS, Description

MadeBy = Literal["separate", "generate", "mutate", "propose", "dream"]
SOURCE = "made"  # of a claim of the Fabrik, beside name, chunk, onsets ...
_BEATS_PER_BAR = 4


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a stem was made by, and from which stems."""

    made_by: MadeBy
    parents: tuple[tuple[int, float], ...] = ()  # (stem, share 0..1); the first is the stem's `parent`
    model: str = ""  # id of the model or name of the method; "" = by signal processing alone
    checksum: str = ""  # of the model's weights
    seed: int | None = None
    latent: bytes = b""  # float32 little-endian
    terms: Mapping[str, Any] = field(default_factory=dict)  # mode, amount ... as JSON holds it
    titles: Mapping[int, str] = field(default_factory=dict)  # of parents: some may be deleted meanwhile

    def row(self, stem: int, known: "Known") -> dict[str, Value]:
        """Return the columns of table `lineage`, without the hash."""
        return {
            "stem": stem,
            "made_by": self.made_by,
            "model": self.model,
            "checksum": self.checksum,
            "seed": self.seed,
            "latent": self.latent,
            "terms": json.dumps(dict(self.terms), ensure_ascii=False, sort_keys=True),
            "known": json.dumps(asdict(known), ensure_ascii=False),
        }


@dataclass(frozen=True, slots=True)
class Known:
    """What the Fabrik knows of what it has made; None or empty: what the analysis hears counts."""

    category: str
    title: str = ""
    tags: tuple[str, ...] = ()
    loop: bool | None = None
    tempo: float | None = None  # beats per minute
    bars: float | None = None
    key: str | None = None

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what column `known` holds."""
        values = json.loads(text)
        return cls(**values | {"tags": tuple(values["tags"])})


def told(facts: Mapping[str, Any], known: Known) -> dict[str, Any]:
    """Return the facts of an analysis in which tempo, key and loop are what is known, the surest of the candidates."""
    found = dict(facts)
    for name, value in (("tempo", known.tempo), ("key", known.key)):
        if value is not None:
            claim = {"value": value, "source": SOURCE, "confidence": 1.0}
            others = [one for one in facts.get(f"{name}_candidates") or [] if one["source"] != SOURCE]
            found |= {name: value, f"{name}_source": SOURCE, f"{name}_confidence": 1.0}
            found[f"{name}_candidates"] = [claim, *others]
    if known.loop is not None:
        found |= {"loop": known.loop, "loop_source": SOURCE, "loop_confidence": 1.0}
    if known.bars is not None:
        found |= {"bars": known.bars, "beats": known.bars * _BEATS_PER_BAR, "downbeat": 0.0}
    elif known.loop is False:
        found |= {"bars": None, "beats": None}
    return found | {"category": known.category, "category_confidence": 1.0}


def concluded(said: Description, known: Known) -> Description:
    """Return a description, made from what `told` returns, whose category, title and tags are what is known."""
    most = max(said.likely.values(), default=1.0)
    likely = {**said.likely, known.category: max(most, said.likely.get(known.category, 0.0))}
    total = sum(likely.values())
    return replace(
        said,
        title=known.title or said.title,
        category=known.category,
        likely={name: round(share / total, 4) for name, share in likely.items()},
        tags=tuple(dict.fromkeys([*known.tags, *said.tags]))[:MOST_TAGS],
    )
