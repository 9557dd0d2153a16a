"""Drum loops of real kits: breakbeats, rock, funk, jazz, reggae, marches; fills. Runs on: any process, offline."""

import numpy as np

from ..effects import room, saturate
from ..filters import lowpass, through
from ..signals import Rng, Signal, length, mix, normal
from . import snares, toms
from .beats import BACK, EIGHTHS
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .grooves import Feel, Line, bus, dusted, feel, loop, played, scattered, varied
from .kits import ACOUSTIC, BRUSHED, DUSTY, Kit, voice
from .takes import sampled, shot, squeezed


def live(kit: Kit, parts: dict[str, tuple[str, float]], how: Feel, rng: Rng) -> Signal:
    """A kit in one room: all parts through the same microphones."""
    lines = [
        Line(voice(kit, part, rng), steps, level + float(rng.normal(0, 1.5)), uniform(rng, -0.4, 0.4))
        for part, (steps, level) in parts.items()
        if steps.strip(".")
    ]
    dry = played(lines, how, rng, chance(rng, 0.5))
    if chance(rng, 0.75):
        return room(
            normal(dry), ratio(rng, 0.15, 1.0), ratio(rng, 1800, 8000), ratio(rng, 0.05, 0.9), rng, circular=True
        )
    return dry


def worn(sound: Signal, rng: Rng, claims: set[str]) -> Made:
    """A loop as it comes off a record into a sampler: squeezed, driven, dull, dusty."""
    sound = squeezed(sound, uniform(rng, 0.1, 0.7))
    if chance(rng, 0.4):
        sound = saturate(sound, uniform(rng, 2, 10), 0.1)
    if chance(rng, 0.45):
        return dusted(sound, rng), claims | {"crackling", "lofi"}
    if chance(rng, 0.4):
        return sampled(sound, rng), claims | {"lofi"}
    return through(sound, lowpass(ratio(rng, 4500, 16_000))), claims


AMENS = (  # kick, snare with ghosts, ride or hat: of a famous kind, two bars and more
    ("X.X.......XX....", "....X..o.o..X..o", "X.X.X.X.X.X.X.X."),
    ("X.X.......XX....X.X.......X.....", "....X..o.o..X..o....X..o.o....X.", "x.x.x.x.x.x.x.x."),
    ("X.X.......XX......XX......X.....", "....X..o.o..X..o.o..X..o.o....X.", "X.x.X.x.X.x.X.x."),
    ("X.....X...X.....", "....X..,.o.,X..,", "x.x.x.x.x.x.x.x."),
    ("X.x...x..xX.....", "....X..,.,..X,,.", "xxxxxxxxxxxxxxxx"),
    ("X..X..X...X..X..", "....X..o....X..o", "x.xxx.xxx.xxx.xx"),
    ("X.......X.X.....", "....X..X.o..X...", "x.x.x.x.x.x.x.x."),
    ("X.X..X....X.....", "....X.....,.X,.,", "x.x.x.xxx.x.x.xx"),
)


def amen(rng: Rng) -> Made:
    """A break: syncopated kick, ghosted snare, ride; roomy, compressed, often sped up."""
    kick, snare, top = pick(rng, AMENS)
    crash = "X" + "." * 31 if chance(rng, 0.3) else "." * 16
    how = feel(rng, 86, 182, swing=0.2, human=0.006)
    parts = {
        "kick": (varied(kick, rng), 0.0),
        "snare": (varied(snare, rng, 0.12), 0.0),
        pick(rng, ("hat", "ride", "open")): (top, -7.0),
        "crash": (crash, -8.0),
    }
    return worn(live(ACOUSTIC, parts, how, rng), rng, {"drum_and_bass"} if how.tempo > 155 else set())


def chopped(rng: Rng) -> Made:
    """A break cut into eighths or sixteenths and put together anew: jungle, drill and bass."""
    sound, claims = amen(rng)
    pieces = pick(rng, (8, 16, 32))
    size = sound.shape[1] // pieces
    order = [number if chance(rng, 0.5) else int(rng.integers(pieces)) for number in range(pieces)]
    parts = [sound[:, number * size : (number + 1) * size] for number in order]
    return np.concatenate([part[:, ::-1] if chance(rng, 0.05) else part for part in parts], axis=1), claims


