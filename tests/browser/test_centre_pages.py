"""What people do in a browser: sign in and see the counts; scan, answer and get a ballot code."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from demo import second_step
from survey import qr_token
from survey.ballot import read_ballot_code
from survey.qr_token import QrToken
from tests.browser.conftest import PASSWORD, Served
from tests.kiosk_double import QUESTIONS

NEW = "con mèo nhảy qua hàng rào"


def wall() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def sign_in(page: Page, served: Served) -> str:
    """Sign in for the first time; returns the key of the authenticator app."""
    page.goto(served.url)
    page.get_by_label("Tên đăng nhập").fill("quantri")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_label("Mật khẩu hiện tại").fill(PASSWORD)
    page.get_by_label("Mật khẩu mới", exact=True).fill(NEW)
    page.get_by_label("Nhập lại mật khẩu mới").fill(NEW)
    page.get_by_role("button", name="Đổi mật khẩu").click()
    return second_step.set_up(page)


def fits(page: Page) -> bool:
    """Return whether nothing of a page lies beyond its right edge."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_someone_signs_in_changes_the_password_and_sees_the_number_change(served: Served, desk: Page) -> None:
    kiosk = served.kiosk("xa-tan-trao.q1")
    kiosk.send([kiosk.cast(wall=wall()) for _ in range(6)])
    sign_in(desk, served)
    number = desk.locator("#so-phieu")
    expect(number).to_have_text("6")
    expect(desk.locator(".questions tbody tr")).to_have_count(9)
    assert fits(desk)
    kiosk.send([kiosk.cast(wall=wall())])
    expect(number).to_have_text("7", timeout=15_000)
    desk.set_viewport_size({"width": 390, "height": 844})
    assert fits(desk)
    desk.select_option("select[name=don_vi]", "xa-tan-trao.ttpvhcc")
    desk.get_by_role("button", name="Xem").click()
    expect(desk.get_by_label("Quầy")).to_be_visible()
    desk.get_by_role("button", name="Đăng xuất").click()
    expect(desk.get_by_role("heading", name="Đăng nhập")).to_be_visible()


def test_the_results_print_on_paper(served: Served, desk: Page, tmp_path: Path) -> None:
    kiosk = served.kiosk("so-noi-vu.q1")
    kiosk.send([kiosk.cast(wall=wall()) for _ in range(6)])
    sign_in(desk, served)
    paper = desk.pdf(format="A4")
    assert paper.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) <= 2


def scanned(served: Served) -> str:
    kiosk = served.kiosk("phuong-minh-xuan.q1")
    told = kiosk.settings()
    window = int(time.time()) // qr_token.WINDOW_S
    return f"{served.url}/Q/{qr_token.make(QrToken(told.qr_kiosk, 1, 9, window, b'head'), told.qr_key)}"


def test_a_phone_without_script_answers_every_question_and_gets_a_code(served: Served, phone: Page) -> None:
    phone.goto(scanned(served))
    assert phone.locator("fieldset").count() == 9
    why = phone.locator("label[for='attitude.impolite']")
    expect(why).to_be_hidden()
    for question in QUESTIONS:
        target = phone.locator(f"label[for={question}-{1 if question == 'attitude' else 5}]")
        box = target.bounding_box()
        assert box is not None
        assert box["width"] >= 48
        assert box["height"] >= 48
        target.tap()
    expect(why).to_be_visible()
    why.tap()
    phone.get_by_label("Ý kiến đóng góp khác").fill("Xin cảm ơn")
    expect(phone.locator("#phone")).to_be_hidden()
    phone.locator("label[for=cb]").tap()
    expect(phone.locator("#phone")).to_be_visible()
    assert not phone.locator("input[name=consent]").is_checked()
    phone.get_by_role("button", name="Gửi đánh giá").tap()
    read_ballot_code(phone.locator(".code").inner_text())
    rows = served.centre.writer.run(lambda work: work.all("SELECT levels, reasons, lane, sealed IS NULL FROM ballots"))
    assert [tuple(row) for row in rows] == [("515555555", '{"attitude":["attitude.impolite"]}', "qr-fresh", 0)]


def test_a_phone_that_sends_nothing_is_told_and_loses_nothing(served: Served, phone: Page) -> None:
    phone.goto(scanned(served))
    phone.get_by_role("button", name="Gửi đánh giá").tap()
    expect(phone.locator(".wrong")).to_contain_text("chưa chọn câu nào")
    phone.get_by_role("link", name="English").tap()
    expect(phone.get_by_role("heading")).to_have_text("Please rate our service")


def test_menus_open_by_keyboard_and_one_at_a_time(served: Served, desk: Page, phone: Page) -> None:
    sign_in(desk, served)
    units = desk.locator("nav.pages details", has_text="Đơn vị")
    assert not desk.get_by_role("link", name="Trực quầy").is_visible()
    units.locator("summary").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("link", name="Trực quầy")).to_be_visible()
    desk.locator("nav.pages summary", has_text="Số liệu").click()
    expect(desk.get_by_role("link", name="Trực quầy")).not_to_be_visible()
    units.locator("summary").click()
    desk.get_by_role("link", name="Trực quầy").click()
    expect(desk.locator("nav.pages details.here summary")).to_have_text("Đơn vị")
    desk.set_viewport_size({"width": 390, "height": 800})
    desk.locator("nav.pages summary", has_text="Đơn vị").click()
    assert fits(desk)
    expect(desk.get_by_role("link", name="Ngày nghỉ")).to_be_in_viewport(ratio=1)
