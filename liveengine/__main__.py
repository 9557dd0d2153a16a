"""`python -m liveengine` and the `liveengine` program. Runs on: the user's shell."""

import sys


def main() -> int:
    """Run the command line; return the exit code: 130 after Ctrl-C, also while it is loaded still."""
    try:
        from liveengine.cli.main import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
