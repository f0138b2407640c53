"""What a report is of: a period, units as they stood in it, and how far the one who asks may see."""

from collections.abc import Mapping
from datetime import date

import msgspec

from server.offices.queries import Unit
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
