"""Ballots for export in SQL: in the order of office and day, page by page, so that a reader never misses one."""

import hmac
from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Final

import msgspec

from server.ballots.rules import answers_of
from server.database import Work
from server.exports.rules import AnswerRow, BallotRow, QuestionRow, Row, UnitRow
from server.questionnaires.queries import of_refs
from survey import wire
from survey.qr_token import Lane
from survey.questionnaire import Questionnaire

KEY_CHARS: Final = 24

Place = tuple[str, str, int, int]
"""Office, day, stream, place in the stream: where a page ended."""

START: Final[Place] = ("", "0001-01-01", 0, 0)


class Wanted(msgspec.Struct, frozen=True):
    """What is asked for. offices: None for all; first, last: local days; limit: ballots at most."""

    first: date
    last: date
    offices: frozenset[str] | None
    limit: int
    after: Place = START


class Page(msgspec.Struct, frozen=True):
    """Rows of one page. next: where it ended, None where nothing follows."""

    ballots: list[dict[str, Any]]
    next: Place | None


_COLUMNS: Final = (
    "stream_id", "seq", "id", "office_id", "counter_id", "day", "hour", "questionnaire", "lang", "channel", "status",
    "lane", "levels", "ms", "reasons", "context", "flags", "sealed_digest", "sealed",
)  # fmt: skip


def page(work: Work, wanted: Wanted) -> Page:
    """Return a page of ballots, one more read than given to know whether others follow."""
    if wanted.offices is not None and not wanted.offices:
        return Page([], None)
    rows = work.all(
        f"SELECT {', '.join(_COLUMNS)} FROM ballots WHERE day BETWEEN ? AND ?{_offices(wanted)}"  # noqa: S608 our own
        f" AND lane <> '{Lane.WITHDRAWN}'"
        " AND (office_id, day, stream_id, seq) > (?, ?, ?, ?) ORDER BY office_id, day, stream_id, seq LIMIT ?",
        (
            _day(work, wanted.first), _day(work, wanted.last), *sorted(wanted.offices or ()), wanted.after[0],
            _day(work, date.fromisoformat(wanted.after[1])), wanted.after[2], wanted.after[3], wanted.limit + 1,
        ),
    )  # fmt: skip
    found = [dict(zip(_COLUMNS, row, strict=True)) for row in rows[: wanted.limit]]
    last = found[-1] if found and len(rows) > wanted.limit else None
    place = None if last is None else (last["office_id"], str(last["day"]), last["stream_id"], last["seq"])
    return Page(found, place)


def _offices(wanted: Wanted) -> str:
    return "" if wanted.offices is None else f" AND office_id IN ({', '.join('?' * len(wanted.offices))})"


def _day(work: Work, day: date) -> Any:
    return str(day) if work.is_sqlite else day


def count(work: Work, wanted: Wanted) -> int:
    """Return how many ballots lie in what is wanted, by the rollups."""
    if wanted.offices is not None and not wanted.offices:
        return 0
    row = work.one(
        f"SELECT coalesce(sum(n), 0) FROM rollup_ballots WHERE day BETWEEN ? AND ?{_offices(wanted)}",  # noqa: S608
        (_day(work, wanted.first), _day(work, wanted.last), *sorted(wanted.offices or ())),
    )
    return int(row[0]) if row else 0


def key_of(secret: bytes, ballot: bytes) -> str:
    """Return a ballot's key for files: the same every time, and no way back to its mã phiếu."""
    return hmac.digest(secret, b"export " + ballot, sha256).hex()[:KEY_CHARS]


def ballot_rows(ballots: Sequence[dict[str, Any]], secret: bytes) -> list[Row]:
    """Return one row a ballot."""
    return [
        BallotRow(
            key=key_of(secret, bytes(one["id"])), day=str(one["day"]), hour=one["hour"], office=one["office_id"],
            counter=one["counter_id"], questionnaire=one["questionnaire"], channel=one["channel"],
            status=one["status"], lane=one["lane"], lang=one["lang"],
            has_comment=one["sealed"] is not None or one["sealed_digest"] is not None, flags=one["flags"],
            context="; ".join(f"{item}={choice}" for item, choice in sorted(_decoded(one["context"]).items())),
        )
        for one in ballots
    ]  # fmt: skip


def answer_rows(work: Work, ballots: Sequence[dict[str, Any]], secret: bytes) -> list[Row]:
    """Return one row an answer, in the questionnaire's order."""
    refs = sorted({one["questionnaire"] for one in ballots})
    shelf = {one.ref: one for one in of_refs(work.connection, refs)}
    return [row for one in ballots for row in _answers(one, shelf[one["questionnaire"]], secret)]


def _answers(ballot: dict[str, Any], questionnaire: Questionnaire, secret: bytes) -> Iterator[AnswerRow]:
    key, reasons = key_of(secret, bytes(ballot["id"])), _decoded(ballot["reasons"])
    order = [question.id for question in questionnaire.questions]
    scales = {question.id: question.scale for question in questionnaire.questions}
    for asked, answer in answers_of(ballot["levels"], ballot["ms"], order).items():
        yield AnswerRow(
            key=key, questionnaire=questionnaire.ref, question=asked, scale=scales[asked],
            level=None if answer.level == "na" else int(answer.level), ms=answer.ms,
            reasons=";".join(reasons.get(asked, [])),
        )  # fmt: skip


def _decoded(text: str | None) -> dict[str, Any]:
    return wire.decode(text, dict[str, Any]) if text else {}


def unit_rows(work: Work, reach: frozenset[str] | None) -> list[Row]:
    """Return every version of every unit in reach."""
    rows = work.all(
        "SELECT v.unit_id, v.name_vi, v.name_en, u.kind, v.parent_id, v.valid_from, v.valid_to FROM org_versions v "
        "JOIN org_units u ON u.id = v.unit_id ORDER BY v.unit_id, v.valid_from"
    )
    return [
        UnitRow(
            id=row[0], name_vi=row[1], name_en=row[2], kind=row[3], parent=row[4], valid_from=str(row[5]),
            valid_to=None if row[6] is None else str(row[6]),
        )
        for row in rows
        if reach is None or row[0] in reach
    ]  # fmt: skip


def question_rows(work: Work) -> list[Row]:
    """Return every question of every published questionnaire."""
    refs = [row[0] for row in work.all("SELECT ref FROM questionnaires ORDER BY ref")]
    return [
        QuestionRow(
            questionnaire=one.ref, number=question.number, question=question.id, scale=question.scale,
            factor={factor.id: factor.vi for factor in one.sipas_factors}.get(question.sipas_factor, ""),
            vi=question.wording("vi").long, en=question.wording("en").long,
        )
        for one in sorted(of_refs(work.connection, refs), key=lambda each: each.ref)
        for question in one.questions
    ]  # fmt: skip
