"""How long a wrong PIN must wait: after three, half a minute, doubling to an hour; the count outlives a restart."""

import logging
from pathlib import Path
from typing import Final

from appliance.durable import write_durably

log = logging.getLogger(__name__)

FREE_TRIES: Final = 3
FIRST_S: Final = 30.0
LONGEST_S: Final = 3600.0
FILE: Final = "technician-tries"


def wait_s(failures: int) -> float:
    """Return how long to wait after this many wrong tries in a row.

    >>> [wait_s(n) for n in (0, 2, 3, 4, 20)]
    [0.0, 0.0, 30.0, 60.0, 3600.0]
    """
    if failures < FREE_TRIES:
        return 0.0
    return float(min(LONGEST_S, FIRST_S * 2.0 ** min(failures - FREE_TRIES, 20)))


def failures(folder: Path) -> int:
    """Return the wrong tries in a row so far; a file that cannot be read counts as three."""
    try:
        return max(0, min(int((folder / FILE).read_bytes()), 1000))
    except FileNotFoundError:
        return 0
    except (OSError, ValueError):
        return FREE_TRIES


def begin(folder: Path) -> int:
    """Count a try as wrong before it is looked at, so that pulling the plug forgets none; return the count.

    Raises OSError if it cannot be written: then the PIN is not looked at.
    """
    count = failures(folder) + 1
    write_durably(folder / FILE, str(count).encode())
    return count


def forgive(folder: Path) -> None:
    """Forget the wrong tries: the PIN was right."""
    write_durably(folder / FILE, b"0")
