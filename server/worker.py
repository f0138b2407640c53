"""What the centre does by itself while it serves: ended sessions swept away hourly, reports and mail each minute."""

import threading
import time
from collections.abc import Callable

import structlog

from server.accounts.queries import sweep
from server.centre import Centre
from server.mail.outbox import deliver
from server.reports.due import make_due

log = structlog.get_logger()
EVERY_S = 3600.0
ERRANDS_S = 60.0


class Worker:
    """One thread that wakes every minute. It writes only through the centre's writer."""

    def __init__(self, centre: Centre, every_s: float = EVERY_S, errands_s: float = ERRANDS_S) -> None:
        self._centre = centre
        self._every_s = every_s
        self._errands_s = errands_s
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="worker", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop, at once."""
        self._stopped.set()
        self._thread.join()

    def _loop(self) -> None:
        swept_s = time.monotonic()
        while not self._stopped.wait(min(self._every_s, self._errands_s)):
            self._try("reports due", lambda: make_due(self._centre))
            self._try("mail", lambda: deliver(self._centre))
            if time.monotonic() - swept_s >= self._every_s:
                swept_s = time.monotonic()
                self._try("sweep", self._sweep)

    def _sweep(self) -> None:
        swept = self._centre.writer.run(lambda work: sweep(work, self._centre.now_ms()))
        log.info("swept", sessions=swept)

    def _try(self, name: str, do: Callable[[], object]) -> None:
        try:
            do()
        except Exception as error:  # noqa: BLE001 - the next minute tries again; serving goes on
            log.warning(f"{name} failed", kind=type(error).__name__)
