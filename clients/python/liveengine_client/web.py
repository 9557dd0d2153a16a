"""The engine over HTTP alone, with Python's own library: one request for each command. Runs on: any thread."""

import json
import urllib.error
import urllib.request
from typing import Any

from liveengine_client.address import URL, named_arguments
from liveengine_client.errors import EngineFault, NoEngine
from liveengine_client.plain import AllCommands


class WebEngine(AllCommands):
    """The commands of a running engine: `WebEngine().stems.search("dark techno kick")`; it has no events."""

    def __init__(self, url: str = URL, *, token: str | None = None, timeout: float = 60.0) -> None:
        super().__init__(self.call)
        self.url = url.rstrip("/")
        self._timeout = timeout
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})

    def call(self, address: str, *args: Any, **named: Any) -> Any:
        """Run the command at an address and return its reply; raise EngineFault, or NoEngine."""
        body = json.dumps(named_arguments(address, args, named)).encode()
        request = urllib.request.Request(f"{self.url}/api/v1{address}", body, self._headers)
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                problem = _problem(error.read())
            raise EngineFault(problem.get("code", f"http_{error.code}"), problem.get("detail", str(error))) from None
        except (OSError, ValueError) as error:
            raise NoEngine(f"no engine answers at {self.url}: {error}") from error


def _problem(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
