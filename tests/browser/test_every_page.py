"""Every page of the centre in a real browser: nothing beyond the right edge, nothing that axe finds, at both widths.

A new page belongs in PAGES; whatever it needs to be filled goes into `filled`.
"""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from demo import second_step
from server.alerts.tell import tell_cases
from server.cases.open import open_waiting
from server.results.desk import VIEWS
from survey.ballot import Consent
from survey.note import Note
from survey.sealing import seal
from tests.browser.conftest import Served
from tests.browser.test_centre_pages import fits, sign_in, wall

STRANGERS = ["/dang-nhap", "/moi/het-han", "/khong-co"]
PAGES = [
    "/ket-qua",
    "/ket-qua?ky=thang",
    *(f"/ket-qua/{name}?ky=thang" for name in VIEWS),
    "/ket-qua/can-bo?ky=nam&don_vi=xa-tan-trao.ttpvhcc",
    "/ket-qua/tt01?ky=quy&don_vi=xa-tan-trao.ttpvhcc",
    "/bao-cao",
    "/bao-cao?nam=2026&don_vi=xa-tan-trao.ttpvhcc",
    "/bao-cao/so?tu=2026-11-30&den=2026-11-01",
    "/bao-cao/van-ban",
    "/bao-cao/van-ban?don_vi=xa-tan-trao.ttpvhcc",
    "/xep-hang-nam",
    "/xep-hang-nam/2026?ban=nay",
    "/xep-hang-nam/2026/tieu-chi",
    "/xep-hang-nam/2026/diem",
    "/nhap-lieu",
    "/phieu-giay",
    "/phieu-giay/kiem-tong",
    "/thiet-bi",
    "/thiet-bi/may/ks-000001",
    "/thiet-bi/ghep",
    "/thiet-bi/ghep?ma=0000-0000",
    "/ban-phan-mem",
    "/thiet-bi/cai-dat",
    "/thiet-bi/cai-dat?don_vi=xa-tan-trao.q1",
    "/cau-hoi",
    "/cau-hoi/phien-ban/sipas-motcua-9@1.0.0",
    "/cau-hoi/ban-thao/1",
    "/mang-phieu",
    "/xuat-du-lieu",
    "/xuat-du-lieu/tep?tu=2026-11-30&den=2026-11-01",
    "/tai-khoan",
    "/tai-khoan?tim=khong-co-ai",
    "/tai-khoan/moi",
    "/tai-khoan/1",
    "/tai-khoan/2",
    "/don-vi",
    "/don-vi?tim=tan+trao",
    "/don-vi?tim=khong-co-ai",
    "/don-vi?ngay=2025-06-30",
    "/don-vi/nhap",
    "/don-vi/xa-tan-trao",
    "/don-vi/huyen-son-duong",
    "/don-vi/xa-tan-trao.q1",
    "/don-vi/xa-tan-trao/them",
    "/don-vi/xa-tan-trao/sap-nhap",
    "/don-vi/xa-tan-trao/tach",
    "/don-vi/xa-tan-trao/gio",
    "/truc-quay?don_vi=xa-tan-trao.ttpvhcc",
    "/truc-quay/de-nghi?don_vi=xa-tan-trao.ttpvhcc",
    "/cong-bo",
    "/cong-khai",
    "/cong-khai/dau-niem-phong",
    "/cong-khai/xa-tan-trao.ttpvhcc",
    "/cong-khai/xa-tan-trao.ttpvhcc/nhung",
    "/cong-khai/xa-tan-trao.ttpvhcc/ap-phich",
    "/loi-moi",
    "/loi-moi?don_vi=xa-tan-trao.q1",
    "/loi-moi/ap-phich/xa-tan-trao.ttpvhcc",
    "/loi-moi/ap-phich/xa-tan-trao.q1?co=ban",
    "/ngay-nghi?nam=2026",
    "/ngay-nghi?nam=2030",
    "/vu-viec",
    "/vu-viec?nhom=cam-on",
    "/vu-viec?tim=khong+co",
    "/vu-viec/1",
    "/vu-viec/1/van-ban/phieu-chuyen",
    "/vu-viec/1/man-hinh",
    "/vu-viec/quy-tac",
    "/canh-bao",
    "/canh-bao?nhom=tat-ca",
    "/canh-bao/1",
    "/canh-bao/cai-dat",
    "/canh-bao/webhook",
    "/goi-lai",
    "/y-kien-cong-bo",
    "/ke-hoach",
    "/ke-hoach/moi?don_vi=xa-tan-trao.ttpvhcc",
    "/ke-hoach/1",
    "/tra-cuu",
    "/nhat-ky",
    "/du-lieu-ca-nhan",
    "/nhat-ky?nguoi=khong-co-ai",
    "/phien",
    "/hai-buoc",
    "/doi-mat-khau",
]
"""What the administrator can open."""

WIDTHS = (390, 1440)


