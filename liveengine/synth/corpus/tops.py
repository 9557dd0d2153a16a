"""Loops of one instrument: percussion, hats, kicks, claps, rolls. Runs on: any process, offline."""

from collections.abc import Sequence

import numpy as np

from ..signals import RATE, Rng, length, mix
from . import blips, cymbals, foley, hands, metal, shaken, skins, snares, tablas, toms, wood
from .beats import CLAVES, EIGHTHS, FOUR, OFFS, SIXTEENTHS
from .dice import chance, pick, ratio, uniform
from .family import Made, Make, share
from .grooves import Feel, Line, bus, feel, loop, played, scattered, varied
from .kits import ACOUSTIC, BOX, CLUB, GABBER, HARD, MINIMAL, TR808, TR909, TRAP, voice


def ensemble(makes: Sequence[Make], how: Feel, rng: Rng, density: tuple[float, float] = (0.2, 0.8)) -> Made:
    """Some strokes or instruments, each with its own scattered pattern."""
    lines = []
    for make in makes:
        steps = (
            pick(rng, CLAVES)
            if chance(rng, 0.4) and how.grid == 16
            else scattered(rng, how.grid, uniform(rng, *density))
        )
        if steps.strip("."):
            lines.append(
                Line(voice({"one": (make,)}, "one", rng), steps, float(rng.normal(-2, 2.5)), uniform(rng, -0.6, 0.6))
            )
    if not lines:
        lines = [Line(voice({"one": makes[:1]}, "one", rng), "X..x..x...x.x...")]
    return bus(played(lines, how, rng, chance(rng, 0.5)), rng, rooms=0.4)


def tabla(rng: Rng) -> Made:
    """A tala: high ringing strokes, bent bass strokes, dry ones."""
    makes = (tablas.right, tablas.stopped, tablas.left, tablas.left, tablas.dry, tablas.dry)
    return ensemble(
        makes[: int(rng.integers(3, 7))], feel(rng, 60, 150, human=0.006, grid=pick(rng, (16, 16, 12))), rng
    )


def congas(rng: Rng) -> Made:
    """Two or three congas or bongos: tumbao, martillo, anything."""
    make = pick(rng, (skins.conga, skins.conga, skins.bongo))
    return ensemble([make] * int(rng.integers(2, 5)), feel(rng, 75, 140, swing=0.2, human=0.01), rng)


def handed(rng: Rng) -> Made:
    """Djembes, darbukas, frame drums, cajons: hands on skins."""
    makes = [
        pick(
            rng,
            (skins.djembe, skins.darbuka, skins.frame, skins.cajon, skins.udu, skins.talking, skins.slapped, skins.big),
        )
        for _ in range(int(rng.integers(2, 6)))
    ]
    return ensemble(makes, feel(rng, 70, 150, swing=0.2, human=0.01, grid=pick(rng, (16, 16, 12))), rng)


def shaker(rng: Rng) -> Made:
    """Shakers or tambourines in eighths or sixteenths."""
    make = pick(rng, (shaken.shaker, shaken.shaker, shaken.maracas, shaken.cabasa, shaken.rattle))
    line = Line(voice({"one": (make,)}, "one", rng), varied(pick(rng, SIXTEENTHS + EIGHTHS), rng))
    return bus(played([line], feel(rng, 75, 150, swing=0.3, human=0.006), rng, chance(rng, 0.5)), rng, rooms=0.3)


def tambourine(rng: Rng) -> Made:
    """A tambourine or sleigh bells, on and off the beat."""
    make = pick(rng, (shaken.tambourine, shaken.tambourine, shaken.sleigh))
    line = Line(
        voice({"one": (make,)}, "one", rng), varied(pick(rng, SIXTEENTHS + EIGHTHS + ("....X.......X...",)), rng)
    )
    return bus(played([line], feel(rng, 75, 150, swing=0.2, human=0.008), rng, chance(rng, 0.5)), rng, rooms=0.3)


def latin(rng: Rng) -> Made:
    """Cowbell, clave, guiro, timbales, congas together."""
    makes = [
        pick(
            rng,
            (
                metal.cowbell,
                wood.clave,
                wood.guiro,
                toms.timbale,
                skins.conga,
                shaken.maracas,
                metal.agogo,
                skins.bongo,
            ),
        )
        for _ in range(int(rng.integers(3, 6)))
    ]
    return ensemble(makes, feel(rng, 85, 135, human=0.008), rng)


def samba(rng: Rng) -> Made:
    """Surdo, agogo, shakers, snares: a street full of drums."""
    how = feel(rng, 90, 140, swing=0.15, human=0.01)
    lines = [
        Line(voice({"one": (make,)}, "one", rng), varied(steps, rng), level, uniform(rng, -0.6, 0.6))
        for make, steps, level in (
            (skins.big, "....X.......X...", 0.0),
            (metal.agogo, "x.x.xx.x.x.xx.x.", -8.0),
            (shaken.shaker, "XooXXooXXooXXooX", -8.0),
            (snares.acoustic, "x,,xx,,xx,,xx,,x", -7.0),
        )
    ]
    return bus(played(lines, how, rng), rng, rooms=0.5)


