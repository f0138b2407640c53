"""Any page's tables as a workbook: what is seen on the page, with real numbers and days, under the common header."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

import msgspec
from lxml import html as parser
from openpyxl import Workbook

from server.accounts import sessions
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest
from server.audit.queries import record
from server.offices.queries import all_versions, place_in, province_of
from server.reports.sheet import Column, Heading, open_sheet
from survey.local_time import local_date, local_words

WHOLE: Final = re.compile(r"-?\d{1,3}(?:\.\d{3})*|-?\d+")
DECIMAL: Final = re.compile(r"(-?(?:\d{1,3}(?:\.\d{3})*|\d+),\d+)( ?%)?|(-?\d+)( ?%)")
DAY: Final = re.compile(r"\d{2}/\d{2}/\d{4}")
UNSEEN: Final = ".//form|.//button|.//script|.//svg|.//*[contains(concat(' ', @class, ' '), ' unseen ')]"
NARROW, WIDE = 8, 60
TAB_AT_MOST: Final = 28


class Grid(msgspec.Struct, frozen=True):
    """One table of a page. title: of the part it stands in."""

    title: str
    head: list[str]
    rows: list[list[Any]]


def grids_of(page: str) -> list[Grid]:
    """Return the tables of a page, in their order; buttons and what only screen readers read are left out; pure."""
    tree: Any = parser.fromstring(page)
    for gone in tree.xpath(UNSEEN):
        gone.drop_tree()
    found = []
    for table in tree.iter("table"):
        lines = [[_words(cell) for cell in row if cell.tag in {"th", "td"}] for row in table.iter("tr")]
        lines = [line for line in lines if any(line)]
        has_head = table.find(".//thead") is not None
        head, rows = (lines[0], lines[1:]) if has_head and lines else ([], lines)
        width = max((len(line) for line in lines), default=0)
        head = [*head, *[""] * (width - len(head))]
        if rows:
            filled = [[_value(cell) for cell in [*line, *[""] * (width - len(line))]] for line in rows]
            found.append(Grid(_title(table), head, filled))
    return found


def _words(element: Any) -> str:
    for gap in element.iter("br", "small", "p", "li"):
        gap.tail = " " + (gap.tail or "")
    return " ".join(element.text_content().split())


def _title(table: Any) -> str:
    for above in table.iterancestors():
        for level in ("h2", "h1"):
            heading = above.find(f".//{level}")
            if heading is not None:
                return _words(heading)
    return ""


def _value(text: str) -> Any:
    """Return a cell's words as the number or day they are, else as they stand.

    >>> [_value(one) for one in ("8.605", "95,3 %", "07/11/2026", "0912345678", "quầy 1")]
    [8605, 95.3, datetime.date(2026, 11, 7), '0912345678', 'quầy 1']
    """
    if WHOLE.fullmatch(text) and not (text.lstrip("-").startswith("0") and len(text) > 1):
        return int(text.replace(".", ""))
    if DECIMAL.fullmatch(text):
        return float(text.rstrip("% ").replace(".", "").replace(",", "."))
    if DAY.fullmatch(text):
        try:
            return datetime.strptime(text, "%d/%m/%Y").date()
        except ValueError:
            return text
    return text


def workbook(grids: Sequence[Grid], superior: str, agency: str, title: str, period: str, today: date) -> bytes:
    """Return tables as .xlsx bytes, a sheet each."""
    book = Workbook(write_only=True)
    for number, grid in enumerate(grids, 1):
        heading = Heading(superior, agency, (grid.title or title).upper(), period, place_in(superior), today)
        columns = [_column(grid, at) for at in range(len(grid.head))]
        name = re.sub(r"[\[\]:*?/\\]", " ", grid.title or title)[:TAB_AT_MOST].strip("' ")
        table = open_sheet(book, f"{number} {name}".strip(), columns, heading)
        for row in grid.rows:
            table.add(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _column(grid: Grid, at: int) -> Column:
    cells = [row[at] for row in grid.rows]
    longest = max([len(grid.head[at]) * 0.7, *(len(str(cell)) for cell in cells)])
    has_parts = any(isinstance(cell, float) for cell in cells)
    is_number = all(isinstance(cell, int | float) or cell in {"", "–"} for cell in cells)
    return Column(grid.head[at], min(WIDE, max(NARROW, longest + 2)), ("0.0" if has_parts else "#,##0") * is_number)


def tables_file(request: AnyRequest, session: Session, page: str) -> tuple[bytes, str] | None:
    """Return a page's tables as (workbook, file name), written in the journal; None if it has none."""
    grids = grids_of(page)
    if not grids:
        return None
    centre = sessions.centre_of(request)
    now_ms = centre.now_ms()
    today = local_date(now_ms)
    with centre.engine.connect() as connection:
        units = all_versions(connection, today, today)
    province = province_of(units.values())
    agency = units[session.unit].name_vi if session.unit in units else province or "Hệ thống khảo sát sự hài lòng"
    tree: Any = parser.fromstring(page)
    heading = tree.find(".//h1")
    title = _words(heading) if heading is not None else "Bảng"
    made = workbook(grids, province, agency, title, f"Lập lúc {local_words(now_ms)}", today)
    path = request.url.path.strip("/").replace("/", "-") or "bang"
    actor = session.account.name
    centre.writer.run(lambda work: record(work, now_ms, actor, "page.tables", request.url.path[:80]))
    return made, f"{re.sub(r'[^A-Za-z0-9.-]', '-', path)[:60]}.xlsx"
