"""The organisation in a real browser, at both widths: split with a preview and undone, a workbook looked through."""

from pathlib import Path

import pytest

from tests.browser.conftest import Served, handbook_picture
from tests.browser.test_centre_pages import sign_in
from tests.browser.test_every_page import faults, filled
from tests.server import reform_2025


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    made = tmp_path / "pictures"
    made.mkdir()
    return made


def test_a_split_is_previewed_saved_and_undone(served: Served, browser, pictures: Path) -> None:
    page = browser.new_page()
    sign_in(page, served)
    filled(served, page)
    page.goto(served.url + "/don-vi/xa-tan-trao/tach")
    page.fill("textarea[name=into]", "HG1; Phường Hà Giang 1\nHG2; Phường Hà Giang 2")
    page.fill("[name=legal_ref]", reform_2025.REF)
    page.get_by_role("button", name="Xem trước").click()
    found = faults(page, "tach-chon", pictures)
    page.select_option("select", "hg1")
    page.get_by_role("button", name="Xem trước").click()
    handbook_picture(page, "dv-xem-truoc")
    found += faults(page, "tach-xem", pictures)
    page.get_by_role("button", name="Lưu thay đổi").click()
    found += faults(page, "tach-xong", pictures)
    page.get_by_role("button", name="Hoàn tác").click()
    assert "Đã hoàn tác" in page.inner_text("[role=status]")
    page.close()
    assert found == []


def test_a_workbook_is_looked_through_and_stored(served: Served, browser, pictures: Path, tmp_path: Path) -> None:
    page = browser.new_page()
    sign_in(page, served)
    bad, good = tmp_path / "sai.xlsx", tmp_path / "dung.xlsx"
    bad.write_bytes(reform_2025.workbook([*reform_2025.UNITS, [688, "Phường", "", "làng", "07", "31/02/2025", None]]))
    good.write_bytes(reform_2025.workbook())
    page.goto(served.url + "/don-vi/nhap")
    page.set_input_files("input[name=file]", bad)
    page.get_by_role("button", name="Xem thử").click()
    handbook_picture(page, "dv-nhap-loi")
    found = faults(page, "nhap-loi", pictures)
    page.set_input_files("input[name=file]", good)
    page.get_by_role("button", name="Xem thử").click()
    found += faults(page, "nhap-xem", pictures)
    page.get_by_role("button", name="Xác nhận").click()
    found += faults(page, "nhap-xong", pictures)
    page.goto(served.url + "/don-vi/00688")
    found += faults(page, "quang-trung", pictures)
    assert "tách thành Phường Hà Giang 1, Phường Hà Giang 2" in page.inner_text("main")
    page.close()
    assert found == []
