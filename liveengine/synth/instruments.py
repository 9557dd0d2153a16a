"""Every instrument by its name: parameters in, sound out. Runs on: any process, offline."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from . import bass, drums, fx, pads, struck, textures, tones, voices
from .signals import Rng, Signal

Instrument = Callable[[Any, Rng], Signal]
INSTRUMENTS: dict[str, tuple[type[Any], Instrument]] = {
    "kick": (drums.Kick, drums.kick),
    "snare": (drums.Snare, drums.snare),
    "clap": (drums.Clap, drums.clap),
    "hat": (drums.Hat, drums.hat),
    "cymbal": (drums.Cymbal, drums.cymbal),
    "struck": (struck.Struck, struck.struck),
    "shaker": (struck.Shaker, struck.shaker),
    "bass": (bass.Bass, bass.bass),
    "fm": (bass.Fm, bass.fm),
    "tone": (tones.Tone, tones.tone),
    "keys": (tones.Keys, tones.keys),
    "pad": (pads.Pad, pads.pad),
    "voice": (voices.Voice, voices.voice),
    "sweep": (fx.Sweep, fx.sweep),
    "impact": (fx.Impact, fx.impact),
    "reverse": (fx.Reverse, fx.reverse),
    "zap": (fx.Zap, fx.zap),
    "glitch": (fx.Glitch, fx.glitch),
    "wind": (textures.Wind, textures.wind),
    "rain": (textures.Rain, textures.rain),
    "machine": (textures.Machine, textures.machine),
    "grains": (textures.Grains, textures.grains),
}
EXACT = {"root", "seconds", "velocity", "ratio", "ratio_b", "ratio_tine", "glide", "scoop", "fall", "octaves"}


def parameters(name: str, values: Mapping[str, Any]) -> Any:
    """The parameter object of an instrument; an unknown instrument or parameter is a KeyError or TypeError."""
    return INSTRUMENTS[name][0](**values)


def play(name: str, given: Any, rng: Rng) -> Signal:
    """The sound of an instrument, `[channels, frames]` float32, peak 1."""
    return INSTRUMENTS[name][1](given, rng)


def is_held(name: str) -> bool:
    """True when the length of a note is how long its key is held."""
    return bool(getattr(INSTRUMENTS[name][0], "held", False))


def is_bed(name: str) -> bool:
    """True when the instrument fills a whole loop by itself."""
    return any(field.name == "circular" for field in fields(INSTRUMENTS[name][0]))


def varied(given: Any, rng: Rng, amount: float = 0.03) -> Any:
    """The parameters moved by a few percent, pitch and length untouched: another seed is another take."""
    changes = {}
    for field in fields(given):
        value = getattr(given, field.name)
        factor = float(2.0 ** (rng.normal() * amount))
        if isinstance(value, float) and field.name not in EXACT:
            changes[field.name] = value * factor
    return replace(given, **changes)
