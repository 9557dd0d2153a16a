"""Where torch computes, and in how many bits. Runs on: worker processes."""

from pathlib import Path

import torch


def _processor() -> str:
    """Return what Linux tells of the processor; nothing elsewhere."""
    try:
        return Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return ""


DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
# Convolutions in 16 bits where the processor has them: half the time.
NARROW = DEVICE == "cuda" or "avx512_bf16" in _processor()
