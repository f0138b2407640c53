"""Official documents: the same model as PDF and as Word, read back by the programs that offices open them with."""

import shutil
import subprocess
import unicodedata
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import msgspec
import pytest
from docx import Document as WordFile

from server.documents.model import (
    Annex,
    Chart,
    Column,
    Document,
    Dotted,
    Heading,
    Letterhead,
    Paragraph,
    Series,
    Signature,
    Table,
    clean,
    percent_of,
    percent_text,
)
from server.documents.pdf import chart_png, pdf
from server.documents.word import word

HEAD = Letterhead(
    "Ủy ban nhân dân phường Minh Xuân", "Trung tâm Phục vụ hành chính công", "12", "BC-TTPVHCC", "Minh Xuân",
    date(2026, 2, 5),
)  # fmt: skip
SIGNED = Signature("Phó Chủ tịch", "Nguyễn Thị Ánh Nguyệt", ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH"))
MARKUP = 'Ý kiến: #emph[x] $a$ <b>đậm</b> & "ngoặc" *sao* \\u{41} @nhan // hết #import "/etc/passwd"'
LEVELS = Chart(
    "levels", "Mức độ hài lòng", "Một câu hỏi có 100 câu trả lời",
    ("Rất hài lòng", "Hài lòng", "Bình thường", "Không hài lòng", "Rất không hài lòng"),
    [Series("Thái độ", (60, 25, 10, 5, 0), 100), Series("Chưa ai trả lời", (0, 0, 0, 0, 0), 0)],
)  # fmt: skip
COURSE = Chart("course", "Diễn biến", "Ba tháng", ("01", "02", "03"), [Series("Kỳ này", (90.0, None, 95.5))])
BARS = Chart("bars", "Lý do", "Hai lý do", ("Chờ lâu", "Chưa rõ"), [Series("", (12, 3))])
LONG = Table(
    "Bảng dài", [Column("TT", 1, "center"), Column("Đơn vị", 6), Column("Số phiếu", 2, "right")],
    [[str(n), f"Quầy số {n}", f"{n}.000"] for n in range(1, 121)], bold=(119,), notes=("Ghi chú của bảng.",),
)  # fmt: skip


def a_document(*blocks: object) -> Document:
    given = blocks or (
        Heading("I. TÌNH HÌNH"), Paragraph(MARKUP), LEVELS, COURSE, BARS, LONG, Dotted("Nguyên nhân:"),
        Paragraph("Trên đây là báo cáo."),
    )  # fmt: skip
    return Document(
        HEAD, "Báo cáo", "Kết quả khảo sát tháng 01/2026", given, [SIGNED],  # type: ignore[arg-type]
        to=("Ủy ban nhân dân tỉnh",), recipients=("Như trên;", "Lưu: VT."), annexes=[Annex("PHỤ LỤC", [LONG])],
    )  # fmt: skip


def text_of(file: bytes, tmp_path: Path, *options: str) -> str:
    path = tmp_path / "made.pdf"
    path.write_bytes(file)
    return subprocess.run(["pdftotext", *options, path, "-"], check=True, capture_output=True, text=True).stdout


def as_pdf(file: bytes, tmp_path: Path) -> bytes:
    soffice = shutil.which("soffice")
    assert soffice, "make test installs libreoffice-writer-nogui"
    (tmp_path / "made.docx").write_bytes(file)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "made.docx"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (tmp_path / "made.pdf").read_bytes()


def plain(text: str) -> str:
    return " ".join(text.split())


EXPECTED = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: 12/BC-TTPVHCC",
    "Minh Xuân, ngày 05 tháng 02 năm 2026", "BÁO CÁO", "Kính gửi: Ủy ban nhân dân tỉnh", "I. TÌNH HÌNH",
    "Trên đây là báo cáo./.", "Nơi nhận:", "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH",
    "Nguyễn Thị Ánh Nguyệt", "Nguyên nhân:", "PHỤ LỤC", "Ghi chú của bảng.",
)  # fmt: skip


def test_the_pdf_says_everything_in_composed_vietnamese(tmp_path: Path) -> None:
    said = text_of(pdf(a_document()), tmp_path)
    assert [words for words in EXPECTED if words not in plain(said)] == []
    assert said == unicodedata.normalize("NFC", said)


def test_the_pdf_carries_its_fonts_and_is_made_for_the_archive(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf(a_document()))
    listed = subprocess.run(["pdffonts", tmp_path / "a.pdf"], check=True, capture_output=True, text=True).stdout
    rows = [line.split() for line in listed.splitlines()[2:]]
    assert rows
    assert all("LiberationSerif" in row[0] and row[-5] == "yes" for row in rows)
    told = subprocess.run(["pdfinfo", tmp_path / "a.pdf"], check=True, capture_output=True, text=True).stdout
    assert "A4" in told
    assert "Tagged:          yes" in told


