"""Kicks: one-shots and loops. Runs on: any process."""

from typing import Any

from ..recipe import layer, loop, shot

# fmt: off
FOUR = "X...X...X...X..."
HARD: dict[str, Any] = {
    "root": "F1", "seconds": 0.34, "sweep": 4.5, "snap": 22.0, "click": 0.45, "click_hz": 4200.0, "drive": 16.0,
    "hold": 0.06, "grit": 0.5, "bias": 0.2,
}
DARK: dict[str, Any] = {
    "root": "F1", "seconds": 0.42, "sweep": 3.0, "snap": 9.0, "click": 0.08, "click_hz": 1400.0, "drive": 9.0,
    "hold": 0.05, "tone": 1100.0,
}
DEEP: dict[str, Any] = {
    "root": "G1", "seconds": 0.38, "sweep": 2.2, "snap": 6.0, "click": 0.07, "click_hz": 1800.0, "drive": 2.5,
    "hold": 0.03, "tone": 2600.0,
}
PUNCHY: dict[str, Any] = {
    "root": "A1", "seconds": 0.26, "sweep": 3.6, "sweep_seconds": 0.03, "snap": 16.0, "click": 1.0,
    "click_hz": 5200.0, "drive": 5.0, "knock": 0.15,
}
BREAK: dict[str, Any] = {
    "root": 58.0, "seconds": 0.16, "sweep": 2.6, "sweep_seconds": 0.022, "snap": 10.0, "click": 0.4, "knock": 0.4,
    "drive": 5.0, "hold": 0.02,
}
SHOTS = (
    shot(
        "kick", "hard industrial distorted", "techno kick", "F",
        layer("kick", **HARD),
        detail="metallic edge", extra="raw aggressive",
    ),
    shot(
        "kick", "dark deep", "techno kick", "F",
        layer("kick", **DARK | {"rumble": 0.45}),
        detail="rumble", extra="underground hypnotic",
    ),
    shot(
        "kick", "raw massive", "warehouse kick", "E",
        layer("kick", **HARD | {"root": "E1", "rumble": 0.4, "tone": 5000.0, "grit": 0.3}),
        detail="rumble", extra="techno heavy dark",
    ),
    shot("kick", "bright punchy", "house kick", "A", layer("kick", **PUNCHY), extra="club clean"),
    shot("kick", "deep soft warm", "house kick", "G", layer("kick", **DEEP), extra="round deep house"),
    shot(
        "kick", "long boomy", "808 kick", "C",
        layer(
            "kick", root="C1", seconds=1.15, sweep=1.6, sweep_seconds=0.05, snap=5.0, click=0.12, click_hz=2500.0,
            drive=3.0, hold=0.1, tone=4000.0,
        ),
        detail="a long tail", extra="trap hip hop sub",
    ),
    shot(
        "kick", "punchy analog", "909 kick", "G",
        layer(
            "kick", root="G1", seconds=0.3, sweep=3.8, sweep_seconds=0.035, snap=8.0, click=0.7, click_hz=5200.0,
            drive=7.0, tone=12000.0,
        ),
        extra="techno house drum machine",
    ),
    shot(
        "kick", "tight short", "drum and bass kick", None,
        layer("kick", **BREAK),
        detail="a wooden beater", extra="dnb jungle punchy",
    ),
    shot(
        "kick", "hard distorted aggressive", "hardcore kick", "G",
        layer(
            "kick", root="G1", seconds=0.42, sweep=5.5, sweep_seconds=0.06, snap=20.0, click=0.5, drive=30.0,
            bias=0.35, hold=0.12, grit=0.7, tone=8500.0,
        ),
        detail="heavy distortion", extra="gabber fast",
    ),
    shot(
        "kick", "soft warm dusty", "hip hop kick", None,
        layer(
            "kick", root=55.0, seconds=0.2, sweep=2.0, snap=6.0, click=0.16, knock=0.5, click_hz=1500.0, drive=7.0,
            tone=2600.0,
        ),
        bits=9.0, high=5000.0, extra="lofi boom bap",
    ),
    shot(
        "kick", "clicky tight dry", "minimal kick", "A",
        layer(
            "kick", root="A1", seconds=0.14, sweep=3.0, sweep_seconds=0.018, snap=24.0, click=1.1, click_hz=6500.0,
            drive=2.0, hold=0.015,
        ),
        extra="minimal techno short bright",
    ),
    shot(
        "kick", "natural wooden", "kick drum", None,
        layer(
            "kick", root=62.0, seconds=0.22, sweep=1.2, sweep_seconds=0.02, snap=5.0, click=0.5, click_hz=2600.0,
            knock=0.9, drive=2.0,
        ),
        layer("struck", root=96.0, seconds=0.18, body="skin", blow=0.4, blow_hz=3000.0, level=-13.0),
        room_level=0.12, room_seconds=0.4, extra="acoustic organic room",
    ),
)

