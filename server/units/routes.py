"""HTTP for the organisation: the tree of a day, a unit with its history, each change with its preview."""

from asyncio import to_thread
from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.offices import history, rules
from server.offices.changes import WHAT, Change, ChangeError, Plan, applied, planned, successor_ids
from server.offices.queries import Unit, every_version, successions
from server.offices.scope import check, subtree, within
from server.offices.succession import Succession, came_from, went_into
from server.problem import RefusalError
from server.units import forms, view
from survey.local_time import local_date, local_words


class Desk(msgspec.Struct, frozen=True):
    """The whole organisation, who looks, and what lies in reach: today's subtree and what stood below it before."""

    session: Session
    versions: list[Unit]
    links: list[Succession]
    known: dict[str, list[Unit]]
    reach: frozenset[str] | None
    today: date

    @property
    def may_change(self) -> bool:
        """Return whether this account may change units."""
        return self.session.may(May.OFFICES_CHANGE)


def desk_of(connection: Connection, request: AnyRequest, permission: May = May.OFFICES_SEE) -> Desk:
    """Return the organisation as the account of a request may see it."""
    session = sessions.require(request, permission)
    versions = every_version(connection)
    known = rules.histories(versions)
    reach = within(session, {unit: line[-1] for unit, line in known.items()})
    today = local_date(sessions.centre_of(request).now_ms())
    return Desk(session, versions, successions(connection), known, reach, today)


def open_desk(request: AnyRequest, permission: May = May.OFFICES_SEE) -> Desk:
    """Return the organisation, read on a connection of its own."""
    with sessions.centre_of(request).engine.connect() as connection:
        return desk_of(connection, request, permission)


def _day(request: AnyRequest, today: date) -> date:
    try:
        day = forms.day_of(request.query_params.get("ngay", "")[:20])
    except ChangeError:
        return today
    return day if rules.FIRST_DAY <= day <= rules.LAST_DAY else today


@get("/don-vi", sync_to_thread=True)
def tree_page(request: AnyRequest) -> Response[str]:
    """Show the units of a day; `?ngay=` chooses it, `?tim=` searches."""
    desk = open_desk(request)
    day = _day(request, desk.today)
    words = request.query_params.get("tim", "")[:80]
    standing = rules.standing_on(desk.known, day)
    reach = None if desk.session.unit is None else subtree(standing.values(), desk.session.unit)
    shown = [one for one in standing if reach is None or one in reach]
    return page(
        request, "units.html", session=desk.session, day=day, today=desk.today, words=words, total=len(shown),
        nodes=view.tree(standing, reach), found=view.search(standing, reach, words) if words else [],
        kinds=rules.KINDS, day_words=rules.day_words, may_change=desk.may_change,
    )  # fmt: skip


def _shown(desk: Desk, unit: str) -> Unit:
    """Return the newest version of a unit in reach. Raises RefusalError 404."""
    if unit not in desk.known:
        raise RefusalError(404, "no_such_unit", "there is no such unit")
    check(desk.reach, unit)
    return rules.on_day(desk.known, unit, desk.today) or desk.known[unit][-1]


def unit_page_of(request: AnyRequest, unit: str, status: int = 200, wrong: str = "", done: str = "") -> Response[str]:
    """Return the page of one unit."""
    with sessions.centre_of(request).engine.connect() as connection:
        desk = desk_of(connection, request)
        one = _shown(desk, unit)
        last = history.last_change(connection, unit) if desk.may_change else None
    is_standing = one.valid_to is None or one.valid_to >= desk.today
    day = desk.today if is_standing and one.valid_from <= desk.today else one.valid_to or one.valid_from
    below = [each for each in rules.standing_on(desk.known, day).values() if each.parent == unit]
    return page(
        request, "unit.html", status, session=desk.session, unit=one, is_standing=is_standing, kinds=rules.KINDS,
        lines=view.told(desk.known, desk.links, unit), below=sorted(below, key=view.order), day_words=rules.day_words,
        came=came_from(desk.links, unit), went=went_into(desk.links, unit), wrong=wrong, done=done, last=last,
        name_of=lambda each: view.name_of(desk.known, each), may_change=desk.may_change, moment=local_words,
        is_shown=lambda each: each in desk.known and (desk.reach is None or each in desk.reach), what=WHAT,
        paths={what: path for path, what in forms.PATHS.items()},
    )  # fmt: skip


@get("/don-vi/{unit:str}", sync_to_thread=True)
def unit_page(request: AnyRequest, unit: FromPath[str]) -> Response[str]:
    """Show one unit: names, what is below it, its history."""
    done = "Đã lưu thay đổi." if request.query_params.get("xong") else ""
    return unit_page_of(request, unit[:80], done=done)


def _choices(desk: Desk, unit: Unit) -> list[Unit]:
    """Return the units that may stand above one: neither counters nor itself nor anything below it."""
    standing = rules.standing_on(desk.known, desk.today)
    own = subtree(standing.values(), unit.id)
    found = [one for one in standing.values() if one.kind != "counter" and one.id not in own]
    return sorted((one for one in found if desk.reach is None or one.id in desk.reach), key=view.order)


class Draft(msgspec.Struct, frozen=True):
    """A form as it was sent: what it says, and what that would do."""

    data: dict[str, str]
    wrong: str = ""
    plan: Plan | None = None
    parts: dict[str, str] = {}
    below: Sequence[Unit] = ()
    weight: dict[str, int] = {}


