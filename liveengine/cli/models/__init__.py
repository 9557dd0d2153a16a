"""List the models, fetch one, check what is there. Runs on: the user's shell.

Fetching is the only thing that ever uses the network, and only when it is asked for.
"""

import argparse

from liveengine.cli import rooms

DO = {
    "list": "every model with its size, state and who uses it; this is done where nothing is named",
    "fetch": "put a published model into the library",
    "convert": "turn a Demucs checkpoint into files that are safe to load",
    "verify": "check every file of the models that are here",
    "use": "search with another model; every stem is heard with it first",
    "remove": "take one off the disk that was trained or fetched",
}
EXAMPLES = """examples:
  liveengine models
  liveengine models fetch clap
  liveengine models verify
  liveengine models use my-techno
"""
run = rooms.run


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be done; a line of DO is a module of this folder."""
    rooms.several(parser, __name__, DO, usual="list")
