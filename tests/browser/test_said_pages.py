"""Comments reviewed in a real browser: words covered, approved, read by everybody; both pages at both widths."""

import secrets
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from survey.ballot import Answer
from survey.note import Note
from survey.sealing import seal
from tests.browser.conftest import Served, quiet_page, serve
from tests.browser.test_centre_pages import sign_in
from tests.browser.test_plans_pages import OFFICE, day, picture
from tests.kiosk_double import QUESTIONS

SAID = (
    "Chị Lan ở quầy 2 hướng dẫn rất tận tình, xong trong 10 phút",
    "Chờ từ 8 giờ đến 10 giờ mới được gọi, gọi tôi 0912345678",
    "Nên có thêm ghế ngồi cho người cao tuổi",
)


def without_faults(page: Page, folder: Path, name: str) -> None:
    picture(page, folder, name)
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    yield from serve(tmp_path, monkeypatch, comments_told_from="2020-01-01")


def test_a_comment_is_covered_approved_and_read_by_everybody(told: Served, browser: Browser, tmp_path: Path) -> None:
    kiosk, last_month = told.kiosk("xa-tan-trao.q1"), day(day(0).day + 5)
    answers = {one: Answer(4, 2000) for one in QUESTIONS}
    wall = f"{last_month:%Y-%m-%d}T03:00:00.000Z"
    kiosk.send([kiosk.cast(answers=answers, wall=wall) for _ in range(30)])
    for words in SAID:
        box = {"sealed": seal(Note(comment=words), told.centre.keys.seal_key), "sealed_salt": secrets.token_bytes(16)}
        kiosk.send([kiosk.cast(answers=answers, wall=wall, **box)])
    with quiet_page(browser, 1440, 900) as page:
        sign_in(page, told)
        page.goto(told.url + "/cong-bo")
        page.locator(f"input[name='o.{OFFICE}']").check()
        page.get_by_role("button", name="Lưu").click()
        page.goto(told.url + "/y-kien-cong-bo")
        for words, black in ((SAID[0], "Lan"), (SAID[2], "")):
            one = page.locator(".review", has_text=words[8:30])
            one.get_by_label("Che thêm các từ").fill(black)
            one.get_by_role("button", name="Chọn để đăng").click()
        page.locator(".review", has_text="tận tình").get_by_role("button", name="Duyệt đăng").click()
        expect(page.locator(".review", has_text="Chị ▇▇▇")).to_contain_text("Đang đăng")
        without_faults(page, tmp_path, "xem")
        page.goto(f"{told.url}/cong-khai/{OFFICE}/noi-gi")
        expect(page.locator(".said")).to_have_count(1)
        without_faults(page, tmp_path, "noi-gi")
