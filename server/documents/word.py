"""A document as a Word file, by python-docx; it names Times New Roman, which offices have."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from docx import Document as WordFile
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from server.documents.model import (
    MOTTO,
    MOTTO_STATE,
    Block,
    Chart,
    Document,
    Dotted,
    Heading,
    Paragraph,
    Picture,
    Signature,
    Table,
    cleaned,
    ended,
)
from server.documents.pdf import chart_png

FONT: Final = "Times New Roman"
WIDE_MM: Final = 165.0
LEFT_MM, RIGHT_MM = 69.0, 96.0
"""The two halves of the letterhead."""

ALIGN: Final = {
    "left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}  # fmt: skip


def word(document: Document) -> bytes:
    """Return a document as a .docx file."""
    document = cleaned(document)
    file = WordFile()
    _set_up(file, document)
    _letterhead(file, document)
    _title(file, document)
    for block in ended(document.blocks) if document.is_ended else document.blocks:
        _block(file, block)
    _foot(file, document)
    for annex in document.annexes:
        title = _centred(file, annex.title, 14, is_bold=True, after_pt=6)
        title.paragraph_format.page_break_before = True
        for block in annex.blocks:
            _block(file, block)
    made = BytesIO()
    file.save(made)
    return made.getvalue()


# ---- the page


def _set_up(file: Any, document: Document) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    if document.draft:
        _centred(section.first_page_header, document.draft, 13, is_bold=True)
    _page_number(section.header.paragraphs[0], document.draft)
    file.core_properties.title, file.core_properties.author = document.title[:255], document.letterhead.agency[:255]
    file.core_properties.language, file.core_properties.comments = "vi-VN", ""
    _styles(file)


def _styles(file: Any) -> None:
    normal = file.styles["Normal"]
    _typeface(normal, 14)
    normal.paragraph_format.space_after, normal.paragraph_format.space_before = Pt(0), Pt(0)
    for level in (1, 2, 3):
        style = file.styles[f"Heading {level}"]
        _typeface(style, 14, is_bold=True, is_italic=level == 3)
        form = style.paragraph_format
        form.space_before, form.space_after, form.first_line_indent = Pt(9), Pt(6), Mm(10)
        form.keep_with_next = True
    body = file.styles.add_style("Noi dung", WD_STYLE_TYPE.PARAGRAPH)
    body.base_style = normal
    form = body.paragraph_format
    form.alignment, form.first_line_indent = WD_ALIGN_PARAGRAPH.JUSTIFY, Mm(10)
    form.space_before, form.space_after, form.line_spacing = Pt(6), Pt(0), 1.15
    form.widow_control = True


def _typeface(style: Any, size_pt: float, *, is_bold: bool = False, is_italic: bool = False) -> None:
    style.font.name, style.font.size = FONT, Pt(size_pt)
    style.font.bold, style.font.italic, style.font.color.rgb = is_bold, is_italic, RGBColor(0, 0, 0)
    marks = style.element.get_or_add_rPr()
    fonts = marks.get_or_add_rFonts()
    for theme in [one for one in fonts.attrib if "heme" in one]:
        del fonts.attrib[theme]
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), FONT)
    marks.append(_made("w:lang", val="vi-VN"))


def _page_number(paragraph: Any, draft: str) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run()
    run.font.size = Pt(13)
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            run._r.append(_made("w:fldChar", fldCharType=kind))
        else:
            field = _made("w:instrText")
            field.text = words
            run._r.append(field)
    if draft:
        paragraph.add_run(f"  {draft}").italic = True


def _made(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


# ---- the letterhead, the title


def _letterhead(file: Any, document: Document) -> None:
    head = document.letterhead
    left, right = _halves(file, LEFT_MM, RIGHT_MM)
    if head.superior:
        _centred(left, head.superior.upper(), 12)
    _centred(left, head.agency.upper(), 12, is_bold=True)
    _line(left, LEFT_MM, LEFT_MM * 0.36)
    if head.numbered:
        _centred(left, head.numbered, 13)
    if not document.kind and document.about:
        _centred(left, f"V/v {document.about}", 12)
    _centred(right, MOTTO_STATE, 12, is_bold=True)
    _centred(right, MOTTO, 13, is_bold=True)
    _line(right, RIGHT_MM, 57)
    _centred(right, head.dated, 13, is_italic=True)


def _halves(file: Any, *widths_mm: float) -> list[Any]:
    """Return the cells of one row without borders; their first paragraphs are empty and taken first."""
    table = file.add_table(rows=1, cols=len(widths_mm))
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    table._tbl.tblPr.append(_margins(0))
    for cell, width_mm in zip(table.rows[0].cells, widths_mm, strict=True):
        cell.width = Mm(width_mm)
    for column, width_mm in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width_mm)
    table.rows[0]._tr.get_or_add_trPr().append(_made("w:cantSplit"))
    return list(table.rows[0].cells)


def _margins(side_twips: int) -> Any:
    margins = _made("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_made(f"w:{side}", w=str(side_twips), type="dxa"))
    return margins


def _line(holder: Any, of_mm: float, long_mm: float) -> None:
    """Add a line of that length in the middle."""
    paragraph = _centred(holder, "", 2, after_pt=5)
    side = Mm((of_mm - long_mm) / 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
    paragraph.paragraph_format.line_spacing = Pt(3)
    border = _made("w:pBdr")
    border.append(_made("w:bottom", val="single", sz="6", space="1", color="000000"))
    marks = paragraph._p.get_or_add_pPr()
    marks.insert_element_before(
        border, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _centred(
    holder: Any, text: str, size_pt: float, *, is_bold: bool = False, is_italic: bool = False, after_pt: float = 0
) -> Any:
    """Add a line in the middle; an empty first paragraph of a cell or header is used before another is made."""
    several = holder.paragraphs
    is_fresh = len(several) == 1 and not several[0].text and not several[0]._p.xpath("./w:pPr/w:pBdr")
    paragraph = several[0] if is_fresh and hasattr(holder, "_tc") else holder.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(after_pt)
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size_pt), is_bold, is_italic
    return paragraph


def _title(file: Any, document: Document) -> None:
    if document.kind:
        _centred(file, "", 8)
        _centred(file, document.kind.upper(), 14, is_bold=True)
        _centred(file, document.about, 14, is_bold=True)
        _line(file, WIDE_MM, WIDE_MM * 0.28)
    if document.to:
        _centred(file, "", 8)
        _centred(file, f"Kính gửi: {document.to[0] if len(document.to) == 1 else ''}", 14, after_pt=4)
        for one in document.to if len(document.to) > 1 else ():
            paragraph = file.add_paragraph(f"- {one}")
            paragraph.paragraph_format.left_indent = Mm(55)


# ---- what it says


def _block(file: Any, block: Block) -> None:
    match block:
        case Heading():
            file.add_heading(block.text, block.level)
        case Paragraph():
            _paragraph(file, block)
        case Dotted():
            _dotted(file, block)
        case Table():
            _table(file, block)
        case Chart():
            _caption(file, block.title)
            _picture(file, chart_png(block), block.alt, 1.0)
        case Picture():
            _caption(file, block.title)
            _picture(file, block.png, block.alt, block.width)


def _paragraph(file: Any, block: Paragraph) -> None:
    paragraph = file.add_paragraph(style="Noi dung")
    if block.align != "justify":
        paragraph.alignment, paragraph.paragraph_format.first_line_indent = ALIGN[block.align], Mm(0)
    if block.is_item:
        paragraph.add_run("- ")
    if block.lead:
        paragraph.add_run(f"{block.lead} ").bold = True
    paragraph.add_run(block.text).italic = block.is_italic


def _dotted(file: Any, block: Dotted) -> None:
    file.add_paragraph(style="Noi dung").add_run(block.words).italic = True
    for _ in range(block.lines):
        paragraph = file.add_paragraph("\t", style="Noi dung")
        paragraph.paragraph_format.first_line_indent = Mm(0)
        tabs = _made("w:tabs")
        tabs.append(_made("w:tab", val="right", leader="dot", pos=str(int(Mm(WIDE_MM).twips))))
        paragraph._p.get_or_add_pPr().insert_element_before(tabs, "w:spacing", "w:ind", "w:jc", "w:rPr")


def _caption(file: Any, title: str) -> None:
    if title:
        paragraph = _centred(file, title, 13, is_bold=True, after_pt=4)
        paragraph.paragraph_format.space_before = Pt(9)
        paragraph.paragraph_format.keep_with_next = True


def _picture(file: Any, png: bytes, alt: str, width: float) -> None:
    paragraph = _centred(file, "", 14, after_pt=4)
    shape = paragraph.runs[0].add_picture(BytesIO(png), width=Mm(WIDE_MM * width))
    shape._inline.docPr.set("descr", alt)


def _table(file: Any, block: Table) -> None:
    _caption(file, block.title)
    if not block.rows:
        _paragraph(file, Paragraph(block.empty, is_italic=True))
        return
    table = file.add_table(rows=1, cols=len(block.columns), style="Table Grid")
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    table._tbl.tblPr.append(_margins(70))
    total = sum(column.width for column in block.columns)
    widths = [Mm(WIDE_MM * column.width / total) for column in block.columns]
    _row(table.rows[0], [one.head for one in block.columns], ["center"] * len(widths), widths, is_bold=True)
    marks = table.rows[0]._tr.get_or_add_trPr()
    marks.append(_made("w:tblHeader"))
    aligns = [one.align for one in block.columns]
    for place, cells in enumerate(block.rows):
        _row(table.add_row(), cells, aligns, widths, is_bold=place in block.bold)
    for cell in table.rows[0].cells:
        cell._tc.get_or_add_tcPr().append(_made("w:shd", val="clear", color="auto", fill="ECEFF2"))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for words in block.notes:
        run = file.add_paragraph().add_run(words)
        run.italic, run.font.size = True, Pt(11.5)


def _row(row: Any, cells: Sequence[str], aligns: Sequence[str], widths: Sequence[Any], *, is_bold: bool) -> None:
    row._tr.get_or_add_trPr().append(_made("w:cantSplit"))
    for cell, text, align, width in zip(row.cells, cells, aligns, widths, strict=True):
        cell.width = width
        paragraph = cell.paragraphs[0]
        paragraph.alignment = ALIGN[align]
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
        run = paragraph.add_run(text)
        run.bold, run.font.size = is_bold, Pt(11.5)


# ---- who signs, who receives


def _foot(file: Any, document: Document) -> None:
    if document.is_ended and document.blocks and isinstance(document.blocks[-1], Paragraph):
        file.paragraphs[-1].paragraph_format.keep_with_next = True  # no signature stands alone on a page
    file.add_paragraph().paragraph_format.keep_with_next = True
    if len(document.signatures) > 1:
        wide = WIDE_MM / len(document.signatures)
        for cell, one in zip(_halves(file, *[wide] * len(document.signatures)), document.signatures, strict=True):
            _signature(cell, one)
        _recipients(file, document.recipients)
        return
    left, right = _halves(file, WIDE_MM * 0.45, WIDE_MM * 0.55)
    _recipients(left, document.recipients)
    for one in document.signatures:
        _signature(right, one)


def _recipients(holder: Any, recipients: Sequence[str]) -> None:
    if not recipients:
        return
    first = holder.paragraphs[0] if hasattr(holder, "_tc") else holder.add_paragraph()
    run = first.add_run("Nơi nhận:")
    run.bold = run.italic = True
    run.font.size = Pt(12)
    for one in recipients:
        holder.add_paragraph().add_run(f"- {one}").font.size = Pt(11)


def _signature(cell: Any, one: Signature) -> None:
    for words in one.authority:
        _centred(cell, words.upper(), 13, is_bold=True)
    _centred(cell, one.title.upper(), 13, is_bold=True)
    if one.hint:
        _centred(cell, one.hint, 12, is_italic=True)
    for _ in range(4):
        _centred(cell, "\u00a0", 14)
    _centred(cell, one.name, 14, is_bold=True)
