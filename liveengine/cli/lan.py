"""What `liveengine serve --lan` shows: link, token and QR code for another machine. Runs on: the user's shell."""

import io
from pathlib import Path
from typing import Any

from liveengine.caller import ROLES, Role
from liveengine.control.ports import is_loopback
from liveengine.control.safety import network
from liveengine.control.safety.keys import FILE, Keys
from liveengine.errors import BadInput

EVERYWHERE = "0.0.0.0"
USUAL: Role = "arrange"


def argument(parser: Any) -> None:
    """Declare the option."""
    parser.add_argument(
        "--lan",
        nargs="?",
        const=USUAL,
        choices=ROLES,
        metavar="ROLE",
        help=f"let other machines in, with a token for the role: {', '.join(ROLES)} (each may do what those before it "
        f"may; {USUAL} if none is named)",
    )


def opened(overrides: dict[str, dict[str, Any]], host: str) -> None:
    """Open the doors to the network in the settings, unless they name an address that is on it already."""
    if is_loopback(host):
        overrides.setdefault("control", {})["host"] = EVERYWHERE


class Invitation:
    """What another machine needs to get in."""

    def __init__(self, library: Path, role: Role) -> None:
        """Make the token if there is none yet, which must happen before the daemon reads them."""
        self._role = role
        self._token = Keys(library).token(role)
        self._file = library / FILE

    def text(self, run: dict[str, Any]) -> str:
        """Return the lines for the terminal, from what run.json says; raise BadInput without a network."""
        import segno

        host = run["host"] if run["host"] != EVERYWHERE else network.address()
        if host is None:
            raise BadInput("this machine has no address on a network; connect it, and start again with --lan")
        url, code = f"http://{host}:{run['ports']['http']}/#{self._token}", io.StringIO()
        segno.make(url, error="m", micro=False).terminal(out=code, compact=True)
        ports = run["ports"]
        return (
            f"{code.getvalue()}\n  {url}\n"
            f"  token {self._token}: whoever has it may {self._role}; all tokens stand in {self._file}\n"
            f"  OSC (UDP and TCP) at {host}:{ports['osc']}, after /hello {self._token}"
        )
