"""How long a month's workbook takes over a province's rollups, and how fast its rows of ballots are written."""

import time
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook

from bench.report import Figure
from server.centre import Centre
from server.offices.queries import all_versions
from server.reports.asked import Asked
from server.reports.book import heading, write
from server.reports.gathered import gather
from server.reports.sheet import open_sheet
from server.reports.sheets import data
from server.results.periods import Period, month_of
from server.results.queries import Scope, answers
from survey.questionnaire import bundled

ROWS: Final = 50_000
MONTH_AT_MOST_S: Final = 10.0
ROWS_AT_LEAST: Final = 3_000


def figures(centre: Centre, day: date) -> Iterator[Figure]:
    """Give the time of a month's workbook, and the rows of "Dữ liệu phiếu" a CPU-second. day: one of the month."""
    asked = asked_of(centre, month_of(day))
    with centre.engine.connect() as connection:
        started = time.perf_counter()
        answers(connection, Scope(asked.period.first, asked.period.last))
        query_s = time.perf_counter() - started
        started = time.perf_counter()
        gathered = gather(connection, asked)
        gathered_s = time.perf_counter() - started
    write(gathered, [])
    took_s = time.perf_counter() - started
    yield Figure(
        "a month's workbook of the province, without its ballots one by one", f"{took_s:.1f} s", "≤ 10 s",
        took_s <= MONTH_AT_MOST_S,
        f"{gathered.valid:,} ballots, {len(gathered.offices)} offices; gathered in {gathered_s:.1f} s, of which "
        f"the sum by question and office {1000 * query_s:.0f} ms",
    )  # fmt: skip
    started = time.process_time()
    size = _rows(gathered)
    rate = ROWS / (time.process_time() - started)
    yield Figure(
        "rows of “Dữ liệu phiếu”", f"{rate:,.0f} per CPU-s", f"≥ {ROWS_AT_LEAST:,}", rate >= ROWS_AT_LEAST,
        f"{ROWS:,} rows of 21 cells, {size / 1e6:.1f} MB; 500,000 ballots of a year {500_000 / rate:.0f} s",
    )  # fmt: skip


def asked_of(centre: Centre, period: Period) -> Asked:
    """Return what a report of the whole province is of."""
    with centre.engine.connect() as connection:
        units = all_versions(connection, period.first, period.last)
    return Asked(period, units, "", bundled(), "Tỉnh mẫu", "Tổng hợp các đơn vị", "Tỉnh mẫu", period.last)


def _rows(gathered: Any) -> int:
    ballot: dict[str, Any] = {
        "day": gathered.asked.period.first, "office_id": "xa-001", "counter_id": "xa-001.q1", "channel": "touch",
        "lane": "kiosk", "status": "complete", "lang": "vi", "questionnaire": bundled().ref, "levels": "555455545",
        "reasons": None, "context": '{"field":"ho_tich"}', "flags": "", "marks": "", "is_erased": False,
        "is_sealed": False,
    }  # fmt: skip
    several = ({**ballot, "day": ballot["day"] + timedelta(days=n % 28)} for n in range(ROWS))
    book = Workbook(write_only=True)
    for sheet in data.sheets(gathered, several):
        table = open_sheet(book, sheet.name, sheet.columns, heading(gathered.asked, sheet.title))
        for row in sheet.rows:
            table.add(row.cells)
    file = BytesIO()
    book.save(file)
    return file.tell()
