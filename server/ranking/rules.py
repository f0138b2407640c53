"""Criteria and their points: what counts come to, with the margin of what was answered by few; pure.

Points are whole hundredths everywhere, so that a total is exactly the sum of what is printed.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Literal

import msgspec

from server.results.change import BASE_AT_LEAST, wilson_interval
from server.results.rules import percent

Source = Literal["satisfaction", "coverage", "cases", "hand"]
SOURCES: Final[dict[Source, str]] = {
    "satisfaction": "Tỷ lệ hài lòng (từ phiếu)", "coverage": "Tỷ lệ tham gia (phiếu trên giao dịch)",
    "cases": "Phản ánh xử lý đúng hạn", "hand": "Nhập tay, có căn cứ",
}  # fmt: skip
SCALE: Final = 10_000
"""What the most points of all criteria sum up to: 100,00."""


class Band(msgspec.Struct, frozen=True):
    """From this share on (tenths of a percent) a criterion gives so many points (hundredths)."""

    tenths: int
    points: int


class Criterion(msgspec.Struct, frozen=True):
    """One criterion. most: hundredths of points. bands: the highest first; without any, points follow the share.

    questions: ids of the questions whose answers are counted; none for the overall one. lanes: none for the headline's.
    first, last: its own days; None for the plan's. none_is_full: an office without any case gets all points.
    """

    id: str
    name: str
    source: Source
    most: int
    bands: tuple[Band, ...] = ()
    questions: tuple[str, ...] = ()
    lanes: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    none_is_full: bool = True

    @property
    def has_share(self) -> bool:
        """Return whether its points come of counts."""
        return self.source != "hand"


class Plan(msgspec.Struct, frozen=True):
    """How the offices of a year are ranked. first, last: the days counted."""

    year: int
    first: date
    last: date
    criteria: tuple[Criterion, ...] = ()

    def days_of(self, one: Criterion) -> tuple[date, date]:
        """Return the days a criterion is counted over."""
        return one.first or self.first, one.last or self.last


class Counted(msgspec.Struct, frozen=True):
    """What is known of one office in one criterion. points: entered by hand, hundredths.

    part of base: satisfied answers of all, ballots of transactions, cases in time of all. note: in Vietnamese, what is
    missing, or what a number stands on.
    """

    part: int = 0
    base: int = 0
    points: int | None = None
    note: str = ""
    is_known: bool = True


class Scored(msgspec.Struct, frozen=True):
    """Points of one office in one criterion, hundredths, with the ends of their margin. points None: not known."""

    counted: Counted
    points: int | None = None
    low: int = 0
    high: int = 0


def of_share(one: Criterion, part: int, base: int) -> int:
    """Return the points of a share, exactly rounded half up.

    >>> of_share(Criterion("a", "A", "coverage", 2000), 1, 3)
    667
    """
    if one.bands:
        return next((band.points for band in one.bands if part * 1000 >= band.tenths * base), 0)
    return min(one.most, (2 * one.most * part + base) // (2 * base))


def _of_end(one: Criterion, share: float) -> int:
    return of_share(one, round(share * 1_000_000), 1_000_000)


def interval_of(one: Criterion, part: int, base: int) -> tuple[float, float]:
    """Return the 95 % interval of a satisfied share.

    Several questions of one ballot say much the same: they are taken for as many answers as there were ballots.
    """
    several = max(1, len(one.questions))
    answers = max(1, round(base / several))
    low, high = wilson_interval(min(answers, round(part / several)), answers)
    return min(low, part / base), max(high, part / base)


def scored(one: Criterion, counted: Counted) -> Scored:
    """Return the points of what was counted; None where it is not known or stands on too few answers."""
    if not counted.is_known:
        return Scored(counted)
    if one.source == "hand":
        given = counted.points
        return Scored(counted, given, given or 0, given or 0)
    if one.source == "satisfaction":
        if counted.base < BASE_AT_LEAST:
            return Scored(counted)
        low, high = interval_of(one, counted.part, counted.base)
        points = of_share(one, counted.part, counted.base)
        return Scored(counted, points, min(points, _of_end(one, low)), max(points, _of_end(one, high)))
    if counted.base == 0:
        is_full = one.source == "cases" and one.none_is_full
        return Scored(counted, one.most, one.most, one.most) if is_full else Scored(counted)
    points = of_share(one, min(counted.part, counted.base), counted.base)
    return Scored(counted, points, points, points)


class Standing(msgspec.Struct, frozen=True):
    """One office. total: hundredths, None where it is not ranked. best, worst: the ends of its rank; 0 without.

    why: what keeps it from a rank, in Vietnamese. is_few: too few answers, so none of its numbers is shown.
    """

    office: str
    name: str
    scores: dict[str, Scored]
    total: int | None = None
    low: int = 0
    high: int = 0
    best: int = 0
    worst: int = 0
    why: str = ""
    is_few: bool = False

    @property
    def rank(self) -> str:
        """Return its rank in words: `2`, or `2–4` where margins overlap."""
        if self.total is None:
            return ""
        return str(self.best) if self.best == self.worst else f"{self.best}–{self.worst}"


def standings(plan: Plan, names: Mapping[str, str], counted: Mapping[str, Mapping[str, Counted]]) -> list[Standing]:
    """Return the ranked offices, the most points first, then those without a rank by name.

    names: offices by id. counted: by office and criterion; what is not there is not known.
    """
    rows = [_standing(plan, office, name, counted.get(office, {})) for office, name in names.items()]
    ranked = sorted((row for row in rows if row.total is not None), key=lambda row: (-(row.total or 0), row.name))
    rest = sorted((row for row in rows if row.total is None), key=lambda row: (row.is_few, row.name))
    return [*_placed(ranked), *rest]


def _standing(plan: Plan, office: str, name: str, counted: Mapping[str, Counted]) -> Standing:
    unknown = Counted(is_known=False, note="chưa có số liệu")
    scores = {one.id: scored(one, counted.get(one.id, unknown)) for one in plan.criteria}
    few = [one for one in plan.criteria if one.source == "satisfaction" and scores[one.id].points is None]
    missing = [one for one in plan.criteria if scores[one.id].points is None]
    if few:
        why = f"quá ít phiếu: dưới {BASE_AT_LEAST} câu trả lời ở “{few[0].name}”"
        return Standing(office, name, scores, why=why, is_few=True)
    if missing:
        why = "; ".join(f"“{one.name}”: {scores[one.id].counted.note or 'chưa có số liệu'}" for one in missing)
        return Standing(office, name, scores, why=why)
    several = list(scores.values())
    total = sum(one.points or 0 for one in several)
    return Standing(office, name, scores, total, sum(one.low for one in several), sum(one.high for one in several))


def _placed(rows: Sequence[Standing]) -> list[Standing]:
    return [
        msgspec.structs.replace(
            row,
            best=1 + sum(other.low > row.high for other in rows),
            worst=len(rows) - sum(other.high < row.low for other in rows),
        )
        for row in rows
    ]


# ---- in words


def points_words(hundredths: int | None) -> str:
    """Return points as pages print them, with two decimals.

    >>> points_words(8742), points_words(None)
    ('87,42', '–')
    """
    return "–" if hundredths is None else f"{hundredths // 100},{hundredths % 100:02d}"


def short(hundredths: int) -> str:
    """Return points without decimals that say nothing: `20`, `7,5`."""
    return points_words(hundredths).rstrip("0").rstrip(",")


def bands_words(one: Criterion) -> str:
    """Return its bands as they are typed: `90 = 20; 80 = 15`."""
    return "; ".join(f"{short(band.tenths * 10)} = {short(band.points)}" for band in one.bands)


def formula(one: Criterion) -> str:
    """Return how its points are reckoned, in Vietnamese."""
    what = {
        "satisfaction": "số câu trả lời hài lòng (mức 4, 5) / số câu trả lời",
        "coverage": "số phiếu hợp lệ / số lượt giao dịch của cùng những ngày đó",
        "cases": "số vụ việc đúng hạn / (đúng hạn + quá hạn)",
        "hand": "",
    }[one.source]
    if not what:
        return f"Điểm do Hội đồng chấm, từ 0 đến {short(one.most)}, kèm căn cứ."
    if one.bands:
        steps = "; ".join(f"từ {short(band.tenths * 10)} %: {short(band.points)} điểm" for band in one.bands)
        return f"Tỷ lệ = 100 × {what}. {steps}; dưới mức thấp nhất: 0 điểm."
    return f"Điểm = {short(one.most)} × {what}, làm tròn hai chữ số."


def share_words(one: Criterion, score: Scored, least: int) -> str:
    """Return what points stand on, `82/86, 95,3 %`; nothing of fewer than `least` answers."""
    counted = score.counted
    if one.source == "hand" or not counted.is_known or counted.base == 0:
        return counted.note
    if one.source == "satisfaction" and counted.base < least:
        return f"<\u00a0{least} câu trả lời"
    return f"{counted.part}/{counted.base}, {percent(100 * counted.part / counted.base)}"
