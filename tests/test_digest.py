"""What tells one file from another."""

import hashlib
import os
from pathlib import Path

from liveengine.digest import digest


def test_files_one_after_another_have_the_digest_of_their_bytes(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"one" * 500_000)  # more than is read at once
    (tmp_path / "two").write_bytes(b"two")
    wanted = hashlib.blake2b(b"one" * 500_000 + b"two", digest_size=16).hexdigest()
    assert digest(tmp_path / "one", tmp_path / "two") == wanted


def test_an_open_file_is_read_from_its_beginning_and_stays_open(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"something")
    descriptor = os.open(tmp_path / "one", os.O_RDONLY)
    try:
        os.read(descriptor, 4)
        assert digest(descriptor) == digest(tmp_path / "one")
        os.lseek(descriptor, 0, os.SEEK_SET)
        assert os.read(descriptor, 9) == b"something"
    finally:
        os.close(descriptor)
