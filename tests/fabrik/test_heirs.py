from pathlib import Path

from liveengine.fabrik.heirs import inherited
from tests.fabrik.made import beep, made
from tests.stems.conftest import chosen, opened


async def test_a_sound_is_what_all_its_parents_are_and_sounds_as_it_is_measured(tmp_path: Path) -> None:
    names = ("dark techno kick 909", "bright techno kick", "house kick")
    sources = [beep(tmp_path / "in" / f"{name}.wav", 50.0 + 20 * at) for at, name in enumerate(names)]
    async with opened(tmp_path, chosen(1), *sources) as library:
        ids = {stem.title: stem.id for stem in await library.stems()}
        dark, bright, house = (ids[name] for name in names)
        assert {"techno", "dark", "909"} <= set((await library.get(dark)).tags)
        path = Path("made.wav")
        orders = [
            made(path, dark, tags=("proposed",)), made(path, dark, bright), made(path, dark, house), made(path),
            made(path, 99),
        ]  # fmt: skip
        own, both, mixed, none, gone = [one.tags for one in await inherited(library, orders)]
        assert {"techno", "909"} <= set(own)
        assert own[0] == "proposed"
        assert "dark" not in own
        assert "techno" in both
        assert "909" not in both
        assert "techno" not in mixed
        assert none == gone == ()
