"""A year is ranked and signed off, a case's document is issued, a half-day is asked to be corrected: in a real browser.

With HAILONG_PICTURES=folder it also takes the handbook's pictures there.
"""

import secrets
import time
from datetime import UTC, datetime
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import expect

from server.cases.open import open_waiting
from survey.ballot import Answer
from survey.note import Note
from survey.sealing import seal
from tests.browser.conftest import Served, handbook_picture
from tests.browser.test_centre_pages import sign_in, wall
from tests.browser.test_every_page import faults
from tests.kiosk_double import QUESTIONS

YEAR = datetime.now(UTC).year
CRITERIA = (
    ("Mức độ hài lòng của người dân", "satisfaction", "60"), ("Cải cách thủ tục hành chính", "hand", "25"),
    ("Phản ánh xử lý đúng hạn", "cases", "15"),
)  # fmt: skip


def cast(kiosk, good: int, bad: int = 0) -> None:
    def level(n: int) -> dict[str, Answer]:
        return {question: Answer(n, 2000) for question in QUESTIONS}

    answers = [level(5)] * good + [level(3)] * bad
    kiosk.send([kiosk.cast(answers=one, wall=wall()) for one in answers])


def commented(served: Served, kiosk) -> None:
    note = seal(Note(comment="Hẹn ba lần chưa trả hồ sơ"), served.centre.keys.seal_key)
    kiosk.send([kiosk.cast(wall=wall(), sealed=note, sealed_salt=secrets.token_bytes(16))])
    open_waiting(served.centre)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    made = tmp_path / "pictures"
    made.mkdir()
    return made


def test_a_year_is_ranked_signed_and_stays_as_it_was_signed(served: Served, browser, pictures: Path) -> None:
    page = browser.new_page()
    key = sign_in(page, served)
    kiosks = {}
    for counter, good, bad in (("xa-tan-trao.q1", 95, 5), ("phuong-minh-xuan.q1", 80, 20), ("so-noi-vu.q1", 3, 0)):
        kiosks[counter] = served.kiosk(counter)
        cast(kiosks[counter], good, bad)
    commented(served, kiosks["so-noi-vu.q1"])
    page.goto(f"{served.url}/xep-hang-nam/{YEAR}/tieu-chi")
    for n, (name, source, most) in enumerate(CRITERIA):
        page.fill(f"input[name='name.{n}']", name)
        page.select_option(f"select[name='source.{n}']", source)
        page.fill(f"input[name='most.{n}']", most)
    handbook_picture(page, "tt-xep-hang-nam-tieu-chi", is_whole=True)
    page.get_by_role("button", name="Lưu tiêu chí").click()
    for office, points in (("xa-tan-trao.ttpvhcc", "21"), ("phuong-minh-xuan.ttpvhcc", "23,5")):
        page.goto(f"{served.url}/xep-hang-nam/{YEAR}/diem?don_vi={office}")
        page.get_by_label("Điểm", exact=True).fill(points)
        page.get_by_label("Căn cứ").fill("Biên bản số 12/BB")
        page.get_by_role("button", name="Lưu điểm").click()
    found = faults(page, "diem", pictures)
    page.goto(f"{served.url}/xep-hang-nam/{YEAR}")
    expect(page.locator(".place").first).to_have_text("1–2")
    for one in page.locator(".why summary").all():
        one.click()
    found += faults(page, "xep-hang", pictures)
    handbook_picture(page, "tt-xep-hang-nam", is_whole=True)
    page.get_by_label("Mã 6 chữ số").fill(pyotp.TOTP(key).at(int(time.time()) + 30))
    page.get_by_role("button", name="Chốt bản số 1").click()
    expect(page.get_by_text("Số liệu không thay đổi từ khi chốt")).to_be_visible()
    cast(kiosks["xa-tan-trao.q1"], 0, 60)
    page.goto(f"{served.url}/xep-hang-nam/{YEAR}")
    expect(page.get_by_role("heading", name="Số liệu đã thay đổi sau khi chốt")).to_be_visible()
    expect(page.locator(".ranking")).to_contain_text("93,00")
    found += faults(page, "da-chot", pictures)
    handbook_picture(page, "tt-xep-hang-nam-chot", is_whole=True)
    page.close()
    assert found == []


def test_a_document_of_a_case_is_written_and_issued(served: Served, browser, pictures: Path) -> None:
    page = browser.new_page()
    sign_in(page, served)
    commented(served, served.kiosk("xa-tan-trao.q1"))
    page.goto(served.url + "/vu-viec/1")
    page.get_by_role("link", name="Phiếu chuyển").click()
    page.get_by_label("Kính gửi").fill("Phòng Văn hóa - Xã hội xã Tân Trào")
    found = faults(page, "van-ban", pictures)
    handbook_picture(page, "dv-van-ban-vu-viec", is_whole=True)
    page.get_by_role("button", name="Ban hành", exact=True).click()
    expect(page.get_by_text("còn nguyên")).to_be_visible()
    found += faults(page, "vu-viec", pictures)
    with page.expect_download() as got:
        page.get_by_role("link", name="PDF số 01/PC").click()
    assert Path(got.value.path()).read_bytes()[:5] == b"%PDF-"
    page.close()
    assert found == []


def test_a_half_day_is_asked_to_be_corrected(served: Served, browser, pictures: Path) -> None:
    def add(work) -> None:
        for code, name in (("CB01", "Nguyễn Thị Lan"), ("CB02", "Trần Minh")):
            work.run("INSERT INTO officers (id, office_id, name, code, title) VALUES (?, ?, ?, ?, '')",
                     (code, "xa-tan-trao.ttpvhcc", name, code))  # fmt: skip

    served.centre.writer.run(add)
    page = browser.new_page()
    sign_in(page, served)
    page.goto(served.url + "/truc-quay/de-nghi?don_vi=xa-tan-trao.ttpvhcc")
    page.get_by_label("Ngày").fill(f"{datetime.now(UTC):%Y-%m-%d}")
    page.get_by_label("Người trực đúng").select_option("CB02")
    page.get_by_label("Lý do").fill("Đổi ca, có sổ trực")
    page.get_by_role("button", name="Gửi đề nghị").click()
    expect(page.get_by_text("Chờ người khác quyết định")).to_be_visible()
    found = faults(page, "de-nghi", pictures)
    served.centre.writer.run(lambda work: work.run("UPDATE duty_requests SET asked_by = 'lan.tantrao'"))
    page.reload()
    page.goto(served.url + "/truc-quay/de-nghi?don_vi=xa-tan-trao.ttpvhcc")
    found += faults(page, "quyet-dinh", pictures)
    handbook_picture(page, "dv-de-nghi-dinh-chinh", is_whole=True)
    page.close()
    assert found == []
