"""Vietnamese local time: Asia/Ho_Chi_Minh is UTC+7 the whole year, so a day and an hour are plain arithmetic."""

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


def moment(utc_ms: int) -> str:
    """Return a Unix time in milliseconds as people read it: `21/11/2026 15:04`, Hà Nội's time."""
    minute = utc_ms // 60_000 % 60
    return f"{local_date(utc_ms):%d/%m/%Y} {local_hour(utc_ms):02d}:{minute:02d}"
