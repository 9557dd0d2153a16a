"""Every command with its types. Generated from the registry of commands by `python -m liveengine.cli.layouts`; do not edit."""

from collections.abc import Callable
from typing import Any, Literal

from liveengine_client import replies


class Arrange:
    """`/arrange`"""

    def __call__(self, prompt: str, seed: int = ...) -> dict[str, Any]:
        """Turn a sentence into a plan and load its stems: one track per role, one scene per section.

        What plays goes on; `/arrange/play` or a scene's launch brings the new plan in. Returns the plan.
        """
        ...
    @property
    def plan(self) -> ArrangePlan: ...
    @property
    def play(self) -> ArrangePlay: ...
    @property
    def section(self) -> ArrangeSection: ...
    @property
    def stop(self) -> ArrangeStop: ...

class ArrangePlan:
    """`/arrange/plan`"""

    def __call__(self) -> dict[str, Any]:
        """The plan that was arranged last, with its placements."""
        ...

class ArrangePlay:
    """`/arrange/play`"""

    def __call__(self) -> float:
        """Play the plan from its first section, from the next bar on; returns the beat at which it begins.

        `/stop`, `/panic` and `/session/clear` end it too.
        """
        ...

class ArrangeSection:
    """`/arrange/section`"""

    def __call__(self) -> int:
        """The section that plays, counted from 1; 0 while the plan does not play."""
        ...

class ArrangeStop:
    """`/arrange/stop`"""

    def __call__(self) -> None:
        """End the walk through the plan and stop its tracks at the next bar."""
        ...

class Bus:
    """`/bus`"""

    def __getitem__(self, number: int) -> BusN: ...

class BusN:
    """`/bus/{bus}`"""

    @property
    def cue(self) -> BusNCue: ...
    @property
    def gain(self) -> BusNGain: ...
    @property
    def level(self) -> BusNLevel: ...
    @property
    def mute(self) -> BusNMute: ...
    @property
    def name(self) -> BusNName: ...
    @property
    def output(self) -> BusNOutput: ...
    @property
    def pan(self) -> BusNPan: ...
    @property
    def solo(self) -> BusNSolo: ...

class BusNCue:
    """`/bus/{bus}/cue`"""

    def __call__(self, value: bool | None = ...) -> bool:
        """Whether a bus is heard on the cue bus: before its fader, muted or not."""
        ...

class BusNGain:
    """`/bus/{bus}/gain`"""

    def __call__(self, value: float | None = ...) -> float:
        """The fader of a bus, 0 to 1; 0.75 = 0 dB, 1 = +6 dB."""
        ...

class BusNLevel:
    """`/bus/{bus}/level`"""

    def __call__(self, value: float | None = ...) -> float:
        """The level of a bus in decibels, -144 to +6."""
        ...

class BusNMute:
    """`/bus/{bus}/mute`"""

    def __call__(self, value: bool | None = ...) -> bool:
        """Whether a bus is silenced."""
        ...

class BusNName:
    """`/bus/{bus}/name`"""

    def __call__(self, value: str | None = ...) -> str:
        """The name of a bus."""
        ...

class BusNOutput:
    """`/bus/{bus}/output`"""

    def __call__(self, value: str | None = ...) -> str:
        """Where a bus goes: master, or none; its own outputs carry it in any case."""
        ...

class BusNPan:
    """`/bus/{bus}/pan`"""

    def __call__(self, value: float | None = ...) -> float:
        """The balance of a bus, -1 left to 1 right."""
        ...

class BusNSolo:
    """`/bus/{bus}/solo`"""

    def __call__(self, value: bool | None = ...) -> bool:
        """Whether a bus is soloed: what goes into it is heard, and nothing else."""
        ...

class Client:
    """`/client`"""

    @property
    def name(self) -> ClientName: ...

class ClientName:
    """`/client/name`"""

    def __call__(self, name: str) -> str:
        """Give this client the name by which the others see it; returns what they see."""
        ...

class Clients:
    """`/clients`"""

    def __call__(self) -> list[replies.ClientInfo]:
        """Tell who is there: name, role, door, and the tracks that each has changed in the last seconds."""
        ...

class Commands:
    """`/commands`"""

    def __call__(self) -> list[dict[str, str]]:
        """List all commands: address, kind, arguments (those in brackets may be left out), role to act, summary.

        Of kind osc are those that only OSC has.
        """
        ...

class Cue:
    """`/cue`"""

    @property
    def audition(self) -> CueAudition: ...
    @property
    def gain(self) -> CueGain: ...
    @property
    def level(self) -> CueLevel: ...
    @property
    def stem(self) -> CueStem: ...
    @property
    def stop(self) -> CueStop: ...

class CueAudition:
    """`/cue/audition`"""

    def __call__(self, stem: int, quantum: float | None = ...) -> replies.Auditioned:
        """Listen to a stem on the cue bus, in the session's tempo, and in its key or in that of what plays.

        A loop begins at the next boundary of the quantum (the session's, if none is named) while the transport runs; a
        one-shot, and all while it stands, at once. What was listened to before ends then.
        """
        ...
    @property
    def prompt(self) -> CueAuditionPrompt: ...

class CueAuditionPrompt:
    """`/cue/audition/prompt`"""

    def __call__(self, prompt: str, quantum: float | None = ..., category: str | None = ...) -> replies.Previewed:
        """Find a stem by a sentence and listen to it on the cue bus, in the session's tempo and key.

        Tracks, master and recordings hear nothing of it.
        """
        ...

class CueGain:
    """`/cue/gain`"""

    def __call__(self, value: float | None = ...) -> float:
        """The fader of the cue bus, 0 to 1; 0.75 = 0 dB, 1 = +6 dB."""
        ...

class CueLevel:
    """`/cue/level`"""

    def __call__(self, value: float | None = ...) -> float:
        """The level of the cue bus in decibels, -144 to +6."""
        ...

class CueStem:
    """`/cue/stem`"""

    def __call__(self) -> int:
        """The stem that is listened to on the cue bus or waits to be; 0 = none."""
        ...

class CueStop:
    """`/cue/stop`"""

    def __call__(self) -> None:
        """End what is listened to on the cue bus, at once; the tracks' cue switches stay."""
        ...

class Dream:
    """`/dream`"""

    def __call__(self, categories: str | None = ..., most: int = ..., seed: int = ...) -> replies.Accepted:
        """Learn anew from what was kept and add new stems around it, tagged `dreamt`; categories: "kick, bass"."""
        ...
    @property
    def lessons(self) -> DreamLessons: ...

class DreamLessons:
    """`/dream/lessons`"""

    def __call__(self, categories: str | None = ...) -> list[replies.LessonInfo]:
        """Tell what a dream would learn now, category by category, and where too little was kept."""
        ...

class Embeddings:
    """`/embeddings`"""

    @property
    def train(self) -> EmbeddingsTrain: ...
    @property
    def use(self) -> EmbeddingsUse: ...

class EmbeddingsTrain:
    """`/embeddings/train`"""

    def __call__(self, folder: str, name: str, captions: str | None = ..., base: Literal["auto", "traum-mini", "clap"] = ..., epochs: int = ..., seed: int = ..., force: bool = ...) -> replies.Accepted:
        """Teach the search your own words: a folder of sounds, with captions in a CSV file or in texts beside them."""
        ...

class EmbeddingsUse:
    """`/embeddings/use`"""

    def __call__(self, name: str) -> replies.Accepted:
        """Search with another model; until every stem is heard with it, the search goes on with the one before."""
        ...

class Engine:
    """`/engine`"""

    @property
    def stats(self) -> EngineStats: ...

class EngineStats:
    """`/engine/stats`"""

    def __call__(self) -> dict[str, Any]:
        """Engine counters: stream, rate, block, load, xruns, late callbacks, voices, last gap, where cue is heard."""
        ...

