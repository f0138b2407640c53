"""The pictures of the centre's handbook, from a real centre in a real browser: `python -m demo.accounts`."""

import tempfile
from pathlib import Path

from playwright.sync_api import Page

from demo import second_step
from demo.browser import browser
from demo.centre import Centre

OUT = Path(__file__).parent.parent / "docs" / "vi" / "hinh"
WIDTH, HEIGHT = 1180, 760
PASSWORD = "mot cau that dai de nho 2026"


def enter(page: Page, centre: Centre) -> None:
    """Sign in as the administrator, as at the very first time."""
    page.goto(centre.url + "/dang-nhap")
    page.fill("input[name=name]", "quantri")
    page.fill("input[name=password]", centre.password)
    page.get_by_role("button", name="Đăng nhập").click()
    page.fill("input[name=old]", centre.password)
    page.fill("input[name=new]", PASSWORD)
    page.fill("input[name=again]", PASSWORD)
    page.get_by_role("button", name="Đổi mật khẩu").click()


def invite(page: Page, centre: Centre, person: str, name: str, role: str, unit: str) -> None:
    """Invite one person; the page then shows the link."""
    page.goto(centre.url + "/tai-khoan/moi")
    page.get_by_label("Họ tên").fill(person)
    page.get_by_label("Tên đăng nhập").fill(name)
    page.check(f"input[name=role][value={role}]")
    page.select_option("select[name=unit]", unit)
    page.get_by_role("button", name="Lập đường dẫn mời").click()


def main() -> None:
    """Take every picture; the key and the link on them end with the centre they are of."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, browser(WIDTH, HEIGHT) as page:
        centre = Centre(Path(folder) / "centre").prepare().start()
        try:
            enter(page, centre)
            page.screenshot(path=OUT / "tt-buoc-hai.png", full_page=True)
            second_step.set_up(page)
            for person, name, role, unit in (
                ("Nguyễn Thị Lan", "lan.tantrao", "leader", "xa-tan-trao"),
                ("Hoàng Văn Minh", "minh.snv", "handler", "so-noi-vu"),
                ("Ma Thị Hoa", "hoa.kythuat", "technician", ""),
                ("Trần Quốc Việt", "viet.thanhtra", "auditor", ""),
            ):
                invite(page, centre, person, name, role, unit)
            page.screenshot(path=OUT / "tt-duong-dan.png")
            for path, name in (("/tai-khoan", "tt-tai-khoan"), ("/nhat-ky", "tt-nhat-ky")):
                page.goto(centre.url + path)
                page.screenshot(path=OUT / f"{name}.png")
        finally:
            centre.stop()


if __name__ == "__main__":
    main()
