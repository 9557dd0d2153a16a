"""Each client's folder says how it is played, and shows it."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from liveengine import config

CLIENTS = config.data("clients")
FOLDERS = sorted(folder for folder in CLIENTS.iterdir() if folder.is_dir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_readme_begins_with_a_picture_that_is_there(folder: Path) -> None:
    text = (folder / "README.md").read_text("utf-8")
    shown = re.match(r"# [^\n]+\n\n!\[[^\]]+\]\(([^)]+)\)\n", text)
    assert shown is not None
    picture = folder / shown[1]
    if picture.suffix == ".svg":
        assert ET.parse(picture).getroot().tag == "{http://www.w3.org/2000/svg}svg"
    else:
        assert picture.read_bytes().startswith(b"\x89PNG")
    assert text.count("\n## ") >= 2


def test_the_index_names_every_client_and_every_link_leads_somewhere() -> None:
    text = (CLIENTS / "README.md").read_text("utf-8")
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert {f"{folder.name}/README.md" for folder in FOLDERS} <= set(links)
    assert all((CLIENTS / link).is_file() for link in links)
