"""The class in a real sclang, against the real doors."""

from pathlib import Path

from liveengine import config
from liveengine.control.doors import Doors
from liveengine.events import Changed
from tests.clients.conftest import open_doors
from tests.clients.foreign import needs, running, said
from tests.clients.stage import Stage
from tests.patience import until

FOLDER = config.data("clients") / "supercollider"
USER = """
e = LiveEngine("127.0.0.1", {port});
e.trackGain(3, 0.25, {{ |gain| "gain %".format(gain).postln }});
e.stemsSearch("dark kick", 3, action: {{ |found|
    "found % % %".format(found.size, found[0].title, found[0].id > 0).postln;
    e.trackClipLoad(1, 2, found[0].id, {{ e.trackClipLaunch(1, 2) }});
}});
e.trackLaunchPrompt(4, "dark kick", action: {{ |told|
    "launched % in %".format(told.name, told.seconds).postln;
    e.trackSwap(4, "darker", action: {{ |told| "swapped %".format(told.name).postln; e.trackLike(4) }});
}});
e.trackGain(3, 7, {{ "wrong".postln }}, {{ |code| "refused %".format(code).postln }});
e.at(0.1, ['/track/4/mute', 1], ['/track/5/gain', 0.5]);
e.on('/track/*/mute', {{ |address, values| "heard % %".format(address, values).postln }});
e.follow;
SkipJack({{
    "clock % %".format((e.clock.tempo * 60).round(0.1), e.values['/track/4/mute']).postln
}}, 0.5, clock: SystemClock);
e.on('/track/*/gain', {{ }});
SystemClock.sched(1, {{
    e.trackGain(7, 0.5);
    e.trackGain(7, 9, nil, {{ e.call('/track/[89]/gain', 0.25) }});
    e.at(0, ['/track/10/gain', 0.1], ['/track/11/gain', 9]);
    SystemClock.sched(1, {{
        "gains %".format((7..11).collect {{ |track| e.values["/track/%/gain".format(track).asSymbol][0] }}).postln
    }});
}});
"""


@needs("sclang")
async def test_sclang_searches_loads_follows_and_is_told(studio: tuple[Stage, Doors], tmp_path: Path) -> None:
    stage, doors = studio
    script, settings = tmp_path / "user.scd", tmp_path / "sclang.yaml"
    script.write_text(USER.format(port=doors.ports["osc"]), "utf-8")
    settings.write_text(f"includePaths:\n    - {FOLDER}\nexcludePaths:\n    []\npostInlineWarnings: false\n", "utf-8")
    home = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    display = {"QTWEBENGINE_DISABLE_SANDBOX": "1", "QT_QPA_PLATFORM": "offscreen"}
    async with running("sclang", "-D", "-l", str(settings), str(script), **home, **display) as output:
        await said(
            output,
            "gain 0.25",
            "found 3 ",
            "refused out_of_range",
            "heard /track/4/mute [ 1 ]",
            "launched Hypnotic Thud in 1.5",
            "swapped ",
            "clock 138.0 [ 1 ]",
            "gains [ 0.5, 0.25, 0.25, 0.75, 0.75 ]",  # as the replies tell it, for who sets a value hears no echo
        )
        await until(lambda: (1, 2) in stage.clips)
        stage.bus.publish(Changed("/transport/tempo", 90.0))
        stage.bus.publish(Changed("/track/6/mute", True))
        await said(output, "clock 90.0 [ 1 ]", "heard /track/6/mute [ 1 ]")
        await until(lambda: "/track/4/like True" in stage.calls)
        await doors.close()
        stage.strips["track/7"]["mute"] = True
        again = await open_doors(stage, tmp_path, osc=doors.ports["osc"])
        await said(output, "heard /track/7/mute [ 1 ]")  # it has noticed, and subscribed anew
        await again.close()
    assert stage.strips["track/5"]["gain"] == 0.5
    assert "/track/4/swap darker" in stage.calls
