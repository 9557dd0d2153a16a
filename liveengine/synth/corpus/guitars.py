"""Guitars: nylon, steel, electric clean, muted, driven, slid; single notes, chords, riffs. Runs on: any process."""

import numpy as np

from ..effects import echo, room, saturate
from ..envelopes import wander
from ..filters import Response, bandpass, bell, chain, highpass, lowpass, moving, through, tilt
from ..oscillators import phase, sine
from ..plucked import Plucked, plucked, warped
from ..signals import RATE, Rng, Signal, clock, landing, linear, noise, normal
from .dice import chance, pick, ratio, swung, uniform
from .family import share
from .forms import Drawn, Voice, chords, note, phrase


def strings(rng: Rng, **given: float) -> Voice:
    """A voice of strings that share everything but pitch; `given` fixes parameters of Plucked."""
    seed, given = int(rng.integers(2**31)), {"slope": uniform(rng, -12.0, -2.5), **given}

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        own = np.random.default_rng(seed + round(hertz * 100))
        return plucked(Plucked(root=hertz, seconds=seconds, velocity=velocity, **given), own)

    return voice


def nylon(rng: Rng) -> Drawn:
    """A classical guitar: round, soon gone, a wooden body."""
    voice = strings(
        rng,
        ring=ratio(rng, 1.2, 5.0),
        damping=ratio(rng, 0.6, 3.0),
        place=uniform(rng, 0.08, 0.4),
        hard=ratio(rng, 900, 4500),
        noisy=uniform(rng, 0.1, 0.6),
        knock=ratio(rng, 0.05, 0.5),
        knock_hz=uniform(rng, 90, 220),
        stiffness=ratio(rng, 1e-5, 1e-4),
    )
    return _bodied(voice, rng, uniform(rng, 1.0, 7.0)), {"acoustic"}


def steel(rng: Rng) -> Drawn:
    """A western guitar: bright, long, a plectrum or fingers."""
    voice = strings(
        rng,
        ring=ratio(rng, 2.0, 9.0),
        damping=ratio(rng, 0.15, 1.2),
        place=uniform(rng, 0.06, 0.3),
        hard=ratio(rng, 3000, 13_000),
        noisy=uniform(rng, 0.2, 0.8),
        knock=ratio(rng, 0.03, 0.35),
        knock_hz=uniform(rng, 90, 240),
        stiffness=ratio(rng, 3e-5, 4e-4),
    )
    return _bodied(voice, rng, uniform(rng, 0.0, 6.0)), {"acoustic"}


def _bodied(voice: Voice, rng: Rng, much: float) -> Voice:
    body = chain(*(bell(ratio(rng, 90, 1200), uniform(rng, -0.4, 1.0) * much, uniform(rng, 1, 6)) for _ in range(5)))
    return lambda hertz, seconds, velocity: through(voice(hertz, seconds, velocity), body)


def clean(rng: Rng) -> Drawn:
    """An electric guitar into a clean amplifier, now and then with chorus."""
    voice = strings(
        rng,
        ring=ratio(rng, 2.5, 10.0),
        damping=ratio(rng, 0.25, 1.5),
        place=uniform(rng, 0.05, 0.35),
        pickup=uniform(rng, 0.04, 0.3),
        hard=ratio(rng, 2500, 9000),
        noisy=uniform(rng, 0.05, 0.5),
        stiffness=ratio(rng, 3e-5, 3e-4),
    )
    drive, top = uniform(rng, 0.0, 9.0), ratio(rng, 900, 7000)
    dice = np.random.default_rng(rng.integers(2**31))

    def played(hertz: float, seconds: float, velocity: float) -> Signal:
        made = through(saturate(voice(hertz, seconds, velocity), drive, 0.1), lowpass(top, 1.2))
        return swung(made, dice, 0.35)

    return played, set()


