"""The rotating QR: a new token every 30 s and after every touch, made offline, its showing written to the ledger."""

from collections.abc import Callable
from typing import Final

from appliance.clock import Clock
from survey.batch import Shown
from survey.enrolment import KioskSettings
from survey.qr_token import WINDOW_S, QrToken, make

FIRST_EVERY_MS: Final = 8000
"""More than one code in this time is never made over hours, so a count that begins there is ahead of any before."""


class RotatingCode:
    """Makes the URL that is on the screen now.

    clock: gives the clock, None while the boot's number is not known yet. head: gives the chain's newest link.
    ledger: takes a line for each run of codes that has left the screen.
    """

    def __init__(
        self, clock: Callable[[], Clock | None], head: Callable[[], bytes], ledger: Callable[[Shown], None]
    ) -> None:
        self._clock, self._head, self._ledger = clock, head, ledger
        self._counter = 0
        self._since_ms = -1
        self._url = ""

    def url(self, kiosk: KioskSettings, *, is_new: bool) -> str:
        """Return what the QR says now, a new code if asked for or if the last one is 30 s old; "" before the start."""
        clock = self._clock()
        if clock is None:
            return ""
        now = clock.now()
        if self._url and not is_new and now.mono_ms - self._since_ms < WINDOW_S * 1000:
            return self._url
        if self._since_ms >= 0:
            self._ledger(Shown(now.boot, self._counter, self._counter, self._since_ms, now.mono_ms))
        if not self._counter:  # after a restart within one boot no code may come again
            self._counter = now.mono_ms // FIRST_EVERY_MS
        self._counter += 1
        self._since_ms = now.mono_ms
        token = QrToken(
            kiosk=kiosk.qr_kiosk,
            boot=now.boot,
            counter=self._counter,
            window=now.wall_ms // 1000 // WINDOW_S if now.is_exact else 0,
            head=self._head()[:4],
        )
        self._url = f"{kiosk.public_base.rstrip('/').upper()}/Q/{make(token, kiosk.qr_key)}"
        return self._url
