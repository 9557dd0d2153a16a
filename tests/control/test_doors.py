import subprocess
import sys

from tests.control.stage import House

SCRIPT = """
import asyncio, sys, tempfile, time, urllib.request
from pathlib import Path
from liveengine import config
from liveengine.command import Registry
from liveengine.control.doors import Doors
from liveengine.bus import Bus
async def main():
    settings = config.load(overrides={"control": {"http_port": 0, "osc_port": 0, "midi": True}})
    doors = Doors(settings)
    await doors.start(Registry(), Bus(), None, state=dict, meters=bytes, library=Path(tempfile.mkdtemp()),
                      audio=None, peaks=None)
    url = f"http://127.0.0.1:{doors.ports['http']}/openapi.json"
    await asyncio.to_thread(lambda: urllib.request.urlopen(url).read())
    await doors.close()
    print(*sorted(name for name in sys.modules if "." not in name))
asyncio.run(main())
"""


def test_the_doors_import_nothing_heavy() -> None:
    found = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert not {"torch", "transformers", "librosa", "sklearn", "numba", "scipy", "jinja2"} & set(found.stdout.split())


async def test_each_door_counts(house: House) -> None:
    assert set(house.doors.stats()) == {"osc", "live", "oscquery", "websocket", "web"}
