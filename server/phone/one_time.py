"""Invitations in SQL: what is stored of a code, whether it was used; never who used it or by which ballot."""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec
from sqlalchemy import insert

from server.database import Work
from server.tables import one_time_codes


class Invitation(msgspec.Struct, frozen=True):
    """One code as it is stored. place: a counter or an office. field: of the procedure, "" where unknown."""

    digest: bytes
    place: str
    channel: str
    field: str
    expires_on: str
    is_spent: bool


class Batch(msgspec.Struct, frozen=True):
    """Codes that were made together. spent: how many ballots came by them so far."""

    id: str
    place: str
    kind: str
    count: int
    note: str
    made_by: str
    made_at: int
    expires_on: str
    ended_at: int | None
    spent: int


def add(work: Work, batch: str, found: Iterable[bytes], like: Invitation) -> None:
    """Store new codes. batch: "" for a dossier's. like: everything they share."""
    rows = [
        {"digest": one, "batch": batch or None, "place": like.place, "channel": like.channel, "field": like.field,
         "expires_on": date.fromisoformat(like.expires_on), "is_spent": False}
        for one in found
    ]  # fmt: skip
    work.connection.execute(insert(one_time_codes), rows)


def of_digest(work: Work, digest: bytes) -> Invitation | None:
    """Return what is stored of a code, or None; one of a batch that was ended is not there either."""
    row = work.one(
        "SELECT digest, i.place, channel, field, i.expires_on, is_spent FROM one_time_codes i "
        "LEFT JOIN one_time_batches b ON b.id = i.batch WHERE digest = ? AND b.ended_at IS NULL",
        (digest,),
    )
    return None if row is None else Invitation(bytes(row[0]), row[1], row[2], row[3], str(row[4]), bool(row[5]))


def spend(work: Work, digest: bytes) -> bool:
    """Mark a code as used; returns False if it was already."""
    taken = work.one(
        "UPDATE one_time_codes SET is_spent = ? WHERE digest = ? AND is_spent = ? RETURNING 1", (True, digest, False)
    )
    return taken is not None


def add_batch(work: Work, batch: Batch) -> None:
    """Store a batch's own line."""
    work.run(
        "INSERT INTO one_time_batches (id, place, kind, count, note, made_by, made_at, expires_on) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (batch.id, batch.place, batch.kind, batch.count, batch.note, batch.made_by, batch.made_at, batch.expires_on),
    )


def batches(work: Work, within: frozenset[str] | None) -> list[Batch]:
    """Return every batch of the units in reach, newest first."""
    rows = work.all(
        "SELECT b.id, b.place, kind, count, note, made_by, made_at, b.expires_on, ended_at, "
        "COUNT(CASE WHEN is_spent THEN 1 END) FROM one_time_batches b LEFT JOIN one_time_codes i ON i.batch = b.id "
        "GROUP BY b.id, b.place, kind, count, note, made_by, made_at, b.expires_on, ended_at ORDER BY made_at DESC"
    )
    made = (msgspec.structs.replace(Batch(*row), expires_on=str(row[7])) for row in rows)
    return [one for one in made if within is None or one.place in within]


def dossiers(work: Work, places: Sequence[str] | None) -> tuple[int, int]:
    """Return how many dossiers were given a code and how many of those were used, at these units or everywhere."""
    rows = work.all("SELECT place, is_spent, COUNT(*) FROM one_time_codes WHERE batch IS NULL GROUP BY place, is_spent")
    mine = [row for row in rows if places is None or row[0] in places]
    return sum(int(row[2]) for row in mine), sum(int(row[2]) for row in mine if row[1])


def end_batch(work: Work, batch: str, now_ms: int) -> None:
    """Take a batch back: its unused codes open nothing any more. Ballots that came by it stay."""
    work.run("UPDATE one_time_batches SET ended_at = ? WHERE id = ?", (now_ms, batch))


def resume_batch(work: Work, batch: str) -> None:
    """Let a batch that was ended hold again."""
    work.run("UPDATE one_time_batches SET ended_at = NULL WHERE id = ?", (batch,))