class Generate:
    """`/generate`"""

    def __call__(self, category: str, mode: Literal["random", "interpolate", "hybrid", "walk"] = ..., count: int = ..., stems: str | None = ..., other: str | None = ..., amount: float | None = ..., tempo: float | None = ..., bars: int | None = ..., seed: int | None = ...) -> replies.Accepted:
        """Make new stems of a category with its model; they are in the library when the job is done."""
        ...
    @property
    def all(self) -> GenerateAll: ...

class GenerateAll:
    """`/generate/all`"""

    def __call__(self, mode: Literal["random", "interpolate", "hybrid", "walk"] = ..., count: int = ..., seed: int | None = ...) -> replies.Accepted:
        """Make new stems of every category that has a model, so many of each."""
        ...

class Ingest:
    """`/ingest`"""

    def __call__(self, path: str) -> replies.Accepted:
        """Add a file or folder to the library; originals are never touched."""
        ...

class Job:
    """`/job`"""

    def __getitem__(self, number: int) -> JobN: ...

class JobN:
    """`/job/{job}`"""

    def __call__(self) -> replies.JobInfo:
        """Tell how a job is doing."""
        ...
    @property
    def cancel(self) -> JobNCancel: ...
    @property
    def faults(self) -> JobNFaults: ...
    @property
    def log(self) -> JobNLog: ...
    @property
    def retry(self) -> JobNRetry: ...

class JobNCancel:
    """`/job/{job}/cancel`"""

    def __call__(self) -> replies.JobInfo:
        """Stop a job; what it has done stays. It takes the role that the job's own command takes."""
        ...

class JobNFaults:
    """`/job/{job}/faults`"""

    def __call__(self, limit: int = ...) -> list[replies.FileFault]:
        """List the files of a job that could not be used, each with the reason."""
        ...

class JobNLog:
    """`/job/{job}/log`"""

    def __call__(self, after: int = ...) -> list[replies.JobLine]:
        """Tell what was noted of a job, oldest first: tries, progress, warnings; the newest 200 lines are kept."""
        ...

class JobNRetry:
    """`/job/{job}/retry`"""

    def __call__(self) -> replies.JobInfo:
        """Run a job again; what is done is not repeated, what was set aside is tried anew; takes its command's role."""
        ...

class Jobs:
    """`/jobs`"""

    def __call__(self, limit: int = ..., state: Literal["queued", "running", "done", "failed", "cancelled", "set_aside"] | None = ..., kind: str | None = ...) -> list[replies.JobInfo]:
        """List the jobs, newest first: all, or those in a state, of a kind."""
        ...
    @property
    def counts(self) -> JobsCounts: ...

class JobsCounts:
    """`/jobs/counts`"""

    def __call__(self) -> dict[str, int]:
        """Tell how many jobs are in each state."""
        ...

class Kit:
    """`/kit`"""

    def __call__(self, seed: int = ...) -> replies.Accepted:
        """Synthesise the starter kit into the library's folder for raw material; `/ingest` takes it from there."""
        ...

class Master:
    """`/master`"""

    @property
    def gain(self) -> MasterGain: ...
    @property
    def level(self) -> MasterLevel: ...

class MasterGain:
    """`/master/gain`"""

    def __call__(self, value: float | None = ...) -> float:
        """The master fader, 0 to 1; 0.75 = 0 dB, 1 = +6 dB."""
        ...

class MasterLevel:
    """`/master/level`"""

    def __call__(self, value: float | None = ...) -> float:
        """The level of the master in decibels, -144 to +6."""
        ...

class Memory:
    """`/memory`"""

    def __call__(self) -> dict[str, Any]:
        """Sample memory in bytes: all, used, needed now, free; buffers; how often a stem was there or loaded ahead."""
        ...

class Metronome:
    """`/metronome`"""

    def __call__(self, value: bool | None = ...) -> bool:
        """Whether each beat clicks on the cue bus while the transport runs; the first of a bar is higher."""
        ...
    @property
    def beats(self) -> MetronomeBeats: ...
    @property
    def gain(self) -> MetronomeGain: ...

class MetronomeBeats:
    """`/metronome/beats`"""

    def __call__(self, value: int | None = ...) -> int:
        """Every how many beats the click is accented, counted from beat 0; 4 = each bar."""
        ...

class MetronomeGain:
    """`/metronome/gain`"""

    def __call__(self, value: float | None = ...) -> float:
        """The fader of the clicks, 0 to 1; 0.75 = 0 dB."""
        ...

class Midi:
    """`/midi`"""

    @property
    def bindings(self) -> MidiBindings: ...
    @property
    def devices(self) -> MidiDevices: ...
    @property
    def forget(self) -> MidiForget: ...
    @property
    def learn(self) -> MidiLearn: ...
    @property
    def undo(self) -> MidiUndo: ...

class MidiBindings:
    """`/midi/bindings`"""

    def __call__(self) -> list[dict[str, str]]:
        """List what the controls of the connected MIDI devices do now: device, control, address, mode, shift."""
        ...

class MidiDevices:
    """`/midi/devices`"""

    def __call__(self) -> list[dict[str, Any]]:
        """List the connected MIDI devices: port, map, whether it has lights, the first column and row of its window."""
        ...

class MidiForget:
    """`/midi/forget`"""

    def __call__(self, address: str) -> int:
        """Free the MIDI controls that are bound to an address; returns how many. `/midi/undo` has them back."""
        ...

class MidiLearn:
    """`/midi/learn`"""

    def __call__(self, value: str | None = ...) -> str:
        """The address to which the next MIDI control that is moved will be bound; empty = none.

        A number with limits wants a fader, knob or encoder, everything else a button; others may move meanwhile. While
        a shift control is held, the control is bound for that.
        """
        ...

class MidiUndo:
    """`/midi/undo`"""

    def __call__(self) -> str:
        """Take back the last MIDI control that was bound or freed, up to 50 of them; tells what it was."""
        ...

class Models:
    """`/models`"""

    def __call__(self) -> list[replies.ModelInfo]:
        """List every model: shipped, fetched, trained, or to be had; with its size, state and who uses it."""
        ...
    @property
    def remove(self) -> ModelsRemove: ...

class ModelsRemove:
    """`/models/remove`"""

    def __call__(self, name: str, force: bool = ...) -> None:
        """Take a trained or fetched model off the disk; the one that the search uses or waits for stays."""
        ...

class Panic:
    """`/panic`"""

    def __call__(self) -> None:
        """Silence everything at once: all voices fade out, all that waits is dropped."""
        ...

class Record:
    """`/record`"""

    @property
    def retro(self) -> RecordRetro: ...
    @property
    def start(self) -> RecordStart: ...
    @property
    def state(self) -> RecordState: ...
    @property
    def stop(self) -> RecordStop: ...

class RecordRetro:
    """`/record/retro`"""

    def __call__(self, seconds: float | None = ...) -> replies.Take:
        """Save what the master has played during the last seconds (all that is kept, if none are named)."""
        ...

class RecordStart:
    """`/record/start`"""

    def __call__(self, path: str | None = ...) -> replies.RecordingStarted:
        """Record the master to a WAV file; without a path to generated_tracks/take_<time>.wav of the library."""
        ...

class RecordState:
    """`/record/state`"""

    def __call__(self) -> str:
        """Whether a take grows: recording or stopped."""
        ...

class RecordStop:
    """`/record/stop`"""

    def __call__(self) -> replies.Take:
        """End the take; the file is whole when this answers."""
        ...

class Render:
    """`/render`"""

    def __call__(self, prompt: str, seed: int = ..., path: str | None = ...) -> replies.Accepted:
        """Turn a sentence into a finished track: a 44.1 kHz 16-bit WAV, in generated_tracks unless a path is given.

        The job's result holds `track_path` and `arrangement_plan`.
        """
        ...
    def __getitem__(self, number: int) -> RenderN: ...

class RenderN:
    """`/render/{render}`"""

    def __call__(self) -> replies.RenderedFacts:
        """Tell everything that is known of a rendered track: prompt, plan, stems."""
        ...
    @property
    def delete(self) -> RenderNDelete: ...

