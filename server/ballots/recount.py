"""Ballots counted again: those that came before their questionnaire was published, and all of them into new rollups."""

from collections import Counter
from typing import Final

import msgspec

from server.ballots import queries
from server.ballots.ingest import Stream, count_late
from server.ballots.place import Place, standing_of
from server.ballots.rollup import increments, of_row
from server.ballots.rules import Prepared, known, prepare
from server.ballots.sums import TABLES
from server.database import Work
from server.questionnaires.queries import of_refs
from survey.batch import Entry, Verdict
from survey.qr_token import Lane
from survey.questionnaire import Questionnaire


def count_again(work: Work, questionnaire: Questionnaire, now_ms: int) -> dict[str, int]:
    """Return how many ballots of a questionnaire, set aside as unknown, got which verdict now.

    A ballot that is counted leaves set_aside and takes its place in its stream; its link stays as it was.
    """
    ready = {questionnaire.ref: known(questionnaire)}
    counts: Counter[str] = Counter()
    for aside in queries.set_aside_of(work, "unknown_questionnaire", questionnaire.ref):
        counter = queries.counter_of(work, aside.device)
        if counter is None:
            continue
        entry = prepare(Entry(aside.seq, aside.leaf.hex(), msgspec.Raw(aside.raw)), ready)
        verdict = _one(work, aside, entry, standing_of(work, aside.device, counter), now_ms)
        counts[str(verdict)] += 1
    return dict(counts)


def _one(work: Work, aside: queries.Aside, entry: Prepared, place: Place, now_ms: int) -> Verdict:
    if entry.ballot is None:
        queries.reword(work, aside.row, Verdict.REJECTED, entry.code, entry.words)
        return Verdict.REJECTED
    queries.take_back(work, aside.row)
    stream = Stream(aside.stream, aside.device, 0, b"")
    return count_late(work, stream, entry, aside.link, place, aside.received_at or now_ms).verdict


ROLLUPS: Final = ("rollup_ballots", "rollup_answers", "rollup_reasons", *TABLES)


def rebuild(work: Work) -> int:
    """Make every rollup anew from the stored ballots; returns how many ballots were counted."""
    for table in ROLLUPS:
        work.run(f"DELETE FROM {table}")  # noqa: S608
    refs = [row[0] for row in work.all("SELECT ref FROM questionnaires")]
    shelf = {one.ref: known(one) for one in of_refs(work.connection, refs)}
    counted, total = increments(work), 0
    names = ", ".join(f"ballots.{name}" for name in queries.COLUMNS)
    for (stream,) in work.all("SELECT id FROM streams ORDER BY id"):
        rows = work.all(
            f"SELECT device, {names} FROM ballots JOIN streams ON streams.id = stream_id WHERE stream_id = ?",  # noqa: S608
            (stream,),
        )
        for device, *columns in rows:
            row = dict(zip(queries.COLUMNS, columns, strict=True))
            if row["lane"] != Lane.WITHDRAWN:
                counted.add(*of_row(row, device, shelf[row["questionnaire"]]))
                total += 1
    return total


def complete(work: Work) -> int:
    """Fill rollups that a migration made empty beside ballots; returns how many ballots it counted."""
    has_ballots = work.one("SELECT 1 FROM rollup_ballots LIMIT 1")
    if has_ballots is None or work.one("SELECT 1 FROM tenday_ballots LIMIT 1") is not None:
        return 0
    return rebuild(work)
