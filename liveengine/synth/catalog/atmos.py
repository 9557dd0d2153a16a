"""Pads, drones, winds, machines, grains: beds of four bars and more. Runs on: any process."""

from ..recipe import layer, loop, shot

# fmt: off
RECIPES = (
    loop(
        "atmo", "atmospheric dreamy lush", "pad", (128, 4, "Am"),
        layer(
            "pad", root="A2", chords=((0, 7, 12, 15, 19), (-4, 3, 8, 12, 15)), cutoff=1100.0, motion=0.9, air=0.04,
            room_seconds=5.0, room_level=0.8,
        ),
        detail="slow movement", extra="ambient wide ethereal chords",
    ),
    loop(
        "atmo", "warm analog soft", "pad", (124, 2, "Gm"),
        layer(
            "pad", root="G2", chords=((0, 7, 10, 15), (-2, 5, 10, 14)), cutoff=650.0, motion=0.4, band=10.0,
            drive=5.0, air=0.005,
        ),
        detail="analog warmth", extra="atmospheric deep house chords mellow",
    ),
    loop(
        "atmo", "melancholic sad wide", "strings", (120, 2, "Dm"),
        layer(
            "pad", root="D3", chords=((0, 3, 7, 12), (-4, 3, 8, 12), (-5, 2, 5, 10)), slope=0.5, band=13.0,
            cutoff=1800.0, motion=0.5, beating=0.2,
        ),
        extra="atmospheric emotional minor orchestral cinematic",
    ),
    loop(
        "atmo", "dark deep tense", "drone", (135, 2, "Fm"),
        layer(
            "pad", root="F1", chords=((0, 7, 12, 13),), slope=-1.0, band=30.0, cutoff=260.0, motion=0.8, beating=0.4,
            drive=8.0, air=0.01, air_hz=900.0, low=35.0,
        ),
        layer("machine", level=-14.0, root=43.65, clanks=4),
        extra="atmospheric techno underground hypnotic", high=1800.0,
    ),
    loop(
        "atmo", "dark industrial", "drone", (138, 2, "Am"),
        layer("machine", root=55.0, clanks=14, hum=0.6, steady=16),
        layer("pad", root="A1", chords=((0, 1, 7),), slope=-1.5, band=40.0, cutoff=320.0, drive=10.0, level=-5.0),
        detail="distant machines", extra="atmospheric techno factory gritty metallic texture", high=2600.0,
    ),
    loop(
        "atmo", "industrial metallic rough", "texture", (132, 2, None),
        layer("grains", root=210.0, source="metal", density=26.0, pitches=(0.25, 0.5, 1.0), grain=0.2, high=6000.0),
        layer("wind", root=500.0, drive=8.0, level=-12.0),
        detail="distant machines", extra="atmospheric factory scrap noise",
    ),
    loop(
        "atmo", "airy bright wide", "wind", (128, 2, None),
        layer("wind", root=1800.0, q=1.2, body=0.05, air=0.35),
        extra="atmospheric nature noise soft breath",
    ),
    loop(
        "atmo", "natural gentle wet", "rain", (120, 2, None),
        layer("rain", density=420.0),
        layer("wind", root=300.0, q=1.0, level=-14.0),
        extra="atmospheric nature field recording texture noise",
    ),
    loop(
        "atmo", "dusty lofi warm", "noise bed", (90, 1, None),
        layer("rain", root=1900.0, density=25.0, hiss=0.12, hiss_high=5000.0, hum=0.02, rotation=0.5),
        layer("pad", root="C3", chords=((0, 3, 7, 10),), cutoff=500.0, bits=9.0, level=-7.0),
        detail="vinyl dust", extra="atmospheric vinyl tape hip hop vintage", high=6000.0,
    ),
    loop(
        "atmo", "shimmering ethereal bright", "texture", (124, 2, "Em"),
        layer("grains", root=659.26, chord=(0, 3, 7, 12), density=40.0, grain=0.22, low=400.0),
        extra="atmospheric granular bells ambient dreamy glassy",
    ),
    loop(
        "atmo", "eerie mysterious distant", "soundscape", (128, 2, "Em"),
        layer(
            "pad", root="E3", wave="glass", chords=((0, 1, 7), (0, 6, 8)), band=8.0, cutoff=2600.0, motion=0.5,
            beating=0.5, air=0.03, room_seconds=6.0, room_level=1.3,
        ),
        layer("wind", root=700.0, q=6.0, level=-11.0),
        detail="reverb", extra="atmospheric haunted horror cinematic",
    ),
    loop(
        "atmo", "deep warm hypnotic", "drone", (124, 2, "Cm"),
        layer(
            "pad", root="C2", wave="organ", chords=((0, 7, 12),), slope=-2.0, band=7.0, cutoff=380.0, motion=0.7,
            cycles=2, sub=0.4, drive=4.0, air=0.01,
        ),
        detail="sidechain pumping", extra="atmospheric dub techno mellow", pulse=0.5,
    ),
    loop(
        "atmo", "hollow solemn wide", "organ", (120, 2, "F#m"),
        layer(
            "pad", root="F#2", wave="organ", chords=((0, 7, 12, 15), (-4, 3, 8, 12)), band=9.0, cutoff=2200.0,
            motion=0.3, air=0.01, room_seconds=6.0, room_level=0.9,
        ),
        detail="reverb", extra="atmospheric cathedral melancholic sacred",
    ),
    loop(
        "atmo", "fast moving eerie", "atmosphere", (174, 2, "Fm"),
        layer(
            "pad", root="F2", wave="hollow", chords=((0, 3, 7, 14), (-4, 3, 8, 12)), cutoff=1300.0, motion=1.2,
            cycles=2, beating=0.3, air=0.05,
        ),
        extra="atmospheric dnb liquid jungle pad",
    ),
    shot(
        "atmo", "cinematic huge dark", "soundscape", "D",
        layer(
            "pad", root="D2", seconds=3.0, circular=False, chords=((0, 7, 12, 15, 19),), cutoff=800.0, motion=1.0,
            drive=3.0, swell=1.5, fade=2.0,
        ),
        detail="slow movement", extra="atmospheric swell pad intro",
    ),
    shot(
        "atmo", "ethereal bright", "atmosphere", "A",
        layer("grains", root=880.0, seconds=2.8, circular=False, density=30.0, source="glass"),
        detail="reverb", extra="atmospheric glass shimmering ambient",
    ),
)
