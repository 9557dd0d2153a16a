"""Hi-hats and cymbals. Runs on: any process."""

from ..recipe import layer, loop, shot

# fmt: off
CLOSED = {"root": 430.0, "seconds": 0.055, "metal": 0.5, "low": 7200.0, "high": 14000.0}
OPEN = {"root": 420.0, "seconds": 0.34, "metal": 0.6, "low": 6200.0, "high": 14000.0, "tick": 0.3}
ROLL = "xoxoxoxoxoxoxoxo"
RECIPES = (
    shot(
        "hihat", "bright tight crisp", "closed hi-hat", None,
        layer("hat", **CLOSED | {"low": 8200.0, "high": 16000.0}),
        extra="techno short airy",
    ),
    shot(
        "hihat", "dark soft dusty", "closed hi-hat", None,
        layer("hat", root=300.0, seconds=0.07, metal=0.25, low=4200.0, high=7600.0, tick=0.15, soft=0.002),
        extra="lofi deep house warm",
    ),
    shot(
        "hihat", "metallic sharp", "closed hi-hat", None,
        layer("hat", root=520.0, seconds=0.09, metal=0.95, low=6200.0, drive=6.0),
        extra="808 industrial digital",
    ),
    shot("hihat", "bright long", "open hi-hat", None, layer("hat", **OPEN, spread=0.5), extra="909 techno house"),
    shot(
        "hihat", "dirty distorted", "open hi-hat", None,
        layer("hat", root=360.0, seconds=0.4, metal=0.7, low=4500.0, drive=16.0),
        detail="industrial texture", extra="raw techno gritty", bits=7.0,
    ),
    shot(
        "hihat", "soft short", "pedal hi-hat", None,
        layer("hat", root=400.0, seconds=0.09, metal=0.4, low=5200.0, high=12000.0, soft=0.004, tick=0.0),
        extra="acoustic natural foot",
    ),
    shot(
        "hihat", "metallic long", "ride cymbal", None,
        layer("cymbal", root=480.0, seconds=1.6, bell=0.5, wash=0.25, low=3600.0, high=16000.0),
        extra="techno bright sustained",
    ),
    shot(
        "hihat", "bright huge", "crash cymbal", None,
        layer("cymbal", root=360.0, seconds=2.4, bell=0.05, wash=1.0, low=2600.0, count=90),
        detail="a long tail", extra="accent transition",
    ),
    loop(
        "hihat", "driving offbeat open", "techno hi-hat", (132, 1, None),
        layer("hat", "..X...X...X...X.", **OPEN | {"seconds": 0.2}),
        layer("hat", "o.,.o.,.o.,.o.,,", **CLOSED, level=-9.0),
        extra="bright groovy 909",
    ),
    loop(
        "hihat", "fast driving bright", "techno hi-hat", (138, 1, None),
        layer("hat", "xoXoxoXoxoXoxoXo", **CLOSED),
        layer("hat", "..X...X...X...X.", **OPEN | {"seconds": 0.16}, level=-4.0),
        extra="rolling energetic sixteenth raw",
    ),
    loop(
        "hihat", "dark hypnotic metallic", "techno hi-hat", (135, 2, None),
        layer(
            "hat", "x..o,.o.x.,o..o.", root=340.0, seconds=0.08, metal=0.9, low=4300.0, high=8500.0,
            motion=("seconds", 0.9, 1),
        ),
        detail="echo", extra="minimal deep", echo_level=0.2, echo_feedback=0.4,
    ),
    loop(
        "hihat", "groovy crisp", "house hi-hat", (124, 1, None),
        layer("hat", "x,o,x,o,x,o,x,oo", **CLOSED, side=0.15),
        layer("hat", "..X...X...X...X.", **OPEN | {"seconds": 0.22}, level=-2.0, side=-0.1),
        detail="swing", extra="shuffle club bright", swing=0.24,
    ),
    loop(
        "hihat", "soft deep warm", "house hi-hat", (120, 1, None),
        layer(
            "hat", "..o...o...o...o,", root=330.0, seconds=0.16, metal=0.3, low=3800.0, high=7200.0, tick=0.1,
            soft=0.002,
        ),
        layer("hat", ",.,.,.,.,.,.,.,.", root=330.0, seconds=0.05, metal=0.3, low=3800.0, high=7200.0, level=-4.0),
        extra="deep house mellow", swing=0.15, room_level=0.08, room_seconds=0.5,
    ),
    loop(
        "hihat", "fast rolling tight", "drum and bass hi-hat", (174, 1, None),
        layer("hat", "x.o.x.oox.o.xoo.", **CLOSED | {"seconds": 0.045}),
        layer("cymbal", "X.......x.......", root=520.0, seconds=0.5, wash=0.3, low=4500.0, level=-6.0),
        extra="dnb energetic bright",
    ),
    loop(
        "hihat", "crisp bouncy digital", "trap hi-hat", (140, 2, None),
        layer(
            "hat", "x...x...x...x...x...xxxxx...x.x. x...x...x.x.x...xoxoxoxox...XxXx",
            **CLOSED | {"seconds": 0.04, "low": 8500.0}, grid=32,
        ),
        detail="a hard attack", extra="rolls fast 808",
    ),
    loop(
        "hihat", "slow dusty groovy", "hip hop hi-hat", (90, 1, None),
        layer(
            "hat", "x.o.x.o.x.o.x.o, x.o.x.o.x.oox...", root=320.0, seconds=0.07, metal=0.3, low=4500.0, high=8000.0,
        ),
        detail="swing", extra="lofi boom bap", swing=0.34, bits=9.0, high=9000.0, human=0.006,
    ),
    loop(
        "hihat", "raw industrial distorted", "techno hi-hat", (140, 1, None),
        layer("hat", ROLL, root=480.0, seconds=0.05, metal=0.8, low=5200.0, drive=14.0),
        layer("hat", "..X...X...X...X.", root=360.0, seconds=0.24, metal=0.8, low=4600.0, drive=14.0, level=-3.0),
        detail="industrial texture", extra="hard driving gritty", bits=7.0,
    ),
)
