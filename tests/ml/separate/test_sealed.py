"""The process that reads a checkpoint can do nothing else."""

import errno
import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from liveengine.ml.separate import sealed


def test_the_sealed_process_finds_no_network_and_writes_nowhere_else(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        tries = {
            "socket": f"__import__('socket').create_connection(('127.0.0.1', {port}), 2)",
            "program": "__import__('subprocess').run(['true'])",
            "system": "__import__('os').system('true')",
            "write": f"open({str(tmp_path / 'outside')!r}, 'w')",
            "climb": f"open({str(inside / '..' / 'outside')!r}, 'w')",
            "remove": f"__import__('os').remove({str(tmp_path / 'precious')!r})",
            "unpickle": "__import__('pickle').loads(b'cos\\nsystem\\n.')",
        }
        (tmp_path / "precious").write_text("keep me")
        code = (
            "import sys, json, socket, subprocess, pickle, os\nfrom pathlib import Path\n"
            "from liveengine.ml.separate import sealed\n"
            f"sealed.limit(); sealed.seal(Path({str(inside)!r}))\n"
            f"found = {{}}\nfor name, code in {tries!r}.items():\n"
            "    try:\n        eval(code)\n        found[name] = 'done'\n"
            "    except BaseException as error:\n        found[name] = type(error).__name__\n"
            f"open({str(inside / 'fine')!r}, 'w').close()\n"
            "print(json.dumps(found))"
        )
        ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(ended.stdout) == dict.fromkeys(tries, "Forbidden")
    assert (inside / "fine").exists()
    assert (tmp_path / "precious").read_text() == "keep me"
    assert not (tmp_path / "outside").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the system bounds no memory")
def test_lack_of_memory_is_told_as_such_and_not_as_a_damaged_file(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="install liveengine[ml]")
    pytest.importorskip("demucs", reason="install liveengine[ml]")
    path = tmp_path / "wide.th"
    torch.save({"klass": 0, "args": (), "kwargs": {}, "state": {"one": torch.zeros(1 << 22)}}, path)
    code = (
        "import sys\nimport demucs.hdemucs, demucs.htdemucs, demucs.demucs, demucs.states, safetensors.torch\n"
        "from liveengine.ml.separate import sealed\nimport resource\nfrom pathlib import Path\n"
        "used = int(next(line for line in Path('/proc/self/status').read_text().splitlines() if 'VmData' in line)"
        ".split()[1]) << 10\n"
        "resource.setrlimit(resource.RLIMIT_DATA, (used + (8 << 20),) * 2)\nsealed.main(sys.argv[1:])"
    )
    with path.open("rb") as stream:
        ended = subprocess.run(
            [sys.executable, "-c", code, str(stream.fileno()), str(tmp_path)],
            capture_output=True,
            text=True,
            check=True,
            pass_fds=(stream.fileno(),),
        )
    assert json.loads(ended.stdout) == {"error": "it needs more than 3072 MiB of memory", "code": "out_of_memory"}


def test_what_the_seal_refuses_and_what_the_disk_refuses_is_no_damage(tmp_path: Path) -> None:
    for error in (sealed.Forbidden("os.system"), OSError(errno.ENOSPC, "no room"), OSError(errno.EIO, "a bad sector")):
        with pytest.raises(type(error)):
            sealed._pass_on(error)
    assert sealed._told(OSError(errno.ENOSPC, "no room"))["code"] == "disk_full"
    assert sealed._told(OSError(errno.EIO, "a bad sector")) == {"error": "it cannot be read or written (a bad sector)"}
