"""What proposals were made from, as a reason among the others. Runs on: event loop."""

from collections.abc import Sequence
from dataclasses import replace

from liveengine.stems.descent import Descent
from liveengine.stems.model import Match


async def told(reading: Descent, matches: Sequence[Match]) -> list[Match]:
    """Return matches of which each proposal says last what it was made from: "made from Kick 3 and Kick 7"."""
    proposed = [match.stem.id for match in matches if match.stem.provenance == "proposed"]
    if not proposed:
        return list(matches)
    titles: dict[int, list[str]] = {}
    for row in await reading.parents(proposed):
        titles.setdefault(row["stem"], []).append(row["title"])
    return [
        replace(match, reasons=(*match.reasons, f"made from {' and '.join(titles[match.stem.id])}"))
        if match.stem.id in titles
        else match
        for match in matches
    ]