LOOPS = (
    loop(
        "kick", "dark hypnotic industrial", "techno kick", (138, 2, "Am"),
        layer("kick", FOUR, **DARK | {"root": "A1", "drive": 13.0, "grit": 0.3, "tone": 1300.0}),
        layer(
            "struck", "......,....,..,.", root=130.0, seconds=0.25, body="metal", detune=0.05, drive=9.0, tone=1500.0,
            level=-13.0,
        ),
        detail="industrial texture", extra="rumble driving raw", rumble=0.5, room_level=0.06, room_seconds=1.2,
        room_hz=1800.0,
    ),
    loop(
        "kick", "dark deep rolling", "techno kick", (135, 2, "Fm"),
        layer("kick", FOUR, **DARK),
        detail="rumble", extra="hypnotic underground", rumble=0.75, rumble_hz=95.0,
    ),
    loop(
        "kick", "driving hard industrial", "techno kick", (140, 1, "F#m"),
        layer("kick", FOUR, **HARD | {"root": "F#1"}),
        detail="heavy distortion", extra="raw aggressive", rumble=0.4, rumble_hz=140.0, drive=5.0,
    ),
    loop(
        "kick", "raw driving", "warehouse kick", (132, 2, "Em"),
        layer("kick", "X...X...X...X..,", **HARD | {"root": "E1", "grit": 0.25, "tone": 4500.0}),
        detail="rumble", extra="techno", rumble=0.5,
    ),
    loop(
        "kick", "groovy punchy", "house kick", (124, 2, "Gm"),
        layer("kick", "X...X...X...X... X...X...X..,X.,.", **PUNCHY | {"root": "G1"}),
        detail="ghost notes", extra="club swing", swing=0.18,
    ),
    loop(
        "kick", "deep warm soft", "house kick", (120, 1, "Cm"),
        layer("kick", FOUR, **DEEP | {"root": 49.0}),
        extra="deep house steady round",
    ),
    loop(
        "kick", "fast broken tight", "drum and bass kick", (174, 2, None),
        layer("kick", "X.........x..... X.........x..,..", **BREAK),
        extra="dnb two-step",
    ),
    loop(
        "kick", "slow dusty groovy", "hip hop kick", (90, 2, None),
        layer(
            "kick", "X......,..x..... X..x......x..,..", root=55.0, seconds=0.22, knock=0.5, click=0.15, sweep=2.0,
            drive=7.0, tone=2600.0,
        ),
        detail="swing", extra="lofi boom bap", swing=0.3, bits=9.0, high=5000.0,
    ),
    loop(
        "kick", "clicky hypnotic", "minimal kick", (128, 1, "Am"),
        layer(
            "kick", "X...X...X...X...", root="A1", seconds=0.16, snap=24.0, click=0.7, click_hz=6500.0, drive=2.5,
            hold=0.015,
        ),
        layer("struck", "...,......,.....", root=900.0, seconds=0.04, body="clave", level=-18.0),
        extra="minimal techno dry",
    ),
)

RECIPES = (*SHOTS, *LOOPS)
