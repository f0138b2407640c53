"""What a report is of: a period, units as they stood in it, and how far the one who asks may see."""

from collections.abc import Mapping
from datetime import date

import msgspec
from sqlalchemy import Connection

from server.offices.queries import Unit, all_versions, place_in, province_of
from server.offices.scope import subtree
from server.questionnaires.queries import seen_on
from server.results.periods import Period
from server.results.queries import Scope
from survey.questionnaire import Questionnaire


class Asked(msgspec.Struct, frozen=True):
    """What a report is of. units: names as of the period. office: only this one; "" for all.

    within: only offices of these ids; None for the whole province. within_before: the same for the period before.
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

    @property
    def scope(self) -> Scope:
        """Return what is counted."""
        return Scope(self.period.first, self.period.last, self.office, within=self.within)

    @property
    def before(self) -> Scope:
        """Return what the period before counted."""
        earlier = self.period.neighbour(-1)
        return Scope(earlier.first, earlier.last, self.office, within=self.within_before)

    def scope_of(self, part: Period, *, is_before: bool = False) -> Scope:
        """Return what is counted in a part of the period, or of the one before."""
        return Scope(part.first, part.last, self.office, within=self.within_before if is_before else self.within)

    def name_of(self, unit_id: str) -> str:
        """Return a unit's name as of the period, its id where it is not known."""
        return self.units[unit_id].name_vi if unit_id in self.units else unit_id


def asked_for(
    connection: Connection, period: Period, office: str, today: date, *, top: str | None, min_cell: int,
    has_officers: bool = False, has_codes: bool = False,
) -> Asked:  # fmt: skip
    """Return what a report of a period is of.

    office: only this one, "" for all. top: the unit the reader is bound to; None for the whole province.
    """
    units = all_versions(connection, period.first, period.last)
    before = period.neighbour(-1)
    earlier = all_versions(connection, before.first, before.last)
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
        within=None if top is None else subtree(units.values(), top),
        within_before=None if top is None else subtree(earlier.values(), top),
        min_cell=min_cell,
        has_officers=has_officers,
        has_codes=has_codes,
    )


def _superior(units: Mapping[str, Unit], office: str, province: str) -> str:
    parent = units[office].parent if office in units else None
    return units[parent].name_vi if parent and parent in units else province


def agency_of(units: Mapping[str, Unit], office: str) -> str:
    """Return the name that stands over a report of an office, or of all where it is none."""
    return units[office].name_vi if office in units else "Tổng hợp các đơn vị"
