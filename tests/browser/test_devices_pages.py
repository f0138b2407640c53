"""The devices page and the ballots carried to it: by file, and by codes read off the kiosk's screen."""

import io
import os
import secrets

import openpyxl
from playwright.sync_api import Browser, Page, expect

from server.alerts.tell import tell_measures
from server.devices.foretell import foretell
from survey import carried, frames
from survey.batch import Health
from survey.carried import End, Label
from survey.strip import Strip
from tests.browser.conftest import Served
from tests.browser.test_centre_pages import fits, sign_in, wall
from tests.kiosk_double import KioskDouble

LEFT = Strip("column", 0, 12)


def a_file(kiosk: KioskDouble, seal_key: bytes, count: int) -> bytes:
    entries = [kiosk.cast(wall=wall()) for _ in range(count)]
    label = Label(version=1, file=secrets.token_hex(16), device=kiosk.device, stream=kiosk.stream,
                  made="2026-11-21T07:30:00.000Z")  # fmt: skip
    end = End(batches=1, ballots=count, first=entries[0].seq, last=entries[-1].seq)
    body = carried.head(label) + carried.batch_record(label, 0, kiosk.batch(entries), kiosk.key, seal_key)
    return body + carried.end_record(label, 1, end, kiosk.key, seal_key)


def test_a_file_from_a_stick_is_imported_on_the_devices_page(served: Served, desk: Page) -> None:
    kiosk = served.kiosk("xa-tan-trao.q1")
    body = a_file(kiosk, served.centre.keys.seal_key, 7)
    sign_in(desk, served)
    desk.locator("nav.pages summary", has_text="Đơn vị").click()
    desk.get_by_role("link", name="Thiết bị").click()
    expect(desk.get_by_text(kiosk.device)).to_be_visible()
    assert fits(desk)
    desk.get_by_label("Chọn tệp").set_input_files({"name": "a.hlb", "mimeType": "", "buffer": body})
    desk.get_by_role("button", name="Nhập phiếu").click()
    expect(desk.get_by_text("7 nhận mới")).to_be_visible()
    desk.goto(served.url + "/ket-qua")
    expect(desk.locator("#so-phieu")).to_have_text("7")


WIDTHS = ((390, 844), (1440, 900))


def test_the_list_leaves_kiosks_that_may_fail_and_each_says_from_what(served: Served, desk: Page) -> None:
    well, ill = served.kiosk("xa-tan-trao.q1"), served.kiosk("phuong-minh-xuan.q1")
    well.send(health=Health(version="1.0.0", throttled="0x0", card_errors=0, touch="ok"))
    ill.send(health=Health(version="1.0.0", throttled="0x0", card_errors=0, touch="ok", strips=[LEFT]))
    foretell(served.centre)
    sign_in(desk, served)
    desk.goto(served.url + "/thiet-bi")
    expect(desk.get_by_role("link", name=well.device)).to_be_visible()
    desk.get_by_role("link", name="Dự đoán hỏng").click()
    expect(desk.get_by_role("link", name=ill.device)).to_be_visible()
    expect(desk.get_by_role("link", name=well.device)).to_have_count(0)
    cell = desk.locator('td[data-name="Dự đoán"]')
    expect(cell).to_contain_text("Mặt cảm ứng có dải không nhận chạm")
    expect(cell).to_contain_text("dải bên trái, 12 % chiều rộng (máy báo trong 1 ngày, từ ngày")
    for width, height in WIDTHS:
        desk.set_viewport_size({"width": width, "height": height})
        assert fits(desk)
        picture(desk, f"du-doan-{width}")
    with desk.expect_download() as waiting:
        desk.get_by_role("link", name="Tải các bảng (.xlsx)").click()
    book = openpyxl.load_workbook(io.BytesIO(waiting.value.path().read_bytes()))
    cells = " ".join(str(each) for row in book.worksheets[0].iter_rows(values_only=True) for each in row if each)
    assert ill.device in cells
    assert well.device not in cells, "the workbook holds what the filter leaves"
    assert "dải bên trái, 12 % chiều rộng" in cells
    desk.get_by_role("link", name=ill.device).click()
    expect(desk.get_by_role("heading", name="Dự đoán")).to_be_visible()
    expect(desk.locator("main")).to_contain_text("không nhận chạm: dải bên trái, 12 % chiều rộng")
    for width, height in WIDTHS:
        desk.set_viewport_size({"width": width, "height": height})
        assert fits(desk)
        picture(desk, f"du-doan-may-{width}")
    tell_measures(served.centre)
    desk.goto(served.url + "/canh-bao")
    desk.get_by_role("link", name=f"Ki-ốt {ill.device}: mặt cảm ứng").click()
    expect(desk.locator("main")).to_contain_text("Suy đoán từ 1 ngày máy có báo")
    assert fits(desk)
    picture(desk, "du-doan-canh-bao")


def picture(page: Page, name: str) -> None:
    """Leave a picture for the eye, where SHOTS asks for it."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_codes_read_in_any_order_with_gaps_are_joined_in_the_browser_and_counted(served: Served, desk: Page) -> None:
    kiosk = served.kiosk("xa-tan-trao.q1")
    codes = frames.split(a_file(kiosk, served.centre.keys.seal_key, 30))
    assert len(codes) > 3
    sign_in(desk, served)
    desk.goto(served.url + "/mang-phieu")
    foreign = frames.split(b"another file")[0]
    misread = codes[0][:-1] + ("A" if codes[0][-1] != "A" else "B")
    shown = [foreign, "HTTPS://KS/Q/X", misread, *codes[::-1], *codes[:2]]
    joined = (
        "(shown) => { window.j = new hailong.Joiner(); "
        "shown.forEach((one) => window.j.add(one)); return window.j.isWhole; }"
    )
    assert desk.evaluate(joined, [foreign, *codes[1:]]) is False
    assert desk.evaluate(joined, shown) is True
    desk.evaluate("() => hailong.hand(window.j)")
    expect(desk.get_by_text("30 nhận mới")).to_be_visible()


def test_a_browser_that_reads_no_codes_says_so_and_the_camera_is_allowed_here_alone(
    served: Served, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    sign_in(page, served)
    answer = page.goto(served.url + "/mang-phieu")
    assert answer is not None
    assert "camera=(self)" in answer.headers["permissions-policy"]
    assert fits(page)
    if not page.evaluate("'BarcodeDetector' in window"):
        expect(page.locator("#noi")).to_contain_text("không tự đọc được mã QR")
    other = page.goto(served.url + "/thiet-bi")
    assert other is not None
    assert "camera=()" in other.headers["permissions-policy"]
    context.close()
