"""The picture of Ableton Live beside the engine. Runs on: the developer's shell."""

from liveengine.cli.layouts.picture import Picture
from liveengine.cli.layouts.tree import Node

WIDTH, HEIGHT = 760.0, 330.0
TRACKS = ("Drums", "Bass", "Atmo")
CELL = (92.0, 26.0)  # width, height
# Live's clips and the engine's slots, row by row; a clip is a name, a slot its state and what lies in it.
CLIPS = (
    ("? dunkler Kick", "", "♪ Low Orbit"),
    ("♪ Hypnotic Thud", "♪ Sub Machine", ""),
    ("Loop 3", "", "♪ Rain Hall"),
    ("", "♪ Rubber Line", ""),
)
SLOTS = (
    (("queued", "Concrete Heart"), ("empty", ""), ("stopped", "Low Orbit")),
    (("playing", "Hypnotic Thud"), ("playing", "Sub Machine"), ("empty", "")),
    (("empty", ""), ("empty", ""), ("playing", "Rain Hall")),
    (("empty", ""), ("stopped", "Rubber Line"), ("empty", "")),
)
LIVE, CLIP, LIT, WISH = "#c8c8c4", "#dcdcd8", "#b0d8b8", "#fff4c0"
ROWS = (  # where an arrow goes, what it says, whether it comes back
    (96.0, "a name is a wish", False),
    (126.0, "what was found", True),
    (166.0, "♪ clips, scenes, stop", False),
    (206.0, "tempo, play, bar", False),
    (236.0, "tempo, selection", True),
)


def files(root: Node) -> dict[str, bytes]:
    """Return the picture for the folder's README."""
    picture = Picture(WIDTH, HEIGHT)
    _live(picture)
    _engine(picture)
    for y, text, back in ROWS:
        left, right = (322.0, y), (448.0, y)
        picture.arrow((right, left) if back else (left, right), "#506070")
        picture.text(385, y - 9, text, 10.5, "middle", colour="#506070")
    return {"ableton/picture.svg": picture.file()}


def _live(picture: Picture) -> None:
    x, y = 20.0, 20.0
    picture.rect((x, y, 296, 290), LIVE, "#888884", 5)
    picture.text(x + 10, y + 16, "Ableton Live", 12, bold=True)
    picture.text(x + 286, y + 16, "▶  132.00", 11, "end", mono=True)
    for column, name in enumerate(TRACKS):
        picture.button((x + 10 + 94 * column, y + 32, *CELL), name, "#e8b868" if column == 0 else "#a8b8c8")
        for row, clips in enumerate(CLIPS):
            _clip(picture, (x + 10 + 94 * column, y + 64 + 32 * row, *CELL), clips[column], SLOTS[row][column][0])
    picture.rect((x + 10, y + 208, 280, 66), "#ecece8", "#a8a8a0")
    picture.text(x + 18, y + 222, "LiveEngine: Concrete Heart (kick, Am)", 11)
    picture.text(x + 18, y + 240, "on track 1 slot 1 in 1.2 s", 11)
    picture.text(x + 18, y + 260, "the status bar tells what was chosen", 9.5, colour="#707070")


def _clip(picture: Picture, box: tuple[float, float, float, float], name: str, state: str) -> None:
    wish, plays = name.startswith("?"), name.startswith("♪") and state == "playing"
    picture.rect(box, WISH if wish else LIT if plays else CLIP if name else "#bcbcb8", "#e0a020" if wish else "#a8a8a4")
    picture.text(box[0] + 5, box[1] + box[3] / 2, name + ("|" if wish else ""), 10.5, width=box[2] - 8)


def _engine(picture: Picture) -> None:
    x, y = 454.0, 20.0
    picture.rect((x, y, 286, 290), "#f4f4f0", "#888884", 5)
    picture.text(x + 10, y + 16, "the engine", 12, bold=True)
    picture.text(x + 276, y + 16, "132.0", 11, "end", mono=True)
    for column in range(3):
        left = x + 6 + 92 * column
        picture.button(
            (left, y + 32, 90, 26), f"{column + 1}  {TRACKS[column]}", "#e8b868" if column == 0 else "#e0e0da"
        )
        for row, slots in enumerate(SLOTS):
            picture.slot((left, y + 64 + 32 * row, 90, 26), *slots[column])
        picture.fader((left + 36, y + 200, 18, 76), (0.75, 0.68, 0.5)[column])
