"""Makes of a dead kiosk's data folder the files its centre takes from a stick; run on a copy, never on the card.

`python -m appliance.rescue FOLDER OUT` says one line of JSON: what was found, or the code of why nothing could be done.
"""

import os
import sqlite3
import sys
from pathlib import Path
from typing import Final, Literal

import msgspec

from appliance import identity, keys
from appliance.clock import Moment
from appliance.durable import copies
from appliance.failures import OutboxError
from appliance.outbox import TOO_LARGE, Outbox
from appliance.salvage import open_or_replace
from appliance.technician import sneakernet, usb

OUTBOX: Final = "outbox.db"
Why = Literal["no_outbox", "no_key", "no_grant", "no_settings", "outbox_unreadable", "not_written"]


class Rescued(msgspec.Struct, frozen=True):
    """What was found on a card. Counts of ballots.

    found: ballots that can be read and proven; receipted: known to the centre already; carried: in the files;
    damaged: there once and not provable now, None where they cannot be counted; finished: sittings that the end cut
    short, cast with what was answered; too_large: kept, the centre cannot take them.
    """

    device: str
    found: int
    receipted: int
    carried: int
    damaged: int | None
    finished: int
    too_large: int
    files: list[str]
    is_whole: bool


class RescueError(Exception):
    """Nothing can be sealed; `why` is a stable code."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def rescue(folder: Path, out: Path) -> Rescued:
    """Write the unsent ballots of a folder as files, and return what there was. Raises RescueError.

    The folder is worked in, as the kiosk itself would at its next start.
    """
    if not (folder / OUTBOX).exists():
        raise RescueError("no_outbox")
    device, sealer = _identity(folder)
    for left in folder.glob(f"{OUTBOX}-shm"):
        left.unlink()  # of a process that is gone; SQLite makes it anew
    was, receipted = _rows(folder / OUTBOX)
    try:
        outbox, aside = open_or_replace(folder / OUTBOX, device, os.urandom(16).hex())
    except (OutboxError, sqlite3.DatabaseError):
        raise RescueError("outbox_unreadable") from None
    try:
        return _carried(outbox, out, sealer, device, (was, receipted), is_whole=aside is None)
    except usb.StickError:
        raise RescueError("not_written") from None
    finally:
        outbox.close()


def _identity(folder: Path) -> tuple[str, sneakernet.Sealer]:
    if not any(each.exists() for each in copies(folder / keys.KEY)):
        raise RescueError("no_key")
    try:
        key = keys.device_key(folder)
    except identity.IdentityError:
        raise RescueError("no_key") from None
    try:
        granted = identity.grant(folder)
    except identity.IdentityError:
        granted = None
    if granted is None:
        raise RescueError("no_grant")
    settings = identity.kiosk_settings(folder)
    if settings is None:
        raise RescueError("no_settings")
    return granted.device, sneakernet.Sealer(key, settings.seal_key)


def _carried(
    outbox: Outbox, out: Path, sealer: sneakernet.Sealer, device: str, rows: tuple[int | None, int], *, is_whole: bool
) -> Rescued:
    was, receipted = rows
    genuine = sum(outbox.counts().values())
    finished = _finish(outbox)
    parts = sneakernet.export(outbox, out, sealer, lambda count: None)
    too_large = outbox.db.execute("SELECT count(*) FROM ballots WHERE code = ?", [TOO_LARGE]).fetchone()[0]
    return Rescued(
        device=device, found=genuine, receipted=receipted - too_large if is_whole else receipted,
        carried=sum(part.ballots for part in parts), damaged=None if was is None else max(0, was - genuine),
        finished=finished, too_large=too_large, files=[part.name for part in parts], is_whole=is_whole,
    )  # fmt: skip


EARLIEST_MS, LATEST_MS = 1_577_836_800_000, 4_102_444_800_000
"""2020 to 2100: a clock that was never set, or a damaged id, says another time, and none is better than that."""


def _finish(outbox: Outbox) -> int:
    """Cast what the end left open, at the time its id was made: the day on which the card is read is no day of it."""
    drafts = outbox.open_drafts()
    if not drafts:
        return 0
    begun_ms = [int.from_bytes(draft.id.bytes[:6]) for draft in drafts]
    told_ms = max((one for one in begun_ms if EARLIEST_MS <= one < LATEST_MS), default=0)
    return outbox.cast_left_open(Moment(outbox.boot, 0, told_ms, False))


def _rows(path: Path) -> tuple[int | None, int]:
    """Return how many ballots a file had, None where it does not say, and how many of the readable were receipted."""
    connection = sqlite3.connect(path)
    try:
        low, high = connection.execute("SELECT min(rowid), max(rowid) FROM ballots").fetchone()
        was = 0 if high is None else high - low + 1
    except sqlite3.DatabaseError:
        connection.close()
        return None, 0
    receipted = 0
    for rowid in range(low or 0, (high or -1) + 1):
        try:
            row = connection.execute("SELECT verdict FROM ballots WHERE rowid = ?", [rowid]).fetchone()
        except sqlite3.DatabaseError:
            continue
        receipted += bool(row and row[0])
    connection.close()
    return was, receipted


def main(words: list[str]) -> int:
    """Rescue FOLDER into OUT; returns the exit code, 1 where nothing could be sealed."""
    try:
        said: object = rescue(Path(words[0]), Path(words[1]))
    except RescueError as error:
        said = {"why": error.why}
    sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
    return 1 if isinstance(said, dict) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
