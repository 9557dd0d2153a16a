"""Settings: config/default.toml, then <library>/config.toml, then the environment. Runs on: anywhere, at start."""

import difflib
import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from liveengine.errors import BadInput

FILE = "config.toml"  # of a library


class BadConfig(BadInput):
    """A setting is unknown or out of range; the message names file, key and remedy."""

    code = "bad_config"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Audio(_Section):
    """The stream that the engine opens."""

    stream: Literal["auto", "portaudio", "jack", "null"]
    device: str
    rate: int = Field(ge=8_000, le=192_000)
    block: int = Field(ge=16, le=2048)
    outputs: Literal["auto", "stereo", "cue", "tracks", "buses"]


class Engine(_Section):
    """Fixed capacities of the engine."""

    tracks: int = Field(ge=1, le=64)
    buses: int = Field(ge=0, le=16)
    voices: int = Field(ge=8, le=4096)
    pool_mib: int = Field(ge=16, le=65_536)
    ceiling_db: float = Field(ge=-24, le=0)


class Session(_Section):
    """How a fresh session starts."""

    scenes: int = Field(ge=1, le=256)
    tempo: float = Field(ge=20, le=999)
    quantum: float = Field(ge=0, le=32)
    warp: Literal["repitch", "beats", "stretch"]
    quality: Literal["linear", "cubic", "sinc"]

    @field_validator("quantum")
    @classmethod
    def _coarse(cls, quantum: float) -> float:
        if 0 < quantum < 1 / 64:
            raise ValueError("the finest quantum is 1/64 beat; 0 = none")
        return quantum


class Control(_Section):
    """The doors."""

    host: str
    http_port: int = Field(ge=0, le=65_535)
    osc_port: int = Field(ge=0, le=65_535)
    osc_targets: list[str]
    origins: list[str]
    names: list[str]
    peers: list[str]
    discovery: bool
    live_port: int = Field(ge=0, le=65_535)
    midi: bool


class Library(_Section):
    """The stem library."""

    workers: int = Field(ge=0, le=256)
    max_file_mib: int = Field(ge=1)
    max_minutes: float = Field(gt=0)
    embedder: str = Field(pattern="^[a-z0-9][a-z0-9-]{0,39}$")  # auto, mini, clap, or what a taught one is called
    retro_minutes: float = Field(ge=0, le=60)
    variants_mib: int = Field(ge=0, le=1_048_576)


class Ingest(_Section):
    """How files become stems."""

    watch: list[str]
    watch_s: float = Field(ge=0.1, le=3600)
    share: float = Field(gt=0, le=1)
    share_playing: float = Field(gt=0, le=1)


class Dream(_Section):
    """What the library adds by itself."""

    stems: int = Field(ge=0, le=100_000)
    proposals: int = Field(ge=0, le=4096)


class Separate(_Section):
    """How whole tracks are taken apart."""

    watch: list[str]
    model: str = Field(min_length=1, max_length=64)
    max_minutes: float = Field(gt=0, le=60)
    threads: int = Field(ge=0, le=256)


class Log(_Section):
    """What is logged."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class Config(_Section):
    """All settings, checked."""

    audio: Audio
    engine: Engine
    session: Session
    control: Control
    library: Library
    ingest: Ingest
    dream: Dream
    separate: Separate
    log: Log


def data(name: Literal["config", "models", "clients"]) -> Path:
    """Return the folder with shipped data: inside an installed wheel, else at the top of the checkout."""
    package = Path(__file__).parent
    packed = package / "data" / name
    return packed if packed.is_dir() else package.parent / name


def library_root(option: str | os.PathLike[str] | None = None) -> Path:
    """Return the data root: `--library`, else LIVEENGINE_LIBRARY, else ./library if present, else the user's folder."""
    chosen = option or os.environ.get("LIVEENGINE_LIBRARY")
    if chosen:
        return Path(chosen).expanduser().resolve()
    if Path("library").is_dir():
        return Path("library").resolve()
    return user_folder()


def user_folder() -> Path:
    """Return the user's own data folder for this program; it need not exist."""
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "liveengine"


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadConfig(f"{path}: {error}") from None


def _overlay(base: dict[str, Any], over: dict[str, Any], source: str) -> None:
    """Put the keys of `over` into `base`; an unknown section or key is an error with a suggestion."""
    for section, values in over.items():
        known = base.get(section)
        if known is None or not isinstance(values, dict):
            raise BadConfig(f"{source}: unknown section [{section}]{_hint(section, base)}")
        for key, value in values.items():
            if key not in known:
                raise BadConfig(f"{source}: unknown key {section}.{key}{_hint(key, known)}")
            known[key] = value


def _hint(word: str, known: dict[str, Any]) -> str:
    close = difflib.get_close_matches(word, known, 1)
    return f"; did you mean {close[0]}?" if close else f"; known: {', '.join(known)}"


def _environment(base: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return what LIVEENGINE_<SECTION>_<KEY> say, by section and key; one that means no key is an error."""
    known = {f"LIVEENGINE_{section}_{key}".upper(): (section, key) for section, keys in base.items() for key in keys}
    found: dict[str, dict[str, str]] = {}
    for name, value in os.environ.items():
        if name in known:
            section, key = known[name]
            found.setdefault(section, {})[key] = value
        elif name.startswith("LIVEENGINE_") and name != "LIVEENGINE_LIBRARY":
            raise BadConfig(f"environment: unknown {name}{_hint(name, known)}")
    return found


def shipped() -> Config:
    """Return the shipped defaults alone."""
    return Config.model_validate(_read(data("config") / "default.toml"))


def load(library: Path | None = None, overrides: dict[str, dict[str, Any]] | None = None) -> Config:
    """Return the settings: shipped defaults, then `<library>/config.toml`, then the environment, then `overrides`.

    Raises BadConfig naming the source, the key and, for a misspelt key, the likely one.
    """
    values = _read(data("config") / "default.toml")
    if library is not None and (own := library / FILE).is_file():
        _overlay(values, _read(own), str(own))
    _overlay(values, _environment(values), "environment")
    _overlay(values, overrides or {}, "command line")
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in detail["loc"])
        raise BadConfig(f"{key} = {detail['input']!r}: {detail['msg'].lower()}") from None


def store(library: Path, key: str, value: Any = None) -> None:
    """Put a setting into `<library>/config.toml`, checked as a start does; without a value it is the default again.

    What else the file holds stays, comments too; it is replaced whole. Raises BadConfig.
    """
    import tomlkit  # who changes a setting can wait for it, the start cannot

    section, name = key.split(".")
    target = library / FILE
    load(library)
    checked = shipped() if value is None else load(None, {section: {name: value}})
    document = tomlkit.parse(target.read_text("utf-8")) if target.is_file() else tomlkit.document()
    table: Any = document.setdefault(section, tomlkit.table())
    if value is None:
        table.pop(name, None)
    else:
        table[name] = getattr(getattr(checked, section), name)
    fresh = target.with_name(f".{FILE}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(tomlkit.dumps(document))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(target)
