"""`liveengine serve` with a stand-in for the daemon. Run as `python -m tests.serve LIBRARY MODE [STREAM]`."""

import sys
from pathlib import Path

from liveengine.options import Options
from liveengine.supervisor import serve
from tests.engine import stage

if __name__ == "__main__":
    library, mode, stream = Path(sys.argv[1]), sys.argv[2], (sys.argv[3:] or ["null"])[0]
    command = [sys.executable, str(Path(__file__).with_name("standin.py")), mode]
    sys.exit(serve(library, stage.settings(stream=stream), Options(daemon=command)))
