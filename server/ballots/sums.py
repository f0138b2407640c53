"""What the wider and finer rollups come to, reckoned from what a transaction counted; pure.

tenday_*: thirds of months without counters, so that a year of a province is read in a moment. halves: who sat there.
hours: the heat map. fields: what the visit was about. stops: where partial ballots ended. whole_*: without offices.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

Key = tuple[Any, ...]
Rows = dict[Key, list[int]]

_CELL: Final = ("first", "is_dated", "office_id", "channel", "lane", "status")
_WHOLE: Final = ("lane", "status", "questionnaire")
_KIND: Final = ("office_id", *_WHOLE)
OVERALL: Final = ("n1", "n2", "n3", "n4", "n5")
GENERAL: Final = ("g1", "g2", "g3", "g4", "g5")
LEVELS: Final = "12345"
ABSENT: Final = "-"

TABLES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "tenday_ballots": (_CELL, ("n", "comments", "contacts", "flagged")),
    "tenday_answers": ((*_CELL, "questionnaire", "question"), (*OVERALL, "na", "ms")),
    "tenday_reasons": ((*_CELL, "questionnaire", "question", "reason"), ("n",)),
    "rollup_halves": (("day", "part", "counter_id", *_KIND), ("n", *OVERALL, *GENERAL)),
    "rollup_hours": (("day", "hour", *_KIND), ("n", *OVERALL)),
    "rollup_fields": (("day", "field", *_KIND), ("n", *OVERALL, *GENERAL)),
    "rollup_stops": (("day", "question", "channel", *_KIND), ("n",)),
    "whole_answers": (("day", "is_dated", "channel", *_WHOLE, "question"), (*OVERALL, "na", "ms")),
    "whole_reasons": (("day", "is_dated", "channel", *_WHOLE, "question", "reason"), ("n",)),
    "whole_hours": (("day", "hour", *_WHOLE), ("n", *OVERALL)),
    "whole_fields": (("day", "field", *_WHOLE), ("n", *OVERALL, *GENERAL)),
    "whole_stops": (("day", "question", "channel", *_WHOLE), ("n",)),
}
"""Each table's key and its counts. n1…n5: answers to the overall question; g1…g5: to all the others together."""


class Timed(NamedTuple):
    """Ballots of one cell, questionnaire, hour and field. overall: the place of the overall question in order."""

    order: tuple[str, ...]
    overall: int
    levels: list[str]


def tenday(day: str) -> str:
    """Return the first day of the third of a month that a day lies in, both as text.

    >>> tenday("2026-11-30"), tenday("2026-11-09")
    ('2026-11-21', '2026-11-01')
    """
    return day[:8] + ("21" if day[8:] > "20" else "11" if day[8:] > "10" else "01")


def wider(rows: Mapping[Key, Sequence[int]]) -> Rows:
    """Return rows keyed by (day, is_dated, office, counter, …) summed over counters and thirds of months."""
    found: Rows = {}
    for (day, is_dated, office, _, *more), counts in rows.items():
        _add(found, (tenday(day), is_dated, office, *more), counts)
    return found


def whole(rows: Mapping[Key, Sequence[int]]) -> Rows:
    """Return rows keyed by (day, is_dated, office, counter, …) summed over offices and counters."""
    found: Rows = {}
    for (day, is_dated, _, _, *more), counts in rows.items():
        _add(found, (day, is_dated, *more), counts)
    return found


def timed_rows(timed: Mapping[Key, Timed], times: int, found: dict[str, Rows]) -> None:
    """Add what ballots come to in halves, hours, weekdays, fields and stops.

    timed: by (cell, questionnaire, hour, field). times: -1 for what is taken back. found: by table, added to.
    """
    for (cell, questionnaire, hour, field), ballots in timed.items():
        day, _, office, counter, channel, lane, status = cell
        kind = (office, lane, status, questionnaire)
        counts = [times * n for n in _counts(ballots)]
        _add(found["rollup_halves"], (day, "am" if hour < 12 else "pm", counter, *kind), counts)
        _add(found["rollup_hours"], (day, hour, *kind), counts[:6])
        _add(found["whole_hours"], (day, hour, *kind[1:]), counts[:6])
        if field:
            _add(found["rollup_fields"], (day, field, *kind), counts)
            _add(found["whole_fields"], (day, field, *kind[1:]), counts)
        if status == "partial":
            for last, n in _stops(ballots).items():
                _add(found["rollup_stops"], (day, last, channel, *kind), [times * n])
                _add(found["whole_stops"], (day, last, channel, *kind[1:]), [times * n])


def _counts(ballots: Timed) -> list[int]:
    """Return the ballots, the overall question's n1…n5, and the other questions' together."""
    letters = "".join(ballots.levels)
    column = letters[ballots.overall :: len(ballots.order)]
    overall = [column.count(level) for level in LEVELS]
    every = [letters.count(level) for level in LEVELS]
    return [len(ballots.levels), *overall, *(n - mine for n, mine in zip(every, overall, strict=True))]


def _stops(ballots: Timed) -> dict[str, int]:
    found: dict[str, int] = {}
    for levels in ballots.levels:
        last = len(levels.rstrip(ABSENT))
        if last:
            question = ballots.order[last - 1]
            found[question] = found.get(question, 0) + 1
    return found


def _add(rows: Rows, key: Key, counts: Iterable[int]) -> None:
    there = rows.get(key)
    if there is None:
        rows[key] = list(counts)
    else:
        rows[key] = [a + b for a, b in zip(there, counts, strict=True)]