class RenderNDelete:
    """`/render/{render}/delete`"""

    def __call__(self) -> None:
        """Forget a rendered track; its file stays."""
        ...

class Renders:
    """`/renders`"""

    def __call__(self, limit: int = ..., offset: int = ...) -> list[replies.Rendered]:
        """List the rendered tracks, newest first."""
        ...

class Scene:
    """`/scene`"""

    def __getitem__(self, number: int) -> SceneN: ...

class SceneN:
    """`/scene/{scene}`"""

    @property
    def launch(self) -> SceneNLaunch: ...

class SceneNLaunch:
    """`/scene/{scene}/launch`"""

    def __call__(self, quantum: float | None = ...) -> list[replies.ClipQueued]:
        """Launch every clip of a scene together; tracks without a clip in it stop."""
        ...

class Separate:
    """`/separate`"""

    def __call__(self, path: str | None = ..., stem: int | None = ..., separator: str | None = ..., scene: int | None = ..., track: int | None = ..., output: str | None = ...) -> replies.Accepted:
        """Take a whole track apart into vocals, drums, bass and other: a file, or a stem of the library.

        The parts become stems that share tempo and key. With `scene` they are loaded into four free slots of it (from
        `track` on, if one is named), ready to be launched together. With `output` they are written there, as
        vocals.wav, drums.wav, bass.wav and other.wav, and the library stays as it is.
        """
        ...

class Separators:
    """`/separators`"""

    def __call__(self) -> list[replies.SeparatorInfo]:
        """List what can take tracks apart here, the best first, and which one the settings mean."""
        ...

class Session:
    """`/session`"""

    @property
    def clear(self) -> SessionClear: ...
    @property
    def key(self) -> SessionKey: ...
    @property
    def selected(self) -> SessionSelected: ...
    @property
    def state(self) -> SessionState: ...

class SessionClear:
    """`/session/clear`"""

    def __call__(self) -> None:
        """Empty every slot; what plays fades out at once. Tempo and mixer stay."""
        ...

class SessionKey:
    """`/session/key`"""

    def __call__(self, value: str | None = ...) -> str:
        """The key, such as Am or F#, into which stems that are loaded are transposed; none = they stay as they are."""
        ...

class SessionSelected:
    """`/session/selected`"""

    @property
    def scene(self) -> SessionSelectedScene: ...
    @property
    def track(self) -> SessionSelectedTrack: ...

class SessionSelectedScene:
    """`/session/selected/scene`"""

    def __call__(self, value: int | None = ...) -> int:
        """The scene that is looked at."""
        ...

class SessionSelectedTrack:
    """`/session/selected/track`"""

    def __call__(self, value: int | None = ...) -> int:
        """The track that is looked at, for clients that show or play one at a time."""
        ...

class SessionState:
    """`/session/state`"""

    def __call__(self) -> dict[str, Any]:
        """Everything about the session at once: transport, tracks with their clips, master."""
        ...

class Settings:
    """`/settings`"""

    def __call__(self) -> list[replies.Setting]:
        """List the settings: value, default, what they may be, and the value that the next start will take."""
        ...
    @property
    def change(self) -> SettingsChange: ...

class SettingsChange:
    """`/settings/change`"""

    def __call__(self, key: str, value: bool | int | float | str | list[str] | None = ...) -> replies.Setting:
        """Change a setting in the library's config.toml; without a value it is the default again.

        It counts from the next start on, unless the environment or the command line says otherwise.
        """
        ...

class Stem:
    """`/stem`"""

    def __getitem__(self, number: int) -> StemN: ...

class StemN:
    """`/stem/{stem}`"""

    def __call__(self) -> replies.StemFacts:
        """Tell everything that is known of a stem."""
        ...
    @property
    def analyse(self) -> StemNAnalyse: ...
    @property
    def bpm(self) -> StemNBpm: ...
    @property
    def category(self) -> StemNCategory: ...
    @property
    def children(self) -> StemNChildren: ...
    @property
    def creator(self) -> StemNCreator: ...
    @property
    def delete(self) -> StemNDelete: ...
    @property
    def double(self) -> StemNDouble: ...
    @property
    def downbeat(self) -> StemNDownbeat: ...
    @property
    def export(self) -> StemNExport: ...
    @property
    def favourite(self) -> StemNFavourite: ...
    @property
    def half(self) -> StemNHalf: ...
    @property
    def keep(self) -> StemNKeep: ...
    @property
    def key(self) -> StemNKey: ...
    @property
    def licence(self) -> StemNLicence: ...
    @property
    def like(self) -> StemNLike: ...
    @property
    def lineage(self) -> StemNLineage: ...
    @property
    def loop(self) -> StemNLoop: ...
    @property
    def mutate(self) -> StemNMutate: ...
    @property
    def pack(self) -> StemNPack: ...
    @property
    def parent(self) -> StemNParent: ...
    @property
    def provenance(self) -> StemNProvenance: ...
    @property
    def rating(self) -> StemNRating: ...
    @property
    def reject(self) -> StemNReject: ...
    @property
    def reset(self) -> StemNReset: ...
    @property
    def root(self) -> StemNRoot: ...
    @property
    def similar(self) -> StemNSimilar: ...
    @property
    def tags(self) -> StemNTags: ...
    @property
    def title(self) -> StemNTitle: ...

class StemNAnalyse:
    """`/stem/{stem}/analyse`"""

    def __call__(self) -> replies.Accepted:
        """Measure a stem anew; what you have corrected stays."""
        ...

class StemNBpm:
    """`/stem/{stem}/bpm`"""

    def __call__(self, value: float | None = ...) -> float | None:
        """Say how fast a stem is."""
        ...

class StemNCategory:
    """`/stem/{stem}/category`"""

    def __call__(self, value: str | None = ...) -> str:
        """Say what a stem is: kick, snare, hihat, bass, ... or an alias."""
        ...

class StemNChildren:
    """`/stem/{stem}/children`"""

    def __call__(self) -> list[int]:
        """Name the stems that were made from a stem."""
        ...

class StemNCreator:
    """`/stem/{stem}/creator`"""

    def __call__(self, value: str | None = ...) -> str | None:
        """Say who made a stem."""
        ...

class StemNDelete:
    """`/stem/{stem}/delete`"""

    def __call__(self) -> None:
        """Remove a stem and the library's own copy; the file it came from stays."""
        ...

class StemNDouble:
    """`/stem/{stem}/double`"""

    def __call__(self) -> float | None:
        """Double the tempo of a stem: the analysis heard only every second beat."""
        ...

class StemNDownbeat:
    """`/stem/{stem}/downbeat`"""

    def __call__(self, value: float | None = ...) -> float | None:
        """Say where the first beat of a bar lies."""
        ...

class StemNExport:
    """`/stem/{stem}/export`"""

    def __call__(self, folder: str | None = ..., format: Literal["wav", "flac"] = ...) -> replies.Accepted:
        """Write a stem as a file with tempo, key, loop, slices, tags and licence inside."""
        ...

class StemNFavourite:
    """`/stem/{stem}/favourite`"""

    def __call__(self, value: bool | None = ...) -> bool:
        """Mark a stem as favourite."""
        ...

class StemNHalf:
    """`/stem/{stem}/half`"""

    def __call__(self) -> float | None:
        """Halve the tempo of a stem: the analysis took every off-beat for a beat."""
        ...

class StemNKeep:
    """`/stem/{stem}/keep`"""

    def __call__(self) -> bool:
        """Keep a proposal: it is a stem of the library from here on; returns false for one that is already."""
        ...

class StemNKey:
    """`/stem/{stem}/key`"""

    def __call__(self, value: str | None = ...) -> str | None:
        """Say in which key a stem is: Am, C, F#m, Bb."""
        ...

class StemNLicence:
    """`/stem/{stem}/licence`"""

    def __call__(self, value: str | None = ...) -> str | None:
        """Say under which licence a stem may be used."""
        ...

