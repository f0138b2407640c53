"""Versions that are being written, in SQL: begun from a published one, saved, published for good or dropped."""

import msgspec
from sqlalchemy import Connection, insert, select

from server.audit.queries import record
from server.database import Work
from server.questionnaires.differences import next_version
from server.questionnaires.edit import faults
from server.questionnaires.queries import of_refs, publish, shelf
from server.tables import questionnaire_drafts
from survey import wire
from survey.questionnaire import Questionnaire


class DraftError(ValueError):
    """Something that cannot be done with a draft; `str()` says why, in Vietnamese."""


class Draft(msgspec.Struct, frozen=True):
    """A version that is being written. edition: grows with every save; two people never overwrite each other."""

    id: int
    base: str
    asked: Questionnaire
    edition: int
    changed_at: int
    actor: str


def drafts(connection: Connection) -> list[Draft]:
    """Return every draft, the one changed last first."""
    c = questionnaire_drafts.c
    query = select(c.id, c.base, c.body, c.edition, c.changed_at, c.actor).order_by(c.changed_at.desc(), c.id.desc())
    return [Draft(row[0], row[1], wire.decode(row[2], Questionnaire), *row[3:]) for row in connection.execute(query)]


def draft(connection: Connection, draft_id: int) -> Draft | None:
    """Return a draft, or None."""
    return next((one for one in drafts(connection) if one.id == draft_id), None)


def begin(work: Work, base: str, now_ms: int, actor: str) -> int:
    """Return the id of a new draft that begins as a published version. Raises DraftError if that is none."""
    found = of_refs(work.connection, [base])
    if not found:
        raise DraftError(f"Không có phiếu hỏi “{base}”. Xin chọn một phiên bản trong danh sách.")
    fresh = msgspec.structs.replace(found[0], version=_next(work.connection, found[0].id), status="draft")
    values = {
        "base": base, "body": wire.encode(fresh).decode(), "edition": 1, "made_at": now_ms, "changed_at": now_ms,
        "actor": actor,
    }  # fmt: skip
    made = work.connection.execute(insert(questionnaire_drafts).values(values).returning(questionnaire_drafts.c.id))
    record(work, now_ms, actor, "questionnaire.draft", fresh.ref)
    return int(made.scalar_one())


def _next(connection: Connection, questionnaire: str) -> str:
    return next_version(one.ref.split("@")[1] for one in shelf(connection, questionnaire))


def save(work: Work, before: Draft, asked: Questionnaire, now_ms: int, actor: str) -> bool:
    """Store a draft as it reads now; returns False if somebody else saved it in between, then nothing is stored."""
    return bool(
        work.run(
            "UPDATE questionnaire_drafts SET body = ?, edition = edition + 1, changed_at = ?, actor = ? "
            "WHERE id = ? AND edition = ?",
            (wire.encode(asked).decode(), now_ms, actor, before.id, before.edition),
        )
    )


def drop(work: Work, one: Draft, now_ms: int, actor: str) -> None:
    """Delete a draft."""
    work.run("DELETE FROM questionnaire_drafts WHERE id = ?", (one.id,))
    record(work, now_ms, actor, "questionnaire.drop", one.asked.ref)


def issue(work: Work, one: Draft, now_ms: int, actor: str) -> str:
    """Publish a draft for good and return its ref; it is asked nowhere until it is assigned. Raises DraftError.

    A version published meanwhile under the same number only moves this one's number up.
    """
    held = draft(work.connection, one.id)
    if held is None or held.edition != one.edition:
        raise DraftError("Bản thảo vừa được người khác sửa. Xin tải lại trang rồi xem lại.")
    (base,) = of_refs(work.connection, [held.base])
    wrong = faults(held.asked, base)
    if wrong:
        raise DraftError(f"Chưa ban hành được: còn {len(wrong)} chỗ phải sửa. {next(iter(wrong.values()))}")
    version = _next(work.connection, held.asked.id)
    asked = msgspec.structs.replace(held.asked, version=version, status="published")
    publish(work, asked, now_ms, is_general=False)
    work.run("DELETE FROM questionnaire_drafts WHERE id = ?", (one.id,))
    record(work, now_ms, actor, "questionnaire.publish", asked.ref)
    return asked.ref
