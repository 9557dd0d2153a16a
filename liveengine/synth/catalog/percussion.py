"""Hand drums, wood, metal, shakers, breaks. Runs on: any process."""

from ..recipe import layer, loop, shot

# fmt: off
CONGA = {"root": 240.0, "seconds": 0.24, "body": "conga", "bend": 0.08, "blow": 0.35, "blow_hz": 1800.0, "drive": 3.0}
TOM = {"root": 95.0, "seconds": 0.4, "body": "skin", "bend": 0.5, "bend_seconds": 0.05, "drive": 6.0, "tone": 6000.0}
METAL = {"root": 310.0, "seconds": 0.3, "body": "metal", "detune": 0.05, "blow": 0.4, "drive": 8.0}
CLICK = {"root": 1150.0, "seconds": 0.06, "body": "wood", "bend": 0.02, "blow": 0.3, "blow_seconds": 0.005}
BEADS = {"root": 6500.0, "seconds": 0.07, "rise": 0.016}
SHOTS = (
    shot(
        "percussion", "deep tuned warm", "tom", "G",
        layer("struck", **TOM | {"root": "G2"}),
        extra="low drum round tribal",
    ),
    shot(
        "percussion", "tight punchy", "tom", "D",
        layer("struck", **TOM | {"root": "D3", "seconds": 0.28, "tone": 11000.0, "blow": 0.5}),
        extra="high drum",
    ),
    shot("percussion", "organic warm open", "conga", None, layer("struck", **CONGA), extra="hand drum latin tribal"),
    shot(
        "percussion", "tight bright organic", "bongo", None,
        layer("struck", **CONGA | {"root": 410.0, "seconds": 0.12, "blow": 0.6, "blow_hz": 3200.0}),
        extra="hand drum slap latin",
    ),
    shot(
        "percussion", "short dry wooden", "wood block", None,
        layer("struck", **CLICK | {"root": 880.0, "seconds": 0.08}),
        extra="click minimal",
    ),
    shot(
        "percussion", "sharp wooden bright", "clave", None,
        layer("struck", root=2450.0, seconds=0.09, body="clave", blow=0.15, bend=0.0),
        extra="latin click",
    ),
    shot(
        "percussion", "metallic analog", "cowbell", None,
        layer("struck", root=540.0, seconds=0.28, body="cowbell", bend=0.0, blow=0.15, drive=5.0, low=400.0),
        extra="808 disco",
    ),
    shot(
        "percussion", "hard industrial metallic", "metal hit", None,
        layer("struck", **METAL | {"seconds": 0.7, "drive": 14.0}, room_seconds=1.6, room_level=0.5),
        detail="industrial texture", extra="raw dark factory anvil",
    ),
    shot(
        "percussion", "airy soft", "shaker", None,
        layer("shaker", root=7500.0, seconds=0.1, rise=0.03),
        extra="organic bright",
    ),
    shot(
        "percussion", "bright metallic", "tambourine", None,
        layer("shaker", root=8500.0, seconds=0.18, rise=0.008, jingle=1.2),
        extra="jingle funk",
    ),
    shot(
        "percussion", "bright shimmering", "glass hit", None,
        layer(
            "struck", root=1320.0, seconds=0.8, body="glass", blow=0.25, bend=0.0, bright=0.9, room_seconds=1.5,
            room_level=0.4,
        ),
        detail="reverb", extra="crystal shimmering",
    ),
)

