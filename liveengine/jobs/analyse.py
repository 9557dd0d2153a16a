"""Measure one file: facts, features, hashes, waveform. Runs on: worker processes."""

import base64
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from liveengine.digest import digest
from liveengine.errors import BadAudio, FileChanged
from liveengine.ml import facts, quality
from liveengine.ml.features import measure
from liveengine.ml.hear import ear
from liveengine.ml.listen import Sound, listen
from liveengine.ml.onsets import refine
from liveengine.sound import copy, origin, riff, tags
from liveengine.sound.decode import Audio, decode
from liveengine.sound.files import opened
from liveengine.sound.loudness import loudness
from liveengine.sound.mark import fingerprint
from liveengine.sound.names import Names, categories, parse
from liveengine.sound.peaks import overview
from liveengine.units import level_of

_STEPS = 4
_SILENT = 1e-4  # -80 dBFS: a sound that never swings wider is none


class Said(NamedTuple):
    """What the file itself says beside its sound."""

    chunks: riff.Chunks
    tags: tags.Tags


def run(payload: dict[str, Any], progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """Return the facts of a file as plain JSON.

    Payload: path, and optionally name (the original path, when the file was stored under another name), max_seconds,
    root (the library's folder, for its own categories.toml), copy (where to write the library's own copy of exactly
    what was measured), ear (folder of the shipped model: the facts then hold its vector and its votes).
    Raises BadAudio with the reason for a file that cannot be used, FileChanged for one that changed while it was read,
    DiskFull.
    """
    path = payload["path"]
    name = Path(path).name
    with opened(path) as descriptor:
        before = os.fstat(descriptor)
        whole, mark = digest(descriptor), fingerprint(descriptor, before.st_size)
        said = Said(riff.scan(descriptor), tags.read(descriptor))
        audio = _decoded(descriptor, before, name, payload.get("max_seconds"))
    _refuse_silence(audio, name)
    if "copy" in payload:
        copy.write(audio, Path(payload["copy"]))
    progress(1, _STEPS, "read")
    root = payload.get("root")
    known = categories(Path(root)) if root else categories()
    where = payload.get("name") or path
    names = parse(where, known)
    sound = listen(audio.samples, audio.rate)
    progress(2, _STEPS, "measured")
    heard = _heard(sound, payload["ear"]) if payload.get("ear") else {}
    came = origin.of(where, said.tags, said.chunks, known, root).plain()
    return _facts(audio, sound, names, said, progress) | heard | {"hash": whole, "mark": mark, "origin": came}


def _heard(sound: Sound, folder: str) -> dict[str, Any]:
    """Return what the shipped model hears: a vector (base64 of float32) and how likely each category is."""
    vector, likely = ear(folder).hear(sound.spectrum)
    blob = base64.b64encode(np.ascontiguousarray(vector, "<f4").tobytes()).decode()
    return {"vector": blob, "votes": {name: round(share, 4) for name, share in likely.items()}}


def _decoded(descriptor: int, before: os.stat_result, name: str, max_seconds: float | None) -> Audio:
    """Return the audio of a file that has stayed what it was `before`; a file that grows is seldom valid meanwhile."""
    refused: BadAudio | None = None
    try:
        audio = decode(descriptor, name, max_seconds)
    except BadAudio as error:
        refused = error
    after = os.fstat(descriptor)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise FileChanged(f"{name!r} changed while it was read: add it again when it is complete")
    if refused is not None:
        raise refused
    return audio


def _refuse_silence(audio: Audio, name: str) -> None:
    """Raise BadAudio for digital silence, dither and a mere offset: nobody can hear or find it."""
    swing = float((audio.samples.max(axis=1) - audio.samples.min(axis=1)).max()) / 2.0
    if swing < _SILENT:
        raise BadAudio(f"{name!r} is silent (it never reaches -80 dBFS): export it again, or leave it out")


def _facts(
    audio: Audio, sound: Sound, names: Names, said: Said, progress: Callable[[int, int, str], None]
) -> dict[str, Any]:
    loud = loudness(audio.samples, audio.rate)
    progress(3, _STEPS, "loudness")
    peak = max(float(audio.samples.max()), -float(audio.samples.min()))
    judged = facts.judge(sound, audio.duration, names, said.chunks, said.tags)
    mono = audio.samples.mean(axis=0, dtype=np.float32)
    lead = round(sound.start * audio.rate)
    features = measure(sound, audio.duration, loud, 60.0 / judged["tempo"] if judged["tempo"] else None)
    return {
        "duration": audio.duration,
        "rate": audio.rate,
        "channels": audio.channels,
        "frames": audio.frames,
        "container": audio.container,
        "subtype": audio.subtype,
        **judged,
        "transients": [lead + frame for frame in refine(sound.onsets, mono[lead:], audio.rate)],
        "loudness": round(loud, 2),
        "peak": round(float(level_of(peak)), 2),
        "peaks": base64.b64encode(overview(audio.samples).tobytes()).decode(),
        "tags": said.tags.texts(),
        "info": said.chunks.info,
        "loops": [[loop.start, loop.end] for loop in said.chunks.sampler.loops] if said.chunks.sampler else [],
        "cues": list(said.chunks.cues[:256]),
        "quality": quality.judge(audio.samples, audio.rate, judged["loop"], features),
        "features": features,
    }


def warm() -> None:
    """Pay imports and first calls before the first job."""
    noise = np.random.default_rng(0).standard_normal((1, 22_050)).astype(np.float32)
    sound = listen(noise, 48_000)
    measure(sound, 0.5, loudness(noise, 48_000), None)