class StemNLike:
    """`/stem/{stem}/like`"""

    def __call__(self, value: bool | None = ...) -> bool:
        """Whether a stem is liked: what is like it comes earlier in searches."""
        ...

class StemNLineage:
    """`/stem/{stem}/lineage`"""

    def __call__(self) -> replies.LineageInfo:
        """Tell what a stem was made from and with, and what was made of it."""
        ...

class StemNLoop:
    """`/stem/{stem}/loop`"""

    def __call__(self, value: bool | None = ...) -> bool:
        """Say whether a stem is a loop or a one-shot."""
        ...

class StemNMutate:
    """`/stem/{stem}/mutate`"""

    def __call__(self, amount: float = ..., kind: Literal["auto", "walk", "style", "slices", "grains"] = ..., seed: int = ..., style: int = ...) -> replies.Accepted:
        """Make a variation of a stem, on its own grid; it becomes a stem of the library, with its lineage."""
        ...

class StemNPack:
    """`/stem/{stem}/pack`"""

    def __call__(self, value: str | None = ...) -> str | None:
        """Say to which pack a stem belongs."""
        ...

class StemNParent:
    """`/stem/{stem}/parent`"""

    def __call__(self, value: int | None = ...) -> int | None:
        """Say from which stem a stem was made."""
        ...

class StemNProvenance:
    """`/stem/{stem}/provenance`"""

    def __call__(self, value: Literal["original", "separated", "generated"] | None = ...) -> str:
        """Say how a stem came about: original, separated or generated."""
        ...

class StemNRating:
    """`/stem/{stem}/rating`"""

    def __call__(self, value: int | None = ...) -> int | None:
        """Give a stem 0 to 5 stars."""
        ...

class StemNReject:
    """`/stem/{stem}/reject`"""

    def __call__(self, value: bool | None = ...) -> bool:
        """Whether a stem is rejected: what is like it comes later in searches; nothing is ever hidden."""
        ...

class StemNReset:
    """`/stem/{stem}/reset`"""

    def __call__(self, field: str | None = ...) -> replies.Edited:
        """Take the edits of a stem away, or of one field: what the analysis says counts again."""
        ...

class StemNRoot:
    """`/stem/{stem}/root`"""

    def __call__(self, value: int | None = ...) -> int | None:
        """Say which MIDI note a one-shot sounds."""
        ...

class StemNSimilar:
    """`/stem/{stem}/similar`"""

    def __call__(self, top_k: int = ..., category: str | None = ...) -> list[replies.Found]:
        """Find the stems that sound most like this one."""
        ...

class StemNTags:
    """`/stem/{stem}/tags`"""

    def __call__(self, value: str | None = ...) -> list[str]:
        """Give a stem its tags; with +word and -word some are added and taken."""
        ...

class StemNTitle:
    """`/stem/{stem}/title`"""

    def __call__(self, value: str | None = ...) -> str:
        """Name a stem."""
        ...

class Stems:
    """`/stems`"""

    @property
    def add(self) -> StemsAdd: ...
    @property
    def analyse(self) -> StemsAnalyse: ...
    @property
    def categories(self) -> StemsCategories: ...
    @property
    def discovery(self) -> StemsDiscovery: ...
    @property
    def edit(self) -> StemsEdit: ...
    @property
    def export(self) -> StemsExport: ...
    @property
    def find(self) -> StemsFind: ...
    @property
    def fitting(self) -> StemsFitting: ...
    @property
    def hear(self) -> StemsHear: ...
    @property
    def history(self) -> StemsHistory: ...
    @property
    def list(self) -> StemsList: ...
    @property
    def mix(self) -> StemsMix: ...
    @property
    def path(self) -> StemsPath: ...
    @property
    def propose(self) -> StemsPropose: ...
    @property
    def proposed(self) -> StemsProposed: ...
    @property
    def ranked(self) -> StemsRanked: ...
    @property
    def reembed(self) -> StemsReembed: ...
    @property
    def search(self) -> StemsSearch: ...
    @property
    def suggest(self) -> StemsSuggest: ...
    @property
    def undo(self) -> StemsUndo: ...
    @property
    def unfound(self) -> StemsUnfound: ...

class StemsAdd:
    """`/stems/add`"""

    def __call__(self, path: str) -> replies.StemInfo:
        """Take one audio file into the library; answers with its stem when it is analysed. `/ingest` takes many."""
        ...

class StemsAnalyse:
    """`/stems/analyse`"""

    def __call__(self) -> replies.Accepted:
        """Measure every stem anew, with what this version knows; what you have corrected stays."""
        ...

class StemsCategories:
    """`/stems/categories`"""

    def __call__(self) -> dict[str, int]:
        """Tell how many stems each category holds."""
        ...

class StemsDiscovery:
    """`/stems/discovery`"""

    def __call__(self, value: float | None = ...) -> float:
        """Which share of the matches was never heard before, 0 to 1, where relevance allows."""
        ...

class StemsEdit:
    """`/stems/edit`"""

    def __call__(self, which: str, category: str | None = ..., tags: str | None = ..., bpm: float | None = ..., factor: float | None = ..., key: str | None = ..., loop: bool | None = ..., rating: int | None = ..., favourite: bool | None = ..., licence: str | None = ..., pack: str | None = ..., creator: str | None = ..., limit: int = ...) -> replies.Edited:
        """Change many stems in one step, all or none: ids, or the matches of a search."""
        ...

class StemsExport:
    """`/stems/export`"""

    def __call__(self, which: str, folder: str | None = ..., format: Literal["wav", "flac"] = ..., limit: int = ...) -> replies.Accepted:
        """Write many stems as files: ids, or the matches of a search."""
        ...

class StemsFind:
    """`/stems/find`"""

    def __call__(self, prompt: str, top_k: int = ..., category: str | None = ..., min_similarity: float = ..., loop: bool | None = ..., tempo: float | None = ..., key: str | None = ..., min_length: float | None = ..., max_length: float | None = ..., provenance: Literal["original", "separated", "generated"] | None = ..., favourite: bool = ..., unheard: bool = ..., this: int | None = ..., proposals: bool = ...) -> replies.Answered:
        """Find stems by meaning and tell what was understood and how good the answer is.

        `this` is the stem that "like this one, but darker" speaks of; without it the one opened or heard last.
        """
        ...

class StemsFitting:
    """`/stems/fitting`"""

    def __call__(self, prompt: str | None = ..., top_k: int = ..., category: str | None = ...) -> list[replies.Found]:
        """Find stems that fit what is playing: in key, in time, where the spectrum is free, dense over sparse."""
        ...

class StemsHear:
    """`/stems/hear`"""

    def __call__(self, seconds: float = ..., prompt: str | None = ..., top_k: int = ..., category: str | None = ..., min_similarity: float = ...) -> replies.Answered:
        """Find stems like what the master has just played, during so many seconds up to now."""
        ...

class StemsHistory:
    """`/stems/history`"""

    def __call__(self, limit: int = ..., offset: int = ...) -> list[replies.Past]:
        """List what the current user searched for, newest first."""
        ...
    def __getitem__(self, number: int) -> StemsHistoryN: ...
    @property
    def clear(self) -> StemsHistoryClear: ...

class StemsHistoryClear:
    """`/stems/history/clear`"""

    def __call__(self) -> int:
        """Forget what the current user searched for; returns how many searches there were."""
        ...

class StemsHistoryN:
    """`/stems/history/{search}`"""

    @property
    def repeat(self) -> StemsHistoryNRepeat: ...

class StemsHistoryNRepeat:
    """`/stems/history/{search}/repeat`"""

    def __call__(self) -> list[replies.Found]:
        """Search once more for what was searched for then; what fits is what fits what plays now."""
        ...

class StemsList:
    """`/stems/list`"""

    def __call__(self, category: str | None = ..., limit: int = ..., offset: int = ...) -> list[replies.StemInfo]:
        """List stems, of one category or all, oldest first."""
        ...

