"""A plan as the render worker needs it: files, and what starts and stops at which frame. Runs on: event loop; pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from liveengine.arrange import place
from liveengine.arrange.plan import BEATS_PER_BAR, Plan
from liveengine.arrange.styles import Styles
from liveengine.session import fit
from liveengine.session.buffers import markers_at
from liveengine.session.clip import WarpName
from liveengine.sound import pattern
from liveengine.sound.convert import frames_at
from liveengine.stems.model import Stem
from liveengine.units import frames_per_beat

FADE_BARS = 8  # at the end of the last section, at most half of it


def score(
    plan: Plan, stems: Mapping[int, Stem], styles: Styles, rate: int, ceiling_db: float, *, warp: WarpName
) -> dict[str, Any]:
    """Return the payload of a render job without its path: plain data, positions in frames at `rate`.

    Unless `warp` is repitch, loops are rendered for the plan's tempo and key before they are played.
    """
    per_beat = frames_per_beat(plan.bpm, rate)
    numbers = {key: n for n, key in enumerate(dict.fromkeys((p.stem, p.category) for p in plan.placements))}
    last = plan.structure[-1].bars
    return {
        "rate": rate,
        "frames": round_half_up(plan.starts()[-1] * per_beat),
        "frames_per_beat": per_beat,
        "fade": round_half_up(min(FADE_BARS, max(1, last // 2)) * BEATS_PER_BAR * per_beat),
        "ceiling_db": ceiling_db,
        "tracks": max(p.track for p in plan.placements),
        "seed": plan.seed,
        "sounds": [_sound(stems[stem], category, styles, rate, plan.bpm, plan.key, warp) for stem, category in numbers],
        "cues": list(_cues(plan, stems, numbers, per_beat)),
    }


def _cues(
    plan: Plan, stems: Mapping[int, Stem], numbers: Mapping[tuple[int, str], int], per_beat: float
) -> Iterator[dict[str, Any]]:
    """Yield what begins or ends (sound -1) on which track and when."""
    at = {(p.track, p.slot): p for p in plan.placements}
    for section in range(len(plan.structure)):
        for cue in place.cues(plan, section, stems):
            placed = at.get((cue.track, cue.slot))
            yield {
                "frame": round_half_up(cue.beat * per_beat),
                "track": cue.track - 1,
                "slot": cue.slot,
                "sound": -1 if placed is None else numbers[placed.stem, placed.category],
                "gain": 0.0 if placed is None else placed.gain,
            }


def round_half_up(value: float) -> int:
    """Return the nearest whole frame, as the engine counts beats."""
    return int(value + 0.5)


def _sound(  # noqa: PLR0917
    stem: Stem, category: str, styles: Styles, rate: int, tempo: float, key: str, warp: str
) -> dict[str, Any]:
    frames = frames_at(stem.frames, stem.rate, rate)
    hits = place.hits(category, stem, styles)
    per_beat = frames_per_beat(tempo, rate)
    fitted = fit.fit(stem, frames, rate, tempo)
    beats = 4.0 if hits else pattern.loop_beats(frames, per_beat)
    if hits is not None:
        fitted = fit.Fit(0, round(beats * per_beat), per_beat, beats)
    sound = {
        "path": str(stem.path),
        "loop": stem.loop,
        "hits": hits,
        "beats": beats,
        "loop_end": fitted.loop_end,
        "source_frames_per_beat": fitted.source_frames_per_beat,
    }
    stretched = None if hits is not None or warp == "repitch" else _stretched(stem, fitted, rate, per_beat, key)
    if stretched is None:
        return sound | {"stretched": None}
    frames = stretched["frames"]
    return sound | {
        "loop_end": frames, "source_frames_per_beat": frames / fitted.beats, "stretched": stretched,
    }  # fmt: skip


def _stretched(stem: Stem, fitted: fit.Fit, rate: int, per_beat: float, key: str) -> dict[str, Any] | None:
    """Return how a loop is rendered for the plan's tempo and key, None where it plays as it is."""
    frames = round_half_up(fitted.beats * per_beat)
    semitones = fit.transposed(stem, "stretch", key)
    if min(frames, fitted.loop_end) < fit.SHORTEST or (frames == fitted.loop_end and semitones == 0.0):
        return None
    if not fit.SHORTEST_RATIO <= frames / fitted.loop_end <= fit.LONGEST_RATIO:
        return None
    marks = [mark for mark in markers_at(stem, rate) if mark < fitted.loop_end]
    percussive = stem.category in fit.PERCUSSION
    return {
        "end": fitted.loop_end, "frames": frames, "semitones": semitones, "attacks": marks, "percussive": percussive,
    }  # fmt: skip
