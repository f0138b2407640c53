"""Everything stored held against itself: leaves, chains, rollups, hand-overs, audit log; changes nothing."""

from typing import Any

import msgspec

from server.audit.queries import first_broken
from server.ballots import handover, queries
from server.ballots.rollup import Increments, further, of_row
from server.ballots.rules import Known, known, leaf_of_row
from server.ballots.sums import TABLES
from server.database import Work
from server.questionnaires.queries import of_refs
from server.tables import CELL
from survey import chain
from survey.qr_token import Lane


class Found(msgspec.Struct, frozen=True):
    """What a check found. faults: one line each, empty when all is whole."""

    streams: int
    ballots: int
    faults: list[str]


def verify(work: Work) -> Found:
    """Return what does not fit: ballots whose leaf changed, broken chains, wrong counts, a broken audit log."""
    refs = [row[0] for row in work.all("SELECT ref FROM questionnaires")]
    shelf = {one.ref: known(one) for one in of_refs(work.connection, refs)}
    faults: list[str] = []
    counted = Increments()
    streams = work.all("SELECT id, device, stream, upto, head FROM streams ORDER BY id")
    total = 0
    for row, device, stream, upto, head in streams:
        places = queries.chain_of(work, row)
        total += sum(ballot is not None for _, ballot, _ in places)
        faults += _leaf_faults(places, device, shelf, counted)
        faults += _chain_faults(work, (row, device, stream, upto, bytes(head)), places)
    faults += _rollup_faults(work, counted)
    faults += handover.faults(work)
    broken = first_broken(work)
    if broken is not None:
        faults.append(f"audit log: line {broken} does not fit the lines before it")
    return Found(len(streams), total, faults)


def _leaf_faults(
    places: list[tuple[int, dict[str, Any] | None, bytes]], device: str, shelf: dict[str, Known], counted: Increments
) -> list[str]:
    faults = []
    for seq, row, leaf in places:
        if row is None:
            continue
        order = shelf[row["questionnaire"]].order
        try:
            is_whole = leaf_of_row(row, device, order) == leaf
        except ValueError:
            is_whole = False
        if not is_whole:
            faults.append(f"{device} seq {seq}: the ballot was changed after it was cast")
            continue
        if row["lane"] != Lane.WITHDRAWN:
            counted.add(*of_row(row, device, shelf[row["questionnaire"]]))
    return faults


def _chain_faults(
    work: Work, stream: tuple[int, str, str, int, bytes], places: list[tuple[int, dict[str, Any] | None, bytes]]
) -> list[str]:
    row, device, name, upto, head = stream
    holes = {
        hole[0]: (hole[1], bytes(hole[2]))
        for hole in work.all('SELECT "first", "last", link FROM holes WHERE stream_id = ?', (row,))
    }
    leaves = {seq: leaf for seq, _, leaf in places}
    link, seq = chain.genesis(device, name), 1
    while seq <= upto:
        skip = next((last for first, (last, _) in holes.items() if first <= seq <= last), None)
        if skip is not None:
            link, seq = next(end for last, end in holes.values() if last == skip), skip + 1
        elif seq in leaves:
            link, seq = chain.link(link, seq, leaves[seq]), seq + 1
        else:
            return [f"{device} seq {seq}: the ballot is missing"]
    return [] if link == head else [f"{device}: the chain up to {upto} does not end at its head"]


def _rollup_faults(work: Work, counted: Increments) -> list[str]:
    keys = ", ".join(CELL)
    told = {
        (str(row[0]), bool(row[1]), *row[2:7]): list(row[7:])
        for row in work.all(f"SELECT {keys}, n, comments, contacts, flagged FROM rollup_ballots")  # noqa: S608
    }
    mine = {(cell[0], bool(cell[1]), *cell[2:]): counts for cell, counts in counted.ballots.items()}
    faults = [
        f"rollup of ballots {cell}: does not fit" for cell in told.keys() | mine if told.get(cell) != mine.get(cell)
    ]
    answers: dict[tuple[Any, ...], list[int]] = {}
    for (cell, ref), texts in counted.answers.items():
        for question, counts in texts.counts():
            if any(counts[:-1]):
                answers[(cell[0], bool(cell[1]), *cell[2:], ref, question)] = counts
    stored = {
        (str(row[0]), bool(row[1]), *row[2:9]): list(row[9:])
        for row in work.all(
            f"SELECT {keys}, questionnaire, question, n1, n2, n3, n4, n5, na, ms FROM rollup_answers"  # noqa: S608
        )
    }
    faults += [
        f"rollup of answers {cell}: does not fit"
        for cell in stored.keys() | answers
        if stored.get(cell) != answers.get(cell)
    ]
    return faults + _further_faults(work, counted)


def _further_faults(work: Work, counted: Increments) -> list[str]:
    faults = []
    for table, rows in further(counted).items():
        keys, counts = TABLES[table]
        names = ", ".join(f'"{name}"' for name in (*keys, *counts))
        told = {
            _plain(row[: len(keys)]): list(row[len(keys) :])
            for row in work.all(f"SELECT {names} FROM {table}")  # noqa: S608
        }
        mine = {_plain(key): values for key, values in rows.items() if any(values)}
        faults += [f"{table} {key}: does not fit" for key in told.keys() | mine if told.get(key) != mine.get(key)]
    return faults


def _plain(key: tuple[Any, ...]) -> tuple[str, ...]:
    """Return a key alike from both databases: SQLite tells truth as 1 and days as text."""
    return tuple(str(int(part) if isinstance(part, bool) else part) for part in key)
