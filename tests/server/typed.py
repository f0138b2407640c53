"""Ballots of years before any kiosk, as a desk types or carries them in: stored, chained, counted as all are."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from server.ballots import ingest, queries
from server.ballots.ingest import Place, Stream
from server.ballots.rollup import increments
from server.ballots.rules import Moment, arrival, known, prepare
from server.database import Work
from server.offices.queries import offices_of_counter
from survey import chain, wire
from survey.ballot import Answer, Channel, ballot_id
from survey.batch import Entry
from survey.qr_token import Lane
from survey.questionnaire import bundled
from tests.kiosk_double import NOW_MS, QUESTIONS, a_ballot

Given = tuple[date, Mapping[str, Answer], dict[str, Any]]
"""A day, answers by question, further fields of the ballot."""


def every_question(level: int, **changed: int) -> dict[str, Answer]:
    """Return answers of one level to every question, some changed."""
    return {question: Answer(changed.get(question, level), 0) for question in QUESTIONS}


def store(work: Work, place: str, lane: Lane, channel: Channel, given: Sequence[Given]) -> None:
    """Store ballots of one counter or office in a stream of the office's own."""
    device, asked = f"desk-{place}-{lane}", known(bundled())
    stream_id = secrets.token_hex(16)
    head, here, counted = chain.genesis(device, stream_id), arrival(NOW_MS, []), increments(work)
    row, *_ = queries.open_stream(work, device, stream_id, head, NOW_MS)
    stream, at = Stream(row, device, 0, head), Place(place, offices_of_counter(work, place))
    rows = []
    for seq, (day, answers, more) in enumerate(given, 1):
        one: UUID = ballot_id(NOW_MS, secrets.token_bytes(14))
        ballot = a_ballot(id=one, device=device, stream=stream_id, seq=seq, channel=channel, answers=answers, **more)
        leaf = chain.leaf(ballot)
        head = chain.link(head, seq, leaf)
        ready = prepare(Entry(seq, leaf.hex(), msgspec.Raw(wire.encode(ballot))), {bundled().ref: asked})
        assert ready.ballot is not None, ready.words
        moment = Moment(day.isoformat(), 9, True)
        cell = ingest._cell(at, moment.day, True, channel, lane, ballot.status)
        rows.append(ingest._row(ready, head, stream, cell, moment, here))
        counted.add(cell, ready, 9)
    assert work.many(queries.INSERT, rows) == len(rows)
    queries.move_head(work, row, len(rows), head)
