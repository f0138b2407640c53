"""What two weeks suggest: said with its evidence and its base, and not said without enough of either."""

from datetime import date, timedelta

from server.devices.forecast import DayTold, suspicions
from survey.batch import Health
from survey.local_time import DAY_MS
from tests.kiosk_double import NOW_MS

TODAY = date(2026, 11, 21)


def days(low=(), errors=None, count=14):
    return [
        DayTold(TODAY - timedelta(days=ago), ago in low, errors(ago) if errors else None)
        for ago in reversed(range(count))
    ]


def test_a_supply_that_gets_worse_is_told_with_both_weeks():
    assert suspicions(days(low=(0, 1, 3, 9)), TODAY) == [
        "Bộ nguồn có thể sắp hỏng: 3 ngày điện yếu trong 7 ngày gần đây, 1 ngày trong 7 ngày trước đó "
        "(theo 14 ngày máy có báo)."
    ]


def test_two_days_or_a_week_no_worse_than_the_last_say_nothing():
    assert suspicions(days(low=(0, 1)), TODAY) == []
    assert suspicions(days(low=(0, 1, 3, 8, 9, 10)), TODAY) == []
    assert suspicions([], TODAY) == []


def test_new_errors_of_the_card_are_told_and_old_ones_are_not():
    assert suspicions(days(errors=lambda ago: 2 if ago > 3 else 7), TODAY) == [
        "Thẻ nhớ có thể sắp hỏng: thêm 5 lỗi ghi đọc, từ 2 lên 7 (theo 14 ngày máy có báo)."
    ]
    assert suspicions(days(errors=lambda ago: 7), TODAY) == []
    assert suspicions(days(errors=lambda ago: 0 if ago else 7, count=1), TODAY) == []


def test_what_kiosks_say_is_kept_by_day_and_shown(signed_in, kiosk, clock, rows):
    for day, (throttled, errors) in enumerate((("0x0", 0), ("0x1", 0), ("0x50000", 2), ("0x1", 4))):
        clock.now_ms = NOW_MS - (3 - day) * DAY_MS
        kiosk.send(health=Health(throttled=throttled, card_errors=errors))
        kiosk.send(health=Health(throttled="0x0", card_errors=errors))
    low = [bool(row[0]) for row in rows("SELECT is_power_low FROM device_days ORDER BY day")]
    assert low == [False, True, True, True]
    shown = signed_in.get(f"/thiet-bi/may/{kiosk.device}").text
    assert "3 ngày điện yếu trong 7 ngày gần đây" in shown
    assert "từ 0 lên 4 (theo 4 ngày máy có báo)" in shown


def test_a_kiosk_that_says_nothing_of_both_leaves_no_row(kiosk, rows):
    kiosk.send(health=Health(version="0.9.0"))
    assert rows("SELECT count(*) FROM device_days") == [(0,)]
