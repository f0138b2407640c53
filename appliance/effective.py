"""Which questionnaire a kiosk asks today: it changes over on its day, also without a network.

The day is the wall clock's where that is proven, else that of the newest proven time; a day once reached stays so.
"""

from datetime import date
from pathlib import Path
from typing import Final

from appliance.clock import Clock
from appliance.durable import write_durably
from survey.local_time import local_date

DAY: Final = "day"
LONG_AGO: Final = "1970-01-01"


def local_day(utc_ms: int) -> str:
    """Return the local date, `2026-12-01`, at a Unix time in milliseconds.

    >>> local_day(1_796_057_999_999), local_day(1_796_058_000_000)
    ('2026-11-30', '2026-12-01')
    """
    return local_date(utc_ms).isoformat()


def known_day(clock: Clock | None) -> str:
    """Return a day that is not later than today: today's where the clock is proven. None: nothing is known yet."""
    if clock is None:
        return LONG_AGO
    now = clock.now()
    proven_ms = max(clock.floor_ms, clock.fix.utc_ms if clock.fix else 0)
    return local_day(max(now.wall_ms, proven_ms) if now.is_exact else proven_ms)


def reached_day(folder: Path) -> str:
    """Return the day that this kiosk has acted on; long ago where it has on none."""
    try:
        return date.fromisoformat((folder / DAY).read_text(encoding="ascii").strip()).isoformat()
    except (OSError, ValueError):
        return LONG_AGO


def keep_day(folder: Path, day: str) -> None:
    """Remember that a day was reached: after a power cut without a network the clock may not say so."""
    write_durably(folder / DAY, day.encode())
