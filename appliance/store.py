"""What the screen asks of the outbox: the seam between a sitting and the disk, and nothing more."""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from appliance.draft import Draft


class Store(Protocol):
    """Every call returns at once and does its work on a thread of its own, in the order of the calls."""

    def keep(self, draft: Draft) -> None:
        """Put the newest state of a sitting on disk; called after every answer."""

    def cast(self, draft: Draft, done: Callable[[str], None], failed: Callable[[Exception], None]) -> None:
        """Make a ballot of a draft; the same draft may come again after a failure.

        done: called with the mã phiếu, from any thread, after the commit and never before it. failed: likewise.
        """

    def drop(self, ballot_id: UUID) -> None:
        """Forget a sitting in which nothing was answered; an id never kept is no error."""
