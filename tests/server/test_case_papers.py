"""Documents of a case: what is known stands in them, numbers are covered, what only a person knows is left to write."""

import hashlib
import html
import re
import subprocess

import pytest

from server.cases.erase import Why, erase_words
from server.cases.papers import KINDS
from tests.server.conftest import ORIGIN, csrf
from tests.server.test_cases_pages import act, case  # noqa: F401 - a fixture


@pytest.mark.parametrize("kind", KINDS)
def test_each_document_opens_as_pdf_and_word_and_names_nobody(as_role, case, kind, tmp_path):  # noqa: F811
    case()
    client = as_role("handler", "xa-tan-trao")
    answer = client.get(f"/vu-viec/1/van-ban/{kind}.pdf")
    assert answer.status_code == 200
    file = tmp_path / "a.pdf"
    file.write_bytes(answer.content)
    text = " ".join(
        subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout.split()
    )
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "0912345678" not in text
    assert "VV-00001" in text or "mã phiếu" in text
    docx = client.get(f"/vu-viec/1/van-ban/{kind}.docx")
    assert docx.content[:2] == b"PK"
    assert "attachment" in docx.headers["content-disposition"]


def test_the_answer_that_was_written_stands_in_the_letter(as_role, case, tmp_path, rows):  # noqa: F811
    case()
    client = as_role("handler", "xa-tan-trao")
    steps = (
        {"target": "triaged"}, {"target": "concluded", "finding": "right", "note": "Đã hỏi cán bộ"},
        {"target": "answered", "answer": "Đã thêm một quầy buổi sáng."},
    )  # fmt: skip
    for step in steps:
        act(client, act="move", **step)
    assert rows("SELECT state FROM cases") == [("answered",)]
    file = tmp_path / "a.pdf"
    file.write_bytes(client.get("/vu-viec/1/van-ban/tra-loi.pdf").content)
    text = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True).stdout
    assert "Đã thêm một quầy buổi sáng" in text
    assert "Rất hài lòng" not in text


def test_who_may_not_handle_or_read_gets_none_and_each_is_audited(as_role, case, rows):  # noqa: F811
    case()
    assert as_role("viewer").get("/vu-viec/1/van-ban/tra-loi.pdf").status_code == 403
    client = as_role("handler", "xa-tan-trao")
    assert [client.get(f"/vu-viec/1/van-ban/{name}").status_code for name in ("tra-loi.exe", "khac.pdf", "x")] == [
        404
    ] * 3
    client.get("/vu-viec/1/van-ban/xin-loi.docx")
    assert rows("SELECT subject FROM audit WHERE action = 'case.document'") == [("VV-00001 xin-loi.docx",)]
    assert as_role("handler", "phuong-minh-xuan").get("/vu-viec/1/van-ban/tra-loi.pdf").status_code == 404


# ---- written on the page, issued


def write(client, kind, do="save", changed=None, **more):
    """Send the page of a document as a browser does, with some parts written by their key."""
    page = client.get(f"/vu-viec/1/van-ban/{kind}")
    keys = re.findall(r'name="key\.(\d+)" value="([^"]*)"', page.text)
    texts = dict(re.findall(r'name="part\.(\d+)"[^>]*>([^<]*)</textarea>', page.text))
    form = {"csrf": csrf(page), "do": do, "about": re.search(r'name="about"[^>]*value="([^"]*)"', page.text)[1]}
    to = re.search(r'name="to"[^>]*>([^<]*)</textarea>', page.text)
    form |= {"to": html.unescape(to[1])} if to else {}
    for n, key in keys:
        key = html.unescape(key)
        form |= {f"key.{n}": key, f"part.{n}": (changed or {}).get(key, html.unescape(texts[n]))}
    return client.post(f"/vu-viec/1/van-ban/{kind}", data={**form, **more}, headers=ORIGIN, follow_redirects=False)


def words_of(body, tmp_path):
    file = tmp_path / "a.pdf"
    file.write_bytes(body)
    made = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    return " ".join(made.split())


APOLOGY = {
    "Mở đầu": "Chúng tôi đã xem xét phản ánh của Ông/Bà.",
    "Việc chưa đúng và nguyên nhân": "Quầy thiếu người buổi sáng.\nĐã bố trí thêm.",
    "Việc đã khắc phục, ngày hẹn lại (nếu có)": "Không có.",
}


@pytest.fixture
def handler(as_role, case):  # noqa: F811
    case()
    return as_role("handler", "xa-tan-trao")


