"""What each kind of job may take: whose process, how much memory and time, who waits for it. Runs on: anywhere.

A new kind is one row here and one module of its name in this folder. A kind without a row shares the processes of
`work`. Kinds of one lane share its worker processes and say the same of them.
"""

from dataclasses import dataclass, replace

MINUTE, HOUR = 60.0, 3_600.0


@dataclass(frozen=True)
class Kind:
    """How the jobs of a kind are done."""

    lane: str  # whose processes do it
    timeout_s: float  # of work, per try; the job is then ended
    now: bool = False  # the stage needs it, unless the caller says that it may wait
    later: str = ""  # the lane of those that may wait, or are part of a job of the queue, where it is not the stage's
    workers: int = 1  # at most so many processes; 0 = as many as the settings say
    memory_mib: int = 4_096  # bound of data memory per process; 0 = none
    nice: int = 10  # of the processes
    silence_s: float = 30.0  # a busy worker that says nothing for so long hangs
    idle_s: float | None = None  # so long without a job, then its memory comes back; None = stays
    warm: bool = False  # a new process prepares for this kind before its first job
    keep: bool = False  # a cancelled job runs to its end: starting the process anew costs more


_WORK = Kind("work", HOUR, workers=0)
_MEANING = Kind("meaning", 10 * MINUTE, memory_mib=0, silence_s=120.0, keep=True)

KINDS = {
    # What the stage plays: processes that stay, at the daemon's own priority.
    "load": Kind("load", MINUTE, now=True, later="early", nice=0, silence_s=10.0, warm=True),
    "stretch": Kind("stretch", 5 * MINUTE, now=True, nice=0, warm=True),
    "mutate": Kind(
        "mutate", MINUTE, now=True, later="vary", nice=0, memory_mib=3_072, silence_s=10.0, warm=True, idle_s=300.0
    ),
    # The text-audio model: one process, which loads it once.
    "embed": _MEANING,
    "text": replace(_MEANING, timeout_s=MINUTE, now=True),
    # What takes a stem at a time.
    "analyse": replace(_WORK, timeout_s=5 * MINUTE),
    "identify": replace(_WORK, timeout_s=MINUTE),
    "hear": replace(_WORK, timeout_s=5 * MINUTE),
    "look": replace(_WORK, timeout_s=5 * MINUTE, now=True),
    "export": replace(_WORK, timeout_s=10 * MINUTE),
    "kit": _WORK,
    "corpus": _WORK,
    "mix": _WORK,
    "render": replace(_WORK, timeout_s=4 * HOUR),
    # The Fabrik: each kind a process of its own, gone when it has had nothing to do for a while.
    "separate": Kind("separate", 2 * HOUR, memory_mib=6_144, silence_s=120.0, idle_s=120.0),
    "train": Kind("train", 6 * HOUR, nice=15, silence_s=120.0, idle_s=60.0),
    "generate": Kind("generate", HOUR, memory_mib=3_072, silence_s=60.0, idle_s=120.0),
    "tune": Kind("tune", 6 * HOUR, nice=15, memory_mib=6_144, silence_s=120.0, idle_s=60.0),
    "convert": Kind("convert", 10 * MINUTE, memory_mib=3_072, silence_s=60.0, idle_s=1.0),
    "teach": Kind("teach", 24 * HOUR, memory_mib=0, silence_s=120.0, idle_s=1.0),
}


def kind_of(name: str) -> Kind:
    """Return the row of a kind; that of `work` for one without."""
    return KINDS.get(name, _WORK)
