"""What a report is of: a period, units as they stood in it, and how far the one who asks may see."""

from collections.abc import Mapping
from datetime import date

import msgspec
from sqlalchemy import Connection

from server.offices.queries import Unit, all_versions, place_in, province_of
from server.offices.scope import subtree
from server.questionnaires.queries import seen_on
from server.results.asked import AsThen, as_now
from server.results.periods import Period
from server.results.queries import Scope
from survey.questionnaire import Questionnaire


class Asked(msgspec.Struct, frozen=True):
    """What a report is of. units: names as of the period. office: only this one; "" for all.

    within: only offices of these ids; None for the whole province. within_before: the same for the period before.
    now: what units are counted as today, where they are asked for as of today.
    has_officers, has_codes: whether the one who asks may see officers, and codes of ballots with a comment.
    """

    period: Period
    units: Mapping[str, Unit]
    office: str
    questionnaire: Questionnaire
    superior: str
    agency: str
    place: str
    day: date
    within: frozenset[str] | None = None
    within_before: frozenset[str] | None = None
    min_cell: int = 5
    has_officers: bool = False
    has_codes: bool = False
    now: AsThen | None = None

    @property
    def became(self) -> dict[str, str]:
        """Return the offices that are counted as another, by id."""
        return self.now.became if self.now else {}

    @property
    def scope(self) -> Scope:
        """Return what is counted."""
        return Scope(self.period.first, self.period.last, self.office, within=self.within, became=self.became)

    @property
    def basis(self) -> str:
        """Return how units are counted, in words for a heading; "" for units of the time."""
        return f"theo đơn vị hiện nay ({self.day:%d/%m/%Y})" if self.now else ""

    @property
    def now_words(self) -> str:
        """Return what is to be said over numbers by the units of today."""
        return (
            f"Số liệu tính {self.basis}: phiếu của đơn vị đã sáp nhập, đổi tên được cộng vào đơn vị kế tục; đơn vị đã "
            "tách thành nhiều nơi đứng riêng. Số lượt giao dịch và điểm nhập tay của đơn vị kế tục không cộng gộp."
        )

    def is_joined(self, office: str) -> bool:
        """Return whether an office is counted with others that went into it."""
        return office in self.became.values()

    @property
    def before(self) -> Scope:
        """Return what the period before counted."""
        earlier = self.period.neighbour(-1)
        return Scope(earlier.first, earlier.last, self.office, within=self.within_before, became=self.became)

    def scope_of(self, part: Period, *, is_before: bool = False) -> Scope:
        """Return what is counted in a part of the period, or of the one before."""
        within = self.within_before if is_before else self.within
        return Scope(part.first, part.last, self.office, within=within, became=self.became)

    def name_of(self, unit_id: str) -> str:
        """Return a unit's name as of the period, or today's where that is asked; its id where it is not known."""
        name = self.units[unit_id].name_vi if unit_id in self.units else unit_id
        parts = self.now.split.get(unit_id) if self.now else None
        return f"{name} (đã tách: {', '.join(self.name_of(one) for one in parts)})" if parts else name


def asked_for(
    connection: Connection, period: Period, office: str, today: date, *, top: str | None, min_cell: int,
    has_officers: bool = False, has_codes: bool = False, is_now: bool = False,
) -> Asked:  # fmt: skip
    """Return what a report of a period is of.

    office: only this one, "" for all. top: the unit the reader is bound to; None for the whole province. is_now: by
    the units of today: what merged is counted with its successor, what was split stands apart.
    """
    units = all_versions(connection, period.first, period.last)
    before = period.neighbour(-1)
    earlier = all_versions(connection, before.first, before.last)
    now = as_now(connection, earlier | units, today) if is_now else None
    if now:
        units, earlier = units | now.units, now.units
    province = province_of(units.values())
    unit = office or top or ""
    return Asked(
        period=period,
        units=units,
        office=office,
        questionnaire=seen_on(connection, min(period.last, today)),
        superior=_superior(units, unit, province),
        agency=agency_of(units, unit),
        place=place_in(province),
        day=today,
        within=_below(now.units if now else units, top, now),
        within_before=_below(earlier, top, now),
        min_cell=min_cell,
        has_officers=has_officers,
        has_codes=has_codes,
        now=now,
    )


def _below(units: Mapping[str, Unit], top: str | None, now: AsThen | None) -> frozenset[str] | None:
    """Return what lies below a unit, and what became wholly part of that; None for the whole province."""
    if top is None:
        return None
    found = subtree(units.values(), top)
    return found | {old for old, new in (now.became if now else {}).items() if new in found}


def _superior(units: Mapping[str, Unit], office: str, province: str) -> str:
    parent = units[office].parent if office in units else None
    return units[parent].name_vi if parent and parent in units else province


def agency_of(units: Mapping[str, Unit], office: str) -> str:
    """Return the name that stands over a report of an office, or of all where it is none."""
    return units[office].name_vi if office in units else "Tổng hợp các đơn vị"
