"""The pictures of the clients' folders, drawn from their layouts. Runs on: the developer's shell."""

import json

from liveengine.cli.layouts import patched
from liveengine.cli.layouts.maxmsp import drawn as patched_in_max
from liveengine.cli.layouts.maxmsp import surface as max_surface
from liveengine.cli.layouts.picture import STATES, Box, Picture
from liveengine.cli.layouts.puredata import surface as pd_surface
from liveengine.cli.layouts.touchosc.document import SCREENS, Screen, surface
from liveengine.cli.layouts.touchosc.drawn import draw
from liveengine.cli.layouts.tree import Node

# A session that plays: what each picture shows.
TRACKS = ("Kick", "Bass", "Hats", "Perc", "Synth", "Vocal", "Atmo", "FX")
GAINS = (0.75, 0.7, 0.58, 0.5, 0.66, 0.6, 0.42, 0.36)
LEVELS = (0.0, -1.6, -5.8, -8.6, -2.9, -4.9, -11.9, -14.6)
PANS = (0.0, 0.0, 0.2, -0.25, 0.1, 0.0, -0.1, 0.3)
STEMS = {
    (1, 1): "Hypnotic Thud", (1, 2): "Concrete Heart", (1, 3): "Iron Floor", (2, 1): "Deep Rumble",
    (2, 2): "Acid Crawl", (3, 1): "Closed Sixteen", (3, 2): "Open Air", (3, 4): "Shimmer",
    (4, 1): "Wood Talk", (4, 3): "Rim Chain",
    (5, 2): "Night Stab", (5, 3): "Slow Bloom", (6, 3): "Far Voice", (7, 1): "Grey Rain", (7, 4): "Cellar",
    (8, 4): "Long Fall", (2, 5): "Sub Line", (5, 5): "Glass Arp",
}  # fmt: skip
PLAYING, QUEUED, STOPPING = {(1, 2), (2, 1), (3, 1), (7, 1)}, {(5, 2), (3, 2)}, {(4, 1)}
MATCHES = (
    "Concrete Heart",
    "Hypnotic Thud",
    "Iron Floor",
    "Warehouse Pulse",
    "Low Gravity",
    "Basement",
    "Anvil",
    "Tar",
)
PAPER, INK, BOX, LINE = "#ffffff", "#202428", "#eef1f4", "#607890"


def files(root: Node) -> dict[str, bytes]:
    """Return the pictures, by path below `clients/`."""
    drawn = {
        "touchosc/picture.svg": touchosc(root),
        "puredata/picture.svg": pure(root),
        "max/picture.svg": maxmsp(root),
        "python/picture.svg": python(),
        "supercollider/picture.svg": supercollider(),
    }
    return {path: picture.file() for path, picture in drawn.items()}


def state_of(place: tuple[int, int]) -> str:
    """Return what a slot of the session does."""
    if place in PLAYING:
        return "playing"
    if place in QUEUED:
        return "queued"
    if place in STOPPING:
        return "stopping"
    return "stopped" if place in STEMS else "empty"


# ── TouchOSC ──

_PADS = {"empty": "#26292e", "stopped": "#4a6580", "queued": "#c08a20", "playing": "#2f9e54", "stopping": "#b0563a"}


def touchosc(root: Node) -> Picture:
    """Return the tablet with its slots, the phone with mixer and search, side by side."""
    phone, tablet = SCREENS
    gap, small = 28, phone.look.width
    picture = Picture(tablet.look.width + 2 * small + 4 * gap, phone.look.height + 2 * gap + 24, paper=PAPER, ink=INK)
    x = float(gap)
    for screen, page in ((tablet, "Live"), (phone, "Mixer"), (phone, "Find")):
        frame = (x - 6, gap - 6.0, screen.look.width + 12.0, screen.look.height + 12.0)
        picture.rect(frame, "#0a0b0c", "#303338", round=14)
        draw(picture, surface(screen, root), (x, gap), page, _known(screen))
        words = f"{screen.name}.tosc, {page}"
        picture.text(x + screen.look.width / 2, frame[1] + frame[3] + 20, words, 17, "middle")
        x += screen.look.width + gap
    picture.width = x
    return picture


