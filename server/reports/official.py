"""The report as an official document: parts I to V of what was gathered; what a person must write stays dotted."""

from datetime import date
from typing import Final

import msgspec

from server.documents.issuer import Issuer
from server.documents.model import Annex, Block, Document, Dotted, Heading, Paragraph
from server.reports import parts, sentences
from server.reports.asked import Asked
from server.reports.counts import of_question
from server.reports.gathered import Gathered

KIND: Final = "Báo cáo"
DRAFT: Final = "DỰ THẢO"
ROMAN: Final = ("I", "II", "III", "IV", "V")
MOST_ROWS: Final = 12
"""A table of more offices than this stands in the annex."""


def official(gathered: Gathered, issuer: Issuer, *, number: str = "", day: date | None = None) -> Document:
    """Return the report. number, day: as issued; without them it is a draft with room for both."""
    asked = gathered.asked
    whole = completed(issuer, asked)
    is_long = len(gathered.offices) > MOST_ROWS
    blocks = [*_opening(gathered, whole), *_deployed(gathered), *_results(gathered, has_offices=not is_long)]
    blocks += [*_said(gathered), *_lacking(gathered), *_wanted()]
    blocks.append(Paragraph(f"Trên đây là báo cáo kết quả khảo sát {sentences.days(gathered)} của {whole.agency}."))
    head = msgspec.structs.replace(whole.letterhead(number), day=day)
    about = f"Kết quả khảo sát mức độ hài lòng của người dân, tổ chức {asked.period.name}"
    return Document(
        head, KIND, about, blocks, [whole.signature], recipients=_recipients(whole),
        annexes=_annexes(gathered, is_long=is_long), draft="" if day else DRAFT,
    )  # fmt: skip


def completed(issuer: Issuer, asked: Asked) -> Issuer:
    """Return an issuer whose empty fields say what the directory of units says."""
    return msgspec.structs.replace(
        issuer,
        superior=issuer.superior or (asked.superior if asked.superior != asked.agency else ""),
        agency=issuer.agency or asked.agency,
        symbol=issuer.symbol or "BC",
        place=issuer.place or asked.place,
    )


def _recipients(issuer: Issuer) -> list[str]:
    if issuer.recipients:
        return list(issuer.recipients)
    return [*([f"{issuer.superior} (báo cáo);"] if issuer.superior else []), "Lưu: VT."]


def _items(several: list[str]) -> list[Block]:
    return [Paragraph(one, is_item=True) for one in several]


def _opening(gathered: Gathered, issuer: Issuer) -> list[Block]:
    words = f"{issuer.agency} báo cáo kết quả khảo sát mức độ hài lòng {sentences.days(gathered)} như sau:"
    return [Dotted("Căn cứ lập báo cáo (phần này do đơn vị tự viết):", 1), Paragraph(words)]


def _deployed(gathered: Gathered) -> list[Block]:
    return [Heading("I. TÌNH HÌNH TRIỂN KHAI"), *_items(sentences.deployed(gathered))]


def _results(gathered: Gathered, *, has_offices: bool) -> list[Block]:
    overall = of_question(gathered.answered, gathered.overall)
    found: list[Block] = [Heading("II. KẾT QUẢ KHẢO SÁT"), Heading("1. Đánh giá chung", 2)]
    found += [*_items(sentences.overall(gathered)), parts.overall_table(overall)]
    found += [Heading("2. Theo từng câu hỏi", 2), *_items(sentences.ends(gathered))]
    if any(one.levels.base for one in gathered.answered):
        found.append(parts.levels_chart(gathered))
    found.append(parts.question_table(gathered))
    if gathered.asked.office:
        found += [Heading("3. Theo quầy, lĩnh vực", 2), parts.counter_table(gathered)]
    else:
        found.append(Heading("3. Theo đơn vị", 2))
        table = parts.office_table(gathered)
        titled = msgspec.structs.replace(table, title=f"Bảng 3. {table.title}")
        found.append(titled if has_offices else Paragraph("Kết quả từng đơn vị: xem Phụ lục I."))
    course = parts.course_chart(gathered)
    if course:
        found += [Heading("4. Diễn biến theo tháng", 2), course]
    return found


def _said(gathered: Gathered) -> list[Block]:
    found: list[Block] = [Heading("III. Ý KIẾN, PHẢN ÁNH VÀ KẾT QUẢ XỬ LÝ"), *_items(sentences.said(gathered))]
    chart = parts.reason_chart(gathered)
    return [*found, *([chart] if chart else []), parts.reason_table(gathered)]


def _lacking(gathered: Gathered) -> list[Block]:
    found: list[Block] = [Heading("IV. TỒN TẠI, NGUYÊN NHÂN"), Heading("1. Tồn tại thể hiện qua số liệu", 2)]
    told = sentences.lacking(gathered)
    found += (
        _items(told) if told else [Paragraph("Số liệu trong kỳ không cho thấy tồn tại nào theo các tiêu chí trên.")]
    )
    return [*found, Heading("2. Nguyên nhân", 2), Dotted("Nguyên nhân (phần này do đơn vị tự viết):", 3)]


def _wanted() -> list[Block]:
    return [
        Heading("V. KIẾN NGHỊ, GIẢI PHÁP"),
        Dotted("Giải pháp trong kỳ tới (phần này do đơn vị tự viết):", 3),
        Dotted("Kiến nghị với cấp trên (phần này do đơn vị tự viết):", 2),
    ]


def _annexes(gathered: Gathered, *, is_long: bool) -> list[Annex]:
    kind, found = gathered.asked.period.kind, []
    if is_long and not gathered.asked.office:
        found.append(parts.office_table(gathered))
    if kind in {"quy", "nua", "nam"}:
        found.append(parts.nine_table(gathered))
    if kind == "nam" and not gathered.asked.office:
        found.append(parts.ranking_table(gathered))
    return [Annex(f"PHỤ LỤC {ROMAN[place]}", [table]) for place, table in enumerate(found)]