def muted(rng: Rng) -> Drawn:
    """Strings stopped by the palm or the fretting hand; a wah now and then."""
    voice = strings(
        rng,
        ring=ratio(rng, 0.12, 0.7),
        damping=ratio(rng, 0.5, 4.0),
        place=uniform(rng, 0.05, 0.25),
        pickup=uniform(rng, 0.04, 0.25),
        hard=ratio(rng, 2000, 9000),
        noisy=uniform(rng, 0.3, 1.0),
        release=0.05,
    )
    drive = pick(rng, (0.0, uniform(rng, 3, 12), uniform(rng, 15, 32)))
    wah = ratio(rng, 500, 2200) if chance(rng, 0.35) else 0.0

    def played(hertz: float, seconds: float, velocity: float) -> Signal:
        made = saturate(voice(hertz, min(seconds, 0.4), velocity), drive)
        if wah:
            path = wah * np.exp2(1.2 * np.exp(-clock(made.shape[-1]) * 9.0))
            made = normal(moving(made, path, "band", 2.5)) + made * np.float32(0.15)
        return through(made, lowpass(6000.0))

    return played, {"distorted"} if drive > 14.0 else set()


def driven(rng: Rng) -> Drawn:
    """A guitar into a distorting amplifier and its cabinet: one note or a fifth."""
    voice = strings(
        rng,
        ring=ratio(rng, 4.0, 14.0),
        damping=ratio(rng, 0.2, 1.2),
        place=uniform(rng, 0.05, 0.25),
        pickup=uniform(rng, 0.03, 0.25),
        hard=ratio(rng, 2500, 9000),
        noisy=uniform(rng, 0.1, 0.6),
    )
    drive = pick(rng, (uniform(rng, 4, 18), uniform(rng, 16, 42)))
    steps = pick(rng, ((0,), (0,), (0, 7), (0, 7, 12), (0, 5)))
    cabinet = _cabinet(rng)
    swing, speed, low = pick(rng, (0.0, 0.0, uniform(rng, 5, 40))), uniform(rng, 4.0, 6.5), ratio(rng, 40, 200)

    def played(hertz: float, seconds: float, velocity: float) -> Signal:
        parts = [voice(hertz * 2 ** (step / 12), seconds, velocity) for step in steps]
        made = normal(np.sum(parts, axis=0))
        if swing:
            time = clock(made.shape[-1])
            made = warped(made, 2 ** (swing / 1200 * np.sin(2 * np.pi * speed * time) * np.clip(time * 2, 0, 1)))
        made = saturate(through(made, highpass(low)), drive, 0.15)
        return normal(through(made, cabinet))

    return played, {"distorted", "distorted_guitar"} if drive > 17.0 else {"electric_guitar"}


def _cabinet(rng: Rng) -> Response:
    return chain(
        highpass(ratio(rng, 60, 140)),
        bell(ratio(rng, 700, 3500), uniform(rng, -4.0, 6.0)),
        lowpass(ratio(rng, 1200, 6500), 1.0, 4),
    )


def slid(rng: Rng) -> Drawn:
    """A bottleneck on the strings: the note slides in, or away."""
    voice, true = pick(rng, (steel, clean, driven))(rng)
    way, time = uniform(rng, -7, 7), ratio(rng, 0.08, 0.6)

    def played(hertz: float, seconds: float, velocity: float) -> Signal:
        made = voice(hertz, max(seconds, 0.5), velocity)
        along = clock(made.shape[-1])
        bend = way * np.exp(-along / time) + 0.25 * np.sin(2 * np.pi * 5.5 * along) * np.clip(along * 2, 0, 1)
        return warped(made, 2 ** (bend / 12))

    return played, true | {"gliding"}


