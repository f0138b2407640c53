"""Plan lines in SQL: the lines, their history, and the counts their effect is read from; rollups alone are counted."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from server.accounts.rules import permissions
from server.database import Work
from server.offices.queries import Unit, all_versions
from server.offices.scope import subtree
from server.plans.effect import Effect, Side, Window, windows
from server.plans.rules import FINISHED, Draft, Plan, State, may_approve, read_day
from server.questionnaires.queries import seen_on
from server.results import queries as counted
from server.results.queries import Scope
from server.results.rules import Levels
from server.results.summary import HEADLINE
from server.tables import accounts, plan_events, plans
from survey.ballot import Status
from survey.questionnaire import Questionnaire

_COLUMNS: Final = [
    plans.c["unit_id" if name == "unit" else name] for name in Plan.__struct_fields__
]  # fmt: skip


class Event(msgspec.Struct, frozen=True):
    """One line of a history. kind: made, changed, move, text or owner."""

    at: int
    actor: str
    kind: str
    before: str
    after: str
    note: str


def _plan(row: Sequence[object]) -> Plan:
    return msgspec.convert(dict(zip(Plan.__struct_fields__, row, strict=True)), Plan)


def every(connection: Connection, reached: frozenset[str] | None, *, unit: str = "", period: str = "") -> list[Plan]:
    """Return the lines in reach, the newest period first, then by day due. reached: None for the whole province."""
    query = select(*_COLUMNS).order_by(plans.c.last.desc(), plans.c.due_on, plans.c.id)
    if reached is not None:
        query = query.where(plans.c.unit_id.in_(sorted(reached)))
    if unit:
        query = query.where(plans.c.unit_id == unit)
    if period:
        query = query.where(plans.c.period == period)
    return [_plan(tuple(row)) for row in connection.execute(query)]


def find(connection: Connection, plan: int) -> Plan | None:
    """Return one line, or None."""
    row = connection.execute(select(*_COLUMNS).where(plans.c.id == plan)).first()
    return None if row is None else _plan(tuple(row))


def history(connection: Connection, plan: int) -> list[Event]:
    """Return what happened to a line, the newest first."""
    e = plan_events.c
    query = select(e.at, e.actor, e.kind, e.before, e.after, e.note).where(e.plan_id == plan).order_by(e.id.desc())
    return [Event(*row) for row in connection.execute(query)]


def public_of(connection: Connection, units: Iterable[str]) -> list[Plan]:
    """Return what was done at these units and everybody may read, the newest first."""
    query = (
        select(*_COLUMNS)
        .where(plans.c.unit_id.in_(sorted(units)), plans.c.state.in_(sorted(FINISHED)), plans.c.text_by != "")
        .order_by(plans.c.done_on.desc(), plans.c.id.desc())
    )
    return [one for row in connection.execute(query) if (one := _plan(tuple(row))).is_public]


def leaders_of(connection: Connection, units: dict[str, Unit], unit: str) -> frozenset[str]:
    """Return the accounts that lead a unit or one above it; those of the whole province are not among them."""
    a = accounts.c
    rows = connection.execute(select(a.name, a.role, a.unit).where(a.disabled_at.is_(None), a.unit.is_not(None)))
    return frozenset(
        name
        for name, role, own in rows
        if may_approve(permissions(role)) and unit in subtree(units.values(), own)
    )  # fmt: skip


def people_of(connection: Connection, units: dict[str, Unit], reached: frozenset[str] | None) -> dict[str, str]:
    """Return the persons of accounts in reach by `a:` and the account's name."""
    a = accounts.c
    rows = connection.execute(select(a.name, a.person, a.unit).where(a.disabled_at.is_(None)).order_by(a.name))
    return {
        f"a:{name}": f"{person or name}{f', {units[own].name_vi}' if own in units else ''}"
        for name, person, own in rows
        if reached is None or own in reached
    }


# ---- what is written


def _event(work: Work, plan: int, at: int, actor: str, kind: str, before: str, after: str, note: str = "") -> None:
    work.run(
        "INSERT INTO plan_events (plan_id, at, actor, kind, before, after, note) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (plan, at, actor, kind, before, after, note),
    )


