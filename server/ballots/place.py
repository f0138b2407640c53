"""Where ballots belong: the counter a kiosk stood at when each was given."""

import msgspec

from server.ballots.rules import Moment, moment_of
from server.database import Work
from server.devices.moves import moves_of
from server.offices.queries import offices_of_counter
from survey.ballot import Ballot
from survey.instant import to_instant


class Place(msgspec.Struct, frozen=True):
    """Where ballots belong: the counter, and the offices it belonged to over time.

    before: where the kiosk stood before it was carried here, each until a moment in Unix milliseconds, oldest first.
    """

    counter: str
    offices: list[tuple[str, str, str | None]]
    before: tuple[tuple[int, "Place"], ...] = ()

    def at(self, ballot: Ballot, moment: Moment) -> "Place":
        """Return where a ballot was given; without a proven time of its own, by the hour it is dated to."""
        if not self.before:
            return self
        if ballot.clock == "exact":
            return next((place for until_ms, place in self.before if ballot.wall < to_instant(until_ms)), self)
        if moment.hour is None:
            return self
        given = (moment.day, moment.hour)
        hours = ((moment_of(until_ms), place) for until_ms, place in self.before)
        return next((place for until, place in hours if given < (until.day, until.hour or 0)), self)


def standing_of(work: Work, device: str, counter: str) -> Place:
    """Return where a kiosk stands, and where it stood before it was carried there."""
    before = tuple((one.at, Place(one.left, offices_of_counter(work, one.left))) for one in moves_of(work, device))
    return Place(counter, offices_of_counter(work, counter), before)
