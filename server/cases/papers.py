"""Documents of a case in the layout of NĐ 30/2020, as drafts to be finished by a person; pure.

What is known stands in them; what only a person knows is a dotted line. Numbers of phones and identity papers are
covered, the respondent has no name.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

import msgspec

from server.documents.issuer import Issuer
from server.documents.model import Block, Column, Document, Dotted, Heading, Letterhead, Paragraph, Signature, Table

NOT_A_COMPLAINT: Final = (
    "Phiếu đánh giá không phải là đơn khiếu nại, tố cáo. Công dân có yêu cầu khiếu nại, tố cáo được hướng dẫn đến nơi "
    "tiếp công dân."
)


class Told(msgspec.Struct, frozen=True):
    """What the documents of a case say of it. answers: (question, level, reasons, is low). due: None without a limit.

    unit: who handles it now. findings, answer: in words, "" where there are none yet.
    """

    number: str
    code: str
    day: date
    office: str
    counter: str
    channel: str
    unit: str
    comments: list[str]
    answers: list[tuple[str, str, list[str], bool]]
    due: date | None
    finding: str
    answer: str


class Kind(msgspec.Struct, frozen=True):
    """One kind of document. words: as a button says it."""

    id: str
    words: str
    make: Callable[[Told, Issuer, date], Document]


def _summary(told: Told) -> list[Block]:
    rows = [[question, level, ", ".join(reasons)] for question, level, reasons, is_low in told.answers if is_low]
    rows = rows or [[question, level, ", ".join(reasons)] for question, level, reasons, _ in told.answers]
    return [
        Paragraph(
            f"Vụ việc {told.number}, mã phiếu {told.code}; đánh giá ngày {told.day:%d/%m/%Y} tại {told.counter}, "
            f"{told.office}; kênh: {told.channel}. Người đánh giá không nêu tên."
        ),
        *[Paragraph(f"“{one}”", lead="Nội dung (nguyên văn, đã che thông tin cá nhân): ") for one in told.comments],
        Table("Câu trả lời có mức thấp" if any(one[3] for one in told.answers) else "Câu trả lời",
              [Column("Tiêu chí", 4), Column("Mức đánh giá", 2), Column("Lý do đã chọn", 4)], rows),
    ]  # fmt: skip


def _until(told: Told) -> str:
    return f"trước ngày {told.due:%d/%m/%Y}" if told.due else "trước ngày ……/……/………"


def _letter(told: Told, issuer: Issuer, today: date, about: str, to: str, blocks: list[Block]) -> Document:
    return Document(
        _head(issuer, today), "", about, blocks, [issuer.signature], to=[to],
        recipients=issuer.recipients or ("Như trên", "Lưu: VT"),
    )  # fmt: skip


def _head(issuer: Issuer, today: date, symbol: str = "") -> Letterhead:
    """Return the head of a document with its own symbol: `BB-…` of a kind, the agency's alone for a letter."""
    head = issuer.letterhead()
    own = head.symbol.partition("-")[2]
    return msgspec.structs.replace(head, day=today, symbol="-".join(one for one in (symbol, own) if one) or "CV")


def slip(told: Told, issuer: Issuer, today: date) -> Document:
    """Return the transfer slip."""
    whom = "Quý cơ quan" if told.unit == issuer.agency else told.unit
    blocks = [
        *_summary(told),
        Paragraph(f"Đề nghị {whom} xem xét, xử lý và trả lời bằng văn bản {_until(told)}.", lead="Yêu cầu: "),
        Paragraph(NOT_A_COMPLAINT, is_italic=True),
    ]
    return Document(_head(issuer, today, "PC"), "PHIẾU CHUYỂN", "phản ánh, kiến nghị của công dân", blocks,
                    [Signature("Người chuyển")], to=["" if told.unit == issuer.agency else told.unit],
                    recipients=("Như trên", "Lưu: VT"))  # fmt: skip


def request(told: Told, issuer: Issuer, today: date) -> Document:
    """Return the letter that asks for an explanation."""
    blocks = [
        Paragraph("Căn cứ Nghị định số 118/2025/NĐ-CP ngày 09/6/2025 của Chính phủ;"),
        *_summary(told),
        Paragraph(f"Đề nghị {told.unit} báo cáo giải trình các nội dung sau, gửi về {_until(told)}:"),
        Paragraph("Diễn biến sự việc, những người liên quan;", is_item=True),
        Paragraph("Nguyên nhân, trách nhiệm;", is_item=True),
        Paragraph("Biện pháp khắc phục, tài liệu kèm theo.", is_item=True),
        Dotted("Câu hỏi cụ thể:", 3),
    ]
    return _letter(told, issuer, today, "giải trình nội dung phản ánh của công dân", told.unit, blocks)


