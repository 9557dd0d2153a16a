"""Neuromorphe Traum-Engine: a real-time audio server that finds, fits and plays sounds by meaning."""

__version__ = "0.1.0"
