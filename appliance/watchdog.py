"""Tells the supervisor that the kiosk lives: only while pictures are drawn and the outbox takes writes.

systemd's protocol: one datagram to the socket that NOTIFY_SOCKET names. Without a supervisor it does nothing.
"""

import logging
import os
import socket
from collections.abc import Callable, Mapping
from typing import Final, Protocol

log = logging.getLogger(__name__)

EVERY_S: Final = 10.0
"""How often life is looked for, at least."""
WRITE_EVERY_S: Final = 300.0
"""How often the outbox is asked to write when nobody does: a card wears with every write."""


class Store(Protocol):
    """What writes. written: writes that have reached the disk so far."""

    written: int

    def pulse(self) -> None:
        """Have something small written to the disk."""


class Watchdog:
    """Judges life from counters that only work moves on: pictures flipped, writes committed."""

    def __init__(
        self, frames: Callable[[], int], redraw: Callable[[], None], store: Store, notify: Callable[[str], None]
    ) -> None:
        """frames: pictures so far. redraw: asks for one more, on the loop. notify: tells the supervisor."""
        self.every_s = every_s()
        self._frames, self._redraw, self._store, self._notify = frames, redraw, store, notify
        self._seen_frames = self._seen_written = -1
        self._written_at_s = self._asked_at_s = float("-inf")
        self._is_ready = self._is_quiet = False

    def look(self, now_s: float) -> bool:
        """Look for life and tell of it; call it every EVERY_S. now_s: monotonic seconds. Returns whether it told."""
        frames, written = self._frames(), self._store.written
        is_drawing, self._seen_frames = frames > self._seen_frames, frames
        if written > self._seen_written:
            self._written_at_s, self._seen_written = now_s, written
        if now_s - max(self._written_at_s, self._asked_at_s) >= WRITE_EVERY_S:
            self._asked_at_s = now_s
            self._store.pulse()
        self._redraw()
        is_alive = is_drawing and now_s - self._written_at_s < WRITE_EVERY_S + 6 * EVERY_S
        if is_alive:
            self._notify("WATCHDOG=1" if self._is_ready else "READY=1\nWATCHDOG=1")
            self._is_ready = True
        elif not self._is_quiet:
            log.error("no sign of life: drawing=%s last_write_s=%.0f", is_drawing, now_s - self._written_at_s)
        self._is_quiet = not is_alive
        return is_alive


def every_s(environ: Mapping[str, str] = os.environ) -> float:
    """Return the seconds between looks: a third of what the supervisor waits, EVERY_S at most."""
    told = environ.get("WATCHDOG_USEC", "")
    return min(EVERY_S, int(told) / 3e6) if told.isdecimal() and int(told) else EVERY_S


def supervisor(environ: Mapping[str, str] = os.environ) -> Callable[[str], None] | None:
    """Return how to tell the supervisor, or None where there is none."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address:
        return None
    place = "\0" + address[1:] if address.startswith("@") else address

    def notify(words: str) -> None:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
                line.sendto(words.encode(), place)
        except OSError as error:
            log.error("the supervisor cannot be told: %s", error)

    return notify
