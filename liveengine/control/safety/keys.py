"""The tokens that let other machines in, one for each role. Runs on: event loop; the user's shell, at start.

They stand in <library>/keys.json, readable by the user alone, so that a tablet that was paired once is let in after
each start. A token has 80 random bits, written as four groups of four letters and digits that a person can type.
"""

import base64
import hashlib
import hmac
import json
import logging
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from liveengine.caller import ROLES, Role

log = logging.getLogger(__name__)

FILE = "keys.json"
_BYTES = 10
_GROUP = 4


class Keys:
    """The tokens of one library."""

    def __init__(self, library: Path) -> None:
        self._path = library / FILE
        self._tokens = _read(self._path)
        self._watching: list[Callable[[Role], None]] = []

    def __len__(self) -> int:
        return len(self._tokens)

    def role_of(self, token: str) -> Role | None:
        """Return the role that a token stands for, None if it stands for none; takes as long for any."""
        given, found = _plain(token).encode("utf-8", "replace"), None
        for role, known in self._tokens.items():
            if hmac.compare_digest(given, _plain(known).encode()):
                found = role
        return found

    def token(self, role: Role) -> str:
        """Return the role's token; it is made when it is first asked for."""
        return self._tokens.get(role) or self.renew(role)

    def known(self, role: Role) -> str | None:
        """Return the role's token, None if it has none."""
        return self._tokens.get(role)

    def mark(self, role: Role) -> str:
        """Return what tells a role's token from another one without telling it; "" if it has none."""
        token = self._tokens.get(role)
        return hashlib.sha256(_plain(token).encode()).hexdigest()[:16] if token else ""

    def watch(self, ended: Callable[[Role], None]) -> None:
        """Call `ended(role)` whenever the token of a role counts no more."""
        self._watching.append(ended)

    def revoke(self, role: Role) -> None:
        """Let nobody in as this role any more."""
        if self._tokens.pop(role, None) is not None:
            self._write()
            self._tell(role)

    def renew(self, role: Role) -> str:
        """Give the role another token, which is returned; the old one counts no more."""
        had = role in self._tokens
        letters = base64.b32encode(secrets.token_bytes(_BYTES)).decode().lower()
        token = "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))
        self._tokens[role] = token
        self._write()
        if had:
            self._tell(role)
        return token

    def _tell(self, role: Role) -> None:
        for ended in self._watching:
            ended(role)

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(FILE + ".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(self._tokens, file, indent=1)
        fresh.replace(self._path)


def _plain(token: str) -> str:
    """Return a token as it is compared: a person may leave out the dashes or write capitals."""
    return token.replace("-", "").replace(" ", "").lower()


def _read(path: Path) -> dict[Role, str]:
    """Return the tokens of a file; one that is broken holds none, and is replaced with the next token."""
    try:
        found = json.loads(path.read_text("utf-8"))
        return {role: found[role] for role in ROLES if len(_plain(str(found.get(role, "")))) >= _BYTES}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        log.warning("%s is broken (%s): no token counts; `liveengine serve --lan` makes new ones", path, error)
        return {}
