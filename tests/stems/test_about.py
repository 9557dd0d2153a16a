"""What a job is about, by what it was asked."""

from typing import Any

import pytest

from liveengine.stems.about import LETTERS, about


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ({"paths": ["/home/mia/samples/", "/tmp/kick.wav"]}, "samples, kick.wav"),
        ({"path": "/tracks/cold lamp.wav", "stem": None, "scene": 2}, "cold lamp.wav"),
        ({"path": None, "stem": 12}, "stem 12"),
        ({"stem": 12, "amount": 0.5, "kind": "slices"}, "stem 12"),
        ({"stems": [3, 8, 20], "folder": "/music"}, "3 stems"),
        ({"orders": [{"category": "kick"}, {"category": "kick"}, {"category": "bass"}]}, "kick, bass"),
        ({"categories": ["atmo", "bass", "fx", "kick", "snare"]}, "atmo, bass, fx and 2 more"),
        ({"prompt": "dark rolling bass", "count": 4}, "dark rolling bass"),
        ({"prompt": "driving techno", "path": "/tmp/out.wav"}, "driving techno"),
        ({"name": "my-techno", "folder": "/sounds"}, "my-techno"),
        ({"path": "/staging/1f.f32", "facts": {"title": "Concrete Heart"}}, "Concrete Heart"),
        ({"model": "traum-mini", "checksum": "1a2b"}, "traum-mini"),
    ],
)
def test_a_job_is_about_what_it_was_asked_to_work_at(payload: dict[str, Any], words: str) -> None:
    assert about(payload) == words


@pytest.mark.parametrize("payload", [{}, {"stems": []}, {"categories": [], "most": 16}, {"paths": []}])
def test_a_job_that_is_about_all_there_is_names_nothing(payload: dict[str, Any]) -> None:
    assert about(payload) == ""


def test_a_long_sentence_and_a_hostile_name_fit_into_a_line() -> None:
    told = about({"prompt": "dark " * 100})
    assert len(told) == LETTERS
    assert told.endswith("…")
    assert about({"path": "/tmp/a\x1b[31m\n.wav"}).isprintable()