def filled(served: Served, page: Page) -> None:
    """Put something on every page: ballots, a kiosk, an invited person."""
    kiosk = served.kiosk("xa-tan-trao.q1")
    kiosk.send([kiosk.cast(wall=wall()) for _ in range(7)])
    month = (datetime.now(UTC).replace(day=1) - timedelta(days=15)).strftime("%Y-%m-%dT03:00:00.000Z")
    kiosk.send([kiosk.cast(wall=month) for _ in range(40)])
    page.goto(f"{served.url}/thiet-bi/may/{kiosk.device}")
    page.get_by_label("Lý do xin gói").fill("Màn hình tắt giữa buổi")
    page.get_by_role("button", name="Xin gói hỗ trợ").click()
    page.goto(served.url + "/cong-bo")
    page.locator("input[name='o.xa-tan-trao.ttpvhcc']").check()
    page.get_by_role("button", name="Lưu").click()
    for comment, phone in (("Chờ lâu quá", "0912345678"), ("Cảm ơn cán bộ nhiệt tình", "")):
        note = seal(Note(comment=comment, phone=phone), served.centre.keys.seal_key)
        consent = Consent("contact_v1", "vi") if phone else None
        kiosk.send([kiosk.cast(wall=wall(), sealed=note, sealed_salt=secrets.token_bytes(16), consent=consent)])
        open_waiting(served.centre)
    tell_cases(served.centre)
    page.goto(f"{served.url}/ke-hoach/moi?don_vi=xa-tan-trao.ttpvhcc&ky=thang/{month[:7]}")
    page.get_by_label("Phát hiện:").fill("Thiếu ghế ở khu chờ")
    page.get_by_label("Việc làm:").fill("Mua 20 ghế")
    page.get_by_label("Người chịu trách nhiệm").select_option("u:xa-tan-trao.ttpvhcc")
    page.get_by_label("Lời cho người dân").fill("Thêm 20 ghế ở khu chờ")
    page.get_by_role("button", name="Lưu dự thảo").click()
    page.goto(served.url + "/cau-hoi")
    page.get_by_role("button", name="Soạn phiên bản mới").first.click()
    page.goto(served.url + "/thiet-bi/cai-dat")
    page.get_by_label("Âm lượng").fill("80")
    page.get_by_role("button", name="Xem trước trên màn hình").click()
    page.get_by_role("button", name="Áp dụng ngay").click()
    page.goto(served.url + "/tai-khoan/moi")
    page.get_by_label("Họ tên").fill("Nguyễn Thị Lan")
    page.get_by_label("Tên đăng nhập").fill("lan.tantrao")
    page.get_by_label("Lãnh đạo đơn vị").first.check()
    page.select_option("select[name=unit]", "xa-tan-trao")
    page.get_by_role("button", name="Lập đường dẫn mời").click()


def faults(page: Page, where: str, pictures: Path) -> list[str]:
    """Return what is wrong with the page shown, at both widths; each is photographed."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        name = where.strip("/").replace("/", "-").replace("?", "-") or "dau"
        page.screenshot(path=pictures / f"{name}-{width}.png", full_page=True)
        if not fits(page):
            found.append(f"{where} at {width}: wider than its window")
        for one in Axe().run(page).response["violations"]:
            places = "; ".join(str(node["target"]) for node in one["nodes"][:3])
            found.append(f"{where} at {width}: {one['id']}: {one['help']} ({places})")
    return found


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    made = tmp_path / "pictures"
    made.mkdir()
    return made


def test_every_page_fits_and_axe_finds_nothing(served: Served, browser, pictures: Path) -> None:
    page = browser.new_page()
    found = []
    for where in STRANGERS:
        page.goto(served.url + where)
        found += faults(page, where, pictures)
    sign_in(page, served)
    filled(served, page)
    found += faults(page, "duong-dan-moi", pictures)
    for where in PAGES:
        page.goto(served.url + where)
        found += faults(page, where, pictures)
    page.close()
    assert found == []


def test_the_steps_of_a_sign_in_fit_and_axe_finds_nothing(served: Served, browser, pictures: Path) -> None:
    context = browser.new_context()
    page, invited = context.new_page(), browser.new_context().new_page()
    sign_in(page, served)
    filled(served, page)
    invited.goto(page.inner_text("#duong-dan"))
    found = faults(invited, "dat-mat-khau", pictures)
    invited.get_by_label("Mật khẩu mới", exact=True).fill("con mèo nhảy qua hàng rào")
    invited.get_by_label("Nhập lại mật khẩu mới").fill("con mèo nhảy qua hàng rào")
    invited.get_by_role("button", name="Đặt mật khẩu").click()
    found += faults(invited, "bat-buoc-hai", pictures)
    key = second_step.key_of(invited.content())
    invited.fill("input[name=code]", second_step.digits(key))
    invited.get_by_role("button", name="Bật bước thứ hai").click()
    found += faults(invited, "ma-du-phong", pictures)
    invited.get_by_role("link", name="tiếp tục").click()
    found += faults(invited, "lanh-dao", pictures)
    page.goto(served.url + "/tai-khoan/2")
    page.get_by_role("button", name="Khóa tài khoản").click()
    found += faults(page, "da-khoa", pictures)
    page.get_by_role("button", name="Hoàn tác").click()
    invited.context.clear_cookies()
    invited.goto(served.url + "/dang-nhap")
    invited.get_by_label("Tên đăng nhập").fill("lan.tantrao")
    invited.get_by_label("Mật khẩu").fill("con mèo nhảy qua hàng rào")
    invited.get_by_role("button", name="Đăng nhập").click()
    found += faults(invited, "hoi-ma", pictures)
    invited.context.close()
    context.close()
    assert found == []
