"""Read any audio file into float32, trusting nothing that its header says. Runs on: worker processes.

The file is opened once, without following a link and without waiting on a pipe, and decoded in blocks until its end:
memory grows with what was really decoded and stops at a budget, so neither a header that claims 2**63 frames nor a
1.4 MB FLAC that unpacks to 5.5 GB costs more than the budget.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

from liveengine.errors import BadAudio
from liveengine.sound import riff
from liveengine.sound.convert import downmix
from liveengine.sound.files import opened

Samples = npt.NDArray[np.float32]

CHANNELS_MAX = 8  # 7.1 is the widest layout whose order is standard
RATE_MIN, RATE_MAX = 2_000, 384_000  # frames per second
BUDGET = 1 << 30  # bytes of decoded float32 after the mix to two channels: ten minutes of stereo at 192 kHz fit
LOUDEST = 1_000.0  # times full scale (+60 dB); beyond, integers were stored as floats
_BLOCK = 1 << 16  # samples per read, over all channels
_UNKNOWN = 1 << 62  # libsndfile's "length unknown" is 2**63 - 1

# What a file that libsndfile does not know may be instead: (first bytes, offset, what it is and what to do).
_LOOKS_LIKE: tuple[tuple[bytes, int, str], ...] = (
    (b"<!doc", 0, "is a web page, not audio: the download failed, fetch it again"),
    (b"<html", 0, "is a web page, not audio: the download failed, fetch it again"),
    (b"<?xml", 0, "is an XML text, not audio"),
    (b"{", 0, "is a JSON text, not audio"),
    (b"pk\x03\x04", 0, "is a ZIP archive: unpack it and add the files in it"),
    (b"rar!", 0, "is a RAR archive: unpack it and add the files in it"),
    (b"%pdf", 0, "is a PDF document, not audio"),
    (b"ftyp", 4, "is MPEG-4 audio or video, which cannot be read: convert it to WAV or FLAC"),
    (b"\x1ae\xdf\xa3", 0, "is a Matroska or WebM file, which cannot be read: convert it to WAV or FLAC"),
)


class _Forward(soundfile.SoundFile):  # type: ignore[misc]  # soundfile carries no types
    """A file read from start to end: without a seek after each block, which fails where the length is unknown."""

    def seekable(self) -> bool:
        return False


@dataclass(frozen=True)
class Audio:
    """A decoded file: `samples` is float32 [channels, frames] with one or two channels, all finite."""

    samples: Samples
    rate: int  # frames per second
    channels: int  # in the file; more than two were mixed down
    container: str  # WAV, FLAC, AIFF, OGG, MP3 ...
    subtype: str  # PCM_16, FLOAT, VORBIS ...

    @property
    def frames(self) -> int:
        """Return the length in frames."""
        return int(self.samples.shape[1])

    @property
    def duration(self) -> float:
        """Return the length in seconds."""
        return self.frames / self.rate


def read(path: str | os.PathLike[str] | bytes, max_seconds: float | None = None) -> Audio:
    """Return the whole file as float32 [1 or 2, frames] at its own rate.

    WAV, RF64, AIFF, FLAC, OGG and MP3 (everything libsndfile reads). Three to eight channels are mixed to two (see
    `convert.downmix`). Raises BadAudio with a reason: not audio, empty, cut short, more than eight channels, an
    impossible rate, NaN or infinite samples, longer than `max_seconds`, or larger than the budget of 1 GiB decoded.
    """
    with opened(path) as descriptor:
        return decode(descriptor, Path(os.fsdecode(path)).name, max_seconds)


def decode(descriptor: int, name: str, max_seconds: float | None = None) -> Audio:
    """Return the audio behind an open file descriptor; see `read`. `name` is used in messages only."""
    if os.fstat(descriptor).st_size == 0:
        raise BadAudio(f"{name!r} is empty (0 bytes): copy it again")
    os.lseek(descriptor, 0, os.SEEK_SET)
    try:
        file = _Forward(descriptor, closefd=False)
    except (soundfile.SoundFileError, TypeError, ValueError) as error:
        raise BadAudio(f"{name!r} {_guess(descriptor, error)}") from None
    with file:
        check_header(file, name)
        seconds = BUDGET / (8 if file.channels > 1 else 4) / file.samplerate
        limit = seconds if max_seconds is None else min(seconds, max_seconds)
        most = int(limit * file.samplerate)
        if most < file.frames < _UNKNOWN:  # if this is a lie, the file is cut short and refused all the same
            raise BadAudio(_too_long(file, name, most))
        samples = _blocks(file, name, most)
        check_length(file, name, samples.shape[1], riff.cut(descriptor))
        return Audio(samples, file.samplerate, file.channels, file.format, file.subtype)


def _guess(descriptor: int, error: Exception) -> str:
    head = os.pread(descriptor, 64, 0).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, offset, verdict in _LOOKS_LIKE:
        if head[offset : offset + len(mark)] == mark:
            return verdict
    if not head.strip(b"\0"):
        return "holds nothing but zeros: the copy failed, copy it again"
    detail = str(getattr(error, "error_string", error)).strip().rstrip(".")
    return f"is no audio file that can be read ({detail}): convert it to WAV or FLAC"


def check_header(file: Any, name: str) -> None:
    """Raise BadAudio for an impossible number of channels or rate."""
    if not 1 <= file.channels <= CHANNELS_MAX:
        raise BadAudio(
            f"{name!r} has {file.channels} channels, at most {CHANNELS_MAX} can be used: export it as stereo"
        )
    if not RATE_MIN <= file.samplerate <= RATE_MAX:
        raise BadAudio(
            f"{name!r} claims a sample rate of {file.samplerate} Hz, possible: {RATE_MIN} to {RATE_MAX}: export again"
        )


def is_known(frames: int) -> bool:
    """Tell if a header's length is one: above 0 and not libsndfile's "unknown"."""
    return 0 < frames < _UNKNOWN


def _blocks(file: Any, name: str, limit: int) -> Samples:
    """Decode until the end or beyond `limit` frames; the header's length is only a hint for the first size."""
    channels = min(file.channels, 2)
    hint = min(max(file.frames, 0), limit) if file.frames < _UNKNOWN else 0
    samples: Samples = np.empty((channels, max(hint, 1)), np.float32)
    step = _BLOCK // file.channels
    block = np.empty((step, file.channels), np.float32)
    at = 0
    while True:
        try:
            got = file.read(out=block)
        except (soundfile.SoundFileError, ValueError, RuntimeError) as error:
            raise BadAudio(f"{name!r} is damaged after {at / file.samplerate:.2f} s: {error}; copy it again") from None
        if not len(got):
            break
        if at + len(got) > limit:
            raise BadAudio(_too_long(file, name, limit))
        if at + len(got) > samples.shape[1]:
            samples = np.concatenate([samples[:, :at], np.empty((channels, max(at, step)), np.float32)], axis=1)
        _check_samples(got, name, at / file.samplerate)
        samples[:, at : at + len(got)] = got.T if file.channels <= 2 else downmix(got.T)
        at += len(got)
    return samples[:, :at] if at * 2 > samples.shape[1] else samples[:, :at].copy()


