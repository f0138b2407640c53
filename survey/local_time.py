"""Vietnamese local time: Asia/Ho_Chi_Minh is UTC+7 the whole year, so days and hours are plain arithmetic; pure."""

from datetime import date
from typing import Final

LOCAL_MS: Final = 7 * 3_600_000
DAY_MS: Final = 86_400_000
EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()


def local_date(utc_ms: int) -> date:
    """Return the local date at a Unix time in milliseconds."""
    return date.fromordinal(EPOCH_ORDINAL + (utc_ms + LOCAL_MS) // DAY_MS)


def local_hour(utc_ms: int) -> int:
    """Return the local hour, 0…23, at a Unix time in milliseconds."""
    return (utc_ms + LOCAL_MS) % DAY_MS // 3_600_000


def local_second(utc_ms: int) -> int:
    """Return the second of the local day, 0…86,399, at a Unix time in milliseconds."""
    return (utc_ms + LOCAL_MS) % DAY_MS // 1000


def day_began_ms(utc_ms: int) -> int:
    """Return the Unix milliseconds at which the local day of a moment began."""
    return (utc_ms + LOCAL_MS) // DAY_MS * DAY_MS - LOCAL_MS


def local_words(utc_ms: int) -> str:
    """Return a moment as people read it.

    >>> local_words(1_796_058_000_000)
    '01/12/2026 00:00'
    """
    minute = utc_ms // 60_000 % 60
    return f"{local_date(utc_ms):%d/%m/%Y} {local_hour(utc_ms):02d}:{minute:02d}"
