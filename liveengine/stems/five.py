"""The five axes that people see: energy, mood, texture, movement, space. Runs on: anywhere; pure."""

from collections.abc import Mapping
from typing import NamedTuple


class Scale(NamedTuple):
    """One axis: by which column it is measured, its two ends in a word, and in sentences that a model compares with."""

    column: str  # of `columns.places`
    low: str
    high: str
    low_sentences: tuple[str, ...]
    high_sentences: tuple[str, ...]


FIVE: Mapping[str, Scale] = {
    "energy": Scale(
        "energy",
        "calm",
        "energetic",
        ("a calm quiet gentle sound", "relaxed and soft"),
        ("an energetic driving loud sound", "aggressive and hard"),
    ),
    "mood": Scale(
        "brightness",
        "dark",
        "bright",
        ("a dark gloomy sad sound", "melancholic and cold"),
        ("a bright happy uplifting sound", "warm and euphoric"),
    ),
    "texture": Scale(
        "grit",
        "smooth",
        "rough",
        ("a smooth clean pure sound", "soft and round"),
        ("a rough gritty distorted sound", "noisy and raw"),
    ),
    "movement": Scale(
        "movement",
        "still",
        "moving",
        ("a static steady sound", "a single hit"),
        ("a moving evolving sound", "a busy rhythmic pattern"),
    ),
    "space": Scale(
        "space",
        "close",
        "wide",
        ("a dry close narrow sound", "mono without reverb"),
        ("a wide sound with long reverb", "atmospheric and spacious"),
    ),
}
AXES = tuple(FIVE)
COLUMNS = tuple(scale.column for scale in FIVE.values())