def explanation(told: Told, issuer: Issuer, today: date) -> Document:
    """Return the unit's report, to be written under its headings."""
    parts = ("Diễn biến", "Người liên quan", "Nguyên nhân", "Trách nhiệm", "Biện pháp khắc phục", "Tài liệu kèm theo")
    blocks: list[Block] = [*_summary(told)]
    for place, one in enumerate(parts, 1):
        blocks += [Heading(f"{place}. {one}", 2), Dotted(lines=3)]
    about = f"giải trình vụ việc {told.number}"
    return Document(_head(issuer, today, "BC"), "BÁO CÁO", about, blocks, [issuer.signature],
                    recipients=issuer.recipients or ("Cơ quan yêu cầu", "Lưu: VT"))  # fmt: skip


def minutes(told: Told, issuer: Issuer, today: date) -> Document:
    """Return the minutes of a meeting with the citizen."""
    blocks = [
        Dotted("Thời gian, địa điểm:", 1), Dotted("Thành phần:", 3), *_summary(told),
        Heading("1. Nội dung trình bày", 2), Dotted(lines=4), Heading("2. Ý kiến của công dân", 2), Dotted(lines=4),
        Heading("3. Kết luận, cam kết", 2), Dotted(lines=4),
        Paragraph("Biên bản lập thành …… bản, các bên cùng nghe, thống nhất và ký tên."),
    ]  # fmt: skip
    signed = [Signature("Công dân", hint="(Ký, ghi rõ họ tên)"), Signature("Người ghi biên bản"), issuer.signature]
    return Document(_head(issuer, today, "BB"), "BIÊN BẢN", f"làm việc về vụ việc {told.number}", blocks, signed)


def apology(told: Told, issuer: Issuer, today: date) -> Document:
    """Return the letter of apology."""
    blocks: list[Block] = [
        Paragraph(f"Ngày {told.day:%d/%m/%Y}, Ông/Bà đã giao dịch tại {told.counter}, {told.office} và có phản ánh, mã "
                  f"phiếu {told.code}. Chúng tôi đã xem xét; kết luận: {told.finding or '……………………………………'}."),
        Dotted("Việc chưa đúng và nguyên nhân:", 3),
        Paragraph(f"{issuer.agency or told.unit} chân thành xin lỗi Ông/Bà."),
        Dotted("Việc đã khắc phục, ngày hẹn lại (nếu có):", 2),
        Paragraph(f"Ông/Bà có thể cho biết ý kiến về cách xử lý bằng mã phiếu {told.code} ở trang tra cứu."),
    ]  # fmt: skip
    return _letter(told, issuer, today, "xin lỗi công dân", f"Ông/Bà có mã phiếu {told.code}", blocks)


def reply(told: Told, issuer: Issuer, today: date) -> Document:
    """Return the written answer to the citizen; it shows no grades: a letter may be read by others."""
    blocks: list[Block] = _summary(told)[:-1]
    blocks.append(Paragraph(told.answer, lead="Trả lời: ") if told.answer else Dotted("Trả lời:", 5))
    if told.finding:
        blocks.append(Paragraph(f"{told.finding}.", lead="Kết luận: "))
    blocks.append(Paragraph(NOT_A_COMPLAINT, is_italic=True))
    return _letter(told, issuer, today, "trả lời phản ánh của công dân", f"Ông/Bà có mã phiếu {told.code}", blocks)


KINDS: Final = {
    kind.id: kind
    for kind in (
        Kind("phieu-chuyen", "Phiếu chuyển", slip), Kind("de-nghi-giai-trinh", "Đề nghị giải trình", request),
        Kind("bao-cao-giai-trinh", "Báo cáo giải trình", explanation), Kind("bien-ban", "Biên bản làm việc", minutes),
        Kind("xin-loi", "Thư xin lỗi", apology), Kind("tra-loi", "Trả lời công dân", reply),
    )
}  # fmt: skip
