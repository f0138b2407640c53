"""Reports as documents in a real browser: set the office's layout, issue, look at one, set a schedule."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from survey.ballot import Channel
from survey.local_time import local_date
from survey.qr_token import Lane
from tests.browser.conftest import Served
from tests.browser.test_centre_pages import sign_in
from tests.browser.test_every_page import faults
from tests.server.typed import every_question, store

OFFICE = "xa-tan-trao.ttpvhcc"
PAGE = f"/bao-cao/van-ban?don_vi={OFFICE}"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    made = tmp_path / "pictures"
    made.mkdir()
    return made


def test_an_office_sets_its_layout_issues_a_report_and_plans_the_next(served: Served, browser, pictures: Path) -> None:
    today = local_date(served.centre.now_ms())
    day = today.replace(year=today.year - 1, month=6)
    given = [(day, every_question(5), {})] * 40
    served.centre.writer.run(lambda work: store(work, "xa-tan-trao.q1", Lane.KIOSK, Channel.TOUCH, given))
    page: Page = browser.new_page()
    sign_in(page, served)
    page.goto(served.url + PAGE)
    page.get_by_label("Ký hiệu").fill("BC-TTPVHCC")
    page.get_by_label("Họ tên người ký").fill("Nguyễn Thị Ánh Nguyệt")
    page.get_by_label("Dòng quyền hạn").fill("KT. GIÁM ĐỐC")
    page.get_by_role("button", name="Lưu mẫu").click()
    page.get_by_label("Gửi tới hộp thư").fill("vanthu@tinh.example")
    page.get_by_role("button", name="Đặt lịch").click()
    page.get_by_label("Kỳ đã hết").select_option(f"nam:{today.year - 1}")
    page.get_by_role("button", name="Ban hành").click()
    page.get_by_role("heading", name="Báo cáo số 01/BC-TTPVHCC").wait_for()
    found = faults(page, "van-ban-mot", pictures)
    page.goto(served.url + PAGE)
    found += faults(page, "van-ban", pictures)
    page.goto(served.url + f"/bao-cao?don_vi={OFFICE}")
    found += faults(page, "bao-cao", pictures)
    page.close()
    assert found == []
