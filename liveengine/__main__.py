"""`python -m liveengine` and the `liveengine` program. Runs on: the user's shell."""

import sys


def main() -> int:
    """Run the command line; return the exit code."""
    from liveengine.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