def woods(rng: Rng) -> Made:
    """Blocks, claves, log drums, marimbas."""
    makes = [
        pick(rng, (wood.block, wood.temple, wood.clave, wood.log, wood.bar, wood.hit, wood.sticks))
        for _ in range(int(rng.integers(1, 5)))
    ]
    return ensemble(makes, feel(rng, 75, 150, human=0.005), rng)


def metals(rng: Rng) -> Made:
    """Struck metal: pipes, cans, bells, scrap."""
    makes = [
        pick(rng, (metal.can, metal.pipe, metal.cowbell, metal.anvil, metal.agogo, metal.bottle, metal.bell))
        for _ in range(int(rng.integers(1, 5)))
    ]
    return ensemble(makes, feel(rng, 75, 150, human=0.005), rng)


def electronic(rng: Rng) -> Made:
    """Blips, ticks and tuned hits in a pattern."""
    makes = [
        pick(
            rng,
            (blips.blip, blips.fm, blips.tick, blips.pop, blips.tuned, blips.reso, blips.ring, blips.ping, blips.zap),
        )
        for _ in range(int(rng.integers(2, 6)))
    ]
    return ensemble(makes, feel(rng, 90, 150, swing=0.2), rng)


def glitches(rng: Rng) -> Made:
    """Scraps, clicks and broken digital sounds in a pattern, half percussion and half machine."""
    sources = (blips.glitch, blips.glitch, blips.crackle, blips.phrase, blips.tick, blips.zap, blips.puff, blips.struck)
    makes = [pick(rng, sources) for _ in range(int(rng.integers(2, 6)))]
    return ensemble(makes, feel(rng, 70, 160, grid=pick(rng, (16, 16, 32))), rng)


def ritual(rng: Rng) -> Made:
    """Low skins, toms, rattles and wood in a big space: tribal percussion without a kit."""
    sources = (skins.big, skins.frame, toms.taiko, toms.floor, toms.acoustic, shaken.rattle, wood.log, skins.djembe)
    makes = [pick(rng, sources) for _ in range(int(rng.integers(3, 7)))]
    return ensemble(makes, feel(rng, 70, 140, swing=0.2, human=0.01, grid=pick(rng, (16, 16, 12))), rng)


def things(rng: Rng) -> Made:
    """Taps, clicks, coins, machines in a pattern."""
    makes = [
        pick(
            rng, (foley.switch, foley.plastic, foley.drop, foley.machine, metal.can, wood.knock, metal.coin, foley.slap)
        )
        for _ in range(int(rng.integers(2, 6)))
    ]
    return ensemble(makes, feel(rng, 75, 140, human=0.008), rng)


def kick(rng: Rng) -> Made:
    """Kicks alone, four to the floor or broken."""
    kit = pick(rng, (CLUB, CLUB, TR909, TR808, HARD, MINIMAL))
    line = Line(voice(kit, "kick", rng), pick(rng, (*FOUR, "X..x..x...x.....", "X.....x...X.....", "X.......X......")))
    return bus(played([line], feel(rng, 85, 150), rng, False), rng, rooms=0.2)


def gabber(rng: Rng) -> Made:
    """Hard kicks alone, fast."""
    return bus(
        played([Line(voice(GABBER, "kick", rng), pick(rng, FOUR))], feel(rng, 140, 190), rng, False), rng, rooms=0.1
    )


def hats(rng: Rng) -> Made:
    """Hi-hats alone: closed and open."""
    kit, how = pick(rng, (CLUB, TR909, TR808, ACOUSTIC, MINIMAL, BOX)), feel(rng, 75, 170, swing=0.4, human=0.004)
    lines = [Line(voice(kit, "hat", rng), varied(pick(rng, SIXTEENTHS + EIGHTHS), rng))]
    if chance(rng, 0.6):
        lines.append(Line(voice(kit, "open", rng), pick(rng, (*OFFS, "..............x.", "......x.......x.")), -3.0))
    return bus(played(lines, how, rng, chance(rng, 0.5)), rng)


def trap_hats(rng: Rng) -> Made:
    """Hi-hats with rolls in thirty-seconds."""
    how = feel(rng, 62, 85, grid=32)
    steps = "".join("x" if step % 4 == 0 or chance(rng, 0.12) else "." for step in range(32))
    start = int(rng.integers(24))
    steps = steps[:start] + "xoxoxoxo" + steps[start + 8 :]
    return bus(played([Line(voice(TRAP, "hat", rng), steps)], how, rng, False), rng)


