"""Counts kept beside the ballots: summed in memory, added once before the commit that stores the ballots."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from server.ballots.rules import Prepared, ballot_of_row, counts_by_question
from server.database import Work
from server.tables import CELL

Cell = tuple[Any, ...]
"""(day, is_dated, office, counter, channel, lane, status)."""

_KEY: Final = ", ".join(CELL)


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

    def move(self, cell: Cell, to: Cell, taken: Prepared) -> None:
        """Count one stored ballot in another cell than it was counted in."""
        self.add(cell, taken, times=-1)
        self.add(to, taken)
        self.left.add(cell)

    def add(self, cell: Cell, taken: Prepared, times: int = 1) -> None:
        """Count one ballot that was really stored; -1 times where it was counted before."""
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
        for question, chosen in ballot.reasons.items():
            for reason in chosen:
                place = (*cell, ballot.questionnaire, question, reason)
                self.reasons[place] = self.reasons.get(place, 0) + times


def of_row(row: Mapping[str, Any], device: str, order: tuple[str, ...]) -> tuple[Cell, Prepared]:
    """Return the cell a stored ballot is counted in, and the ballot ready to be counted.

    row: the columns of ballots. device: its stream's. order: the questionnaire's question ids.
    """
    ballot = ballot_of_row(row, device, order)
    if row["sealed_digest"] is not None and ballot.sealed is None:
        ballot = msgspec.structs.replace(ballot, sealed=bytes(49))
    cell = (str(row["day"]), bool(row["is_dated"]), *(row[name] for name in CELL[2:]))
    return cell, Prepared(row["seq"], bytes(row["leaf"]), b"", ballot, order, row["levels"], row["ms"])


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
    keys = ", ".join([_KEY, *more_keys])
    marks = ", ".join("?" * (len(CELL) + len(more_keys) + len(counts)))
    adding = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in counts)
    return (
        f"INSERT INTO {table} ({keys}, {', '.join(counts)}) VALUES ({marks}) "  # noqa: S608
        f"ON CONFLICT ({keys}) DO UPDATE SET {adding}"
    )
