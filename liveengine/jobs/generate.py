"""Make new stems with the models of their categories, fitted and stamped. Runs on: worker process (resident).

It keeps the last few models; one that was taught anew is loaded again.
"""

import base64
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import soundfile

from liveengine.errors import BadAudio, BadInput, ModelDamaged, ModelMissing
from liveengine.ml.vae import kept
from liveengine.sound import about, stamp
from liveengine.sound.about import About
from liveengine.sound.convert import resample
from liveengine.sound.decode import read
from liveengine.sound.files import stored

if TYPE_CHECKING:
    from liveengine.ml.fit import Fitted
    from liveengine.ml.inventing import Invention, Order, Source
    from liveengine.ml.latents import Floats
    from liveengine.ml.vae.form import Form
    from liveengine.ml.vae.model import Model

_NEAR = 0.001  # of its frames by which a loop may be read faster or slower: nobody hears 2 cents
_FINEST = 1_000.0  # parts of a beat per minute


def run(payload: dict[str, Any], progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """Make a file for each order; return {"made": [one or null for each], "failed": {number: [code, reason]}}.

    Payload: models (the folder of the categories' models), target (a folder), orders: dicts of `inventing.Order`, with
    `stems` as dicts of `inventing.Source`, and `name` (of the file) and `title`. One that cannot be made costs only
    itself; a file is whole or absent under its name. Raises DiskFull.
    """
    folder, target, orders = Path(payload["models"]), Path(payload["target"]), payload["orders"]
    progress(0, len(orders), "loading the libraries")  # the first time in a process it takes a while
    from liveengine.ml.inventing import Inventor

    made: list[dict[str, Any] | None] = []
    failed: dict[str, list[str]] = {}
    used = set[str]()

    def model(category: str) -> "Model":
        if category not in used:
            used.add(category)
            progress(len(made), len(orders), f"loading the model of {category}")
        return kept.model(folder / category)

    inventor = Inventor(model, _heard)
    for number, told in enumerate(orders):
        try:
            known = [model(name) for name in (told["category"], told.get("other")) if name]
            progress(number, len(orders), told["title"])
            found = inventor.invent(_order(told))
            path = target / f"{told['name']}.wav"
            _write(path, found.made, _about(told, found))
            titles = {int(one["stem"]): one["title"] for one in told["stems"]}
            for one in known:
                titles |= _titles(one)
            made.append(_told(path, found, titles))
        except (BadInput, BadAudio, ModelDamaged, ModelMissing) as error:
            failed[str(number)] = [error.code, str(error)]
            made.append(None)
    progress(len(orders), len(orders), "made")
    return {"made": made, "failed": failed}


def _titles(known: "Model") -> dict[int, str]:
    """Return what the stems were called when they were learnt from."""
    return {int(stem): str(title) for stem, title in known.card.get("titles", {}).items()}


def _order(told: dict[str, Any]) -> "Order":
    from liveengine.ml.inventing import Order, Source

    fields = {name: told.get(name) for name in ("other", "amount", "tempo", "bars")}
    stems = tuple(Source(int(one["stem"]), str(one["path"]), one["beats"]) for one in told.get("stems") or ())
    return Order(told["category"], told["mode"], int(told["seed"]), stems, **fields)


def _heard(source: "Source", form: "Form | None") -> tuple["Floats", "Form"]:
    """Return a stem's sound at 48 kHz: as it is, or as long and with as many bars as a form says."""
    from liveengine.ml.vae.bands import RATE
    from liveengine.ml.vae.form import Form
    from liveengine.ml.vae.representation import length

    audio = read(source.path)
    sound = resample(audio.samples[:2], audio.rate, RATE, loop=source.beats is not None)
    if form is None or source.beats is None:
        own = Form(sound.shape[1] / RATE, source.beats, len(sound))
        return sound[:, : length(own)], own
    assert form.beats is not None
    from liveengine.jobs import stretch

    frames = round(form.seconds * RATE * source.beats / form.beats)
    if abs(frames - sound.shape[1]) > _NEAR * frames:
        from liveengine.ml.fit.attack import attacks

        sound = stretch.render(sound, frames, 0.0, RATE, attacks(sound, RATE).tolist())
    elif frames != sound.shape[1]:
        from scipy.signal import resample as turned  # round a circle

        sound = np.asarray(turned(sound, frames, axis=1), np.float32)
    wanted = length(form)
    return np.ascontiguousarray(np.take(sound, np.arange(wanted) % frames, axis=1)), form


def _about(told: dict[str, Any], found: "Invention") -> About:
    beats = found.form.beats
    return About(
        title=told["title"],
        category=told["category"],
        loop=beats is not None,
        frames=found.made.sound.shape[1],
        tempo=_tempo(found),
        beats=beats,
        key=told.get("key"),
        tags=("generated", told["mode"]),
        creator="liveengine",
    )


def _tempo(found: "Invention") -> float | None:
    """Return the tempo to the last digit that a person would write."""
    if found.form.beats is None:
        return None
    return round(found.form.beats * 60.0 / found.form.seconds * _FINEST) / _FINEST


def _write(path: Path, made: "Fitted", known: About) -> None:
    with stored(path) as part:
        soundfile.write(part, made.sound.T, made.rate, subtype="PCM_24", format="WAV")
        stamp.write(part, about.chunks(known))


def _told(path: Path, found: "Invention", titles: Mapping[int, str]) -> dict[str, Any]:
    beats = found.form.beats
    return {
        "path": str(path),
        "parents": [[stem, share, titles.get(stem, "")] for stem, share in found.parents],
        "models": [list(pair) for pair in found.models],
        "latent": base64.b64encode(found.latent).decode(),
        "terms": found.terms,
        "tempo": _tempo(found),
        "bars": None if beats is None else beats / 4.0,
    }
