"""Every page with a table offers it as a workbook: real numbers and days, no formula, the common header."""

import io
import re
from datetime import date, datetime

import openpyxl
import pytest

from server.exports import tokens
from server.reports.page_tables import grids_of
from tests.browser.test_every_page import PAGES

OWN = ("/cong-khai", "/tra-cuu", "/loi-moi/ap-phich")
"""Pages for everybody, and posters: they are no lists of the office's."""


def book_of(answer) -> openpyxl.Workbook:
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def test_a_pages_tables_come_as_sheets_with_numbers_days_and_no_formula():
    page = """<h1>Trang</h1><section><h2>Bảng một</h2><table><thead><tr><th>Tên</th><th>Số</th><th>Tỷ lệ</th>
    <th>Ngày</th></tr></thead><tbody><tr><th>=1+1</th><td>8.605</td><td>95,3 %</td><td>07/11/2026</td></tr>
    <tr><td>0912 <form><button>Xóa</button></form></td><td>–</td><td></td><td></td></tr></tbody></table></section>
    <section><h2>Trống</h2><table><thead><tr><th>Không có gì</th></tr></thead></table></section>"""
    (grid,) = grids_of(page)
    assert grid.title == "Bảng một"
    assert grid.head == ["Tên", "Số", "Tỷ lệ", "Ngày"]
    assert grid.rows == [["=1+1", 8605, 95.3, date(2026, 11, 7)], ["0912", "–", "", ""]]


def test_the_devices_page_offers_its_table(signed_in, kiosk):
    kiosk.send([kiosk.cast() for _ in range(3)])
    page = signed_in.get("/thiet-bi").text
    assert "Tải các bảng (.xlsx)" in page
    book = book_of(signed_in.get("/thiet-bi?tai=bang"))
    cells = [cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row]
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in cells
    assert kiosk.device in cells
    assert "GET" not in str(cells)


def test_what_somebody_named_like_a_formula_stays_words(signed_in, centre):
    token = signed_in.get("/xuat-du-lieu").text
    csrf = re.search(r'name="csrf" value="([^"]+)"', token)[1]
    data = {"csrf": csrf, "name": '=HYPERLINK("http://x")', "days": "30", "scope": tokens.READ}
    signed_in.post("/xuat-du-lieu/khoa", data=data, headers={"origin": "http://centre.test"})
    book = book_of(signed_in.get("/xuat-du-lieu?tai=bang"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    (found,) = [cell for cell in cells if "HYPERLINK" in str(cell.value)]
    assert found.data_type == "s"


def test_the_workbook_is_the_same_whatever_language_the_reader_chose(signed_in, kiosk):
    kiosk.send([kiosk.cast() for _ in range(1)])

    def cells():
        book = book_of(signed_in.get("/thiet-bi?tai=bang"))
        rows = book.worksheets[0].iter_rows(min_row=7, values_only=True)
        return [[value for value in row if not isinstance(value, datetime)] for row in rows]

    vietnamese = cells()
    signed_in.get("/ngon-ngu?lang=en&ve=/")
    assert cells() == vietnamese


def test_the_download_is_in_the_journal_and_a_stranger_gets_nothing(signed_in, client):
    signed_in.get("/tai-khoan/1?tai=bang")
    assert "Tải bảng của một trang" in signed_in.get("/nhat-ky").text
    client.cookies.clear()
    assert client.get("/thiet-bi?tai=bang", follow_redirects=False).status_code in (303, 401)


@pytest.mark.parametrize("address", [one for one in PAGES if not one.startswith(OWN) and not re.search(r"/\d+$", one)])
def test_every_page_with_a_table_has_a_workbook(signed_in, kiosk, address):
    kiosk.send([kiosk.cast() for _ in range(7)])
    answer = signed_in.get(address)
    if "<table" in answer.text and answer.status_code == 200:
        assert ".xlsx" in answer.text
