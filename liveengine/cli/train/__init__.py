"""Train models: on your stems, your words, or on nothing but a seed. Runs on: the user's shell."""

import argparse

from liveengine.cli import rooms

WHAT = {
    "category": "the character of a category, from your own stems",
    "all": "every category that has enough stems",
    "plot": "how a training went, as a picture or a table",
    "embeddings": "a search model that knows your own words, from sounds with captions",
    "embedder": "the shipped search model anew, on sounds that are synthesised",
}
EXAMPLES = """examples:
  liveengine train category kick
  liveengine train plot kick --output losses.png
  liveengine train embeddings ~/my-sounds --name my-techno
  liveengine train embedder --seed 0
"""
run = rooms.run


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be trained; a line of WHAT is a module of this folder."""
    rooms.several(parser, __name__, WHAT)
