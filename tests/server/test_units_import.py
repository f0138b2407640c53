"""Units from a workbook: every fault by sheet, row and column; looked through, stored whole, undone."""

import re
import unicodedata
from datetime import date
from io import BytesIO

import pytest
from litestar.testing import TestClient
from openpyxl import Workbook, load_workbook

from server.__main__ import main
from server.offices.queries import every_version, successions
from server.offices.rules import histories, on_day
from server.offices.seed import units as sample
from server.offices.succession import current_of
from server.offices.workbook import BookError, CellError, code_of, day_of
from server.units.intake import intake
from server.units.sheets import EXAMPLE_CHANGES, EXAMPLE_UNITS, filled, template
from tests.server.conftest import ORIGIN, csrf
from tests.server.reform_2025 import BEGIN, CHANGES, END, REF, START, UNITS, workbook

TODAY = date(2026, 11, 22)


def faults_of(units=UNITS, changes=CHANGES, **more):
    return [
        (one.sheet, one.row, one.column, one.words) for one in intake(workbook(units, changes, **more), [], []).faults
    ]


def row_with(place: int, value: object, like: int = 4) -> list[list[object]]:
    """Return the units of the reform with one cell changed."""
    rows = [list(row) for row in UNITS]
    rows[like][place] = value
    return rows


def test_the_reform_is_read_whole():
    found = intake(workbook(), [], [])
    assert found.faults == []
    assert (found.added, found.changed, found.same, len(found.plan.successions)) == (14, 0, 0, 6)
    known = histories(found.plan.added)
    assert on_day(known, "024", BEGIN) is None
    assert on_day(known, "00688.q1", END).parent == "00688"
    assert on_day(known, "00688.q1", BEGIN).parent == "00691"
    links = found.plan.successions
    assert current_of(links, "00688", TODAY).parts == ("00691", "00694")
    assert current_of(links, "02", TODAY).unit == "08"
    assert current_of(links, "01.gl", TODAY).unit == "01.glx"
    assert current_of(links, "01.st", TODAY).unit == "01.st"


def test_what_was_stored_before_is_left_as_it_is():
    once = intake(workbook(), [], [])
    again = intake(workbook(), once.plan.added, once.plan.successions)
    assert again.plan.is_empty
    assert again.same == len(UNITS) + len(CHANGES)


def test_title_rows_spaces_and_decomposed_letters_are_taken():
    rows = [[unicodedata.normalize("NFD", f"  {cell} ") if isinstance(cell, str) else cell for cell in row]
            for row in UNITS]  # fmt: skip
    assert intake(workbook(rows, title_rows=3), [], []).plan.added == intake(workbook(), [], []).plan.added


@pytest.mark.parametrize(
    ("units", "row", "column", "words"),
    [
        (row_with(4, "07"), 6, "E (Mã đơn vị cấp trên)", "Xin thêm đơn vị cấp trên"),
        (row_with(4, "8"), 6, "E (Mã đơn vị cấp trên)", "Có lẽ là 08"),
        (row_with(0, 1), 6, "A (Mã)", "00001"),
        (row_with(0, "00694"), 7, "A (Mã)", "đã ghi ở dòng 6"),
        (row_with(5, "31/02/2025"), 6, "F (Từ ngày)", "01/07/2025"),
        (row_with(5, 45839), 6, "F (Từ ngày)", "có lẽ là ngày 01/07/2025"),
        (row_with(6, "01/01/2025"), 6, "G (Đến ngày)", "trước ngày bắt đầu"),
        (row_with(1, "P" * 91), 6, "B (Tên)", "91 ký tự"),
        (row_with(1, None), 6, "B (Tên)", "chưa có tên"),
        (row_with(3, "làng"), 6, "D (Loại)", "không có loại này"),
        (row_with(5, START, 9), 11, "A (Mã)", "đã ghi ở dòng 10"),
        (row_with(5, date(2025, 1, 1), 9), 11, "F (Từ ngày)", "chồng nhau"),
        (row_with(6, None, 7), 9, "E (Mã đơn vị cấp trên)", "không tồn tại"),
        (row_with(4, "00688.Q1", 3), 5, "E (Mã đơn vị cấp trên)", "là quầy"),
    ],
)
def test_a_fault_is_told_by_row_and_column(units, row, column, words):
    found = faults_of(units)
    assert any(one[:3] == ("Đơn vị", row, column) and words in one[3] for one in found), found


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        (["00999", "00691", BEGIN, "tách", REF], "A (Mã cũ)", "không có đơn vị mang mã này"),
        (["01", "08", BEGIN, "sáp nhập", REF], "A (Mã cũ)", "vẫn tồn tại"),
        (["02", "024", BEGIN, "sáp nhập", REF], "B (Mã mới)", "không tồn tại"),
        (["02", "08", None, "sáp nhập", REF], "C (Ngày)", "chưa có ngày"),
        (["02", "08", BEGIN, "bay", REF], "D (Loại)", "không có loại này"),
        (["02", "08", BEGIN, "sáp nhập", ""], "E (Căn cứ)", "chưa có căn cứ"),
    ],
)
def test_a_fault_among_the_changes_is_told_too(change, column, words):
    found = faults_of(changes=[change])
    assert [one[:3] for one in found] == [("Thay đổi", 2, column)]
    assert words in found[0][3]


def test_a_ring_is_told():
    ring = [["A", "A", "", "Xã", "B", START, None], ["B", "B", "", "Xã", "A", START, None]]
    assert {"vòng lặp" in one[3] for one in faults_of(ring, [])} == {True}


