"""The workbook of a period: the catalogue of sheets, and what writes them; every number in it was counted."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any, Final

import msgspec
from openpyxl import Workbook
from sqlalchemy import Connection

from server.reports import charts
from server.reports.asked import Asked
from server.reports.gathered import Gathered, gather
from server.reports.queries import each_ballot
from server.reports.sheet import Heading, open_sheet
from server.reports.sheets import course, data, follow, nine, places, quality, questions, ranking, said, summary, why
from server.reports.table import Sheet
from server.results.periods import Kind
from server.results.tallied import Paper

EVERY: Final[frozenset[Kind]] = frozenset({"thang", "quy", "nua", "nam", "khoang"})
LONGER: Final = EVERY - {"thang"}


class Entry(msgspec.Struct, frozen=True):
    """One line of the catalogue. kinds: the periods whose workbook has these sheets."""

    make: Callable[[Gathered], list[Sheet]]
    kinds: frozenset[Kind]


CATALOGUE: Final = (
    Entry(summary.sheets, EVERY),
    Entry(questions.sheets, EVERY),
    Entry(course.by_month, LONGER),
    Entry(course.by_factor, LONGER),
    Entry(places.sheets, EVERY),
    Entry(why.sheets, EVERY),
    Entry(follow.sheets, frozenset({"nua", "nam"})),
    Entry(said.sheets, EVERY),
    Entry(nine.sheets, frozenset({"quy", "nua", "nam"})),
    Entry(ranking.sheets, frozenset({"nam"})),
    Entry(quality.sheets, EVERY),
)
"""The sheets of a workbook in their order; "Dữ liệu phiếu" follows them."""


def workbook(
    connection: Connection, asked: Asked, paper: Mapping[str, Paper] | None = None, *, has_ballots: bool = True
) -> bytes:
    """Return a period's workbook as .xlsx bytes.

    paper: tallies of paper by office. has_ballots: with "Dữ liệu phiếu", which takes the most time in a long period.
    """
    return write(gather(connection, asked, paper), each_ballot(connection, asked.scope) if has_ballots else None)


def sheets(gathered: Gathered) -> Iterator[Sheet]:
    """Give the sheets of a report, without the ballots one by one."""
    for entry in CATALOGUE:
        if gathered.asked.period.kind in entry.kinds:
            yield from entry.make(gathered)


def write(gathered: Gathered, ballots: Iterable[dict[str, Any]] | None) -> bytes:
    """Return the workbook of what was gathered as .xlsx bytes; without "Dữ liệu phiếu" for None."""
    book = Workbook(write_only=True)
    for sheet in sheets(gathered):
        _write(book, sheet, gathered.asked)
    for sheet in () if ballots is None else data.sheets(gathered, iter(ballots)):
        _write(book, sheet, gathered.asked)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _write(book: Workbook, sheet: Sheet, asked: Asked) -> None:
    table = open_sheet(book, sheet.name, sheet.columns, heading(asked, sheet.title))
    for row in sheet.rows:
        table.add(row.cells, is_total=row.is_total)
    table.notes(sheet.notes)
    for chart in sheet.charts:
        charts.draw(table, chart)


def heading(asked: Asked, title: str) -> Heading:
    """Return what stands above a table of that title."""
    days = f"Kỳ báo cáo: {asked.period.name} (từ {asked.period.first:%d/%m/%Y} đến {asked.period.last:%d/%m/%Y})"
    if asked.period.kind == "khoang":
        days = f"Kỳ báo cáo: {asked.period.name}"
    days = f"{days}; {asked.basis}" if asked.basis else days
    return Heading(asked.superior, asked.agency, title, days, asked.place, asked.day)
