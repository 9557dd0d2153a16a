"""Basses: one-shots and lines. Runs on: any process."""

from ..recipe import layer, loop, shot

# fmt: off
ROLL = ".xxx.xxx.xxx.xxx"
DARK = {"cutoff": 130.0, "envelope": 1.2, "fall": 0.14, "resonance": 0.25, "drive": 7.0, "sub": 0.5, "tone": 1800.0}
WARM = {
    "voices": 2, "detune": 6.0, "drift": 4.0, "cutoff": 260.0, "envelope": 1.6, "fall": 0.22, "resonance": 0.22,
    "drive": 8.0, "sub": 0.35, "tone": 3500.0,
}
ACID = {"cutoff": 260.0, "envelope": 3.2, "fall": 0.14, "resonance": 0.86, "drive": 9.0, "sub": 0.0, "body": 0.3}
REESE = {"voices": 3, "detune": 17.0, "cutoff": 700.0, "envelope": 0.3, "sub": 0.5, "drive": 6.0, "sustain": 1.0}
DEEP = {
    "wave": "square", "octave": 0.2, "cutoff": 330.0, "envelope": 1.7, "fall": 0.12, "resonance": 0.15, "sub": 0.6,
    "drive": 3.0, "sustain": 0.6, "tone": 2600.0,
}
SHOTS = (
    shot(
        "bass", "deep clean", "sub bass", "A",
        layer(
            "bass", root="A1", seconds=0.9, wave="sine", cutoff=300.0, envelope=0.0, sub=1.0, drive=1.5, release=0.25,
            sustain=1.0, tone=600.0,
        ),
        extra="dark minimal dub smooth",
    ),
    shot(
        "bass", "dark moving", "reese bass", "E",
        layer(
            "bass", root="E1", seconds=1.6, **REESE | {"cutoff": 260.0, "wobble": 0.6, "wobble_hz": 0.8}, release=0.3,
        ),
        extra="dnb neuro atmospheric",
    ),
    shot(
        "bass", "metallic hard", "FM bass", "D",
        layer(
            "fm", root="D2", seconds=0.4, ratio=3.5, index=7.0, index_seconds=0.6, index_floor=0.3, release=0.12,
            drive=8.0, tone=14000.0,
        ),
        extra="digital industrial bright",
    ),
    shot(
        "bass", "squelchy", "acid bass", "C",
        layer("bass", root="C2", seconds=0.4, **ACID),
        detail="resonant filter", extra="303 techno",
    ),
    shot(
        "bass", "long boomy", "808 bass", "C",
        layer(
            "bass", root="C1", seconds=1.3, wave="sine", cutoff=500.0, envelope=1.0, sub=0.8, glide=12.0,
            glide_seconds=0.05, drive=6.0, sustain=0.0, body=1.4, release=0.2,
        ),
        detail="a long tail", extra="trap hip hop sub",
    ),
    shot(
        "bass", "distorted industrial aggressive", "techno bass", "F",
        layer(
            "bass", root="F1", seconds=0.5, cutoff=600.0, envelope=2.0, resonance=0.4, drive=20.0, grit=0.8, voices=2,
        ),
        detail="heavy distortion", extra="hard raw gritty",
    ),
    shot(
        "bass", "warm analog", "bass stab", "G",
        layer("bass", root="G1", seconds=0.28, **WARM, release=0.15),
        detail="analog warmth", extra="house round",
    ),
)