LOOPS = (
    loop(
        "percussion", "fast driving tribal", "percussion", (130, 2, None),
        layer("struck", "X..xo.x.,.xo.x.o", notes=(0, 5, -3, 0, 3, 0, 7), **CONGA, side=-0.25),
        layer(
            "struck", "..o..o..x..o..oo", notes=(0, 4), **CONGA | {"root": 420.0, "seconds": 0.1, "blow": 0.5},
            side=0.35, level=-4.0,
        ),
        layer("shaker", "xoXoxoXoxoXoxoXo", **BEADS, level=-7.0, side=0.15),
        extra="techno energetic rolling hand drums", room_level=0.1, room_seconds=0.6,
    ),
    loop(
        "percussion", "fast rolling tribal", "percussion", (140, 1, None),
        layer("struck", "X.oxo.xox.oxo.xx", notes=(0, 0, 3, -2, 0, 5, 3), **TOM | {"root": 118.0, "seconds": 0.2}),
        layer("struck", "..x..x....x..x.o", **CLICK, side=0.4, level=-6.0),
        layer("struck", ".,..x..,..o..x..", **METAL | {"seconds": 0.12}, side=-0.4, level=-9.0),
        extra="techno driving toms", room_level=0.12, room_seconds=0.7,
    ),
    loop(
        "percussion", "groovy organic", "percussion", (124, 2, None),
        layer("struck", "x..o..x.o..x..o. x..o..x.oo.x.xo.", notes=(0, 0, 5, 0, -2), **CONGA, side=-0.2),
        layer("shaker", "o,x,o,x,o,x,o,x,", **BEADS, level=-6.0, side=0.25),
        layer("struck", "X.....x...x.....", root=1800.0, seconds=0.07, body="clave", side=0.4, level=-12.0),
        detail="swing", extra="house latin congas", swing=0.2, human=0.004, room_level=0.1, room_seconds=0.5,
    ),
    loop(
        "percussion", "dark industrial metallic", "percussion", (138, 1, None),
        layer(
            "struck", "X.....x..x....o.", notes=(0, -5, 0, -7),
            **METAL | {"root": 240.0, "seconds": 0.4, "drive": 14.0},
        ),
        layer("struck", "..,.o..,..o.,..o", **METAL | {"root": 760.0, "seconds": 0.09}, side=0.5, level=-7.0),
        layer("struck", "....o.......o..,", root=85.0, seconds=0.3, body="skin", drive=14.0, level=-4.0),
        detail="industrial texture", extra="raw techno factory driving gritty", drive=6.0, high=4500.0,
        room_level=0.25, room_seconds=1.6, room_hz=2200.0,
    ),
    loop(
        "percussion", "soft airy steady", "shaker", (120, 1, None),
        layer("shaker", "o,x,o,x,o,x,o,x,", root=7500.0, seconds=0.08, rise=0.022),
        extra="deep house organic gentle", swing=0.16, human=0.003,
    ),
    loop(
        "percussion", "hypnotic minimal dark", "percussion", (135, 3, None),
        layer(
            "struck", "x..o..x..o..", grid=16, notes=(0, 3, 0, -2, 0), root=190.0, seconds=0.16, body="conga",
            tone=2500.0, drive=5.0, side=-0.3,
        ),
        layer("struck", "X....,....o.....", **CLICK | {"root": 620.0}, side=0.4, level=-7.0),
        detail="echo", extra="techno polyrhythm deep", echo_level=0.35, echo_feedback=0.55, high=4000.0,
        room_level=0.12, room_seconds=1.2, breadth=0.0,
    ),
    loop(
        "percussion", "fast broken punchy", "breakbeat", (174, 2, None),
        layer("kick", "X.........x..... X.x.......x.....", root=62.0, seconds=0.15, sweep=2.2, knock=0.6, click=0.3),
        layer(
            "snare", "....X..,.,..X..., ....X..,.,..X.o,", root=210.0, seconds=0.18, wires=0.8, low=1200.0,
            level=-2.0,
        ),
        layer("hat", "x.x.x.x.x.x.x.xx", root=380.0, seconds=0.08, low=5500.0, level=-5.0),
        extra="dnb jungle drums energetic", drive=5.0, room_level=0.1, room_seconds=0.4, human=0.003,
    ),
    loop(
        "percussion", "slow dusty groovy", "breakbeat", (90, 2, None),
        layer("kick", "X..,...x..X..... X......x..x..,..", root=56.0, seconds=0.22, knock=0.6, tone=3000.0),
        layer(
            "snare", "....X..,....X.., ....X.,.....X...", root=170.0, seconds=0.24, low=700.0, high=6000.0,
            level=-3.0,
        ),
        layer("hat", "x.o.x.o.x.o.x.oo", root=320.0, seconds=0.06, low=4500.0, high=8500.0, level=-10.0),
        detail="vinyl dust", extra="hip hop lofi drums", swing=0.3, drive=6.0, bits=9.0, high=7000.0, human=0.006,
    ),
    loop(
        "percussion", "bright bouncy metallic", "percussion", (128, 1, None),
        layer(
            "struck", "x..x..x.x..x.x..", notes=(0, 0, -5), root=540.0, seconds=0.14, body="cowbell", low=400.0,
            bend=0.0, level=-3.0, side=0.2,
        ),
        layer("shaker", "..X...X...X...X.", root=8500.0, seconds=0.12, rise=0.006, jingle=1.0, side=-0.25),
        layer("struck", ",.o..o..,.o..o.x", **CLICK | {"root": 1500.0}, side=0.5, level=-6.0),
        extra="tech house groovy funky", swing=0.12,
    ),
)

RECIPES = (*SHOTS, *LOOPS)
