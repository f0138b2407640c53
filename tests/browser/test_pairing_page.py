"""The fleet's list and the page of pairing, in a real browser at both widths."""

import os
import secrets
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Page, expect

from survey.batch import Health
from tests import kiosk_double
from tests.browser.conftest import Served, handbook_picture
from tests.browser.test_centre_pages import fits, sign_in
from tests.server import test_pairing
from tests.server.test_fleet_list import ILL, WELL


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("HAILONG_SHOTS", ""):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_letters_are_typed_words_compared_and_a_counter_picked(served: Served, desk: Page, monkeypatch) -> None:
    for counter, health in (("xa-tan-trao.q1", WELL), ("phuong-minh-xuan.q1", ILL), ("so-noi-vu.q1", Health())):
        kiosk = served.kiosk(counter)
        kiosk.send(health=health)
    monkeypatch.setattr(test_pairing, "HOST", kiosk_double.HOST)
    newcomer = test_pairing.Newcomer(httpx.Client(base_url=served.url), Ed25519PrivateKey.generate())
    newcomer.secret = secrets.token_bytes(32)
    assert newcomer.ask().status_code == 200
    assert newcomer.poll().status_code == 200
    sign_in(desk, served)
    desk.goto(served.url + "/thiet-bi")
    assert fits(desk)
    handbook_picture(desk, "tt-thiet-bi", width=1440)
    desk.set_viewport_size({"width": 1440, "height": 900})
    shot(desk, "fleet-1440")
    desk.set_viewport_size({"width": 390, "height": 844})
    assert fits(desk)
    shot(desk, "fleet-390")
    desk.set_viewport_size({"width": 1440, "height": 900})
    desk.get_by_role("link", name="Ghép máy mới").click()
    shot(desk, "pair-empty")
    desk.get_by_label("Tám chữ trên màn hình").fill(newcomer.offer.letters.lower())
    desk.get_by_role("button", name="Xem máy").click()
    expect(desk.locator(".four-words li")).to_have_text(newcomer.words())
    assert fits(desk)
    handbook_picture(desk, "tt-ghep-may")
    shot(desk, "pair-1440")
    desk.set_viewport_size({"width": 390, "height": 844})
    assert fits(desk)
    shot(desk, "pair-390")
    desk.get_by_label("Máy đứng ở quầy nào").select_option("xa-tan-trao.q2")
    desk.get_by_label("Bốn từ giống nhau").check()
    desk.get_by_role("button", name="Ghép máy vào quầy này").click()
    expect(desk.get_by_text("Đã ghép.")).to_be_visible()


def test_a_kiosk_is_moved_and_moved_back_on_its_page(served: Served, desk: Page) -> None:
    kiosk = served.kiosk("xa-tan-trao.q1")
    kiosk.send(health=WELL)
    sign_in(desk, served)
    desk.goto(f"{served.url}/thiet-bi/may/{kiosk.device}")
    desk.get_by_label("Quầy mới").select_option("xa-tan-trao.q2")
    desk.get_by_role("button", name="Chuyển từ bây giờ").click()
    expect(desk.get_by_text("Đã chuyển.")).to_be_visible()
    assert fits(desk)
    shot(desk, "device-1440")
    desk.set_viewport_size({"width": 390, "height": 844})
    assert fits(desk)
    shot(desk, "device-390")
    desk.get_by_role("button", name="Hoàn tác lần chuyển gần nhất").click()
    expect(desk.get_by_text("Đã hoàn tác.")).to_be_visible()
