"""Facts as bytes: JSON, deflated with the names that every stem has known beforehand; a quarter of it.

Runs on: event loop.
"""

import json
import zlib
from collections.abc import Mapping
from typing import Any

from liveengine.stems.connect import Damaged

# What nearly every stem's facts hold, in their order. A change here makes libraries unreadable: give VERSION a new
# number and keep the old words.
VERSION = b"\1"
MOST = 4 << 20  # bytes of JSON
_WORDS = b"""duration rate channels frames container":"WAV","subtype":"PCM_16 PCM_24 FLOAT loop":false,"loop":true,"
loop_source":"measured","loop_source":"name","loop_source":"chunk","loop_confidence tempo":null,"tempo tempo_source
tempo_confidence tempo_candidates":[{"value":120.0,"source":"repeat","confidence":0.1},{"value":90.0,"source":"length",
"confidence":0.1},{"value":,"source":"onsets","confidence":0.0}],"beats":null,"beats bars":null,"bars downbeat":0.0,"
key":null,"key_source":null,"key_source":"chroma","key_confidence":0.0,"key_candidates":[],"key_candidates":[{"value":"C#m
root":null,"category":null,"category_confidence":0.95,"words":["hat","synth","snare","kick"],"loudness":-peak":-
tags":{},"info":{},"loops":[],"cues":[],"audio_hash":"quality":{"quality":0.technical":1.0,"creative":0.
parts":{"clipping":[1.0,0.0],"offset":[1.0,-144.0],"noise":[1.0,-start":[1.0,0.0],"end":[1.0,0.0],"truncation":[1.0,0.0],"
mono":[1.0,movement":[0.colour":[0.dynamics":[0.space":[0.character":[0.]}},"features":{"duration_s loudness_lufs":-
crest_db dynamic_range_db attack_ms decay_ms low_decay_ms sustain":0.tail_db":-tail_share":0.centroid_hz
attack_centroid_hz spread_oct rolloff_hz tilt_db":-flatness":0.zcr_hz sub_ratio":0.low_ratio":0.lowmid_ratio":0.
mid_ratio":0.high_ratio":0.air_ratio":0.harmonic_ratio":0.tonalness":0.noisiness":0.chroma_entropy":0.pitch_hz
pitch_confidence":0.pitch_fall pitch_spread voiced":0.flux":0.centroid_motion_oct":0.centroid_slope_oct":-
level_slope_db":-modulation_hz modulation_depth":0.roughness":0.drive":0.formant_score":0.onset_rate_hz
onset_strength_db regularity":0.swing":0.5,"stereo_width":0.stereo_correlation":0.},"
origin":{"pack":{"value":"source":"folder
categories":{"other":0.drums":0.atmo":0.vocal":0.synth":0.fx":0.percussion":0.bass":0.hihat":0.snare":0.kick":0."""
_KNOWN = _WORDS.replace(b"\n", b" ").replace(b" ", b'":1,"')


def pack(facts: Mapping[str, Any]) -> bytes:
    """Return facts as bytes; raises ValueError for NaN and infinity, which JSON does not have."""
    text = json.dumps(facts, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, _KNOWN)
    return VERSION + deflate.compress(text.encode("utf-8", "surrogatepass")) + deflate.flush()


def unpack(blob: bytes) -> dict[str, Any]:
    """Return the facts of `pack`; raise Damaged for bytes that are none."""
    try:
        if blob[:1] != VERSION:
            raise ValueError("no facts of this version")
        text = zlib.decompressobj(-15, _KNOWN).decompress(blob[1:], MOST).decode("utf-8", "surrogatepass")
        facts: dict[str, Any] = json.loads(text)
        if not isinstance(facts, dict):
            raise ValueError("no object")
    except (zlib.error, ValueError, RecursionError) as error:
        raise Damaged(f"the facts of a stem are damaged ({error}); ingest its file again") from None
    return facts
