"""Outbox → batch → receipt → settle, for ever; its own process, so that neither can stop the other."""

import argparse
import json
import logging
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from msgspec.structs import replace

from appliance import identity, keys, retry
from appliance.clock import Clock, Fix, boot_id, set_wall_ms
from appliance.link import CLOCK, Link, LinkError
from appliance.outbox import Outbox
from appliance.parcel import whole
from appliance.retry import Outcome, Pace, Receipted, Refused, Unreachable, Untrusted
from appliance.settings import Settings
from appliance.technician import sheets
from appliance.technician.asked import Asked
from survey.batch import Batch, Receipt
from survey.instant import from_instant

log = logging.getLogger(__name__)

LINK_STATE = "link.json"
"""Where the uploader leaves how the line is, for the technician's screen and the demo."""


class Uploader:
    """One kiosk's line to the centre, one exchange at a time."""

    def __init__(
        self,
        outbox: Outbox,
        link: Link,
        clock: Clock,
        folder: Path,
        *,
        every_s: float,
        set_wall: Callable[[int], None] = set_wall_ms,
        asked: Asked | None = None,
    ) -> None:
        """set_wall: sets this machine's clock to Unix milliseconds, or raises OSError.

        asked: who makes support bundles that the centre asks for; None for nobody.
        """
        self._set_wall, self._asked = set_wall, asked
        self.outbox, self.link, self.clock, self.folder, self.every_s = outbox, link, clock, folder, every_s
        self.pace = Pace()
        self._is_brief = False
        self._etag = getattr(identity.kiosk_settings(folder), "etag", "")

    def exchange(self) -> Pace:
        """Send one batch, or an empty one as the heartbeat, and settle its receipt; return how to go on."""
        started_ms = self.clock.now().mono_ms
        built = self.build(self.pace.batch)
        if built.ballots and self._asked is not None:
            self._asked.make_way()
        outcome: Outcome
        try:
            receipt = self.link.send(built)
        except LinkError as error:
            outcome = error.outcome
            log.warning("batch not receipted: %s", error)
            if isinstance(outcome, Refused) and outcome.code == "not_a_batch" and built.health.strips:
                log.warning("the centre may be older than this kiosk; it is told less of its health")
                self._is_brief = True
            if isinstance(outcome, Unreachable) and outcome.why == CLOCK and self.ask_time():
                self.pace = Pace(batch=self.pace.batch)  # the clock is right now: at once again
                self._say(outcome)
                return self.pace
        else:
            outcome = Receipted()
            self._settle(built, receipt, started_ms)
            sheets.send_waiting(self.link, self.folder)
        sent = len(built.ballots)
        has_more = bool(self.outbox.next_entries(1)[0])
        self.pace = retry.after(
            outcome, self.pace, random.random(), every_s=self.every_s, has_more=has_more, sent=sent  # noqa: S311
        )  # fmt: skip
        if self.pace.park:
            self.outbox.park(built.ballots[0].seq)
            log.error("ballot seq=%d parked: too large for the centre", built.ballots[0].seq)
        self._say(outcome)
        if isinstance(outcome, Receipted) and not has_more and receipt.bundle and self._asked is not None:
            self._asked.hear(receipt.bundle)
        return self.pace

    def build(self, most: int) -> Batch:
        """Return the next batch of the outbox; an older centre that refused it is told less of the health."""
        batch = whole(self.outbox, most, self.folder, self.clock.now())
        return replace(batch, health=replace(batch.health, strips=[])) if self._is_brief else batch

    def fetch_settings(self) -> bool:
        """Fetch the centre's settings if they are new; return whether they were. Never raises for the network."""
        started_ms = self.clock.now().mono_ms
        try:
            fetched = self.link.settings(self._etag)
        except LinkError as error:
            log.warning("settings not fetched: %s", error)
            return False
        if fetched is None:
            return False
        kiosk, body = fetched
        identity.save_kiosk_settings(self.folder, body)
        self._etag = kiosk.etag
        log.info("settings taken took_ms=%d", self.clock.now().mono_ms - started_ms)
        return True

    def ask_time(self) -> bool:
        """Ask the centre for the time, past the certificate's dates, and set this machine's clock by it.

        Returns whether the clock was set. Where that is not allowed the proven time is kept all the same: it dates
        the ballots; the network waits for a person or for NTP.
        """
        try:
            utc_ms, err_ms = self.link.time()
        except LinkError as error:
            log.warning("no time from the centre: %s", error)
            return False
        now = self.clock.now()
        if utc_ms < self.clock.floor_ms:
            log.error("the centre's time lies before one already proven; it is not believed")
            return False
        self.outbox.add_fix(Fix(now.boot, now.mono_ms, utc_ms, err_ms))
        self.clock.fix = self.outbox.fix()
        try:
            self._set_wall(utc_ms)
        except OSError as error:
            log.error("the clock is off by %d s and may not be set: %s", (utc_ms - now.wall_ms) // 1000, error)
            return False
        log.info("clock set, it was off by %d s", (utc_ms - now.wall_ms) // 1000)
        return True

    def _settle(self, built: Batch, receipt: Receipt, started_ms: int) -> None:
        now = self.clock.now()
        err_ms = max(1, (now.mono_ms - started_ms) // 2)
        fix = Fix(now.boot, now.mono_ms, from_instant(receipt.time) + err_ms, err_ms)
        self.outbox.add_fix(fix)
        self.clock.fix = self.outbox.fix()
        counts = self.outbox.settle(receipt)
        if built.shown:
            self.outbox.forget_shown(len(built.shown))
        if built.ballots or any(counts.values()):
            log.info("batch settled sent=%d %s", len(built.ballots), " ".join(f"{k}={v}" for k, v in counts.items()))
        if receipt.settings_etag and receipt.settings_etag != self._etag:
            self.fetch_settings()

    def _say(self, outcome: Outcome) -> None:
        said = {
            "outcome": type(outcome).__name__.lower(),
            "why": outcome.why if isinstance(outcome, Untrusted) else self.pace.tell,
            "unsent": self.outbox.counts().get("unsent", 0),
            "failures": self.pace.failures,
        }
        temporary = self.folder / f".{LINK_STATE}"
        temporary.write_text(json.dumps(said), encoding="utf-8")
        temporary.rename(self.folder / LINK_STATE)


def run(
    folder: Path, centre: str, every_s: float, *, at_once: bool, parent: int | None, local: Settings | None = None
) -> int:
    """Upload until told to stop; return the exit code.

    at_once: no spread of the first contact (a desk); a new kiosk's very first is never spread. parent: ends with it.
    local: of a support bundle, None where they are not known.
    """
    granted = identity.grant(folder)
    if granted is None:
        log.error("this kiosk is not enrolled; run `python -m appliance enrol` first")
        return 4
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    outbox = Outbox(folder / "outbox.db", granted.device, boot_id())
    link = Link(centre, keys.device_key(folder), granted.device, keys.centre_key(granted))
    asked = Asked(folder, centre, local)
    uploader = Uploader(outbox, link, outbox.clock(), folder, every_s=every_s, asked=asked)
    is_new = outbox.fix() is None  # never receipted: somebody stands there and waits to see it arrive
    wait_s = 0.0 if at_once or is_new else retry.first(random.random()).wait_s  # noqa: S311 spreads load, guards nothing
    while not _wait(stop, wait_s, outbox if at_once else None, parent):
        wait_s = uploader.exchange().wait_s
    link.close()
    outbox.close()
    return 0


def _wait(stop: threading.Event, wait_s: float, watched: Outbox | None, parent: int | None) -> bool:
    """Wait, on a desk only until a ballot comes; return whether to stop."""
    until_s = time.monotonic() + wait_s
    backing_off = watched is not None and bool(watched.next_entries(1)[0])
    while not stop.is_set() and (left_s := until_s - time.monotonic()) > 0:
        stop.wait(min(left_s, 0.5))
        if parent is not None and os.getppid() != parent:
            return True
        if watched is not None and not backing_off and watched.next_entries(1)[0]:
            break
    return stop.is_set()


def main(arguments: list[str]) -> int:
    """Run the uploader from the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m appliance.uploader", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the kiosk's data folder")
    parser.add_argument("--centre", required=True, help="base address of the centre")
    parser.add_argument("--every", type=float, default=300.0, help="seconds between heartbeats")
    parser.add_argument("--at-once", action="store_true", help="no spread of the first contact; send as ballots come")
    parser.add_argument("--parent", type=int, help="stop when this process is gone")
    given = parser.parse_args(arguments)
    logging.basicConfig(level="INFO", format="%(asctime)s %(name)s %(levelname)s %(message)s")
    return run(given.data, given.centre, given.every, at_once=given.at_once, parent=given.parent)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
