"""The stage that the page is tested on has the shape of the real session, so that the page fits both."""

import inspect
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from liveengine import daemon
from liveengine.bus import Bus
from tests.clients.conftest import owners
from tests.clients.stage import Stage
from tests.session.stage import BAR
from tests.session.stage import stage as live


def strange(told: Any, real: Any, place: str = "") -> list[str]:
    """Return the places of what is told and the real state does not have, or has as something else."""
    if isinstance(told, dict):
        if not isinstance(real, dict):
            return [place]
        missing = [f"{place}/{key}" for key in told if key not in real]
        return missing + [one for key in told if key in real for one in strange(told[key], real[key], f"{place}/{key}")]
    if isinstance(told, list) and told:
        return strange(told[0], real[0], f"{place}/1") if isinstance(real, list) and real else [place]
    numbers = isinstance(told, int | float) and isinstance(real, int | float)
    return [] if numbers or isinstance(told, type(real)) else [place]


async def test_the_stage_tells_no_state_that_the_session_does_not_tell(tmp_path: Path) -> None:
    stage = Stage(Bus())
    stage.fill(1, 1, 1)
    told = {key: value for key, value in stage.state().items() if key not in ("plan", "section", "start")}
    async with live(tmp_path) as session:
        await session.call("/track/1/clip/1/load", await session.stem([0.25] * BAR))
        assert strange(told, session.session.state()) == []


def addresses(kinds: Iterable[type]) -> set[str]:
    """Return the addresses of the commands of classes."""
    methods = [method for kind in kinds for _, method in inspect.getmembers(kind, inspect.isfunction)]
    return {method.command_address for method in methods if hasattr(method, "command_address")}


def test_the_stage_has_no_command_that_the_daemon_does_not_have() -> None:
    mine = addresses(type(owner) for owner in owners(Stage(Bus())))
    assert sorted(mine - addresses(daemon.owners())) == []
