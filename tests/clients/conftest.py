"""The page on the real doors, in a real browser. Runs on: tests."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from liveengine import config
from liveengine.bus import Bus
from liveengine.caller import ROLES, Role
from liveengine.cli import commands
from liveengine.command import Registry
from liveengine.control.doors import Doors
from liveengine.control.safety import network
from liveengine.control.safety.keys import Keys
from tests.clients import sounds
from tests.clients.arranging import Arranging
from tests.clients.finding import Finding
from tests.clients.mixing import Mixing
from tests.clients.playing import Playing
from tests.clients.stage import Stage
from tests.clients.varying import Varying
from tests.clients.wishing import Wishing
from tests.control.stage import Clock

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ADDRESS = network.address()
CHROMIUM = shutil.which("chromium")
SIZES = {"phone": (390, 844), "tablet": (820, 1180), "desk": (1440, 900)}


def slot(track: int, number: int) -> str:
    """Return the selector of a slot of the grid."""
    return f'[data-slot="{track}/{number}"]'


async def pane(page: Page, name: str) -> None:
    """Open a pane by its tab."""
    await page.get_by_role("tab", name=name).click()


@dataclass
class House:
    """A stage, the doors in front of it, and a browser."""

    stage: Stage
    doors: Doors
    browser: Browser
    faults: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.doors.ports['http']}/"

    async def visit(self, size: str = "phone") -> Page:
        """Return the page as a device of this size shows it, connected."""
        width, height = SIZES[size]
        touch = size != "desk"
        context = await self.browser.new_context(
            viewport={"width": width, "height": height}, has_touch=touch, is_mobile=touch, reduced_motion="reduce"
        )
        page = await context.new_page()
        page.on("console", lambda said: self.faults.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        await page.goto(self.url)
        await page.wait_for_selector(".grid .slot")
        return page


def owners(stage: Stage) -> tuple[object, ...]:
    """Return the objects whose methods are the stage's commands."""
    playing = Playing(stage)
    return playing, Mixing(stage), Finding(stage), Arranging(stage, playing), Wishing(stage, playing), Varying(stage)


def real(registry: Registry, *owners: object) -> Registry:
    """Return the registry with the owners' commands, each of the kind and for the role of the real one."""
    for owner in owners:
        registry.add(owner)
    known = {command.address: command for command in commands.registry()}
    for shape, command in registry._commands.items():
        if (same := known.get(command.address)) is not None:
            registry._commands[shape] = replace(command, kind=same.kind, role=same.role)
    return registry


async def open_doors(
    stage: Stage, folder: Path, port: int = 0, osc: int = 0, *, keys: Keys | None = None, host: str = "127.0.0.1"
) -> Doors:
    """Return open doors before the stage, as the daemon opens them."""
    values: dict[str, Any] = {"http_port": port, "osc_port": osc, "midi": False, "discovery": False, "host": host}
    doors = Doors(config.load(overrides={"control": values}), keys)
    registry = real(Registry(), *owners(stage))

    def audio(stem: int) -> Path:
        path = folder / f"{stem}.wav"
        path.write_bytes(sounds.wav(stage.stems[stem]))
        return path

    await doors.start(
        registry,
        stage.bus,
        Clock(),
        state=stage.state,
        meters=stage.meters,
        library=folder,
        audio=audio,
        peaks=lambda stem: sounds.peaks(stage.stems[stem]),
    )
    return doors


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs Chromium; install it as `chromium`")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def house(browser: Browser, tmp_path: Path) -> AsyncIterator[House]:
    stage = Stage(Bus())
    found = House(stage, await open_doors(stage, tmp_path), browser)
    yield found
    for context in browser.contexts:
        await context.close()
    await asyncio.sleep(0.05)  # the browser's spare connections end a little after its pages
    await found.doors.close()


@dataclass
class Lan(House):
    """The same, open to the network, and reached as from another machine by this machine's own address on it."""

    keys: Keys = field(kw_only=True)

    @property
    def out(self) -> str:
        return f"http://{ADDRESS}:{self.doors.ports['http']}/"

    async def come(self, role: Role | None, name: str = "", size: str = "phone") -> Page:
        """Return the page as another machine shows it, by the link with the token of a role."""
        width, height = SIZES[size]
        context = await self.browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        if name:
            await context.add_init_script(f"localStorage.setItem('liveengine.name', {name!r})")
        page = await context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        await page.goto(self.out + (f"#{self.keys.token(role)}" if role else ""))
        return page


@asynccontextmanager
async def network_house(folder: Path, browser: Browser) -> AsyncIterator[Lan]:
    """Give a stage behind doors that are open to the network."""
    stage, keys = Stage(Bus()), Keys(folder)
    for role in ROLES:
        keys.token(role)
    found = Lan(stage, await open_doors(stage, folder, keys=keys, host="0.0.0.0"), browser, keys=keys)
    yield found
    for context in browser.contexts:
        await context.close()
    await asyncio.sleep(0.05)
    await found.doors.close()


@pytest_asyncio.fixture(loop_scope="module")
async def lan(browser: Browser, tmp_path: Path) -> AsyncIterator[Lan]:
    if ADDRESS is None:
        pytest.skip("this machine has no address on a network")
    async with network_house(tmp_path, browser) as found:
        yield found


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[tuple[Stage, Doors]]:
    """Return a stage and the doors in front of it, for clients that are no browser."""
    stage = Stage(Bus())
    doors = await open_doors(stage, tmp_path)
    yield stage, doors
    await doors.close()
