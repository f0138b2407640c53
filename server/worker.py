"""What the centre does by itself while it serves: cases, reports that are due, mail, what has had its time."""

import threading
import time
from collections.abc import Callable

import msgspec
import structlog

from server.accounts.queries import sweep
from server.cases.open import index_codes, open_waiting
from server.cases.retain import retain
from server.cases.watch import watch
from server.centre import Centre
from server.mail.outbox import deliver
from server.reports.due import make_due

log = structlog.get_logger()
EVERY_S = 3600.0
MINUTE_S = 60.0
SOON_S = 10.0


class Chore(msgspec.Struct, frozen=True):
    """Something done again and again. do: returns how many things it did."""

    name: str
    every_s: float
    do: Callable[[Centre], int]


def _sweep(centre: Centre) -> int:
    return centre.writer.run(lambda work: sweep(work, centre.now_ms()))


CHORES = (
    Chore("cases opened", SOON_S, open_waiting),
    Chore("codes indexed", SOON_S, index_codes),
    Chore("reports made", MINUTE_S, lambda centre: sum(make_due(centre))),
    Chore("mail handed over", MINUTE_S, lambda centre: sum(deliver(centre))),
    Chore("time-limits told", MINUTE_S, watch),
    Chore("personal data erased", 6 * EVERY_S, retain),
    Chore("sessions swept", EVERY_S, _sweep),
)


class Worker:
    """One thread that does each chore when it is due. It writes only through the centre's writer."""

    def __init__(self, centre: Centre, chores: tuple[Chore, ...] = CHORES) -> None:
        self._centre = centre
        self._chores = chores
        self._due = {chore.name: time.monotonic() + chore.every_s for chore in chores}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="worker", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop, at once."""
        self._stopped.set()
        self._thread.join()

    def _loop(self) -> None:
        while not self._stopped.wait(max(0.0, min(self._due.values()) - time.monotonic())):
            for chore in self._chores:
                if self._due[chore.name] <= time.monotonic():
                    self._do(chore)
                    self._due[chore.name] = time.monotonic() + chore.every_s

    def _do(self, chore: Chore) -> None:
        try:
            done = chore.do(self._centre)
        except Exception as error:  # noqa: BLE001 - its next turn tries again; serving goes on
            log.warning("a chore failed", chore=chore.name, kind=type(error).__name__)
        else:
            if done:
                log.info("chore done", chore=chore.name, n=done)