def _too_long(file: Any, name: str, limit: int) -> str:
    claimed = f"{file.frames / file.samplerate:.0f} s" if 0 < file.frames < _UNKNOWN else "its length is unknown"
    return (
        f"{name!r} is longer than the {limit / file.samplerate:.0f} s that are allowed ({claimed}, {file.channels} "
        f"channels at {file.samplerate} Hz): cut it, or use it as a track for separation"
    )


def _check_samples(block: Samples, name: str, at: float) -> None:
    low, high = float(block.min()), float(block.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        what = "NaN (not a number)" if np.isnan(low) or np.isnan(high) else "infinite"
        raise BadAudio(f"{name!r} carries {what} samples near {at:.2f} s: render it again, or repair it in an editor")
    if max(-low, high) > LOUDEST:
        raise BadAudio(
            f"{name!r} peaks at {max(-low, high):.3g} times full scale (integers kept as floats?): normalise it to 1.0"
        )


def check_length(file: Any, name: str, frames: int, cut: tuple[int, int] | None) -> None:
    """Raise BadAudio for a file of no frames, and for one that has fewer than it promises; `cut` is from `riff.cut`."""
    if frames == 0:
        raise BadAudio(f"{name!r} holds no samples (0 frames): export it again")
    # libsndfile shortens a WAV's length to what the file holds; an MP3's length is an estimate and proves nothing.
    promised = frames * cut[0] / max(cut[1], 1) if cut else file.frames
    if file.format != "MP3" and promised < _UNKNOWN and frames < promised:
        raise BadAudio(
            f"{name!r} is cut short: its header promises {promised / file.samplerate:.2f} s, "
            f"it holds {frames / file.samplerate:.2f} s; copy it again"
        )