def _known(screen: Screen) -> dict[str, object]:
    known: dict[str, object] = {
        "status": "connected", "light": "#40b060", "beat": "17.3", "=/transport/tempo": "138",
        "/transport/running": True, "line": "dunkler hypnotischer Kick", "said": "Concrete Heart, beat 68",
        "window": f"1-{screen.columns} / 1-{screen.rows}",
        "=/master/level": "-1.2 dB", "/master/gain": 0.72, "/cue/gain": 0.6, "choose 1": "#7a5510",
        **{f"match{place}": title for place, title in enumerate(MATCHES, 1)},
    }  # fmt: skip
    for track, name in enumerate(TRACKS, 1):
        at = f"/track/{{c{track}}}"
        known |= {
            f"={at}/name": name, f"{at}/gain": GAINS[track - 1], f"={at}/level": f"{LEVELS[track - 1]:.1f} dB",
            f"{at}/pan": PANS[track - 1] / 2 + 0.5,
            f"/meter/{{c{track}}}": 0.5 * GAINS[track - 1] if track < 4 else 0.0,
            f"{at}/mute": track == 4, f"{at}/cue": track == 3,
        }  # fmt: skip
        for scene in range(1, 9):
            known[f"{at}/clip/{{r{scene}}}/look"] = _PADS[state_of((track, scene))]
            known[f"={at}/clip/{{r{scene}}}/name"] = STEMS.get((track, scene), "")
    return known


# ── Pure Data ──


def pure(root: Node) -> Picture:
    """Return the surface as Pd shows it."""
    patches = {path.split("/")[1].removesuffix(".pd"): content for path, content in pd_surface.files(root).items()}
    width, height = patched.size_of(patches["liveengine"])
    picture = Picture(width, height, paper="#ffffff", ink=INK)
    known: dict[str, object] = {
        "liveengine-there": True, "liveengine-search": "dunkler hypnotischer Kick", "/transport/tempo/show": 138.0,
        "/transport/quantum/show": 4.0, "/transport/running/show": True, "/master/gain/show": 0.72,
        "/master/level/show": -1.2,
        **{f"liveengine-title-{place}": title for place, title in enumerate(MATCHES, 1)},
    }  # fmt: skip
    for track, name in enumerate(TRACKS, 1):
        at = f"/track/{track}"
        known |= {
            f"{at}/name/show": name, f"{at}/gain/show": GAINS[track - 1], f"{at}/level/show": LEVELS[track - 1],
            f"{at}/pan/show": PANS[track - 1], f"{at}/mute/show": track == 4, f"{at}/cue/show": track == 3,
            f"{at}/like/show": track == 1, f"{at}/output/show": "master",
        }  # fmt: skip
        for slot in range(1, 9):
            state = state_of((track, slot))
            known[f"{at}/clip/{slot}/look"] = "#f4f4f0" if state == "empty" else STATES[state]
    patched.draw(picture, patches, "liveengine", (0, 0), known)
    return picture


# ── Max ──

_SLOTS = {"empty": "#333538", "stopped": "#6b7885", "queued": "#f0bf40", "playing": "#40b061", "stopping": "#d18061"}


def maxmsp(root: Node) -> Picture:
    """Return the patch as Max presents it."""
    patch = json.loads(max_surface.files(root)["max/liveengine.maxpat"])["patcher"]
    _, _, width, height = patch["rect"]
    picture = Picture(width, height, paper="#1e2022", ink=INK)
    known: dict[str, object] = {
        "door/there": True, "door/port": 9010, "search/search": "dunkler hypnotischer Kick", "search/track": 1,
        "search/slot": 4, "search/answer": "track 1 slot 2: Concrete Heart in 1.4 s (fallback: none)",
        "top/transport_running": True, "top/transport_tempo": 138.0, "top/transport_quantum": 4.0,
        "top/master_gain": 0.72, "top/master_level": -1.2, "top/cue_gain": 0.6, "top/cue_level": -7.8,
        "top/metronome_beats": 4, "top/metronome_gain": 0.5, "strip_1/launch_prompt": "dark rolling kick",
    }  # fmt: skip
    for place, title in enumerate(MATCHES, 1):
        facts = {"title": title, "category": "kick", "bpm": f"{138 - 2 * (place % 3)}"}
        known |= {f"search/{fact}_{place}": said for fact, said in facts.items()}
    for track, name in enumerate(TRACKS, 1):
        at = f"strip_{track}/"
        known |= {
            f"{at}name": name, f"{at}gain": GAINS[track - 1], f"{at}level": LEVELS[track - 1],
            f"{at}pan": PANS[track - 1], f"{at}mute": track == 4, f"{at}cue": track == 3, f"{at}output": "master",
        }  # fmt: skip
        for slot in range(1, 9):
            known[f"{at}slot_{slot}"] = f"{_SLOTS[state_of((track, slot))]} {STEMS.get((track, slot), '')}"
    patched_in_max.draw(picture, patch, (0, 0), known)
    return picture