class StemsMix:
    """`/stems/mix`"""

    def __call__(self, prompt: str | None = ..., like: str | None = ..., file: str | None = ..., energy: float | None = ..., mood: float | None = ..., texture: float | None = ..., movement: float | None = ..., space: float | None = ..., prompt_weight: float = ..., file_weight: float = ..., slider_weight: float = ..., top_k: int = ..., category: str | None = ..., min_similarity: float = ...) -> replies.Answered:
        """Find stems by a sentence, stems and an audio file as examples, and sliders, each with its weight.

        `like` names stems, "42, 17:-0.5": as many as wanted, a weight below 0 leads away. The sliders go from calm,
        dark, smooth, still and close at 0 to energetic, bright, rough, moving and wide at 1.
        """
        ...

class StemsPath:
    """`/stems/path`"""

    def __call__(self, start: int, end: int, steps: int = ..., category: str | None = ...) -> list[replies.Found]:
        """Find stems that lead from one to another, each a step nearer to the end; similarity is that to the start."""
        ...

class StemsPropose:
    """`/stems/propose`"""

    def __call__(self, prompt: str, count: int = ..., category: str | None = ..., loop: bool | None = ..., tempo: float | None = ..., key: str | None = ..., this: int | None = ..., seed: int = ...) -> replies.Accepted:
        """Make new stems that answer a sentence, around its best matches; `/stems/find proposals=true` ranks them."""
        ...

class StemsProposed:
    """`/stems/proposed`"""

    def __call__(self) -> list[replies.StemInfo]:
        """List what was proposed and is not kept, newest first."""
        ...

class StemsRanked:
    """`/stems/ranked`"""

    def __call__(self, category: str | None = ..., limit: int = ..., offset: int = ...) -> list[replies.Feedback]:
        """List the stems that the current user has an opinion of, the most wanted first: said, kept, swapped, heard."""
        ...

class StemsReembed:
    """`/stems/reembed`"""

    def __call__(self) -> replies.Accepted:
        """Give every stem a vector of the current search model."""
        ...

class StemsSearch:
    """`/stems/search`"""

    def __call__(self, prompt: str, top_k: int = ..., category: str | None = ..., min_similarity: float = ..., loop: bool | None = ..., tempo: float | None = ..., key: str | None = ..., min_length: float | None = ..., max_length: float | None = ..., provenance: Literal["original", "separated", "generated"] | None = ..., favourite: bool = ..., unheard: bool = ..., this: int | None = ..., proposals: bool = ...) -> list[replies.Found]:
        """Find stems by meaning, in English or German, the best for this user first."""
        ...

class StemsSuggest:
    """`/stems/suggest`"""

    def __call__(self, text: str = ..., limit: int = ...) -> list[replies.Suggested]:
        """Complete what is being typed: earlier searches, words of the lexicon, titles of stems."""
        ...

class StemsUndo:
    """`/stems/undo`"""

    def __call__(self) -> replies.Edited:
        """Take the last edit back, of one stem or of many; up to 100 of them."""
        ...

class StemsUnfound:
    """`/stems/unfound`"""

    def __call__(self, category: str | None = ..., limit: int = ..., offset: int = ...) -> replies.Unfound:
        """List the stems that no search has ever answered with, oldest first."""
        ...

class Stop:
    """`/stop`"""

    def __call__(self, quantum: float | None = ...) -> None:
        """Stop every track at the next boundary of the quantum; the transport runs on."""
        ...

class Sync:
    """`/sync`"""

    @property
    def clock(self) -> SyncClock: ...
    @property
    def link(self) -> SyncLink: ...
    @property
    def midi(self) -> SyncMidi: ...
    @property
    def offset(self) -> SyncOffset: ...
    @property
    def source(self) -> SyncSource: ...
    @property
    def state(self) -> SyncState: ...

class SyncClock:
    """`/sync/clock`"""

    def __call__(self, value: bool | None = ...) -> bool:
        """Whether our beats are sent as MIDI clock, with start, stop, continue and song position."""
        ...
    @property
    def offset(self) -> SyncClockOffset: ...
    @property
    def output(self) -> SyncClockOutput: ...
    @property
    def state(self) -> SyncClockState: ...

class SyncClockOffset:
    """`/sync/clock/offset`"""

    def __call__(self, value: float | None = ...) -> float:
        """By how many milliseconds our clock comes after the beat as it leaves the speaker; negative = before."""
        ...

class SyncClockOutput:
    """`/sync/clock/output`"""

    def __call__(self, value: str | None = ...) -> str:
        """The MIDI output that gets our clock, by a part of its name; empty = a port of our own, named clock."""
        ...

class SyncClockState:
    """`/sync/clock/state`"""

    def __call__(self) -> replies.ClockState:
        """How our clock ticks: whether it is sent or why not, its ticks in the last second, the latest one's delay."""
        ...

class SyncLink:
    """`/sync/link`"""

    @property
    def quantum(self) -> SyncLinkQuantum: ...
    @property
    def startstop(self) -> SyncLinkStartstop: ...

class SyncLinkQuantum:
    """`/sync/link/quantum`"""

    def __call__(self, value: float | None = ...) -> float:
        """The beats within which Link's peers and we are at the same place: 4 = a bar."""
        ...

class SyncLinkStartstop:
    """`/sync/link/startstop`"""

    def __call__(self, value: bool | None = ...) -> bool:
        """Whether Link's peers and we start and stop together."""
        ...

class SyncMidi:
    """`/sync/midi`"""

    @property
    def input(self) -> SyncMidiInput: ...

class SyncMidiInput:
    """`/sync/midi/input`"""

    def __call__(self, value: str | None = ...) -> str:
        """The MIDI port whose clock is followed, by a part of its name; empty = the first one that sends a clock."""
        ...

class SyncOffset:
    """`/sync/offset`"""

    def __call__(self, value: float | None = ...) -> float:
        """By how many milliseconds what is heard comes after the master's beat; negative = before."""
        ...

class SyncSource:
    """`/sync/source`"""

    def __call__(self, value: Literal["internal", "link", "midi", "jack"] | None = ...) -> str:
        """Who gives the beat: internal, link (Ableton Link, an extra), midi (a MIDI clock) or jack (its transport)."""
        ...

class SyncState:
    """`/sync/state`"""

    def __call__(self) -> replies.SyncState:
        """How the master is followed: locked, tempo, jitter, phase, peers."""
        ...

class Taste:
    """`/taste`"""

    def __call__(self) -> replies.TasteInfo:
        """Tell what was learnt of the current user's taste, in words."""
        ...
    @property
    def reset(self) -> TasteReset: ...
    @property
    def strength(self) -> TasteStrength: ...
    @property
    def user(self) -> TasteUser: ...

class TasteReset:
    """`/taste/reset`"""

    def __call__(self, stem: int | None = ...) -> int:
        """Forget what the current user likes, all or that of one stem; returns how many opinions there were."""
        ...

class TasteStrength:
    """`/taste/strength`"""

    def __call__(self, value: float | None = ...) -> float:
        """How much taste moves the matches, 0 (not at all) to 1."""
        ...

class TasteUser:
    """`/taste/user`"""

    def __call__(self, value: str | None = ...) -> str:
        """The user whose taste orders the matches; a new name begins without opinions."""
        ...

class Token:
    """`/token`"""

    @property
    def renew(self) -> TokenRenew: ...
    @property
    def revoke(self) -> TokenRevoke: ...

class TokenRenew:
    """`/token/renew`"""

    def __call__(self, role: Literal["watch", "play", "arrange", "ingest", "admin"]) -> replies.Token:
        """Make a token for a role; one that it had counts no more, and who came in by that is out at once."""
        ...

class TokenRevoke:
    """`/token/revoke`"""

    def __call__(self, role: Literal["watch", "play", "arrange", "ingest", "admin"]) -> replies.Token:
        """Let nobody in as a role any more; who came in by its token is out at once."""
        ...

