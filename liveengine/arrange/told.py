"""What a client is told of a sound that was chosen for it. Runs on: anywhere; plain data."""

from pydantic import BaseModel, Field

from liveengine.session.audition import Auditioned


class Launched(BaseModel):
    """What was chosen and why, and when it will sound."""

    track: int
    slot: int
    stem: int
    name: str
    category: str
    similarity: float
    why: list[str]
    bpm: float | None = Field(description="of the stem, as it was recorded")
    key: str | None = Field(description="in which it is heard")
    speed: float = Field(description="how many times as fast as it was recorded")
    semitones: float = Field(description="by how much it is transposed")
    warp: str = Field(description="how it follows the tempo")
    beat: float = Field(description="the session's beat at which it begins")
    seconds: float = Field(description="from this answer until it is heard, with the device's latency")
    fallback: str = Field(description="none; other = the best could not be had in time; later = a boundary was missed")
    instead_of: int | None = Field(description="the stem that could not be had in time, or is swapped")
    verdict: str = Field(description="how well the best of all answers: good, weak or none")
    understood: list[str]
    unknown: list[str]


class Previewed(Auditioned):
    """What is listened to, and why it was chosen."""

    category: str
    similarity: float
    why: list[str]
    verdict: str = Field(description="how well the best of all answers: good, weak or none")
    understood: list[str]
    unknown: list[str]
