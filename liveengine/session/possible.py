"""Why a clip cannot become a variation of itself, told before anybody waits for one. Runs on: event loop."""

from pathlib import Path

from liveengine.errors import BadArgument, ModelMissing, OutOfRange
from liveengine.fabrik.mutating import KindName
from liveengine.fabrik.training import CARD
from liveengine.session.clip import Clip
from liveengine.session.line import Source

LONGEST_S = 120.0  # of a clip that mutates


def check(clip: Clip, source: Source, kind: KindName, style: int, models: Path, rate: int) -> None:  # noqa: PLR0917
    """Raise what stands in the way of variations of this kind, and what to do about it.

    `models` is the folder of the category models, `rate` the engine's. Raises OutOfRange, ModelMissing, BadArgument.
    """
    seconds = (source.end - source.start) / rate
    if seconds > LONGEST_S:
        raise OutOfRange(f"{clip.name!r} lasts {seconds:.0f} s, at most {LONGEST_S:g} s mutate: shorten its loop")
    if kind == "walk" and not (models / clip.category / CARD).is_file():
        raise ModelMissing(
            f"{clip.name!r} cannot walk, as no model of {clip.category} is taught: `liveengine train category "
            f"{clip.category}` teaches one, and the kinds auto, slices and grains need none"
        )
    if kind == "style" and not style:
        raise BadArgument("the kind style needs a stem whose timbre is taken on: set /track/.../mutation/style first")
