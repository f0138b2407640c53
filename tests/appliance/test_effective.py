"""A kiosk changes over on the day by its own clock, or by what is proven, and never back."""

from pathlib import Path

import msgspec
import pytest

from appliance.clock import Clock, Fix
from appliance.effective import keep_day, known_day, reached_day
from survey.enrolment import KioskSettings, Upcoming, as_of
from survey.questionnaire import bundled
from tests.appliance.test_qr_code import KIOSK

MIDNIGHT_MS = 1_796_058_000_000
"""2026-12-01T00:00 in Hà Nội."""


def a_clock(wall_ms: int, *, is_exact: bool, floor_ms: int = 0, fix_ms: int = 0) -> Clock:
    clock = Clock(3, floor_ms=floor_ms, wall=lambda: wall_ms, monotonic=lambda: 10**9, ntp=lambda: is_exact)
    clock.fix = Fix(2, 1, fix_ms, 5) if fix_ms else None
    return clock


@pytest.mark.parametrize(
    ("clock", "day"),
    [
        (None, "1970-01-01"),
        (a_clock(MIDNIGHT_MS - 1, is_exact=True), "2026-11-30"),
        (a_clock(MIDNIGHT_MS, is_exact=True), "2026-12-01"),
        (a_clock(MIDNIGHT_MS + 10**10, is_exact=False, floor_ms=MIDNIGHT_MS - 1), "2026-11-30"),
        (a_clock(0, is_exact=False, fix_ms=MIDNIGHT_MS), "2026-12-01"),
    ],
)
def test_the_day_is_the_proven_clocks_else_that_of_the_newest_proven_time(clock, day):
    assert known_day(clock) == day


def test_a_day_that_was_reached_is_remembered_and_rubbish_is_not(tmp_path: Path):
    assert reached_day(tmp_path) == "1970-01-01"
    keep_day(tmp_path, "2026-12-01")
    assert reached_day(tmp_path) == "2026-12-01"
    (tmp_path / "day").write_bytes(b"\xff\x00")
    assert reached_day(tmp_path) == "1970-01-01"


def test_settings_of_before_still_read_and_carry_nothing_to_come():
    from survey import wire

    kiosk = KIOSK
    assert b"upcoming" not in wire.encode(kiosk)
    assert as_of(wire.decode(wire.encode(kiosk), KioskSettings), "2999-01-01").questionnaire == bundled()
    coming = msgspec.structs.replace(kiosk, upcoming=[Upcoming("2026-12-01", bundled())])
    assert wire.decode(wire.encode(coming), KioskSettings) == coming
