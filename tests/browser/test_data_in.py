"""Getting data in with a real browser: a file mapped and carried in, paper by nine keys in under five seconds."""

import time
from pathlib import Path

from tests.browser.conftest import Served
from tests.browser.test_centre_pages import sign_in
from tests.browser.test_every_page import faults
from tests.server.test_imports import export, row

OFFICE = "xa-tan-trao.ttpvhcc"


def test_a_file_is_mapped_tried_and_carried_in(served: Served, browser, tmp_path: Path) -> None:
    page = browser.new_page()
    sign_in(page, served)
    body = export(row("29/08/2026 9:40:00", "Chờ lâu"), row("30/08/2026 14:05:10"), row("hôm qua"))
    page.goto(served.url + "/nhap-lieu")
    page.set_input_files("input[name=file]", {"name": "Khảo sát.csv", "mimeType": "text/csv", "buffer": body})
    page.get_by_role("button", name="Tiếp tục").click()
    page.select_option("select[name=office]", OFFICE)
    found = faults(page, "cot", tmp_path)
    page.get_by_role("button", name="Xem thử").click()
    found += faults(page, "xem-thu", tmp_path)
    page.get_by_role("button", name="Xác nhận, nhập 2 phiếu").click()
    found += faults(page, "da-nhap", tmp_path)
    page.get_by_role("button", name="Hoàn tác lần nhập này").click()
    page.get_by_role("button", name="Làm lại").click()
    assert "Đã tính lại 2 phiếu" in page.content()
    page.close()
    assert found == []


def begin(page, served: Served) -> None:
    page.goto(served.url + "/phieu-giay")
    page.select_option("select[name=place]", OFFICE)
    page.get_by_label("Số phiếu ghi trên tập").fill("10")
    page.get_by_role("button", name="Bắt đầu nhập").click()


def test_a_ballot_of_nine_keys_takes_less_than_five_seconds(served: Served, browser, tmp_path: Path) -> None:
    page = browser.new_page()
    sign_in(page, served)
    begin(page, served)
    spent_s = []
    for number in range(1, 6):
        page.locator("#q1:focus").wait_for()
        began = time.monotonic()
        page.keyboard.type("554K5".replace("K", "4") + "K454", delay=120)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name=f"Phiếu số {number + 1}").wait_for()
        spent_s.append(time.monotonic() - began)
    print("seconds a ballot:", [round(one, 2) for one in spent_s])
    assert sorted(spent_s)[2] < 5
    page.keyboard.press("g")
    page.keyboard.type("Chờ lâu")
    found = faults(page, "phieu", tmp_path)
    page.goto(page.url.split("?")[0] + "?lan=2")
    page.locator("#q1:focus").wait_for()
    page.keyboard.type("55445445")
    page.keyboard.press("Enter")
    page.get_by_text("Còn 1 câu trống").wait_for()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    page.get_by_text("phiếu hai lần nhập khác nhau").wait_for()
    found += faults(page, "khac-nhau", tmp_path)
    page.close()
    assert found == []


def test_paper_is_typed_without_a_script_too(served: Served, browser, phone) -> None:
    page = browser.new_page()
    sign_in(page, served)
    phone.context.add_cookies(page.context.cookies())
    begin(phone, served)
    for number in range(1, 10):
        phone.fill(f"#q{number}", "5")
    phone.press("#q9", "Enter")
    phone.get_by_role("heading", name="Phiếu số 2").wait_for()
    page.close()
    with served.centre.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT channel, lane, levels FROM ballots").fetchall()
    assert [tuple(row) for row in stored] == [("paper", "entered", "5" * 9)]