def rides(rng: Rng) -> Made:
    """A ride alone: swung, straight, or a techno pattern."""
    how = feel(rng, 80, 170, human=0.005, grid=pick(rng, (12, 16)))
    steps = pick(rng, ("X..x.xX..x.x", "x..x.xx..x.x")) if how.grid == 12 else pick(rng, EIGHTHS + OFFS)
    return bus(
        played(
            [Line(voice({"ride": (cymbals.ride, cymbals.machine_ride)}, "ride", rng), steps)],
            how,
            rng,
            chance(rng, 0.5),
        ),
        rng,
        rooms=0.3,
    )


def claps(rng: Rng) -> Made:
    """Claps or snaps alone, on two and four or in a pattern."""
    make = pick(rng, (hands.crowd, hands.tr808, hands.tr909, hands.single, hands.layered))
    return bus(
        played(
            [
                Line(
                    voice({"one": (make,)}, "one", rng),
                    pick(rng, ("....X.......X...", "....X.......X..x", "X.x.X.x.X.x.X.x.", "...x..x....x..x.")),
                )
            ],
            feel(rng, 80, 140, human=0.004),
            rng,
        ),
        rng,
        rooms=0.4,
    )


def tops(rng: Rng) -> Made:
    """A beat without its kick: hats, shakers, percussion."""
    kit, how = pick(rng, (CLUB, TR909, MINIMAL, TR808)), feel(rng, 100, 150, swing=0.3)
    lines = [
        Line(voice(kit, "hat", rng), varied(pick(rng, SIXTEENTHS + EIGHTHS), rng), -3.0),
        Line(voice(kit, "open", rng), pick(rng, OFFS), -2.0),
        Line(voice(kit, "perc", rng), pick(rng, CLAVES), 0.0, 0.3),
        Line(voice({"one": (shaken.shaker,)}, "one", rng), pick(rng, SIXTEENTHS), -8.0, -0.4),
    ]
    return bus(played(lines[: int(rng.integers(2, 5))], how, rng), rng)


def rolling(rng: Rng) -> Made:
    """A snare roll that grows and speeds up: the build before a drop."""
    hit = voice(pick(rng, (CLUB, TR909, ACOUSTIC)), "snare", rng)[0].mean(axis=0, keepdims=True)
    seconds, gap = uniform(rng, 1.6, 7.0), ratio(rng, 0.12, 0.4)
    frames = length(seconds)
    out, place = np.zeros((1, frames), np.float32), 0.0
    while place < frames - 10:
        done = place / frames
        start = int(place)
        part = hit[:, : frames - start]
        out[:, start : start + part.shape[1]] += part * np.float32(0.25 + 0.75 * done)
        place += RATE * gap * 0.5 ** int(done * pick(rng, (3, 4)))
    return bus(mix(out), rng, rooms=0.4)


P = "percussion"
FAMILIES = (
    *share(
        0.38,
        loop("loop_tabla", tabla, P, "percussion_loop", "tabla", "hand_drum", "acoustic", "tribal", weight=1.4),
        loop("loop_conga", congas, P, "percussion_loop", "conga", "hand_drum", "acoustic", weight=1.1),
        loop("loop_hand_drums", handed, P, "percussion_loop", "hand_drum", "acoustic", "tribal", weight=1.3),
        loop("loop_shaker", shaker, P, "percussion_loop", "shaker", weight=1.0),
        loop("loop_tambourine", tambourine, P, "percussion_loop", "tambourine", weight=0.8),
        loop("loop_latin", latin, P, "percussion_loop", "latin_music", "acoustic", weight=0.9),
        loop("loop_samba", samba, P, "percussion_loop", "latin_music", "acoustic", weight=0.5),
        loop("loop_wood", woods, P, "percussion_loop", "wooden", weight=0.7),
        loop("loop_metal", metals, P, "percussion_loop", "metallic", weight=0.7),
        loop("loop_electronic_perc", electronic, P, "percussion_loop", "electronic", weight=1.2),
        loop("loop_glitch_perc", glitches, P, "percussion_loop", "electronic", "glitchy", weight=1.1),
        loop("loop_ritual", ritual, P, "percussion_loop", "tribal", "acoustic", weight=0.9),
        loop("loop_foley", things, P, "percussion_loop", "foley", weight=0.8),
    ),
    *share(
        0.07,
        loop("loop_kick", kick, "kick", "kick_loop", "electronic", "straight", weight=1.0),
        loop("loop_gabber", gabber, "kick", "kick_loop", "electronic", "hardcore", "distorted", weight=0.5),
    ),
    *share(
        0.16,
        loop("loop_hats", hats, "hihat", weight=1.5),
        loop("loop_trap_hats", trap_hats, "hihat", "trap", "electronic", weight=0.5),
        loop("loop_ride", rides, "cymbal", "ride", weight=0.6),
        loop("loop_tops", tops, "drums", "drum_loop", "top_loop", "electronic", weight=0.9),
    ),
    *share(
        0.06,
        loop("loop_clap", claps, "clap", weight=1.0),
        loop("snare_build", rolling, "snare", "snare_roll", "rising", weight=0.8),
    ),
)