class Tokens:
    """`/tokens`"""

    def __call__(self) -> list[replies.Token]:
        """List the roles, and which of them has a token; on this machine with the tokens themselves."""
        ...

class Track:
    """`/track`"""

    def __getitem__(self, number: int) -> TrackN: ...

class TrackN:
    """`/track/{track}`"""

    @property
    def clip(self) -> TrackNClip: ...
    @property
    def cue(self) -> TrackNCue: ...
    @property
    def gain(self) -> TrackNGain: ...
    @property
    def launch(self) -> TrackNLaunch: ...
    @property
    def level(self) -> TrackNLevel: ...
    @property
    def like(self) -> TrackNLike: ...
    @property
    def mutate(self) -> TrackNMutate: ...
    @property
    def mutation(self) -> TrackNMutation: ...
    @property
    def mute(self) -> TrackNMute: ...
    @property
    def name(self) -> TrackNName: ...
    @property
    def output(self) -> TrackNOutput: ...
    @property
    def pan(self) -> TrackNPan: ...
    @property
    def playing(self) -> TrackNPlaying: ...
    @property
    def queued(self) -> TrackNQueued: ...
    @property
    def reject(self) -> TrackNReject: ...
    @property
    def send(self) -> TrackNSend: ...
    @property
    def solo(self) -> TrackNSolo: ...
    @property
    def stop(self) -> TrackNStop: ...
    @property
    def swap(self) -> TrackNSwap: ...

class TrackNClip:
    """`/track/{track}/clip`"""

    def __getitem__(self, number: int) -> TrackNClipN: ...

class TrackNClipN:
    """`/track/{track}/clip/{slot}`"""

    @property
    def beats(self) -> TrackNClipNBeats: ...
    @property
    def choke(self) -> TrackNClipNChoke: ...
    @property
    def clear(self) -> TrackNClipNClear: ...
    @property
    def crossfade(self) -> TrackNClipNCrossfade: ...
    @property
    def follow(self) -> TrackNClipNFollow: ...
    @property
    def gain(self) -> TrackNClipNGain: ...
    @property
    def launch(self) -> TrackNClipNLaunch: ...
    @property
    def legato(self) -> TrackNClipNLegato: ...
    @property
    def level(self) -> TrackNClipNLevel: ...
    @property
    def load(self) -> TrackNClipNLoad: ...
    @property
    def loop(self) -> TrackNClipNLoop: ...
    @property
    def mode(self) -> TrackNClipNMode: ...
    @property
    def name(self) -> TrackNClipNName: ...
    @property
    def position(self) -> TrackNClipNPosition: ...
    @property
    def press(self) -> TrackNClipNPress: ...
    @property
    def quality(self) -> TrackNClipNQuality: ...
    @property
    def quantum(self) -> TrackNClipNQuantum: ...
    @property
    def reverse(self) -> TrackNClipNReverse: ...
    @property
    def state(self) -> TrackNClipNState: ...
    @property
    def stem(self) -> TrackNClipNStem: ...
    @property
    def transpose(self) -> TrackNClipNTranspose: ...
    @property
    def warp(self) -> TrackNClipNWarp: ...

class TrackNClipNBeats:
    """`/track/{track}/clip/{slot}/beats`"""

    def __call__(self) -> float:
        """How many beats a clip lasts once, 0 = it has no beats."""
        ...

class TrackNClipNChoke:
    """`/track/{track}/clip/{slot}/choke`"""

    def __call__(self, value: int | None = ...) -> int:
        """The choke group, 1 to 64: launching a clip fades the others of its group; 0 = none."""
        ...

class TrackNClipNClear:
    """`/track/{track}/clip/{slot}/clear`"""

    def __call__(self) -> None:
        """Empty a slot; what it plays fades out at once."""
        ...

class TrackNClipNCrossfade:
    """`/track/{track}/clip/{slot}/crossfade`"""

    def __call__(self, value: float | None = ...) -> float:
        """The crossfade at the loop's end in milliseconds; the loop keeps its length."""
        ...

class TrackNClipNFollow:
    """`/track/{track}/clip/{slot}/follow`"""

    @property
    def a(self) -> TrackNClipNFollowA: ...
    @property
    def b(self) -> TrackNClipNFollowB: ...
    @property
    def beats(self) -> TrackNClipNFollowBeats: ...
    @property
    def chance(self) -> TrackNClipNFollowChance: ...

class TrackNClipNFollowA:
    """`/track/{track}/clip/{slot}/follow/a`"""

    def __call__(self, value: Literal["none", "stop", "again", "previous", "next", "first", "last", "any", "other", "jump"] | None = ...) -> str:
        """The follow action: none, stop, again, previous, next, first, last, any, other or jump."""
        ...
    @property
    def slot(self) -> TrackNClipNFollowASlot: ...

class TrackNClipNFollowASlot:
    """`/track/{track}/clip/{slot}/follow/a/slot`"""

    def __call__(self, value: int | None = ...) -> int:
        """The slot that the first follow action launches when it is jump."""
        ...

class TrackNClipNFollowB:
    """`/track/{track}/clip/{slot}/follow/b`"""

    def __call__(self, value: Literal["none", "stop", "again", "previous", "next", "first", "last", "any", "other", "jump"] | None = ...) -> str:
        """The other follow action, taken when chance does not choose the first."""
        ...
    @property
    def slot(self) -> TrackNClipNFollowBSlot: ...

class TrackNClipNFollowBSlot:
    """`/track/{track}/clip/{slot}/follow/b/slot`"""

    def __call__(self, value: int | None = ...) -> int:
        """The slot that the other follow action launches when it is jump."""
        ...

class TrackNClipNFollowBeats:
    """`/track/{track}/clip/{slot}/follow/beats`"""

    def __call__(self, value: float | None = ...) -> float:
        """After how many beats of playing the follow action is taken; 0 = never."""
        ...

class TrackNClipNFollowChance:
    """`/track/{track}/clip/{slot}/follow/chance`"""

    def __call__(self, value: float | None = ...) -> float:
        """The probability of the first follow action, 0 to 1."""
        ...

class TrackNClipNGain:
    """`/track/{track}/clip/{slot}/gain`"""

    def __call__(self, value: float | None = ...) -> float:
        """The fader of a clip, 0 to 1; 0.75 = 0 dB, 1 = +6 dB."""
        ...

class TrackNClipNLaunch:
    """`/track/{track}/clip/{slot}/launch`"""

    def __call__(self, quantum: float | None = ...) -> replies.ClipQueued:
        """Launch a clip at the next boundary of the quantum, or at the exact time of an OSC bundle.

        Returns the beat it is expected at; the pushes of the slot's state tell what really happened.
        """
        ...

class TrackNClipNLegato:
    """`/track/{track}/clip/{slot}/legato`"""

    def __call__(self, value: bool | None = ...) -> bool:
        """Whether a clip goes on at the place where the one was that it replaces."""
        ...

class TrackNClipNLevel:
    """`/track/{track}/clip/{slot}/level`"""

    def __call__(self, value: float | None = ...) -> float:
        """The level of a clip in decibels, -144 to +6."""
        ...

class TrackNClipNLoad:
    """`/track/{track}/clip/{slot}/load`"""

    def __call__(self, stem: int) -> replies.ClipLoaded:
        """Load a stem of the library into a slot; answers when it is ready to play.

        What the slot plays goes on until the next launch or stop; a launch that waits starts the new stem. The last
        load or clear that was asked for wins: an earlier one that ends later fails with `superseded`.
        """
        ...
    @property
    def file(self) -> TrackNClipNLoadFile: ...

class TrackNClipNLoadFile:
    """`/track/{track}/clip/{slot}/load/file`"""

    def __call__(self, path: str) -> replies.ClipLoaded:
        """Load an audio file of the daemon's machine into a slot; one that the library does not have is taken in first.

        Answers when it is ready to play; what the slot plays goes on until the next launch or stop.
        """
        ...

