"""A text is edited, looked at on the very screen, published, assigned, and a device's signed settings carry it.

With HAILONG_PICTURES=folder it also takes the handbook's pictures there.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from survey.local_time import local_date
from tests.browser.conftest import Served, handbook_picture
from tests.browser.test_centre_pages import sign_in
from tests.browser.test_every_page import faults

WORDS = "Công chức hôm nay có tận tình với Ông/Bà không?"
DRAWN_S = 120


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    made = tmp_path / "pictures"
    made.mkdir()
    return made


def drawn(page: Page, alt: str) -> str:
    """Wait until a picture is on the page, then return its address."""
    picture = page.get_by_alt_text(alt, exact=True).first
    picture.scroll_into_view_if_needed()
    wait_until(lambda: bool(picture.evaluate("one => one.complete && one.naturalWidth > 0")))
    return picture.get_attribute("src") or ""


def all_drawn(page: Page) -> None:
    """Have every picture of a page fetched, whatever lies below the fold."""
    page.evaluate("document.querySelectorAll('img[loading]').forEach(one => one.loading = 'eager')")
    whole = "[...document.images].every(one => one.complete && one.naturalWidth > 0)"
    wait_until(lambda: bool(page.evaluate(whole)))


def wait_until(fact: Callable[[], bool]) -> None:
    """Wait until a fact holds; the page's policy allows no waiting inside the browser."""
    end_s = time.monotonic() + DRAWN_S
    while not fact():
        assert time.monotonic() < end_s
        time.sleep(0.2)


def test_a_text_is_edited_seen_published_and_carried_by_a_kiosk(served: Served, browser, pictures: Path) -> None:
    kiosk = served.kiosk("xa-tan-trao.q1")
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    sign_in(page, served)
    page.goto(served.url + "/cau-hoi")
    page.get_by_role("button", name="Soạn phiên bản mới từ sipas-motcua-9@1.0.0").click()
    before = drawn(page, "Màn hình ki-ốt: Câu 1")
    page.locator("[name='q.responsibility.vi.kiosk']").fill(WORDS)
    page.get_by_role("button", name="Lưu và xem màn hình").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã lưu bản thảo")
    after = drawn(page, "Màn hình ki-ốt: Câu 1")
    assert after != before
    assert page.request.get(served.url + after).body() != page.request.get(served.url + before).body()
    all_drawn(page)
    found = faults(page, "soan-phieu-hoi", pictures)
    page.evaluate("window.scrollTo(0, 0)")
    handbook_picture(page, "phieu-hoi-soan", width=1280, height=1000)
    page.get_by_role("button", name="Ban hành sipas-motcua-9@1.1.0").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã ban hành")
    day = local_date(served.centre.now_ms()) + timedelta(days=7)
    page.get_by_label("Đơn vị").select_option("xa-tan-trao")
    page.get_by_label("Từ ngày").fill(day.isoformat())
    page.get_by_role("button", name="Giao", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("quầy")
    all_drawn(page)
    found += faults(page, "phien-ban", pictures)
    handbook_picture(page, "phieu-hoi-man-hinh", width=1280, height=1000)
    told = kiosk.settings()
    assert told.questionnaire.ref == "sipas-motcua-9@1.0.0"
    (coming,) = told.upcoming
    assert coming.effective_from == day.isoformat()
    question = coming.questionnaire.question("responsibility")
    assert question is not None
    assert question.wording("vi").kiosk == WORDS
    page.goto(served.url + "/cau-hoi")
    found += faults(page, "cau-hoi", pictures)
    handbook_picture(page, "phieu-hoi", width=1280, height=820)
    page.close()
    assert found == []


def test_a_setting_is_compared_on_the_screen_tried_given_to_all_and_undone(served: Served, browser, pictures) -> None:
    kiosk, other = served.kiosk("xa-tan-trao.q1"), served.kiosk("xa-tan-trao.q2")
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    sign_in(page, served)
    page.goto(served.url + "/thiet-bi/cai-dat?don_vi=xa-tan-trao.ttpvhcc")
    all_drawn(page)
    found = faults(page, "cai-dat", pictures)
    page.get_by_label("Lời riêng, thay nhau hiện:").check()
    page.get_by_label("Lời nhắn 1, tiếng Việt").fill("Sáng thứ Bảy có nhận hồ sơ")
    page.get_by_label("Lời nhắn 1, tiếng Anh").fill("Open on Saturday mornings")
    page.get_by_label("Âm lượng (%)").fill("35")
    page.get_by_role("button", name="Xem trước trên màn hình").click()
    expect(page.get_by_role("heading", name="Xem trước: 2 thay đổi, chưa lưu")).to_be_visible()
    all_drawn(page)
    shown = [page.get_by_alt_text(f"Màn hình ki-ốt: Màn hình chờ · {when}") for when in ("đang dùng", "sẽ là")]
    addresses = [one.get_attribute("src") or "" for one in shown]
    assert page.request.get(served.url + addresses[0]).body() != page.request.get(served.url + addresses[1]).body()
    found += faults(page, "cai-dat-xem-truoc", pictures)
    handbook_picture(page, "cai-dat-ki-ot", width=1280, height=1000)
    assert kiosk.settings().volume == 60
    page.get_by_label("Quầy thử").select_option("xa-tan-trao.q1")
    page.get_by_role("button", name="Thử ở các quầy đã chọn").click()
    expect(page.get_by_role("status").first).to_contain_text("Đang thử thay đổi số 1 ở 1 quầy")
    assert (kiosk.settings().volume, other.settings().volume) == (35, 60)
    assert kiosk.settings().idle_messages == [{"vi": "Sáng thứ Bảy có nhận hồ sơ", "en": "Open on Saturday mornings"}]
    found += faults(page, "cai-dat-dang-thu", pictures)
    page.get_by_role("button", name="Áp dụng thay đổi số 1 cho cả đơn vị").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã áp dụng")
    assert (kiosk.settings().volume, other.settings().volume) == (35, 35)
    page.get_by_role("button", name="Hoàn tác thay đổi số 1").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã hoàn tác")
    assert (kiosk.settings().volume, other.settings().volume) == (60, 60)
    page.close()
    assert found == []