def _change_page(request: AnyRequest, desk: Desk, what: str, unit: Unit, draft: Draft) -> Response[str]:
    found: list[view.Step] = []
    if draft.plan is not None:
        after = rules.histories(applied(desk.versions, draft.plan))
        found = view.steps(desk.known, after, draft.plan)
    path = next(path for path, each in forms.PATHS.items() if each == what)
    return page(
        request, "unit_change.html", 422 if draft.wrong else 200, session=desk.session, unit=unit, what=what,
        title=WHAT[what], path=path, draft=draft, data=forms.EMPTY | draft.data, steps=found,
        choices=_choices(desk, unit),
        kinds={kind: words for kind, words in rules.KINDS.items() if kind != "province"},
    )  # fmt: skip


def _what(path: str) -> str:
    if path not in forms.PATHS:
        raise RefusalError(404, "no_such_change", "there is no such change")
    return forms.PATHS[path]


def _show_change(request: AnyRequest, unit: str, path: str) -> Response[str]:
    desk = open_desk(request, May.OFFICES_CHANGE)
    what, one = _what(path), _shown(desk, unit)
    return _change_page(request, desk, what, one, Draft(forms.blank(what, one, desk.today)))


def _scope_fault(desk: Desk, plan: Plan, change: Change) -> str:
    """Return in Vietnamese why an account bound to a unit may not do this, or ""."""
    fresh = {one.id for one in plan.added} - set(desk.known)
    parents = {one.parent for one in plan.added} - fresh
    outside = {
        one for one in {*plan.units, *parents} - fresh if one and desk.reach is not None and one not in desk.reach
    }
    above = desk.known[change.unit][-1].parent if desk.reach is not None else None
    return "Đơn vị nhận không thuộc phạm vi của Ông/Bà." if outside - {above} else ""


def _draft(
    connection: Connection, desk: Desk, what: str, unit: Unit, data: dict[str, str]
) -> tuple[Draft, Change | None]:
    try:
        change = forms.change_of(what, unit.id, data)
    except ChangeError as error:
        return Draft(data, str(error)), None
    parts = successor_ids(desk.versions, change) if what == "split" else {}
    beneath = [one for one in rules.standing_on(desk.known, change.day).values() if parts and one.parent == unit.id]
    try:
        plan = planned(desk.versions, change)
    except ChangeError as error:
        return Draft(data, str(error), parts=parts, below=beneath), None
    wrong = _scope_fault(desk, plan, change)
    weight = history.weight(connection, plan, change.day)
    return Draft(data, wrong, None if wrong else plan, parts, beneath, weight), None if wrong else change


def _change(request: AnyRequest, unit: str, path: str, data: dict[str, str]) -> Response[Any]:
    centre = sessions.centre_of(request)
    with centre.engine.connect() as connection:
        desk = desk_of(connection, request, May.OFFICES_CHANGE)
        sessions.check_form(request, desk.session, data.get("csrf", ""))
        what, one = _what(path), _shown(desk, unit)
        draft, change = _draft(connection, desk, what, one, data)
    plan = draft.plan
    if plan is None or change is None or data.get("step") != "save":
        return _change_page(request, desk, what, one, draft)
    said = history.Said(
        centre.now_ms(), desk.session.account.name, what, forms.said(change, one), change.day, change.legal_ref
    )
    try:
        centre.writer.run(lambda work: history.apply(work, plan, said))
    except ChangeError as error:
        return _change_page(request, desk, what, one, Draft(data, str(error)))
    shown = next((each.id for each in plan.added if each.id not in desk.known), unit) if what == "add" else unit
    return Redirect(f"/don-vi/{shown}?xong=1", status_code=303)


def _undo(request: AnyRequest, unit: str, data: dict[str, str]) -> Response[Any]:
    centre = sessions.centre_of(request)
    with centre.engine.connect() as connection:
        desk = desk_of(connection, request, May.OFFICES_CHANGE)
        sessions.check_form(request, desk.session, data.get("csrf", ""))
        _shown(desk, unit)
        last = history.last_change(connection, unit)
    if last is None or str(last.id) != data.get("change"):
        return unit_page_of(request, unit, 422, "Thay đổi này đã được hoàn tác, hoặc đã có thay đổi mới hơn.")
    try:
        centre.writer.run(lambda work: history.undo(work, last, centre.now_ms(), desk.session.account.name))
    except ChangeError as error:
        return unit_page_of(request, unit, 422, str(error))
    with centre.engine.connect() as connection:
        is_left = unit in {one.id for one in every_version(connection)}
    if is_left:
        return unit_page_of(request, unit, done=f"Đã hoàn tác: {last.words}.")
    return Redirect("/don-vi", status_code=303)


@get("/don-vi/{unit:str}/{path:str}")
async def change_page(request: AnyRequest, unit: FromPath[str], path: FromPath[str]) -> Response[str]:
    """Show the form of a change."""
    return await to_thread(_show_change, request, unit[:80], path)


@post("/don-vi/{unit:str}/{path:str}", status_code=200)
async def change_form(request: AnyRequest, unit: FromPath[str], path: FromPath[str], data: Form) -> Response[Any]:
    """Show what a change would do; with `step=save` do it."""
    return await to_thread(_change, request, unit[:80], path, data)


@post("/don-vi/{unit:str}/hoan-tac", status_code=200)
async def undo_form(request: AnyRequest, unit: FromPath[str], data: Form) -> Response[Any]:
    """Take the last change of a unit back."""
    return await to_thread(_undo, request, unit[:80], data)


ROUTES = [tree_page, unit_page, change_page, change_form, undo_form]
