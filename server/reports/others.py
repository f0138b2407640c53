"""A sheet for each questionnaire in other levels than five, its counts in its own levels."""

from collections.abc import Callable, Sequence

from openpyxl import Workbook

from server.reports.sheet import NONE, NUMBER, PERCENT, Column, Heading, open_sheet
from server.results.others import Block


def add_blocks(book: Workbook, blocks: Sequence[Block], heading: Callable[[str], Heading]) -> None:
    """Add the sheets to a workbook; none for none. heading: what stands above a table of that title."""
    for number, block in enumerate(blocks, 1):
        columns = [
            Column("Câu", 7), Column("Tiêu chí", 40), *(Column(words, 14, NUMBER) for words in block.levels),
            Column("Không áp dụng", 12, NUMBER), Column("Tổng số trả lời", 12, NUMBER),
            Column("Tỷ lệ hài lòng (%)", 12, PERCENT),
        ]  # fmt: skip
        name = f"{len(block.levels)} mức" + (f" ({number})" if len(blocks) > 1 else "")
        table = open_sheet(book, name, columns, heading(block.title.upper()))
        for row in block.rows:
            share = NONE if row.share is None else row.share
            table.add([row.code, row.name, *row.counts, row.na, row.base, share])
        table.notes(
            [
                "Thang đo riêng, không quy đổi sang năm mức và không gộp vào các bảng khác.",
                f"Tỷ lệ hài lòng = 100 × ({block.satisfied}) / tổng số trả lời; “Không áp dụng” không tính vào tổng.",
            ]
        )
