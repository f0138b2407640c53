"""Working days: public holidays, Tết and Giỗ Tổ, and what each year's decision changes; pure, for later deadlines."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Final

import msgspec
from holidays.countries.vietnam import Vietnam

SATURDAY: Final = 5
FIRST_YEAR: Final = 2020
LAST_YEAR: Final = 2099


class Day(msgspec.Struct, frozen=True, order=True):
    """A day that differs from its weekday. is_working: a day worked although a weekend or holiday, else a day off."""

    day: date
    name: str
    is_working: bool


class CalendarError(ValueError):
    """A count of working days that cannot be made; `str()` says why."""


@cache
def public_days(year: int) -> tuple[Day, ...]:
    """Return a year's days as the law and the decisions known to the library have them, the earliest first.

    Tết and Giỗ Tổ by the Vietnamese lunar calendar of UTC+7, which in 2030 is a day ahead of the Chinese one. Which
    five days of Tết are off is decided each year: until then the library's are a forecast.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return ()
    known = Vietnam(years=year, language="vi")  # type: ignore[no-untyped-call]
    off = [Day(day, name, is_working=False) for day, name in known.items() if day.year == year]
    worked = [Day(day, "Làm bù", is_working=True) for day in known.weekend_workdays if day.year == year]
    return tuple(sorted(off + worked))


def is_working(decided: Mapping[date, bool], day: date) -> bool:
    """Return whether a day is worked. decided: whether the province's own days are; stronger than what is public."""
    if day in decided:
        return decided[day]
    public = _public(day.year).get(day)
    return day.weekday() < SATURDAY if public is None else public


def add_working_days(decided: Mapping[date, bool], day: date, days: int) -> date:
    """Return the day that lies so many working days after a day, which itself is not counted; 0 gives the day itself.

    Raises CalendarError for a negative number, or if a year has no working day left to count.
    """
    if days < 0:
        raise CalendarError(f"{days} working days cannot be added; give 0 or more")
    at, left = day, days
    limit = day + timedelta(days=20 + 4 * days + 366)
    while left:
        at += timedelta(days=1)
        if at > limit:
            raise CalendarError(f"{days} working days after {day} do not end; too many days off are decided")
        left -= is_working(decided, at)
    return at


def working_days_between(decided: Mapping[date, bool], first: date, last: date) -> int:
    """Return how many working days lie after `first` up to and including `last`; negative if `last` is earlier.

    The inverse of `add_working_days`: adding n and counting back gives n.
    """
    if last < first:
        return -working_days_between(decided, last, first)
    span = (last - first).days
    return sum(is_working(decided, first + timedelta(days=step)) for step in range(1, span + 1))


@cache
def _public(year: int) -> dict[date, bool]:
    return {one.day: one.is_working for one in public_days(year)}
