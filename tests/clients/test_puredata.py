"""The patches in a real Pure Data, against the real doors."""

import asyncio
from pathlib import Path

from pythonosc.osc_message import OscMessage

from liveengine import config
from liveengine.bus import Bus
from liveengine.control.doors import Doors
from liveengine.events import Changed, ClipStarted
from tests.clients.conftest import open_doors
from tests.clients.foreign import needs, running, said
from tests.clients.stage import Stage
from tests.patience import until

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

# It says what it wants: as words, as one symbol, with and without an adjective; what came of it has names as well.
WISHES = """#N canvas 0 0 600 400 12;
#X obj 20 20 r liveengine-there;
#X obj 20 50 sel 1;
#X msg 20 80 \\; /track/1/launch/prompt dark kick \\; /track/2/launch/prompt symbol snare;
#X obj 220 20 r liveengine-answer-name;
#X obj 220 50 print name;
#X obj 320 20 r liveengine-answer-seconds;
#X obj 320 50 print seconds;
#X obj 420 20 r liveengine-answer-error-show;
#X obj 420 50 print error;
#X obj 20 110 delay 500;
#X msg 20 140 \\; /track/1/swap bang \\; /track/1/swap darker \\; /track/1/like bang \\; /track/2/reject bang
\\; /track/3/swap bang;
#X connect 0 0 1 0;
#X connect 1 0 2 0;
#X connect 1 0 9 0;
#X connect 3 0 4 0;
#X connect 5 0 6 0;
#X connect 7 0 8 0;
#X connect 9 0 10 0;
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


@needs("pd")
async def test_a_patch_launches_swaps_and_judges_by_words(studio: tuple[Stage, Doors], tmp_path: Path) -> None:
    stage, doors = studio
    user = tmp_path / "user.pd"
    user.write_text(WISHES, "ascii")
    start = f"liveengine-connect 127.0.0.1 {doors.ports['osc']}"
    async with running("pd", *QUIET, "-send", start, str(FOLDER / "liveengine.pd"), str(user)) as output:
        await said(output, "seconds: 1.5", r"error: set track\ 3\ plays\ no\ clip")
        await until(lambda: "/track/2/reject True" in stage.calls)
    launched = [stage.stems[stage.clips[track, 1]["stem"]].category for track in (1, 2)]
    assert launched == ["kick", "snare"]
    told = [call for call in stage.calls if call.startswith("/track") or "kick" in call]
    assert told == [
        "/stems/find dark kick None False",
        "/track/1/swap None",
        "/track/1/swap darker",
        "/track/1/like True",
        "/track/2/reject True",
        "/track/3/swap None",
    ]


@needs("pd")
async def test_an_engine_that_starts_anew_is_subscribed_to_again(tmp_path: Path) -> None:
    stage = Stage(Bus())
    doors = await open_doors(stage, tmp_path)
    port = doors.ports["osc"]
    user = tmp_path / "user.pd"
    user.write_text(USER, "ascii")
    start = f"liveengine-connect 127.0.0.1 {port}"
    try:
        async with running("pd", *QUIET, "-send", start, str(FOLDER / "liveengine.pd"), str(user)) as output:
            await said(output, "gain: 0.75")
            await doors.close()
            stage.strips["track/3"]["gain"] = 0.5
            doors = await open_doors(stage, tmp_path, osc=port)  # before anybody has missed it
            await said(output, "gain: 0.5")
    finally:
        await doors.close()


@needs("pd")
async def test_a_token_is_said_until_an_engine_answers(unused_udp_port: int) -> None:
    heard: asyncio.Queue[tuple[str, list[object]]] = asyncio.Queue()

    class Engine(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: object) -> None:
            message = OscMessage(data)
            heard.put_nowait((message.address, list(message.params)))

    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Engine, local_addr=("127.0.0.1", unused_udp_port))
    sends = [f"liveengine-connect 127.0.0.1 {unused_udp_port}", "liveengine-token symbol abc"]
    try:
        async with running("pd", *QUIET, "-send", "; ".join(sends), str(FOLDER / "door.pd")), asyncio.timeout(20):
            said = [await heard.get() for _ in range(7)]
    finally:
        transport.close()
    assert said.count(("/hello", ["abc"])) >= 2
    assert {address for address, _ in said} == {"/hello", "/ping", "/reply/page"}
