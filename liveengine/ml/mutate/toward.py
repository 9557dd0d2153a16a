"""A sound on the way to the timbre of another one, through the model of its category. Runs on: worker processes."""

import numpy as np

from liveengine.ml.mutate.walk import Walked, heard_at, seen
from liveengine.ml.mutate.wish import Samples, Wish
from liveengine.ml.vae.form import Floats
from liveengine.ml.vae.model import Model


def vary(sound: Samples, wish: Wish, model: Model) -> Walked:
    """Return the sound moved, by the amount, as far as its bars and those of `wish.style` lie apart on average.

    What the bars of a loop have of their own stays. Raises BadAudio for a sound that the model cannot see.
    """
    assert wish.style is not None
    own = seen(sound, wish.rate, wish.own_beats, model)
    other = seen(wish.style, wish.rate, wish.style_beats, model)
    apart = other.code.z.mean(axis=0) - own.code.z.mean(axis=0)
    there: Floats = np.asarray(own.code.z + np.float32(wish.amount) * apart, np.float32)
    return Walked(heard_at(sound, wish, model, own, there), there)
