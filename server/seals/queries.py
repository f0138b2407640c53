"""The public tree in SQL: its leaves by place, its signed heads, and the ballots that have no place yet."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from server.database import Work

AT_ONCE: Final = 10_000


class Stored(msgspec.Struct, frozen=True):
    """A head as it is stored. log: which one, from 1; note: as it was signed."""

    number: int
    log: int
    day: date
    size: int
    root: bytes
    edge: bytes
    made_at: int
    key_id: str
    note: str


_HEAD: Final = "SELECT id, log, day, size, root, edge, made_at, key_id, note FROM sealed_heads"


def heads(connection: Connection) -> list[Stored]:
    """Return every head, the oldest first."""
    return [_stored(row) for row in Work(connection).all(f"{_HEAD} ORDER BY id")]


def newest(work: Work) -> Stored | None:
    """Return the newest head."""
    row = work.one(f"{_HEAD} ORDER BY id DESC LIMIT 1")
    return None if row is None else _stored(row)


def head_of(connection: Connection, ballot: bytes) -> Stored | None:
    """Return the first head that a ballot lies in; None before there is one."""
    row = Work(connection).one(
        f"{_HEAD} WHERE size >= (SELECT place FROM sealed_leaves WHERE ballot_id = ?) "  # noqa: S608 our own words
        "ORDER BY id LIMIT 1",
        (ballot,),
    )
    return None if row is None else _stored(row)


def _stored(row: tuple[Any, ...]) -> Stored:
    day = row[2] if isinstance(row[2], date) else date.fromisoformat(str(row[2]))
    return Stored(row[0], row[1], day, row[3], bytes(row[4]), bytes(row[5]), row[6], row[7], row[8])


def add_head(work: Work, head: Stored) -> None:
    """Store a head; its number is given by the database."""
    day: Any = str(head.day) if work.is_sqlite else head.day
    work.run(
        "INSERT INTO sealed_heads (log, day, size, root, edge, made_at, key_id, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (head.log, day, head.size, head.root, head.edge, head.made_at, head.key_id, head.note),
    )


def without_place(connection: Connection, last: date) -> list[tuple[bytes, bytes]]:
    """Return (ballot id, leaf) of ballots received until this day that have no place, in the order they get one.

    By the day they were accepted; within a day by leaf, which is as good as shuffled: a place tells no moment.
    """
    work = Work(connection)
    until: Any = str(last) if work.is_sqlite else last
    rows = work.all(
        "SELECT id, leaf FROM ballots WHERE received_day <= ? AND NOT EXISTS "
        "(SELECT 1 FROM sealed_leaves WHERE ballot_id = ballots.id) ORDER BY received_day, leaf",
        (until,),
    )
    return [(bytes(row[0]), bytes(row[1])) for row in rows]


def append(work: Work, found: list[tuple[bytes, bytes]]) -> int:
    """Give these ballots their places, each once however often it is tried; returns how many were new."""
    work.all(work.locked("SELECT id FROM centre"))
    size, new = size_of(work), []
    for at in range(0, len(found), 500):
        part = found[at : at + 500]
        marks = ", ".join("?" * len(part))
        ids = [one[0] for one in part]
        there = work.all(f"SELECT ballot_id FROM sealed_leaves WHERE ballot_id IN ({marks})", ids)  # noqa: S608
        known = {bytes(row[0]) for row in there}
        new += [one for one in part if one[0] not in known]
    work.many(
        "INSERT INTO sealed_leaves (place, ballot_id, leaf) VALUES (?, ?, ?)",
        [(size + at, ballot, leaf) for at, (ballot, leaf) in enumerate(new, 1)],
    )
    return len(new)


def size_of(work: Work) -> int:
    """Return how many places are taken."""
    row = work.one("SELECT coalesce(max(place), 0) FROM sealed_leaves")
    return int(row[0]) if row else 0


def leaves(work: Work, after: int = 0, upto: int | None = None) -> Iterator[tuple[int, bytes]]:
    """Yield (place, leaf) in order, from behind a place up to another."""
    last = size_of(work) if upto is None else upto
    while after < last:
        rows = work.all(
            "SELECT place, leaf FROM sealed_leaves WHERE place > ? AND place <= ? ORDER BY place LIMIT ?",
            (after, last, AT_ONCE),
        )
        if not rows:
            return
        yield from ((row[0], bytes(row[1])) for row in rows)
        after = rows[-1][0]


def strangers(work: Work) -> list[str]:
    """Return, one line each, the places whose ballot is gone or has another leaf now."""
    rows = work.all(
        "SELECT place, ballots.id FROM sealed_leaves LEFT JOIN ballots ON ballots.id = ballot_id "
        "WHERE ballots.id IS NULL OR ballots.leaf <> sealed_leaves.leaf ORDER BY place"
    )
    words = {True: "the ballot of this place is gone", False: "the ballot of this place was changed"}
    return [f"sealed place {row[0]}: {words[row[1] is None]}" for row in rows]
