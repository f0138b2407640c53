"""The month's workbook: every number counted, text never a formula, A4, opened clean by LibreOffice."""

import csv
import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import update

from server.reports.sheet import NONE, UNKNOWN
from server.reports.sheets.summary import SUMMARY
from server.tables import org_versions
from survey.ballot import Answer, Channel, Flag, Status
from tests.kiosk_double import QUESTIONS
from tests.server.conftest import OFFICE

MONTH = "2026-11"


def answers(**changed: Any) -> dict[str, Answer]:
    return {question: Answer(4, 1000) for question in QUESTIONS} | {k: Answer(v, 1000) for k, v in changed.items()}


@pytest.fixture
def cast(kiosk):
    """Seven ballots of November: five full ones, one left midway, one by a button."""
    given = [
        {"answers": answers(overall=5)},
        {"answers": answers(overall=4, fees="na")},
        {"answers": answers(overall=3, attitude=1), "reasons": {"attitude": ["attitude.harassment"]}},
        {"answers": answers(overall=2, access=2), "sealed": b"x" * 60, "sealed_salt": b"s" * 16},
        {"answers": answers(overall=1), "flags": [Flag.FAST], "context": {"field": "ho_tich"}},
        {"answers": {"responsibility": Answer(5, 10)}, "status": Status.PARTIAL},
        {"answers": {"overall": Answer(5, 10)}, "status": Status.QUICK, "channel": Channel.BUTTON},
    ]
    receipt = kiosk.send([kiosk.cast(**one) for one in given])
    assert [judged.verdict for judged in receipt.verdicts] == ["accepted"] * 7
    return given


