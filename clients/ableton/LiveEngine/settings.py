"""What the user wants, as `settings.json` beside this file says it. Runs on: Live's main thread.

Whatever is wrong in the file is told, and what it leaves out has its default: the script starts in any case.
"""

from __future__ import annotations

import ipaddress
import json
from pathlib import Path
from typing import Any, NamedTuple

FILE = str(Path(__file__).resolve().parent / "settings.json")
CHOICES = {"follow": ("live", "link", "off"), "tracks": ("index", "name")}


class Button(NamedTuple):
    """A MIDI control and what its press sends; `{track}` and `{scene}` are the selected ones."""

    kind: str  # note or cc
    channel: int  # 1 to 16
    number: int  # 0 to 127
    to: str
    values: tuple[Any, ...] = ()


class Settings(NamedTuple):
    """All settings, with their defaults."""

    host: str = "127.0.0.1"  # of the engine, as a number: no name is looked up, since that would hold up Live
    port: int = 9000
    token: str = ""  # for another machine, as `liveengine serve --lan` shows it
    follow: str = "live"  # live: tempo and transport go from Live to the engine; link: both follow Link; off
    offset: float = 0.0  # ms by which the engine's beat comes after Live's; negative = before
    tracks: str = "index"  # Live's third track is the engine's third (index), or the one of the same name (name)
    selection: bool = True  # the selected track and scene are shared
    scenes: bool = True  # a scene that is launched in Live is launched in the engine
    names: bool = True  # names such as "? dark kick" are wishes
    key: bool = True  # a scale that is chosen in Live is the engine's key
    buttons: tuple[Button, ...] = ()


def load(path: str = FILE) -> tuple[Settings, list[str]]:
    """Return the settings, and a sentence for each thing in the file that is wrong."""
    try:
        found = json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        return Settings(), [f"settings.json: {error}; the defaults are taken"]
    if not isinstance(found, dict):
        return Settings(), ["settings.json holds no object; the defaults are taken"]
    return _checked(found)


def _checked(found: dict[str, Any]) -> tuple[Settings, list[str]]:
    taken: dict[str, Any] = {}
    faults: list[str] = []
    defaults = Settings()._asdict()
    for name, value in found.items():
        if name == "buttons":
            taken[name] = _buttons(value, faults)
        elif name not in defaults:
            faults.append(f"settings.json: there is no setting {name!r}")
        elif _fits(name, value, defaults[name]):
            taken[name] = float(value) if name == "offset" else value
        else:
            faults.append(f"settings.json: {name} cannot be {value!r}; it is {defaults[name]!r}")
    if taken.get("host") == "localhost":
        taken["host"] = "127.0.0.1"
    return Settings(**taken), faults


def _fits(name: str, value: Any, default: Any) -> bool:
    if name in CHOICES:
        return value in CHOICES[name]
    if name == "host":
        return value == "localhost" or _is_number(value)
    if name == "port":
        return type(value) is int and 0 < value < 65536
    if name == "offset":
        return type(value) in (int, float) and -500 <= value <= 500
    return type(value) is type(default)


def _is_number(host: Any) -> bool:
    try:
        return bool(ipaddress.ip_address(str(host)))
    except ValueError:
        return False


def _buttons(found: Any, faults: list[str]) -> tuple[Button, ...]:
    taken = []
    for one in found if isinstance(found, list) else [found]:
        try:
            heard = one["in"]
            button = Button(heard["type"], heard["channel"], heard["number"], one["to"], tuple(one.get("values", ())))
            good = button.kind in ("note", "cc") and 1 <= button.channel <= 16 and 0 <= button.number <= 127
            good = good and button.to.startswith("/")
        except (TypeError, KeyError, AttributeError):
            good = False
        if good:
            taken.append(button)
        else:
            faults.append(f"settings.json: no button: {json.dumps(one)[:80]}")
    return tuple(taken)