def harmonic(rng: Rng) -> Drawn:
    """Flageolets: the string touched at a node."""
    voice = strings(
        rng,
        ring=ratio(rng, 2.0, 8.0),
        damping=ratio(rng, 0.2, 1.0),
        place=0.5,
        hard=ratio(rng, 500, 5000),
        noisy=uniform(rng, 0.0, 0.3),
        slope=uniform(rng, -18.0, -5.0),
    )
    node = pick(rng, (2.0, 2.0, 3.0, 4.0))
    return lambda hertz, seconds, velocity: voice(hertz * node, seconds, velocity), set()


def swelling(rng: Rng) -> Drawn:
    """A guitar swelled in from nothing into a long room: ambient guitar; or feedback that sings."""
    voice, true = pick(rng, (clean, clean, driven))(rng)
    seconds, level = ratio(rng, 1.5, 6.0), uniform(rng, 0.5, 1.5)
    dice = np.random.default_rng(rng.integers(2**31))

    def played(hertz: float, held: float, velocity: float) -> Signal:
        made = voice(hertz, max(held, 2.2), velocity)
        frames = made.shape[-1]
        made = (
            made * np.clip(clock(frames) / np.float32(min(1.2, held)), 0, 1) ** 2 * (1 + 0.3 * wander(frames, 6, dice))
        )
        return room(normal(made), seconds, 4000.0, level, dice)[:, : 4 * RATE]

    return played, true | {"wet", "swelling"}


def noised(rng: Rng) -> Drawn:
    """Dead strings, scratches and slides of the hand: the noises of a guitar."""
    voice, true = muted(rng)
    band = bandpass(ratio(rng, 700, 4000), uniform(rng, 0.6, 3.0))

    def played(hertz: float, seconds: float, velocity: float) -> Signal:
        made = voice(hertz, seconds, velocity)
        return normal(through(made, band)) * np.float32(linear(-1.0))

    return played, true


ACOUSTIC, ELECTRIC = ("guitar", "acoustic_guitar", "plucked"), ("guitar", "electric_guitar", "plucked")


def echoing(rng: Rng) -> Drawn:
    """A slide down or up the string into an echo that answers: the gesture again and again, fainter."""
    inner, true = slid(rng)
    late, back, level = ratio(rng, 0.12, 0.6), uniform(rng, 0.3, 0.65), uniform(rng, 0.4, 0.95)
    top, way = ratio(rng, 1800, 8000), uniform(rng, -9, 5)

    def played(hertz: float, seconds: float, velocity: float) -> Signal:
        short = inner(hertz, min(seconds, 0.9), velocity)
        along = np.linspace(0, 1, short.shape[-1])
        heard = through(warped(short, 2 ** (way * along / 12)), lowpass(top))
        return normal(echo(normal(heard), late, back, level))[:, : 4 * RATE]

    return played, true | {"echo"}


def amped(rng: Rng) -> Drawn:
    """A guitar as it was taken down: the hum and hiss of its amplifier or room under it, cut while it still rings."""
    kind, known = pick(rng, ((steel, "acoustic_guitar"), (clean, "electric_guitar"), (driven, "electric_guitar")))
    inner, true = kind(rng)
    hum, hiss, low = ratio(rng, 0.0003, 0.03), ratio(rng, 0.0005, 0.03), pick(rng, (50.0, 60.0))
    top, seed, soft = ratio(rng, 1500, 10_000), int(rng.integers(2**31)), uniform(rng, -3.0, 2.0)

    def played(hertz: float, seconds: float, velocity: float) -> Signal:
        own = np.random.default_rng(seed)
        made = through(inner(hertz, seconds + 0.3, velocity), tilt(soft))[:, : round(seconds * RATE)]
        cycles = phase(low, made.shape[-1], float(own.random()))
        buzz = sine(cycles) + sine((cycles * 2) % 1) * np.float32(0.6) + sine((cycles * 6) % 1) * np.float32(0.2)
        air = through(noise(made.shape[-1], own), lowpass(top))
        return landing(normal(made) + buzz * np.float32(hum) + air * np.float32(hiss), uniform(own, 0.003, 0.1))

    return played, true | {known}


