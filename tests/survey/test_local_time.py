"""Local days and hours at Hà Nội: the edges of a day."""

from survey.local_time import day_began_ms, local_date, local_hour, local_second, local_words

MIDNIGHT_MS = 1_796_058_000_000
"""1 December 2026, 00:00 at Hà Nội, 17:00 UTC of the day before."""


def test_a_day_changes_at_five_in_the_evening_utc():
    assert (local_date(MIDNIGHT_MS - 1).isoformat(), local_date(MIDNIGHT_MS).isoformat()) == (
        "2026-11-30",
        "2026-12-01",
    )
    assert (local_hour(MIDNIGHT_MS - 1), local_hour(MIDNIGHT_MS)) == (23, 0)
    assert (local_second(MIDNIGHT_MS - 1), local_second(MIDNIGHT_MS + 61_000)) == (86_399, 61)
    assert (day_began_ms(MIDNIGHT_MS - 1), day_began_ms(MIDNIGHT_MS + 1)) == (MIDNIGHT_MS - 86_400_000, MIDNIGHT_MS)


def test_a_moment_is_written_as_people_write_it():
    assert local_words(MIDNIGHT_MS + 8 * 3_600_000 + 5 * 60_000 + 59_999) == "01/12/2026 08:05"
