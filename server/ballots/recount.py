"""Ballots that came before their questionnaire was published: judged again once it is, and counted exactly once."""

from collections import Counter

import msgspec

from server.ballots import queries
from server.ballots.ingest import Place, Stream, count_late
from server.ballots.rules import Prepared, known, prepare
from server.database import Work
from server.offices.queries import offices_of_counter
from survey.batch import Entry, Verdict
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
        verdict = _one(work, aside, entry, Place(counter, offices_of_counter(work, counter)), now_ms)
        counts[str(verdict)] += 1
    return dict(counts)


def _one(work: Work, aside: queries.Aside, entry: Prepared, place: Place, now_ms: int) -> Verdict:
    if entry.ballot is None:
        queries.reword(work, aside.row, Verdict.REJECTED, entry.code, entry.words)
        return Verdict.REJECTED
    queries.take_back(work, aside.row)
    stream = Stream(aside.stream, aside.device, 0, b"")
    return count_late(work, stream, entry, aside.link, place, aside.received_at or now_ms).verdict
