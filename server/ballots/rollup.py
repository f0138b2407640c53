"""Counts kept beside the ballots: summed in memory, added once before the commit that stores the ballots."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec

from server.ballots.rules import Known, Prepared, ballot_of_row, counts_by_question
from server.ballots.sums import TABLES, Key, Rows, Timed, timed_rows, whole, wider
from server.database import Work
from server.tables import CELL

Cell = tuple[Any, ...]
"""(day, is_dated, office, counter, channel, lane, status)."""

FIELD: Final = "field"
"""The context item that says what a visit was about."""


class Texts(NamedTuple):
    """Ballots of one cell and questionnaire as they are stored, levels and milliseconds, to be counted by columns."""

    order: tuple[str, ...]
    levels: list[str]
    ms: list[str]

    def counts(self) -> Iterable[tuple[str, list[int]]]:
        """Return (question, its n1…n5, NA and milliseconds)."""
        return zip(self.order, counts_by_question(self.levels, self.ms, len(self.order)), strict=True)


class Increments:
    """What a transaction adds to the rollups."""

    def __init__(self) -> None:
        self.ballots: dict[Cell, list[int]] = {}
        self.answers: dict[tuple[Cell, str], Texts] = {}
        self.reasons: dict[Cell, int] = {}
        self.left: set[Cell] = set()
        self.moved: dict[tuple[Cell, str], Texts] = {}
        self.timed: dict[Key, Timed] = {}
        self.untimed: dict[Key, Timed] = {}

    def move(self, cell: Cell, to: Cell, taken: Prepared, hour: int | None) -> None:
        """Count one stored ballot in another cell than it was counted in."""
        self.take_back(cell, taken, hour)
        self.add(to, taken, hour)

    def take_back(self, cell: Cell, taken: Prepared, hour: int | None) -> None:
        """Count one stored ballot no more."""
        self.add(cell, taken, hour, times=-1)
        self.left.add(cell)

    def add(self, cell: Cell, taken: Prepared, hour: int | None, times: int = 1) -> None:
        """Count one ballot that was really stored; -1 times where it was counted before.

        hour: the local hour it was cast in; None where it is not dated.
        """
        ballot = taken.ballot
        if ballot is None:
            raise ValueError(f"entry {taken.seq} has no ballot to count")
        counts = self.ballots.get(cell)
        if counts is None:
            counts = self.ballots.setdefault(cell, [0, 0, 0, 0])
        counts[0] += times
        counts[1] += times * (ballot.sealed is not None)
        counts[2] += times * (ballot.consent is not None)
        counts[3] += times * bool(ballot.flags)
        key = (cell, ballot.questionnaire)
        counted = self.answers if times > 0 else self.moved
        texts = counted.get(key)
        if texts is None:
            texts = counted.setdefault(key, Texts(taken.order, [], []))
        texts.levels.append(taken.levels)
        texts.ms.append(taken.ms)
        if hour is not None:
            place = (cell, ballot.questionnaire, hour, ballot.context.get(FIELD, "") if ballot.context else "")
            several = self.timed if times > 0 else self.untimed
            timed = several.get(place)
            if timed is None:
                timed = several.setdefault(place, Timed(taken.order, taken.overall, []))
            timed.levels.append(taken.levels)
        for question, chosen in ballot.reasons.items():
            for reason in chosen:
                given = (*cell, ballot.questionnaire, question, reason)
                self.reasons[given] = self.reasons.get(given, 0) + times


def of_row(row: Mapping[str, Any], device: str, asked: Known) -> tuple[Cell, Prepared, int | None]:
    """Return the cell a stored ballot is counted in, the ballot ready to be counted, and its hour if it is dated.

    row: the columns of ballots. device: its stream's. asked: its questionnaire.
    """
    ballot = ballot_of_row(row, device, asked.order)
    if row["sealed_digest"] is not None and ballot.sealed is None:
        ballot = msgspec.structs.replace(ballot, sealed=bytes(49))
    cell = (str(row["day"]), bool(row["is_dated"]), *(row[name] for name in CELL[2:]))
    leaf = bytes(row["leaf"])
    taken = Prepared(
        row["seq"], leaf, b"", ballot, asked.order, row["levels"], row["ms"], overall=asked.overall
    )  # fmt: skip
    return cell, taken, row["hour"] if row["is_dated"] else None


def increments(work: Work) -> Increments:
    """Return what this transaction adds to the rollups; it is written once, before the commit."""
    found = work.later.get(add_up)
    if found is None:
        found = work.later.setdefault(add_up, Increments())
    return found  # type: ignore[no-any-return]


def add_up(work: Work, more: Increments) -> None:
    """Add increments to the rollup tables, in one order so that two writers never wait for each other in a ring."""
    work.many(_upsert("rollup_ballots", (), ("n", "comments", "contacts", "flagged")), _sorted(more.ballots))
    rows = _answers(more)
    names = ("n1", "n2", "n3", "n4", "n5", "na", "ms")
    work.many(_upsert("rollup_answers", ("questionnaire", "question"), names), _sorted(rows))
    single = {key: [n] for key, n in more.reasons.items()}
    work.many(_upsert("rollup_reasons", ("questionnaire", "question", "reason"), ("n",)), _sorted(single))
    for cell in sorted(more.left):
        _sweep(work, cell)
    for table, others in further(more).items():
        keys, counted = TABLES[table]
        kept = {key: counts for key, counts in others.items() if any(counts)}
        work.many(_add_to(table, keys, counted), _sorted(kept))
        emptied = sorted(key for key, counts in kept.items() if min(counts) < 0)
        work.many(_forget(table, keys, counted), emptied)


def further(more: Increments) -> dict[str, Rows]:
    """Return what increments come to in the wider and finer rollups, by table."""
    found: dict[str, Rows] = {table: {} for table in TABLES}
    found["tenday_ballots"] = wider(more.ballots)
    answered, reasons = _answers(more), {key: [n] for key, n in more.reasons.items()}
    found["tenday_answers"], found["whole_answers"] = wider(answered), whole(answered)
    found["tenday_reasons"], found["whole_reasons"] = wider(reasons), whole(reasons)
    timed_rows(more.timed, 1, found)
    timed_rows(more.untimed, -1, found)
    return found


def _answers(more: Increments) -> dict[tuple[Any, ...], list[int]]:
    rows = {
        (*cell, questionnaire, question): counts
        for (cell, questionnaire), texts in more.answers.items()
        for question, counts in texts.counts()
        if any(counts[:-1])
    }
    for (cell, questionnaire), texts in more.moved.items():
        for question, counts in texts.counts():
            if any(counts[:-1]):
                place = (*cell, questionnaire, question)
                rows[place] = [n - gone for n, gone in zip(rows.get(place, [0] * len(counts)), counts, strict=True)]
    return rows


EMPTY: Final = {
    "rollup_ballots": "n = 0",
    "rollup_answers": "n1 + n2 + n3 + n4 + n5 + na = 0",
    "rollup_reasons": "n = 0",
}


def _sweep(work: Work, cell: Cell) -> None:
    """Forget counts of a cell that came to nothing, as if nothing had ever been counted there."""
    key = " AND ".join(f"{name} = ?" for name in CELL)
    for table, is_empty in EMPTY.items():
        work.run(f"DELETE FROM {table} WHERE {key} AND {is_empty}", cell)  # noqa: S608


def _sorted(cells: dict[Cell, list[int]]) -> list[tuple[Any, ...]]:
    return [(*key, *cells[key]) for key in sorted(cells)]


def _upsert(table: str, more_keys: tuple[str, ...], counts: tuple[str, ...]) -> str:
    return _add_to(table, (*CELL, *more_keys), counts)


@cache
def _add_to(table: str, keys: tuple[str, ...], counts: tuple[str, ...]) -> str:
    named = ", ".join(f'"{name}"' for name in keys)
    marks = ", ".join("?" * (len(keys) + len(counts)))
    adding = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in counts)
    return (
        f"INSERT INTO {table} ({named}, {', '.join(counts)}) VALUES ({marks}) "  # noqa: S608
        f"ON CONFLICT ({named}) DO UPDATE SET {adding}"
    )


@cache
def _forget(table: str, keys: tuple[str, ...], counts: tuple[str, ...]) -> str:
    key = " AND ".join(f'"{name}" = ?' for name in keys)
    return f"DELETE FROM {table} WHERE {key} AND " + " AND ".join(f"{name} = 0" for name in counts)  # noqa: S608