def funk(rng: Rng) -> Made:
    """Tight sixteenths, many ghosts."""
    how = feel(rng, 84, 122, swing=0.25, human=0.008)
    parts = {
        "kick": (pick(rng, ("X.x....x..x..x..", "X..x..x...X.x...", "X.X....X..x.....")), 0.0),
        "snare": (varied("....X..,.,..X..,", rng, 0.2), 0.0),
        "ghost": (varied(".,.,..,..,.,..,.", rng, 0.2), -12.0),
        "hat": (pick(rng, ("xoxoxoxoxoxoxoxo", "x.xxx.x.x.xxx.x.")), -8.0),
        "open": (pick(rng, ("......x.........", ".............x..", ".")), -8.0),
    }
    return worn(live(ACOUSTIC, parts, how, rng), rng, set())


def rock(rng: Rng) -> Made:
    """Straight eighths, big room."""
    how = feel(rng, 70, 170, human=0.006)
    parts = {
        "kick": (pick(rng, ("X.......X.......", "X.......X.X.....", "X..x....X..x....", "X.X.X.X.X.X.X.X.")), 0.0),
        "snare": (pick(rng, BACK), 0.0),
        pick(rng, ("hat", "open", "ride", "crash")): (pick(rng, EIGHTHS), -7.0),
        "tom": (pick(rng, ("............x.x.", ".", ".")), -4.0),
        "crash": (pick(rng, ("X" + "." * 31, ".")), -8.0),
    }
    return bus(live(ACOUSTIC, parts, how, rng), rng, rooms=0.4)


def jazz(rng: Rng) -> Made:
    """A swung ride, feathered kick, brushes or soft sticks."""
    how = feel(rng, 70, 180, human=0.008, grid=12)
    parts = {
        "ride": (pick(rng, ("X..x.xX..x.x", "x..x.xx..x.x", "X..x.ox..x..")), -2.0),
        "hat": ("...x.....x..", -8.0),
        "kick": (varied("o...........", rng, 0.1), -6.0),
        "snare": (varied(".....,...,..", rng, 0.25), -6.0),
    }
    return bus(live(pick(rng, (BRUSHED, BRUSHED, ACOUSTIC)), parts, how, rng), rng, rooms=0.4)


def brushes(rng: Rng) -> Made:
    """Brushes on a snare, round and round."""
    how = feel(rng, 60, 140, swing=0.3, human=0.01)
    parts = {
        "snare": (pick(rng, ("o.x.o.x.o.x.o.x.", "x.oxx.oxx.oxx.ox")), 0.0),
        "kick": (pick(rng, ("o.......o.......", "o.....o...o.....")), -3.0),
        "hat": ("....x.......x...", -9.0),
    }
    return bus(live(BRUSHED, parts, how, rng), rng, rooms=0.5)


def reggae(rng: Rng) -> Made:
    """One drop: kick and side stick on three."""
    how = feel(rng, 62, 92, swing=0.3, human=0.008)
    parts = {
        "kick": (pick(rng, ("........X.......", "X.......X.......", "X...X...X...X...")), 0.0),
        "side": (pick(rng, ("........X.......", "....X.......X...")), -2.0),
        "hat": (pick(rng, ("x.xox.xox.xox.xo", "x...x.x.x...x.x.")), -8.0),
        "tom": (pick(rng, (".", "..............xx")), -5.0),
    }
    return bus(live(ACOUSTIC, parts, how, rng), rng, rooms=0.5, grit=0.4)


def boombap(rng: Rng) -> Made:
    """A loop of a soul record, slowed down."""
    how = feel(rng, 74, 104, swing=0.45, human=0.01)
    parts = {
        "kick": (pick(rng, ("X......x..X.....", "X.x.......Xx....", "X..x..x...X.....")), 0.0),
        "snare": (varied("....X..,....X...", rng), 0.0),
        "hat": (pick(rng, EIGHTHS), -8.0),
    }
    return worn(live(DUSTY, parts, how, rng), rng, set())


