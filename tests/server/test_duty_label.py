"""Who sits at the counter reaches its kiosk, is named on the right half-day and never after the roster has run out."""

from datetime import date

import msgspec
import pytest

from server.duty import queries
from survey import wire
from survey.enrolment import Duty, KioskSettings, officer_at
from tests.server.conftest import COUNTER, OFFICE

TODAY = date(2026, 11, 21)


@pytest.fixture
def roster(centre):
    """Return a function that stores who sits where; officers are made by name."""
    made = {}

    def store(wanted):
        def run(work):
            for name in set(wanted.values()) - set(made):
                made[name] = queries.add_officer(work, OFFICE, name, f"CB{len(made)}", "Công chức")
            queries.set_duties(work, {slot: made[name] for slot, name in wanted.items()})

        centre.writer.run(run)
        return made

    return store


def test_the_roster_of_two_weeks_reaches_the_kiosk_of_its_counter(kiosk, roster):
    assert kiosk.settings().duty is msgspec.UNSET
    roster({
        (COUNTER, TODAY, "am"): "Lò Thị Mai", (COUNTER, TODAY, "pm"): "Trần Văn Bình",
        (COUNTER, date(2026, 12, 4), "am"): "Lò Thị Mai", (COUNTER, date(2026, 12, 5), "am"): "Lò Thị Mai",
        (COUNTER, date(2026, 11, 20), "am"): "Lò Thị Mai", ("phuong-minh-xuan.q1", TODAY, "am"): "Lò Thị Mai",
    })  # fmt: skip
    assert kiosk.settings().duty == [
        Duty("2026-11-21", "am", "Lò Thị Mai"), Duty("2026-11-21", "pm", "Trần Văn Bình"),
        Duty("2026-12-04", "am", "Lò Thị Mai"),
    ]  # fmt: skip


def test_a_corrected_roster_reaches_it_at_once_and_so_does_the_next_day(kiosk, roster, clock):
    roster({(COUNTER, TODAY, "am"): "Lò Thị Mai", (COUNTER, date(2026, 12, 5), "am"): "Trần Văn Bình"})
    assert [one.officer for one in kiosk.settings().duty] == ["Lò Thị Mai"]
    roster({(COUNTER, TODAY, "am"): "Trần Văn Bình"})
    assert [one.officer for one in kiosk.settings().duty] == ["Trần Văn Bình"]
    clock.now_ms += 86_400_000
    assert [one.day for one in kiosk.settings().duty] == ["2026-12-05"]


@pytest.mark.parametrize(
    ("day", "hour", "officer"),
    [
        ("2026-11-21", 0, "Lò Thị Mai"), ("2026-11-21", 11, "Lò Thị Mai"), ("2026-11-21", 12, "Trần Văn Bình"),
        ("2026-11-22", 8, ""), ("2027-03-01", 8, ""), (None, 8, ""),
    ],
)  # fmt: skip
def test_the_half_day_names_its_officer_and_no_other_day_does(kiosk, roster, day, hour, officer):
    roster({(COUNTER, TODAY, "am"): "Lò Thị Mai", (COUNTER, TODAY, "pm"): "Trần Văn Bình"})
    settings = kiosk.settings()
    assert officer_at(settings, day, hour) == officer


def test_settings_without_a_roster_say_nothing_of_one(kiosk):
    settings = kiosk.settings()
    assert b"duty" not in wire.encode(settings)
    assert officer_at(settings, "2026-11-21", 8) == ""
    assert wire.decode(wire.encode(settings), KioskSettings) == settings
