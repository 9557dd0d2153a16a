"""The process that reads a checkpoint can do nothing else."""

import json
import socket
import subprocess
import sys
from pathlib import Path


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
