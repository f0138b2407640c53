"""Piles, what was typed of them, scans and tallies in SQL."""

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import msgspec

from server.audit.queries import record
from server.ballots import queries as ballots
from server.ballots.desk import Told, ballot_of, take_at_desk, withdraw
from server.ballots.rules import ballot_of_row, known, levels_text
from server.centre import Centre
from server.database import Work
from survey.ballot import Answer, Ballot, Channel, ballot_id
from survey.qr_token import Lane
from survey.questionnaire import Questionnaire, status_of
from survey.scales import Level

FIRST, SECOND, THIRD = 1, 2, 3
LAYOUT: Final = "paper@1"


class Pile(msgspec.Struct, frozen=True):
    """A pile of paper, or a day's calls. said: the number written on it; None for none."""

    id: int
    office: str
    counter: str
    day: date
    kind: str
    said: int | None
    actor: str
    made_at: int
    typed: int = 0
    again: int = 0

    @property
    def channel(self) -> Channel:
        """How its answers came."""
        return Channel.PHONE if self.kind == "phone" else Channel.PAPER


_PILE: Final = (
    "SELECT piles.id, office_id, counter_id, day, kind, said, piles.actor, made_at, "
    "(SELECT count(*) FROM pile_entries WHERE pile_id = piles.id AND round = 1 AND undone_at IS NULL), "
    "(SELECT count(*) FROM pile_entries WHERE pile_id = piles.id AND round = 2 AND undone_at IS NULL) FROM piles"
)


def _pile(row: Sequence[Any]) -> Pile:
    values: tuple[Any, ...] = (*row[:3], date.fromisoformat(str(row[3])), *row[4:])
    return Pile(*values)


def make_pile(work: Work, new: Pile) -> int:
    """Store a pile and return its id."""
    row = work.one(
        "INSERT INTO piles (office_id, counter_id, day, kind, said, actor, made_at) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "RETURNING id",
        (new.office, new.counter, str(new.day), new.kind, new.said, new.actor, new.made_at),
    )
    if row is None:
        raise LookupError("a pile was not stored")
    record(work, new.made_at, new.actor, "pile.make", f"{row[0]} {new.counter} {new.day} {new.kind} {new.said or '-'}")
    return int(row[0])


def piles(work: Work, reached: frozenset[str] | None) -> list[Pile]:
    """Return the newest piles of offices in reach."""
    found = [_pile(row) for row in work.all(f"{_PILE} ORDER BY piles.id DESC LIMIT 300")]
    return [one for one in found if reached is None or one.office in reached][:100]


def pile(work: Work, wanted: int) -> Pile | None:
    """Return a pile, or None."""
    row = work.one(f"{_PILE} WHERE piles.id = ?", (wanted,))
    return None if row is None else _pile(row)


def typed(work: Work, pile_id: int, round_: int) -> dict[int, str]:
    """Return the levels typed of a pile in a round, by number."""
    rows = work.all(
        "SELECT number, levels FROM pile_entries WHERE pile_id = ? AND round = ? AND undone_at IS NULL ORDER BY number",
        (pile_id, round_),
    )
    return {row[0]: row[1] for row in rows}


Typed = tuple[str, str, int]
"""(actor, the form's own mark, Unix milliseconds)."""


def enter(
    work: Work, centre: Centre, one: Pile, told: Told, questionnaire: Questionnaire, round_: int, by: Typed
) -> int:
    """Store what was typed of one ballot and return its number; a form sent twice gives the same number once."""
    actor, form, now_ms = by
    there = work.one("SELECT number FROM pile_entries WHERE form = ?", (form,))
    if there is not None:
        return int(there[0])
    work.one(work.locked("SELECT id FROM piles WHERE id = ?"), (one.id,))
    number = max(typed(work, one.id, round_), default=0) + 1
    answers = {asked: Answer(level) for asked, level in told.levels.items()}
    levels = levels_text(answers, known(questionnaire).order)
    made: Ballot | None = None
    if round_ == FIRST:
        made = ballot_of(told, questionnaire, centre.keys.seal_key, one.channel, LAYOUT)
        take_at_desk(work, one.office, [(one.counter, None, made)], questionnaire, Lane.ENTERED, now_ms)
    _add(work, (one.id, round_, number), levels, made, by)
    record(work, now_ms, actor, "pile.enter", f"{one.id} {round_} {number}")
    return number


def _add(work: Work, place: tuple[int, int, int], levels: str, made: Ballot | None, by: Typed) -> None:
    work.run(
        "INSERT INTO pile_entries (pile_id, round, number, levels, ballot_id, form, actor, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*place, levels, made and made.id.bytes, by[1], by[0], by[2]),
    )