def add(work: Work, given: Draft, span: tuple[date, date], actor: str, now_ms: int) -> int:
    """Store a new line as a draft; returns its id."""
    row = work.one(
        "INSERT INTO plans (unit_id, period, first, last, question, reason, finding, action, owner, due_on, "
        "window_days, text_vi, text_en, text_by, state, writer, made_at, revision) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, 1) RETURNING id",
        (
            given.unit, given.period, _text(work, span[0]), _text(work, span[1]), given.question, given.reason,
            given.finding, given.action, given.owner, _text(work, read_day(given.due_on)), int(given.window_days),
            given.text_vi, given.text_en, str(State.DRAFT), actor, now_ms,
        ),
    )  # fmt: skip
    plan = int(row[0]) if row else 0
    _event(work, plan, now_ms, actor, "made", "", str(State.DRAFT))
    return plan


def _text(work: Work, day: date | None) -> object:
    return None if day is None else day.isoformat() if work.is_sqlite else day


def hold(work: Work, plan: int, revision: int) -> Plan | None:
    """Return a line locked for this transaction, or None if it went on since it was shown."""
    row = work.one(work.locked("SELECT revision FROM plans WHERE id = ?"), (plan,))
    return find(work.connection, plan) if row is not None and int(row[0]) == revision else None


def put(work: Work, before: Plan, after: Plan, actor: str, now_ms: int, kind: str, note: str = "") -> None:
    """Store a line as it is now, and what of it changed."""
    names = [name for name in Plan.__struct_fields__ if name not in ("id", "unit", "made_at", "revision")]
    sets = ", ".join(f"{name} = ?" for name in names)
    values = [_stored(work, getattr(after, name)) for name in names]
    work.run(
        f"UPDATE plans SET {sets}, revision = ? WHERE id = ?",  # noqa: S608 - names of our own struct
        (*values, before.revision + 1, before.id),
    )
    changed = [name for name in names if getattr(before, name) != getattr(after, name) and name != "writer"]
    if kind == "move":
        _event(work, before.id, now_ms, actor, kind, str(before.state), str(after.state), note)
        return
    for name in changed:
        old, new = (f"{name}={getattr(one, name) or ''}" for one in (before, after))
        _event(work, before.id, now_ms, actor, kind, old, new, note)


def _stored(work: Work, value: object) -> object:
    if isinstance(value, date):
        return _text(work, value)
    return str(value) if isinstance(value, State) else value


# ---- what is counted


def answers_in(
    connection: Connection, asked: Questionnaire, unit: str, window: Window, question: str = ""
) -> dict[str, Levels]:
    """Return the headline's answers by question at a unit and all below it, single presses left out."""
    units = all_versions(connection, window.first, window.last)
    scope = Scope(window.first, window.last, within=subtree(units.values(), unit))
    found: dict[str, Levels] = {}
    for one in counted.answers(connection, scope):
        if one.lane in HEADLINE and one.status != Status.QUICK and one.questionnaire == asked.id:
            found[one.question] = found.get(one.question, Levels()) + one.levels
    return {question: found.get(question, Levels())} if question else found


def reasons_in(connection: Connection, asked: Questionnaire, unit: str, window: Window) -> dict[tuple[str, str], int]:
    """Return how often each reason was given in the headline, by (question, reason)."""
    units = all_versions(connection, window.first, window.last)
    scope = Scope(window.first, window.last, within=subtree(units.values(), unit))
    found: dict[tuple[str, str], int] = {}
    for (ref, question, reason, lane), n in counted.reasons(connection, scope).items():
        if ref == asked.id and lane in HEADLINE:
            found[question, reason] = found.get((question, reason), 0) + n
    return found


def effect_of(connection: Connection, plan: Plan, today: date, least: int) -> Effect:
    """Return a line's index before and after, both by the questionnaire of the day work began."""
    before, after, known_on = windows(plan, today)
    if before is None:
        return Effect(None, None)
    asked = seen_on(connection, before.last)
    question = plan.question or asked.quick_question
    sides = [
        None if one is None else Side(one, answers_in(connection, asked, plan.unit, one, question)[question], least)
        for one in (before, after)
    ]
    return Effect(sides[0], sides[1], known_on)
