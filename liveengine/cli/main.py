"""Find the verb, parse its arguments, turn errors into one clear line. Runs on: the user's shell.

Each verb is a module of this folder with `arguments(parser)` and `run(options) -> exit code`; it is imported only when
it is called, so that `serve` starts fast.
"""

import argparse
import contextlib
import importlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import liveengine
from liveengine.cli import rooms, screen
from liveengine.errors import LiveEngineError

VERBS = {
    "demo": "play: make a starter kit if the library is empty, search, arrange, launch, record",
    "serve": "run the engine, the recorder and the daemon with all its doors",
    "ingest": "add files and folders to the library",
    "separate": "take a whole track apart into vocals, drums, bass and other",
    "search": "find stems by meaning, in English or German",
    "stem": "show what is known of a stem, with waveform and spectrogram as a picture",
    "dream": "learn from what was kept, and add a few new stems around that",
    "lineage": "show what a stem was made from and what was made of it, also as a picture",
    "export": "write stems as files, with tempo, key, loop, slices and tags inside",
    "generate": "make new stems with the models of your categories",
    "mutate": "make a variation of a stem, on its own grid",
    "render": "turn a prompt into a finished track (WAV)",
    "mix": "mix sound files to one WAV, on all cores",
    "train": "train models on your stems and words, or the search model anew",
    "tokens": "show the tokens that let other machines in; make, renew or take one away",
    "jobs": "show and follow the job queue, read a job's log, cancel or retry one",
    "models": "list every model; fetch, check, use or remove one",
    "doctor": "check this machine and name the remedy for each lack",
    "devices": "list the audio devices",
    "commands": "list every command that the doors understand",
    "bench": "measure this machine and print the figures",
}

_EXAMPLES = """examples:
  liveengine demo
  liveengine serve --library ~/Music/stems
  liveengine ingest ~/samples
  liveengine search "dunkler, hypnotischer Techno-Kick" --category kick
  liveengine render "driving industrial techno 138 bpm"
"""


def _overview() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="liveengine",
        description="Neuromorphe Traum-Engine: type what you hear in your head, and it plays.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="verbs:\n"
        + "".join(f"  {name:<10}{text}\n" for name, text in VERBS.items())
        + "\n`liveengine VERB --help` tells more.\n\n"
        + _EXAMPLES,
    )
    parser.add_argument("--version", action="version", version=f"liveengine {liveengine.__version__}")
    parser.add_argument("verb", metavar="VERB", choices=VERBS, help="what to do (below)")
    return parser


def _parser(verb: str) -> argparse.ArgumentParser:
    module = importlib.import_module(f"liveengine.cli.{verb}")
    parser = argparse.ArgumentParser(
        prog=f"liveengine {verb}",
        description=rooms.described(module.__doc__),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=getattr(module, "EXAMPLES", None),
    )
    parser.add_argument(
        "--library",
        metavar="DIR",
        help="where stems, takes and settings lie (default: $LIVEENGINE_LIBRARY, else ./library where there is one, "
        "else a folder in your home; `liveengine doctor` names it)",
    )
    if getattr(module, "JSON", True):
        parser.add_argument("--json", action="store_true", help="print JSON for programs instead of text for people")
    module.arguments(parser)
    parser.set_defaults(run=module.run)
    return parser


@contextlib.contextmanager
def _loading() -> Iterator[None]:
    """Have Ctrl-C end the program where it is: the libraries that are being loaded may swallow an exception."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def run(argv: list[str]) -> int:
    """Run one verb; return its exit code. A LiveEngineError becomes one line on stderr and its own code."""
    # Inherited by every process: more BLAS threads only spin, on the cores that the audio thread and the workers need.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if Path.cwd() != Path(liveengine.__file__).parents[1]:
        os.environ["PYTHONSAFEPATH"] = "1"  # a file such as `random.py` in the user's folder must not break a child
    if not argv:
        _overview().print_help(sys.stderr)
        return 2
    _overview().parse_args(argv[:1])
    with _loading():
        options = _parser(argv[0]).parse_args(argv[1:])
    try:
        return int(options.run(options))
    except LiveEngineError as error:
        if getattr(options, "json", False):
            print(json.dumps({"error": {"code": error.code, "message": str(error)}}))
        screen.fault(f"liveengine: {error}")
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away (`liveengine commands | head`)
        return 0
