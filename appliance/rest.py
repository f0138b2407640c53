"""When a kiosk is awake, dim or asleep, by the office's opening hours and its own trusted clock; pure."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from survey.enrolment import Hours
from survey.local_time import local_date, local_second

DAY_S: Final = 86_400
EARLY_S: Final = 900
"""A kiosk is awake this long before the office opens, and dim this long after it has closed."""
STIRRED_S: Final = 90.0
"""A touch in the night wakes it for so long."""
DAYS: Final[dict[str, tuple[str, ...]]] = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


class Rest(StrEnum):
    """awake: as always; dim: the office has just closed; asleep: dark, with one line that says until when."""

    AWAKE = "awake"
    DIM = "dim"
    ASLEEP = "asleep"


class Opening(NamedTuple):
    """The next time the office opens. weekday: 1 Monday … 7 Sunday; at: HH:MM; is_today: on the present day."""

    weekday: int
    at: str
    is_today: bool


def rest(hours: Sequence[Hours], utc_ms: int | None, stirred_ago_s: float) -> Rest:
    """Return whether the kiosk rests. utc_ms: None while the clock is not proven: then it never sleeps.

    stirred_ago_s: seconds since the last touch, press or visit.
    """
    if utc_ms is None or not hours or stirred_ago_s < STIRRED_S or is_open(hours, utc_ms):
        return Rest.AWAKE
    if is_open(hours, utc_ms + EARLY_S * 1000):
        return Rest.AWAKE
    return Rest.DIM if is_open(hours, utc_ms - EARLY_S * 1000) else Rest.ASLEEP


def is_open(hours: Sequence[Hours], utc_ms: int) -> bool:
    """Return whether the office is open at a moment, Unix milliseconds; the closing minute is not."""
    day, second = _local(utc_ms)
    return any(each.weekday == day and _second(each.opens) <= second < _second(each.closes) for each in hours)


def next_opening(hours: Sequence[Hours], utc_ms: int) -> Opening | None:
    """Return when the office opens next, within a week, or None if it has no hours."""
    day, second = _local(utc_ms)
    waits = sorted(
        (((each.weekday - day) * DAY_S + _second(each.opens) - second - 1) % (7 * DAY_S), each.weekday, each.opens)
        for each in hours
    )
    if not waits:
        return None
    wait_s, weekday, opens = waits[0]
    return Opening(weekday, opens, second + 1 + wait_s < DAY_S)


def opening_words(opening: Opening, lang: str) -> str:
    """Return an opening as people say it: `07:30`, `07:30 thứ Hai`."""
    names = DAYS.get(lang, DAYS["vi"])
    return opening.at if opening.is_today else f"{opening.at} {names[opening.weekday - 1]}"


def _local(utc_ms: int) -> tuple[int, int]:
    return local_date(utc_ms).isoweekday(), local_second(utc_ms)


def _second(clock: str) -> int:
    return int(clock[:2]) * 3600 + int(clock[3:]) * 60
