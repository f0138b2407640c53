"""What the criteria of a year count, office by office, in SQL: answers, transactions, cases, points by hand."""

from datetime import date, timedelta
from typing import Final

import msgspec
from sqlalchemy import Connection

from server.cases.sums import followed
from server.offices.queries import COUNTER, PROVINCE, Unit, all_versions
from server.questionnaires.queries import seen_on
from server.ranking import queries
from server.ranking.rules import Counted, Criterion, Plan, Standing, standings
from server.results import entered
from server.results.asked import as_now
from server.results.queries import Scope, answers, tallies
from server.results.rules import Levels
from server.results.summary import HEADLINE
from survey.ballot import Status
from survey.qr_token import REPORTED_LANES

NO_CASE: Final = "không có vụ việc nào đã xong hoặc quá hạn"
NO_CASES: Final = "mục Vụ việc chưa được dùng trong kỳ"
REPORTED: Final = frozenset(str(lane) for lane in REPORTED_LANES)


class Offices(msgspec.Struct, frozen=True):
    """Who is ranked. names: by id, as of the last day. became: offices of the year that are part of another now."""

    names: dict[str, str]
    became: dict[str, str]
    units: dict[str, Unit]

    def codes(self) -> dict[str, str]:
        """Return ids by code and by id, in lower case."""
        both = {self.units[one].code.casefold(): one for one in self.names if self.units[one].code}
        return both | {one.casefold(): one for one in self.names}


def offices_of(connection: Connection, plan: Plan, today: date) -> Offices:
    """Return the offices with counters that stand on the last day counted; what merged before is part of them."""
    day = max(min(plan.last, today), plan.first)
    units = all_versions(connection, plan.first, day)
    then = as_now(connection, units, day)
    with_desks = {then.became.get(one.parent or "", one.parent) for one in units.values() if one.kind == COUNTER}
    stand = all_versions(connection, day, day)
    names = {one: stand[one].name_vi for one in with_desks if one in stand and stand[one].kind != PROVINCE}
    return Offices(names, then.became, stand)


def counted(connection: Connection, plan: Plan, offices: Offices, today: date) -> dict[str, dict[str, Counted]]:
    """Return what is known by office and criterion."""
    found: dict[str, dict[str, Counted]] = {office: {} for office in offices.names}
    by_hand = queries.entries(connection, plan.year)
    for one in plan.criteria:
        for office, value in _of(connection, plan, one, offices, today).items():
            if office in found:
                found[office][one.id] = value
        if one.source == "hand":
            for office in found:
                row = by_hand.get((office, one.id))
                if row is not None and row.points is not None:
                    note = row.base + (f" ({row.note})" if row.note else "")
                    found[office][one.id] = Counted(points=row.points, note=note)
                else:
                    found[office][one.id] = Counted(is_known=False, note="chưa nhập điểm")
    return found


def ranked(connection: Connection, plan: Plan, today: date) -> list[Standing]:
    """Return the ranking as the data is now."""
    offices = offices_of(connection, plan, today)
    return standings(plan, offices.names, counted(connection, plan, offices, today))


def _of(connection: Connection, plan: Plan, one: Criterion, offices: Offices, today: date) -> dict[str, Counted]:
    first, last = plan.days_of(one)
    if one.source == "satisfaction":
        return _answers(connection, one, Scope(first, last, became=offices.became), min(last, today))
    if one.source == "coverage":
        return _coverage(connection, Scope(first, last, became=offices.became), offices, today)
    if one.source == "cases":
        return _cases(connection, (first, last), offices, today)
    return {}


def _answers(connection: Connection, one: Criterion, scope: Scope, seen: date) -> dict[str, Counted]:
    asked = seen_on(connection, seen)
    questions = set(one.questions) or {asked.quick_question}
    lanes = REPORTED if one.lanes == ("all",) else frozenset(one.lanes) or HEADLINE
    levels: dict[str, Levels] = {}
    for each in answers(connection, scope):
        is_counted = each.questionnaire == asked.id and each.lane in lanes and each.status != Status.QUICK
        if is_counted and each.question in questions:
            levels[each.office] = levels.get(each.office, Levels()) + each.levels
    return {
        office: Counted(n.n5 + n.n4, n.base, note="" if n.base else "chưa có phiếu") for office, n in levels.items()
    }


def _coverage(connection: Connection, scope: Scope, offices: Offices, today: date) -> dict[str, Counted]:
    """Return ballots of transactions; while the period runs, of the days whose transactions are known."""
    joined = set(offices.became.values())
    spans = entered.served(connection, scope.first, scope.last, None)
    by_last: dict[date, dict[str, int]] = {}
    found: dict[str, Counted] = {}
    for office in offices.names:
        mine = [one for one in spans if one.office == office and scope.first <= one.first and one.last <= scope.last]
        until = known_until(mine, scope.first)
        is_whole = until == scope.last or (until is not None and scope.last >= today)
        if until is None or not is_whole or office in joined:
            why = "có đơn vị nhập vào trong kỳ, số giao dịch không tách được" if office in joined else None
            found[office] = Counted(is_known=False, note=why or "chưa nhập đủ số lượt giao dịch của kỳ")
            continue
        ballots = by_last.setdefault(until, _ballots(connection, msgspec.structs.replace(scope, last=until)))
        total = entered.total(mine, scope.first, until) or 0
        note = "" if until == scope.last else f"đến {until:%d/%m/%Y}"
        found[office] = Counted(ballots.get(office, 0), total, note=note, is_known=total > 0)
    return found


def known_until(spans: list[entered.Served], first: date) -> date | None:
    """Return the last day up to which spans leave no day out; None if the first day is unknown."""
    at = first
    for one in sorted(spans, key=lambda each: each.first):
        if one.first != at:
            break
        at = one.last + timedelta(days=1)
    return None if at == first else at - timedelta(days=1)


def _ballots(connection: Connection, scope: Scope) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in tallies(connection, scope):
        if one.is_dated and one.lane in HEADLINE:
            found[one.office] = found.get(one.office, 0) + one.n
    return found


def _cases(connection: Connection, days: tuple[date, date], offices: Offices, today: date) -> dict[str, Counted]:
    told = followed(connection, days, None, str, today)
    handled: dict[str, Counted] = {
        office: Counted(is_known=told is not None, note=NO_CASE if told is not None else NO_CASES)
        for office in offices.names
    }
    for office, one in (told.by_office if told else {}).items():
        to = offices.became.get(office, office)
        there = handled.get(to)
        if there is not None and one.on_time + one.late:
            handled[to] = Counted(there.part + one.on_time, there.base + one.on_time + one.late)
    return handled
