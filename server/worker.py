"""What the centre does by itself while it serves: cases, reports that are due, mail, what has had its time."""

import threading
import time
from collections.abc import Callable

import msgspec
import structlog

from server.accounts.queries import sweep
from server.alerts.call import call
from server.alerts.post import post
from server.alerts.queries import sweep as sweep_alerts
from server.alerts.tell import tell_cases, tell_measures
from server.cases.open import index_codes, open_waiting
from server.cases.retain import retain
from server.cases.watch import watch
from server.centre import Centre
from server.devices.bundles import sweep as sweep_bundles
from server.devices.foretell import foretell
from server.mail.outbox import deliver
from server.reports.due import make_due
from server.seals.seal import seal_due

log = structlog.get_logger()
EVERY_S = 3600.0
MINUTE_S = 60.0
SOON_S = 10.0


class Chore(msgspec.Struct, frozen=True):
    """Something done again and again. do: returns how many things it did.

    line: chores of one line wait for each other; a mail server or a program that does not answer holds up its own only.
    """

    name: str
    every_s: float
    do: Callable[[Centre], int]
    line: str = "worker"


def _sweep(centre: Centre) -> int:
    return centre.writer.run(lambda work: sweep(work, centre.now_ms()))


def _old_alerts(centre: Centre) -> int:
    return centre.writer.run(lambda work: sweep_alerts(work, centre.now_ms()))


def _old_bundles(centre: Centre) -> int:
    return centre.writer.run(lambda work: sweep_bundles(work, centre.now_ms()))


CHORES = (
    Chore("cases opened", SOON_S, open_waiting),
    Chore("codes indexed", SOON_S, index_codes),
    Chore("time-limits told", MINUTE_S, watch),
    Chore("alerts of cases told", SOON_S, tell_cases),
    Chore("alerts of counts told", 2 * SOON_S, tell_measures),
    Chore("forecasts changed", 30 * MINUTE_S, foretell),
    Chore("alerts posted", SOON_S, post),
    Chore("reports made", MINUTE_S, lambda centre: sum(make_due(centre)), "reports"),
    Chore("mail handed over", SOON_S, lambda centre: sum(deliver(centre)), "mail"),
    Chore("webhooks called", SOON_S / 2, call, "webhooks"),
    Chore("old alerts deleted", 6 * EVERY_S, _old_alerts),
    Chore("old support bundles removed", EVERY_S, _old_bundles),
    Chore("personal data erased", 6 * EVERY_S, retain),
    Chore("days sealed", MINUTE_S, seal_due, "seals"),
    Chore("sessions swept", EVERY_S, _sweep),
)


class Worker:
    """A thread for each line, which does its chores when they are due. It writes only through the centre's writer."""

    def __init__(self, centre: Centre, chores: tuple[Chore, ...] = CHORES) -> None:
        self._centre = centre
        self._stopped = threading.Event()
        lines: dict[str, list[Chore]] = {}
        for chore in chores:
            lines.setdefault(chore.line, []).append(chore)
        self._threads = [
            threading.Thread(target=self._loop, args=(several,), name=line, daemon=True)
            for line, several in lines.items()
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop, at once."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _loop(self, chores: list[Chore]) -> None:
        due = {chore.name: time.monotonic() + chore.every_s for chore in chores}
        while not self._stopped.wait(max(0.0, min(due.values()) - time.monotonic())):
            for chore in chores:
                if due[chore.name] <= time.monotonic():
                    self._do(chore)
                    due[chore.name] = time.monotonic() + chore.every_s

    def _do(self, chore: Chore) -> None:
        try:
            done = chore.do(self._centre)
        except Exception as error:  # noqa: BLE001 - its next turn tries again; serving goes on
            log.warning("a chore failed", chore=chore.name, kind=type(error).__name__)
        else:
            if done:
                log.info("chore done", chore=chore.name, n=done)
