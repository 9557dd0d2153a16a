"""What `liveengine serve --lan` shows: link, token and QR code for another machine. Runs on: the user's shell."""

import io
from pathlib import Path
from typing import Any

from liveengine.caller import ROLES, Role
from liveengine.control.ports import is_loopback
from liveengine.control.safety import network
from liveengine.control.safety.keys import FILE
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


def invitation(library: Path, role: Role, token: str, run: dict[str, Any]) -> str:
    """Return what another machine needs to get in, as lines for the terminal: QR code, link, token, OSC.

    `run` is what run.json says. Raises BadInput without a network, or where only this machine can reach the doors.
    """
    import segno

    if is_loopback(run["host"]):
        raise BadInput("only this machine can reach the server; start it with `liveengine serve --lan`")
    host = run["host"] if run["host"] != EVERYWHERE else network.address()
    if host is None:
        raise BadInput("this machine has no address on a network; connect it, and start again with --lan")
    place, ports, code = f"[{host}]" if ":" in host else host, run["ports"], io.StringIO()
    url = f"http://{place}:{ports['http']}/#{token}"
    segno.make(url, error="m", micro=False).terminal(out=code, compact=True)
    return (
        f"{code.getvalue()}\n  {url}\n"
        f"  token {token}: whoever has it may {role}; all tokens stand in {library / FILE}\n"
        f"  OSC (UDP and TCP) at {place}:{ports['osc']}, after /hello {token}"
    )
