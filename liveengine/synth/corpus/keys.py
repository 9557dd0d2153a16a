"""Pianos, electric pianos, organs, clavinet, harpsichord, accordion. Runs on: any process, offline."""

from dataclasses import replace

import numpy as np

from ..effects import chorus, room, saturate
from ..envelopes import attack, decay, gate
from ..filters import bandpass, bell, chain, highpass, lowpass, through
from ..oscillators import TOP, drift, modes, phase, scan, sine, tables
from ..plucked import Plucked, plucked
from ..signals import RATE, Rng, Signal, clock, length, noise, normal, wide
from ..tones import Keys, keys
from .dice import chance, pick, ratio, uniform
from .family import share
from .forms import Drawn, chords, note, phrase


def piano(rng: Rng, dull: float = 1.0) -> Drawn:
    """Hammered strings in threes, a soundboard, felt from soft to hard."""
    ring, damp = ratio(rng, 3.0, 16.0), ratio(rng, 0.12, 0.9)
    hard, stiff = ratio(rng, 700, 5000) * dull, ratio(rng, 5e-5, 8e-4)
    apart, knock = ratio(rng, 0.3, 4.0), ratio(rng, 0.02, 0.35)
    body = chain(highpass(35.0), *(bell(ratio(rng, 80, 4000), uniform(rng, -4, 4), 1.0) for _ in range(4)))
    release, place, slope = ratio(rng, 0.08, 0.5), uniform(rng, 0.08, 0.15), uniform(rng, -11.0, -3.0)

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        own = np.random.default_rng(round(hertz * 100))
        rows = []
        for cents in (0.0, apart, -apart * 0.7)[: 3 if hertz > 110 else 2]:
            given = Plucked(
                root=hertz * 2 ** (cents / 1200),
                seconds=seconds,
                velocity=velocity,
                ring=ring * (220 / hertz) ** 0.45,
                damping=damp,
                stiffness=stiff * (hertz / 220) ** 0.5,
                place=place,
                hard=max(hard * (hertz / 220) ** 0.3, 2.0 * hertz),
                slope=slope,
                noisy=0.1,
                knock=knock,
                knock_hz=90.0,
                release=release,
            )
            rows.append(plucked(given, own))
        first = np.concatenate([rows[0] + rows[-1] * np.float32(0.5), rows[1] + rows[-1] * np.float32(0.5)])
        return normal(through(first, body))

    return voice, {"acoustic"}


def felt(rng: Rng) -> Drawn:
    """A piano heard through felt and a long room: soft, dark, far."""
    base, true = piano(rng, 0.35)
    top, seconds, level = ratio(rng, 250, 2500), ratio(rng, 0.6, 4.0), ratio(rng, 0.05, 1.2)
    dice = np.random.default_rng(rng.integers(2**31))

    def voice(hertz: float, held: float, velocity: float) -> Signal:
        made = through(base(hertz, held, velocity * 0.5), lowpass(max(top, 1.5 * hertz)))
        return normal(room(made, seconds, 3000.0, level, dice)[:, : made.shape[-1] + length(0.8)])

    return voice, true | ({"wet"} if level > 0.4 and seconds > 1.0 else set())


def honky(rng: Rng) -> Drawn:
    """An old upright, out of tune."""
    base, true = piano(rng, 1.3)
    off = ratio(rng, 8, 30)

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        return normal(base(hertz, seconds, velocity) + base(hertz * 2 ** (off / 1200), seconds, velocity))

    return voice, true | {"detuned", "vintage"}


def electric(rng: Rng) -> Drawn:
    """Tines or reeds into a warm amplifier; FM pianos of the eighties."""
    given = Keys(
        ratio=pick(rng, (1.0, 1.0, 2.0)),
        index=ratio(rng, 0.3, 2.8),
        index_seconds=ratio(rng, 0.15, 1.5),
        tine=ratio(rng, 0.01, 0.35),
        ratio_tine=pick(rng, (14.0, 14.0, 11.0, 7.0)),
        body=ratio(rng, 0.8, 4.0),
        tremolo=pick(rng, (0.0, 0.0, uniform(rng, 0.1, 0.5))),
        swing=pick(rng, (0.0, ratio(rng, 0.0005, 0.002))),
        drive=uniform(rng, 0.5, 9.0),
        tone=ratio(rng, 1800, 9000),
    )

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        return keys(replace(given, root=hertz, seconds=seconds, velocity=velocity), np.random.default_rng(3))

    return voice, set()