LOOPS = (
    loop(
        "bass", "dark rolling", "techno bass", (138, 2, "Am"),
        layer("bass", ROLL, root="A1", **DARK),
        layer("bass", "........x.......", root="A2", level=-14.0, **DARK),
        detail="dark atmosphere", extra="hypnotic driving", pulse=0.45, room_level=0.05, room_hz=900.0,
    ),
    loop(
        "bass", "driving warm analog", "techno bass", (132, 2, "Am"),
        layer("bass", ".xXx.xXo.xXx.xXx", notes=(0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0), root="A1", **WARM),
        detail="analog warmth", extra="fat groovy", pulse=0.3,
    ),
    loop(
        "bass", "driving dark", "techno bass", (135, 2, "Fm"),
        layer(
            "bass", "..xX..xX..xX..xX", notes=(0, 0, 0, 0, 0, 0, -2, 0), root="F1",
            **DARK | {"cutoff": 170.0, "drive": 10.0},
        ),
        detail="dark atmosphere", extra="raw hypnotic deep", pulse=0.4, room_level=0.1, room_seconds=2.0,
        room_hz=700.0,
    ),
    loop(
        "bass", "melancholic industrial", "bassline", (128, 4, "Dm"),
        layer(
            "bass", "X-----x---x----- X-----x---x--x-- X-----x---x----- X-----x-x-x-x---",
            notes=(0, 0, 3, -4, -4, 0, 2, -2, -2, 0, -5, -5, 0, 3, 5), root="D2", voices=2, detune=9.0, cutoff=300.0,
            envelope=1.2, fall=0.4, resonance=0.3, drive=8.0, grit=0.35, sub=0.6, sustain=0.8, release=0.12,
        ),
        layer("machine", level=-19.0, hum=0.1, root=36.7, clanks=10),
        detail="industrial texture", extra="sad techno emotional minor", pulse=0.3, echo_level=0.12,
        echo_feedback=0.4,
    ),
    loop(
        "bass", "melancholic slow warm", "bass", (90, 2, "Am"),
        layer(
            "bass", "X-----x-x-----x- x-----x-x---x---", notes=(0, 0, -4, -4, 3, 2, -2, -5), root="A1",
            **DEEP | {"cutoff": 360.0}, release=0.15, body=1.2,
        ),
        extra="sad emotional minor lofi soft", human=0.004,
    ),
    loop(
        "bass", "groovy warm", "deep house bass", (120, 2, "Cm"),
        layer(
            "bass", "X-.x..x-.,x-..x. X-.x..x-.x.,x-o.", notes=(0, 0, 3, 0, 7, 5, 0, 0, -2, -2, 0, 0, 3), root="C2",
            **DEEP,
        ),
        detail="groovy feel", extra="warm smooth soulful", swing=0.2, human=0.003,
    ),
    loop(
        "bass", "groovy soulful", "deep house bass", (124, 2, "Gm"),
        layer(
            "bass", "x..x..X-..x.,.x-", notes=(0, 0, 10, 7, 0, 12), root="G1",
            **DEEP | {"wave": "square", "cutoff": 280.0},
        ),
        detail="groovy feel", extra="funky round soulful", swing=0.22, pulse=0.2,
    ),
    loop(
        "bass", "hypnotic squelchy", "acid bass", (135, 2, "Em"),
        layer(
            "bass", "x.Xxo.xX.xx.Xoxx", notes=(0, 0, 12, 0, 0, 3, 0, 0, 10, 0, 12, 0, -2), root="E1",
            motion=("cutoff", 0.9, 1), **ACID,
        ),
        detail="resonant filter", extra="303 techno rave", echo_level=0.12, pulse=0.2,
    ),
    loop(
        "bass", "hard distorted industrial", "techno bass", (140, 2, "F#m"),
        layer(
            "bass", "..xx..xX..xx.xX.", notes=(0, 0, 0, 0, 0, 1, 0, 0, -2), root="F#1", cutoff=420.0, envelope=1.8,
            fall=0.1, resonance=0.4, drive=20.0, grit=0.8, voices=2, sub=0.4,
        ),
        detail="heavy distortion", extra="raw aggressive driving gritty", pulse=0.4,
    ),
    loop(
        "bass", "dark moving fast", "drum and bass bassline", (174, 2, "Fm"),
        layer(
            "bass", "X-----x---x----- X---------x-x---", notes=(0, 0, 3, -2, -4, -5), root="F1",
            **REESE | {"wobble": 0.9, "wobble_hz": 2.9}, release=0.1,
        ),
        extra="dnb reese neuro rolling", drive=3.0,
    ),
    loop(
        "bass", "minimal deep subby", "sub bass", (128, 2, "Gm"),
        layer(
            "bass", "..x-..x-..x-..x.", notes=(0, 0, 0, 0, 0, 0, 3), root="G1", wave="sine", cutoff=300.0,
            envelope=0.6, sub=1.0, drive=2.5, tone=900.0,
        ),
        extra="tech house clean dark", pulse=0.3,
    ),
    loop(
        "bass", "bouncy metallic plucky", "FM bass", (128, 2, "Em"),
        layer(
            "fm", "x..x..x.x..x.x..", notes=(0, 0, 12, 0, 7, 10), root="E2", ratio=2.0, ratio_b=5.0, index=7.0,
            index_seconds=0.25, body=0.22, sustain=0.1, drive=5.0,
        ),
        extra="tech house funky digital bright", swing=0.1,
    ),
    loop(
        "bass", "offbeat driving bright", "trance bass", (138, 2, "Am"),
        layer(
            "bass", "..X-..X-..X-..X-", root="A1", notes=(0, 0, 0, 0, -4, -4, -2, -2), voices=3, detune=10.0,
            cutoff=1500.0, envelope=2.2, drive=5.0, sub=0.4, tone=14000.0,
        ),
        extra="uplifting energetic",
    ),
    loop(
        "bass", "funky plucky groovy", "house bass", (124, 2, "Dm"),
        layer(
            "bass", "X.,x.,X..xo.x.Xo", notes=(0, 12, 0, 10, 12, 0, 3, 5, 7, 0), root="D2", wave="pulse", pulse=0.3,
            cutoff=380.0, envelope=2.4, fall=0.1, resonance=0.35, body=0.18, sustain=0.2, drive=4.0, sub=0.3,
        ),
        detail="swing", extra="disco analog", swing=0.2,
    ),
    loop(
        "bass", "deep slow", "dub bass", (90, 2, "Cm"),
        layer(
            "bass", "X---..x-..x-.... X---..x-x-..x-..", notes=(0, 0, 3, 0, -5, -2, 0), root="C2", wave="triangle",
            cutoff=240.0, envelope=0.6, sub=0.9, drive=3.0, release=0.1, tone=1000.0,
        ),
        extra="dark warm reggae heavy sub", human=0.005,
    ),
    loop(
        "bass", "dark wobbly gritty", "bassline", (140, 2, "Em"),
        layer(
            "bass", "X-------x-----x- X---x---x-----o-", notes=(0, 0, 3, 0, -2, -4, 0), root="E1", voices=2,
            detune=12.0, cutoff=300.0, envelope=0.2, wobble=1.8, wobble_hz=7.0, resonance=0.45, drive=12.0,
            sustain=1.0, grit=0.3,
        ),
        extra="dubstep halftime heavy", high=3500.0,
    ),
    loop(
        "bass", "hypnotic dark hollow", "techno bass", (138, 2, "Dm"),
        layer(
            "fm", "x.xx.xx.x.xx.xxo", notes=(0, 0, 0, 0, 3, 0, 0, 0, 0, 1), root="D2", ratio=1.5, index=2.2,
            index_seconds=0.09, body=0.16, sustain=0.1, tone=1800.0, drive=6.0,
        ),
        detail="echo", extra="industrial driving rolling", echo_level=0.15, pulse=0.35, high=2500.0,
    ),
)

RECIPES = (*SHOTS, *LOOPS)
