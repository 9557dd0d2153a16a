"""How long it takes until a user keeps something that they have searched for. Runs on: anywhere; pure."""

from collections.abc import Iterable

SITTING_S = 1800.0  # searches less than half an hour apart are one search for the same thing, or for the same track


def first_keeps(events: Iterable[tuple[float, bool]]) -> list[float]:
    """Return for each sitting the seconds from its first search to the first stem that was liked or kept.

    events: (time, was it a keep? else a search), in order. A sitting in which nothing was kept gives none.
    """
    found: list[float] = []
    began, last = None, -SITTING_S
    for at, keep in events:
        if at - last >= SITTING_S:
            began = None
        if keep and began is not None:
            found.append(at - began)
            began, last = None, -SITTING_S
        elif not keep and began is None:
            began = at
        if began is not None:
            last = at
    return found
