"""Documents of a case: what is known stands in them, numbers are covered, what only a person knows is left to write."""

import subprocess

import pytest

from server.cases.papers import KINDS
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
