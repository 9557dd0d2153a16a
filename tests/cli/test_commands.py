import json
from pathlib import Path

import pytest

from liveengine.cli import commands, main

README = Path(__file__).parents[2] / "README.md"


def test_the_tables_in_the_readme_are_the_registry_and_what_only_osc_has() -> None:
    text = README.read_text("utf-8")
    assert text == commands.readme(text)


def test_every_command_has_a_summary_of_one_line() -> None:
    for command in commands.registry():
        assert command.summary.endswith("."), command.address
        assert len(command.summary) <= 160, command.address


def test_json_lists_one_command_per_line_with_the_schema_of_each_argument(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["commands", "--json"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    launch = next(c for c in found if c["address"] == "/track/{track}/clip/{slot}/launch")
    assert launch["arguments"][0]["name"] == "quantum"
    assert len(found) == len(list(commands.registry()))
