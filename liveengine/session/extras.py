"""What a part keeps in the session's record, each value by its name. Runs on: event loop."""

from typing import Any

from liveengine.session.core import Core


class Extras:
    """The values of one part; the record is a new object after another session was loaded, so none is held here."""

    def __init__(self, core: Core, part: str) -> None:
        """`part` is the name under which they stand."""
        self._core = core
        self._part = part

    def get(self, name: str, default: Any) -> Any:
        """Return a value, or `default` where none was kept."""
        return self._core.model.extras.get(self._part, {}).get(name, default)

    def set(self, name: str, value: Any, address: str) -> None:
        """Keep a value, and tell everybody that the property at `address` has it."""
        self._core.model.extras.setdefault(self._part, {})[name] = value
        self._core.changed(address, value)
