"""Decide tempo, key, loop and root from all claims: chunks, names and measurements. Runs on: worker processes.

Every claim is kept as a candidate with its source and confidence; the one that wins stands in the fact itself.
"""

from typing import Any

from liveengine.ml import key, tempo
from liveengine.ml.listen import Sound
from liveengine.ml.shape import loop_score
from liveengine.sound.names import Names
from liveengine.sound.riff import Acid, Chunks
from liveengine.sound.tags import Tags
from liveengine.units import TEMPO_MAX, TEMPO_MIN

_WHOLE = 0.01  # a loop's beats are whole when they miss an integer by less than 1 %
_PITCHED = 0.8  # confidence from which a one-shot has a root note
_STEADY = 2.0  # semitones that its pitch may wander
_BEATS_PER_BAR = 4
_UNPITCHED = frozenset({"kick", "snare", "hihat", "percussion", "drums"})  # their pitch is no key


def judge(sound: Sound, duration: float, names: Names, chunks: Chunks, tags: Tags) -> dict[str, Any]:
    """Return loop, tempo, key, root, bars, beats, downbeat and the category that the name says, with all candidates."""
    loop, loop_source, loop_confidence = _loop(sound, duration, names, chunks)
    said = _said(duration, names, chunks, tags)
    measured = tempo.candidates(sound.pulse, loop)
    tempi = sorted(
        [*said, *({"value": t.bpm, "source": t.source, "confidence": t.confidence} for t in measured[:6])],
        key=lambda claim: -claim["confidence"],
    )
    keys = _keys(sound, names, tags)
    chosen = tempi[0] if tempi and (loop or (tempi[0]["confidence"] > 0.4 and duration > 6.0)) else None
    beats = _beats(duration, chosen["value"]) if chosen else None
    return {
        "loop": loop,
        "loop_source": loop_source,
        "loop_confidence": round(loop_confidence, 3),
        "tempo": chosen["value"] if chosen else None,
        "tempo_source": chosen["source"] if chosen else None,
        "tempo_confidence": chosen["confidence"] if chosen else 0.0,
        "tempo_candidates": tempi,
        "beats": beats,
        "bars": round(beats / _BEATS_PER_BAR, 4) if beats else None,
        "downbeat": tempo.downbeat(sound.pulse, _heard(chosen, measured)) if loop else 0.0,
        "key": keys[0]["value"] if keys else None,
        "key_source": keys[0]["source"] if keys else None,
        "key_confidence": keys[0]["confidence"] if keys else 0.0,
        "key_candidates": keys,
        "root": None if loop else _root(sound, chunks),
        "category": names.category.value if names.category else None,
        "category_confidence": names.category.confidence if names.category else 0.0,
        "words": list(names.words),
    }


def _loop(sound: Sound, duration: float, names: Names, chunks: Chunks) -> tuple[bool, str, float]:
    if chunks.acid:
        return not chunks.acid.one_shot, "chunk", 0.97
    score = loop_score(sound.shape, sound.times(), duration)
    if names.loop is not None:
        return names.loop, "name", 0.9
    if names.tempo and names.tempo[1] > 0.6 and duration > 1.0 and _is_whole(duration * names.tempo[0] / 60.0):
        return True, "name", 0.85  # a name with a tempo that fills whole beats
    return score > 0.0, "measured", min(0.95, 0.5 + abs(score) / 2.0)


def _is_whole(beats: float) -> bool:
    return round(beats) >= 1 and abs(beats - round(beats)) < _WHOLE * max(1.0, beats / 16.0)


def _said(duration: float, names: Names, chunks: Chunks, tags: Tags) -> list[dict[str, Any]]:
    """Return the tempi that chunks, tags and names claim; one that fills the sound with whole beats counts more."""
    found: list[tuple[float, str, float, float]] = []  # tempo, source, confidence, and with whole beats
    if chunks.acid and not chunks.acid.one_shot and (bpm := _acid_tempo(chunks.acid, duration)):
        found.append((bpm, "chunk", 0.85, 0.99))
    if tags.tempo:
        found.append((tags.tempo, "tag", 0.8, 0.97))
    if names.tempo:
        bpm, confidence = names.tempo
        found.append((bpm, "name", confidence, min(0.96, confidence + 0.3)))
    return [
        {"value": bpm, "source": source, "confidence": fitting if _is_whole(duration * bpm / 60.0) else alone}
        for bpm, source, alone, fitting in found
    ]


def _keys(sound: Sound, names: Names, tags: Tags) -> list[dict[str, Any]]:
    found = []
    if tags.key:
        found.append({"value": tags.key, "source": "tag", "confidence": 0.92})
    if names.key:
        found.append({"value": names.key.value, "source": "name", "confidence": names.key.confidence})
    drum = names.category is not None and names.category.value in _UNPITCHED
    measured = [] if drum or _is_struck(sound) else key.estimate(sound.tones)
    found += [{"value": one.name, "source": "chroma", "confidence": one.confidence} for one in measured]
    return sorted(found, key=lambda claim: -claim["confidence"])


def _is_struck(sound: Sound) -> bool:
    """Tell a drum by its sound: a pitch that falls fast and dies away, as of kicks and toms."""
    return sound.shape.decay_ms < 600.0 and sound.shape.tail_db < -25.0 and sound.pitch.fall > _STEADY


def _beats(duration: float, bpm: float) -> float:
    beats = duration * bpm / 60.0
    return float(round(beats)) if _is_whole(beats) else round(beats, 4)


def _acid_tempo(acid: Acid, duration: float) -> float | None:
    """Return the tempo of an acid chunk; AIFF's basc has none, there beats and length give it."""
    bpm = acid.tempo or 60.0 * acid.beats / duration
    return round(bpm, 3) if TEMPO_MIN <= bpm <= TEMPO_MAX else None


def _root(sound: Sound, chunks: Chunks) -> int | None:
    if chunks.acid and chunks.acid.root is not None:
        return chunks.acid.root
    if chunks.sampler and chunks.sampler.root != 60:  # 60 is what programs write that do not know
        return chunks.sampler.root
    pitch = sound.pitch
    return pitch.note if pitch.confidence > _PITCHED and pitch.spread < _STEADY else None


def _heard(chosen: dict[str, Any] | None, measured: list[tempo.Tempo]) -> tempo.Tempo | None:
    """Return the measured candidate that has the chosen tempo, or the chosen one as if the onsets told it."""
    if chosen is None:
        return None
    near = (one for one in measured if abs(one.bpm / chosen["value"] - 1.0) < _WHOLE)
    return next(near, tempo.Tempo(chosen["value"], "onsets", chosen["confidence"]))
