"""Which strip a sound card has on which of its outputs. Runs on: engine process, the user's shell; light, no numba."""

SOFTWARE = 32  # channels: a device that claims so many is a program, and mixes what no speaker has into the others


def pairs(wanted: str, channels: int, tracks: int, buses: int) -> list[str]:
    """Return what the output pairs 1-2, 3-4 ... of a device of `channels` channels carry: master, cue, track1, bus1 ...

    `wanted`: stereo = the master alone, cue = the cue bus besides, tracks or buses = these behind the cue bus, and the
    others behind them, as far as the outputs reach; auto = as cue where that is a sound card of its own outputs.
    """
    if wanted == "auto":
        wanted = "cue" if channels < SOFTWARE else "stereo"
    behind = {
        "tracks": [f"track{number}" for number in range(1, tracks + 1)],
        "buses": [f"bus{number}" for number in range(1, buses + 1)],
    }
    names = ["master"] if wanted == "stereo" else ["master", "cue"]
    if wanted in behind:
        names += behind.pop(wanted) + next(iter(behind.values()))
    return names[: max(1, channels // 2)]


def row(name: str, tracks: int, buses: int) -> int:
    """Return the row of the kernel that holds the left side of a pair; the right one follows (`Capacity.rows`)."""
    if name in ("master", "cue"):
        return 0 if name == "master" else 2 + 2 * (tracks + 1 + buses)
    kind = name.rstrip("0123456789")
    number = int(name[len(kind) :])
    return 2 + 2 * (number - 1 if kind == "track" else tracks + number)


def said(names: list[str], channels: int) -> str:
    """Return the map for people: "1-2 master, 3-4 cue"."""
    if channels == 1:
        return "1 master (mono), no cue"
    places = ", ".join(f"{2 * place + 1}-{2 * place + 2} {name}" for place, name in enumerate(names))
    return places if "cue" in names else f"{places}, no cue"


def cue_at(outputs: int) -> str:
    """Return in words where the cue bus is heard, by the device's number of open outputs; -1 = JACK's ports."""
    if outputs < 0:
        return "JACK ports cue_1 and cue_2"
    if outputs >= 4:
        return "outputs 3 and 4"
    return f"nowhere: {outputs} outputs are open, the cue bus needs outputs 3 and 4 or JACK"