def test_the_word_file_opened_by_libreoffice_says_the_same(tmp_path: Path) -> None:
    said = text_of(as_pdf(word(a_document()), tmp_path), tmp_path)
    assert [words for words in EXPECTED if words not in plain(said)] == []


@pytest.mark.parametrize("kind", ["pdf", "word"])
def test_what_people_wrote_is_never_markup(kind: str, tmp_path: Path) -> None:
    made = a_document(Paragraph(MARKUP), Paragraph("Hết."))
    file = pdf(made) if kind == "pdf" else as_pdf(word(made), tmp_path)
    assert MARKUP.replace(" ", "") in text_of(file, tmp_path).replace(" ", "").replace("\n", "")


def test_a_long_table_repeats_its_head_and_loses_no_row(tmp_path: Path) -> None:
    for file in (pdf(a_document(LONG)), as_pdf(word(a_document(LONG)), tmp_path)):
        pages = text_of(file, tmp_path, "-layout").split("\f")
        filled = [page for page in pages if "Quầy số" in page]
        assert len(filled) > 4
        assert all("Số phiếu" in page for page in filled)
        assert all(sum(f"Quầy số {n}\n" in page.replace(" " * 2, "\n") for page in filled) == 2 for n in range(1, 121))


def test_pages_are_numbered_from_the_second_on(tmp_path: Path) -> None:
    for file in (pdf(a_document(LONG)), as_pdf(word(a_document(LONG)), tmp_path)):
        pages = text_of(file, tmp_path, "-layout").split("\f")
        assert pages[0].strip().splitlines()[0].strip() != "1"
        assert [page.strip().splitlines()[0].strip() for page in pages[1:4]] == ["2", "3", "4"]


def test_control_characters_and_turning_marks_reach_no_file(tmp_path: Path) -> None:
    bad = "Đã\x00 hẹn\x0bla\u0323i\x1b \u202engày\ufffe 5"
    assert clean(bad) == "Đã hẹn lại ngày 5"
    made = a_document(Paragraph(bad))
    assert "Đã hẹn lại ngày 5" in plain(text_of(pdf(made), tmp_path))
    assert any("Đã hẹn lại ngày 5" in one.text for one in WordFile(BytesIO(word(made))).paragraphs)


def test_word_drawings_have_words_for_who_cannot_see_them() -> None:
    with ZipFile(BytesIO(word(a_document()))) as file:
        body = file.read("word/document.xml").decode()
    assert body.count('descr="Một câu hỏi có 100 câu trả lời"') == 1
    assert "w:tblHeader" in body


def test_a_letter_has_its_subject_under_the_number(tmp_path: Path) -> None:
    letter = msgspec.structs.replace(a_document(Paragraph("Đề nghị trả lời.")), kind="", about="giải trình nội dung")
    for file in (pdf(letter), as_pdf(word(letter), tmp_path)):
        assert "V/v giải trình nội dung" in plain(text_of(file, tmp_path))


def test_minutes_are_signed_by_each_side(tmp_path: Path) -> None:
    minutes = msgspec.structs.replace(
        a_document(), signatures=[Signature("Công dân"), Signature("Người lập biên bản", "Lê Văn Bình")]
    )
    for file in (pdf(minutes), as_pdf(word(minutes), tmp_path)):
        said = plain(text_of(file, tmp_path))
        assert "CÔNG DÂN" in said
        assert "NGƯỜI LẬP BIÊN BẢN" in said


def test_a_drawing_is_a_png_that_is_read_in_grey() -> None:
    for chart in (LEVELS, COURSE, BARS):
        assert chart_png(chart).startswith(b"\x89PNG")


def test_a_document_without_number_or_day_leaves_room() -> None:
    head = Letterhead("", "Trung tâm", "", "BC-TT", "Minh Xuân")
    assert head.numbered.startswith("Số: \u00a0")
    assert head.dated.startswith("Minh Xuân, ngày \u00a0")
    assert Letterhead("", "A", place="B", day=date(2026, 11, 22)).dated == "B, ngày 22 tháng 11 năm 2026"


def test_a_share_is_always_with_its_base() -> None:
    assert percent_of(82, 86) == "95,3% (82/86)"
    assert percent_of(0, 0) == "chưa có số liệu"
    assert [percent_text(value) for value in (95.25, -0.04, 0.0, None)] == ["95,3%", "0,0%", "0,0%", "chưa có số liệu"]
