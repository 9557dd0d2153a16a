"""What libjack says below rtmidi goes to the log, not to the terminal. Runs on: the watching thread, libjack's threads.

A server that dies makes libjack write "Cannot read socket fd", "CheckRes error" and more of that, again and again.
"""

import ctypes
import logging
from pathlib import Path
from typing import Any

from liveengine.control.quiet import Quiet

log = logging.getLogger(__name__)

_Say = ctypes.CFUNCTYPE(None, ctypes.c_char_p)
_kept: dict[str, Any] = {}  # by the library's file; what a library calls must stay


def redirect(maps: Path = Path("/proc/self/maps")) -> list[str]:
    """Have every libjack that this process has loaded write to the log, one line in ten seconds; return their files.

    rtmidi brings one of its own, so they are looked for among what is mapped; without such a list (only Linux has it)
    none is found.
    """
    try:
        lines = maps.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    for file in sorted({line.split(maxsplit=5)[5] for line in lines if "/libjack" in line} - set(_kept)):
        _kept[file] = _redirected(file)
    return sorted(_kept)


def _redirected(file: str) -> Any:
    quiet = Quiet(log)

    def say(line: bytes) -> None:
        quiet.warn("libjack", "libjack says: %s", line.decode("utf-8", "replace").strip())

    library, told = ctypes.CDLL(file), _Say(say)
    library.jack_set_error_function(told)
    library.jack_set_info_function(told)
    return told
