"""When a kiosk rests: opening hours, the trusted clock, a touch in the night."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.rest import STIRRED_S, Rest, is_open, next_opening, opening_words, rest
from survey.enrolment import Hours
from survey.local_time import day_began_ms

VIET_NAM = timezone(timedelta(hours=7))
OFFICE = [Hours(day, *half) for day in range(1, 6) for half in (("07:30", "11:30"), ("13:30", "17:00"))]
LONG_AGO = 9999.0


def at(text: str) -> int:
    """Return the Unix milliseconds of a local time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=VIET_NAM).timestamp() * 1000)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-20T07:14:59", Rest.ASLEEP),
        ("2026-11-20T07:15:00", Rest.AWAKE),  # a quarter of an hour early
        ("2026-11-20T11:29:59", Rest.AWAKE),
        ("2026-11-20T11:30:00", Rest.DIM),
        ("2026-11-20T11:45:00", Rest.ASLEEP),
        ("2026-11-20T13:20:00", Rest.AWAKE),
        ("2026-11-20T17:10:00", Rest.DIM),
        ("2026-11-21T09:00:00", Rest.ASLEEP),  # Saturday
    ],
)
def test_a_kiosk_rests_by_the_opening_hours(moment: str, expected: Rest) -> None:
    assert rest(OFFICE, at(moment), LONG_AGO) is expected


def test_without_a_proven_clock_or_without_hours_it_never_sleeps() -> None:
    assert rest(OFFICE, None, LONG_AGO) is Rest.AWAKE
    assert rest([], at("2026-11-21T02:00:00"), LONG_AGO) is Rest.AWAKE


def test_a_touch_in_the_night_wakes_it_for_a_while() -> None:
    night = at("2026-11-21T02:00:00")
    assert rest(OFFICE, night, STIRRED_S - 1) is Rest.AWAKE
    assert rest(OFFICE, night, STIRRED_S) is Rest.ASLEEP


@pytest.mark.parametrize(
    ("moment", "vi", "en"),
    [
        ("2026-11-20T11:50:00", "13:30", "13:30"),
        ("2026-11-20T18:00:00", "07:30 thứ Hai", "07:30 Monday"),
        ("2026-11-22T23:59:59", "07:30 thứ Hai", "07:30 Monday"),
        ("2026-11-23T05:00:00", "07:30", "07:30"),
        ("2026-11-23T07:30:00", "13:30", "13:30"),
    ],
)
def test_the_line_says_when_it_opens_next(moment: str, vi: str, en: str) -> None:
    opening = next_opening(OFFICE, at(moment))
    assert opening is not None
    assert (opening_words(opening, "vi"), opening_words(opening, "en")) == (vi, en)


def test_an_office_without_hours_opens_never() -> None:
    assert next_opening([], at("2026-11-20T11:50:00")) is None


@given(st.integers(min_value=at("2024-01-01T00:00:00"), max_value=at("2040-01-01T00:00:00")))
def test_days_and_hours_agree_with_the_calendar(utc_ms: int) -> None:
    local = datetime.fromtimestamp(utc_ms / 1000, VIET_NAM)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    assert day_began_ms(utc_ms) == round(midnight.timestamp() * 1000)
    clock = local.strftime("%H:%M")
    halves = (("07:30", "11:30"), ("13:30", "17:00"))
    expected = local.isoweekday() <= 5 and any(opens <= clock < closes for opens, closes in halves)
    assert is_open(OFFICE, utc_ms) is expected
