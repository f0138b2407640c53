"""Imports in SQL: rows known by a keyed digest, files that were carried in, what their columns meant."""

import hmac
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from itertools import groupby
from typing import Any, Final

import msgspec

from server.audit.queries import record
from server.ballots.desk import ballot_of, restore, take_at_desk, withdraw
from server.centre import Centre
from server.database import Work
from server.imports.meaning import Meaning, Reading, Row
from server.offices.rules import plain
from survey import wire
from survey.ballot import Channel
from survey.qr_token import Lane
from survey.questionnaire import Questionnaire

LAYOUT: Final = "import@1"
CHUNK: Final = 500


class Done(msgspec.Struct, frozen=True):
    """One import as it is listed. undone_at: None while its ballots count."""

    id: int
    at: int
    actor: str
    source: str
    name: str
    offices: str
    read: int
    new: int
    there: int
    refused: int
    first: date | None
    last: date | None
    undone_at: int | None

    @property
    def units(self) -> list[str]:
        """The offices its ballots belong to."""
        return wire.decode(self.offices, list[str])


_COLUMNS: Final = 'id, at, actor, source, name, offices, n_read, n_new, n_there, n_refused, "first", "last", undone_at'


class UndoError(ValueError):
    """An undo or a redo that cannot be done; `str()` says why, in Vietnamese."""


def digests(centre: Centre, source: str, rows: Sequence[Row]) -> list[bytes]:
    """Return what rows are known again by; keyed, so that nobody can try answers against them."""
    key, name = centre.keys.session[32:], plain(source)
    return [hmac.digest(key, f"import|{name}|{row.key}".encode(), sha256) for row in rows]


def known_rows(work: Work, wanted: Sequence[bytes]) -> set[bytes]:
    """Return those digests whose row counts already."""
    found: set[bytes] = set()
    for at in range(0, len(wanted), CHUNK):
        part = wanted[at : at + CHUNK]
        rows = work.all(
            "SELECT digest FROM import_rows JOIN imports ON imports.id = import_id "  # noqa: S608 marks alone
            f"WHERE undone_at IS NULL AND digest IN ({', '.join('?' * len(part))})",
            part,
        )
        found.update(bytes(row[0]) for row in rows)
    return found


def carry_in(
    work: Work, centre: Centre, reading: Reading, meaning: Meaning, questionnaire: Questionnaire, who: tuple[str, str]
) -> int:
    """Store the rows of a file that are new and return the import's id. who: the actor, the file's name."""
    actor, name = who
    now_ms = centre.now_ms()
    keyed = list(zip(digests(centre, meaning.source, reading.rows), reading.rows, strict=True))
    there = known_rows(work, [digest for digest, _ in keyed])
    fresh = sorted((pair for pair in keyed if pair[0] not in there), key=lambda pair: pair[1].office)
    made = _note(work, reading, meaning, [row for _, row in fresh], (actor, name[-120:]), now_ms)
    rows: list[tuple[int, int, bytes, bytes]] = []
    for office, group in groupby(fresh, key=lambda pair: pair[1].office):
        brought = []
        for digest, row in group:
            ballot = ballot_of(row.told, questionnaire, centre.keys.seal_key, Channel.IMPORT, LAYOUT)
            brought.append((row.told.counter, row.told.hour, ballot))
            rows.append((made, row.row, digest, ballot.id.bytes))
        take_at_desk(work, office, brought, questionnaire, Lane.IMPORTED, now_ms)
    work.many("INSERT INTO import_rows (import_id, row, digest, ballot_id) VALUES (?, ?, ?, ?)", rows)
    record(work, now_ms, actor, "import.carry", f"{made} {meaning.source} {len(fresh)}/{_read(reading)}")
    return made


def _read(reading: Reading) -> int:
    return len(reading.rows) + reading.refused + reading.twice


