"""Sounds from nothing: the starter kit's synthesiser, NumPy only. Runs on: any process, offline."""

from .kit import recipes, render, write_kit
from .recipe import Recipe

__all__ = ["Recipe", "recipes", "render", "write_kit"]