# ── diagrams ──


def python() -> Picture:
    """Return what speaks with what: three connections, one tree of names."""
    picture = Picture(760, 300, paper=PAPER, ink=INK)
    _panel(picture, (20, 20, 330, 200), "your program")
    rows = (
        ("Engine", "plain calls"), ("AsyncEngine", "the same with await"), ("WebEngine", "Python's own library alone"),
    )  # fmt: skip
    for row, (name, said) in enumerate(rows):
        box = (40.0, 62.0 + row * 50, 290.0, 38.0)
        picture.rect(box, "#ffffff", LINE)
        picture.text(52, box[1] + 19, name, 13, bold=True, mono=True)
        picture.text(152, box[1] + 19, said, 12)
    _panel(picture, (530, 20, 210, 200), "the engine")
    for row, said in enumerate(("every command", "events and values", "meters, 30 a second")):
        picture.text(550, 81 + row * 50, said, 12)
    _both(picture, (330, 81), (530, 81), "WebSocket")
    _both(picture, (330, 131), (530, 131), "")
    picture.arrow([(330, 181), (530, 181)], LINE)
    picture.text(430, 171, "HTTP", 12, "middle")
    picture.rect((20, 236, 720, 44), BOX, LINE)
    picture.text(36, 258, "engine.track[1].clip[2].launch()", 13, mono=True)
    picture.text(404, 258, "=", 13, "middle")
    picture.text(724, 258, "/track/1/clip/2/launch", 13, "end", mono=True)
    return picture


def supercollider() -> Picture:
    """Return what goes over OSC, and how patterns keep the engine's time."""
    picture = Picture(760, 300, paper=PAPER, ink=INK)
    _panel(picture, (20, 20, 330, 200), "sclang")
    calls = ("e.trackClipLaunch(1, 2)", 'e.on("/track/*/gain", {...})', "e.follow  ->  TempoClock")
    for row, call in enumerate(calls):
        box = (40.0, 62.0 + row * 50, 290.0, 38.0)
        picture.rect(box, "#ffffff", LINE)
        picture.text(52, box[1] + 19, call, 12.5, mono=True)
    _panel(picture, (530, 20, 210, 200), "the engine")
    for row, said in enumerate(("every command", "every value, as it changes", "tempo and beat")):
        picture.text(550, 81 + row * 50, said, 12)
    picture.arrow([(330, 81), (530, 81)], LINE)
    picture.text(430, 71, "OSC, UDP 9000", 12, "middle")
    picture.arrow([(530, 131), (330, 131)], LINE)
    picture.arrow([(530, 181), (330, 181)], LINE)
    picture.rect((20, 236, 720, 44), BOX, LINE)
    picture.text(
        36, 258, "Pbind(\\degree, Pseq([0, 3, 5, 7], inf), \\dur, 0.25).play(e.follow, quant: 4)", 12.5, mono=True
    )
    return picture


def _panel(picture: Picture, box: Box, title: str) -> None:
    picture.rect(box, BOX, LINE, round=6)
    picture.text(box[0] + 16, box[1] + 20, title, 13, bold=True)


def _both(picture: Picture, left: tuple[float, float], right: tuple[float, float], text: str) -> None:
    picture.arrow([left, right], LINE)
    picture.arrow([right, left], LINE)
    picture.text((left[0] + right[0]) / 2, left[1] - 10, text, 12, "middle")
