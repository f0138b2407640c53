"""Clock: when the wall clock may be believed."""

import pytest

from appliance.clock import Clock, Fix, agrees
from tests.values import NOON_MS


@pytest.mark.parametrize(
    ("off_ms", "boot", "believed"),
    [(0, 1, True), (1900, 1, True), (2600, 1, False), (-2600, 1, False), (0, 2, False)],
)
def test_the_wall_clock_is_believed_where_a_proven_time_of_this_boot_agrees(
    off_ms: int, boot: int, believed: bool
) -> None:
    fix = Fix(boot=1, mono_ms=10_000, utc_ms=NOON_MS, err_ms=100)
    assert agrees(NOON_MS + 20_000 + off_ms, 30_000, boot, fix) is believed


def test_drift_of_100_ppm_is_allowed() -> None:
    fix = Fix(boot=1, mono_ms=0, utc_ms=NOON_MS, err_ms=0)
    three_days_ms = 3 * 86_400_000
    assert agrees(NOON_MS + three_days_ms + 25_000, three_days_ms, 1, fix)
    assert not agrees(NOON_MS + three_days_ms + 30_000, three_days_ms, 1, fix)


def test_a_clock_below_the_floor_is_never_believed() -> None:
    clock = Clock(1, floor_ms=NOON_MS, wall=lambda: 300_000, monotonic=lambda: 5000, ntp=lambda: True)
    moment = clock.now()
    assert (moment.wall_ms, moment.is_exact) == (300_000, False)


def test_without_ntp_and_fix_the_clock_is_unproven_and_the_ballot_still_gets_its_times() -> None:
    moment = Clock(4, wall=lambda: NOON_MS, monotonic=lambda: 5000, ntp=lambda: False).now()
    assert (moment.boot, moment.mono_ms, moment.wall_ms, moment.is_exact) == (4, 5000, NOON_MS, False)