def test_what_was_written_is_kept_closed_and_stands_in_the_draft(handler, rows, tmp_path):
    assert write(handler, "xin-loi", changed=APOLOGY).status_code == 303
    assert "Quầy thiếu người buổi sáng." in handler.get("/vu-viec/1/van-ban/xin-loi").text
    text = words_of(handler.get("/vu-viec/1/van-ban/xin-loi.pdf").content, tmp_path)
    assert "Quầy thiếu người buổi sáng." in text
    assert "Số: 01" not in text
    assert b"thi\xe1\xba\xbfu" not in bytes(rows("SELECT sealed FROM case_drafts")[0][0])
    assert "đang soạn" in handler.get("/vu-viec/1").text


def test_an_issued_document_is_numbered_hashed_and_written_into_the_history(handler, rows, tmp_path):
    assert write(handler, "xin-loi", "issue", APOLOGY).headers["location"] == "/vu-viec/1?xong=ban-hanh"
    page = handler.get("/vu-viec/1").text
    assert "còn nguyên" in page
    assert 'list="da-ban-hanh"' in page
    ((document, numbered),) = rows("SELECT id, symbol FROM case_documents")
    body = handler.get(f"/vu-viec/van-ban/{document}/pdf").content
    assert rows("SELECT pdf_digest FROM case_documents") == [(hashlib.sha256(body).hexdigest(),)]
    text = words_of(body, tmp_path)
    assert f"Số: 01/{numbered}" in text
    assert "ngày 21 tháng 11 năm 2026" in text
    assert "DỰ" not in text.split()
    assert "0912345678" not in text
    assert handler.get(f"/vu-viec/van-ban/{document}/docx").content[:2] == b"PK"
    assert rows("SELECT kind, document FROM case_events WHERE kind = 'document'") == [
        ("document", f"01/{numbered} ngày 21/11/2026")
    ]
    assert rows("SELECT COUNT(*) FROM case_drafts") == [(0,)]
    assert rows("SELECT COUNT(*) FROM audit WHERE action = 'case.issue'") == [(1,)]


def test_numbers_of_a_year_run_on_and_kinds_have_their_symbols(handler, rows):
    write(handler, "xin-loi", "issue", APOLOGY)
    write(handler, "bien-ban", "issue")
    found = rows("SELECT number, symbol FROM case_documents ORDER BY number")
    assert [number for number, _ in found] == [1, 2]
    assert found[1][1].startswith("BB")


def test_what_is_left_open_is_named_and_nothing_written_is_lost(handler, rows):
    one = {key: text for key, text in APOLOGY.items() if "khắc phục" not in key}
    answer = write(handler, "xin-loi", "issue", one)
    assert answer.status_code == 422
    assert "còn trống: Việc đã khắc phục, ngày hẹn lại (nếu có)" in answer.text
    assert "Quầy thiếu người buổi sáng." in answer.text
    assert rows("SELECT COUNT(*) FROM case_documents") == [(0,)]
    assert rows("SELECT COUNT(*) FROM document_numbers") == [(0,)]


def test_what_the_citizen_wrote_is_not_a_part_to_be_edited(handler):
    page = handler.get("/vu-viec/1/van-ban/phieu-chuyen").text
    assert "Chờ lâu quá" not in page
    assert "Phiếu đánh giá không phải là đơn" not in page


def test_an_issued_file_that_was_changed_is_told(handler, centre):
    write(handler, "xin-loi", "issue", APOLOGY)
    centre.writer.run(lambda work: work.run("UPDATE case_documents SET word_digest = ?", ("0" * 64,)))
    assert "không còn nguyên" in handler.get("/vu-viec/1").text


def test_an_issued_document_is_of_its_unit_alone(handler, as_role, rows):
    write(handler, "xin-loi", "issue", APOLOGY)
    ((document,),) = rows("SELECT id FROM case_documents")
    assert as_role("handler", "phuong-minh-xuan").get(f"/vu-viec/van-ban/{document}/pdf").status_code == 404
    assert as_role("auditor").get(f"/vu-viec/van-ban/{document}/pdf").status_code == 403
    assert as_role("viewer").get("/vu-viec/1/van-ban/xin-loi").status_code == 403


def test_a_step_takes_the_issued_number(handler, rows):
    write(handler, "bien-ban", "issue")
    (found,) = re.findall(r'<option value="(01/[^"]+)"', handler.get("/vu-viec/1").text)
    act(handler, act="move", target="triaged")
    act(handler, act="move", target="complaint", note="Chuyển", document=found, answer="Đã chuyển")
    assert rows("SELECT document FROM case_events WHERE after = 'complaint'") == [(found,)]


def test_drafts_go_when_the_words_of_a_case_are_erased(handler, centre, rows):
    write(handler, "xin-loi", changed=APOLOGY)
    centre.writer.run(lambda work: erase_words(work, 1, Why("citizen", "người dân", 1)))
    assert rows("SELECT COUNT(*) FROM case_drafts") == [(0,)]
