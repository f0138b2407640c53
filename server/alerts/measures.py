"""What counts come to: low grades at a counter, a share of today, a kiosk's silence, each against thresholds; pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from server.alerts.kinds import Limit, Thing
from server.alerts.rules import MINUTE_MS, moment_ms
from server.offices.calendar import is_working
from survey.enrolment import Hours
from survey.local_time import local_date

BACK_DAYS: Final = 14
"""A silence is counted no further back."""
USUAL: Final = tuple(
    Hours(day, opens, closes) for day in range(1, 6) for opens, closes in (("07:30", "11:30"), ("13:30", "17:00"))
)
"""When a counter is open that nobody gave hours."""


class Place(msgspec.Struct, frozen=True):
    """Where something was measured. line: the counter, the office and all units above."""

    office: str
    counter: str
    line: frozenset[str]


class Lows(msgspec.Struct, frozen=True):
    """Low grades at a counter today. samples: (Unix milliseconds, how many by then), the earliest first."""

    place: Place
    samples: tuple[tuple[int, int], ...]


class Share(msgspec.Struct, frozen=True):
    """Answers to the overall question at an office today."""

    place: Place
    satisfied: int
    base: int


class Silence(msgspec.Struct, frozen=True):
    """A kiosk and when it was last heard, Unix milliseconds. is_open: whether its counter is open now."""

    place: Place
    device: str
    since: int
    minutes: int
    is_open: bool


class Foreseen(msgspec.Struct, frozen=True):
    """A part of a kiosk that may fail soon. about: its kind. since: Unix milliseconds. days: it rests on so many."""

    place: Place
    device: str
    about: str
    since: int
    days: int


def low_things(lows: Iterable[Lows], limits: Iterable[Limit], day: date, now_ms: int, least: int) -> list[Thing]:
    """Return the counters where so many low grades came in so many minutes, for each threshold.

    A counter is told again only after as many low grades more. least: a threshold below it is taken as this.
    """
    wanted, found = sorted(set(limits)), []
    for one in lows:
        total = one.samples[-1][1] if one.samples else 0
        for n, minutes in wanted:
            enough = max(n, least)
            came = total - (before(one.samples, now_ms - minutes * MINUTE_MS) if minutes else 0)
            if came >= enough:
                once = f"low {one.place.counter} {day} {n}/{minutes} {total // enough}"
                found.append(
                    Thing(once, "low_grades", one.place.office, one.place.office, one.place.counter, one.place.line,
                          (n, minutes), base=enough)
                )  # fmt: skip
    return found


def before(samples: Sequence[tuple[int, int]], at_ms: int) -> int:
    """Return how many there were at a moment; 0 before the first sample."""
    return next((n for at, n in reversed(samples) if at <= at_ms), 0)


def share_things(shares: Iterable[Share], limits: Iterable[Limit], day: date, least: int) -> list[Thing]:
    """Return the offices whose share of today lies below a threshold. least: no smaller base is ever told."""
    wanted, found = sorted(set(limits)), []
    for one in shares:
        for percent, base in wanted:
            if one.base >= max(base, least) and 100 * one.satisfied < percent * one.base:
                once = f"share {one.place.office} {day} {percent}/{base}"
                tenths = (2000 * one.satisfied + one.base) // (2 * one.base)
                found.append(
                    Thing(once, "satisfaction", one.place.office, one.place.office, one.place.counter, one.place.line,
                          (percent, base), base=one.base, tenths=tenths)
                )  # fmt: skip
    return found


def silence_things(silences: Iterable[Silence], limits: Iterable[Limit]) -> list[Thing]:
    """Return the kiosks that were silent for a threshold's minutes of opening time; each silence is one alert."""
    wanted, found = sorted(set(limits)), []
    for one in silences:
        for minutes, rest in wanted:
            if one.is_open and one.minutes >= minutes:
                found.append(
                    Thing(f"silent {one.device} {one.since}", "kiosk_silent", one.place.office, one.place.office,
                          one.place.counter, one.place.line, (minutes, rest), device=one.device, since=one.since)
                )  # fmt: skip
    return found


def forecast_things(foreseen: Iterable[Foreseen]) -> list[Thing]:
    """Return the forecasts; each is one alert from its beginning to its end."""
    return [
        Thing(f"forecast {one.device} {one.about} {one.since}", "kiosk_forecast", one.place.office, one.place.office,
              one.place.counter, one.place.line, device=one.device, base=one.days, since=one.since, about=one.about)
        for one in foreseen
    ]  # fmt: skip


def open_spans(hours: Sequence[Hours], calendar: Mapping[date, bool], day: date) -> list[tuple[int, int]]:
    """Return when a counter is open on a day, Unix milliseconds; () of hours stands for the usual ones."""
    if not is_working(calendar, day):
        return []
    return [
        (moment_ms(day, _minute(one.opens)), moment_ms(day, _minute(one.closes)))
        for one in hours or USUAL
        if one.weekday == day.isoweekday()
    ]


def open_minutes(hours: Sequence[Hours], calendar: Mapping[date, bool], since_ms: int, until_ms: int) -> int:
    """Return how many minutes of opening time lie between two moments; two weeks back at the most."""
    last = local_date(until_ms)
    first = max(local_date(since_ms), last - timedelta(days=BACK_DAYS))
    total = 0
    for step in range((last - first).days + 1):
        for opens, closes in open_spans(hours, calendar, first + timedelta(days=step)):
            total += max(0, min(closes, until_ms) - max(opens, since_ms))
    return total // MINUTE_MS


def is_open(hours: Sequence[Hours], calendar: Mapping[date, bool], at_ms: int) -> bool:
    """Return whether a counter is open at a moment."""
    return any(opens <= at_ms < closes for opens, closes in open_spans(hours, calendar, local_date(at_ms)))


def _minute(words: str) -> int:
    hour, _, minute = words.partition(":")
    return 60 * int(hour) + int(minute)
