"""Invitations in a real browser: made, printed as A4, read back by a QR reader, answered on a phone."""

import re
import subprocess
from pathlib import Path

from playwright.sync_api import Page, expect

from demo.people import read_qr
from tests.browser.conftest import Served
from tests.browser.test_centre_pages import fits, sign_in


def test_an_insert_is_printed_scanned_and_answered_once(
    served: Served, desk: Page, phone: Page, tmp_path: Path
) -> None:
    sign_in(desk, served)
    desk.goto(served.url + "/loi-moi?don_vi=xa-tan-trao.ttpvhcc")
    desk.fill("input[name=count]", "4")
    desk.fill("input[name=note]", "Trả kết quả tháng 11")
    desk.get_by_role("button", name="Làm mã").click()
    expect(desk.locator(".insert")).to_have_count(4)
    first = desk.locator(".insert").first
    first.locator(".insert-qr").screenshot(path=tmp_path / "qr.png")
    address = read_qr(tmp_path / "qr.png")
    printed = first.locator(".insert-code").inner_text()
    assert address == f"{served.url}/I/{printed.replace('-', '')}".upper()
    desk.pdf(path=tmp_path / "batch.pdf", prefer_css_page_size=True, print_background=True)
    pages = subprocess.run(["pdfinfo", tmp_path / "batch.pdf"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Pages:\s+1\n", pages)
    assert "A4" in pages
    phone.goto(served.url + "/i")
    phone.get_by_label("Mã dùng một lần").fill(printed)
    phone.get_by_role("button", name="Tiếp tục").click()
    expect(phone.get_by_label("Ông/Bà vừa giao dịch ở quầy nào?")).to_be_visible()
    phone.select_option("#quay", "xa-tan-trao.q1")
    phone.locator("label[for=overall-5]").click()
    assert fits(phone)
    phone.get_by_role("button", name="Gửi").click()
    expect(phone.locator(".code")).to_be_visible()
    desk.goto(served.url + "/loi-moi")
    expect(desk.locator("table.stack")).to_contain_text("1 trên 4 mã")
    with served.centre.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT channel, lane, counter_id FROM ballots").fetchall()
    assert [tuple(row) for row in rows] == [("post", "mail", "xa-tan-trao.q1")]


def test_a_poster_and_a_tent_fill_one_sheet_and_their_code_opens_the_form(
    served: Served, desk: Page, tmp_path: Path
) -> None:
    sign_in(desk, served)
    for query, landscape in (("", False), ("?co=ban", True)):
        desk.goto(f"{served.url}/loi-moi/ap-phich/xa-tan-trao.q1{query}")
        desk.locator(".qr").first.screenshot(path=tmp_path / "qr.png")
        assert read_qr(tmp_path / "qr.png") == f"{served.url}/o/xa-tan-trao.q1"
        file = tmp_path / f"poster{int(landscape)}.pdf"
        desk.pdf(path=file, prefer_css_page_size=True, print_background=True)
        told = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
        assert re.search(r"Pages:\s+1\n", told)
        width, height = (float(one) for one in re.findall(r"Page size:\s+([\d.]+) x ([\d.]+)", told)[0])
        assert (width > height) is landscape
        subprocess.run(["pdftoppm", "-r", "70", "-png", file, file.with_suffix("")], check=True)
    answer = desk.request.get(read_qr(tmp_path / "qr.png"))
    assert answer.status == 200
