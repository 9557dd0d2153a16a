"""Facts as bytes: numbers that every stem has in 16 bits each, the rest as JSON, deflated with its usual words known.

An eighth of the JSON. Most features keep three digits, which is finer than the places that are made of them; all else
comes back exactly. Runs on: event loop, threads.
"""

import json
import math
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from liveengine.stems.connect import Damaged

# A change below makes libraries unreadable: give VERSION a new number.
VERSION = b"\2"
MOST = 4 << 20  # bytes of JSON
FEATURES = (
    "duration_s", "loudness_lufs", "crest_db", "dynamic_range_db", "decay_ms", "low_decay_ms", "sustain",
    "tail_db", "tail_share", "centroid_hz", "attack_centroid_hz", "spread_oct", "rolloff_hz", "tilt_db", "flatness",
    "zcr_hz", "sub_ratio", "low_ratio", "lowmid_ratio", "mid_ratio", "high_ratio", "air_ratio", "harmonic_ratio",
    "tonalness", "noisiness", "pitch_hz", "pitch_confidence", "pitch_fall", "pitch_spread",
    "flux", "centroid_motion_oct", "centroid_slope_oct", "level_slope_db", "modulation_hz", "modulation_depth",
    "roughness", "drive", "formant_score", "onset_rate_hz", "onset_strength_db", "regularity", "stereo_width",
    "stereo_correlation",
)  # fmt: skip
# Those that lie on a grid, or close together below 1, where a little less is another percentile: six decimals.
FINE = ("attack_ms", "chroma_entropy", "voiced", "swing")
_CATEGORIES = ("kick", "snare", "hihat", "bass", "percussion", "fx", "synth", "vocal", "atmo", "drums", "other")
_PARTS = (
    "clipping", "offset", "noise", "start", "end", "truncation", "mono", "movement", "colour", "dynamics", "space",
    "character",
)  # fmt: skip
# Numbers with few decimals: (where they stand, by what they become whole). What does not fit stays in the JSON.
_WHOLE: tuple[tuple[tuple[str, ...], int], ...] = (
    (("loudness",), 100), (("peak",), 100), (("loop_confidence",), 1000), (("tempo_confidence",), 1000),
    (("key_confidence",), 1000), (("category_confidence",), 1000),
    *((("quality", name), 1000) for name in ("quality", "technical", "creative")),
    *((("categories", name), 10_000) for name in _CATEGORIES), *((("votes", name), 10_000) for name in _CATEGORIES),
)  # fmt: skip
_PAIRS = tuple(("quality", "parts", name) for name in _PARTS)
_SCALES = (1000, 100)  # of a pair: its score 0..1, its value
_NOTHING = -(1 << 15)
_MICRO = 1_000_000  # of FINE, in 32 bits
_LARGEST = 65_000.0  # of a feature in 16 bits
_HALVES, _FINE, _INTEGERS = 2 * len(FEATURES), 4 * len(FINE), 2 * (len(_WHOLE) + 2 * len(_PAIRS))
# What the JSON of nearly every stem holds.
_KNOWN = b"""{"offset":[1.0,"clipping":[0.,"features":{"quality":{"parts":{"source":"comment","confidence":
{"value":"source":"tag"{"value":"source":"chunk","origin":{"licence":{"value":"creator":{"value":"pack":{"value":"
"source":"folder"}}}"info":{"IART":"ICMT":"tags":{"artist":"comment":"genre":"title":"loops":[[0,"cues":[
"root":60,"words":["vocal","bass","pad","loop","hat","synth","snare","kick"],"key_candidates":[{"value":"C#m","source":"name",
"confidence":0.9},{"value":"F","source":"chroma","confidence":0.0}],"beats":16.0,"bars":4.0,"downbeat":0.0,"key":"Am",
"key_source":"chroma","tempo":120.0,"tempo_source":"length","tempo_candidates":[{"value":90.0,"source":"repeat","confidence":0.1},
{"value":60.0,"source":"onsets","confidence":0.0},{"value":120.0,"source":"length","confidence":0.95}],
{"duration":2.0,"rate":44100,"channels":1,"frames":96000,"container":"FLAC","subtype":"PCM_16","loop":true,
"loop_source":"measured",{"duration":0.5,"rate":48000,"channels":2,"frames":48000,"container":"WAV","subtype":"PCM_24",
"loop":true,"loop_source":"name","loop":false,"loop_source":"name","tempo":null,"tempo_source":null,
"tempo_candidates":[],"beats":null,"bars":null,"downbeat":0.0,"key":null,"key_source":null,"key_candidates":[],"root":null,
"category":"percussion","category":"snare","category":"kick","category":null,"words":["
"tags":{},"info":{},"loops":[],"cues":[],"origin":{"pack":{"value":"source":"folder"}}}""".replace(b"\n", b"")


