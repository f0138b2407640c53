"""Where an account may look: the units below its own, as the organisation stood on a day or in a period."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection

from server.accounts.queries import Session
from server.offices.queries import Unit, all_versions
from server.problem import RefusalError


def subtree(units: Iterable[Unit], top: str) -> frozenset[str]:
    """Return a unit's id and those of all units below it; pure. A ring in the data ends the walk.

    units: as they stood at one time.
    """
    below: dict[str | None, list[str]] = {}
    for one in units:
        below.setdefault(one.parent, []).append(one.id)
    found, waiting = {top}, [top]
    while waiting:
        fresh = [one for one in below.get(waiting.pop(), []) if one not in found]
        found.update(fresh)
        waiting += fresh
    return frozenset(found)


def reach(connection: Connection, session: Session, day: date) -> frozenset[str] | None:
    """Return the ids of the units a session may look at, as of a day; None for the whole province."""
    if session.unit is None:
        return None
    return subtree(all_versions(connection, day, day).values(), session.unit)


def within(session: Session, units: dict[str, Unit]) -> frozenset[str] | None:
    """Return the ids of the units a session may look at, of units already read; None for the whole province."""
    return None if session.unit is None else subtree(units.values(), session.unit)


def check(reached: frozenset[str] | None, unit_id: str) -> None:
    """Return if a unit lies in reach. Raises RefusalError 404, told like a unit that does not exist."""
    if reached is not None and unit_id not in reached:
        raise RefusalError(404, "no_such_unit", "there is no such unit")
