"""One press followed from the mock pin to the workbook's cell, through the real window, outbox, uploader and centre."""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import requests
from gpiozero import Device
from gpiozero.pins.mock import MockFactory

os.environ["SDL_VIDEODRIVER"] = "offscreen"

from appliance import __main__ as program
from appliance.enrol import enrol
from appliance.settings import PANELS, Settings
from demo import second_step
from demo.centre import Centre

PINS = [5, 6, 13, 19, 26]
PASSWORD = "mot cau that dai de nho 2026"


@pytest.fixture
def kiosk(centre: Centre, tmp_path: Path) -> Iterator[program.Kiosk]:
    """A whole kiosk with its own uploader process, on mock pins."""
    Device.pin_factory = MockFactory()
    local = Settings(
        data_dir=str(tmp_path / "kiosk"),
        centre=centre.url,
        panel=PANELS[os.environ.get("KIOSK_PANEL", "7in")],
        fullscreen=False,
        button_pins=PINS,
        upload_every_s=1.0,
    )
    enrol(local, centre.code(centre.counter()))
    joined = program.join(local)
    joined.uploads = ["--at-once"]  # its keeper starts it once the first picture is there
    yield joined
    joined.close()
    Device.pin_factory.reset()
    Device.pin_factory = None


def leader(centre: Centre) -> requests.Session:
    """Sign in as the administrator for the first time: own password, then the second step."""
    session = requests.Session()
    origin = {"Origin": centre.url}
    form = {"name": "quantri", "password": centre.password}
    session.post(centre.url + "/dang-nhap", form, headers=origin, timeout=10)
    page = session.get(centre.url + "/doi-mat-khau", timeout=10).text
    csrf = page.split('name="csrf" value="')[1].split('"')[0]
    change = {"csrf": csrf, "old": centre.password, "new": PASSWORD, "again": PASSWORD}
    page = session.post(centre.url + "/doi-mat-khau", change, headers=origin, timeout=10).text
    token = page.split('name="csrf" value="')[1].split('"')[0]
    code = {"csrf": token, "code": second_step.digits(second_step.key_of(page))}
    session.post(centre.url + "/hai-buoc", code, headers=origin, timeout=10)
    return session


def month_of_workbook(centre: Centre, session: requests.Session | None = None) -> openpyxl.Workbook:
    """Fetch this month's workbook, as a leader would."""
    session = session or leader(centre)
    day = centre.rows("SELECT max(day) FROM ballots")[0][0]
    answer = session.get(f"{centre.url}/bao-cao/thang/{day[:7]}.xlsx", timeout=20)
    assert answer.status_code == 200, answer.text[:300]
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def table(book: openpyxl.Workbook, sheet: str) -> list[dict[str, object]]:
    rows = list(book[sheet].iter_rows(min_row=7, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_one_press_of_a_pin_is_one_cell_of_the_months_workbook(centre: Centre, kiosk: program.Kiosk) -> None:
    from demo import people
    from demo.rig import Rig

    rig = Rig(kiosk.app, is_virtual=False)
    try:
        people.by_button(rig, PINS[0])
        rig.until(lambda: centre.rows("SELECT count(*) FROM ballots")[0][0] == 1, 30)
    finally:
        rig.close()
    assert centre.rows("SELECT channel, status, lane, levels FROM ballots") == [
        ("button", "quick", "kiosk", "--------5")
    ]
    book = month_of_workbook(centre)
    assert book.sheetnames == [
        "Tổng hợp", "Theo câu hỏi", "Theo quầy, lĩnh vực", "Lý do chưa hài lòng", "Ý kiến góp ý", "Chất lượng số liệu",
        "Dữ liệu phiếu",
    ]  # fmt: skip
    total = next(row for row in table(book, "Tổng hợp") if row["Đơn vị"] == "Tổng cộng")
    assert (total["Số phiếu hợp lệ"], total["Nút bấm"], total["Phiếu nhanh (số)"]) == (1, 1, 1)
    assert total["Phiếu nhanh hài lòng (%)"] == 100
    assert total["Tỷ lệ hài lòng (%)"] == "–", "a quick ballot is never mixed into the full ones"
    ballot = table(book, "Dữ liệu phiếu")[0]
    assert (ballot["Kênh"], ballot["Trạng thái"], ballot["Q9"], ballot["Q1"]) == ("Nút bấm", "Nhanh", 5, None)
    assert centre.do("verify").startswith("1 ballots in 1 streams")
