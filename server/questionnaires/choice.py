"""Which version a counter asks on a day: what was assigned nearest to it, else what is asked in general; pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec


class Published(msgspec.Struct, frozen=True):
    """A published version without its words. effective_from: the local day from which it is asked.

    is_general: asked wherever nothing else was assigned or chosen.
    """

    ref: str
    effective_from: date
    published_at: int
    is_general: bool = True

    @property
    def id(self) -> str:
        """The questionnaire's id."""
        return self.ref.split("@")[0]

    @property
    def order(self) -> tuple[date, int, str]:
        """What makes one version newer than another."""
        return self.effective_from, self.published_at, self.ref


class Assigned(msgspec.Struct, frozen=True):
    """One version for a unit and those below it, from a local day on. ref: "" for what the unit above asks.

    at: when that was decided, Unix milliseconds. withdrawn_at: None while it holds.
    """

    id: int
    unit: str
    ref: str
    day: date
    at: int
    actor: str = ""
    withdrawn_at: int | None = None


class Places(msgspec.Struct, frozen=True):
    """What may decide. line: units from the province down. wishes: by unit, the questionnaire id it chose."""

    line: Sequence[str]
    general: Sequence[Published]
    assigned: Sequence[Assigned]
    wishes: Mapping[str, str]

    @property
    def wanted(self) -> str:
        """The questionnaire id that was chosen nearest; "" for whichever is newest."""
        return next((self.wishes[unit] for unit in reversed(self.line) if self.wishes.get(unit)), "")


def in_force(assigned: Iterable[Assigned], unit: str, day: date) -> Assigned | None:
    """Return what a unit itself was assigned last by a day, None if nothing holds."""
    own = [one for one in assigned if one.unit == unit and one.withdrawn_at is None and one.day <= day]
    return max(own, key=lambda one: (one.day, one.at, one.id), default=None)


def newest(general: Iterable[Published], wanted: str, day: date) -> Published | None:
    """Return the newest general version whose day has come. wanted: of this id only; "" for all."""
    due = [one for one in general if one.is_general and one.effective_from <= day and wanted in ("", one.id)]
    return max(due, key=lambda one: one.order, default=None)


def asked_on(places: Places, day: date) -> tuple[str, str]:
    """Return (ref, unit that decided it) on a day: the nearest unit's word counts; ("", "") if nothing is published.

    At one unit an assignment goes before a chosen id, except that at the top a version published later in general
    takes the place of what was assigned there.
    """
    for place in range(len(places.line) - 1, -1, -1):
        unit = places.line[place]
        own = in_force(places.assigned, unit, day)
        if own is not None and own.ref and not (place == 0 and _is_overtaken(places, own, day)):
            return own.ref, unit
        if places.wishes.get(unit) and own is None:
            chosen = newest(places.general, places.wishes[unit], day)
            return (chosen.ref, unit) if chosen else ("", "")
    general = newest(places.general, "", day)
    return (general.ref, "") if general else ("", "")


def _is_overtaken(places: Places, own: Assigned, day: date) -> bool:
    """Return whether a general version was published for a later day, or later for the same one."""
    general = newest(places.general, "", day)
    return general is not None and (general.effective_from, general.published_at) > (own.day, own.at)


def ahead(places: Places, day: date) -> list[tuple[date, str]]:
    """Return (day, ref) of the changes to come, the next one first; only days on which something else is asked."""
    days = {one.effective_from for one in places.general if one.is_general}
    days |= {one.day for one in places.assigned if one.withdrawn_at is None}
    now, found = asked_on(places, day)[0], []
    for later in sorted(each for each in days if each > day):
        ref = asked_on(places, later)[0]
        if ref and ref != now:
            found.append((later, ref))
            now = ref
    return found