def test_a_missing_heading_or_sheet_is_told_and_other_files_are_refused():
    other = Workbook()
    other.active.append(["STT", "Mã", "Tên"])
    file = BytesIO()
    other.save(file)
    assert [one.words for one in intake(file.getvalue(), [], []).faults] == [
        "tệp không có trang “Đơn vị”. Xin dùng tệp mẫu."
    ]
    other.active.title = "đơn vị"
    other.save(file := BytesIO())
    told = intake(file.getvalue(), [], []).faults[0].words
    assert "thiếu cột: Loại, Mã đơn vị cấp trên, Từ ngày" in told
    with pytest.raises(BookError, match="xlsx"):
        intake(b"no workbook", [], [])
    with pytest.raises(BookError, match="MB"):
        intake(bytes(5_000_001), [], [])


@pytest.mark.parametrize("text", ["1/7/2025", "01/07/2025", "2025-07-01", " 01-07-2025 ", "1.7.2025"])
def test_days_are_read_as_people_write_them(text):
    assert day_of(text) == date(2025, 7, 1)


def test_a_short_number_is_no_code_and_a_long_one_is():
    assert code_of(22918) == "22918"
    assert code_of(22918.0) == "22918"
    with pytest.raises(CellError, match="00688"):
        code_of(688)


def test_the_template_is_empty_and_its_examples_are_without_fault():
    assert intake(template(), [], []).rows == 0
    assert intake(workbook(EXAMPLE_UNITS, EXAMPLE_CHANGES), [], []).faults == []


def test_columns_of_codes_are_text_in_the_template_so_that_zeros_stay():
    sheet = load_workbook(BytesIO(template()))["Đơn vị"]
    formats = [sheet.column_dimensions[letter].number_format for letter in "ABCDEFG"]
    assert formats == ["@", "@", "@", "@", "@", "dd/mm/yyyy", "dd/mm/yyyy"]


def test_what_is_stored_downloaded_and_imported_again_changes_nothing():
    reform = intake(workbook(), [], []).plan
    again = intake(filled(reform.added, reform.successions), reform.added, reform.successions)
    assert again.faults == []
    assert again.plan.is_empty
    assert intake(filled(sample(), []), sample(), []).plan.is_empty


# ---- the page ---------------------------------------------------------------------------------------------


def stored(centre):
    with centre.engine.connect() as connection:
        return every_version(connection), successions(connection)


def look(client: TestClient, body: bytes):
    files = {"file": ("donvi.xlsx", body)}
    return client.post("/don-vi/nhap", data={"csrf": csrf(client.get("/phien"))}, files=files, headers=ORIGIN)


def confirm(client: TestClient, page):
    upload = re.search(r'name="upload" value="([^"]*)"', page.text)[1]
    return client.post("/don-vi/nhap/xac-nhan", data={"csrf": csrf(page), "upload": upload}, headers=ORIGIN)


def undo(client: TestClient):
    page = client.get("/don-vi/nhap")
    change = re.search(r'name="change" value="(\d+)"', page.text)[1]
    return client.post("/don-vi/nhap/hoan-tac", data={"csrf": csrf(page), "change": change}, headers=ORIGIN)


def test_a_workbook_is_looked_through_confirmed_and_undone(signed_in, centre, rows):
    before = stored(centre)
    shown = look(signed_in, workbook())
    assert "<b>14</b> dòng mới" in shown.text
    assert stored(centre) == before
    assert "Đã lưu: 14 dòng mới, 0 dòng đổi, 6 thay đổi" in confirm(signed_in, shown).text
    assert len(stored(centre)[0]) == len(before[0]) + 14
    assert "không có gì thay đổi" in look(signed_in, workbook()).text
    assert "tách thành Phường Hà Giang 1, Phường Hà Giang 2" in signed_in.get("/don-vi/00688").text
    assert "Đã hoàn tác" in undo(signed_in).text
    assert stored(centre) == before
    assert rows("SELECT count(*) FROM uploads") == [(0,)]


def test_with_one_fault_nothing_is_stored(signed_in, centre):
    before = stored(centre)
    page = look(signed_in, workbook(row_with(4, "07")))
    assert page.status_code == 422
    assert "1 lỗi, chưa lưu gì" in page.text
    assert "E (Mã đơn vị cấp trên)" in page.text
    assert stored(centre) == before
    assert look(signed_in, b"rubbish").status_code == 422


def test_an_upload_is_its_uploaders_and_used_once(signed_in, centre):
    shown = look(signed_in, workbook())
    confirm(signed_in, shown)
    assert "Tệp xem thử không còn" in confirm(signed_in, shown).text


def test_the_command_line_takes_it_too(centre, tmp_path, monkeypatch, capsys):
    file = tmp_path / "donvi.xlsx"
    file.write_bytes(workbook())
    monkeypatch.setenv("HAILONG_CENTRE_DATA_DIR", centre.settings.data_dir)
    monkeypatch.setenv("HAILONG_CENTRE_DATABASE_URL", centre.settings.database_url)
    monkeypatch.setenv("HAILONG_CENTRE_PUBLIC_BASE", centre.settings.public_base)
    before = stored(centre)
    main(["import-offices", str(file), "--dry-run"])
    assert stored(centre) == before
    main(["import-offices", str(file)])
    main(["import-offices", str(file)])
    assert "stored: 0 added, 0 changed, 0 successions; 20 rows as before" in capsys.readouterr().out
    assert len(stored(centre)[0]) == len(before[0]) + 14
