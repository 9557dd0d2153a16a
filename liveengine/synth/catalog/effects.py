"""Risers, impacts, sweeps and other effects. Runs on: any process."""

from ..recipe import layer, loop, shot

# fmt: off
RECIPES = (
    shot(
        "fx", "rising tense noisy", "riser", None,
        layer("sweep", seconds=3.2, start=250.0, stop=11000.0, q=1.1),
        extra="build-up transition white noise uplifter",
    ),
    shot(
        "fx", "rising bright euphoric", "riser", "A",
        layer(
            "sweep", root="A2", seconds=3.2, start=400.0, stop=12000.0, tone=1.2, hiss=0.5, stutter=0.8, octaves=3.0,
        ),
        extra="build-up transition trance uplifter tension",
    ),
    shot(
        "fx", "falling dark wide", "downlifter", None,
        layer("sweep", seconds=2.6, start=2400.0, stop=70.0, peak=0.0, q=0.8, tone=0.3, octaves=-3.0),
        detail="reverb", extra="transition drop breakdown", high=3500.0,
    ),
    shot(
        "fx", "deep dark cinematic", "impact", "C",
        layer("impact", root="C1", room_hz=1200.0, blow_hz=600.0, seconds=2.6),
        detail="a long tail", extra="boom hit trailer sub drop massive",
    ),
    shot(
        "fx", "hard metallic industrial", "impact", None,
        layer(
            "impact", root=48.0, metal=0.9, boom=0.5, blow=0.5, blow_hz=3500.0, drive=14.0, seconds=2.0,
            room_hz=3500.0,
        ),
        detail="industrial texture", extra="hit scrap crash techno",
    ),
    shot(
        "fx", "reverse dark", "impact", None,
        layer("impact", root=55.0, reverse=True, blow_hz=1800.0, seconds=1.8),
        extra="suck transition swell",
    ),
    shot(
        "fx", "airy bright wide", "sweep", None,
        layer("sweep", seconds=2.4, start=1800.0, stop=10000.0, peak=0.5, q=0.7, room_level=0.6),
        extra="whoosh transition noise",
    ),
    shot(
        "fx", "dark deep", "whoosh", None,
        layer("sweep", seconds=2.0, start=120.0, stop=1100.0, peak=0.45, q=1.0, room_level=0.5),
        extra="pass by transition", high=1400.0,
    ),
    shot(
        "fx", "bright rising", "reverse cymbal", None,
        layer("reverse", seconds=1.9),
        extra="swell transition crash",
    ),
    shot(
        "fx", "sharp digital short", "laser zap", None,
        layer("zap", root=90.0, start=7000.0, glide=0.06, seconds=0.35, index=2.0),
        extra="electro retro blip",
    ),
    shot(
        "fx", "falling wet", "laser zap", None,
        layer(
            "zap", root=200.0, start=3500.0, glide=0.25, seconds=1.1, index=0.6, wobble=0.4, wobble_hz=9.0,
            echo_seconds=0.17, echo_level=0.5,
        ),
        detail="echo", extra="dub siren sci-fi space",
    ),
    shot(
        "fx", "deep subby falling", "sub drop", "C",
        layer("zap", root=28.0, start=120.0, glide=0.7, seconds=2.2, index=0.0, drive=4.0),
        extra="bass drop cinematic dark",
    ),
    shot("fx", "digital broken", "glitch", None, layer("glitch", seconds=1.2), extra="stutter crushed gritty rough"),
    shot(
        "fx", "noisy industrial", "steam burst", None,
        layer("wind", root=3800.0, seconds=1.1, circular=False, q=1.2, range=0.3, body=0.1, air=0.6, room_level=0.6),
        layer("impact", seconds=1.1, boom=0.0, metal=0.3, blow=0.6, blow_hz=7000.0, level=-3.0),
        detail="industrial texture", extra="hiss machine pressure",
    ),
    loop(
        "fx", "tense wobbly", "siren", (140, 1, None),
        layer(
            "zap", "X...............", root=520.0, start=700.0, glide=0.5, seconds=1.7, wobble=0.45, wobble_hz=2.33,
            index=0.8, drive=6.0,
        ),
        detail="echo", extra="alarm rave dub hardcore", echo_level=0.3, room_level=0.2,
    ),
    loop(
        "fx", "digital broken rhythmic", "glitch", (130, 1, None),
        layer("glitch", "X.......x.......", seconds=0.46, slices=8),
        layer("glitch", "......x.....x..,", seconds=0.2, slices=6, bright=8000.0, side=0.5, level=-5.0),
        extra="stutter percussion crushed fast", echo_level=0.12,
    ),
    loop(
        "fx", "dusty vintage", "vinyl crackle", (90, 1, None),
        layer("rain", root=2600.0, density=45.0, hiss=0.05, hum=0.004, rotation=0.5, ringing=0.9),
        detail="vinyl dust", extra="lofi noise record texture warm", high=11000.0,
    ),
)
