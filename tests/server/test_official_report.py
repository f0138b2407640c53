"""The report as a document: parts I to V, sentences of counted numbers only, what a person writes left open."""

import os
import re
import subprocess
from datetime import date
from pathlib import Path

import pytest

from server.documents.issuer import Issuer, IssuerError, read
from server.documents.model import Dotted, Paragraph
from server.documents.pdf import pdf
from server.documents.word import word
from server.reports.asked import asked_for
from server.reports.gathered import gather
from server.reports.official import official
from server.reports.sentences import compared
from server.results.periods import Period, period_of
from server.results.rules import Levels
from survey.ballot import Channel
from survey.qr_token import Lane
from tests.kiosk_double import QUESTIONS
from tests.server.conftest import COUNTER, OFFICE
from tests.server.test_documents import plain, text_of
from tests.server.typed import every_question, store

ISSUER = Issuer(
    "Ủy ban nhân dân xã Tân Trào", "Trung tâm Phục vụ hành chính công", "BC-TTPVHCC", "Tân Trào",
    ("KT. GIÁM ĐỐC",), "Phó Giám đốc", "Nguyễn Thị Ánh Nguyệt", ("Như trên;", "Lưu: VT, TTPVHCC."),
)  # fmt: skip
PARTS = (
    "I. TÌNH HÌNH TRIỂN KHAI", "II. KẾT QUẢ KHẢO SÁT", "III. Ý KIẾN, PHẢN ÁNH VÀ KẾT QUẢ XỬ LÝ",
    "IV. TỒN TẠI, NGUYÊN NHÂN", "V. KIẾN NGHỊ, GIẢI PHÁP",
)  # fmt: skip


@pytest.fixture
def two_months(centre):
    """October: 60 of 100 satisfied; November: 90 of 100, ten with a reason."""

    def fill(work) -> None:
        for month, good, lane in ((10, 60, Lane.KIOSK), (11, 90, Lane.QR_FRESH)):
            day = date(2026, month, 10)
            reasons = {"reasons": {QUESTIONS[0]: ["responsibility.no_guidance", "responsibility.passed_around"]}}
            given = [(day, every_question(5), {})] * good + [(day, every_question(2), {})] * (100 - good - 10)
            store(work, COUNTER, lane, Channel.TOUCH, [*given, *[(day, every_question(2), reasons)] * 10])

    centre.writer.run(fill)


def gathered(centre, period: Period, office: str = ""):
    with centre.engine.connect() as connection:
        asked = asked_for(connection, period, office, date(2026, 12, 1), top=None, min_cell=5)
        return gather(connection, asked)


def looked_at(document, name: str) -> None:
    """Keep the files to be looked at, where a folder for them is named."""
    folder = os.environ.get("HAILONG_LOOK")
    if folder:
        Path(folder, f"{name}.pdf").write_bytes(pdf(document))
        Path(folder, f"{name}.docx").write_bytes(word(document))


@pytest.mark.parametrize("kind", ["thang", "quy", "nua", "nam"])
def test_every_period_has_its_five_parts_and_its_signature(centre, two_months, tmp_path, kind):
    made = official(gathered(centre, period_of(kind, date(2026, 11, 10))), ISSUER, number="03", day=date(2026, 12, 1))
    looked_at(made, kind)
    said = plain(text_of(pdf(made), tmp_path))
    assert [words for words in PARTS if words not in said] == []
    assert "Số: 03/BC-TTPVHCC" in said
    assert "Tân Trào, ngày 01 tháng 12 năm 2026" in said
    assert "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC" in said
    assert ("Chín chỉ số của Thông tư 01/2018" in said) == (kind != "thang")
    assert ("Xếp hạng đơn vị" in said) == (kind == "nam")


def test_shares_stand_with_their_bases_and_a_real_change_is_called_one(centre, two_months, tmp_path):
    made = official(gathered(centre, period_of("thang", date(2026, 11, 10)), OFFICE), ISSUER)
    looked_at(made, "office")
    said = plain(text_of(pdf(made), tmp_path))
    assert "90,0% (90/100) câu trả lời; khoảng tin cậy 95 %: từ 82,6% đến 94,5%" in said
    assert "tỷ lệ hài lòng tăng 30,0 điểm phần trăm (kỳ trước: 60,0% (60/100))" in said
    assert "Số phiếu hợp lệ: 100 phiếu" in said
    assert "không tính tỷ lệ tham gia khảo sát (không ước tính)" in said
    assert "chưa có số liệu vụ việc" in said


def test_what_a_person_must_write_is_left_open_and_an_unissued_report_is_a_draft(centre, two_months, tmp_path):
    made = official(gathered(centre, period_of("thang", date(2026, 11, 10))), Issuer())
    dotted = [one.words for one in made.blocks if isinstance(one, Dotted)]
    assert len(dotted) == 4
    assert all("đơn vị tự viết" in words for words in dotted)
    assert made.draft == "DỰ THẢO"
    assert made.letterhead.day is None


def test_a_period_without_ballots_invents_nothing(centre, tmp_path):
    made = official(gathered(centre, period_of("nam", date(2026, 11, 10))), ISSUER)
    text = " ".join(one.text for one in made.blocks if isinstance(one, Paragraph))
    assert "Trong kỳ không có phiếu hợp lệ nào." in text
    assert "Đánh giá chung (câu 9): chưa có số liệu trong kỳ." in text
    assert re.findall(r"\d+,\d%", text) == []
    assert pdf(made).startswith(b"%PDF")
    assert word(made)


def test_small_differences_and_small_bases_are_no_change():
    assert compared(Levels(n5=90, n1=10), Levels(n5=88, n1=12)).startswith(
        "So với kỳ trước, tỷ lệ hài lòng không đổi đáng kể"
    )
    assert compared(Levels(n5=9, n1=1), Levels(n5=1, n1=9)).startswith("Quá ít phiếu để so")
    assert compared(Levels(n5=9), Levels()) == "Kỳ trước: chưa có số liệu để so sánh."
    assert "giảm 30,0 điểm" in compared(Levels(n5=60, n1=40), Levels(n5=90, n1=10))


def test_what_stands_in_the_form_is_kept_line_by_line_and_a_bad_symbol_is_named():
    form = {
        "agency": " Trung tâm  A ", "symbol": "BC-TTPVHCC", "recipients": "Như trên;\r\n\r\nLưu: VT.\x00",
        "authority": "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH",
    }  # fmt: skip
    found = read(form)
    assert (found.agency, found.recipients) == ("Trung tâm A", ("Như trên;", "Lưu: VT."))
    assert found.authority == ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH")
    with pytest.raises(IssuerError, match="Ký hiệu “BC TT”"):
        read({"symbol": "BC TT"})
    with pytest.raises(IssuerError, match="Nơi nhận"):
        read({"recipients": "x" * 300})


def test_all_of_it_reaches_the_reader_of_the_word_file_too(centre, two_months, tmp_path):
    made = official(gathered(centre, period_of("quy", date(2026, 11, 10))), ISSUER, number="04", day=date(2027, 1, 4))
    (tmp_path / "a.docx").write_bytes(word(made))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "a.docx"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    said = plain(text_of((tmp_path / "a.pdf").read_bytes(), tmp_path))
    assert [words for words in PARTS if words not in said] == []
    assert "Tân Trào, ngày 04 tháng 01 năm 2027" in said
