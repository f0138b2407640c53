"""What anybody sees of the daily seal, and how a province keeps its register of personal data; in a real browser.

HAILONG_PICTURES: a folder for the handbook's pictures.
"""

import secrets
from pathlib import Path
from uuid import UUID

from msgspec.structs import replace
from playwright.sync_api import Browser, expect

from server.cases.open import index_codes, open_waiting
from server.database import Work
from server.seals.seal import seal
from survey.ballot import Consent, ballot_code
from survey.local_time import DAY_MS, local_date
from survey.note import Note
from survey.sealing import seal as closed
from tests.browser.conftest import Served, handbook_picture
from tests.browser.test_centre_pages import sign_in, wall
from tests.browser.test_every_page import faults


def test_a_citizen_finds_the_days_seal_and_an_officer_meets_a_request(
    served: Served, browser: Browser, tmp_path: Path
) -> None:
    kiosk = served.kiosk("xa-tan-trao.q1")
    centre = served.centre
    words = closed(Note(comment="Chờ lâu, ghế ngồi ít.", phone="0912345678"), kiosk.settings().seal_key)
    entry = kiosk.cast(wall=wall(), sealed=words, sealed_salt=secrets.token_bytes(16),
                       consent=Consent("contact_v1", "vi"))  # fmt: skip
    kiosk.send([entry, *(kiosk.cast(wall=wall()) for _ in range(9))])
    for days in (3, 2, 1):
        day = local_date(centre.now_ms() - days * DAY_MS)
        centre.writer.run(lambda work, day=day: _came_on(work, str(day)))  # type: ignore[misc]
        then = replace(centre, now_ms=lambda days=days: centre.now_ms() - (days - 1) * DAY_MS)  # type: ignore[misc]
        seal(then, day, "test")
        kiosk.send([kiosk.cast(wall=wall()) for _ in range(days)])
    open_waiting(centre)
    index_codes(centre)
    found: list[str] = []
    page = browser.new_page()
    page.goto(f"{served.url}/cong-khai/dau-niem-phong")
    expect(page.locator("tbody tr")).to_have_count(3)
    with page.expect_download() as given:
        page.get_by_role("link", name="Tải dấu").first.click()
    assert "/dau-niem-phong\n" in given.value.path().read_text(encoding="utf-8")
    found += faults(page, "dau-niem-phong", tmp_path)
    handbook_picture(page, "tt-dau-niem-phong", is_whole=True)
    code = ballot_code(UUID(str(_id_of(served))))
    page.goto(f"{served.url}/tra-cuu")
    page.get_by_label("Mã phiếu").fill(code)
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.locator("main")).to_contain_text("nằm trong dấu niêm phong ngày")
    sign_in(page, served)
    page.goto(f"{served.url}/du-lieu-ca-nhan")
    page.get_by_label("Mã phiếu").fill(code)
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.locator("main")).to_contain_text("Đang giữ số điện thoại hoặc họ tên")
    found += faults(page, "du-lieu-ca-nhan-tra", tmp_path)
    page.get_by_role("button", name="Xóa số điện thoại, họ tên").click()
    expect(page.get_by_role("status")).to_contain_text("Đã xóa 1 nơi lưu")
    expect(page.locator("main")).to_contain_text("đúng hạn")
    found += faults(page, "du-lieu-ca-nhan", tmp_path)
    handbook_picture(page, "tt-du-lieu-ca-nhan", is_whole=True)
    page.close()
    assert found == []


def _came_on(work: Work, day: str) -> None:
    work.run("UPDATE ballots SET received_day = ? WHERE id NOT IN (SELECT ballot_id FROM sealed_leaves)", (day,))
    work.run("UPDATE questionnaires SET published_at = 1767225600000, effective_from = '2026-01-01'")
    work.run("UPDATE accounts SET made_at = 1767225600000")


def _id_of(served: Served) -> UUID:
    with served.centre.engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT id FROM ballots WHERE sealed IS NOT NULL").one()
    return UUID(bytes=bytes(row[0]))
