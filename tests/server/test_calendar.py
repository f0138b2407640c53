"""Working days: the days known to be off, what a decision changes, and that counting and adding agree."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.offices.calendar import CalendarError, add_working_days, is_working, public_days, working_days_between

DAYS = st.dates(date(2024, 1, 1), date(2031, 12, 31))
DECIDED = st.dictionaries(DAYS, st.booleans(), max_size=30)
NOTHING: dict[date, bool] = {}


@pytest.mark.parametrize(
    ("tet", "gio_to"),
    [
        (date(2025, 1, 29), date(2025, 4, 7)),
        (date(2026, 2, 17), date(2026, 4, 26)),
        (date(2027, 2, 6), date(2027, 4, 16)),
        (date(2028, 1, 26), date(2028, 4, 4)),
        (date(2029, 2, 13), date(2029, 4, 23)),
        (date(2030, 2, 2), date(2030, 4, 12)),
    ],
)
def test_tet_and_gio_to_are_those_of_the_vietnamese_moon(tet, gio_to):
    names = {one.day: one.name for one in public_days(tet.year)}
    assert names[tet] == "Tết Nguyên Đán"
    assert names[gio_to] == "Ngày Giỗ Tổ Hùng Vương"
    assert not is_working(NOTHING, tet)
    assert not is_working(NOTHING, gio_to)


@pytest.mark.parametrize("year", range(2025, 2031))
def test_the_four_fixed_holidays_are_off(year):
    for month, day in ((1, 1), (4, 30), (5, 1), (9, 2)):
        assert not is_working(NOTHING, date(year, month, day))


def test_a_swapped_day_is_off_and_its_saturday_worked():
    assert not is_working(NOTHING, date(2025, 5, 2))
    assert is_working(NOTHING, date(2025, 4, 26))


def test_what_the_province_decided_is_stronger():
    tet, monday = date(2027, 2, 8), date(2026, 11, 23)
    assert is_working({tet: True}, tet)
    assert not is_working({monday: False}, monday)


def test_tet_is_jumped_over():
    assert add_working_days(NOTHING, date(2026, 2, 13), 1) == date(2026, 2, 23)
    assert working_days_between(NOTHING, date(2026, 2, 13), date(2026, 2, 23)) == 1


@given(DECIDED, DAYS, st.integers(0, 60))
def test_adding_and_counting_agree(decided, day, days):
    there = add_working_days(decided, day, days)
    assert working_days_between(decided, day, there) == days
    assert days == 0 or is_working(decided, there)


@given(DECIDED, DAYS, DAYS, DAYS)
def test_a_span_is_the_sum_of_its_parts(decided, first, middle, last):
    parts = working_days_between(decided, first, middle) + working_days_between(decided, middle, last)
    assert parts == working_days_between(decided, first, last)


def test_what_cannot_be_counted_says_so():
    with pytest.raises(CalendarError, match="-1"):
        add_working_days(NOTHING, date(2026, 1, 1), -1)
    day = date(2026, 1, 1)
    with pytest.raises(CalendarError, match="do not end"):
        add_working_days({day + timedelta(days=n): False for n in range(800)}, day, 3)
