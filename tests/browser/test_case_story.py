"""Seed 001's story through the pages: a low grade, a call, an explanation, a meeting, an apology, the citizen's grade.

With HAILONG_PICTURES=folder it also takes the handbook's pictures there.
"""

import secrets
from uuid import UUID

from playwright.sync_api import Browser, Page, expect

from demo import second_step
from server.accounts import passwords
from server.accounts import queries as accounts
from server.ballots.verify import verify
from server.cases import events
from survey.ballot import Answer, Channel, Consent, ballot_code
from survey.note import Note
from survey.sealing import seal
from tests.browser.conftest import Served, handbook_picture
from tests.browser.test_centre_pages import NEW, fits, sign_in, wall
from tests.kiosk_double import QUESTIONS

PHONE = "0912345678"


def press(served: Served) -> str:
    """Press “không hài lòng” at a kiosk, with words and a number; returns the mã phiếu."""
    kiosk = served.kiosk("xa-tan-trao.q1")
    note = Note(comment="Chờ từ 8 giờ đến 10 giờ, cán bộ quầy 1 nói to tiếng.", phone=PHONE)
    answers = {asked: Answer(2 if asked in ("attitude", QUESTIONS[-1]) else 4, 900) for asked in QUESTIONS}
    entry = kiosk.cast(
        wall=wall(), channel=Channel.TOUCH, answers=answers, reasons={"attitude": ["attitude.impolite"]},
        sealed=seal(note, served.centre.keys.seal_key), sealed_salt=secrets.token_bytes(16),
        consent=Consent("contact_v1", "vi"),
    )  # fmt: skip
    kiosk.send([entry])
    with served.centre.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT id FROM ballots").scalar()
    return ballot_code(UUID(bytes=bytes(found)))


def handler(served: Served, browser: Browser) -> Page:
    """Return the page of the commune's handler, signed in."""
    digest = passwords.digest(NEW)
    served.centre.writer.run(
        lambda work: accounts.add(work, "lan.tantrao", digest, "handler", 1, must_change=False, unit="xa-tan-trao")
    )
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(served.url)
    page.get_by_label("Tên đăng nhập").fill("lan.tantrao")
    page.get_by_label("Mật khẩu").fill(NEW)
    page.get_by_role("button", name="Đăng nhập").click()
    second_step.set_up(page)
    return page


def step(page: Page, words: str, **fields: str) -> None:
    """Open a step of the case's page, fill it in and take it."""
    box = page.locator("details.step-form", has=page.locator("summary", has_text=words)).first
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    for name, value in fields.items():
        field = box.locator(f"[name={name}]")
        if name == "unit":
            field.select_option(value)
        elif name == "finding":
            box.locator(f"[name=finding][value={value}]").check()
        else:
            field.fill(value)
    box.get_by_role("button").click()
    expect(page.get_by_role("status")).to_be_visible()


def ask(phone: Page, served: Served, code: str) -> None:
    phone.goto(served.url + "/tra-cuu")
    phone.fill("#ma", code)
    phone.get_by_role("button", name="Tra cứu").click()


def test_from_a_low_grade_to_the_apology_and_the_citizens_own_grade(
    served: Served, desk: Page, phone: Page, browser: Browser
) -> None:
    sign_in(desk, served)
    code = press(served)
    link = desk.get_by_role("link", name="VV-00001")
    for _ in range(6):
        desk.goto(served.url + "/vu-viec")
        if link.count():
            break
        desk.wait_for_timeout(5_000)
    handbook_picture(desk, "dv-vu-viec")
    link.click()
    expect(desk.get_by_text("Chờ từ 8 giờ đến 10 giờ")).to_be_visible()
    expect(desk.get_by_text("09xx xxx 678")).to_be_visible()
    step(desk, "Phân loại xong")
    step(desk, "Chuyển đơn vị xử lý", unit="xa-tan-trao", note="Đề nghị UBND xã làm rõ.", document="41/VP-PC")
    ask(phone, served, code)
    expect(phone.get_by_text("Đang được xem xét, làm rõ.")).to_be_visible()

    lan = handler(served, browser)
    lan.goto(served.url + "/goi-lai")
    expect(lan.get_by_text("09xx xxx 678")).to_be_visible()
    lan.get_by_label("Lý do xem đủ số").select_option("call_back")
    lan.get_by_role("button", name="Xem đủ số").click()
    expect(lan.get_by_text(PHONE)).to_be_visible()
    lan.get_by_label("Kết quả cuộc gọi").select_option("reached")
    lan.get_by_label("Ghi chú").fill("Người dân kể lại, đồng ý đến làm việc sáng thứ Hai.")
    lan.get_by_role("button", name="Ghi kết quả").click()
    lan.goto(served.url + "/vu-viec/1")
    step(lan, "Đề nghị giải trình", note="Đề nghị bộ phận Một cửa giải trình.", document="12/UBND")
    step(lan, "Gửi giải trình", note="Hôm đó quầy 1 thiếu người, cán bộ có nói to.")
    step(lan, "Mời công dân làm việc", note="Mời 9 giờ sáng thứ Hai.")
    step(lan, "Kết luận sau buổi làm việc", finding="partly", note="Cán bộ nói to là đúng.", document="Biên bản 03/BB")
    handbook_picture(lan, "dv-vu-viec-chi-tiet", is_whole=True)
    step(lan, "Đã khắc phục, xin lỗi", note="Cán bộ đã xin lỗi trực tiếp.", document="Thư xin lỗi 07/UBND")
    step(lan, "Trả lời công dân", answer="UBND xã xin lỗi Ông/Bà; quầy 1 có thêm người vào giờ cao điểm.")
    assert fits(lan)

    ask(phone, served, code)
    expect(phone.get_by_text("UBND xã xin lỗi Ông/Bà")).to_be_visible()
    expect(phone.get_by_text("Cán bộ nói to")).to_have_count(0)
    handbook_picture(phone, "dv-tra-cuu", width=390, height=844)
    phone.locator("label[for=m4]").click()
    phone.get_by_role("button", name="Gửi đánh giá").click()
    expect(phone.get_by_text("Cảm ơn Ông/Bà đã đánh giá")).to_be_visible()
    lan.reload()
    expect(lan.get_by_text("Người dân đánh giá việc xử lý: 4/5")).to_be_visible()
    step(lan, "Đóng vụ việc")
    lan.context.close()
    assert served.centre.writer.run(verify).faults == []
    assert served.centre.writer.run(events.first_broken) is None