def hammond(rng: Rng) -> Drawn:
    """Nine drawbars, key click, percussion, a rotating speaker."""
    bars = np.array([0.5, 1.5, 1, 2, 3, 4, 5, 6, 8])
    levels = rng.uniform(0, 1, 9) ** 2 + np.array([0.4, 0.2, 0.8, 0.3, 0, 0, 0, 0, 0])
    click, drive, speed = ratio(rng, 0.02, 0.5), uniform(rng, 0.0, 14.0), pick(rng, (0.0, 0.8, 6.7))

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        frames = length(seconds + 0.06)
        made = np.zeros(frames, np.float32)
        for bar, level in zip(bars, levels, strict=True):
            if bar * hertz < TOP:
                made += sine(phase(float(bar * hertz), frames, bar * 0.13)) * np.float32(level)
        size = min(frames, 1200)
        made[:size] += noise(size, np.random.default_rng(1))[0] * decay(size, 0.01) * np.float32(click)
        out = saturate(normal(made[None]), drive, 0.1)
        if speed:
            time = clock(frames)
            sway = np.sin(2 * np.pi * speed * time)
            out = chorus(out, 0.0005, speed * frames / RATE)
            out = out * np.stack([1 + 0.25 * sway, 1 - 0.25 * sway]) * (1 + 0.12 * np.sin(2 * np.pi * speed * time + 1))
        return normal(out * attack(frames, 0.003) * gate(frames, seconds, 0.06))

    return voice, {"electronic", "vintage"}


def pipes(rng: Rng) -> Drawn:
    """Ranks of a church organ: flues, mixtures, reeds, wind."""
    ranks = [1.0, *rng.choice([0.5, 2.0, 3.0, 4.0, 6.0, 8.0, 1.5], int(rng.integers(1, 7)), replace=False)]
    slope, wind, rise = uniform(rng, -16, -3), ratio(rng, 0.003, 0.08), ratio(rng, 0.015, 0.15)
    chiff, depth, speed = ratio(rng, 0.01, 0.5), uniform(rng, 0, 0.2) if chance(rng, 0.3) else 0.0, uniform(rng, 4, 7)
    levels = [uniform(rng, 0.3, 1.0) for _ in ranks]

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        own = np.random.default_rng(round(hertz * 100))
        frames = length(seconds + 0.2)
        out = np.zeros((2, frames), np.float32)
        for number, (rank, level) in enumerate(zip(ranks, levels, strict=True)):
            root = rank * hertz * 2 ** (float(own.normal()) * 2 / 1200)
            count = max(1, min(24, int(9000 / root)))
            table = tables((np.arange(1, count + 1) ** (slope / 6.02))[None] * np.exp(0.5j * np.arange(count)))
            row = scan(table, phase(drift(frames, 1.5, own) * np.float32(root), frames, float(own.random())))
            out[number % 2] += row * np.float32(level)
            out[1 - number % 2] += row * np.float32(level * 0.5)
        air = through(noise(frames, own), bandpass(min(4 * hertz, 6000), 1.0)) * np.float32(wind)
        speech = through(noise(frames, own), bandpass(min(3 * hertz, 7000), 2.0)) * decay(frames, 0.15)
        shake = 1 - np.float32(depth) * (0.5 + 0.5 * sine(phase(speed, frames)))
        made = normal(out) * shake * attack(frames, rise) + air + normal(speech) * np.float32(chiff)
        return normal(made * attack(frames, 0.004) * gate(frames, seconds, 0.2))

    return voice, {"acoustic"}


