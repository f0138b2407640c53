"""Keeps sittings and casts ballots on a thread of its own, so that a slow card never holds a touch up."""

import logging
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar
from uuid import UUID

from appliance.clock import Clock, Moment
from appliance.draft import Draft
from appliance.durable import fsync_folder
from appliance.failures import DOUBT, OutboxError
from survey.ballot import ballot_code
from survey.batch import Shown
from survey.local_time import day_began_ms

if TYPE_CHECKING:
    from appliance.outbox import Outbox

log = logging.getLogger(__name__)

T = TypeVar("T")

BALLAST = "ballast"
BALLAST_BYTES = 16 * 1024 * 1024
"""A file that is given up when the disk is full, so that ballots are still written."""


WALK: Final = 250
"""Ballots looked at in one step of the walk: some 8 ms."""


class Store:
    """The one writer of the kiosk's process. Calls return at once; what they promise comes by call-back.

    The outbox is opened on the store's own thread once `start` is called; what is asked before waits in order.
    """

    def __init__(self, folder: Path, device: str, boot: str) -> None:
        """folder: the data folder. boot: this boot's id, 32 hex digits."""
        self._folder, self._device, self._boot = folder, device, boot
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._outbox: Outbox | None = None
        self.clock: Clock | None = None
        self.casts = 0
        self.is_in_doubt = False
        self._walked = 0
        self.today = 0
        self._day_ms: int | None = None
        self.faults: list[str] = []
        self.head_link = b""
        self._ready: Callable[[], None] = lambda: None
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)

    def start(self, ready: Callable[[], None]) -> None:
        """Open the outbox, cast what a power cut left open, then do what is asked. ready: called from the thread."""
        self._ready = ready
        self._thread.start()

    def keep(self, draft: Draft) -> None:
        """Write a sitting's answers so far; a failure is remembered for the heartbeat and shown when it is cast."""
        self._jobs.put(lambda: self._attempt(lambda: self.outbox.keep(draft)))

    def drop(self, ballot_id: UUID) -> None:
        """Forget a sitting in which nothing was answered."""
        self._jobs.put(lambda: self._attempt(lambda: self.outbox.drop(str(ballot_id))))

    def cast(self, draft: Draft, done: Callable[[str], None], failed: Callable[[Exception], None]) -> None:
        """Cast a ballot: `done(mã phiếu)` only after it is committed, else `failed(error)`; both from the thread."""
        self._jobs.put(lambda: self._cast(draft, done, failed))

    def shown(self, shown: Shown) -> None:
        """Write one line of the display ledger."""
        self._jobs.put(lambda: self._attempt(lambda: self.outbox.add_shown(shown)))

    def look_for_fix(self) -> None:
        """Read the newest proven time that the uploader wrote."""

        def read() -> None:
            if self.clock is not None:
                self.clock.fix = self.outbox.fix()

        self._jobs.put(lambda: self._attempt(read))

    def look_for_day(self) -> None:
        """Count today's ballots anew where the day has changed or the clock has just been proven."""

        def count() -> None:
            now = None if self.clock is None else self.clock.now()
            began_ms = day_began_ms(now.wall_ms) if now is not None and now.is_exact else None
            if began_ms != self._day_ms:
                self._day_ms = began_ms
                self.today = 0 if began_ms is None else self.outbox.count_since(began_ms)

        self._jobs.put(lambda: self._attempt(count))

    def walk_on(self, most: int = WALK) -> None:
        """Look at some more of the unsent ballots, a few at a time, round and round.

        A broken one leaves a file for the next start, which looks at everything, and `is_in_doubt`.
        """

        def walk() -> None:
            try:
                broken = self.outbox.broken_at(self._walked + 1, most)
            except sqlite3.DatabaseError as error:
                broken = self._walked + 1
                log.error("outbox cannot be read at %d: %s", broken, error)
            self._walked = 0 if self._walked + most >= self.outbox.head().seq else self._walked + most
            if broken is not None and not self.is_in_doubt:
                (self._folder / DOUBT).touch()
                self.is_in_doubt = True
                self._note(f"outbox broken at {broken}; it is looked through at the next start")

        self._jobs.put(lambda: self._attempt(walk))

    @property
    def written(self) -> int:
        """Transactions that have reached the disk since the start."""
        return 0 if self._outbox is None else self._outbox.written

    def pulse(self) -> None:
        """Have something small written, to know that the disk still takes it."""
        self._jobs.put(lambda: self._attempt(lambda: self.outbox.pulse()))

    @property
    def outbox(self) -> "Outbox":
        """The open outbox. Raises OutboxError while there is none."""
        if self._outbox is None:
            raise OutboxError(f"the outbox in {self._folder} is not open")
        return self._outbox

    def close(self, timeout_s: float = 10.0) -> None:
        """Finish what was asked, then stop."""
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join(timeout_s)
        if self._outbox is not None:
            self._outbox.close()

    def _open(self) -> None:
        from appliance.salvage import open_or_replace  # on this thread: the first picture does not wait for a database

        outbox, aside = open_or_replace(self._folder / "outbox.db", self._device, self._boot)
        if aside is not None:
            self._note(f"the outbox was damaged; it is kept in {aside.name}")
        clock = outbox.clock()
        left_open = outbox.cast_left_open(clock.now())
        if left_open:
            log.warning("sittings found open and cast: %d", left_open)
        _lay_ballast(self._folder / BALLAST)
        self.head_link = bytes.fromhex(outbox.head().link)
        self._outbox, self.clock = outbox, clock

    def _run(self) -> None:
        try:
            self._open()
        except (sqlite3.Error, OSError, OutboxError) as error:  # the survey goes on; each cast will say that it failed
            log.error("no outbox: %s", error)
            self._note(f"no outbox: {error}")
        self._ready()
        while (job := self._jobs.get()) is not None:
            job()

    def _note(self, words: str) -> None:
        """Remember a fault for the heartbeat, the newest ten."""
        self.faults = [*self.faults[-9:], words]

    def _attempt(self, write: Callable[[], object]) -> None:
        try:
            self._with_ballast(write)
        except (sqlite3.Error, OSError, OutboxError) as error:
            log.error("outbox write failed: %s", error)
            self._note(f"{type(error).__name__}: {error}")

    def _cast(self, draft: Draft, done: Callable[[str], None], failed: Callable[[Exception], None]) -> None:
        started_s = time.monotonic()
        try:
            if self._outbox is None or self.clock is None:
                self._open()
            moment = self._now()
            ballot = self._with_ballast(lambda: self.outbox.cast(draft, moment))
        except Exception as error:  # noqa: BLE001 whatever it is, the respondent must not be thanked for it
            log.error("ballot not on disk: %s", error)
            self._note(f"{type(error).__name__}: {error}")
            failed(error)
            return
        before, self.head_link = self.head_link, bytes.fromhex(self.outbox.head().link)
        is_new = self.head_link != before  # a draft that is tried again is still one ballot
        self.casts += is_new
        self.today += is_new and self._day_ms is not None
        log.info("ballot cast seq=%d took_s=%.3f", ballot.seq, time.monotonic() - started_s)
        done(ballot_code(ballot.id))

    def _now(self) -> Moment:
        if self.clock is None:
            raise OutboxError("there is no clock before the outbox is open")
        return self.clock.now()

    def _with_ballast(self, write: Callable[[], T]) -> T:
        try:
            return write()
        except sqlite3.OperationalError as error:
            ballast = self._folder / BALLAST
            if "full" not in str(error) or not ballast.exists():
                raise
            ballast.unlink()
            fsync_folder(self._folder)
            log.error("disk full: the ballast is given up")
            return write()


def _lay_ballast(path: Path) -> None:
    """Lay the ballast where there is room for it and as much again."""
    room = os.statvfs(path.parent)
    if path.exists() or room.f_bavail * room.f_frsize < 2 * BALLAST_BYTES:
        return
    try:
        with path.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, BALLAST_BYTES)
    except OSError as error:
        log.warning("no ballast: %s", error)
        path.unlink(missing_ok=True)
