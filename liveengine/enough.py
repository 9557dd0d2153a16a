"""How many stems a category needs to be learnt. Runs on: anywhere."""

from liveengine.errors import TooFew

LEAST = 8  # stems: fewer show no character, only themselves


def enough(category: str, count: int, which: str = "") -> None:
    """Raise TooFew where a category has fewer stems than are needed; `which` says of what kind those are."""
    if count < LEAST:
        are = f"there {'is' if count == 1 else 'are'} {count}{which}"
        how = "by `liveengine ingest` or, as parts of whole tracks, by `liveengine separate`"
        raise TooFew(f"{category} needs at least {LEAST} stems to learn from, {are}: add more, {how}")
