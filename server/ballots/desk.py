"""Ballots that the centre's own desks bring in: typed from paper or a call, or read from another form's file.

They are dated by what the paper or the file says, never by the day of typing, and stand in a stream of their office.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final

import msgspec

from server.ballots import queries
from server.ballots.ingest import Stream, take_dated
from server.ballots.place import Place
from server.ballots.rollup import increments, of_row
from server.ballots.rules import Arrival, Moment, Prepared, known, prepare
from server.database import Work
from server.offices.queries import offices_of_counter
from server.questionnaires.queries import of_refs
from survey import chain, wire
from survey.ballot import Answer, Ballot, Channel, Consent, ballot_id
from survey.batch import Entry, Judged, Verdict
from survey.instant import from_instant, to_instant
from survey.local_time import DAY_MS, EPOCH_ORDINAL, LOCAL_MS, local_date
from survey.note import Note
from survey.qr_token import Lane
from survey.questionnaire import Questionnaire, status_of
from survey.scales import Level
from survey.sealing import seal

DAY_ONLY: Final = "day_only"
"""The mark of a ballot whose hour nobody wrote down: it is in no table by hour or half-day."""


class Told(msgspec.Struct, frozen=True):
    """What a paper, a caller or a row says. hour: local; None where only the day is known.

    counter: its counter, or the office itself. note: sealed before it is stored. day: local.
    """

    counter: str
    day: date
    hour: int | None
    levels: dict[str, Level]
    reasons: dict[str, list[str]] = {}
    note: Note = Note()
    is_consent: bool = False


class DeskError(ValueError):
    """A ballot the questionnaire's rules do not allow; `str()` is the rule's words."""


def moment_ms(day: date, hour: int | None) -> int:
    """Return the Unix milliseconds of the beginning of a local hour, or day."""
    return (day.toordinal() - EPOCH_ORDINAL) * DAY_MS - LOCAL_MS + (hour or 0) * 3_600_000


def ballot_of(
    told: Told, questionnaire: Questionnaire, seal_key: bytes, channel: Channel, layout: str, made: bytes | None = None
) -> Ballot:
    """Return a ballot not yet placed in a stream. made: its id, where a form sent twice must give the same one."""
    wall_ms = moment_ms(told.day, told.hour)
    is_note = not told.note.is_empty()
    answers = {asked: Answer(level) for asked, level in told.levels.items()}
    fresh = ballot_id(wall_ms, secrets.token_bytes(14))
    return Ballot(
        id=type(fresh)(bytes=made) if made else fresh, device="", stream="0" * 32, seq=1, boot=0, mono_ms=0,
        wall=to_instant(wall_ms), clock="exact", questionnaire=questionnaire.ref, layout=layout, lang="vi",
        channel=channel, status=status_of(set(answers), questionnaire, quick=False), answers=answers,
        answers_salt=secrets.token_bytes(16), reasons=told.reasons,
        sealed=seal(told.note, seal_key) if is_note else None,
        sealed_salt=secrets.token_bytes(16) if is_note else None,
        consent=Consent("contact_v1", "vi") if told.note.phone and told.is_consent else None,
    )  # fmt: skip


Brought = tuple[str, int | None, Ballot]
"""(counter, local hour or None, ballot)."""


def take_at_desk(
    work: Work, office: str, brought: Sequence[Brought], questionnaire: Questionnaire, lane: Lane, now_ms: int
) -> int:
    """Store and count ballots of one office in this transaction; returns how many. All of one questionnaire.

    Raises DeskError for the first that breaks the questionnaire's rules; then nothing may be committed.
    """
    stream = _stream(work, f"desk-{office}"[:80], now_ms)
    ready, taken = {questionnaire.ref: known(questionnaire)}, 0
    for counter, group in groupby(sorted(brought, key=lambda one: one[0]), key=lambda one: one[0]):
        several = list(group)
        hours = {ballot.id: hour for _, hour, ballot in several}
        entries = [
            _entry(ballot, stream.device, stream.upto + place, ready) for place, (_, _, ballot) in enumerate(several, 1)
        ]

        def dated(ballot: Ballot, _: Arrival, hours: dict[Any, int | None] = hours) -> Moment:
            hour = hours[ballot.id]
            day = local_date(from_instant(ballot.wall)).isoformat()
            return Moment(day, hour, True, "" if hour is not None else DAY_ONLY)

        place = Place(counter, offices_of_counter(work, counter))
        stream, verdicts = take_dated(work, stream, entries, place, lane, dated, now_ms)
        _check(verdicts)
        taken += len(verdicts)
    return taken


def _entry(ballot: Ballot, device: str, seq: int, ready: dict[str, Any]) -> Prepared:
    placed = msgspec.structs.replace(ballot, device=device, seq=seq)
    return prepare(Entry(seq, chain.leaf(placed).hex(), msgspec.Raw(wire.encode(placed))), ready)


def _check(verdicts: Iterable[Judged]) -> None:
    for judged in verdicts:
        if judged.verdict is not Verdict.ACCEPTED:
            raise DeskError(judged.words or judged.code)


def _stream(work: Work, device: str, now_ms: int) -> Stream:
    stream = queries.current_stream(work, device) or secrets.token_hex(16)
    row, upto, head, _ = queries.open_stream(work, device, stream, chain.genesis(device, stream), now_ms)
    return Stream(row, device, upto, head)


def withdraw(work: Work, ballots: Sequence[bytes]) -> int:
    """Count ballots of a desk no more; they stay stored and in their chain. Returns how many were counted before."""
    return _set(work, ballots, Lane.WITHDRAWN)


def restore(work: Work, ballots: Sequence[bytes], lane: Lane) -> int:
    """Count ballots of a desk again, in their lane. Returns how many were not counted before."""
    return _set(work, ballots, lane)


def _set(work: Work, ballots: Sequence[bytes], lane: Lane) -> int:
    shelf: dict[str, Any] = {}
    moved: list[tuple[Any, ...]] = []
    for at in range(0, len(ballots), queries.CHUNK):
        for device, row in _rows(work, ballots[at : at + queries.CHUNK]):
            if (row["lane"] == Lane.WITHDRAWN) == (lane is Lane.WITHDRAWN):
                continue
            ref = row["questionnaire"]
            asked = shelf.get(ref) or shelf.setdefault(ref, known(of_refs(work.connection, [ref])[0]))
            if lane is Lane.WITHDRAWN:
                increments(work).take_back(*of_row(row, device, asked))
            else:
                increments(work).add(*of_row(row | {"lane": str(lane)}, device, asked))
            moved.append((str(lane), bytes(row["id"])))
    work.many("UPDATE ballots SET lane = ? WHERE id = ?", moved)
    if lane is not Lane.WITHDRAWN:  # one taken back before anyone looked at it may ask for attention after all
        work.many(queries.INBOX, [(ballot,) for _, ballot in moved])
    return len(moved)


def _rows(work: Work, ids: Sequence[bytes]) -> list[tuple[str, dict[str, Any]]]:
    names, marks = ", ".join(f"ballots.{name}" for name in queries.COLUMNS), ", ".join("?" * len(ids))
    found = work.all(
        f"SELECT device, {names} FROM ballots JOIN streams ON streams.id = stream_id "  # noqa: S608 our own words
        f"WHERE ballots.id IN ({marks}) AND device LIKE ?",
        (*ids, "desk-%"),
    )
    return [(row[0], dict(zip(queries.COLUMNS, row[1:], strict=True))) for row in found]
