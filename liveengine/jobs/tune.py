"""Teach a search model a user's own words, on sounds with captions. Runs on: worker process.

What is heard, each course of learning and each epoch are kept in the folder `work` until the end: a job that was killed
goes on where it was, with the same result. The model appears whole, by renaming.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from liveengine.digest import digest
from liveengine.errors import BadArgument, BadAudio, WorseModel
from liveengine.lexicon.dictionary import dictionary
from liveengine.ml.tune import pairs
from liveengine.ml.tune.pairs import Pairs
from liveengine.sound import read
from liveengine.sound.files import settle

if TYPE_CHECKING:
    from liveengine.ml.tune.lesson import Lesson

SENTENCES = {"traum-mini": 3_000, "clap": 400}  # general ones that hold a model, at most; CLAP reads one in 30 ms
EACH = 10  # general sentences for each sound that holds the model
SILENT = 1e-4  # full scale: -80 dBFS
EPOCH = 10  # steps of progress, of which a sound is one
CARD = "card.json"
PROBED = 2  # every so manieth sound of the kit judges, the others hold
WORST = 0.05  # recall of general queries that is lost: more, and the model is of no use beside its own words
Progress = Callable[[int, int, str], None]


def run(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Write a tuned model into the folder `target` and return its card.

    Payload: folder, captions (file or None), base ("traum-mini" or "clap"), base_dir, name, target, work, root (of the
    library, for its own words), seed, epochs, force, and optionally kit (sounds that are made to hold and judge it).
    Raises BadArgument for the folder, its captions, or a target that was taught otherwise, ModelMissing, WorseModel.
    """
    target, work = Path(payload["target"]), Path(payload["work"])
    if target.exists():
        return _there(payload, target, work)
    from liveengine.ml.tune.course import FOLDS, Tuning
    from liveengine.ml.tune.fit import Terms

    found = pairs.read(Path(payload["folder"]), Path(payload["captions"]) if payload["captions"] else None)
    base = _base(payload["base"], Path(payload["base_dir"]))
    (work / "heard").mkdir(parents=True, exist_ok=True)
    made = _recipes(payload.get("kit"))
    steps = _Steps(progress, len(made) + len(found.captions), payload["epochs"] * (FOLDS + 1))
    ears = _Ears(base, work, steps.heard)
    kit = _kit(ears, made)
    sounds, left_out = _heard(ears, Path(payload["folder"]), found)
    lesson = _lesson(payload, base, {name: one for name, (one, _) in sounds.items()}, found, kit)
    same = [one for _, one in sounds.values()]
    _fresh(work, [base.checksum, payload["seed"], payload["epochs"], len(kit), same, lesson.captions])
    tuning = Tuning(base, lesson, same, Terms(payload["seed"], payload["epochs"]), work)
    _alone()
    figures = tuning.run(steps.learnt)
    _worth(figures, payload["force"], payload["name"])
    card = _card(payload, base, lesson, figures) | {"left_out": left_out}
    return _written(base, payload["base"], card, target, work)


def _lesson(payload: dict[str, Any], base: Any, heard: Mapping[str, Any], found: Pairs, kit: Sequence[Any]) -> "Lesson":
    """Return what is learnt from: the sounds with their captions, and what holds the model where it is."""
    from liveengine.ml.tune.general import sentences
    from liveengine.ml.tune.lesson import Lesson

    return Lesson(
        list(heard.values()),
        [found.captions[name] for name in heard],
        dictionary(Path(payload["root"])),
        [one for at, one in enumerate(kit) if at % PROBED],
        kit[::PROBED],
        sentences(min(SENTENCES[payload["base"]], EACH * len(kit)), base.languages, payload["seed"]),
    )