def book(client, month: str = MONTH, office: str = "") -> openpyxl.Workbook:
    answer = client.get(f"/bao-cao/thang/{month}.xlsx" + (f"?don_vi={office}" if office else ""))
    assert answer.status_code == 200, answer.text[:300]
    assert answer.headers["content-disposition"].startswith("attachment")
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def table(made: openpyxl.Workbook, sheet: str) -> list[dict[str, Any]]:
    rows = list(made[sheet].iter_rows(min_row=7, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_the_summary_counts_channels_levels_and_comments(signed_in, cast):
    office, total = table(book(signed_in), "Tổng hợp")[:2]
    assert total["Đơn vị"] == "Tổng cộng"
    for row in (office, total):
        assert (row["Số phiếu hợp lệ"], row["Ki-ốt (chạm)"], row["Nút bấm"], row["QR"]) == (7, 6, 1, 0)
        assert [row[f"{one} (số)"] for one in ("RHL", "HL", "BT", "KHL", "RKHL")] == [1, 1, 1, 1, 1]
        assert (row["Số trả lời câu 9"], row["Tỷ lệ hài lòng (%)"]) == (5, 40)
        assert (row["Phiếu nhanh (số)"], row["Phiếu nhanh hài lòng (%)"]) == (1, 100)
        assert row["Số ý kiến góp ý"] == 1
        assert "1 phiếu dở dang" in row["Ghi chú"]


def test_what_is_not_known_is_never_zero(signed_in, cast):
    row = table(book(signed_in), "Tổng hợp")[0]
    assert row["Số lượt giao dịch"] == row["Tỷ lệ tham gia (%)"] == row["Đạt chỉ tiêu 30 %"] == UNKNOWN
    assert row["Kỳ trước (%)"] == row["Tăng/ giảm (điểm %)"] == row["Quá hạn"] == NONE


def test_questions_have_their_levels_and_quick_ballots_a_row_of_their_own(signed_in, cast):
    rows = {(row["Câu"], row["Tiêu chí"]): row for row in table(book(signed_in), "Theo câu hỏi") if row["Tiêu chí"]}
    attitude = next(row for (code, _), row in rows.items() if code == "Q2")
    assert (attitude["Hài lòng (4)"], attitude["Rất không hài lòng (1)"], attitude["Tổng số trả lời"]) == (4, 1, 5)
    assert (attitude["Tỷ lệ hài lòng (%)"], attitude["Điểm TB quy 100"]) == (80, 68)
    fees = next(row for (code, _), row in rows.items() if code == "Q6")
    assert (fees["Không áp dụng"], fees["Tổng số trả lời"]) == (1, 4)
    assert rows[("Q1", "Tinh thần trách nhiệm")]["Tổng số trả lời"] == 6, (
        "a ballot left midway counts where it answered"
    )
    assert rows[("Q9", "Đánh giá chung")]["Tổng số trả lời"] == 5
    assert rows[("Q9", "Đánh giá chung (chỉ bấm nút)")]["Tổng số trả lời"] == 1
    whole = next(row for (_, name), row in rows.items() if name.startswith("Chỉ số chung"))
    assert whole["Tổng số trả lời"] == 6 + 5 * 7 - 1


def test_every_ballot_is_one_row_without_time_code_or_words(signed_in, cast, rows):
    made = book(signed_in)
    ballots = [row for row in table(made, "Dữ liệu phiếu") if isinstance(row["TT"], int)]
    assert len(ballots) == 7
    assert [row["Q9"] for row in ballots if row["Trạng thái"] == "Nhanh"] == [5]
    assert {row["Lý do chưa hài lòng"] for row in ballots} == {None, "Gây khó dễ, phiền hà"}
    assert sum(row["Có ý kiến"] == "có" for row in ballots) == 1
    assert {row["Lưu ý"] for row in ballots} == {None, "trả lời rất nhanh"}
    assert {row["Thông tin thêm"] for row in ballots} == {None, "Tư pháp - Hộ tịch"}
    assert not {"Giờ", "Mã phiếu", "Điện thoại"} & set(ballots[0])


def test_an_empty_month_is_a_table_with_no_share(signed_in):
    made = book(signed_in, "2026-03")
    total = table(made, "Tổng hợp")[0]
    assert (total["Đơn vị"], total["Số phiếu hợp lệ"], total["Tỷ lệ hài lòng (%)"]) == ("Tổng cộng", 0, NONE)


def test_an_office_gets_its_own_workbook_and_an_unknown_one_an_error(signed_in, cast):
    assert table(book(signed_in, office=OFFICE), "Tổng hợp")[0]["Số phiếu hợp lệ"] == 7
    assert table(book(signed_in, office="so-noi-vu"), "Tổng hợp")[0]["Số phiếu hợp lệ"] == 0
    assert signed_in.get(f"/bao-cao/thang/{MONTH}.xlsx?don_vi=moon").status_code == 404
    assert signed_in.get("/bao-cao/thang/2026-13.xlsx").status_code == 404


def test_a_stranger_gets_no_workbook_and_a_download_is_audited(client, signed_in, cast, rows):
    book(signed_in)
    assert ("report.month",) in rows("SELECT action FROM audit")
    client.cookies.clear()
    answer = client.get(f"/bao-cao/thang/{MONTH}.xlsx", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/dang-nhap")


@pytest.mark.parametrize("attack", ["=1+1", "+cmd", "-2", "@SUM(A1)", '=HYPERLINK("x")'])
def test_a_name_is_never_a_formula(signed_in, cast, centre, attack):
    with centre.engine.begin() as connection:
        connection.execute(update(org_versions).where(org_versions.c.unit_id == OFFICE).values(name_vi=attack))
    made = book(signed_in)
    cells = [cell for sheet in made for row in sheet.iter_rows() for cell in row if cell.value == attack]
    assert len(cells) >= 2
    assert {cell.data_type for cell in cells} == {"s"}


def test_sheets_print_on_a4_one_page_wide_with_their_heads_repeated(signed_in, cast):
    for sheet in book(signed_in):
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert (sheet.page_setup.fitToWidth, sheet.sheet_properties.pageSetUpPr.fitToPage) == (1, True)
        assert sheet.print_title_rows == "$7:$7"
        assert sheet.freeze_panes == "C8"
        assert sheet["A5"].value.startswith("Kỳ báo cáo: tháng 11/2026")
        values = [cell.value for row in sheet.iter_rows(max_row=2) for cell in row if cell.value]
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in values
        assert "Độc lập - Tự do - Hạnh phúc" in values


def test_libreoffice_opens_it_and_reads_the_same_numbers(signed_in, cast, tmp_path: Path):
    soffice = shutil.which("soffice")
    assert soffice, "make test installs libreoffice-calc-nogui"
    made = tmp_path / "month.xlsx"
    made.write_bytes(signed_in.get(f"/bao-cao/thang/{MONTH}.xlsx").content)
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    every_sheet = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,false,false,false,false,-1"
    command = [soffice, profile, "--headless", "--convert-to", every_sheet]
    subprocess.run([*command, "--outdir", tmp_path, made], check=True, timeout=120, stdout=subprocess.DEVNULL)
    with (tmp_path / "month-Tổng hợp.csv").open(encoding="utf-8", newline="") as file:
        total = next(row for row in csv.reader(file, delimiter=";") if "Tổng cộng" in row)
    assert total[4] == "7"
    assert total[[column.title for column in SUMMARY].index("Tỷ lệ hài lòng (%)")] == "40"
    assert len(list(tmp_path.glob("month-*.csv"))) == 7


def test_columns_keep_their_names_and_order():
    assert [column.title for column in SUMMARY] == [
        "TT", "Đơn vị", "Mã đơn vị", "Số lượt giao dịch", "Số phiếu hợp lệ", "Ki-ốt (chạm)", "QR", "Nút bấm",
        "Thư, mã một lần", "Giấy, điện thoại", "Biểu mẫu nhập", "Tỷ lệ tham gia (%)", "Đạt chỉ tiêu 30 %",
        "RHL (số)", "RHL (%)", "HL (số)", "HL (%)", "BT (số)", "BT (%)", "KHL (số)", "KHL (%)", "RKHL (số)",
        "RKHL (%)", "Số trả lời câu 9", "Tỷ lệ hài lòng (%)", "Trong đó ki-ốt, QR: số trả lời",
        "Trong đó ki-ốt, QR: hài lòng (%)", "Kỳ trước (%)", "Tăng/ giảm (điểm %)", "Phiếu nhanh (số)",
        "Phiếu nhanh hài lòng (%)", "Phiếu giấy kiểm tổng (số)", "Kể cả giấy kiểm tổng: số trả lời",
        "Kể cả giấy kiểm tổng: hài lòng (%)", "Số ý kiến góp ý", "Số phản ánh", "Đã xử lý đúng hạn", "Quá hạn",
        "Đang xử lý", "Ghi chú",
    ]  # fmt: skip
