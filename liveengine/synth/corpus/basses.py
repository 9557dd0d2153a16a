"""Synthesised basses: sub, 808, acid, reese, wobble, FM, growl, trance, hardcore and the rest. Runs on: any process."""

from dataclasses import replace

import numpy as np

from ..bass import Bass, Fm, bass, fm
from ..effects import saturate
from ..envelopes import attack, decay, gate
from ..filters import formants, lowpass, moving, through
from ..oscillators import phase, scan, sine, tables
from ..signals import RATE, Rng, Signal, clock, length, noise, normal
from .dice import chance, pick, ratio, uniform
from .family import Made, share
from .forms import Drawn, note, phrase, played, shot


def sub(rng: Rng) -> Drawn:
    """Nearly a sine, a little triangle or drive."""
    shape, rise = uniform(rng, 0.0, 0.35), ratio(rng, 0.002, 0.06)
    drive, body = uniform(rng, 0.0, 6.0), pick(rng, (9.0, ratio(rng, 0.2, 1.5)))

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        frames = length(seconds + 0.08)
        turns = phase(hertz, frames)
        made = sine(turns) + sine(turns * 3) * np.float32(shape * 0.2) + sine(turns * 2) * np.float32(shape * 0.3)
        made = made * attack(frames, rise) * gate(frames, seconds, 0.06) * decay(frames, body * 3)
        return through(saturate(made[None], drive), lowpass(hertz * 5))

    return voice, {"clean"} if drive < 3.0 else set()


def tr808(rng: Rng) -> Drawn:
    """The boom of an 808 stretched to a bass: a falling start, a long tail, now and then driven."""
    body, drop, fast = ratio(rng, 0.7, 5.0), uniform(rng, 0.0, 2.2), ratio(rng, 0.006, 0.06)
    drive, click = pick(rng, (0.0, uniform(rng, 3, 12), uniform(rng, 14, 30))), uniform(rng, 0.0, 0.2)
    glide = uniform(rng, -7, 7) if chance(rng, 0.15) else 0.0

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        frames = length(max(seconds, 0.7) + 0.1)
        time = clock(frames)
        pitch = hertz * np.exp2(drop * np.exp(-time / np.float32(fast)) + glide / 12 * np.clip(time * 2 - 0.5, 0, 1))
        made = sine(phase(pitch, frames)) * decay(frames, body * 1.5) * gate(frames, seconds, 0.1)
        made[:200] += np.float32(click) * np.hanning(200).astype(np.float32)
        return through(saturate(made[None], drive, 0.1), lowpass(ratio_top))

    ratio_top = ratio(rng, 400, 6000)
    return voice, {"distorted"} if drive > 13.0 else set()


def acid(rng: Rng) -> Drawn:
    """One oscillator through a resonant filter that snaps shut."""
    voice = played(
        rng,
        bass,
        Bass(
            wave=pick(rng, ("saw", "square")),
            cutoff=ratio(rng, 90, 900),
            envelope=uniform(rng, 1.0, 4.5),
            fall=ratio(rng, 0.06, 0.6),
            resonance=uniform(rng, 0.6, 0.96),
            sub=0.0,
            drive=uniform(rng, 0.0, 20.0),
            glide=pick(rng, (0.0, 0.0, uniform(rng, -12, 12))),
            body=ratio(rng, 0.2, 1.5),
            sustain=uniform(rng, 0.0, 0.8),
        ),
    )
    return voice, {"analog"}


def modulated(rng: Rng) -> Drawn:
    """Two operators: metallic, woody, solid basses."""
    given = Fm(
        ratio=pick(rng, (0.5, 1.0, 1.0, 2.0, 3.0, 1.41, 3.5)),
        index=ratio(rng, 0.6, 9.0),
        index_seconds=ratio(rng, 0.02, 0.8),
        index_floor=uniform(rng, 0.0, 0.5),
        ratio_b=pick(rng, (1.0, 2.0, 3.0, 5.0, 7.0)),
        index_b=uniform(rng, 0.0, 2.0),
        sub=uniform(rng, 0.0, 0.6),
        body=ratio(rng, 0.15, 5.0),
        sustain=uniform(rng, 0.0, 0.9),
        drive=uniform(rng, 0.0, 14.0),
        tone=ratio(rng, 1500, 12_000),
    )

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        return fm(replace(given, root=hertz, seconds=seconds, velocity=velocity), np.random.default_rng(5))

    return voice, {"synthetic"}


def analog(rng: Rng) -> Drawn:
    """A plain synthesiser bass: oscillators, a ladder filter, an envelope."""
    voice = played(
        rng,
        bass,
        Bass(
            wave=pick(rng, ("saw", "square", "pulse", "triangle")),
            pulse=uniform(rng, 0.1, 0.5),
            voices=pick(rng, (1, 1, 2, 3)),
            detune=ratio(rng, 2, 18),
            octave=pick(rng, (0.0, uniform(rng, 0.0, 0.8))),
            cutoff=ratio(rng, 90, 2500),
            envelope=uniform(rng, 0.0, 3.5),
            fall=ratio(rng, 0.04, 1.2),
            resonance=uniform(rng, 0.0, 0.7),
            sub=uniform(rng, 0.0, 0.8),
            body=ratio(rng, 0.15, 3.0),
            sustain=uniform(rng, 0.0, 1.0),
            rise=ratio(rng, 0.001, 0.05),
            drive=uniform(rng, 0.0, 12.0),
            tone=ratio(rng, 2000, 14_000),
        ),
    )
    return voice, {"analog"}


