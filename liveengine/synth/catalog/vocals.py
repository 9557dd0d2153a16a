"""Sung, spoken and machine voices. Runs on: any process."""

from ..recipe import layer, loop, shot

# fmt: off
SHE = {"tract": 1.17, "breath": 0.12, "vibrato": 22.0}
HE = {"tract": 0.95, "breath": 0.05, "vibrato": 12.0}
LOW = {"tract": 0.86, "breath": 0.07, "vibrato": 6.0, "effort": 1.0}
RECIPES = (
    shot(
        "vocal", "airy dreamy", "female vocal", "A",
        layer("voice", root="A3", seconds=1.3, vowels="ua", release=0.4, rise=0.12, **SHE),
        detail="reverb", extra="ah sung ethereal", room_level=0.4, room_seconds=1.9, room_hz=6000.0,
    ),
    shot(
        "vocal", "dark deep", "male vocal", "D",
        layer("voice", root="D2", seconds=1.2, vowels="ou", release=0.3, rise=0.06, **LOW),
        detail="reverb", extra="oh solemn monk", room_level=0.3, room_seconds=1.4, room_hz=2500.0,
    ),
    shot(
        "vocal", "soulful warm", "vocal chop", "C",
        layer("voice", root="C4", seconds=0.3, vowels="ea", onset="h", scoop=-2.0, **SHE),
        extra="house hey sample", room_level=0.15, room_seconds=0.8,
    ),
    shot(
        "vocal", "short punchy", "vocal chop", "G",
        layer("voice", root="G3", seconds=0.14, vowels="a", onset="k", scoop=-1.0, release=0.05, **HE),
        extra="cut percussive techno",
    ),
    shot(
        "vocal", "hard human", "vocal shout", None,
        layer(
            "voice", root=210.0, seconds=0.28, vowels="eai", onset="h", scoop=-3.0, fall=3.0, effort=3.0, drive=10.0,
            **HE,
        ),
        extra="hey crowd energetic", room_level=0.2, room_seconds=0.7,
    ),
    shot(
        "vocal", "dark soft", "whisper", None,
        layer(
            "voice", "X", root=120.0, seconds=0.8, vowels="iaue", voiced=0.0, breath=1.0, onset="s", rise=0.05,
            release=0.3,
        ),
        detail="reverb", extra="breathy noisy mysterious", high=4200.0, room_level=0.35, room_seconds=1.1,
    ),
    shot(
        "vocal", "metallic digital", "robot voice", "A",
        layer(
            "voice", root="A2", seconds=0.7, vowels="aeou", robot=220.0, vibrato=0.0, scoop=0.0, effort=3.0, bits=7.0,
            drive=6.0,
        ),
        extra="robotic vocoder electro",
    ),
    shot(
        "vocal", "huge solemn", "choir", "A",
        layer("voice", root="A2", seconds=1.6, vowels="a", singers=4, detune=16.0, rise=0.15, release=0.6, **HE),
        layer(
            "voice", root="A3", seconds=1.6, vowels="a", singers=3, detune=14.0, rise=0.15, release=0.6, level=-2.0,
            **SHE,
        ),
        layer(
            "voice", root="E3", seconds=1.6, vowels="a", singers=3, detune=14.0, rise=0.15, release=0.6, level=-3.0,
        ),
        detail="reverb", extra="cathedral chord cinematic", room_level=0.6, room_seconds=2.2,
    ),
    loop(
        "vocal", "atmospheric ethereal airy", "choir", (120, 2, "Am"),
        layer(
            "pad", root="A3", wave="vowel a", chords=((0, 3, 7, 12), (-4, 3, 8, 12)), band=26.0, cutoff=4500.0,
            motion=0.4, air=0.05, beating=0.15, room_level=0.9,
        ),
        detail="reverb", extra="ambient ah voices wide",
    ),
    loop(
        "vocal", "dark solemn hypnotic", "choir", (135, 2, "Fm"),
        layer(
            "pad", root="F2", wave="vowel o", chords=((0, 7, 12, 15),), band=20.0, cutoff=1600.0, motion=0.6,
            air=0.01, beating=0.2, pulse=8, depth=0.5,
        ),
        extra="monks techno ritual male",
    ),
    loop(
        "vocal", "groovy soulful", "vocal chop", (124, 1, "Gm"),
        layer(
            "voice", "..x..x-...x..x-. ..x..x-..xx.x---", notes=(0, 3, 0, -2, 0, 3, 5, 7, 3), root="G3", vowels="ea",
            onset="h", scoop=-1.5, **SHE,
        ),
        detail="echo", extra="house cut rhythmic", echo_level=0.25, room_level=0.15, swing=0.2,
    ),
    loop(
        "vocal", "hard industrial", "robot voice", (138, 1, "Em"),
        layer(
            "voice", "X..x..x-..x.x..x", notes=(0, 0, 3, 0, -2, 0), root="E2", vowels="aoe", onset="t", robot=165.0,
            vibrato=0.0, scoop=0.0, effort=3.0, bits=6.0, drive=10.0,
        ),
        detail="industrial texture", extra="robotic techno vocoder digital", echo_level=0.15, room_level=0.12,
    ),
    loop(
        "vocal", "hypnotic dark rhythmic", "chant", (132, 2, "Dm"),
        layer(
            "voice", "X-.x-.x-..x-.x.. X-.x-.x-..x-x-..", notes=(0, 0, -2, 0, 3), root="D2", vowels="ou", onset="h",
            singers=3, detune=22.0, **LOW,
        ),
        detail="reverb", extra="techno tribal male voices", room_level=0.2, room_seconds=1.5, room_hz=2500.0,
        high=5000.0,
    ),
    loop(
        "vocal", "minimal rhythmic", "whisper", (128, 2, None),
        layer(
            "voice", "x.x...x..x.x.... x.x...x..x..x.x.", vowels="ia", voiced=0.0, breath=1.0, onset="t",
            release=0.06,
        ),
        detail="echo", extra="techno noisy percussive", echo_level=0.25,
    ),
)
