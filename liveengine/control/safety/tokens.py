"""The tokens as commands: who has the role admin gives, renews and takes them while the doors are open.

Runs on: event loop.
"""

from pydantic import BaseModel

from liveengine.caller import ROLES, Role, is_here
from liveengine.command import command
from liveengine.control.safety.keys import Keys


class Token(BaseModel):
    """What lets other machines in as a role; told in words only to this machine, and to who has just made it."""

    role: Role
    there: bool
    token: str | None = None


class Tokens:
    """Commands on the tokens of a library."""

    ROLE = "admin"

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    @command("/tokens", query=True, role="admin")
    def tokens(self) -> list[Token]:
        """List the roles, and which of them has a token; on this machine with the tokens themselves."""
        shown = is_here()
        found = {role: self._keys.known(role) for role in ROLES}
        return [
            Token(role=role, there=token is not None, token=token if shown else None) for role, token in found.items()
        ]

    @command("/token/renew")
    def renew(self, role: Role) -> Token:
        """Make a token for a role; one that it had counts no more, and who came in by that is out at once."""
        return Token(role=role, there=True, token=self._keys.renew(role))

    @command("/token/revoke")
    def revoke(self, role: Role) -> Token:
        """Let nobody in as a role any more; who came in by its token is out at once."""
        self._keys.revoke(role)
        return Token(role=role, there=False)
