"""Facts as bytes: numbers that every stem has in 8 or 16 bits each, the rest as JSON, deflated with usual words known.

A tenth of the JSON. Most features keep three digits, which is finer than the places that are made of them; all else
comes back exactly. Runs on: event loop, threads.
"""

import copy
import json
import math
import zlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from liveengine.stems import harmony
from liveengine.stems.connect import Damaged
from liveengine.stems.counts import Counts, written

# A change below makes libraries unreadable: give VERSION a new number.
VERSION = b"\3"
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


class _Number(NamedTuple):
    """Where a number with few decimals stands, and how it is counted: 1, 2, .. from `first` on, 0 where it is not."""

    path: tuple[str, ...]
    scale: int  # by which it becomes whole
    first: int = 0
    down: bool = False  # most lie below `first`


_SCORE = (1000, 1000, True)  # 0..1; most are 1
_NUMBERS = (
    *(_Number((f"{name}_confidence",), 1000) for name in ("loop", "category")),
    *(_Number(("quality", name), *_SCORE) for name in ("quality", "technical", "creative")),
    *(_Number((kind, name), 10_000) for kind in ("categories", "votes") for name in _CATEGORIES),
)
# A score and what was measured for it; the latter is in decibels below 0 for some.
_PAIRS = tuple(
    (_Number(path, *_SCORE), _Number(path, 100, 0, path[-1] in ("offset", "noise", "truncation")))
    for path in (("quality", "parts", name) for name in _PARTS)
)
_SOURCES = ("name", "chroma", "length", "onsets", "repeat", "sound", "chunk", "tag", "comment", "folder", "measured")
_KEYS = tuple(harmony.key_name(number) or "" for number in range(harmony.KEYS))
# What most stems say of these, beside what the first claim says; left out where a stem speaks of them all.
_USUAL: dict[str, Any] = {
    "loop": False, "loop_source": "measured", "beats": None, "bars": None, "downbeat": 0.0, "root": None, "tags": {},
    "info": {}, "loops": [], "cues": [],
}  # fmt: skip
_CLAIMED = ("tempo", "key")
_NOTHING = -(1 << 31)
_MICRO = 1_000_000  # of FINE, in 32 bits
_LARGEST = 65_000.0  # of a feature in 16 bits
_HALVES, _FINE = 2 * len(FEATURES), 4 * len(FINE)
# What the JSON of nearly every stem holds.
_KNOWN = b"""{"info":{"IART":"ICMT":"tags":{"artist":"genre":"title":"comment":"loops":[[0,"cues":[{
"value":,"source":"tag","confidence":"creator":{"value":"source":"comment"},"licence":{"value":"CC0","source":"chunk"},"root":60,"downbeat":0.,"beats":16.0,"bars":4.0,
"key":"Am","key_source":"chroma","key_source":"name","tempo":120.0,"tempo_source":"length","tempo_source":"name",
{"loop":true,"loop_source":"name",{"root":36,"container":"FLAC","subtype":"PCM_16",{"loop_source":"name","category":null,"words":["vocal","bass","pad","loop",
"hat","synth","snare","kick"],{"container":"WAV","subtype":"PCM_24","category":"percussion","words":["
],"origin":{"pack":{"value":","source":"folder"}}}""".replace(b"\n", b"")


def pack(facts: Mapping[str, Any]) -> bytes:
    """Return facts as bytes; raises ValueError for NaN and infinity, which JSON does not have."""
    rest = _copied(facts)
    halves = np.array([_half(rest, name) for name in FEATURES], "<f2").tobytes()
    fine = np.array([_fine(rest, name) for name in FINE], "<i4").tobytes()
    counts = [_count(rest, number) for number in _NUMBERS]
    for pair in _PAIRS:
        counts += _pair(rest, pair)
    counts.append(_without_usual(rest))
    counts += _claims(rest, "tempo_candidates", lambda tempo: _integer(tempo, 1000))
    counts += _claims(rest, "key_candidates", lambda key: _KEYS.index(key) if key in _KEYS else _NOTHING)
    for name in ("features", "votes", "categories", "quality"):
        _drop(rest, facts, name)
    text = json.dumps(rest, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, _KNOWN)
    body = written(counts) + text.encode("utf-8", "surrogatepass")
    return VERSION + halves + fine + deflate.compress(body) + deflate.flush()


def unpack(blob: bytes) -> dict[str, Any]:
    """Return the facts of `pack`; raise Damaged for bytes that are none."""
    try:
        if blob[:1] != VERSION:
            raise ValueError("no facts of this version")
        halves = np.frombuffer(blob[1 : 1 + _HALVES], "<f2", len(FEATURES)).tolist()
        fine = np.frombuffer(blob, "<i4", len(FINE), 1 + _HALVES).tolist()
        facts = _counted(zlib.decompressobj(-15, _KNOWN).decompress(blob[1 + _HALVES + _FINE :], MOST))
        for name, half in zip(FEATURES, halves, strict=True):
            if not math.isnan(half):
                _room(facts, ("features",))[name] = float(f"{half:.5g}")
        for name, number in zip(FINE, fine, strict=True):
            if number != _NOTHING:
                _room(facts, ("features",))[name] = number / _MICRO
    except (zlib.error, ValueError, RecursionError, TypeError, AttributeError, IndexError) as error:
        raise Damaged(
            f"the facts of a stem are damaged ({error}); /stem/{{stem}}/analyse measures it anew, /stems/analyse all"
        ) from None
    return facts


