"""Learn every category of the library that has enough stems, one after the other. Runs on: the user's shell."""

import argparse
import asyncio
from typing import Any

from liveengine.cli.train import category

EXAMPLES = """examples:
  liveengine train all
  liveengine train all --epochs 20 --most 150
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    category.common(parser)


def run(options: Any) -> int:
    """Train; return 0 when every category was learnt or says why not."""
    return asyncio.run(category.train(options, "/train/all"))
