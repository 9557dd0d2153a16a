"""What a camera sees of a QR code in a terminal. Runs on: tests."""

import numpy as np
import zxingcpp

_HALVES = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}  # upper, lower half of a cell lit


def seen(printed: str, *, dark: bool = True, scale: int = 6) -> str | None:
    """Return what a scanner reads off the lines of block characters, on a dark terminal or on a light one."""
    lines = [line for line in printed.splitlines() if line and set(line) <= _HALVES.keys()]
    width = max(map(len, lines))
    rows = []
    for line in lines:
        cells = [_HALVES[cell] for cell in line.ljust(width)]
        rows += [[upper for upper, _ in cells], [lower for _, lower in cells]]
    lit = np.array(rows, np.uint8) if dark else 1 - np.array(rows, np.uint8)
    image = np.kron(np.pad(lit, 4, constant_values=0 if dark else 1) * 255, np.ones((scale, scale), np.uint8))
    found = zxingcpp.read_barcode(image)
    return None if found is None else str(found.text)
