"""What a recipe says about its sound, in English and German. Runs on: any process.

Captions are put together from descriptors, a noun and a detail, so that the words a search meets are the words the
parameters were chosen for.
"""

from .music import spoken

# English adjective: German stem, to which -er, -e or -es is added
ADJECTIVES = {
    "aggressive": "aggressiv", "airy": "luftig", "analog": "analog", "atmospheric": "atmosphärisch",
    "boomy": "dröhnend", "bouncy": "federnd", "bright": "hell", "broken": "gebrochen", "cinematic": "filmisch",
    "clean": "sauber", "clicky": "klickend", "crisp": "knackig", "dark": "dunkl", "deep": "tief",
    "digital": "digital", "dirty": "schmutzig", "distant": "fern", "distorted": "verzerrt", "dreamy": "verträumt",
    "driving": "treibend", "dry": "trocken", "dusty": "staubig", "eerie": "unheimlich", "ethereal": "ätherisch",
    "euphoric": "euphorisch", "falling": "fallend", "fast": "schnell", "fat": "fett", "funky": "funkig",
    "gentle": "sanft", "glassy": "gläsern", "gritty": "rau", "groovy": "groovig", "hard": "hart", "hollow": "hohl",
    "huge": "riesig", "human": "menschlich", "hypnotic": "hypnotisch", "industrial": "industriell",
    "lofi": "lofi-artig", "long": "lang", "lush": "üppig", "massive": "massiv", "melancholic": "melancholisch",
    "metallic": "metallisch", "minimal": "minimalistisch", "moving": "bewegt", "mysterious": "geheimnisvoll",
    "natural": "natürlich", "noisy": "rauschend", "offbeat": "offbeatig", "open": "offen", "organic": "organisch",
    "plucky": "gezupft", "punchy": "druckvoll", "raw": "roh", "reverse": "rückwärts laufend",
    "rhythmic": "rhythmisch", "rising": "steigend", "rolling": "rollend", "rough": "rau", "sad": "traurig",
    "sharp": "scharf", "shimmering": "schimmernd", "short": "kurz", "slow": "langsam", "snappy": "schnappend",
    "soft": "weich", "solemn": "feierlich", "soulful": "seelenvoll", "squelchy": "quietschend", "steady": "stetig",
    "subby": "subbasslastig", "tense": "angespannt", "tight": "straff", "tribal": "tribal", "tuned": "gestimmt",
    "uplifting": "aufbauend", "vintage": "altmodisch", "warm": "warm", "wet": "hallig", "wide": "breit",
    "wobbly": "wabernd", "wooden": "hölzern",
}  # fmt: skip

