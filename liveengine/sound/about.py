"""What is known of a stem, as the chunks of a WAV and the comments of a FLAC. Runs on: worker processes."""

from dataclasses import dataclass

from liveengine.sound.riff import Acid, Broadcast, Chunks, Loop, Sampler
from liveengine.units import counted

_BEATS = 4  # of a bar
_CUES = 512  # markers that are written; slicers show no more
_ORIGINATOR = "liveengine"


@dataclass(frozen=True)
class About:
    """What is written into a file."""

    title: str
    category: str
    loop: bool
    frames: int
    tempo: float | None = None  # beats per minute
    beats: float | None = None  # of the whole loop
    root: int | None = None  # MIDI note
    key: str | None = None
    tags: tuple[str, ...] = ()
    transients: tuple[int, ...] = ()  # frames
    downbeat: int = 0  # frame of the first beat
    loudness: float | None = None  # LUFS
    date: str = ""  # yyyy-mm-dd
    creator: str | None = None
    pack: str | None = None
    licence: str | None = None


def chunks(about: About) -> Chunks:
    """Return acid, smpl, cue, bext and LIST INFO chunks; a sampler loops a loop and plays a one-shot once."""
    beats = round(about.beats or 0)
    acid = Acid(about.tempo or 0.0, beats, about.root, one_shot=not about.loop, stretch=about.loop)
    loops = (Loop(0, about.frames),) if about.loop and about.frames else ()
    broadcast = Broadcast(about.title, _ORIGINATOR, "", about.date, "", 0, about.loudness)
    info = {
        "INAM": about.title, "IART": about.creator, "IPRD": about.pack, "ICOP": about.licence, "IGNR": about.category,
        "IKEY": "; ".join(about.tags), "ICMT": _comment(about), "ICRD": about.date, "ISFT": _ORIGINATOR,
    }  # fmt: skip
    return Chunks(
        acid=acid,
        sampler=Sampler(60 if about.root is None else about.root, 0.0, loops),
        cues=markers(about),
        broadcast=broadcast,
        info={name: text for name, text in info.items() if text},
    )


def markers(about: About) -> tuple[int, ...]:
    """Return the frames to mark: the downbeat and each transient, ascending."""
    found = {about.downbeat, *about.transients} if about.loop else set(about.transients)
    return tuple(sorted(frame for frame in found if 0 <= frame < max(about.frames, 1)))[:_CUES]


def comments(about: About) -> dict[str, str]:
    """Return Vorbis comments by name, in capitals as most programs write them."""
    said = {
        "TITLE": about.title, "ARTIST": about.creator, "ALBUM": about.pack, "LICENSE": about.licence,
        "GENRE": about.category, "BPM": None if about.tempo is None else f"{about.tempo:g}", "INITIALKEY": about.key,
        "KEYWORDS": "; ".join(about.tags), "COMMENT": _comment(about), "DATE": about.date,
        "LOOPSTART": "0" if about.loop else None, "LOOPLENGTH": str(about.frames) if about.loop else None,
        "ENCODED-BY": _ORIGINATOR,
    }  # fmt: skip
    return {name: text for name, text in said.items() if text}


def _comment(about: About) -> str:
    """Return what no field of its own holds, for people."""
    parts = [f"{about.tempo:g} BPM" if about.tempo else "", about.key or "", "loop" if about.loop else "one-shot"]
    if about.loop and about.beats:
        bars = about.beats / _BEATS
        parts.append(counted(bars, "bar"))
    return ", ".join(part for part in parts if part)
