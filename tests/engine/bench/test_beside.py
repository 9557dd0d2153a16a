import os
import subprocess
import time

from liveengine.engine.bench import beside


def test_both_kinds_of_work_run_until_the_measurement_ends_and_no_longer() -> None:
    def running() -> list[str]:
        lines = subprocess.run(["ps", "-e", "-o", "ppid=,args="], capture_output=True, text=True, check=True).stdout
        return [line for line in lines.splitlines() if line.split()[0] == str(os.getpid()) and beside.__name__ in line]

    with beside.busy() as names:
        assert names[0] == "ingest"
        time.sleep(0.5)
        assert len(running()) == 2
    assert running() == []
