"""Mix sound files side by side to one stereo WAV, on all cores. Runs on: the user's shell.

All begin together; the mix is as long as the longest of them. It needs no library and no running daemon.
"""

import argparse
from pathlib import Path
from typing import Any

from liveengine.cli import screen

EXAMPLES = """examples:
  liveengine mix drums.wav bass.flac vocal.wav --output mix.wav
  liveengine mix drums.wav bass.wav --output mix.wav --gain 0 -3.5 --pan 0 0.2 --bits 24
  liveengine mix drums.wav bass.wav --output mix.wav --gain -6    # both
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="WAV, AIFF, FLAC, OGG or MP3; mono or stereo")
    parser.add_argument(
        "--output", required=True, metavar="WAV", help="the mix; an old one is replaced when it is done"
    )
    parser.add_argument(
        "--gain", type=float, nargs="+", default=[], metavar="DB", help="one per file or for all (default 0)"
    )
    parser.add_argument(
        "--pan", type=float, nargs="+", default=[], metavar="P", help="-1 left to 1 right, one per file or for all"
    )
    parser.add_argument("--bits", type=int, choices=(16, 24), default=16, help="with dither (default 16)")
    parser.add_argument("--rate", type=int, default=0, metavar="HZ", help="default: that of the first file")
    parser.add_argument("--ceiling", type=float, default=0.0, metavar="DBFS", help="of the limiter (default 0)")
    parser.add_argument("--cores", type=int, default=0, metavar="N", help="how many to use (default: all)")


def run(options: Any) -> int:
    """Mix; print what came out."""
    from liveengine.jobs import mix

    payload = {
        "paths": [str(Path(file).expanduser()) for file in options.files],
        "path": str(Path(options.output).expanduser().absolute()),
        "gains": options.gain,
        "pans": options.pan,
        "bits": options.bits,
        "rate": options.rate,
        "ceiling_db": options.ceiling,
        "cores": options.cores,
    }
    result = mix.run(payload, lambda done, total, text: None)
    if options.json:
        screen.line(result)
        return 0
    minutes, seconds = divmod(result["frames"] / result["rate"], 60)
    text = f"{result['path']}  {minutes:.0f}:{seconds:04.1f}, peak {result['peak']:.1f} dBFS"
    if result["over"] > 0.0:
        text += f"; the limiter took off up to {result['over']:.1f} dB: lower the gains by that to do without it"
    screen.console().print(text, highlight=False)
    return 0
