"""Changes of settings in SQL, in stages: at trial counters, then at the whole unit; undone by one press."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select

from server.audit.queries import record
from server.centre import config_changed
from server.database import Work
from server.devices.wishes import put, wishes_of
from server.tables import kiosk_changes

Values = dict[str, Any]


class ChangeError(ValueError):
    """A change that cannot be made or taken back; `str()` says why, in Vietnamese."""


class Body(msgspec.Struct, frozen=True):
    """What a change does. after: by field, None for as above. before: by unit that has it now, what it had itself."""

    after: Values
    before: dict[str, Values]


class Change(msgspec.Struct, frozen=True):
    """One change. stage: trial while at some counters only, all, or undone."""

    id: int
    unit: str
    at: int
    actor: str
    stage: str
    body: Body
    ended_at: int | None
    ended_by: str

    @property
    def counters(self) -> list[str]:
        """The units that have it now."""
        return list(self.body.before)


def changes_of(connection: Connection, units: Iterable[str] | None = None) -> list[Change]:
    """Return changes, the newest first. units: of these only; None for all."""
    c = kiosk_changes.c
    query = select(c.id, c.unit_id, c.at, c.actor, c.stage, c.body, c.ended_at, c.ended_by).order_by(c.id.desc())
    if units is not None:
        query = query.where(c.unit_id.in_(list(units)))
    return [Change(*row[:5], msgspec.json.decode(row[5], type=Body), *row[6:]) for row in connection.execute(query)]


def make(work: Work, unit: str, after: Values, trial: list[str], now_ms: int, actor: str) -> int:
    """Return the id of a change that holds now: at the trial counters, or at the unit where there are none.

    Raises ChangeError if one of the counters tries another change of the same fields.
    """
    held = [one for one in changes_of(work.connection) if one.stage == "trial"]
    places = trial or [unit]
    for one in held:
        both = set(one.body.after) & set(after)
        if both and set(one.counters) & set(places):
            raise ChangeError(f"Thay đổi số {one.id} đang thử ở quầy này. Xin áp dụng hoặc hoàn tác nó trước.")
    before = {place: put(work, place, after) for place in places}
    values = {
        "unit_id": unit, "at": now_ms, "actor": actor, "stage": "trial" if trial else "all", "ended_by": "",
        "body": msgspec.json.encode(Body(after, before)).decode(),
    }  # fmt: skip
    made = int(work.connection.execute(insert(kiosk_changes).values(values).returning(kiosk_changes.c.id)).scalar_one())
    action = "kiosk_settings.trial" if trial else "kiosk_settings.set"
    _noted(work, now_ms, actor, action, f"{unit} {made} {' '.join(sorted(after))}")
    return made


def spread(work: Work, change: int, now_ms: int, actor: str) -> Change:
    """Give a tried change to its whole unit: the trial counters have it from there. Raises ChangeError."""
    one = _held(work, change, {"trial"})
    _restored(work, one)
    before = {one.unit: put(work, one.unit, one.body.after)}
    _stored(work, one.id, "all", Body(one.body.after, before), None, "")
    _noted(work, now_ms, actor, "kiosk_settings.set", f"{one.unit} {one.id} {' '.join(sorted(one.body.after))}")
    return one


def undo(work: Work, change: int, now_ms: int, actor: str) -> tuple[Change, list[str]]:
    """Return a change that was taken back, and the fields left because they were changed again since.

    Raises ChangeError if it was taken back before.
    """
    one = _held(work, change, {"trial", "all"})
    left = _restored(work, one)
    _stored(work, one.id, "undone", one.body, now_ms, actor)
    _noted(work, now_ms, actor, "kiosk_settings.undo", f"{one.unit} {one.id}")
    return one, left


def _held(work: Work, change: int, stages: set[str]) -> Change:
    found = next((one for one in changes_of(work.connection) if one.id == change), None)
    if found is None or found.stage not in stages:
        raise ChangeError("Thay đổi này đã được áp dụng hoặc hoàn tác rồi. Xin tải lại trang.")
    return found


def _restored(work: Work, one: Change) -> list[str]:
    """Give each unit back what it had; return the fields that somebody has changed since, which stay."""
    left: list[str] = []
    for place, before in one.body.before.items():
        now = wishes_of(work, place)
        same = {name: value for name, value in before.items() if now.get(name) == one.body.after[name]}
        put(work, place, same)
        left += [name for name in before if name not in same]
    return sorted(set(left))


def _stored(work: Work, change: int, stage: str, body: Body, ended_at: int | None, ended_by: str) -> None:
    work.run(
        "UPDATE kiosk_changes SET stage = ?, body = ?, ended_at = ?, ended_by = ? WHERE id = ?",
        (stage, msgspec.json.encode(body).decode(), ended_at, ended_by, change),
    )


def _noted(work: Work, now_ms: int, actor: str, action: str, subject: str) -> None:
    config_changed(work)
    record(work, now_ms, actor, action, subject)