def combo(rng: Rng) -> Drawn:
    """A transistor organ: square and thin, fast vibrato."""
    wave, depth, top = pick(rng, (0.5, 0.25, 0.12)), uniform(rng, 0, 30), ratio(rng, 2500, 9000)

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        frames = length(seconds + 0.05)
        k = np.arange(1, max(2, int(top / hertz)) + 1)
        table = tables((np.sin(np.pi * k * wave) / k)[None])
        swing = np.exp2(np.sin(2 * np.pi * 6.4 * clock(frames)) * np.float32(depth / 1200)) * np.float32(hertz)
        made = scan(table, phase(swing, frames)) + scan(table, phase(swing * 2, frames)) * np.float32(0.5)
        return normal((made * attack(frames, 0.004) * gate(frames, seconds, 0.05))[None])

    return voice, {"electronic", "vintage", "sixties"}


def reeds(rng: Rng) -> Drawn:
    """Free reeds: accordion, harmonium, melodica; two or three beating."""
    apart, slope, rise = ratio(rng, 1, 22), uniform(rng, -7, -2), ratio(rng, 0.02, 0.12)
    count, noisy = int(rng.integers(1, 4)), ratio(rng, 0.005, 0.05)
    box = chain(
        highpass(100.0), bell(ratio(rng, 700, 2500), uniform(rng, 2, 9), 1.5), lowpass(ratio(rng, 4000, 11_000))
    )

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        own = np.random.default_rng(round(hertz * 100))
        frames = length(seconds + 0.08)
        k = np.arange(1, max(2, int(12_000 / hertz)) + 1)
        table = tables((k ** (slope / 6.02) * np.where(k % 2 == 0, 0.8, 1.0))[None] * np.exp(0.4j * k))
        rows = np.zeros((2, frames), np.float32)
        for number in range(count):
            root = hertz * 2 ** (apart * (number - (count - 1) / 2) / 1200) * (2.0 if number == 2 else 1.0)
            rows[number % 2] += scan(
                table, phase(drift(frames, 2.0, own) * np.float32(root), frames, float(own.random()))
            )
        rows = rows + rows[::-1] * np.float32(0.6) + noise(frames, own) * np.float32(noisy)
        swell = attack(frames, rise) * gate(frames, seconds, 0.08)
        return normal(through(rows, box) * swell)

    return voice, {"acoustic"}


def harpsichord(rng: Rng) -> Drawn:
    """Quills: bright, thin, always as loud."""
    ring, damp, place = ratio(rng, 1.5, 6.0), ratio(rng, 0.1, 0.5), uniform(rng, 0.05, 0.2)
    octave = pick(rng, (0.0, 0.0, 0.6))

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        own = np.random.default_rng(round(hertz * 100))
        given = Plucked(
            root=hertz, seconds=seconds, ring=ring, damping=damp, place=place, hard=13_000, noisy=0.4, knock=0.05
        )
        made = plucked(given, own)
        if octave:
            made = made + plucked(
                Plucked(root=2 * hertz, seconds=seconds, ring=ring * 0.7, damping=damp, hard=13_000), own
            ) * np.float32(octave)
        return normal(through(made, highpass(120.0)))

    return voice, {"acoustic", "plucked"}


def clavinet(rng: Rng) -> Drawn:
    """Struck strings under pickups: funk keys."""
    ring, damp, drive = ratio(rng, 0.3, 2.0), ratio(rng, 0.2, 1.0), uniform(rng, 0.0, 12.0)
    place, pickup, band = uniform(rng, 0.05, 0.2), uniform(rng, 0.04, 0.2), ratio(rng, 700, 2500)

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        own = np.random.default_rng(round(hertz * 100))
        given = Plucked(
            root=hertz,
            seconds=seconds,
            velocity=velocity,
            ring=ring,
            damping=damp,
            place=place,
            pickup=pickup,
            hard=9000,
            noisy=0.5,
            release=0.04,
        )
        return normal(through(saturate(plucked(given, own), drive), chain(highpass(110.0), bell(band, 5.0))))

    return voice, {"vintage"}


