"""Wall time, monotonic time and boot id, and whether wall time can be trusted yet; a ballot is never refused for it."""

import ctypes
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

AGREE_MS = 2_000
STA_UNSYNC = 0x40


class Fix(msgspec.Struct, frozen=True):
    """A proven time: at mono_ms of this boot it was utc_ms (Unix), give or take err_ms."""

    boot: int
    mono_ms: int
    utc_ms: int
    err_ms: int


class Moment(msgspec.Struct, frozen=True):
    """One instant as this machine saw it. is_exact: the wall clock is proven to about 2 s."""

    boot: int
    mono_ms: int
    wall_ms: int
    is_exact: bool


def agrees(wall_ms: int, mono_ms: int, boot: int, fix: Fix | None) -> bool:
    """Return whether the wall clock agrees with a proven time of the same boot, 100 ppm of drift allowed."""
    if fix is None or fix.boot != boot:
        return False
    since_ms = mono_ms - fix.mono_ms
    slack_ms = AGREE_MS + fix.err_ms + abs(since_ms) // 10_000
    return abs(wall_ms - (fix.utc_ms + since_ms)) <= slack_ms


def boot_id() -> str:
    """Return this boot's 128-bit id as 32 hex digits: random, and in memory only."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip().replace("-", "")


def boottime_ms() -> int:
    """Return milliseconds since power-on; goes on in sleep, never jumps."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def wall_ms() -> int:
    """Return the raw wall clock in Unix milliseconds, right or wrong."""
    return time.time_ns() // 1_000_000


def set_wall_ms(utc_ms: int) -> None:
    """Set this machine's wall clock. Raises OSError where this process may not (it needs CAP_SYS_TIME)."""
    time.clock_settime_ns(time.CLOCK_REALTIME, utc_ms * 1_000_000)


def is_ntp_synchronised() -> bool:
    """Return whether the kernel says that its clock is disciplined by NTP."""
    buffer = ctypes.create_string_buffer(208)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.adjtimex(buffer) < 0:
        return False
    # struct timex: modes (4 bytes, padded to 8), offset, freq, maxerror, esterror (8 each), then status.
    status = int.from_bytes(buffer.raw[40:44], "little")
    return not status & STA_UNSYNC


class Clock:
    """Reads the three clocks. floor_ms: no true time lies below it (build time, or the last proven time)."""

    def __init__(
        self,
        boot: int,
        *,
        floor_ms: int = 0,
        wall: Callable[[], int] = wall_ms,
        monotonic: Callable[[], int] = boottime_ms,
        ntp: Callable[[], bool] = is_ntp_synchronised,
    ) -> None:
        self.boot = boot
        self.floor_ms = floor_ms
        self.fix: Fix | None = None
        self._wall, self._monotonic, self._ntp = wall, monotonic, ntp

    def now(self) -> Moment:
        """Return this instant."""
        wall, mono = self._wall(), self._monotonic()
        is_exact = wall >= self.floor_ms and (agrees(wall, mono, self.boot, self.fix) or self._ntp())
        return Moment(self.boot, mono, wall, is_exact)