def _note(
    work: Work, reading: Reading, meaning: Meaning, fresh: Sequence[Row], who: tuple[str, str], now_ms: int
) -> int:
    days = [row.told.day for row in fresh]
    offices = wire.encode(sorted({row.office for row in fresh})).decode()
    row = work.one(
        "INSERT INTO imports (at, actor, source, name, offices, n_read, n_new, n_there, n_refused, "
        '"first", "last") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id',
        (
            now_ms, who[0], meaning.source, who[1], offices, _read(reading), len(fresh),
            len(reading.rows) - len(fresh) + reading.twice, reading.refused,
            str(min(days)) if days else None, str(max(days)) if days else None,
        ),
    )  # fmt: skip
    if row is None:
        raise LookupError("an import was not stored")
    return int(row[0])


def listed(work: Work, reached: frozenset[str] | None) -> list[Done]:
    """Return the imports whose offices all lie in reach, the newest first."""
    rows = work.all(f"SELECT {_COLUMNS} FROM imports ORDER BY id DESC LIMIT 200")  # noqa: S608 our own words
    return [one for one in map(_done, rows) if reached is None or set(one.units) <= reached]


def one(work: Work, wanted: int) -> Done | None:
    """Return an import, or None."""
    row = work.one(f"SELECT {_COLUMNS} FROM imports WHERE id = ?", (wanted,))  # noqa: S608 our own words
    return None if row is None else _done(row)


def _done(row: tuple[Any, ...]) -> Done:
    first, last = (None if day is None else date.fromisoformat(str(day)) for day in row[10:12])
    values: tuple[Any, ...] = (*row[:10], first, last, row[12])
    return Done(*values)


def _ballots(work: Work, done: Done) -> list[bytes]:
    rows = work.all("SELECT ballot_id FROM import_rows WHERE import_id = ?", (done.id,))
    return [bytes(row[0]) for row in rows]


def undo(work: Work, done: Done, actor: str, now_ms: int) -> int:
    """Take the ballots of an import back; returns how many. Raises UndoError."""
    touched = work.run("UPDATE imports SET undone_at = ? WHERE id = ? AND undone_at IS NULL", (now_ms, done.id))
    if not touched:
        raise UndoError("Lần nhập này đã được hoàn tác.")
    taken = withdraw(work, _ballots(work, done))
    record(work, now_ms, actor, "import.undo", f"{done.id} {done.source} {taken}")
    return taken


def redo(work: Work, done: Done, actor: str, now_ms: int) -> int:
    """Count the ballots of an import again; returns how many. Raises UndoError where its rows came in otherwise."""
    rows = work.all("SELECT digest FROM import_rows WHERE import_id = ?", (done.id,))
    if known_rows(work, [bytes(row[0]) for row in rows]):
        raise UndoError("Các dòng của lần nhập này đã nhập ở lần khác, hoặc chưa hoàn tác. Không thể làm lại.")
    work.run("UPDATE imports SET undone_at = NULL WHERE id = ?", (done.id,))
    counted = restore(work, _ballots(work, done), Lane.IMPORTED)
    record(work, now_ms, actor, "import.redo", f"{done.id} {done.source} {counted}")
    return counted


def profile(work: Work, header: str) -> Meaning | None:
    """Return what a form's columns were confirmed to mean, or None."""
    row = work.one("SELECT mapping FROM import_profiles WHERE header = ?", (header,))
    return None if row is None else wire.decode(row[0], Meaning)


def keep_profile(work: Work, header: str, meaning: Meaning, actor: str, now_ms: int) -> None:
    """Remember what a form's columns mean, in place of what was known of it."""
    work.run("DELETE FROM import_profiles WHERE header = ?", (header,))
    work.run(
        "INSERT INTO import_profiles (header, source, mapping, actor, at) VALUES (?, ?, ?, ?, ?)",
        (header, meaning.source, wire.encode(meaning).decode(), actor, now_ms),
    )
