"""What the centre does by itself while it serves: ended sessions are swept away, once an hour."""

import threading

import structlog

from server.accounts.queries import sweep
from server.centre import Centre

log = structlog.get_logger()
EVERY_S = 3600.0


class Worker:
    """One thread that wakes every hour. It writes only through the centre's writer."""

    def __init__(self, centre: Centre, every_s: float = EVERY_S) -> None:
        self._centre = centre
        self._every_s = every_s
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="worker", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop, at once."""
        self._stopped.set()
        self._thread.join()

    def _loop(self) -> None:
        while not self._stopped.wait(self._every_s):
            try:
                swept = self._centre.writer.run(lambda work: sweep(work, self._centre.now_ms()))
            except Exception as error:  # noqa: BLE001 - the next hour tries again; serving goes on
                log.warning("sweep failed", kind=type(error).__name__)
            else:
                log.info("swept", sessions=swept)
