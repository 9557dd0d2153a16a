"""What can go wrong, as exceptions."""


class EngineFault(Exception):
    """The engine refused a command; `code` is stable (`out_of_range`, ...), the message is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class NoEngine(Exception):
    """No engine answers there, or the connection was lost before it answered: what was asked may have been done."""
