"""Asking a kiosk for its support bundle on its page, in a real browser at both widths."""

import io
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests import kiosk_double
from tests.browser.conftest import Served, handbook_picture
from tests.browser.test_centre_pages import fits, sign_in
from tests.browser.test_pairing_page import shot
from tests.server import test_bundles
from tests.server.test_bundles import a_bundle, asked_of, send
from tests.server.test_fleet_list import WELL


def looked_at(page: Page, name: str) -> None:
    """Photograph the page at both widths, where pictures are wanted; it must fit."""
    for width, height in ((390, 844), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        assert fits(page)
        shot(page, f"{name}-{width}")


def test_a_bundle_is_asked_for_withdrawn_asked_again_and_downloaded(served: Served, desk: Page, monkeypatch) -> None:
    kiosk = served.kiosk("xa-tan-trao.q1")
    kiosk.send(health=WELL)
    monkeypatch.setattr(test_bundles, "HOST", kiosk_double.HOST)
    sign_in(desk, served)
    desk.goto(f"{served.url}/thiet-bi/may/{kiosk.device}")
    part = desk.locator("#goi-ho-tro")
    for reason in ("Màn hình tắt giữa buổi", "Nút số 2 không nhận, xin xem nhật ký ba ngày qua"):
        part.get_by_label("Lý do xin gói").fill(reason)
        part.get_by_role("button", name="Xin gói hỗ trợ").click()
        expect(desk.get_by_text("Đã ghi yêu cầu.")).to_be_visible()
        expect(part.get_by_text("Đang chờ máy gửi")).to_be_visible()
        looked_at(desk, "bundle-waiting")
        if reason.startswith("Màn hình"):
            part.get_by_role("button", name="Rút yêu cầu đang chờ").click()
            expect(desk.get_by_text("Gói máy gửi sau lúc này không được giữ.")).to_be_visible()
    failed = a_bundle(kiosk, asked_of(kiosk), zip=b"", why="not_made", fault="OperationalError")
    assert send(kiosk, failed)[0] == 200
    desk.goto(f"{served.url}/thiet-bi/may/{kiosk.device}")
    expect(part.get_by_text("máy không lập được gói (OperationalError)")).to_be_visible()
    long = ["logs/uploader.log: 150213 / 200000 B", *(f"acceptance/{n:032x}.json.sent" for n in range(9))]
    for reason, left_out in (("Thử lại sau khi khởi động máy", []), ("Mạng chậm, xem gói bị bớt gì", long)):
        part.get_by_label("Lý do xin gói").fill(reason)
        part.get_by_role("button", name="Xin gói hỗ trợ").click()
        made = a_bundle(kiosk, asked_of(kiosk), left_out=left_out)
        assert send(kiosk, made)[0] == 200
        desk.goto(f"{served.url}/thiet-bi/may/{kiosk.device}")
        if not left_out:
            part.evaluate("part => part.scrollIntoView()")
            handbook_picture(desk, "tt-goi-ho-tro", height=620)
    expect(part.get_by_text("và 7 phần nữa")).to_be_visible()
    looked_at(desk, "bundle-held")
    with desk.expect_download() as waiting:
        part.get_by_role("link", name="Tải gói").first.click()
    assert waiting.value.suggested_filename.startswith(f"hailong-ho-tro-{kiosk.device}-")
    with zipfile.ZipFile(io.BytesIO(Path(waiting.value.path()).read_bytes())) as zipped:
        assert zipped.namelist() == ["versions.json"]
    desk.goto(f"{served.url}/nhat-ky")
    expect(desk.get_by_role("cell", name="Tải gói hỗ trợ của ki-ốt")).to_be_visible()
