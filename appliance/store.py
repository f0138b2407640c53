"""Keeps sittings and casts ballots on a thread of its own, so that a slow card never holds a touch up.

Also opens the outbox whatever state the disk is in: a damaged one is moved aside and the survey goes on.
"""

import logging
import os
import queue
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from appliance.clock import Clock, Moment
from appliance.draft import Draft
from appliance.outbox import Outbox, OutboxError, fsync_folder
from survey import chain, wire
from survey.ballot import Ballot, ballot_code
from survey.batch import Shown

log = logging.getLogger(__name__)

T = TypeVar("T")

BALLAST_BYTES = 16 * 1024 * 1024


def open_or_replace(path: Path, device: str, boot_id: str) -> tuple[Outbox, Path | None]:
    """Return an outbox to write to, and the folder a damaged one was moved to (None if it was sound).

    The sound ballots of a damaged file are taken over with their old ids; the file itself is kept.
    """
    try:
        outbox = Outbox(path, device, boot_id)
    except OutboxError as error:
        log.error("outbox damaged: %s", error)
    else:
        if _is_sound(outbox):
            return outbox, None
        outbox.close()
    aside = _move_aside(path)
    outbox = Outbox(path, device, boot_id)
    log.error("outbox moved to %s, ballots taken over: %d", aside.name, take_over(aside / path.name, outbox))
    return outbox, aside


def _is_sound(outbox: Outbox) -> bool:
    """quick_check misses flipped bits; the chain of unsent ballots does not."""
    try:
        return outbox.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok" and outbox.broken_at() is None
    except sqlite3.DatabaseError:
        return False


def _move_aside(path: Path) -> Path:
    number = 1 + len(list(path.parent.glob("damaged-*")))
    aside = path.parent / f"damaged-{number}"
    aside.mkdir()
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside / part.name)
    fsync_folder(path.parent)
    return aside


def take_over(damaged: Path, outbox: Outbox) -> int:
    """Take the ballots of a damaged file that their leaf proves genuine into a sound outbox; return how many."""
    taken = 0
    work = damaged.with_name("reading.db")
    for suffix in ("", "-wal"):
        part = damaged.with_name(damaged.name + suffix)
        if part.exists():
            shutil.copyfile(part, work.with_name(work.name + suffix))
    connection = sqlite3.connect(work)
    try:
        for stored_leaf, body in _readable(connection):
            try:
                ballot = wire.decode(body, Ballot)
            except ValueError:
                continue
            if chain.leaf(ballot) == stored_leaf and outbox.take(ballot):
                taken += 1
    finally:
        connection.close()
        for part in work.parent.glob("reading.db*"):
            part.unlink()
    return taken


def _readable(connection: sqlite3.Connection) -> list[tuple[bytes, bytes]]:
    """Return (leaf, body) of every row that can still be read, one rowid after another over the broken ones."""
    rows: list[tuple[bytes, bytes]] = []
    try:
        last = connection.execute("SELECT max(rowid) FROM ballots").fetchone()[0] or 0
    except sqlite3.DatabaseError:
        return rows
    for rowid in range(1, last + 1):
        try:
            row = connection.execute("SELECT leaf, body FROM ballots WHERE rowid = ?", [rowid]).fetchone()
        except sqlite3.DatabaseError:
            continue
        if row is not None:
            rows.append((row[0], row[1]))
    return rows


class Store:
    """The one writer of the kiosk's process. Calls return at once; what they promise comes by call-back.

    ballast: a file of 16 MB that is given up when the disk is full, so that ballots are still written.
    """

    def __init__(self, outbox: Outbox, clock: Clock, ballast: Path) -> None:
        self._outbox, self._clock, self._ballast = outbox, clock, ballast
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self.casts = 0
        self.faults: list[str] = []
        self.head_link = bytes.fromhex(outbox.head().link)
        _lay_ballast(ballast)
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)
        self._thread.start()

    def keep(self, draft: Draft) -> None:
        """Write a sitting's answers so far; a failure is remembered for the heartbeat and shown when it is cast."""
        self._jobs.put(lambda: self._attempt(lambda: self._outbox.keep(draft)))

    def drop(self, ballot_id: UUID) -> None:
        """Forget a sitting in which nothing was answered."""
        self._jobs.put(lambda: self._attempt(lambda: self._outbox.drop(str(ballot_id))))

    def cast(self, draft: Draft, done: Callable[[str], None], failed: Callable[[Exception], None]) -> None:
        """Cast a ballot: `done(mã phiếu)` only after it is committed, else `failed(error)`; both from the thread."""
        moment = self._clock.now()
        self._jobs.put(lambda: self._cast(draft, moment, done, failed))

    def shown(self, shown: Shown) -> None:
        """Write one line of the display ledger."""
        self._jobs.put(lambda: self._attempt(lambda: self._outbox.add_shown(shown)))

    def look_for_fix(self) -> None:
        """Read the newest proven time that the uploader wrote."""

        def read() -> None:
            self._clock.fix = self._outbox.fix()

        self._jobs.put(lambda: self._attempt(read))

    def close(self, timeout_s: float = 10.0) -> None:
        """Finish what was asked, then stop."""
        self._jobs.put(None)
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def _attempt(self, write: Callable[[], object]) -> None:
        try:
            self._with_ballast(write)
        except (sqlite3.Error, OSError) as error:
            log.error("outbox write failed: %s", error)
            self.faults = [*self.faults[-9:], f"{type(error).__name__}: {error}"]

    def _cast(
        self, draft: Draft, moment: Moment, done: Callable[[str], None], failed: Callable[[Exception], None]
    ) -> None:
        started_s = time.monotonic()
        try:
            ballot = self._with_ballast(lambda: self._outbox.cast(draft, moment))
        except Exception as error:  # noqa: BLE001 whatever it is, the respondent must not be thanked for it
            log.error("ballot not on disk: %s", error)
            self.faults = [*self.faults[-9:], f"{type(error).__name__}: {error}"]
            failed(error)
            return
        self.casts += 1
        self.head_link = bytes.fromhex(self._outbox.head().link)
        log.info("ballot cast seq=%d took_s=%.3f", ballot.seq, time.monotonic() - started_s)
        done(ballot_code(ballot.id))

    def _with_ballast(self, write: Callable[[], T]) -> T:
        try:
            return write()
        except sqlite3.OperationalError as error:
            if "full" not in str(error) or not self._ballast.exists():
                raise
            self._ballast.unlink()
            fsync_folder(self._ballast.parent)
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
