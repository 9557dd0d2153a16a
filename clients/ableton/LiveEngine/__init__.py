"""Ableton Live plays with the Neuromorphe Traum-Engine. Runs on: Live's main thread, from Python 3.7 on."""

from __future__ import annotations

from typing import Any

from .surface import Surface


def create_instance(c_instance: Any) -> Surface:
    """Return the control surface that Live asks for."""
    return Surface(c_instance)