FAMILIES = share(
    0.86,
    note("nylon guitar", nylon, 40, 79, *ACOUSTIC, "nylon_guitar", seconds=(0.4, 3.8)),
    note("steel guitar", steel, 40, 79, *ACOUSTIC, seconds=(0.5, 4.2)),
    note("clean guitar", clean, 38, 79, *ELECTRIC, seconds=(0.6, 4.3), weight=1.6),
    note("muted guitar", muted, 40, 80, "guitar", "muted_guitar", "plucked", seconds=(0.05, 0.4)),
    note("driven guitar", driven, 36, 81, "guitar", seconds=(0.35, 4.2), weight=1.6),
    note("slide guitar", slid, 43, 80, "guitar", seconds=(0.6, 3.0), weight=0.7),
    note("guitar harmonic", harmonic, 45, 76, "guitar", "plucked", "ringing", seconds=(0.5, 3.0), weight=0.5),
    note("swelling guitar", swelling, 45, 80, "guitar", "electric_guitar", "atmospheric", seconds=(2.0, 3.5), wet=0.0),
    note("guitar noise", noised, 40, 70, "guitar", seconds=(0.05, 0.3), weight=0.3),
    chords("nylon chord", nylon, 40, 60, *ACOUSTIC, strum=0.12, weight=0.6),
    chords("steel chord", steel, 40, 60, *ACOUSTIC, strum=0.12, weight=0.8),
    chords("clean chord", clean, 40, 62, *ELECTRIC, strum=0.08, weight=0.8),
    chords("muted chord", muted, 43, 64, "guitar", "muted_guitar", seconds=(0.05, 0.25), strum=0.03, weight=0.5),
    chords("ringing nylon", nylon, 40, 58, *ACOUSTIC, seconds=(2.0, 4.2), strum=1.4, weight=0.5),
    chords("ringing steel", steel, 40, 58, *ACOUSTIC, seconds=(2.0, 4.2), strum=1.4, weight=0.5),
    chords("ringing clean", clean, 38, 60, *ELECTRIC, seconds=(2.0, 4.2), strum=1.6, wet=0.5, weight=1.6),
    chords("ringing driven", driven, 36, 52, "guitar", seconds=(1.5, 4.0), strum=0.8, weight=0.9),
    chords("ringing harmonics", harmonic, 45, 64, "guitar", "plucked", seconds=(1.5, 3.5), strum=1.6, weight=0.5),
    phrase("nylon phrase", nylon, 45, 76, *ACOUSTIC, "melody", style="arp", weight=0.5),
    phrase("steel strumming", steel, 43, 58, *ACOUSTIC, "chord", style="chords", weight=0.5),
    phrase("clean line", clean, 45, 76, *ELECTRIC, "melody", weight=0.5),
    phrase("muted funk", muted, 45, 70, "guitar", "muted_guitar", tempo=(85, 130), weight=0.5),
    phrase("strummed steel", steel, 43, 60, *ACOUSTIC, "chord", style="strum", tempo=(80, 150), weight=0.6),
    phrase("strummed nylon", nylon, 43, 60, *ACOUSTIC, "chord", style="strum", tempo=(80, 150), weight=0.5),
    phrase(
        "strummed funk", muted, 43, 64, "guitar", "muted_guitar", "chord", style="strum", tempo=(85, 130), weight=0.5
    ),
    phrase("driven riff", driven, 38, 60, "guitar", "rock", weight=0.7),
    note("echoing slide", echoing, 45, 84, "guitar", seconds=(0.5, 1.2), wet=0.2, weight=0.8),
    note("amped guitar", amped, 38, 76, "guitar", seconds=(0.5, 4.2), wet=0.15, weight=1.3),
    chords("amped chord", amped, 38, 58, "guitar", seconds=(0.8, 4.2), strum=0.3, wet=0.15, weight=1.0),
)