# English noun: German noun and its gender
NOUNS = {
    "808 bass": ("808-Bass", "m"), "808 kick": ("808-Kick", "m"), "808 snare": ("808-Snare", "f"),
    "909 kick": ("909-Kick", "m"), "909 snare": ("909-Snare", "f"), "FM bass": ("FM-Bass", "m"),
    "acid bass": ("Acid-Bass", "m"), "acid line": ("Acid-Linie", "f"), "arpeggio": ("Arpeggio", "n"),
    "atmosphere": ("Atmosphäre", "f"), "bass": ("Bass", "m"), "bass stab": ("Bass-Stab", "m"),
    "bassline": ("Basslinie", "f"), "bell": ("Glocke", "f"), "bongo": ("Bongo", "n"),
    "brass": ("Synth-Bläsersatz", "m"), "breakbeat": ("Breakbeat", "m"), "breakbeat snare": ("Breakbeat-Snare", "f"),
    "chant": ("Sprechgesang", "m"), "choir": ("Chor", "m"), "chord stab": ("Akkord-Stab", "m"), "clap": ("Clap", "m"),
    "clave": ("Clave", "f"), "closed hi-hat": ("geschlossene Hi-Hat", "f"), "conga": ("Conga", "f"),
    "cowbell": ("Kuhglocke", "f"), "crash cymbal": ("Crash-Becken", "n"), "deep house bass": ("Deep-House-Bass", "m"),
    "downlifter": ("Downlifter", "m"), "drone": ("Drone", "m"),
    "drum and bass bassline": ("Drum-and-Bass-Basslinie", "f"), "drum and bass hi-hat": ("Drum-and-Bass-Hi-Hat", "f"),
    "drum and bass kick": ("Drum-and-Bass-Kick", "m"), "drum and bass snare": ("Drum-and-Bass-Snare", "f"),
    "dub bass": ("Dub-Bass", "m"), "dub chord": ("Dub-Akkord", "m"), "electric piano": ("E-Piano", "n"),
    "female vocal": ("Frauengesang", "m"), "glass hit": ("Glasschlag", "m"), "glitch": ("Glitch", "m"),
    "hardcore kick": ("Hardcore-Kick", "m"), "hip hop hi-hat": ("Hip-Hop-Hi-Hat", "f"),
    "hip hop kick": ("Hip-Hop-Kick", "m"), "hip hop snare": ("Hip-Hop-Snare", "f"), "house bass": ("House-Bass", "m"),
    "house clap": ("House-Clap", "m"), "house hi-hat": ("House-Hi-Hat", "f"), "house kick": ("House-Kick", "m"),
    "impact": ("Impact", "m"), "kick drum": ("Bassdrum", "f"), "laser zap": ("Laser-Zap", "m"),
    "male vocal": ("Männergesang", "m"), "metal hit": ("Metallschlag", "m"), "minimal kick": ("Minimal-Kick", "m"),
    "noise bed": ("Rauschteppich", "m"), "open hi-hat": ("offene Hi-Hat", "f"), "organ": ("Orgel", "f"),
    "pad": ("Klangteppich", "m"), "pedal hi-hat": ("Pedal-Hi-Hat", "f"), "percussion": ("Percussion", "f"),
    "pluck": ("Pluck", "m"), "rain": ("Regen", "m"), "rave stab": ("Rave-Stab", "m"),
    "reese bass": ("Reese-Bass", "m"), "reverse cymbal": ("Rückwärtsbecken", "n"),
    "ride cymbal": ("Ride-Becken", "n"), "rimshot": ("Rimshot", "m"), "riser": ("Riser", "m"),
    "robot voice": ("Roboterstimme", "f"), "sequence": ("Sequenz", "f"), "shaker": ("Shaker", "m"),
    "siren": ("Sirene", "f"), "snare": ("Snare", "f"), "snare drum": ("Kleine Trommel", "f"),
    "snare roll": ("Snare-Wirbel", "m"), "soundscape": ("Klanglandschaft", "f"), "steam burst": ("Dampfstoß", "m"),
    "strings": ("Streicherklang", "m"), "sub bass": ("Subbass", "m"), "sub drop": ("Sub-Drop", "m"),
    "supersaw": ("Supersaw-Klang", "m"), "sweep": ("Sweep", "m"), "tambourine": ("Tamburin", "n"),
    "techno bass": ("Techno-Bass", "m"), "techno clap": ("Techno-Clap", "m"), "techno hi-hat": ("Techno-Hi-Hat", "f"),
    "techno kick": ("Techno-Kick", "m"), "texture": ("Textur", "f"), "tom": ("Tom", "n"),
    "trance bass": ("Trance-Bass", "m"), "trap hi-hat": ("Trap-Hi-Hat", "f"), "vinyl crackle": ("Vinylknistern", "n"),
    "vocal chop": ("Vocal-Chop", "m"), "vocal shout": ("Ruf", "m"), "warehouse kick": ("Warehouse-Kick", "m"),
    "whisper": ("Flüstern", "n"), "whoosh": ("Zischen", "n"), "wind": ("Wind", "m"), "wood block": ("Holzblock", "m"),
}  # fmt: skip

# what follows "with" and "mit"
DETAILS = {
    "a hard attack": "hartem Anschlag", "a long tail": "langem Ausklang", "a wooden beater": "Holzschlägel",
    "analog warmth": "analoger Wärme", "dark atmosphere": "dunkler Atmosphäre",
    "distant machines": "fernen Maschinen", "echo": "Echo", "ghost notes": "Ghostnotes",
    "groovy feel": "groovigem Gefühl", "heavy distortion": "starker Verzerrung",
    "industrial texture": "industrieller Textur", "metallic edge": "metallischer Kante",
    "resonant filter": "resonantem Filter", "reverb": "Hall", "rumble": "Rumble",
    "sidechain pumping": "pumpendem Sidechain", "slow movement": "langsamer Bewegung", "swing": "Swing",
    "vinyl dust": "Vinylstaub",
}  # fmt: skip

ENDINGS = {"m": "er", "f": "e", "n": "es"}


def captions(
    adjectives: tuple[str, ...], noun: str, detail: str, tempo: float | None, key: str | None
) -> tuple[str, str]:
    """One sentence in English and one in German."""
    german, gender = NOUNS[noun]
    english = f"{', '.join(adjectives)} {noun}"
    translated = ", ".join(ADJECTIVES[word] + ENDINGS[gender] for word in adjectives)
    own = f"{translated} {german}"
    if detail:
        english, own = f"{english} with {detail}", f"{own} mit {DETAILS[detail]}"
    if tempo is not None:
        english, own = f"{english}, loop, {tempo:g} BPM", f"{own}, Loop, {tempo:g} BPM"
    if key is not None:
        names = spoken(key)
        english, own = f"{english}, {names[0]}", f"{own}, {names[1]}"
    return english[0].upper() + english[1:], own[0].upper() + own[1:]


def tags(category: str, adjectives: tuple[str, ...], noun: str, detail: str, extra: str) -> tuple[str, ...]:
    """English tags, each once: category, descriptors, what it is, what it is for."""
    words = [category, *adjectives, noun, *detail.split(), *extra.split()]
    return tuple(dict.fromkeys(word for word in words if word and word not in {"a", "with"}))