def bright(rng: Rng) -> Drawn:
    """Open, hard and biting: electro and trance basses far above their root."""
    voice = played(
        rng,
        bass,
        Bass(
            wave=pick(rng, ("saw", "square", "pulse")),
            pulse=uniform(rng, 0.05, 0.4),
            voices=pick(rng, (1, 2, 3)),
            detune=ratio(rng, 5, 25),
            cutoff=ratio(rng, 900, 9000),
            envelope=uniform(rng, 0.5, 3.0),
            fall=ratio(rng, 0.05, 0.6),
            resonance=uniform(rng, 0.1, 0.6),
            sub=uniform(rng, 0.0, 0.4),
            drive=uniform(rng, 0.0, 16.0),
            grit=uniform(rng, 0.0, 0.8),
            tone=ratio(rng, 6000, 16_000),
            body=ratio(rng, 0.1, 1.0),
            sustain=uniform(rng, 0.0, 0.9),
        ),
    )
    return voice, set()


def plucky(rng: Rng) -> Drawn:
    """Short and tight: a filter that shuts within a tenth of a second."""
    voice = played(
        rng,
        bass,
        Bass(
            wave=pick(rng, ("saw", "square", "triangle")),
            cutoff=ratio(rng, 70, 400),
            envelope=uniform(rng, 2.0, 5.0),
            fall=ratio(rng, 0.02, 0.15),
            resonance=uniform(rng, 0.0, 0.6),
            sub=uniform(rng, 0.1, 0.7),
            body=ratio(rng, 0.06, 0.3),
            sustain=uniform(rng, 0.0, 0.15),
            drive=uniform(rng, 0.0, 10.0),
        ),
    )
    return voice, set()


def struck(rng: Rng) -> Drawn:
    """One hit: a bright, noisy or vowelled beginning over a deep tone that keeps its pitch."""
    base, _ = pick(rng, (plucky, analog, bright, modulated, voxy))(rng)
    low, fall, deep = ratio(rng, 120, 500), ratio(rng, 0.02, 0.25), uniform(rng, 0.1, 1.0)
    open_, click, drive = ratio(rng, 1200, 9000), ratio(rng, 0.01, 0.3), uniform(rng, 0.0, 16.0)

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        made = normal(base(hertz, max(seconds, 0.2), velocity)).mean(axis=0, keepdims=True)
        frames = made.shape[-1]
        made = moving(made, low + open_ * np.exp(-clock(frames) / np.float32(fall)), "low", 0.8)
        under = sine(phase(hertz, frames)) * gate(frames, max(seconds, 0.2), 0.08) * attack(frames, 0.004)
        noisy = noise(frames, np.random.default_rng(3)) * decay(frames, 0.03) * np.float32(click)
        return normal(saturate(normal(made) + under * np.float32(deep) + noisy, drive))

    return voice, set()


def trance(rng: Rng) -> Drawn:
    """The rolling offbeat: short, ducked, a bit of top."""
    voice = played(
        rng,
        bass,
        Bass(
            wave=pick(rng, ("saw", "saw", "square")),
            voices=pick(rng, (1, 2)),
            detune=ratio(rng, 3, 14),
            cutoff=ratio(rng, 250, 1600),
            envelope=uniform(rng, 1.0, 3.0),
            fall=ratio(rng, 0.05, 0.25),
            resonance=uniform(rng, 0.05, 0.4),
            sub=uniform(rng, 0.2, 0.7),
            rise=ratio(rng, 0.001, 0.04),
            body=0.3,
            sustain=uniform(rng, 0.2, 0.8),
            drive=uniform(rng, 0.0, 8.0),
        ),
    )
    return voice, set()


def voxy(rng: Rng) -> Drawn:
    """A bass with a vowel in it."""
    base, _ = pick(rng, (analog, bright))(rng)
    first, second = ratio(rng, 250, 900), ratio(rng, 700, 2600)
    mouth = formants(((first, 90, 0), (second, 110, -3), (2700, 180, -14)), 0.02)

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        made = base(hertz, seconds, velocity)
        return normal(normal(through(made, mouth)) + through(made, lowpass(2 * hertz)) * np.float32(0.5))

    return voice, set()


