"""What can be wrong with a kiosk: the ways a start can fail, and an outbox that cannot be used."""

from typing import Final

EXIT_SETTINGS: Final = 2
EXIT_NO_DISPLAY: Final = 3
EXIT_NOT_ENROLLED: Final = 4
EXIT_DISK: Final = 5

DOUBT: Final = "outbox-in-doubt"
"""A file beside the outbox that says: look at every ballot at the next start."""


class CannotStartError(RuntimeError):
    """The kiosk cannot start; `str()` is the one line a person reads, `code` the exit code."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code


class OutboxError(RuntimeError):
    """The outbox cannot be used as it is; `str()` says what and where."""
