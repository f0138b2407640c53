"""What became of a unit: from the ids ballots were stored under to the units that stand today; pure, never a guess."""

from collections.abc import Iterable
from datetime import date
from typing import Final

import msgspec

KINDS: Final = {"merge": "sáp nhập", "split": "tách", "rename": "đổi tên", "transfer": "chuyển"}
"""Kinds of succession in words; what ends a unit and begins another. A name of the same unit is a version, not this."""


class Succession(msgspec.Struct, frozen=True, order=True):
    """One unit went on in another from a day on. A split has one of these for each part."""

    old: str
    new: str
    day: date
    kind: str
    legal_ref: str


class Current(msgspec.Struct, frozen=True):
    """What a unit is today. unit: the one it is wholly part of, or None if it was split; parts: then all its parts."""

    unit: str | None
    parts: tuple[str, ...] = ()

    @property
    def is_split(self) -> bool:
        """Return whether no single unit of today holds all of it."""
        return self.unit is None


def current_of(successions: Iterable[Succession], unit: str, day: date, since: date | None = None) -> Current:
    """Return what a unit is on a day, usually today, through merges, renames, transfers and splits.

    A unit that went into several is never attributed to one of them: `unit` is None and `parts` names them, to be
    shown as `đã tách: …`. If all parts came together again later, that one unit is the answer. A unit nobody
    succeeded is itself, whether it stands or not. A ring in the data ends the walk.
    since: only successions after this day count, e.g. the ballot's; None for all.

    >>> was = [Succession("ha", "ha-1", date(2025, 7, 1), "split", ""),
    ...        Succession("ha", "ha-2", date(2025, 7, 1), "split", "")]
    >>> current_of(was, "ha", date(2026, 1, 1)).parts, current_of(was, "ha-1", date(2026, 1, 1)).unit
    (('ha-1', 'ha-2'), 'ha-1')
    """
    onward = _onward(one for one in successions if one.day <= day and (since is None or one.day > since))
    ends, seen, waiting = set(), {unit}, [unit]
    while waiting:
        here = waiting.pop()
        following = [one for one in onward.get(here, ()) if one != here]
        if not following:
            ends.add(here)
        fresh = [one for one in following if one not in seen]
        seen.update(fresh)
        waiting += fresh
    parts = tuple(sorted(ends))
    if len(parts) == 1:
        return Current(parts[0])
    return Current(None, parts) if parts else Current(unit)


def by_current(successions: Iterable[Succession], units: Iterable[str], day: date) -> dict[str, Current]:
    """Return what each of many units is on a day."""
    known = list(successions)
    return {unit: current_of(known, unit, day) for unit in units}


def came_from(successions: Iterable[Succession], unit: str) -> list[Succession]:
    """Return what a unit came out of, the earliest first."""
    return sorted((one for one in successions if one.new == unit), key=lambda one: (one.day, one.old))


def went_into(successions: Iterable[Succession], unit: str) -> list[Succession]:
    """Return what a unit went on in, the earliest first."""
    return sorted((one for one in successions if one.old == unit), key=lambda one: (one.day, one.new))


def _onward(successions: Iterable[Succession]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in successions:
        found.setdefault(one.old, []).append(one.new)
    return found
