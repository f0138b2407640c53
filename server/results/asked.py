"""What an address of a results page asks for, held against who asks and the units that stood then."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request
from sqlalchemy import Connection

from server.accounts.queries import Session
from server.offices import scope as offices_scope
from server.offices.queries import COUNTER, Unit, all_versions, successions
from server.offices.succession import by_current
from server.results.periods import KINDS, Period, period_of, read_period
from server.results.queries import Scope
from server.results.rules import vietnamese_order
from server.results.summary import CHANNELS, LANES

KIND_WORDS = {
    "ngay": "Ngày", "tuan": "Tuần", "thang": "Tháng", "quy": "Quý", "nua": "6 tháng", "nam": "Năm",
    "khoang": "Khoảng tự chọn",
}  # fmt: skip


class Asked(msgspec.Struct, frozen=True):
    """What an address asks for. other: the period to compare with; rival: the office to compare with.

    is_now: offices as they are today, not as they were; split: what became of an office that no single one holds.
    """

    period: Period
    scope: Scope
    offices: list[Unit]
    counters: list[Unit]
    units: dict[str, Unit]
    today: date
    cut: int = 1
    other: Period | None = None
    rival: str = ""
    is_now: bool = False
    split: dict[str, tuple[str, ...]] = {}

    def address(self, period: Period | None = None, **changed: str) -> str:
        """Return the address of this page with some of it changed."""
        at = period or self.period
        asked = {
            "ky": at.kind, "luc": at.value, "don_vi": self.scope.office, "quay": self.scope.counter,
            "kenh": self.scope.channel, "nguon": self.scope.lane, "don_vi_2": self.rival,
            "theo": "nay" if self.is_now else "",
        } | changed  # fmt: skip
        if self.other is not None:
            asked |= {"ky_2": self.other.kind, "luc_2": self.other.value}
        return "?" + urlencode({name: value for name, value in asked.items() if value})

    def kinds(self) -> list[tuple[str, str, str, bool]]:
        """Return (kind, words, address, is the one shown) of every kind of period around the one shown."""
        anchor = self.period.last if self.period.last <= self.today else min(self.today, self.period.last)
        return [
            (kind, KIND_WORDS[kind], self.address(period_of(kind, anchor, self.cut)), kind == self.period.kind)
            for kind in KINDS
            if kind != "khoang"
        ]

    def name_of(self, unit_id: str) -> str:
        """Return a unit's name as of the period, or today's where that is asked; its id where it is not known."""
        name = self.units[unit_id].name_vi if unit_id in self.units else unit_id
        parts = self.split.get(unit_id)
        return f"{name} (đã tách: {', '.join(self.name_of(one) for one in parts)})" if parts else name

    @property
    def before(self) -> str:
        """Return the address of the period before."""
        return self.address(self.period.neighbour(-1))

    @property
    def after(self) -> str:
        """Return the address of the period after, "" where it lies in the future."""
        return self.address(self.period.neighbour(1)) if self.period.last < self.today else ""


class AsThen(msgspec.Struct, frozen=True):
    """What is to be counted otherwise than it was stored; nothing by default.

    became: see Scope. split: see Asked. units: today's.
    """

    became: dict[str, str] = {}
    split: dict[str, tuple[str, ...]] = {}
    units: dict[str, Unit] = {}

    def reach(self, session: Session, units: dict[str, Unit]) -> frozenset[str] | None:
        """Return what a session may see: what is below its unit, and what became wholly part of that."""
        found = offices_scope.within(session, self.units or units)
        return None if found is None else found | {old for old, new in self.became.items() if new in found}


def as_now(connection: Connection, units: dict[str, Unit], today: date) -> AsThen:
    """Return what the units of a period are today; one that was split is not attributed to any of its parts."""
    found = by_current(successions(connection), units, today)
    return AsThen(
        {old: one.unit for old, one in found.items() if one.unit is not None and one.unit != old},
        {old: one.parts for old, one in found.items() if one.is_split},
        all_versions(connection, today, today),
    )


def read_asked(
    connection: Connection, request: Request[Any, Any, Any], session: Session, today: date, cut: int
) -> Asked:
    """Return what is asked for, within what the session may see. Raises RefusalError 404 for a unit outside."""
    given = request.query_params
    period = _period(given, "", today, cut) or period_of("ngay", today)
    units = all_versions(connection, period.first, period.last)
    is_now = given.get("theo") == "nay"
    then = as_now(connection, units, today) if is_now else AsThen()
    units |= then.units
    reach = then.reach(session, units)
    with_desks = {then.became.get(unit.parent or "", unit.parent) for unit in units.values() if unit.kind == COUNTER}
    if reach is not None:
        with_desks &= reach
    offices = sorted(
        (units[one] for one in with_desks if one in units), key=lambda unit: vietnamese_order(unit.name_vi)
    )
    office = _unit(given.get("don_vi", ""), reach, with_desks)
    desks = [
        unit
        for unit in units.values()
        if unit.kind == COUNTER and office and then.became.get(unit.parent or "", unit.parent) == office
    ]
    counter = _unit(given.get("quay", ""), reach, {unit.id for unit in desks})
    rival = _unit(given.get("don_vi_2", ""), reach, with_desks)
    channel, lane = given.get("kenh", ""), given.get("nguon", "")
    scope = Scope(
        period.first, period.last, office, counter, reach,
        channel if channel in set(CHANNELS) else "", lane if lane in {"kiosk", "qr-fresh", *LANES} else "", then.became,
    )  # fmt: skip
    return Asked(
        period, scope, offices, sorted(desks, key=lambda unit: unit.id), units, today, cut,
        _period(given, "_2", today, cut), rival, is_now, then.split,
    )  # fmt: skip


def _period(given: Any, which: str, today: date, cut: int) -> Period | None:
    first, last = given.get(f"tu{which}", ""), given.get(f"den{which}", "")
    if first and last:
        return read_period("khoang", f"{first}_{last}", today, cut)
    kind = given.get(f"ky{which}", "")
    return read_period(kind, given.get(f"luc{which}", ""), today, cut) if kind or not which else None


def _unit(asked: str, reach: frozenset[str] | None, among: set[Any]) -> str:
    if asked:
        offices_scope.check(reach, asked)
    return asked if asked in among else ""
