"""Boxes that are connected, in whichever file format. Runs on: the developer's shell."""

import abc
import itertools
from typing import Generic, TypeVar

Box = TypeVar("Box")


class Wired(abc.ABC, Generic[Box]):
    """A patch whose boxes are told by a `Box`: a name or a number."""

    @abc.abstractmethod
    def wire(self, source: Box, target: Box, outlet: int = 0, inlet: int = 0) -> None:
        """Connect two boxes."""

    def chain(self, *boxes: Box) -> None:
        """Connect boxes one after another, first outlet to first inlet."""
        for source, target in itertools.pairwise(boxes):
            self.wire(source, target)
