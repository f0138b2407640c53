"""Who is told what and when: one decision over things, persons and programs; pure, the clock is a value."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from server.alerts.kinds import DAY_MINUTES, KINDS, Hook, Person, Quiet, Thing, Told, Wants
from server.offices.calendar import is_working
from survey.local_time import DAY_MS, EPOCH_ORDINAL, LOCAL_MS, day_began_ms, local_date

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
MORNING_MINUTE: Final = 7 * 60
DAILY_MINUTE: Final = 7 * 60 + 30
LONGEST_DAYS: Final = 60
"""However many days off are decided in a row, nobody waits longer than this."""


def decide(
    things: Iterable[Thing], persons: Sequence[Person], now_ms: int, calendar: Mapping[date, bool]
) -> list[Told]:
    """Return who is told what and when: each person each thing at most once.

    calendar: the province's own days off and days worked.
    """
    by_unit: dict[str | None, list[Person]] = {}
    for person in persons:
        by_unit.setdefault(person.unit, []).append(person)
    found: dict[tuple[str, int], Told] = {}
    for thing in things:
        for person in (one for unit in (None, *thing.line) for one in by_unit.get(unit, [])):
            if (thing.once, person.account) in found or not is_wanted(thing, person):
                continue
            at = due_ms(thing.kind, person.wants, now_ms, calendar)
            found[thing.once, person.account] = Told(
                thing.once, person.account, at if person.wants.mailbox else None,
                at if person.wants.is_messaged else None,
            )  # fmt: skip
    return list(found.values())


def is_wanted(thing: Thing, person: Person) -> bool:
    """Return whether a thing lies in a person's reach, is of their business, and passed the threshold they set."""
    wants = person.wants
    return (
        may_see(thing.kind, thing.line, person)
        and thing.kind in wants.kinds
        and (not wants.units or not thing.line.isdisjoint(wants.units))
        and thing.limit == wants.limit(thing.kind)
    )


def may_see(kind: str, line: frozenset[str], person: Person) -> bool:
    """Return whether a person may see an alert at all. line: all units it lies in."""
    known = KINDS.get(kind)
    return known is not None and known.needs in person.allowed and (person.unit is None or person.unit in line)


def hooks_for(thing: Thing, hooks: Sequence[Hook]) -> list[Hook]:
    """Return the programs told of a thing itself, once, by the usual thresholds."""
    usual = Wants().limit(thing.kind)
    return [hook for hook in hooks if not hook.for_persons and thing.limit == usual and fits(thing, hook)]


def fits(thing: Thing, hook: Hook) -> bool:
    """Return whether a thing is of a kind and place that a program is told of."""
    return thing.kind in hook.kinds and (hook.unit is None or hook.unit in thing.line)


def due_ms(kind: str, wants: Wants, now_ms: int, calendar: Mapping[date, bool]) -> int:
    """Return when to send: at once what breaks the quiet, else with the person's pace, after the quiet."""
    if kind in wants.through:
        return now_ms
    if wants.pace == "hour":
        now_ms = -(-now_ms // HOUR_MS) * HOUR_MS
    elif wants.pace == "day":
        now_ms = next_daily_ms(now_ms)
        while is_day_off(wants.quiet, now_ms, calendar) and any_working(calendar, local_date(now_ms)):
            now_ms += DAY_MS
    return after_quiet_ms(wants.quiet, now_ms, calendar)


def next_daily_ms(now_ms: int) -> int:
    """Return the next half past seven in the morning, now if it is.

    >>> next_daily_ms(0) == (24 * 60 + 30) * 60_000
    True
    """
    today = day_began_ms(now_ms) + DAILY_MINUTE * MINUTE_MS
    return today if today >= now_ms else today + DAY_MS


def any_working(calendar: Mapping[date, bool], day: date) -> bool:
    """Return whether a working day comes soon enough to wait for."""
    return any(is_working(calendar, day + timedelta(days=step)) for step in range(LONGEST_DAYS))


def is_day_off(quiet: Quiet, at_ms: int, calendar: Mapping[date, bool]) -> bool:
    """Return whether a moment lies on a day that is quiet as a whole."""
    return quiet.has_days_off and not is_working(calendar, local_date(at_ms))


def quiet_end_ms(quiet: Quiet, at_ms: int, calendar: Mapping[date, bool]) -> int | None:
    """Return until when a moment's quiet lasts at least; None where it is not quiet."""
    began = day_began_ms(at_ms)
    minute = (at_ms - began) // MINUTE_MS
    if is_day_off(quiet, at_ms, calendar):
        return began + DAY_MS
    if quiet.begin < quiet.end:
        return began + quiet.end * MINUTE_MS if quiet.begin <= minute < quiet.end else None
    if quiet.begin > quiet.end:
        if minute >= quiet.begin:
            return began + (DAY_MINUTES + quiet.end) * MINUTE_MS
        return began + quiet.end * MINUTE_MS if minute < quiet.end else None
    return None


def after_quiet_ms(quiet: Quiet, at_ms: int, calendar: Mapping[date, bool]) -> int:
    """Return the first moment from this one on that is not quiet; this one where no day off ever ends."""
    if not any_working(calendar, local_date(at_ms)):
        return at_ms
    found, steps = at_ms, 0
    while (end := quiet_end_ms(quiet, found, calendar)) is not None and steps < 3 * LONGEST_DAYS:
        found, steps = end, steps + 1
    return found


def moment_ms(day: date, minute: int) -> int:
    """Return a minute of a local day as Unix milliseconds."""
    return (day.toordinal() - EPOCH_ORDINAL) * DAY_MS + minute * MINUTE_MS - LOCAL_MS


def snooze_until_ms(choice: str, day: date | None, now_ms: int) -> int | None:
    """Return until when an alert leaves someone alone: `hour`, `tomorrow`, or `day` with a day; None if it cannot be.

    A day begins at seven in the morning; two months ahead at the most.
    """
    today = local_date(now_ms)
    if choice == "hour":
        return now_ms + HOUR_MS
    if choice == "tomorrow":
        return moment_ms(today + timedelta(days=1), MORNING_MINUTE)
    if choice == "day" and day is not None and today < day <= today + timedelta(days=LONGEST_DAYS):
        return moment_ms(day, MORNING_MINUTE)
    return None
