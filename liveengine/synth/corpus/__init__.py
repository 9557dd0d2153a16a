"""Sounds to learn from: families of sounds, each drawn at random with what is true of it. Runs on: any process."""

from .family import Clip, Family, Made, draw

__all__ = ["Clip", "Family", "Made", "draw"]
