"""Opens the outbox whatever state the disk is in: a damaged one is moved aside, its sound ballots taken over."""

import logging
import shutil
import sqlite3
from pathlib import Path

from appliance.durable import fsync_folder
from appliance.failures import DOUBT, OutboxError
from appliance.outbox import Outbox
from survey import chain, wire
from survey.ballot import Ballot

log = logging.getLogger(__name__)

LARGE_BYTES = 8_000_000
NEWEST = 1_000


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
            (path.parent / DOUBT).unlink(missing_ok=True)
            return outbox, None
        outbox.close()
    (path.parent / DOUBT).unlink(missing_ok=True)
    aside = _move_aside(path)
    outbox = Outbox(path, device, boot_id)
    log.error("outbox moved to %s, ballots taken over: %d", aside.name, take_over(aside / path.name, outbox))
    return outbox, aside


def _is_sound(outbox: Outbox) -> bool:
    """Return whether an outbox can be trusted: all of a small one is looked at, of a large one its newest ballots.

    The rest of a large one is walked through while nobody is here (see Store.walk_on): a year of unsent ballots would
    hold the first thank-you up for a minute. Found broken there, the next start looks at everything.
    quick_check misses flipped bits; the chain of unsent ballots does not.
    """
    is_large = outbox.path.stat().st_size > LARGE_BYTES and not (outbox.path.parent / DOUBT).exists()
    try:
        if is_large:
            return outbox.broken_at(max(1, outbox.head().seq - NEWEST)) is None
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
