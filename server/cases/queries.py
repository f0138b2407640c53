"""Cases in SQL: the row of a case, lists of them, their ballots and files, the province's rules."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from server.cases.deadlines import Due, sign_of
from server.cases.opening import Rules
from server.cases.rules import OVER, State, number_words
from server.database import Work
from survey import wire

COLUMNS: Final = (
    "id, origin, why, opened_at, day, office_id, counter_id, unit_id, state, is_priority, owner, due_at, warn_at, "
    "warned, finding, closed_at, merged_into, rating, call_state, tries"
)


class Case(msgspec.Struct, frozen=True):
    """One case as it stands; see tables.cases."""

    id: int
    origin: str
    why: str
    opened_at: int
    day: date
    office: str
    counter: str
    unit: str
    state: State
    is_priority: bool
    owner: str | None
    due_at: int | None
    warn_at: int | None
    warned: int
    finding: str
    closed_at: int | None
    merged_into: int | None
    rating: int | None
    call_state: str
    tries: int

    @property
    def number(self) -> str:
        """Its number in words."""
        return number_words(self.id)

    @property
    def is_over(self) -> bool:
        """Whether nothing waits for anyone."""
        return self.state in OVER

    def sign(self, now_ms: int) -> str:
        """Return how its time-limit runs: late, soon, running or ""."""
        return sign_of(self.due_at, self.warn_at, now_ms)

    def is_in(self, reached: frozenset[str] | None) -> bool:
        """Return whether it lies in reach: where it arose, or where it is handled."""
        return reached is None or self.office in reached or self.unit in reached


def _case(row: Any) -> Case:
    day = row[4] if isinstance(row[4], date) else date.fromisoformat(str(row[4]))
    return Case(*(*row[:4], day, *row[5:8], State(row[8]), bool(row[9]), *row[10:]))


def find(connection: Connection, case: int) -> Case | None:
    """Return a case, or None."""
    row = Work(connection).one(f"SELECT {COLUMNS} FROM cases WHERE id = ?", (case,))  # noqa: S608
    return None if row is None else _case(row)


def hold(work: Work, case: int) -> Case | None:
    """Return a case and keep others from changing it until this transaction ends."""
    row = work.one(work.locked(f"SELECT {COLUMNS} FROM cases WHERE id = ?"), (case,))  # noqa: S608
    return None if row is None else _case(row)


def every(connection: Connection, since_ms: int, reached: frozenset[str] | None) -> list[Case]:
    """Return the cases in reach that are open or were opened since, the newest first."""
    marks = ", ".join("?" * len(OVER))
    rows = Work(connection).all(
        f"SELECT {COLUMNS} FROM cases WHERE opened_at >= ? OR state NOT IN ({marks}) ORDER BY id DESC",  # noqa: S608
        (since_ms, *map(str, OVER)),
    )
    return [case for case in map(_case, rows) if case.is_in(reached)]


def add(work: Work, origin: str, fields: dict[str, Any]) -> int | None:
    """Store a new case; returns its number, or None if one of this origin is there."""
    names = ["origin", *fields]
    row = work.one(
        f"INSERT INTO cases ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "  # noqa: S608 our own words
        "ON CONFLICT (origin) DO NOTHING RETURNING id",
        (origin, *fields.values()),
    )
    return None if row is None else int(row[0])


def change(work: Work, case: int, **fields: Any) -> None:
    """Change columns of a case."""
    names = ", ".join(f"{name} = ?" for name in fields)
    work.run(f"UPDATE cases SET {names} WHERE id = ?", (*fields.values(), case))  # noqa: S608 our own words


def limits(due: Due | None) -> dict[str, Any]:
    """Return a time-limit as columns; nothing was said of it yet."""
    return {"due_at": due.until_ms if due else None, "warn_at": due.warn_ms if due else None, "warned": 0}


def join(work: Work, case: int, ballot: bytes) -> bool:
    """Make a ballot one of a case; returns whether it was none before."""
    return bool(
        work.run(
            "INSERT INTO case_ballots (ballot_id, case_id) VALUES (?, ?) ON CONFLICT (ballot_id) DO NOTHING",
            (ballot, case),
        )
    )


def case_of(connection: Connection, ballot: bytes) -> int | None:
    """Return the case a ballot belongs to, or None."""
    row = Work(connection).one("SELECT case_id FROM case_ballots WHERE ballot_id = ?", (ballot,))
    return None if row is None else int(row[0])


def sealed_of(connection: Connection, cases: Iterable[int]) -> dict[int, list[bytes]]:
    """Return the sealed parts still kept of these cases' ballots."""
    found: dict[int, list[bytes]] = {}
    wanted = list(cases)
    for at in range(0, len(wanted), 500):
        some = wanted[at : at + 500]
        for case, sealed in Work(connection).all(
            "SELECT case_id, sealed FROM case_ballots JOIN ballots ON ballots.id = ballot_id "  # noqa: S608
            f"WHERE sealed IS NOT NULL AND lane <> 'withdrawn' AND case_id IN ({', '.join('?' * len(some))})",
            some,
        ):
            found.setdefault(case, []).append(bytes(sealed))
    return found


class Paper(msgspec.Struct, frozen=True):
    """One ballot of a case, without its words."""

    id: bytes
    day: date
    hour: int | None
    channel: str
    lane: str
    questionnaire: str
    levels: str
    reasons: dict[str, list[str]]
    has_sealed: bool


def papers(connection: Connection, case: int) -> list[Paper]:
    """Return the ballots of a case."""
    rows = Work(connection).all(
        "SELECT id, day, hour, channel, lane, questionnaire, levels, reasons, sealed FROM case_ballots "
        "JOIN ballots ON ballots.id = ballot_id WHERE case_id = ? ORDER BY id",
        (case,),
    )
    return [
        Paper(*(
            bytes(row[0]), row[1] if isinstance(row[1], date) else date.fromisoformat(str(row[1])), *row[2:7],
            wire.decode(row[7], dict[str, list[str]]) if row[7] else {}, row[8] is not None,
        ))
        for row in rows
    ]  # fmt: skip


class File(msgspec.Struct, frozen=True):
    """One attachment, without its bytes."""

    id: int
    name: str
    kind: str
    actor: str
    at: int
    size: int


def files(connection: Connection, case: int) -> list[File]:
    """Return the attachments of a case that were not taken off."""
    rows = Work(connection).all(
        "SELECT id, name, kind, actor, at, length(body) FROM case_files WHERE case_id = ? AND removed_at IS NULL "
        "ORDER BY id",
        (case,),
    )
    return [File(*row) for row in rows]


def file_body(connection: Connection, file: int) -> tuple[int, str, str, bytes] | None:
    """Return (case, name, kind, bytes) of an attachment that was not taken off."""
    row = Work(connection).one(
        "SELECT case_id, name, kind, body FROM case_files WHERE id = ? AND removed_at IS NULL", (file,)
    )
    return None if row is None else (row[0], row[1], row[2], bytes(row[3]))


def rules(connection: Connection) -> Rules:
    """Return the province's rules; the product's own where none were set."""
    row = Work(connection).one("SELECT body FROM case_rules ORDER BY id DESC LIMIT 1")
    return Rules() if row is None else wire.decode(row[0], Rules)


def set_rules(work: Work, new: Rules, actor: str, at: int) -> None:
    """Have these rules hold from now on; those before stay stored."""
    work.run("INSERT INTO case_rules (body, actor, at) VALUES (?, ?, ?)", (wire.encode(new).decode(), actor, at))
