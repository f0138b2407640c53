"""The people of the demo, scripted: three respondents and a leader, by touches, pins, a QR reader and a browser."""

import io
import threading
import time
from pathlib import Path
from typing import Final

import openpyxl
import zxingcpp
from gpiozero import Device
from PIL import Image
from playwright.sync_api import Page

from demo import second_step
from demo.browser import DESK, PHONE, browser
from demo.rig import Rig

COMMENT: Final = "Chowf laau quas, nhuwng cans booj tieeps daan raats lichj suwj."
COMMENT_READ: Final = "Chờ lâu quá, nhưng cán bộ tiếp dân rất lịch sự."
PASSWORD: Final = "mot cau that dai de nho 2026"


def by_touch(rig: Rig, pictures: Path) -> str:
    """Answer all nine questions by touch, one of them low with reasons and a comment; return the mã phiếu."""
    rig.tap("start")
    rig.shot(pictures / "2-question.png")
    for answer in ("level-5", "level-4"):
        rig.tap(answer)
    rig.tap("level-2")
    rig.tap("reason-access.long_queue")
    rig.tap("reason-access.not_enough_seats")
    rig.shot(pictures / "3-reasons.png")
    rig.tap("next")
    for answer in ("level-4", "level-4", "na", "level-5", "na", "level-4"):
        rig.tap(answer)
    while rig.screen == "choice":
        rig.tap(next(name for name in rig.targets() if name.startswith("choice-")))
    rig.type_keys(COMMENT)
    typed = str(rig.view.text)
    if typed != COMMENT_READ:
        raise RuntimeError(f"the kiosk's Telex made {typed!r} of the keys for {COMMENT_READ!r}")
    rig.shot(pictures / "4-comment.png")
    rig.tap("next")
    if rig.screen == "contact":
        rig.shot(pictures / "5-contact.png")
        rig.tap("refuse")
    rig.until(lambda: rig.screen == "thanks", 15)
    rig.shot(pictures / "6-thanks.png")
    code = str(rig.view.code)
    rig.tap("done")
    return code


def by_button(rig: Rig, pin: int) -> None:
    """Press one real gpiozero pin from a thread of its own, as lgpio does, and wait for the thank-you."""

    def press() -> None:
        line = Device.pin_factory.pin(pin)
        line.drive_low()
        time.sleep(0.12)
        line.drive_high()

    finger = threading.Thread(target=press)
    finger.start()
    rig.until(lambda: rig.screen == "received", 10)
    finger.join()
    rig.until(lambda: rig.screen == "thanks", 30)
    rig.tap("done")


def read_qr(picture: Path) -> str:
    """Return what a QR reader reads on a picture. Raises RuntimeError if it reads nothing."""
    found = zxingcpp.read_barcodes(Image.open(picture).convert("RGB"))
    if not found:
        raise RuntimeError(f"no QR is read on {picture.name}")
    return str(found[0].text)


def by_phone(url: str, pictures: Path) -> None:
    """Open what the QR says on a phone without JavaScript, answer, send."""
    with browser(*PHONE, is_phone=True, javascript=False) as page:
        page.goto(url)
        page.screenshot(path=pictures / "7-phone.png")
        fill_phone(page)
        page.screenshot(path=pictures / "8-phone-filled.png", full_page=True)
        page.get_by_role("button").last.click()
        page.wait_for_load_state()
        page.screenshot(path=pictures / "9-phone-thanks.png")
        if "cảm ơn" not in page.inner_text("body").lower():
            raise RuntimeError("the phone page did not thank for the ballot")


def fill_phone(page: Page) -> None:
    """Tap a face for every question on the phone page: satisfied, NA where it is allowed."""
    faces = page.locator("input[type=radio]").evaluate_all("all => all.map(one => [one.name, one.value, one.id])")
    chosen = {name: one for name, value, one in faces if value == "4"}
    chosen |= {name: one for name, value, one in faces if value == "na"}
    for one in chosen.values():
        page.locator(f'label[for="{one}"]').tap()


def by_leader(url: str, name: str, password: str, pictures: Path, workbook: Path) -> tuple[int, int]:
    """Sign in with the one-time password, set the second step up, look at today, fetch the month's workbook.

    Returns (ballots on the page, ballot rows in the workbook).
    """
    with browser(*DESK) as page:
        page.goto(url + "/ket-qua")
        page.fill("input[name=name]", name)
        page.fill("input[name=password]", password)
        page.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_selector("input[name=new]")
        page.fill("input[name=old]", password)
        page.fill("input[name=new]", PASSWORD)
        page.fill("input[name=again]", PASSWORD)
        page.get_by_role("button", name="Đổi mật khẩu").click()
        second_step.set_up(page)
        page.goto(url + "/ket-qua")
        page.wait_for_selector("#so-phieu")
        page.screenshot(path=pictures / "10-results.png", full_page=True)
        counted = int(page.inner_text("#so-phieu").replace(".", ""))
        with page.expect_download() as download:
            page.get_by_role("link", name="Tải Excel").click()
        download.value.save_as(workbook)
    sheet = openpyxl.load_workbook(io.BytesIO(workbook.read_bytes()))["Dữ liệu phiếu"]
    rows = sum(isinstance(row[0].value, int) for row in sheet.iter_rows(min_row=8))
    return counted, rows
