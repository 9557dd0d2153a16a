"""Snares, claps, rimshots. Runs on: any process."""

from ..recipe import layer, loop, shot

# fmt: off
BACK = "....X.......X..."
SNAP = {"root": 205.0, "seconds": 0.19, "body_seconds": 0.15, "wires": 0.8, "low": 1400.0, "snap": 0.8, "drive": 10.0}
FAT = {"root": 165.0, "seconds": 0.3, "body": 1.0, "body_seconds": 0.2, "low": 700.0, "high": 8000.0, "ring": 0.3}
RECIPES = (
    shot(
        "snare", "bright snappy", "909 snare", None,
        layer("snare", root=190.0, seconds=0.24, low=2200.0, high=14000.0, wires=1.0, snap=0.7),
        extra="techno house drum machine crisp",
    ),
    shot(
        "snare", "tight clean", "808 snare", None,
        layer(
            "snare", root=176.0, seconds=0.16, body=1.0, body_seconds=0.18, low=2600.0, wires=0.5, drive=1.0,
            snap=0.3, bend=0.15,
        ),
        extra="analog electro trap",
    ),
    shot(
        "snare", "fat natural", "snare drum", None,
        layer("snare", **FAT, room_seconds=0.5, room_level=0.3),
        detail="reverb", extra="acoustic organic room",
    ),
    shot(
        "snare", "snappy fast hard", "drum and bass snare", None,
        layer("snare", **SNAP),
        layer("clap", level=-12.0, room_level=0.0, seconds=0.12),
        extra="dnb jungle punchy bright",
    ),
    shot(
        "snare", "dusty soft warm", "hip hop snare", None,
        layer("snare", **FAT | {"high": 4500.0, "snap": 0.25, "drive": 8.0}),
        bits=8.0, high=4500.0, extra="lofi boom bap vintage",
    ),
    shot(
        "snare", "dark industrial distorted", "techno clap", None,
        layer("clap", root=800.0, seconds=0.3, high=4000.0, drive=14.0, room_seconds=1.2, room_level=0.5),
        layer("struck", root=190.0, seconds=0.3, body="metal", detune=0.05, drive=12.0, level=-9.0),
        drive=8.0, high=4200.0, detail="industrial texture", extra="raw hard gritty",
    ),
    shot(
        "snare", "wide crisp", "house clap", None,
        layer("clap", root=1300.0, seconds=0.2, high=13000.0, room_seconds=0.6, room_level=0.35),
        detail="reverb", extra="909 bright club",
    ),
    shot(
        "snare", "short dry", "clap", None,
        layer("clap", root=1050.0, seconds=0.1, hands=3, room_level=0.0, drive=2.0),
        extra="808 tight minimal",
    ),
    shot(
        "snare", "sharp wooden short", "rimshot", None,
        layer(
            "struck", root=480.0, seconds=0.07, body="wood", blow=0.7, blow_hz=3800.0, blow_seconds=0.006, bend=0.0,
            bright=1.0, drive=6.0,
        ),
        extra="minimal percussive click",
    ),
    shot(
        "snare", "huge wet", "snare", None,
        layer("snare", **FAT | {"snap": 0.6}, room_seconds=1.7, room_level=0.9),
        layer("clap", level=-8.0),
        detail="reverb", extra="cinematic halftime ambient",
    ),
    loop(
        "snare", "groovy wide crisp", "house clap", (124, 1, None),
        layer("clap", BACK, root=1300.0, high=12000.0, seconds=0.2),
        layer("snare", "...............,  .......,.......,", **SNAP | {"snap": 0.2}, level=-6.0),
        detail="ghost notes", extra="club", swing=0.2, room_level=0.12, room_seconds=0.7,
    ),
    loop(
        "snare", "hard industrial driving", "techno clap", (138, 1, None),
        layer("clap", BACK, root=850.0, seconds=0.26, drive=14.0, high=6000.0),
        layer(
            "struck", "....o.......o..,", root=210.0, seconds=0.3, body="metal", detune=0.05, drive=12.0, level=-8.0,
        ),
        detail="industrial texture", extra="raw gritty", drive=6.0, room_level=0.2, room_seconds=1.0, room_hz=2600.0,
    ),
    loop(
        "snare", "fast snappy broken", "breakbeat snare", (174, 2, None),
        layer("snare", "....X..,.,..X..., ...,X..,.,..X.,,", **SNAP),
        detail="ghost notes", extra="dnb jungle rolling",
    ),
    loop(
        "snare", "rising tense", "snare roll", (132, 2, None),
        layer("snare", "o...o...x.x.x.x. xxxxxxxxXXXXXXXX", **SNAP | {"snap": 0.5}, motion=("seconds", 0.5, 1)),
        extra="build-up fill transition uplifting",
    ),
    loop(
        "snare", "slow dusty groovy", "hip hop snare", (90, 2, None),
        layer("snare", "....X..,....X..., ....X....,..X...", **FAT | {"high": 6000.0}),
        detail="swing", extra="lofi boom bap", swing=0.32, bits=9.0, high=6500.0, human=0.006,
    ),
    loop(
        "snare", "minimal hypnotic short", "rimshot", (128, 1, None),
        layer(
            "struck", "X..o...x..o...,.", root=480.0, seconds=0.06, body="wood", blow=0.6, blow_hz=3800.0,
            blow_seconds=0.006, bend=0.0, bright=1.0, drive=5.0,
        ),
        detail="echo", extra="minimal techno percussive", echo_level=0.25, echo_feedback=0.45,
    ),
)
