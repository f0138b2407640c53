"""The roster in a real browser, at both widths: an officer added, the week picked, last week copied."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from server.duty.rules import week_of
from tests.browser.conftest import Served, handbook_picture
from tests.browser.test_centre_pages import sign_in
from tests.browser.test_every_page import faults

OFFICE = "xa-tan-trao.ttpvhcc"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    made = tmp_path / "pictures"
    made.mkdir()
    return made


def test_a_week_is_picked_and_copied(served: Served, browser, pictures: Path) -> None:
    page = browser.new_page()
    sign_in(page, served)
    page.goto(f"{served.url}/truc-quay?don_vi={OFFICE}")
    found = faults(page, "truc-quay-trong", pictures)
    for name, code in (("Nguyễn Thị Lan", "CB01"), ("Trần Văn Minh", "CB02")):
        form = page.locator("form", has=page.get_by_role("heading", name="Thêm cán bộ"))
        form.locator("[name=name]").fill(name)
        form.locator("[name=code]").fill(code)
        form.get_by_role("button", name="Thêm").click()
    monday = week_of(date(2026, 11, 9))[0]
    page.goto(f"{served.url}/truc-quay?don_vi={OFFICE}&tuan={monday}")
    for n in range(5):
        for part in ("am", "pm"):
            day = monday + timedelta(days=n)
            page.select_option(f'[name="xa-tan-trao.q1|{day}|{part}"]', label="Nguyễn Thị Lan")
            page.select_option(f'[name="xa-tan-trao.q2|{day}|{part}"]', label="Trần Văn Minh")
    day = monday + timedelta(days=1)
    page.select_option(f'[name="xa-tan-trao.q2|{day}|am"]', label="Nguyễn Thị Lan")
    page.get_by_role("button", name="Lưu tuần này").click()
    assert "Đã lưu" in page.inner_text("[role=status]")
    assert "hai quầy cùng buổi" in page.inner_text("main")
    handbook_picture(page, "dv-truc")
    found += faults(page, "truc-quay-tuan", pictures)
    page.get_by_role("link", name="Tuần sau").click()
    page.get_by_role("button", name="Chép từ tuần trước").click()
    assert "Đã chép" in page.inner_text("[role=status]")
    following = monday + timedelta(days=7)
    assert page.input_value(f'[name="xa-tan-trao.q1|{following}|am"]') != ""
    page.close()
    assert found == []
