"""A Link peer for the tests, in a process of its own: says what its session says, in lines of JSON.

`python -m tests.sync.peer TEMPO`; each line of stdin is a command: tempo N, start, stop, say, end.
"""

import json
import sys
import time

import link

RAW = time.CLOCK_MONOTONIC_RAW


def main() -> None:
    peer = link.Link(float(sys.argv[1]))
    peer.startStopSyncEnabled = True
    peer.enabled = True
    clock = peer.clock()
    for text in sys.stdin:
        word, *rest = text.split()
        state = peer.captureAppSessionState()
        micros = clock.micros()
        if word == "tempo":
            state.setTempo(float(rest[0]), micros)
        elif word in {"start", "stop"}:
            state.setIsPlaying(word == "start", micros)
        elif word == "end":
            break
        peer.commitAppSessionState(state)
        said = {
            "peers": peer.numPeers(),
            "tempo": state.tempo(),
            "playing": state.isPlaying(),
            "micros": micros,
            "beat": state.beatAtTime(micros, 4.0),
        }
        print(json.dumps(said), flush=True)
    peer.enabled = False


if __name__ == "__main__":
    main()
