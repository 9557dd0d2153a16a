"""What a new sound is because its parents are: a stem between two techno claps is one itself. Runs on: event loop.

How it sounds it does not inherit: that is measured.
"""

import json
from collections.abc import Sequence
from dataclasses import replace

from liveengine.fabrik.entering import Made
from liveengine.stems.library import Library


async def inherited(library: Library, made: Sequence[Made]) -> list[Made]:
    """Return what was made with those tags that all of its parents have and that say what they are: things, machines,
    genres of the lexicon.
    """
    parents = {stem for one in made for stem, _ in one.lineage.parents}
    rows = await library.db.reading.stems_among(parents)
    tags = {row["id"]: json.loads(row["tags"]) for row in rows}
    concepts = library.parts.words.lexicon.concepts
    heirs = []
    for one in made:
        known = [tags[stem] for stem, _ in one.lineage.parents if stem in tags]
        common = [tag for tag in known[0] if all(tag in other for other in known)] if known else []
        own = [tag for tag in common if tag in concepts and concepts[tag].kind != "words"]
        heirs.append(replace(one, tags=tuple(dict.fromkeys([*one.tags, *own]))))
    return heirs