def _card(payload: dict[str, Any], base: Any, lesson: "Lesson", figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of the model: what it was made of, and how well it hears before and after."""
    from liveengine.ml.tune.lesson import told

    return {
        "kind": "embeddings",
        "name": payload["name"],
        "asked": _asked(payload),
        "base": {"model": base.model, "checksum": base.checksum},
        "seed": payload["seed"],
        "sounds": len(lesson.captions),
        "captions": len({text for one in lesson.captions for text in one}),
        "words": sorted(lesson.vocabulary),
        "epochs": figures["epochs"],
        "share": figures["share"],
        "own": {when: told(values) for when, values in figures["own"].items()},
        "general": {when: told(values) for when, values in figures["general"].items()},
    }


def _there(payload: dict[str, Any], target: Path, work: Path) -> dict[str, Any]:
    """Return the card of what a worker has made that was killed before it could tell."""
    try:
        card: dict[str, Any] = json.loads((target / CARD).read_text("utf-8"))
    except (OSError, ValueError):
        card = {}
    if card.get("asked") != _asked(payload):
        name = payload["name"]
        raise BadArgument(f"there is a model {name} already: `liveengine models remove {name}`, or another name")
    shutil.rmtree(work, ignore_errors=True)
    return card


def _asked(payload: dict[str, Any]) -> str:
    """Return what tells one order from another, of the same name or not; no path is told by it."""
    terms = [payload.get(key) for key in ("name", "folder", "captions", "base", "seed", "epochs", "force", "kit")]
    return hashlib.blake2b(json.dumps(terms).encode(), digest_size=16).hexdigest()


def _base(kind: str, folder: Path) -> Any:
    """Return the model that is tuned."""
    if kind == "clap":
        from liveengine.ml.tune.clap import Tunable

        return Tunable(folder)
    from liveengine.ml.tune.mini import Mini

    _alone()
    return Mini(folder)


def _alone() -> None:
    """Learn on one core: steps are so small that threads would only wait for each other, on the engine's cores."""
    import torch

    torch.set_num_threads(1)


def _fresh(work: Path, terms: Sequence[Any]) -> None:
    """Take away what another base, seed, or other sounds or captions have left half done."""
    mark, tag = work / "mark", hashlib.blake2b(json.dumps(terms).encode(), digest_size=16).hexdigest()
    if not mark.is_file() or mark.read_text("utf-8") != tag:
        for file in (*work.glob("try-*"), *work.glob("last.*")):
            file.unlink()
    mark.write_text(tag, "utf-8")


class _Steps:
    """One scale for all that is done: a sound is a step, an epoch ten."""

    def __init__(self, progress: Progress, sounds: int, epochs: int) -> None:
        self._progress, self._sounds, self._epochs, self._done = progress, sounds, epochs, 0

    def heard(self) -> None:
        """Tell that another sound is heard."""
        self._done += 1
        self._progress(self._done, self._all, f"hears sound {self._done} of {self._sounds}")

    def learnt(self, epochs: int, words: str) -> None:
        """Tell that so many epochs are over."""
        self._progress(self._sounds + EPOCH * epochs, self._all, words)

    @property
    def _all(self) -> int:
        return self._sounds + EPOCH * self._epochs


class _Ears:
    """Hears every sound once: what the fixed towers make of it is kept in a file."""

    def __init__(self, base: Any, work: Path, told: Callable[[], None]) -> None:
        self._base, self._folder, self._told = base, work / "heard", told

    def hear(self, key: str, sound: Callable[[], tuple[Any, int]]) -> Any:
        """Return what is heard of a sound, [windows, hidden]; `sound` gives samples [channels, frames] and rate."""
        file = self._folder / f"{key}-{self._base.checksum[:8]}.npy"
        try:
            return np.load(file, allow_pickle=False)
        except (OSError, ValueError, EOFError):  # not there, or cut short by a kill
            heard = self._base.hear(*sound())
        finally:
            self._told()
        part = file.with_suffix(".part")
        with part.open("wb") as stream:
            np.save(stream, heard)
        part.replace(file)
        return heard


def _recipes(most: int | None) -> list[Any]:
    """Return the sounds that hold and judge the model: those of the starter kit of another seed, evenly chosen."""
    from liveengine.ml.tune import general
    from liveengine.synth.kit import recipes

    every = recipes(general.SEED)
    return every[:: max(1, len(every) // most)][:most] if most else every


def _kit(ears: _Ears, made: Sequence[Any]) -> list[Any]:
    from liveengine.ml.tune.general import Labelled, words

    return [Labelled(ears.hear(f"kit-{one.name}", partial(_made, one)), words(one.category, one.tags)) for one in made]


def _heard(ears: _Ears, folder: Path, found: Pairs) -> tuple[dict[str, tuple[Any, str]], dict[str, str]]:
    """Return of each sound what is heard and the hash of its file, and what is left out with the reason."""
    kept: dict[str, tuple[Any, str]] = {}
    left_out = dict.fromkeys(found.missing, "a caption names it, and it is not there")
    for name in found.captions:
        try:
            same = digest(folder / name)
            kept[name] = ears.hear(same, partial(_sound, folder / name)), same
        except (BadAudio, OSError) as error:
            left_out[name] = str(error)
    if len(kept) < pairs.FEWEST:
        raise BadArgument(
            f"{len(kept)} of {len(found.captions)} sounds can be heard, {pairs.FEWEST} are the fewest; "
            + "; ".join(f"{name}: {reason}" for name, reason in _some(left_out.items()))
        )
    return kept, left_out


def _some(items: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return list(items)[: pairs.TOLD]


def _made(recipe: Any) -> tuple[Any, int]:
    from liveengine.synth.kit import render

    return render(recipe).T.copy(), recipe.rate


def _sound(path: Path) -> tuple[Any, int]:
    audio = read(path)
    if float(np.abs(audio.samples).max(initial=0.0)) < SILENT:
        raise BadAudio(f"{path.name!r} is silent")
    return audio.samples, audio.rate


def _worth(figures: Mapping[str, Any], force: bool, name: str) -> None:
    """Raise WorseModel for a model that finds the held-back sounds worse than its base, or has forgotten too much."""
    own, general = figures["own"], figures["general"]
    lost = general["before"]["recall_at_10"] - general["after"]["recall_at_10"]
    if force or (own["after"]["recall_at_10"] >= own["before"]["recall_at_10"] and lost <= WORST):
        return
    raise WorseModel(
        f"{name} is worse than its base and was not kept: of the sounds held back their captions find "
        f"{own['after']['recall_at_10']:.0%}, the base {own['before']['recall_at_10']:.0%}; of general queries "
        f"{general['after']['recall_at_10']:.0%} instead of {general['before']['recall_at_10']:.0%}. More sounds or "
        "plainer captions may help; force keeps it as it is"
    )


def _written(base: Any, kind: str, card: dict[str, Any], target: Path, work: Path) -> dict[str, Any]:
    """Write model and card beside the target, then rename; return the card."""
    fresh = work / "made"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    made = base.write(fresh)
    card = {"id": f"{kind}+{card['name']}-{made['checksum'][:8]}", "checksum": made["checksum"], **card}
    (fresh / CARD).write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", "utf-8")
    settle(fresh, target)
    shutil.rmtree(work, ignore_errors=True)
    return card