class TrackNClipNLoop:
    """`/track/{track}/clip/{slot}/loop`"""

    def __call__(self, value: bool | None = ...) -> bool:
        """Whether a clip goes round or plays once, from its next launch on; a one-shot never goes round."""
        ...
    @property
    def end(self) -> TrackNClipNLoopEnd: ...
    @property
    def start(self) -> TrackNClipNLoopStart: ...

class TrackNClipNLoopEnd:
    """`/track/{track}/clip/{slot}/loop/end`"""

    def __call__(self, value: float | None = ...) -> float:
        """The beat of a clip at which its loop goes round, counted from its first frame."""
        ...
    @property
    def frame(self) -> TrackNClipNLoopEndFrame: ...

class TrackNClipNLoopEndFrame:
    """`/track/{track}/clip/{slot}/loop/end/frame`"""

    def __call__(self, value: int | None = ...) -> int:
        """The frame of a clip before which its loop goes round."""
        ...

class TrackNClipNLoopStart:
    """`/track/{track}/clip/{slot}/loop/start`"""

    def __call__(self, value: float | None = ...) -> float:
        """The beat of a clip with which its loop begins, counted from its first frame."""
        ...
    @property
    def frame(self) -> TrackNClipNLoopStartFrame: ...

class TrackNClipNLoopStartFrame:
    """`/track/{track}/clip/{slot}/loop/start/frame`"""

    def __call__(self, value: int | None = ...) -> int:
        """The frame of a clip with which its loop begins."""
        ...

class TrackNClipNMode:
    """`/track/{track}/clip/{slot}/mode`"""

    def __call__(self, value: Literal["trigger", "gate", "toggle", "repeat"] | None = ...) -> str:
        """What pressing a clip does: trigger, gate (until released), toggle, or repeat on each boundary."""
        ...

class TrackNClipNName:
    """`/track/{track}/clip/{slot}/name`"""

    def __call__(self) -> str:
        """The name of what lies in a slot."""
        ...

class TrackNClipNPosition:
    """`/track/{track}/clip/{slot}/position`"""

    def __call__(self) -> float:
        """The beat of its loop that a clip plays, counted from its launch; 0 = it does not play."""
        ...

class TrackNClipNPress:
    """`/track/{track}/clip/{slot}/press`"""

    def __call__(self, value: float) -> None:
        """Press a clip (above 0) or release it (0), as a pad does; its mode says what follows.

        Pressing a clip while the transport stands starts the transport, as launching does.
        """
        ...

class TrackNClipNQuality:
    """`/track/{track}/clip/{slot}/quality`"""

    def __call__(self, value: Literal["linear", "cubic", "sinc"] | None = ...) -> str:
        """How a clip is interpolated: linear, cubic or sinc, from cheapest to best."""
        ...

class TrackNClipNQuantum:
    """`/track/{track}/clip/{slot}/quantum`"""

    def __call__(self, value: float | None = ...) -> float:
        """The grid in beats that a clip's launches wait for; -1 = the session's."""
        ...

class TrackNClipNReverse:
    """`/track/{track}/clip/{slot}/reverse`"""

    def __call__(self, value: bool | None = ...) -> bool:
        """Whether a clip plays backwards, from its next launch on."""
        ...

class TrackNClipNState:
    """`/track/{track}/clip/{slot}/state`"""

    def __call__(self) -> str:
        """What a slot does: empty, stopped, queued, playing or stopping."""
        ...

class TrackNClipNStem:
    """`/track/{track}/clip/{slot}/stem`"""

    def __call__(self) -> int:
        """The stem that lies in a slot."""
        ...

class TrackNClipNTranspose:
    """`/track/{track}/clip/{slot}/transpose`"""

    def __call__(self, value: float | None = ...) -> float:
        """The transposition of a clip in semitones, -12 to 12."""
        ...

class TrackNClipNWarp:
    """`/track/{track}/clip/{slot}/warp`"""

    def __call__(self, value: Literal["repitch", "beats", "stretch"] | None = ...) -> str:
        """How a clip follows the tempo: repitch (as a tape), beats (its slices move) or stretch (its pitch stays)."""
        ...

class TrackNCue:
    """`/track/{track}/cue`"""

    def __call__(self, value: bool | None = ...) -> bool:
        """Whether a track is heard on the cue bus: before its fader, muted or not."""
        ...

class TrackNGain:
    """`/track/{track}/gain`"""

    def __call__(self, value: float | None = ...) -> float:
        """The fader of a track, 0 to 1; 0.75 = 0 dB, 1 = +6 dB."""
        ...

class TrackNLaunch:
    """`/track/{track}/launch`"""

    @property
    def prompt(self) -> TrackNLaunchPrompt: ...

class TrackNLaunchPrompt:
    """`/track/{track}/launch/prompt`"""

    def __call__(self, prompt: str, slot: int | None = ..., quantum: float | None = ..., category: str | None = ..., otherwise: Literal["other", "later"] = ...) -> replies.Launched:
        """Find a stem by a sentence, fit it to tempo and key, load it and launch it at the next boundary.

        It goes into the slot that is named, else into a free one of the track. Answers as soon as it is launched: what
        it is, why, and when it will sound. If it cannot be loaded by the next boundary, the next best stem that is in
        memory is launched in its place, or it comes a boundary later; `fallback` tells which. What the track is told
        meanwhile, such as a stop, is newer: this then fails with `superseded`.
        """
        ...

class TrackNLevel:
    """`/track/{track}/level`"""

    def __call__(self, value: float | None = ...) -> float:
        """The level of a track in decibels, -144 to +6."""
        ...

class TrackNLike:
    """`/track/{track}/like`"""

    def __call__(self, value: bool = ...) -> replies.Opinion:
        """Like what a track plays: what is like it comes earlier in searches; false takes it back."""
        ...

class TrackNMutate:
    """`/track/{track}/mutate`"""

    def __call__(self, amount: float | None = ...) -> replies.Step:
        """Go one variation on when what a track plays goes round next: by an amount, whatever the fader says.

        Without one as far as the fader, or half the way where that is at 0, and it then stays until the next step.
        """
        ...

class TrackNMutation:
    """`/track/{track}/mutation`"""

    def __call__(self, value: float | None = ...) -> float:
        """How far what a track plays moves away from itself, variation by variation: 0 = not at all, 1 = the farthest.

        The next one comes when the loop goes round, of a one-shot with its next launch; 0 brings the original back.
        """
        ...
    @property
    def bars(self) -> TrackNMutationBars: ...
    @property
    def keep(self) -> TrackNMutationKeep: ...
    @property
    def kind(self) -> TrackNMutationKind: ...
    @property
    def seed(self) -> TrackNMutationSeed: ...
    @property
    def state(self) -> TrackNMutationState: ...
    @property
    def style(self) -> TrackNMutationStyle: ...

class TrackNMutationBars:
    """`/track/{track}/mutation/bars`"""

    def __call__(self, value: int | None = ...) -> int:
        """How many bars each variation plays, whole rounds of the loop; 0 = one round."""
        ...

class TrackNMutationKeep:
    """`/track/{track}/mutation/keep`"""

    def __call__(self) -> replies.Accepted:
        """Keep the variation that plays now as a stem of the library, with what it was made of and how."""
        ...

class TrackNMutationKind:
    """`/track/{track}/mutation/kind`"""

    def __call__(self, value: Literal["auto", "walk", "style", "slices", "grains"] | None = ...) -> str:
        """How variations are made: walk (through a taught model), style, slices, grains, or auto: what fits best."""
        ...

class TrackNMutationSeed:
    """`/track/{track}/mutation/seed`"""

    def __call__(self, value: int | None = ...) -> int:
        """The number from which variations are made: the same one gives the same ones again."""
        ...

class TrackNMutationState:
    """`/track/{track}/mutation/state`"""

    def __call__(self) -> replies.State:
        """The mutation of a track at once: its settings, what is heard of it, how many variations are ready."""
        ...

