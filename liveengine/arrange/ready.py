"""A stem made ready to play: loaded, fitted to a tempo and a key, a one-shot laid as a pattern. Runs on: event loop."""

from liveengine.arrange import place
from liveengine.arrange.styles import Styles
from liveengine.session import fit
from liveengine.session.clip import Clip
from liveengine.session.session import Session
from liveengine.stems.model import Stem
from liveengine.units import frames_per_beat


async def ready(  # noqa: PLR0917  # what is made ready, for what, how
    session: Session,
    stem: Stem,
    at: list[float] | None,
    tempo: float,
    key: str | None,
    gain: float = 1.0,
) -> Clip:
    """Return a clip of a stem for `tempo` and `key`, its buffer held; `buffers.let_go` or `clips.put` ends the hold.

    A one-shot is hit on the beats `at` of each bar; None: it plays as it is. Raises what `Buffers.hold` raises.
    """
    rate = session.engine.rate
    if at is None:
        buffer = await session.buffers.hold(stem)
        fitted = fit.fit(stem, buffer.frames, rate, tempo)
        return session.clips.prepare(stem, buffer, fitted, gain, key)
    buffer, beats = await session.buffers.hold_pattern(stem, at, tempo)
    laid = fit.Fit(0, buffer.frames, frames_per_beat(tempo, rate), beats)
    clip = session.clips.prepare(stem, buffer, laid, gain, key)
    clip.at, clip.tempo = at, float(tempo)
    return clip


def level(stem: Stem, styles: Styles) -> float:
    """Return the linear gain that brings a stem to the loudness of its category."""
    return place.balance(stem, styles.loudness.get(stem.category, styles.loudness["other"]))