def take_back(work: Work, one: Pile, round_: int, by: Typed) -> int:
    """Take the last ballot typed of a pile back; returns its number, 0 where there is none."""
    row = work.one(
        "SELECT id, number, ballot_id FROM pile_entries WHERE pile_id = ? AND round = ? AND undone_at IS NULL "
        "ORDER BY number DESC LIMIT 1",
        (one.id, round_),
    )
    if row is None:
        return 0
    work.run("UPDATE pile_entries SET undone_at = ? WHERE id = ?", (by[2], row[0]))
    if row[2] is not None:
        withdraw(work, [bytes(row[2])])
    work.run(
        "UPDATE pile_entries SET undone_at = ? WHERE pile_id = ? AND round = 3 AND number = ? AND undone_at IS NULL",
        (by[2], one.id, row[1]),
    )
    record(work, by[2], by[0], "pile.take_back", f"{one.id} {round_} {row[1]}")
    return int(row[1])


def settle(
    work: Work, one: Pile, number: int, levels: dict[str, Level], questionnaire: Questionnaire, by: Typed
) -> bool:
    """Let a third look decide what a ballot says; the first reading is taken back where it was another.

    Returns False where the first person has not typed that ballot.
    """
    if work.one("SELECT 1 FROM pile_entries WHERE form = ?", (by[1],)):
        return True
    row = work.one(
        "SELECT id, levels, ballot_id FROM pile_entries WHERE pile_id = ? AND round = 1 AND number = ? "
        "AND undone_at IS NULL",
        (one.id, number),
    )
    if row is None:
        return False
    answers = {asked: Answer(level) for asked, level in levels.items()}
    decided = levels_text(answers, known(questionnaire).order)
    if decided != row[1]:
        made = _corrected(work, bytes(row[2]), answers, questionnaire)
        withdraw(work, [bytes(row[2])])
        take_at_desk(work, one.office, [(one.counter, None, made)], questionnaire, Lane.ENTERED, by[2])
        work.run("UPDATE pile_entries SET levels = ?, ballot_id = ? WHERE id = ?", (decided, made.id.bytes, row[0]))
    _add(work, (one.id, THIRD, number), decided, None, by)
    record(work, by[2], by[0], "pile.settle", f"{one.id} {number}")
    return True


def _corrected(work: Work, old: bytes, answers: dict[str, Answer], questionnaire: Questionnaire) -> Ballot:
    """Return a ballot with other answers and all else as it was: what was written stays sealed as it is."""
    names = ", ".join(ballots.COLUMNS)
    found = work.one(f"SELECT {names} FROM ballots WHERE id = ?", (old,))  # noqa: S608 our own words
    if found is None:
        raise LookupError("a ballot that was typed is not stored")
    before = ballot_of_row(dict(zip(ballots.COLUMNS, found, strict=True)), "", known(questionnaire).order)
    low = known(questionnaire).rules.low
    reasons = {asked: why for asked, why in before.reasons.items() if asked in answers
               and answers[asked].level in low[asked]}  # fmt: skip
    return msgspec.structs.replace(
        before, id=ballot_id(0, secrets.token_bytes(14)), answers=answers, reasons=reasons, flags=[],
        status=status_of(set(answers), questionnaire, quick=False),
    )  # fmt: skip


# ---- scans


class Scan(msgspec.Struct, frozen=True):
    """A scan as it is listed."""

    id: int
    pile: int | None
    tally: int | None
    name: str
    kind: str


def add_scan(work: Work, scan: Scan, body: bytes, actor: str, now_ms: int) -> None:
    """Store a scan of a pile or a tally."""
    work.run(
        "INSERT INTO scans (pile_id, tally_id, name, kind, body, actor, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (scan.pile, scan.tally, scan.name, scan.kind, body, actor, now_ms),
    )
    record(work, now_ms, actor, "scan.add", f"pile {scan.pile}" if scan.pile else f"tally {scan.tally}")


def scans(work: Work, column: str, wanted: int) -> list[Scan]:
    """Return the scans of a pile or a tally. column: pile_id or tally_id."""
    if column not in ("pile_id", "tally_id"):
        raise ValueError(f"{column} is no owner of scans")
    rows = work.all(
        f"SELECT id, pile_id, tally_id, name, kind FROM scans WHERE {column} = ? ORDER BY id",  # noqa: S608 checked
        (wanted,),
    )
    return [Scan(*row) for row in rows]


def tally_scans(work: Work) -> dict[int, list[Scan]]:
    """Return the scans of every tally, by its id."""
    found: dict[int, list[Scan]] = {}
    for row in work.all("SELECT id, pile_id, tally_id, name, kind FROM scans WHERE tally_id IS NOT NULL ORDER BY id"):
        found.setdefault(int(row[2]), []).append(Scan(*row))
    return found


def scan(work: Work, wanted: int) -> tuple[Scan, bytes, str] | None:
    """Return a scan, its bytes and the office it belongs to, or None."""
    row = work.one(
        "SELECT scans.id, pile_id, tally_id, name, scans.kind, body, coalesce(piles.office_id, tallies.office_id) "
        "FROM scans LEFT JOIN piles ON piles.id = pile_id LEFT JOIN tallies ON tallies.id = tally_id "
        "WHERE scans.id = ?",
        (wanted,),
    )
    return None if row is None else (Scan(*row[:5]), bytes(row[5]), str(row[6]))
