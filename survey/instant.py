"""Instants on the wire: UTC, RFC 3339, milliseconds, always written `2026-11-21T08:15:30.123Z`."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated

import msgspec

Instant = Annotated[
    str, msgspec.Meta(pattern=r"^\d{4}-(0\d|1[0-2])-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d\.\d{3}Z$", max_length=24)
]


def to_instant(unix_ms: int) -> str:
    """Return the wire form of a Unix time in milliseconds.

    >>> to_instant(0)
    '1970-01-01T00:00:00.000Z'
    """
    seconds, ms = divmod(unix_ms, 1000)
    return f"{_second(seconds)}.{ms:03d}Z"


@lru_cache(maxsize=64)  # answers of one second share its words, and strftime takes 15 µs
def _second(unix_s: int) -> str:
    return f"{datetime.fromtimestamp(unix_s, UTC):%Y-%m-%dT%H:%M:%S}"


def from_instant(text: str) -> int:
    """Return the Unix time in milliseconds of a wire instant. Raises ValueError if it is no real date.

    >>> from_instant("1970-01-01T00:00:01.500Z")
    1500
    """
    moment = datetime.fromisoformat(text)
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000