class TrackNMutationStyle:
    """`/track/{track}/mutation/style`"""

    def __call__(self, value: int | None = ...) -> int:
        """The stem whose timbre the kind style gives to what a track plays; 0 = none."""
        ...

class TrackNMute:
    """`/track/{track}/mute`"""

    def __call__(self, value: bool | None = ...) -> bool:
        """Whether a track is silenced."""
        ...

class TrackNName:
    """`/track/{track}/name`"""

    def __call__(self, value: str | None = ...) -> str:
        """The name of a track."""
        ...

class TrackNOutput:
    """`/track/{track}/output`"""

    def __call__(self, value: str | None = ...) -> str:
        """Where a track goes: master, bus1, bus2 ... or none; its own outputs carry it in any case."""
        ...

class TrackNPan:
    """`/track/{track}/pan`"""

    def __call__(self, value: float | None = ...) -> float:
        """The balance of a track, -1 left to 1 right; in the centre both sides are untouched."""
        ...

class TrackNPlaying:
    """`/track/{track}/playing`"""

    def __call__(self) -> int:
        """The slot that a track plays, 0 = none."""
        ...

class TrackNQueued:
    """`/track/{track}/queued`"""

    def __call__(self) -> int:
        """The slot of a track whose launch waits, 0 = none."""
        ...

class TrackNReject:
    """`/track/{track}/reject`"""

    def __call__(self, value: bool = ...) -> replies.Opinion:
        """Reject what a track plays: what is like it comes later in searches. It plays on; false takes it back."""
        ...

class TrackNSend:
    """`/track/{track}/send`"""

    def __getitem__(self, number: int) -> TrackNSendN: ...

class TrackNSendN:
    """`/track/{track}/send/{bus}`"""

    def __call__(self, value: float | None = ...) -> float:
        """How much of a track goes to a bus besides, behind its fader: 0 to 1; 0.75 = 0 dB."""
        ...
    @property
    def level(self) -> TrackNSendNLevel: ...

class TrackNSendNLevel:
    """`/track/{track}/send/{bus}/level`"""

    def __call__(self, value: float | None = ...) -> float:
        """How much of a track goes to a bus besides, in decibels, -144 to +6."""
        ...

class TrackNSolo:
    """`/track/{track}/solo`"""

    def __call__(self, value: bool | None = ...) -> bool:
        """Whether a track is soloed; while any is, the others are silent. What it sends to buses stays audible."""
        ...

class TrackNStop:
    """`/track/{track}/stop`"""

    def __call__(self, quantum: float | None = ...) -> None:
        """Stop what a track plays, at the next boundary of the quantum; a waiting launch is dropped."""
        ...

class TrackNSwap:
    """`/track/{track}/swap`"""

    def __call__(self, adjective: str | None = ..., quantum: float | None = ..., otherwise: Literal["other", "later"] = ...) -> replies.Launched:
        """Swap what a track plays for something like it, at the next boundary: darker, brighter, busier, less reverb.

        Without an adjective it is another one like it. The new clip takes the slot and is launched as the old one was.
        """
        ...

class Train:
    """`/train`"""

    def __call__(self, category: str, seed: int = ..., epochs: int | None = ..., most: int = ..., generated: bool = ...) -> replies.Accepted:
        """Learn the character of a category from its stems; the music goes on. At least 8 stems are needed."""
        ...
    @property
    def all(self) -> TrainAll: ...

class TrainAll:
    """`/train/all`"""

    def __call__(self, seed: int = ..., epochs: int | None = ..., most: int = ..., generated: bool = ...) -> replies.Accepted:
        """Learn the character of every category that has enough stems, one after the other."""
        ...

class Transport:
    """`/transport`"""

    @property
    def locate(self) -> TransportLocate: ...
    @property
    def nudge(self) -> TransportNudge: ...
    @property
    def play(self) -> TransportPlay: ...
    @property
    def position(self) -> TransportPosition: ...
    @property
    def quantum(self) -> TransportQuantum: ...
    @property
    def running(self) -> TransportRunning: ...
    @property
    def stop(self) -> TransportStop: ...
    @property
    def tap(self) -> TransportTap: ...
    @property
    def tempo(self) -> TransportTempo: ...

class TransportLocate:
    """`/transport/locate`"""

    def __call__(self, beat: float) -> None:
        """Jump to a beat; what sounds goes on, what waits for a boundary waits for it from there."""
        ...

class TransportNudge:
    """`/transport/nudge`"""

    def __call__(self, milliseconds: float) -> float:
        """Shift what plays against the clock: positive = earlier, negative = later; nothing jumps.

        While a master is followed the offset to it changes by so much. Returns the offset in milliseconds.
        """
        ...

class TransportPlay:
    """`/transport/play`"""

    def __call__(self) -> None:
        """Let the transport run on from where it stands."""
        ...

class TransportPosition:
    """`/transport/position`"""

    def __call__(self) -> float:
        """The beat that the engine plays now, counted from 0."""
        ...

class TransportQuantum:
    """`/transport/quantum`"""

    def __call__(self, value: float | None = ...) -> float:
        """The grid in beats that launches and stops wait for when they name none: 4 = one bar, 0 = at once."""
        ...

class TransportRunning:
    """`/transport/running`"""

    def __call__(self, value: bool | None = ...) -> bool:
        """Whether the transport runs; setting it is play or stop."""
        ...

class TransportStop:
    """`/transport/stop`"""

    def __call__(self) -> None:
        """Let the transport stand: beats stop counting, queued launches wait; what sounds goes on."""
        ...

class TransportTap:
    """`/transport/tap`"""

    def __call__(self) -> float:
        """Tap the tempo: from the second tap on the tempo follows; returns it in beats per minute.

        The last taps count; one that was forgotten or slipped does not. A pause of 3 seconds begins a new count.
        """
        ...

class TransportTempo:
    """`/transport/tempo`"""

    def __call__(self, value: float | None = ...) -> float:
        """The tempo in beats per minute, 20 to 999; loops and everything queued follow at once.

        A tempo beyond that sets the nearest one and answers with `out_of_range`, except in a bundle, which is played as
        a whole or not at all; one that is no number changes nothing.
        """
        ...

class AllCommands:
    """All commands, by their address."""

    def __init__(self, call: Callable[..., Any]) -> None: ...
    @property
    def arrange(self) -> Arrange: ...
    @property
    def bus(self) -> Bus: ...
    @property
    def client(self) -> Client: ...
    @property
    def clients(self) -> Clients: ...
    @property
    def commands(self) -> Commands: ...
    @property
    def cue(self) -> Cue: ...
    @property
    def dream(self) -> Dream: ...
    @property
    def embeddings(self) -> Embeddings: ...
    @property
    def engine(self) -> Engine: ...
    @property
    def generate(self) -> Generate: ...
    @property
    def ingest(self) -> Ingest: ...
    @property
    def job(self) -> Job: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def kit(self) -> Kit: ...
    @property
    def master(self) -> Master: ...
    @property
    def memory(self) -> Memory: ...
    @property
    def metronome(self) -> Metronome: ...
    @property
    def midi(self) -> Midi: ...
    @property
    def models(self) -> Models: ...
    @property
    def panic(self) -> Panic: ...
    @property
    def record(self) -> Record: ...
    @property
    def render(self) -> Render: ...
    @property
    def renders(self) -> Renders: ...
    @property
    def scene(self) -> Scene: ...
    @property
    def separate(self) -> Separate: ...
    @property
    def separators(self) -> Separators: ...
    @property
    def session(self) -> Session: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def stem(self) -> Stem: ...
    @property
    def stems(self) -> Stems: ...
    @property
    def stop(self) -> Stop: ...
    @property
    def sync(self) -> Sync: ...
    @property
    def taste(self) -> Taste: ...
    @property
    def token(self) -> Token: ...
    @property
    def tokens(self) -> Tokens: ...
    @property
    def track(self) -> Track: ...
    @property
    def train(self) -> Train: ...
    @property
    def transport(self) -> Transport: ...
