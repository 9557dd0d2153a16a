"""Show the tokens that let other machines in; make, renew or take one away. Runs on: the user's shell.

While a server runs a change counts at once: who came in by a token that is renewed or taken away is out.
"""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from liveengine import config
from liveengine.caller import ROLES
from liveengine.cli import connect, lan, remote, screen
from liveengine.control.safety.keys import Keys
from liveengine.control.safety.tokens import Tokens
from liveengine.errors import NotFound, Unavailable

EXAMPLES = """examples:
  liveengine tokens
  liveengine tokens --add play
  liveengine tokens --show play
  liveengine tokens --renew admin
  liveengine tokens --revoke play
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    wish = parser.add_mutually_exclusive_group()
    for name, about in (
        ("add", "make a token for this role, unless it has one"),
        ("show", "show link and QR code for this role"),
        ("renew", "give this role another token; the old one counts no more"),
        ("revoke", "let nobody in as this role any more"),
    ):
        wish.add_argument(f"--{name}", choices=ROLES, metavar="ROLE", help=about)


def run(options: Any) -> int:
    """Print the tokens after the wish, if any, was carried out."""
    library = config.library_root(options.library)
    if not library.is_dir():
        raise NotFound(f"no library at {library}; `liveengine serve --lan` makes one there")
    running = remote.running(library)
    rows = asyncio.run(_tokens(library, options, running is not None))
    if options.json:
        screen.line({"tokens": rows})
    elif options.show:
        token = next(row["token"] for row in rows if row["role"] == options.show)
        print(_shown(library, options.show, token, running))
    else:
        screen.table("", ("role", "token"), [(row["role"], row["token"] or "") for row in rows], whole=("token",))
        if not any(row["token"] for row in rows):
            print("no role has a token yet: `liveengine tokens --add play` makes one")
    return 0


def _shown(library: Path, role: Any, token: str | None, running: dict[str, Any] | None) -> str:
    if token is None:
        raise NotFound(f"the role {role!r} has no token; `liveengine tokens --add {role}` makes one")
    if running is None:
        raise Unavailable("no server runs on this library; `liveengine serve --lan` starts one, and shows the link")
    return lan.invitation(library, role, token, running)


async def _tokens(library: Path, options: Any, runs: bool) -> list[dict[str, Any]]:
    if runs:
        async with connect.commands(library) as call:
            return await _asked(call, options)
    commands = connect.alone(Tokens(Keys(library)))
    return await _asked(commands, options)


async def _asked(call: connect.Call, options: Any) -> list[dict[str, Any]]:
    there = {row["role"] for row in await call("/tokens") if row["there"]}
    if wanted := options.renew or (options.add if options.add not in there else None):
        await call("/token/renew", wanted)
    if options.revoke:
        await call("/token/revoke", options.revoke)
    found: list[dict[str, Any]] = await call("/tokens")
    return found
