"""Reports as they were issued: added, never changed; a hash tells whether a file is still the one that was."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Connection, select

from server.audit.queries import record
from server.centre import Centre
from server.database import Work
from server.documents.model import Document
from server.documents.pdf import pdf
from server.documents.store import issuer_of, next_number, take_number
from server.documents.word import word
from server.offices.queries import COUNTER, Unit, all_versions
from server.reports.asked import Asked, asked_for
from server.reports.gathered import gather
from server.reports.official import official
from server.reports.words import REPORTED
from server.results.periods import Period
from server.results.queries import overall_answers, tallies
from server.results.rules import Levels
from server.tables import issued_documents
from survey.ballot import Status
from survey.local_time import local_date

TRIES: Final = 5
FACTS: Final = {
    "valid": "Số phiếu hợp lệ", "base": "Số trả lời câu 9", "satisfied": "Trong đó hài lòng, rất hài lòng",
    "comments": "Số phiếu có ý kiến góp ý",
}  # fmt: skip
"""The counts that are kept with a report, to tell later whether the data changed."""

Form = Literal["pdf", "word"]


class Issued(msgspec.Struct, frozen=True):
    """One issued report. facts: the counts it was made of. unit: "" for the province."""

    id: str
    unit: str
    period: str
    year: int
    number: int
    day: date
    symbol: str
    about: str
    facts: dict[str, int]
    pdf_digest: str
    word_digest: str
    at: int
    actor: str

    @property
    def numbered(self) -> str:
        """Return `03/BC-TTPVHCC`."""
        return f"{self.number:02d}/{self.symbol}"


class ArchiveError(Exception):
    """A report that could not be issued now; trying again may do."""


def key_of(period: Period) -> str:
    """Return a period as the page of reports names it, `thang:2026-11`."""
    return f"{period.kind}:{period.value}"


def is_office(units: Mapping[str, Unit], unit: str) -> bool:
    """Return whether counters stand right below a unit."""
    return any(one.kind == COUNTER and one.parent == unit for one in units.values())


def asked_of_unit(connection: Connection, centre: Centre, unit: str, period: Period, *, is_now: bool = False) -> Asked:
    """Return what the report of a unit is of: of one office, or of all below; "" for the province."""
    units = all_versions(connection, period.first, period.last)
    if is_now:
        units |= all_versions(connection, local_date(centre.now_ms()), local_date(centre.now_ms()))
    office = unit if unit and is_office(units, unit) else ""
    today, least = local_date(centre.now_ms()), centre.settings.min_cell
    top = None if office else unit or None
    return asked_for(connection, period, office, today, top=top, min_cell=least, is_now=is_now)


def facts_of(connection: Connection, asked: Asked) -> dict[str, int]:
    """Return the counts a report stands on, as they are now."""
    counted = tallies(connection, asked.scope)
    answers = overall_answers(connection, asked.scope, asked.questionnaire.quick_question)
    levels = sum(
        (one.levels for one in answers if one.questionnaire == asked.questionnaire.id and one.lane in REPORTED
         and one.status != Status.QUICK), Levels(),
    )  # fmt: skip
    return {
        "valid": sum(one.n for one in counted if one.is_dated and one.lane in REPORTED),
        "base": levels.base,
        "satisfied": levels.n4 + levels.n5,
        "comments": sum(one.comments for one in counted),
    }


def draft(connection: Connection, centre: Centre, unit: str, period: Period, *, is_now: bool = False) -> Document:
    """Return the report of a unit as it would be now, without number and day. is_now: by the units of today."""
    asked = asked_of_unit(connection, centre, unit, period, is_now=is_now)
    return official(gather(connection, asked), issuer_of(connection, unit))


Also = Callable[[Work, Issued, bytes], None]


def issue(centre: Centre, unit: str, period: Period, actor: str, also: Also | None = None) -> Issued:
    """Issue a unit's report under the next number of the year. Raises ArchiveError if others were always faster.

    The files are made before the transaction that takes the number, so that nobody waits for them; if another took it
    in between, they are made anew. also: what is stored in the same transaction.
    """
    for _ in range(TRIES):
        made, pdf_file, word_file = _made(centre, unit, period, actor)

        def store(work: Work, made: Issued = made, pdf_file: bytes = pdf_file, word_file: bytes = word_file) -> bool:
            if not take_number(work, unit, made.year, made.number):
                return False
            _insert(work, made, pdf_file, word_file)
            subject = f"{unit} {made.period} {made.numbered} {made.pdf_digest}".strip()
            record(work, made.at, actor, "report.issue", subject)
            if also:
                also(work, made, pdf_file)
            return True

        if centre.writer.run(store):
            return made
    raise ArchiveError("Nhiều văn bản đang được ban hành cùng lúc. Xin thử lại.")


def _made(centre: Centre, unit: str, period: Period, actor: str) -> tuple[Issued, bytes, bytes]:
    now = centre.now_ms()
    day = local_date(now)
    with centre.engine.connect() as connection:
        number = next_number(connection, unit, day.year)
        asked = asked_of_unit(connection, centre, unit, period)
        gathered, facts = gather(connection, asked), facts_of(connection, asked)
        document = official(gathered, issuer_of(connection, unit), number=f"{number:02d}", day=day)
    pdf_file, word_file = pdf(document), word(document)
    made = Issued(
        secrets.token_hex(16), unit, key_of(period), day.year, number, day, document.letterhead.symbol, document.about,
        facts, sha256(pdf_file).hexdigest(), sha256(word_file).hexdigest(), now, actor,
    )  # fmt: skip
    return made, pdf_file, word_file


def _insert(work: Work, one: Issued, pdf_file: bytes, word_file: bytes) -> None:
    work.run(
        "INSERT INTO issued_documents (id, unit_id, period, year, number, day, symbol, about, facts, pdf, pdf_digest, "
        "word, word_digest, at, actor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (one.id, one.unit, one.period, one.year, one.number, one.day, one.symbol, one.about,
         msgspec.json.encode(one.facts).decode(), pdf_file, one.pdf_digest, word_file, one.word_digest, one.at,
         one.actor),
    )  # fmt: skip


# ---- reading


_I: Final = issued_documents.c
_COLUMNS: Final = (
    _I.id, _I.unit_id, _I.period, _I.year, _I.number, _I.day, _I.symbol, _I.about, _I.facts, _I.pdf_digest,
    _I.word_digest, _I.at, _I.actor,
)  # fmt: skip


def _read(row: Sequence[Any]) -> Issued:
    values = list(row)
    values[8] = msgspec.json.decode(str(values[8]))
    return Issued(*values)


def listed(connection: Connection, unit: str | None, within: frozenset[str] | None, limit: int = 100) -> list[Issued]:
    """Return issued reports, the newest first. unit: only this one's; None for all within reach."""
    query = select(*_COLUMNS).order_by(_I.at.desc(), _I.id)
    if unit is not None:
        query = query.where(_I.unit_id == unit)
    if within is not None:
        query = query.where(_I.unit_id.in_(sorted(within)))
    return [_read(row) for row in connection.execute(query.limit(limit))]


def find(connection: Connection, document: str) -> Issued | None:
    """Return an issued report, None if there is none of that id."""
    row = connection.execute(select(*_COLUMNS).where(_I.id == document)).first()
    return None if row is None else _read(row)


def file_of(connection: Connection, document: str, form: Form) -> bytes:
    """Return the file of an issued report, as it lies there."""
    column = _I.pdf if form == "pdf" else _I.word
    found = connection.scalar(select(column).where(_I.id == document))
    return bytes(found or b"")


def is_whole(connection: Connection, one: Issued) -> bool:
    """Return whether both files are still the ones that were issued."""
    digests: dict[Form, str] = {"pdf": one.pdf_digest, "word": one.word_digest}
    return all(sha256(file_of(connection, one.id, form)).hexdigest() == digest for form, digest in digests.items())


def changes(then: Mapping[str, int], now: Mapping[str, int]) -> list[tuple[str, int, int]]:
    """Return what counts differ, (words, as issued, now); pure.

    >>> changes({"valid": 3, "base": 2}, {"valid": 4, "base": 2})
    [('Số phiếu hợp lệ', 3, 4)]
    """
    return [
        (words, then[name], now[name])
        for name, words in FACTS.items()
        if name in then and name in now and then[name] != now[name]
    ]
