"""Which period a report is of: what an address names, and the periods of a year to choose from; pure."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import msgspec

from server.results.periods import LATEST, LONGEST_DAYS, MONTHS, Kind, Period, period_of, read_period

OLDEST: Final = date(2015, 1, 1)
KINDS: Final[tuple[Kind, ...]] = ("nam", "nua", "quy", "thang")


class ChoiceError(ValueError):
    """A period that no report can be of; `str()` says in Vietnamese which, and what to give."""


class Line(msgspec.Struct, frozen=True):
    """One period on the page. n: valid ballots of its report months. is_open: it has not ended."""

    kind: Kind
    name: str
    days: str
    key: str
    n: int
    is_open: bool


def read(key: str, first: str, last: str, cut: int) -> Period:
    """Return the period that is asked for: `quy:2026-Q4`, or a first and a last day. Raises ChoiceError."""
    if first or last:
        return _span(first, last)
    kind, _, value = key.partition(":")
    known = next((one for one in KINDS if one == kind), None)
    if known is None:
        raise ChoiceError(f"Kỳ báo cáo “{key[:40]}” không có trong danh sách. Xin chọn một kỳ trong bảng.")
    found = read_period(known, value, OLDEST, cut)
    if found.value != value:
        raise ChoiceError(f"Kỳ báo cáo “{key[:40]}” không có thật. Xin chọn một kỳ trong bảng.")
    return found


def _span(first: str, last: str) -> Period:
    begin, end = _day(first, "Từ ngày"), _day(last, "Đến ngày")
    if end < begin:
        raise ChoiceError(f"Đến ngày {end:%d/%m/%Y} đứng trước từ ngày {begin:%d/%m/%Y}. Xin đổi lại hai ngày.")
    if (end - begin).days + 1 > LONGEST_DAYS:
        raise ChoiceError(f"Khoảng {begin:%d/%m/%Y}–{end:%d/%m/%Y} dài quá ba năm. Xin chia thành nhiều báo cáo.")
    return Period("khoang", begin, end)


def _day(text: str, name: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ChoiceError(f"{name} “{text[:20]}” không phải ngày. Xin nhập đủ ngày, tháng, năm.") from None
    if not OLDEST <= day < LATEST:
        raise ChoiceError(f"{name} {day:%d/%m/%Y} nằm ngoài khoảng có thể lập báo cáo, từ {OLDEST:%d/%m/%Y}.")
    return day


def years(first: date | None, today: date, cut: int) -> list[int]:
    """Return the years to choose from, the newest first. first: the first day with ballots."""
    last = period_of("nam", today, cut).last.year
    begin = last if first is None else max(OLDEST.year, period_of("nam", first, cut).last.year)
    return list(range(last, min(begin, last) - 1, -1))


def year_of(text: str, among: list[int]) -> int:
    """Return the year asked for, the newest where it is none of these."""
    return int(text) if text.isdecimal() and int(text) in among else among[0]


def months(year: int, today: date, cut: int) -> list[Period]:
    """Return a year's report months that have begun, the newest first."""
    return [one for one in _of(year, "thang", cut) if one.first <= today]


def _of(year: int, kind: Kind, cut: int) -> list[Period]:
    several = 12 // MONTHS[kind]
    at = period_of("nam", date(year, 12, 1), cut).last
    found = []
    for _ in range(several):
        one = period_of(kind, at, cut)
        found.append(one)
        at = one.neighbour(-1).last
    return found


def rows(counts: Mapping[str, int], year: int, today: date, cut: int) -> list[Line]:
    """Return the periods of a year that have begun: the year, halves, quarters and months, the newest first.

    counts: valid ballots by month; what is longer is their sum.
    """
    all_months = months(year, today, cut)
    found = []
    for kind in KINDS:
        for one in _of(year, kind, cut):
            if one.first <= today:
                n = sum(counts.get(each.value, 0) for each in all_months if one.first <= each.first <= one.last)
                days = f"{one.first:%d/%m/%Y} – {one.last:%d/%m/%Y}"
                found.append(Line(kind, one.name, days, f"{kind}:{one.value}", n, today <= one.last))
    return found
