"""What is published of an office: whole months with enough answers, each share with its base and interval; pure."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from server.results.change import wilson_interval
from server.results.periods import Period
from server.results.rules import Levels, number, percent, top2

LEAST: Final = 30
"""Answers of a month below which nothing of it is published (n of the base, not of the satisfied)."""
MONTHS: Final = 12


class Month(msgspec.Struct, frozen=True):
    """One month of one office. levels: answers to the overall question, of the headline, single presses left out."""

    period: Period
    levels: Levels

    @property
    def is_enough(self) -> bool:
        """Return whether it is published."""
        return self.levels.base >= LEAST

    @property
    def share(self) -> str:
        """Return the satisfied share in words, "–" where too few answered."""
        return percent(top2(self.levels)) if self.is_enough else "–"

    @property
    def base(self) -> str:
        """Return the base in words; how few there were is not told."""
        return number(self.levels.base) if self.is_enough else f"dưới {LEAST}"

    @property
    def interval(self) -> str:
        """Return the 95 % interval in words, "–" where nothing is published."""
        if not self.is_enough:
            return "–"
        low, high = wilson_interval(self.levels.n5 + self.levels.n4, self.levels.base)
        return f"{percent(100 * low)} – {percent(100 * high)}"


class Office(msgspec.Struct, frozen=True):
    """One office's months, the oldest first."""

    id: str
    name: str
    name_en: str
    months: list[Month]

    @property
    def last(self) -> Month:
        """Return its newest whole month."""
        return self.months[-1]

    @property
    def bars(self) -> list[tuple[int, float, str]]:
        """Return (place, height of 100, words) of the months that are published, for a small picture."""
        return [
            (place, top2(one.levels) or 0.0, f"{one.period.name}: {one.share} trên {one.base} câu trả lời")
            for place, one in enumerate(self.months)
            if one.is_enough
        ]


def offices(
    names: Mapping[str, tuple[str, str]], periods: Sequence[Period], counted: Sequence[Mapping[str, Levels]]
) -> list[Office]:
    """Return each office's months. names: (Vietnamese, English) by id. counted: answers by office, a period each."""
    return [
        Office(
            one,
            *both,
            [Month(period, found.get(one, Levels())) for period, found in zip(periods, counted, strict=True)],
        )
        for one, both in names.items()
    ]


COLUMNS: Final = {
    "office": "Mã đơn vị. / The office's id.",
    "office_name": "Tên đơn vị. / Its name.",
    "month": "Tháng báo cáo, yyyy-mm. / Report month.",
    "first_day": "Ngày đầu của tháng báo cáo. / Its first day.",
    "last_day": "Ngày cuối. / Its last day.",
    "n5": "Rất hài lòng, câu đánh giá chung. / Very satisfied, overall question.",
    "n4": "Hài lòng. / Satisfied.",
    "n3": "Bình thường. / Neutral.",
    "n2": "Không hài lòng. / Dissatisfied.",
    "n1": "Rất không hài lòng. / Very dissatisfied.",
    "base": "Tổng số câu trả lời. / Answers.",
    "top2_percent": "100 × (n5 + n4) / base.",
    "low_percent": "Cận dưới khoảng tin cậy 95 % (Wilson). / Lower end of the 95 % interval.",
    "high_percent": "Cận trên. / Upper end.",
}
"""The open data's columns and what they mean. A month with fewer than 30 answers has no row."""


def open_data(found: Sequence[Office]) -> bytes:
    """Return the published months as CSV, UTF-8 with a mark of its order, commas, decimal points."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for office in found:
        for one in office.months:
            if one.is_enough:
                rows.writerow(_row(office, one))
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def _row(office: Office, one: Month) -> list[object]:
    levels = one.levels
    low, high = wilson_interval(levels.n5 + levels.n4, levels.base)
    name = f"'{office.name}" if office.name.startswith(("=", "+", "-", "@")) else office.name
    shares = [f"{each:.1f}" for each in (top2(levels) or 0.0, 100 * low, 100 * high)]
    days = [one.period.value, one.period.first.isoformat(), one.period.last.isoformat()]
    return [office.id, name, *days, *levels.descending, levels.base, *shares]


def dictionary() -> bytes:
    """Return what the columns mean, as CSV."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\r\n")
    rows.writerow(["column", "meaning"])
    rows.writerows(COLUMNS.items())
    return b"\xef\xbb\xbf" + file.getvalue().encode()