def _counted(body: bytes) -> dict[str, Any]:
    """Return the facts of which the inflated part speaks."""
    counts = Counts(body)
    found = [(number, counts.next()) for number in _NUMBERS]
    found += [(number, counts.next()) for pair in _PAIRS for number in pair]
    usual = counts.next()
    claims = {
        "tempo_candidates": _claimed(counts, lambda count: count / 1000),
        "key_candidates": _claimed(counts, lambda count: _KEYS[count]),
    }
    facts: dict[str, Any] = json.loads(body[counts.at :].decode("utf-8", "surrogatepass"))
    facts |= {name: claim for name, claim in claims.items() if claim is not None}
    if usual:
        facts = copy.deepcopy(_usual(facts, usual)) | facts
    for number, count in found:
        if count:
            value = number.first + (1 - count if number.down else count - 1)
            *outer, name = number.path
            room = _room(facts, tuple(outer))
            room[name] = [*room.get(name, ()), value / number.scale] if len(outer) > 1 else value / number.scale
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


def _fine(rest: dict[str, Any], name: str) -> int:
    """Take a feature out in millionths; _NOTHING where it has to stay."""
    features = _object(rest.get("features"))
    number = _integer(features.get(name), _MICRO)
    if number != _NOTHING:
        del features[name]
    return number


def _count(rest: dict[str, Any], number: _Number) -> int:
    """Take a number out as its count; 0 where it has to stay."""
    within = rest if len(number.path) == 1 else _object(rest.get(number.path[0]))
    if count := _counts(within.get(number.path[-1]), number):
        del within[number.path[-1]]
    return count


def _counts(value: Any, number: _Number) -> int:
    """Return the count of a value, 0 where it has none."""
    whole = _integer(value, number.scale)
    if whole == _NOTHING:
        return 0
    return max(0, 1 + (number.first - whole if number.down else whole - number.first))


def _pair(rest: dict[str, Any], pair: tuple[_Number, _Number]) -> tuple[int, int]:
    """Take a pair of numbers out as their counts, both or none."""
    *outer, name = pair[0].path
    parts = _object(_object(rest.get(outer[0])).get(outer[1]))
    values = parts.get(name)
    if not isinstance(values, list | tuple) or len(values) != len(pair):
        return 0, 0
    score, value = (_counts(value, number) for value, number in zip(values, pair, strict=True))
    if not (score and value):
        return 0, 0
    del parts[name]
    return score, value


def _claims(rest: dict[str, Any], name: str, code: Callable[[Any], int]) -> list[int]:
    """Take a list of claims out as counts: one more than there are, then value, source and confidence of each."""
    claims = rest.get(name)
    if not isinstance(claims, list):
        return [0]
    found = [1 + len(claims)]
    for claim in claims:
        if not isinstance(claim, dict) or list(claim) != ["value", "source", "confidence"]:
            return [0]
        value, sure = code(claim["value"]), _integer(claim["confidence"], 1000)
        if claim["source"] not in _SOURCES or min(value, sure) < 0:
            return [0]
        found += [value, _SOURCES.index(claim["source"]), sure]
    del rest[name]
    return found


def _claimed(counts: Counts, value: Callable[[int], Any]) -> list[dict[str, Any]] | None:
    """Return the list of claims that comes next, None where there is none."""
    if not (number := counts.next()):
        return None
    return [
        {"value": value(counts.next()), "source": _SOURCES[counts.next()], "confidence": counts.next() / 1000}
        for _ in range(number - 1)
    ]


def _without_usual(rest: dict[str, Any]) -> int:
    """Leave out what is as usual, if there is something of all that may be; return for `_usual` how it is, else 0."""
    follows = [1 << at for at, name in enumerate(_CLAIMED, 1) if rest.get(name) is not None and _first(rest, name)]
    how = 1 + sum(follows)
    usual = _usual(rest, how)
    if not all(name in rest for name in usual):
        return 0
    for name, value in usual.items():
        if type(rest[name]) is type(value) and rest[name] == value:
            del rest[name]
    return how


def _usual(facts: Mapping[str, Any], how: int) -> dict[str, Any]:
    """Return what is usual beside these claims; bit 1 of `how`: the first claim of a tempo is believed, 2: of a key."""
    usual = dict(_USUAL)
    for at, name in enumerate(_CLAIMED, 1):
        claim = _first(facts, name) if how >> at & 1 else {}
        usual |= {name: claim.get("value"), f"{name}_source": claim.get("source")}
        usual[f"{name}_confidence"] = claim.get("confidence", 0.0)
    return usual


def _first(facts: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the first claim of a tempo or key, an empty one where none is."""
    claims = facts.get(f"{name}_candidates")
    return _object(claims[0]) if isinstance(claims, list) and claims else {}


def _object(value: Any) -> dict[str, Any]:
    """Return the value itself if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def _integer(value: Any, scale: int) -> int:
    """Return a number times its scale if nothing is lost by that, else _NOTHING."""
    if not _plain(value) or abs(value) * scale >= -_NOTHING - 1:
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
