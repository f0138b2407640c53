"""The yearly ranking as a workbook: places, points with their margins, formulas, offices without a rank apart."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from sqlalchemy import Connection

from server.offices.queries import place_in, province_of, standing
from server.ranking.desk import Desk
from server.ranking.entry import HEADINGS, SHEET
from server.ranking.frozen import Kept
from server.ranking.rules import Plan, Standing, formula, share_words, short
from server.reports.sheet import ORDER, Column, Heading, open_sheet
from survey.local_time import local_words

POINTS = "0.00"


def workbook(
    connection: Connection, desk: Desk, plan: Plan, rows: Sequence[Standing], kept: Kept | None, least: int
) -> bytes:
    """Return the ranking of the offices in reach. kept: the signed version it is of, None for the data of now."""
    province = province_of(standing(connection, desk.today))
    what = f"Bản chốt số {kept.signed.version}, {local_words(kept.signed.at)}" if kept else "Tạm tính, chưa chốt"
    days = f"từ {plan.first:%d/%m/%Y} đến {plan.last:%d/%m/%Y}"
    heading = Heading(
        province, "Tổng hợp các đơn vị", f"XẾP HẠNG NĂM {desk.year}", f"{what}; kỳ tính {days}", place_in(province),
        desk.today,
    )  # fmt: skip
    book = Workbook(write_only=True)
    criteria = plan.criteria
    columns = [
        Column("Hạng", 8, is_middle=True), Column("Đơn vị", 40), Column("Tổng điểm", 10, POINTS),
        Column("Khoảng từ", 10, POINTS), Column("đến", 10, POINTS),
        *(Column(f"{one.name} (tối đa {short(one.most)})", 14, POINTS) for one in criteria),
    ]  # fmt: skip
    table = open_sheet(book, "Xếp hạng", columns, heading)
    seen = [row for row in rows if desk.sees(row.office)]
    for row in (one for one in seen if one.total is not None):
        ends = [(row.total or 0) / 100, row.low / 100, row.high / 100]
        table.add([row.rank, row.name, *ends, *(_points(row, one.id) for one in criteria)])
    table.notes(_notes(plan, kept))
    apart = open_sheet(book, "Không xếp hạng", [Column(ORDER, 6), Column("Đơn vị", 44), Column("Vì sao", 80)], heading)
    for place, row in enumerate((one for one in seen if one.total is None), 1):
        apart.add([place, row.name, row.why])
    base = open_sheet(book, "Căn cứ", [Column("Đơn vị", 40), *(Column(one.name, 28) for one in criteria)], heading)
    for row in seen:
        base.add([row.name, *("–" if row.is_few else share_words(one, row.scores[one.id], least) or "–"
                              for one in criteria)])  # fmt: skip
    return _bytes(book)


def _points(row: Standing, one: str) -> Any:
    points = row.scores[one].points
    return "–" if points is None else points / 100


def _notes(plan: Plan, kept: Kept | None) -> list[str]:
    notes = [f"{one.name}: {formula(one)}" for one in plan.criteria]
    notes.append(
        "Khoảng: khoảng tin cậy 95 % (Wilson) của tỷ lệ hài lòng mang vào tổng điểm. Hạng ghi thành khoảng (2–4) khi "
        "khoảng điểm của các đơn vị chồng lên nhau: số phiếu chưa đủ để nói đơn vị nào hơn."
    )
    if kept:
        notes.append(f"Người chốt: {kept.signed.actor}. Mã kiểm tra SHA-256: {kept.signed.digest}.")
    return notes


def template(plan: Plan, offices: Sequence[tuple[str, str]], known: dict[tuple[str, str], Any]) -> bytes:
    """Return the workbook of points by hand: a row for each office and criterion, what is known filled in.

    offices: (id, code or id) in the order to be shown.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    for letter, width in zip("ABCDE", (26, 40, 10, 40, 30), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append([one.rstrip("?") for one in HEADINGS])
    for office, code in offices:
        for one in plan.criteria:
            if one.source == "hand":
                there = known.get((office, one.id))
                points = there.points / 100 if there and there.points is not None else None
                sheet.append([code, one.name, points, there.base if there else "", there.note if there else ""])
    return _bytes(book)


def _bytes(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()
