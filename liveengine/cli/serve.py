"""Run the engine, the recorder and the daemon with all its doors, until Ctrl-C. Runs on: supervisor process.

Without a sound card everything runs on the null stream, and says so.
"""

import argparse
import json
from functools import partial
from typing import Any

from liveengine import config
from liveengine.cli import lan, settings
from liveengine.control.safety.keys import Keys
from liveengine.options import Options
from liveengine.supervisor import serve

EXAMPLES = """examples:
  liveengine serve
  liveengine serve --library ~/Music/stems --stream jack
  liveengine serve --http-port 8080 --osc-port 9100
  liveengine serve --lan
"""
JSON = False


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    settings.arguments(parser)
    lan.argument(parser)


def run(options: Any) -> int:
    """Run until SIGINT or SIGTERM; return 0, or the exit code of what could not start."""
    library = config.library_root(options.library)
    overrides, invite = settings.overrides(options), None
    if options.lan is not None:
        lan.opened(overrides, settings.load(library, options).control.host)
        token = Keys(library).token(options.lan)  # made before the daemon reads them
        invite = partial(lan.invitation, library, options.lan, token)
    flags = ("--settings", json.dumps(overrides))
    return serve(library, config.load(library, overrides), Options(daemon_flags=flags, invite=invite))
