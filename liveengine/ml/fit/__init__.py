"""What a generated sound passes before it may enter a slot. Runs on: worker processes.

`grid` puts the onsets of a loop on the beat, `level` sets loudness and peak, `edges` begins and ends a one-shot and
closes a loop, `verdict` refuses what is no sound. `fitted` does all of it, in that order.
"""

from liveengine.ml.fit.whole import Fitted, Wanted, fitted

__all__ = ["Fitted", "Wanted", "fitted"]