def march(rng: Rng) -> Made:
    """Snares in a row: a march, a military cadence."""
    how = feel(rng, 84, 140, human=0.006)
    parts = {
        "snare": (pick(rng, ("X,,X,,X,X,,X,,XX", "X..xX..xX.xxXxxx", "X,x,X,x,X,xxX,xx")), 0.0),
        "ghost": (varied(",,,,,,,,,,,,,,,,", rng), -8.0),
        "kick": (pick(rng, ("X...X...X...X...", "X.......X.......")), -3.0),
    }
    return bus(live(ACOUSTIC, parts, how, rng), rng, rooms=0.6)


def tribal(rng: Rng) -> Made:
    """Toms and no cymbals: rolling, hypnotic."""
    how = feel(rng, 80, 140, human=0.008)
    tom = [voice(ACOUSTIC, "tom", rng) for _ in range(3)]
    lines = [
        Line(
            takes,
            scattered(rng, pick(rng, (16, 16, 8)), uniform(rng, 0.25, 0.6)),
            float(rng.normal(0, 2)),
            uniform(rng, -0.7, 0.7),
        )
        for takes in tom
    ]
    lines.append(Line(voice(ACOUSTIC, "kick", rng), pick(rng, ("X...X...X...X...", "X.....X.........")), 0.0))
    return bus(played(lines, how, rng), rng, rooms=0.6)


def fill(rng: Rng) -> Made:
    """A bar or less of snare and toms that leads somewhere, a crash at its end."""
    how = Feel(ratio(rng, 80, 170), 16, 1, 0.0, 0.006)
    drums = [toms.drum(rng, low, high)[0] for low, high in ((150, 260), (100, 150), (65, 100))] + [snares.drum(rng)]
    marks = [int(rng.integers(4)) if chance(rng, 0.3) else min(3, step // 4) for step in range(16)]
    order = (3, 0, 1, 2)
    lines = []
    for number in range(4):
        steps = "".join(pick(rng, "XxX.") if order[mark] == number else "." for mark in marks)
        if steps.strip("."):
            lines.append(Line((normal(drums[number]),), steps, 0.0, (number - 1.5) * 0.3))
    if not lines:
        lines = [Line((normal(drums[3]),), "xxxxxxxxXXXXXXXX")]
    made = played(lines, how, rng)
    if chance(rng, 0.5):
        crash = voice(ACOUSTIC, "crash", rng)[0]
        made = mix(made, np.pad(crash, [(0, 0), (made.shape[1], 0)]) * np.float32(0.7))
    return made[:, : length(3.0)], set()


def shuffle(rng: Rng) -> Made:
    """Triplets: blues, shuffles, slow twelve-eights."""
    how = feel(rng, 60, 150, human=0.007, grid=12)
    parts = {
        "kick": (pick(rng, ("X.....X.....", "X.....X.X...", "X..X..X..X..")), 0.0),
        "snare": (varied("...X.....X..", rng, 0.15), -1.0),
        pick(rng, ("hat", "ride")): (pick(rng, ("x.xx.xx.xx.x", "xxxxxxxxxxxx")), -8.0),
    }
    return bus(live(ACOUSTIC, parts, how, rng), rng, rooms=0.4)


D, A = ("drums", "drum_loop"), "acoustic"
FAMILIES = share(
    0.35,
    loop("break_amen", amen, *D, A, "breakbeat", weight=2.5),
    loop("break_chopped", chopped, *D, "breakbeat", "jungle", weight=1.0),
    loop("break_funk", funk, *D, A, "breakbeat", "funk_music", weight=1.5),
    loop("loop_rock", rock, *D, A, "rock", weight=1.2),
    loop("loop_jazz", jazz, *D, A, "jazz", weight=0.9),
    loop("loop_brushes", brushes, *D, A, "brush_snare", "jazz", weight=0.4),
    loop("loop_reggae", reggae, *D, A, "reggae", weight=0.6),
    loop("break_boombap", boombap, *D, "breakbeat", "hiphop", weight=1.2),
    loop("loop_march", march, *D, A, "snare_roll", weight=0.4),
    loop("loop_tribal", tribal, *D, A, "tribal", weight=0.6),
    loop("loop_shuffle", shuffle, *D, A, weight=0.5),
    shot("fill", fill, "drums", "fill", A, weight=0.8),
)