def toy(rng: Rng) -> Drawn:
    """A toy piano: struck rods."""
    ring, bright = ratio(rng, 0.3, 1.5), uniform(rng, 0.2, 0.9)

    def voice(hertz: float, seconds: float, velocity: float) -> Signal:
        own = np.random.default_rng(round(hertz * 100))
        frames = length(max(seconds, ring) + 0.1)
        ratios = np.array([1.0, 2.9, 5.9, 9.7]) * np.exp(own.normal(0, 0.03, 4))
        made = modes(
            ratios * hertz,
            np.array([1.0, bright, bright * 0.6, bright * 0.3]),
            ring * np.array([1, 0.5, 0.3, 0.2]),
            frames,
            own,
        )
        made[:600] += noise(600, own)[0] * decay(600, 0.01) * np.float32(0.3)
        return normal(wide(made[None]))

    return voice, {"acoustic"}


def housed(rng: Rng) -> Drawn:
    """The hard, compressed piano of rave and house."""
    base, _ = piano(rng, 2.2)
    drive = uniform(rng, 4, 14)
    return lambda hertz, seconds, velocity: through(saturate(base(hertz, seconds, 1.0), drive), highpass(120.0)), {
        "house"
    }


FAMILIES = share(
    0.5,
    note("piano note", piano, 24, 100, "piano", seconds=(0.3, 3.5), weight=1.6),
    note("felt piano", felt, 26, 84, "piano", seconds=(0.8, 4.0), wet=0.1, weight=0.8),
    chords("felt piano chord", felt, 36, 60, "piano", seconds=(1.0, 4.0), strum=0.6, wet=0.1, weight=0.4),
    note("harmonium", reeds, 40, 76, "harmonium", seconds=(0.5, 3.5), weight=0.3),
    note("honky tonk", honky, 40, 90, "honky_tonk", "piano", seconds=(0.3, 2.5), weight=0.4),
    note("toy piano", toy, 60, 96, "toy_piano", seconds=(0.2, 1.0), weight=0.4),
    note("electric piano", electric, 33, 90, "electric_piano", seconds=(0.3, 3.0), weight=1.2),
    note("hammond", hammond, 36, 90, "organ", seconds=(0.2, 4.0), weight=1.6),
    note("church organ", pipes, 30, 90, "church_organ", "organ", seconds=(0.5, 3.0), wet=0.7, weight=1.6),
    note("combo organ", combo, 40, 90, "combo_organ", "organ", seconds=(0.2, 2.5), weight=0.5),
    note("accordion", reeds, 45, 88, "accordion", seconds=(0.3, 2.5), weight=0.8),
    note("harpsichord", harpsichord, 36, 88, "harpsichord", seconds=(0.2, 2.5), weight=0.8),
    note("clavinet", clavinet, 36, 84, "clavinet", seconds=(0.08, 1.0), weight=0.8),
    chords("piano chord", piano, 36, 66, "piano", strum=0.04, weight=0.9),
    chords("house piano chord", housed, 44, 64, "house_piano", "piano", "stab", seconds=(0.1, 0.8), weight=0.6),
    chords("electric piano chord", electric, 40, 64, "electric_piano", seconds=(0.3, 4.0), strum=0.03, weight=1.5),
    chords("organ chord", hammond, 40, 64, "organ", weight=1.0),
    chords("church organ chord", pipes, 36, 62, "church_organ", "organ", seconds=(0.6, 4.0), wet=0.7, weight=1.2),
    phrase("piano chords", piano, 45, 66, "piano", "chord", style="chords", weight=0.6),
    phrase("piano melody", piano, 55, 86, "piano", "melody", weight=0.5),
    phrase("electric piano chords", electric, 45, 64, "electric_piano", "chord", style="chords", weight=0.5),
    phrase("organ chords", hammond, 45, 64, "organ", "chord", style="chords", weight=0.4),
    phrase("clavinet riff", clavinet, 40, 70, "clavinet", "funk_music", tempo=(85, 125), weight=0.4),
    phrase("accordion melody", reeds, 52, 80, "accordion", "melody", weight=0.3),
)
