"""The patches in a real Pure Data, against the real doors."""

import asyncio
from pathlib import Path

from liveengine import config
from liveengine.control.doors import Doors
from liveengine.events import Changed, ClipStarted
from tests.clients.foreign import needs, running, said, until
from tests.clients.stage import Stage

FOLDER = config.data("clients") / "puredata"
QUIET = ("-nogui", "-noaudio", "-nomidi", "-stderr")

# What a user's own patch does: it sends to an address, hears it as ADDRESS/is, searches, and takes the first match.
USER = """#N canvas 0 0 600 400 12;
#X obj 20 20 r /track/3/gain/is;
#X obj 20 50 print gain;
#X obj 120 20 r /track/2/clip/1/state/is;
#X obj 120 50 print state;
#X obj 220 20 r liveengine-there;
#X obj 220 50 sel 1;
#X msg 220 80 \\; liveengine-search dark kick \\; /track/5/gain 0.5 \\; /track/5/mute 1 \\; /panic bang;
#X obj 420 20 r liveengine-title-1;
#X obj 420 50 print title;
#X msg 220 160 \\; liveengine-load-1 bang \\; liveengine-hear-2 bang \\; /track/1/clip/1/press bang;
#X obj 420 80 t b;
#X obj 420 110 delay 200;
#X connect 0 0 1 0;
#X connect 2 0 3 0;
#X connect 4 0 5 0;
#X connect 5 0 6 0;
#X connect 7 0 8 0;
#X connect 7 0 10 0;
#X connect 10 0 11 0;
#X connect 11 0 9 0;
"""


@needs("pd")
async def test_every_patch_opens_without_a_complaint() -> None:
    for patch in sorted(FOLDER.glob("*.pd")):
        async with running("pd", *QUIET, "-send", "pd quit", str(patch)) as output:
            assert not (await asyncio.wait_for(output.read(), 20)).decode(), patch.name


@needs("pd")
async def test_a_patch_plays_searches_loads_and_shows_what_the_engine_does(
    studio: tuple[Stage, Doors], tmp_path: Path
) -> None:
    stage, doors = studio
    stage.strips["track/3"]["gain"] = 0.25
    user = tmp_path / "user.pd"
    user.write_text(USER, "ascii")
    start = f"liveengine-connect 127.0.0.1 {doors.ports['osc']}"
    async with running("pd", *QUIET, "-send", start, str(FOLDER / "liveengine.pd"), str(user)) as output:
        await said(output, "gain: 0.25", "title: set ")
        await until(lambda: (1, 1) in stage.clips)
        stage.bus.publish(Changed("/track/3/gain", 0.125))
        stage.bus.publish(ClipStarted(2, 1, 48_000, 4.0))
        await said(output, "gain: 0.125", "state: playing 48000 4")
        await until(lambda: stage.strips["track/5"]["mute"] is True)
        await until(lambda: "/track/1/clip/1/press 0" in stage.calls)
    assert stage.strips["track/5"]["gain"] == 0.5
    assert stage.clips[1, 1]["stem"] in stage.stems
    assert stage.listened in stage.stems
    assert {"/stems/find dark kick None False", "/panic", "/track/1/clip/1/press 1"} <= set(stage.calls)
