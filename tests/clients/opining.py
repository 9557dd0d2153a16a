"""Like and reject as the stage takes them. Runs on: tests."""

from liveengine.command import Track, command
from tests.clients.stage import Stage


class Opining:
    """Notes what is liked and rejected."""

    stage: Stage

    @command("/track/{track}/like")
    def like(self, track: Track, value: bool = True) -> bool:
        """Like what a track plays."""
        self.stage.calls.append(f"/track/{track}/like {value}")
        return value

    @command("/track/{track}/reject")
    def reject(self, track: Track, value: bool = True) -> bool:
        """Reject what a track plays."""
        self.stage.calls.append(f"/track/{track}/reject {value}")
        return value