def organic(rng: Rng) -> Drawn:
    """The hollow organ bass of house; donk."""
    drawbars = [1.0, uniform(rng, 0.1, 0.9), uniform(rng, 0.0, 0.6), uniform(rng, 0.0, 0.4)]
    body, click, drive = ratio(rng, 0.12, 1.2), uniform(rng, 0.0, 0.5), uniform(rng, 0.0, 8.0)

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        frames = length(seconds + 0.05)
        turns = phase(hertz, frames)
        depth = decay(frames, 0.04) * np.float32(click)
        made = sum(sine(turns * (k + 1) + depth * sine(turns * 3)) * np.float32(a) for k, a in enumerate(drawbars))
        made = np.asarray(made)[None] * decay(frames, body * 2) * attack(frames, 0.002) * gate(frames, seconds, 0.05)
        return normal(saturate(made, drive))

    return voice, {"electronic"}


def dropping(rng: Rng) -> Made:
    """A bass that falls away: a sine, a detuned wave, or one that is driven and filtered."""
    frames = length(ratio(rng, 0.6, 4.0))
    along = clock(frames) / np.float32(frames / RATE)
    high, low, curve = ratio(rng, 60, 400), ratio(rng, 22, 50), ratio(rng, 0.4, 3.0)
    path = (low * (high / low) ** ((1.0 - along) ** curve)).astype(np.float32)
    made: Signal = sine(phase(path, frames))[None]
    if chance(rng, 0.6):
        count = max(4, int(6000 / high))
        table = tables((1 / np.arange(1, count + 1))[None])
        saws = [scan(table, phase(path * np.float32(by), frames, float(rng.random()))) for by in (1.0, 1.007, 0.994)]
        made = made * np.float32(0.7) + np.sum(saws, axis=0)[None] * np.float32(uniform(rng, 0.2, 0.8))
        start = ratio(rng, 500, 7000)
        made = moving(made, start * (ratio(rng, 0.03, 1.0) ** along), "low", uniform(rng, 0.7, 3.0))
    made = made * decay(frames, frames / RATE * uniform(rng, 1.0, 6.0)) * gate(frames, frames / RATE * 0.85, 0.2)
    return through(saturate(made, uniform(rng, 0.0, 18.0), 0.05), lowpass(ratio(rng, 300, 9000))), {"falling"}


HELD = (0.12, 3.8)
FAMILIES = share(
    0.66,
    note(
        "sub bass", sub, 21, 45, "sub_bass", "bass", "synth_bass", seconds=(0.45, 3.8), wet=0.05, dirt=0.0, weight=1.2
    ),
    note(
        "808 bass", tr808, 22, 45, "bass_808", "bass", "808", "trap", seconds=(0.3, 4.2), wet=0.05, dirt=0.0, weight=1.2
    ),
    note(
        "acid bass",
        acid,
        28,
        57,
        "acid_bass",
        "bass",
        "303",
        "electronic",
        "acid_techno",
        seconds=(0.08, 0.8),
        wet=0.15,
    ),
    note("fm bass", modulated, 26, 52, "fm_bass", "bass", "electronic", seconds=HELD, wet=0.1),
    note("analog bass", analog, 26, 52, "synth_bass", "bass", "electronic", seconds=HELD, wet=0.1, weight=1.6),
    note("bright bass", bright, 28, 55, "synth_bass", "bass", "electronic", seconds=HELD, wet=0.1, weight=1.2),
    note("pluck bass", plucky, 28, 52, "pluck_bass", "bass", "electronic", seconds=(0.05, 0.4), wet=0.1, weight=1.2),
    note("voxy bass", voxy, 28, 52, "synth_bass", "bass", "electronic", "formant", seconds=HELD, wet=0.1, weight=0.5),
    note("organ bass", organic, 26, 50, "donk", "bass", "house", seconds=(0.08, 0.6), wet=0.1, weight=0.8),
    note("short bass", bright, 28, 50, "bass_stab", "bass", "electronic", seconds=(0.06, 0.2), wet=0.15, weight=0.8),
    note("bass hit", struck, 24, 50, "bass_stab", "bass", "electronic", seconds=(0.15, 0.9), wet=0.1, weight=2.4),
    shot("bass drop", dropping, "bass_drop", "bass", wet=0.2, weight=0.9),
    phrase("sub line", sub, 24, 45, "bassline", "sub_bass", "bass", weight=0.4, wet=0.05),
    phrase("808 line", tr808, 24, 43, "bassline", "bass_808", "bass", "trap", tempo=(65, 90), weight=0.4, wet=0.05),
    phrase(
        "acid line", acid, 29, 50, "bassline", "acid_bass", "bass", "303", "electronic", tempo=(110, 150), weight=1.2
    ),
    phrase("fm line", modulated, 28, 50, "bassline", "fm_bass", "bass", "electronic", weight=0.3),
    phrase("analog line", analog, 26, 50, "bassline", "synth_bass", "bass", "electronic", weight=0.8),
    phrase("pluck line", plucky, 28, 50, "bassline", "pluck_bass", "bass", "electronic", tempo=(110, 140), weight=0.5),
    phrase(
        "trance line",
        trance,
        28,
        48,
        "bassline",
        "synth_bass",
        "bass",
        "trance",
        "electronic",
        tempo=(130, 150),
        weight=0.5,
    ),
    phrase("house organ line", organic, 28, 48, "bassline", "donk", "bass", "house", tempo=(115, 130), weight=0.3),
)
