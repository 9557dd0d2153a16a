"""Stabs, plucks, leads, keys, pads, sequences. Runs on: any process."""

from ..recipe import layer, loop, shot

# fmt: off
MINOR = (0, 3, 7, 12)
NINTH = (0, 3, 7, 10, 14)
DUB = {
    "root": "C3", "chord": (0, 3, 7, 10), "voices": 3, "detune": 7.0, "cutoff": 500.0, "envelope": 1.6, "fall": 0.12,
    "resonance": 0.35, "sustain": 0.0, "body": 0.3, "drive": 3.0,
}
SAW = {"voices": 5, "detune": 16.0, "spread": 0.9, "cutoff": 3500.0, "envelope": 1.2, "fall": 0.4, "sustain": 0.8}
PLUCK = {"voices": 2, "cutoff": 420.0, "envelope": 4.0, "fall": 0.16, "sustain": 0.0, "body": 0.35, "resonance": 0.25}
SAD = (0, 7, 12, 15, 14, 12, 7, 3, -4, 3, 8, 12, 15, 12, 8, 3, -7, 5, 8, 12, 17, 12, 8, 5, -2, 5, 10, 14, 17, 14, 10, 5)
SHOTS = (
    shot(
        "synth", "dark analog", "chord stab", "A",
        layer(
            "tone", root="A2", seconds=0.25, chord=MINOR, voices=3, cutoff=500.0, envelope=1.6, fall=0.18,
            resonance=0.3, drive=7.0, release=0.2,
        ),
        extra="techno minor raw", room_level=0.25, room_seconds=1.4, room_hz=2200.0, high=3500.0,
    ),
    shot(
        "synth", "deep wet", "dub chord", "C",
        layer("tone", seconds=0.2, **DUB),
        detail="echo", extra="techno house atmospheric warm", echo_level=0.6, echo_feedback=0.45, room_level=0.3,
        room_seconds=1.5, high=5000.0,
    ),
    shot(
        "synth", "bright distorted", "rave stab", "F",
        layer("tone", root="F3", seconds=0.3, chord=(0, 3, 7, 10, 12), **SAW, drive=10.0, release=0.1),
        extra="hardcore nineties energetic hoover", room_level=0.15, room_seconds=0.9,
    ),
    shot(
        "synth", "bright plucky", "pluck", "A",
        layer("tone", root="A3", seconds=0.3, **PLUCK, release=0.3),
        extra="trance house crisp", echo_level=0.25, room_level=0.15,
    ),
    shot(
        "synth", "warm soft", "pluck", "D",
        layer("tone", root="D3", seconds=0.3, wave="triangle", **PLUCK | {"envelope": 2.0}, release=0.4),
        extra="deep house melodic round", room_level=0.2, room_seconds=1.6,
    ),
    shot(
        "synth", "bright wide euphoric", "supersaw", "A",
        layer("tone", root="A3", seconds=1.2, chord=(0, 3, 7), **SAW | {"cutoff": 6000.0}, release=0.5),
        extra="trance lead big", room_level=0.2, room_seconds=1.4,
    ),
    shot(
        "synth", "glassy shimmering", "bell", "E",
        layer(
            "keys", root="E5", seconds=0.6, ratio=3.51, index=2.2, index_seconds=0.9, body=2.2, release=1.4, tine=0.0,
        ),
        detail="reverb", extra="bright fm melodic", room_level=0.3, room_seconds=1.8,
    ),
    shot(
        "synth", "warm vintage soulful", "electric piano", "C",
        layer("keys", root="C3", seconds=1.0, chord=NINTH, tremolo=0.15, release=0.6, drive=3.0, tone=5000.0),
        extra="deep house keys rhodes chord", room_level=0.15,
    ),
    shot(
        "synth", "fat analog", "brass", "G",
        layer(
            "tone", root="G2", seconds=0.5, chord=(0, 7, 12), voices=3, detune=9.0, cutoff=500.0, envelope=-1.0,
            fall=0.06, rise=0.03, resonance=0.15, sustain=0.9, drive=4.0, release=0.15,
        ),
        extra="eighties warm vintage",
    ),
)