def pack(facts: Mapping[str, Any]) -> bytes:
    """Return facts as bytes; raises ValueError for NaN and infinity, which JSON does not have."""
    rest = _copied(facts)
    halves = np.array([_half(rest, name) for name in FEATURES], "<f2").tobytes()
    fine = np.array([_whole(rest, ("features", name), _MICRO, 1 << 31) for name in FINE], "<i4").tobytes()
    numbers = [_whole(rest, path, scale) for path, scale in _WHOLE]
    for path in _PAIRS:
        numbers += _pair(rest, path)
    for name in ("features", "votes", "categories", "quality"):
        _drop(rest, facts, name)
    text = json.dumps(rest, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, _KNOWN)
    body = np.array(numbers, "<i2").tobytes() + text.encode("utf-8", "surrogatepass")
    return VERSION + halves + fine + deflate.compress(body) + deflate.flush()


def unpack(blob: bytes) -> dict[str, Any]:
    """Return the facts of `pack`; raise Damaged for bytes that are none."""
    try:
        if blob[:1] != VERSION:
            raise ValueError("no facts of this version")
        body = zlib.decompressobj(-15, _KNOWN).decompress(blob[1 + _HALVES + _FINE :], MOST)
        halves = np.frombuffer(blob[1 : 1 + _HALVES], "<f2", len(FEATURES)).tolist()
        numbers = iter(np.frombuffer(body[:_INTEGERS], "<i2", _INTEGERS // 2).tolist())
        facts: dict[str, Any] = json.loads(body[_INTEGERS:].decode("utf-8", "surrogatepass"))
        for name, half in zip(FEATURES, halves, strict=True):
            if not math.isnan(half):
                _room(facts, ("features",))[name] = float(f"{half:.5g}")
        for name, number in zip(FINE, np.frombuffer(blob, "<i4", len(FINE), 1 + _HALVES).tolist(), strict=True):
            if number != _NOTHING:
                _room(facts, ("features",))[name] = number / _MICRO
        for path, scale in _WHOLE:
            if (number := next(numbers)) != _NOTHING:
                _room(facts, path[:-1])[path[-1]] = number / scale
        for path in _PAIRS:
            score, value = next(numbers), next(numbers)
            if score != _NOTHING:
                _room(facts, path[:-1])[path[-1]] = [score / _SCALES[0], value / _SCALES[1]]
    except (zlib.error, ValueError, RecursionError, TypeError, AttributeError) as error:
        raise Damaged(f"the facts of a stem are damaged ({error}); ingest its file again") from None
    return facts


def _copied(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts with those objects copied that numbers are taken out of."""
    rest = {name: dict(value) if isinstance(value, Mapping) else value for name, value in facts.items()}
    if isinstance(rest.get("quality"), dict) and isinstance(rest["quality"].get("parts"), Mapping):
        rest["quality"]["parts"] = dict(rest["quality"]["parts"])
    return rest


def _drop(rest: dict[str, Any], facts: Mapping[str, Any], name: str) -> None:
    """Leave out an object of which nothing is left, if there was something."""
    if name == "quality" and isinstance(rest.get(name), dict) and rest[name].get("parts") == {} != facts[name]["parts"]:
        del rest[name]["parts"]
    if rest.get(name) == {} != facts[name]:
        del rest[name]


def _half(rest: dict[str, Any], name: str) -> float:
    """Take a feature out; NaN where it has to stay."""
    features = _object(rest.get("features"))
    value: Any = features.get(name)
    if not _plain(value) or abs(value) > _LARGEST:
        return math.nan
    del features[name]
    return float(value)


def _whole(rest: dict[str, Any], path: tuple[str, ...], scale: int, most: int = -_NOTHING) -> int:
    """Take a number out as an integer below `most`; _NOTHING where it has to stay."""
    within = rest if len(path) == 1 else _object(rest.get(path[0]))
    number = _integer(within.get(path[-1]), scale, most)
    if number != _NOTHING:
        del within[path[-1]]
    return number


def _pair(rest: dict[str, Any], path: tuple[str, ...]) -> tuple[int, int]:
    """Take a pair of numbers out as integers, both or none."""
    parts = _object(_object(rest.get(path[0])).get(path[1]))
    pair = parts.get(path[2])
    if not isinstance(pair, list | tuple) or len(pair) != len(_SCALES):
        return _NOTHING, _NOTHING
    first, second = (_integer(value, scale) for value, scale in zip(pair, _SCALES, strict=True))
    if _NOTHING in (first, second):
        return _NOTHING, _NOTHING
    del parts[path[2]]
    return first, second


def _object(value: Any) -> dict[str, Any]:
    """Return the value itself if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def _integer(value: Any, scale: int, most: int = -_NOTHING) -> int:
    """Return a number times its scale if nothing is lost by that."""
    if not _plain(value) or abs(value) * scale >= most - 1:
        return _NOTHING
    number = round(value * scale)
    return number if number / scale == value else _NOTHING


def _plain(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _room(facts: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """Return the object at a path, made where it is not there."""
    for name in path:
        facts = facts.setdefault(name, {})
    return facts
