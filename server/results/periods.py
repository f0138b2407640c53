"""Periods of reports: days, weeks, months with a cut day and what months make up; local dates, pure."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final, Literal, get_args

import msgspec

Kind = Literal["ngay", "tuan", "thang", "quy", "nua", "nam", "khoang"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
MONTHS: Final = {"thang": 1, "quy": 3, "nua": 6, "nam": 12}
"""How many report months a kind is made of."""

EARLIEST: Final = date(2015, 1, 1)
LATEST: Final = date(2100, 1, 1)
LONGEST_DAYS: Final = 3 * 366


class Period(msgspec.Struct, frozen=True):
    """A period, both ends included. cut: the day a report month begins, 1 to 28.

    With a cut of 21, tháng 11 is 21 October to 20 November: a month has the name of the month it ends in; quarters,
    halves and years are made of such months.
    """

    kind: Kind
    first: date
    last: date
    cut: int = 1

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return (self.last - self.first).days + 1

    @property
    def name(self) -> str:
        """Return it in Vietnamese: `ngày 21/11/2026`, `tháng 11/2026`, `quý IV/2026`."""
        last, month = self.last, self.last.month
        match self.kind:
            case "ngay":
                return f"ngày {self.first:%d/%m/%Y}"
            case "tuan":
                year, week, _ = self.first.isocalendar()
                return f"tuần {week:02d}/{year}"
            case "thang":
                return f"tháng {last:%m/%Y}"
            case "quy":
                return f"quý {('I', 'II', 'III', 'IV')[(month - 1) // 3]}/{last.year}"
            case "nua":
                return f"6 tháng {'đầu' if month <= 6 else 'cuối'} năm {last.year}"
            case "nam":
                return f"năm {last.year}"
        return f"từ {self.first:%d/%m/%Y} đến {last:%d/%m/%Y}"

    @property
    def value(self) -> str:
        """Return it as an address carries it: `2026-11-21`, `2026-W47`, `2026-11`, `2026-Q4`, `2026-H2`, `2026`."""
        last, month = self.last, self.last.month
        match self.kind:
            case "ngay":
                return f"{self.first:%Y-%m-%d}"
            case "tuan":
                year, week, _ = self.first.isocalendar()
                return f"{year:04d}-W{week:02d}"
            case "thang":
                return f"{last:%Y-%m}"
            case "quy":
                return f"{last:%Y}-Q{(month - 1) // 3 + 1}"
            case "nua":
                return f"{last:%Y}-H{1 if month <= 6 else 2}"
            case "nam":
                return f"{last:%Y}"
        return f"{self.first:%Y-%m-%d}_{last:%Y-%m-%d}"

    def neighbour(self, step: Literal[-1, 1]) -> "Period":
        """Return the period of the same kind right before or after; a custom one is as many days long."""
        if self.kind == "khoang":
            away = timedelta(days=step * self.days)
            return Period("khoang", self.first + away, self.last + away)
        at = self.first - timedelta(days=1) if step < 0 else self.last + timedelta(days=1)
        return period_of(self.kind, at, self.cut)

    def last_year(self) -> "Period":
        """Return the same period of the year before; week 53 becomes 52 where there is none, 29/02 becomes 28/02."""
        if self.kind == "tuan":
            year, week, _ = self.first.isocalendar()
            weeks = date(year - 1, 12, 28).isocalendar().week
            return period_of("tuan", date.fromisocalendar(year - 1, min(week, weeks), 1))
        if self.kind in {"ngay", "khoang"}:
            return Period(self.kind, _year_before(self.first), _year_before(self.last))
        return period_of(self.kind, _year_before(self.last), self.cut)


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, monthrange(day.year - 1, day.month)[1]))


def _month_named(day: date, cut: int) -> tuple[int, int]:
    """Return (year, month) of the report month a day lies in."""
    if cut == 1 or day.day < cut:
        return day.year, day.month
    return (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)


def _month_ends(year: int, month: int, cut: int) -> tuple[date, date]:
    """Return the first and last day of a report month."""
    if cut == 1:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    before = (year, month - 1) if month > 1 else (year - 1, 12)
    return date(*before, cut), date(year, month, cut - 1)


def period_of(kind: Kind, day: date, cut: int = 1) -> Period:
    """Return the period of a kind that a day lies in; of a custom one, the day alone.

    >>> period_of("thang", date(2026, 11, 21), cut=21).first, period_of("quy", date(2026, 11, 20), cut=21).first
    (datetime.date(2026, 11, 21), datetime.date(2026, 9, 21))
    """
    if kind in {"ngay", "khoang"}:
        return Period(kind, day, day)
    if kind == "tuan":
        monday = day - timedelta(days=day.weekday())
        return Period("tuan", monday, monday + timedelta(days=6))
    year, month = _month_named(day, cut)
    several = MONTHS[kind]
    begins = (month - 1) // several * several + 1
    first, last = _month_ends(year, begins, cut)[0], _month_ends(year, begins + several - 1, cut)[1]
    return Period(kind, first, last, cut)


def day_of(day: date) -> Period:
    """Return the period of one day."""
    return period_of("ngay", day)


def month_of(day: date, cut: int = 1) -> Period:
    """Return the report month a day lies in."""
    return period_of("thang", day, cut)


def read_period(kind: str, value: str, today: date, cut: int = 1) -> Period:
    """Return the period an address names; today or the period of today where it names none that exists."""
    asked: Kind = kind if kind in KINDS else "ngay"
    try:
        found = _read(asked, value, cut)
    except (ValueError, IndexError):
        found = None
    is_good = found is not None and EARLIEST <= found.first <= found.last <= LATEST and found.days <= LONGEST_DAYS
    return found if found is not None and is_good else period_of(asked, today, cut)


def _read(kind: Kind, value: str, cut: int) -> Period:
    match kind:
        case "ngay":
            return day_of(date.fromisoformat(value))
        case "tuan":
            year, _, week = value.partition("-W")
            return period_of("tuan", date.fromisocalendar(int(year), int(week), 1))
        case "khoang":
            first, _, last = value.partition("_")
            return Period("khoang", date.fromisoformat(first), date.fromisoformat(last))
        case "thang":
            month = int(value[5:]) if value[4] == "-" else 0
        case "quy" | "nua":
            month = MONTHS[kind] * int(value[4:].removeprefix("-Q" if kind == "quy" else "-H"))
        case "nam":
            month = 12 if len(value) == 4 else 0
    return period_of(kind, _month_ends(int(value[:4]), month, cut)[1], cut)


def parts(period: Period) -> list[Period]:
    """Return what a trend of a period is drawn by: days up to 45 days, weeks up to 200, months beyond.

    They cover the period and nothing else: the ones at its ends are cut short.
    """
    kind: Kind = "ngay" if period.days <= 45 else "tuan" if period.days <= 200 else "thang"
    found, at = [], period.first
    while at <= period.last:
        one = period_of(kind, at, period.cut)
        found.append(Period(kind, max(one.first, period.first), min(one.last, period.last), one.cut))
        at = one.last + timedelta(days=1)
    return found


TENDAYS: Final = (1, 11, 21)


def tenday_of(day: date) -> date:
    """Return the first day of the third of a calendar month a day lies in: the 1st, 11th or 21st."""
    return day.replace(day=max(first for first in TENDAYS if first <= day.day))


def split(first: date, last: date) -> tuple[tuple[date, date] | None, list[tuple[date, date]]]:
    """Return (first and last tenday that lie whole in a span, or None) and the spans of days left over.

    >>> split(date(2026, 10, 15), date(2026, 11, 14))[0]
    (datetime.date(2026, 10, 21), datetime.date(2026, 11, 1))
    """
    begin = tenday_of(first) if tenday_of(first) == first else _next_tenday(first)
    end = last if _next_tenday(last) == last + timedelta(days=1) else tenday_of(last) - timedelta(days=1)
    if begin > end:
        return None, [(first, last)]
    edges = [(first, begin - timedelta(days=1)), (end + timedelta(days=1), last)]
    return (begin, tenday_of(end)), [edge for edge in edges if edge[0] <= edge[1]]


def _next_tenday(day: date) -> date:
    return next((day.replace(day=one) for one in TENDAYS if one > day.day), None) or _after_month(day)


def _after_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1]) + timedelta(days=1)
