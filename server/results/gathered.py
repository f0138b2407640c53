"""What every view of results starts from: the counts of what is asked, read once, and small cells covered alike."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection

from server.results import queries
from server.results.asked import Asked
from server.results.change import WORDS as MARK_WORDS
from server.results.change import Share, marks
from server.results.cover import covered
from server.results.grids import Column, Row, hidden
from server.results.periods import Period
from server.results.queries import Answered, Scope
from server.results.rules import Levels, dissat, mean100, top2
from server.results.summary import HEADLINE
from survey.ballot import Status
from survey.questionnaire import Questionnaire


class Desk(msgspec.Struct, frozen=True):
    """What a view is made of. now: the local day and hour; that hour has not ended. reach_before: see `before`."""

    connection: Connection
    asked: Asked
    questionnaire: Questionnaire
    min_cell: int
    now: tuple[date, int]
    reach_of: Callable[[Period], frozenset[str] | None]

    @property
    def overall(self) -> str:
        """Return the id of the overall question."""
        return self.questionnaire.quick_question

    def scope_of(self, period: Period, **changed: Any) -> Scope:
        """Return the scope of what is asked in another period, within what was in reach then."""
        one = msgspec.structs.replace(
            self.asked.scope, first=period.first, last=period.last, within=self.reach_of(period)
        )
        return msgspec.structs.replace(one, **changed)

    def answered(self, scope: Scope | None = None) -> list[Answered]:
        """Return the headline's answers of a scope, or of one lane where that is asked; single presses left out."""
        scope = scope or self.asked.scope
        return [one for one in queries.pooled_answers(self.connection, scope) if self._is_counted(one, scope)]

    def by_office(self, scope: Scope) -> dict[str, Levels]:
        """Return the headline's answers to the overall question by office, single presses left out."""
        found: dict[str, Levels] = {}
        for one in queries.overall_answers(self.connection, scope, self.overall):
            if self._is_counted(one, scope):
                found[one.office] = found.get(one.office, Levels()) + one.levels
        return {office: levels for office, levels in found.items() if levels.base}

    def _is_counted(self, one: Answered, scope: Scope) -> bool:
        is_headline = bool(scope.lane) or one.lane in HEADLINE
        return one.questionnaire == self.questionnaire.id and one.status != Status.QUICK and is_headline


def pooled(answered: list[Answered], questions: set[str] | None = None) -> Levels:
    """Return the counts of all answers to these questions together; to all of them if None."""
    return sum((one.levels for one in answered if questions is None or one.question in questions), Levels())


def share_of(levels: Levels) -> Share:
    """Return the satisfied answers of their base."""
    return Share(levels.n5 + levels.n4, levels.base)


SHARES = [
    Column("Rất hài lòng", "5", "count", 9), Column("Hài lòng", "4", "count", 9),
    Column("Bình thường", "3", "count", 9),
    Column("Không hài lòng", "2", "count", 9), Column("Rất không hài lòng", "1", "count", 9),
    Column("Tổng trả lời", "base", "count", 9), Column("Tỷ lệ hài lòng", "top2", "percent", 10),
    Column("Không hài lòng", "dissat", "percent", 10), Column("Điểm TB/100", "mean100", "decimal", 9),
]  # fmt: skip
CHANGE = [Column("Kỳ trước", "before", "percent", 10), Column("Thay đổi", "really changed?", "text", 18)]


def level_rows(
    parts: Mapping[str, Levels], min_cell: int, *, before: Mapping[str, Levels] | None = None,
    addresses: Mapping[str, str] | None = None, has_total: bool = True,
) -> list[Row]:  # fmt: skip
    """Return one row a part: its counts, base and shares, covered where the base is small or could be reckoned.

    before: the same parts in the period before; adds that share and whether it really changed.
    has_total: the parts add up to something that is shown.
    """
    names = list(parts)
    is_hidden = covered([parts[name].base for name in names], min_cell, has_total=has_total)
    then = {name: (before or {}).get(name, Levels()) for name in names}
    told = marks([(share_of(parts[name]), share_of(then[name])) for name in names])
    rows = []
    for name, covers, mark in zip(names, is_hidden, told, strict=True):
        levels = parts[name]
        shares = [levels.base, top2(levels), dissat(levels), mean100(levels)]
        cells: list[Any] = [name, *levels.descending, *shares]
        if before is not None:
            is_few = 0 < then[name].base < min_cell
            cells += [None if is_few else top2(then[name]), MARK_WORDS[mark]]
        if covers:
            cells = hidden(cells, min_cell, 1)
        rows.append(Row(cells, (addresses or {}).get(name, ""), is_covered=covers))
    return rows
