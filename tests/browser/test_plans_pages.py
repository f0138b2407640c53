"""A plan in a real browser: from a finding of the month to what everybody reads.

With HAILONG_PICTURES=folder it also takes the handbook's pictures there.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from survey.ballot import Answer
from tests.browser.conftest import Served, handbook_picture, quiet_page
from tests.browser.test_centre_pages import fits, sign_in
from tests.kiosk_double import QUESTIONS

OFFICE = "xa-tan-trao.ttpvhcc"
ACTION = "Kê thêm 20 ghế, một quạt trần; phân luồng người chỉ nộp hồ sơ và người cần hướng dẫn"


HANDBOOK = {"danh-sach": "dv-ke-hoach", "da-lam": "dv-ke-hoach-mot-dong", "don-vi": "dv-da-lam-cong-khai"}


def day(ago: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=ago)


def cast(served: Served, ago: int, good: int, bad: int, low: str = "") -> None:
    kiosk = served.kiosk("xa-tan-trao.q1")
    when = f"{day(ago):%Y-%m-%d}T03:00:00.000Z"
    for level, n in ((5, good), (2, bad)):
        answers = {one: Answer(level if one == low or not low else 5, 2000) for one in QUESTIONS}
        kiosk.send([kiosk.cast(answers=answers, wall=when) for _ in range(n)])


def picture(page: Page, folder: Path, name: str) -> None:
    """Photograph a page at both widths; it must fit."""
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
        assert fits(page), f"{name} at {width}"
    if name in HANDBOOK:
        handbook_picture(page, HANDBOOK[name], width=1200, height=820)


def step(page: Page, words: str, **fields: str) -> None:
    form = page.locator("details.step-form", has_text=words).first
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    for name, value in fields.items():
        form.locator(f"[name={name}]").fill(value)
    form.get_by_role("button", name=words).click()
    expect(page.locator(".done")).to_be_visible()


def test_the_kiosks_code_fills_in_the_ballot_code_and_takes_it_out_of_the_address(
    served: Served, browser: Browser, phone: Page
) -> None:
    asked: list[str] = []
    with quiet_page(browser, 390, 844) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{served.url}/T#5N1JG6RGF1")
        expect(page.get_by_label("Mã phiếu")).to_have_value("5N1JG6RGF1")
        assert page.url == f"{served.url}/T"
        assert not [url for url in asked if "5N1JG6RGF1" in url.partition("#")[0]]
        page.get_by_role("button", name="Tra cứu").click()
        expect(page.get_by_role("alert")).to_contain_text("Chưa thấy phiếu có mã này")
        assert page.url == f"{served.url}/tra-cuu?lang=vi"
    phone.goto(f"{served.url}/T#5N1JG6RGF1")  # without a script the code is typed in
    expect(phone.get_by_label("Mã phiếu")).to_have_value("")


def test_a_finding_becomes_a_plan_that_everybody_sees_done(served: Served, browser: Browser, tmp_path: Path) -> None:
    cast(served, 60, 22, 18)
    cast(served, 20, 37, 3)
    with quiet_page(browser, 1440, 900) as page:
        sign_in(page, served)
        page.goto(served.url + "/ke-hoach")
        picture(page, tmp_path, "trong")
        month = f"{day(60):%Y-%m}"
        page.goto(f"{served.url}/ke-hoach/moi?don_vi={OFFICE}&ky=thang/{month}")
        page.get_by_role("link", name="Dùng gợi ý này").first.click()
        page.get_by_label("Việc làm:").fill(ACTION)
        page.get_by_label("Người chịu trách nhiệm").select_option(f"u:{OFFICE}")
        page.get_by_label("Lời cho người dân").fill("Thêm 20 ghế, một quạt; lối riêng cho người chỉ nộp hồ sơ")
        page.get_by_label("Lời tiếng Anh").fill("20 more seats, a fan, and a lane for drop-off only")
        picture(page, tmp_path, "lap")
        page.get_by_role("button", name="Lưu dự thảo").click()
        picture(page, tmp_path, "du-thao")
        step(page, "Duyệt", note="Làm ngay trong tháng")
        step(page, "Bắt đầu làm", day=f"{day(55):%Y-%m-%d}")
        step(page, "Đã làm xong", day=f"{day(45):%Y-%m-%d}")
        expect(page.locator("body")).to_contain_text("Tăng thật")
        picture(page, tmp_path, "da-lam")
        page.goto(f"{served.url}/ke-hoach/moi?don_vi={OFFICE}&ky=thang/{month}")
        page.get_by_label("Phát hiện:").fill("Biển chỉ dẫn khó đọc với người cao tuổi")
        page.get_by_label("Việc làm:").fill("In lại biển chữ lớn, thêm mũi tên ở cửa vào")
        page.get_by_label("Người chịu trách nhiệm").select_option("a:quantri")
        page.get_by_label("Hạn", exact=True).fill(f"{day(3):%Y-%m-%d}")
        page.get_by_role("button", name="Lưu dự thảo").click()
        page.goto(served.url + "/ke-hoach")
        expect(page.locator("tbody tr")).to_have_count(2)
        picture(page, tmp_path, "danh-sach")
        page.goto(served.url + "/cong-bo")
        page.locator(f"input[name='o.{OFFICE}']").check()
        page.get_by_role("button", name="Lưu").click()
        for name, path in (("cong-khai", ""), ("don-vi", f"/{OFFICE}"), ("ap-phich", f"/{OFFICE}/ap-phich")):
            page.goto(f"{served.url}/cong-khai{path}")
            expect(page.locator("body")).to_contain_text("lối riêng cho người chỉ nộp hồ sơ")
            picture(page, tmp_path, name)
        page.pdf(path=tmp_path / "ap-phich.pdf", format="A4")
        page.goto(served.url + "/ke-hoach")
        page.emulate_media(media="print")
        page.pdf(path=tmp_path / "danh-sach.pdf", format="A4", landscape=True)
