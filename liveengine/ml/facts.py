"""Decide tempo, key, loop and root from all claims: chunks, names and measurements. Runs on: worker processes.

Every claim is kept as a candidate with its source and confidence; the one that wins stands in the fact itself.
"""

import re
from typing import Any, NamedTuple

from liveengine.ml import key, tempo
from liveengine.ml.listen import Sound
from liveengine.ml.shape import loop_score
from liveengine.sound.names import Names, find_key, find_tempo
from liveengine.sound.riff import Acid, Chunks
from liveengine.sound.tags import Tags
from liveengine.units import TEMPO_MAX, TEMPO_MIN

_WHOLE = 0.01  # a loop's beats are whole when they miss an integer by less than 1 %
_PITCHED = 0.8  # confidence from which a one-shot has a root note
_STEADY = 2.0  # semitones that its pitch may wander
_BEATS_PER_BAR = 4
_ABOUT_KEY = re.compile(r"\bkey\b|tonart|\d ?bpm", re.I)
_SURE = 0.8  # confidence from which a claim that somebody wrote down stands
_DOUBT = 0.8  # what a measurement is worth beside such a claim
_UNPITCHED = frozenset({"kick", "snare", "hihat", "percussion", "drums"})  # their pitch is no key


class Claim(NamedTuple):
    """One candidate for a tempo or a key."""

    value: float | str
    source: str  # chunk, tag, comment, name; length, sound, repeat, onsets; chroma
    confidence: float  # 0..1


def judge(sound: Sound, duration: float, names: Names, chunks: Chunks, tags: Tags) -> dict[str, Any]:
    """Return loop, tempo, key, root, bars, beats, downbeat and the category that the name says, with all candidates."""
    loop, loop_source, loop_confidence = _loop(sound, duration, names, chunks)
    said = _said(duration, names, chunks, tags)
    measured = tempo.candidates(sound.pulse, loop)
    tempi = _ranked(said, [Claim(one.bpm, one.source, one.confidence) for one in measured[:6]])
    keys = _keys(sound, names, chunks, tags)
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


def _said(duration: float, names: Names, chunks: Chunks, tags: Tags) -> list[Claim]:
    """Return the tempi that chunks, tags and names claim; one that fills the sound with whole beats counts more."""
    found: list[tuple[float, str, float, float]] = []  # tempo, source, confidence, and with whole beats
    if chunks.acid and not chunks.acid.one_shot and (bpm := _acid_tempo(chunks.acid, duration)):
        found.append((bpm, "chunk", 0.85, 0.99))
    if tags.tempo:
        found.append((tags.tempo, "tag", 0.8, 0.97))
    found += [
        (told[0], "comment", 0.75, 0.9) for text in _texts(chunks, tags) if (told := find_tempo(text, bare=False))
    ][:1]
    if names.tempo:
        bpm, confidence = names.tempo
        found.append((bpm, "name", confidence, min(0.96, confidence + 0.3)))
    return [
        Claim(bpm, source, fitting if _is_whole(duration * bpm / 60.0) else alone)
        for bpm, source, alone, fitting in found
    ]


def _key_told(text: str) -> str | None:
    """Return the key that a free text tells beside a tempo or the word key: `Am` alone may be German for "at the"."""
    told = find_key(text, bare=False) if _ABOUT_KEY.search(text) else None
    return told.value if told else None


def _texts(chunks: Chunks, tags: Tags) -> list[str]:
    """Return the free texts of a file, in which some programs write tempo and key."""
    found = [tags.comment, chunks.info.get("ICMT"), chunks.broadcast.description if chunks.broadcast else None]
    return [text for text in found if text]


def _keys(sound: Sound, names: Names, chunks: Chunks, tags: Tags) -> list[dict[str, Any]]:
    said = [Claim(tags.key, "tag", 0.92)] if tags.key else []
    said += [Claim(told, "comment", 0.88) for text in _texts(chunks, tags) if (told := _key_told(text))][:1]
    if names.key:
        said.append(Claim(names.key.value, "name", names.key.confidence))
    drum = names.category is not None and names.category.value in _UNPITCHED
    measured = [] if drum or _is_struck(sound) else key.estimate(sound.tones)
    return _ranked(said, [Claim(one.name, "chroma", one.confidence) for one in measured])


def _ranked(said: list[Claim], measured: list[Claim]) -> list[dict[str, Any]]:
    """Return all claims as plain JSON, the surest first: what somebody wrote down counts more than what is measured."""
    doubt = _DOUBT if any(claim.confidence >= _SURE for claim in said) else 1.0
    every = [*said, *(claim._replace(confidence=round(claim.confidence * doubt, 3)) for claim in measured)]
    return [claim._asdict() for claim in sorted(every, key=lambda claim: -claim.confidence)]


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