LOOPS = (
    loop(
        "synth", "hypnotic dark", "arpeggio", (138, 2, "Am"),
        layer(
            "tone", "x.xxx.xxx.xxx.xx", notes=(0, 12, 7, 0, 3, 12, 0, 7, 10), root="A2", motion=("cutoff", 1.0, 1),
            **PLUCK | {"envelope": 2.2, "drive": 5.0},
        ),
        detail="echo", extra="techno driving minor", echo_level=0.35, echo_feedback=0.5, room_level=0.1,
        room_seconds=1.4, high=4500.0, pulse=0.3,
    ),
    loop(
        "synth", "melancholic dreamy", "arpeggio", (124, 2, "Dm"),
        layer(
            "tone", "x.x.x.x.x.x.x.x. ", notes=SAD, root="D3", wave="triangle",
            **PLUCK | {"envelope": 2.6, "body": 0.5},
        ),
        detail="reverb", extra="melodic house emotional sad progressive", echo_level=0.4, echo_feedback=0.5,
        room_level=0.3, room_seconds=2.5,
    ),
    loop(
        "synth", "deep warm", "dub chord", (124, 2, "Cm"),
        layer("tone", "...x......x..... ...x......x..o..", **DUB),
        detail="echo", extra="deep house techno atmospheric", echo_level=0.6, echo_feedback=0.65, room_level=0.3,
        room_seconds=2.4, high=4500.0, swing=0.12,
    ),
    loop(
        "synth", "dark hypnotic metallic", "chord stab", (135, 1, "Fm"),
        layer(
            "tone", "X..x..x...x..x..", root="F3", chord=(0, 3, 7, 8), voices=2, cutoff=600.0, envelope=1.4,
            fall=0.08, resonance=0.5, body=0.15, sustain=0.0, drive=8.0, motion=("cutoff", 0.8, 1),
        ),
        extra="techno raw driving", echo_level=0.3, echo_steps=3, room_level=0.2, room_seconds=1.6, high=4000.0,
    ),
    loop(
        "synth", "euphoric bright uplifting", "supersaw", (138, 2, "Am"),
        layer(
            "tone", "X--X--X--X--X-X- X--X--X--X--X-X- X--X--X--X--X-X- X--X--X--X--X-X-",
            notes=(*[0] * 3, *[-4] * 3, *[3] * 3, *[-2] * 3), root="A3", chord=(0, 7, 12, 19), **SAW | {"voices": 3},
        ),
        extra="trance wide chords energetic", pulse=0.55, room_level=0.2, room_seconds=1.4,
    ),
    loop(
        "synth", "raw industrial distorted", "sequence", (140, 1, "F#m"),
        layer(
            "tone", "x.xx.xx.x.xx.xxX", notes=(0, 0, 1, 0, 12, 0, 0, 6, 0, 13), root="F#2", voices=2, cutoff=500.0,
            envelope=2.2, fall=0.07, resonance=0.6, drive=20.0, body=0.15, sustain=0.0, bits=6.0,
            motion=("cutoff", 0.8, 1),
        ),
        detail="industrial texture", extra="techno hard aggressive gritty", room_level=0.12, room_seconds=0.8,
    ),
    loop(
        "synth", "squelchy hypnotic", "acid line", (132, 2, "Em"),
        layer(
            "tone", "x.Xxo.x-X.xox.Xx", notes=(0, 12, 0, 3, 0, 10, 12, 0, -2, 0, 15), root="E2", voices=1,
            cutoff=300.0, envelope=3.0, fall=0.18, resonance=0.9, drive=12.0, sustain=0.4, motion=("cutoff", 1.1, 1),
        ),
        detail="resonant filter", extra="303 techno acid rave", breadth=0.0, echo_level=0.2, room_level=0.08,
    ),
    loop(
        "synth", "soulful warm groovy", "electric piano", (120, 2, "Cm"),
        layer(
            "keys", "X---..x-..x-.... ...x-..x-.x---.. X---..x-..x-.... ...x-..x-.o---..",
            notes=(0, 0, 0, 5, 5, 5, -4, -4, -4, -2, -2, -2), root="C3", chord=NINTH, tremolo=0.15, drive=3.0,
            tone=5000.0, release=0.25,
        ),
        extra="deep house chords keys jazzy", swing=0.2, human=0.005, room_level=0.12, room_seconds=0.9,
    ),
    loop(
        "synth", "atmospheric lush wide", "pad", (120, 2, "Cm"),
        layer(
            "pad", root="C3", chords=(MINOR, (-4, 0, 3, 8), (-5, 0, 5, 7), (-2, 2, 5, 10)), cutoff=1500.0, motion=0.7,
            air=0.03,
        ),
        detail="slow movement", extra="ambient chords dreamy warm strings",
    ),
    loop(
        "synth", "bright glassy hypnotic", "sequence", (128, 1, "Gm"),
        layer(
            "keys", "x..x..x.x..x.x..", notes=(0, 7, 12, 10, 3, 15, 7), root="G4", ratio=3.5, index=1.6,
            index_seconds=0.2, body=0.6, release=0.2, tine=0.05,
        ),
        detail="echo", extra="bells melodic minimal", echo_level=0.35, echo_feedback=0.5, room_level=0.2,
        room_seconds=2.0,
    ),
)

RECIPES = (*SHOTS, *LOOPS)
