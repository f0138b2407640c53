"""What was signed off: criteria, counts and places in one text with its hash; and what changed since."""

from collections.abc import Sequence
from hashlib import sha256

import msgspec
from sqlalchemy import Connection

from server.accounts.queries import Session
from server.accounts.second_step import confirmed
from server.audit.queries import record
from server.centre import Centre
from server.database import Work
from server.ranking import queries
from server.ranking.counted import ranked
from server.ranking.queries import Signed
from server.ranking.rules import Counted, Plan, Standing, points_words
from survey.local_time import local_date

WHY_AT_MOST = 300
WRONG_CODE = "Mã 6 chữ số không đúng hoặc đã dùng. Chưa chốt gì. Xin nhập mã mới trên điện thoại."
NO_WHY = "Bản sau phải ghi lý do chốt lại, ví dụ “phiếu giấy tháng 12 nhập muộn”. Xin ghi lý do."
CHANGED = "Có người vừa chốt một bản khác. Xin xem lại trang rồi chốt."


class Frozen(msgspec.Struct, frozen=True):
    """One version as it was signed."""

    plan: Plan
    rows: list[Standing]


def encoded(plan: Plan, rows: Sequence[Standing]) -> tuple[str, str]:
    """Return the text that is kept and its SHA-256."""
    body = msgspec.json.encode(Frozen(plan, list(rows))).decode()
    return body, sha256(body.encode()).hexdigest()


class Kept(msgspec.Struct, frozen=True):
    """A signed version read again. is_whole: the text is still the one that was signed."""

    signed: Signed
    frozen: Frozen
    is_whole: bool


def kept(connection: Connection, signed: Signed) -> Kept:
    """Return a signed version with what was frozen in it."""
    body = queries.body_of(connection, signed.year, signed.version)
    is_whole = sha256(body.encode()).hexdigest() == signed.digest
    return Kept(signed, msgspec.json.decode(body, type=Frozen), is_whole)


class Change(msgspec.Struct, frozen=True):
    """What is otherwise for one office since it was signed, each (what, then, now) in Vietnamese."""

    office: str
    name: str
    lines: list[tuple[str, str, str]]


def changes(then: Frozen, plan: Plan, now: Sequence[Standing]) -> list[Change]:
    """Return the offices whose counts, points or place differ from what was signed."""
    before, after = {row.office: row for row in then.rows}, {row.office: row for row in now}
    names = {one.id: one.name for one in [*plan.criteria, *then.plan.criteria]}
    found = []
    for office in {**before, **after}:
        lines = _differences(before.get(office), after.get(office), names)
        if lines:
            found.append(Change(office, (after.get(office) or before[office]).name, lines))
    return found


def _differences(then: Standing | None, now: Standing | None, names: dict[str, str]) -> list[tuple[str, str, str]]:
    if then is None or now is None:
        return [("Đơn vị", "có" if then else "không có", "có" if now else "không có")]
    lines = [("Hạng", then.rank or "không xếp", now.rank or "không xếp")]
    lines.append(("Tổng điểm", points_words(then.total), points_words(now.total)))
    for one, name in names.items():
        old, new = then.scores.get(one), now.scores.get(one)
        lines.append((name, points_words(old.points if old else None), points_words(new.points if new else None)))
        if old and new and not then.is_few and not now.is_few and old.counted != new.counted:
            lines.append((f"{name}: số đếm", _pair(old.counted), _pair(new.counted)))
    return [line for line in lines if line[1] != line[2]]


def _pair(one: Counted) -> str:
    return f"{one.part}/{one.base}" if one.base else "–"


def sign(centre: Centre, session: Session, plan: Plan, why: str, code: str, expected: int) -> str | None:
    """Keep the ranking as it is now; returns in Vietnamese why not, or None once it is kept.

    expected: the version it becomes; another one signed meanwhile is told. Counts and signature are of one moment:
    what arrives later belongs to a later version.
    """
    if expected > 1 and not why:
        return NO_WHY
    if len(why) > WHY_AT_MOST:
        return f"Lý do dài {len(why)} chữ. Xin ghi không quá {WHY_AT_MOST} chữ."
    now_ms = centre.now_ms()

    def store(work: Work) -> str | None:
        work.all(work.locked("SELECT id FROM centre"))
        if len(queries.signed(work.connection, plan.year)) + 1 != expected:
            return CHANGED
        if not confirmed(centre, work, session, code, now_ms):
            return WRONG_CODE
        rows = ranked(work.connection, plan, local_date(now_ms))
        body, digest = encoded(plan, rows)
        made = Signed(plan.year, expected, why, digest, session.account.name, now_ms)
        queries.sign(work, made, body)
        record(work, now_ms, session.account.name, "ranking.sign", f"{plan.year} v{expected} {digest}")
        return None

    return centre.writer.run(store)
