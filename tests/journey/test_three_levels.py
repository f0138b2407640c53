"""A board of three buttons with a questionnaire of three levels, from the pins and the glass to page and workbook."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory

os.environ["SDL_VIDEODRIVER"] = "offscreen"

from appliance import __main__ as program
from appliance import identity
from appliance.enrol import enrol
from appliance.settings import PANELS, Settings
from demo.browser import PHONE, browser
from demo.centre import Centre
from survey.questionnaire import bundled
from tests.journey.test_handover import exchange
from tests.journey.test_press import leader, month_of_workbook, table

PINS = [5, 6, 13]
THREE = bundled("danh-gia-nhanh-3")


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    """A centre of this test's own that covers no small number."""
    made = Centre(tmp_path / "centre", environment={"HAILONG_CENTRE_MIN_CELL": "1"}).prepare().start()
    yield made
    made.stop()


@pytest.fixture
def kiosk(centre: Centre, tmp_path: Path) -> Iterator[program.Kiosk]:
    """A kiosk with three buttons, at a counter that asks in three levels while all others ask in five."""
    counter = centre.counter()
    centre.do("ask", "sipas-motcua-9", "--all")
    centre.do("publish", "--bundled", THREE.id)
    centre.do("ask", THREE.id, "--counter", counter)
    Device.pin_factory = MockFactory()
    local = Settings(
        data_dir=str(tmp_path / "kiosk"),
        centre=centre.url,
        panel=PANELS[os.environ.get("KIOSK_PANEL", "7in")],
        fullscreen=False,
        button_pins=PINS,
    )
    enrol(local, centre.code(counter))
    exchange(local)
    joined = program.join(local)
    yield joined
    joined.close()
    Device.pin_factory.reset()
    Device.pin_factory = None


def by_glass(rig, pictures: Path) -> None:
    """Answer all three: the last level with a reason, the first, and not applicable."""
    rig.wait(5.5)
    rig.tap("start", 0.7)
    assert [face.words for face in rig.view.faces] == ["Rất hài lòng", "Hài lòng", "Chưa hài lòng"]
    assert [face.mood for face in rig.view.faces] == [5, 4, 2]
    rig.shot(pictures / "three.png")
    for name in ("level-1", "reason-overall3.waiting", "next", "level-3", "na"):
        rig.tap(name, 0.7)
    while rig.screen in {"choice", "comment"}:
        rig.tap("skip", 0.7)
    if rig.screen == "contact":
        rig.tap("refuse", 0.7)
    rig.until(lambda: rig.screen == "thanks", 20)
    rig.tap("done", 0.7)


def by_phone(url: str) -> None:
    """Hand over with one answer, and answer the rest in the middle level."""
    with browser(*PHONE, is_phone=True) as page:
        page.goto(url)
        assert "Đã nhận 1 câu" in page.inner_text("#ho")
        assert page.locator("#c1 input[type=radio]").count() == 3
        for place in (1, 2):
            page.locator(f"#c{place} label").nth(1).tap()
        page.get_by_role("button").last.click()
        page.wait_for_selector(".code")


def test_three_levels_stay_three_levels_all_the_way(centre: Centre, kiosk: program.Kiosk, tmp_path: Path) -> None:
    from demo import people  # Kivy opens its window at import
    from demo.rig import Rig

    told = identity.kiosk_settings(kiosk.folder)
    assert told is not None
    assert told.questionnaire.ref == THREE.ref
    rig = Rig(kiosk.app, is_virtual=False)
    try:
        rig.until(lambda: kiosk.buttons is not None and kiosk.store.clock is not None and bool(kiosk.app.qr), 20)
        people.by_button(rig, PINS[1])
        by_glass(rig, tmp_path)
        rig.tap("start", 0.7)
        rig.tap("level-3", 0.7)
        rig.tap("handover", 0.7)
        url = people.read_qr(rig.shot(tmp_path / "handover.png"))
        rig.tap("done", 0.7)
        rig.until(lambda: rig.screen == "thanks", 20)
    finally:
        rig.close()
    by_phone(url)
    exchange(kiosk.local)
    assert centre.rows("SELECT channel, lane, status, levels FROM ballots ORDER BY channel, lane, status") == [
        ("button", "kiosk", "quick", "2--"),
        ("qr", "qr-fresh", "complete", "322"),
        ("touch", "kiosk", "complete", "13n"),
        ("touch", "superseded", "partial", "3--"),
    ]
    session = leader(centre)
    book = month_of_workbook(centre, session)
    assert book.sheetnames == [
        "Tổng hợp", "Theo câu hỏi", "3 mức", "Theo quầy, lĩnh vực", "Lý do chưa hài lòng", "Ý kiến góp ý",
        "Chất lượng số liệu", "Dữ liệu phiếu",
    ]  # fmt: skip
    rows = [tuple(row.values())[2:] for row in table(book, "3 mức") if row["Câu"] in {"N1", "N2", "N3"}]
    assert rows == [(1, 0, 1, 0, 2, 50), (1, 1, 0, 0, 2, 100), (0, 1, 0, 1, 1, 100), (0, 1, 0, 0, 1, 100)]
    total = next(row for row in table(book, "Tổng hợp") if row["Đơn vị"] == "Tổng cộng")
    assert (total["Số phiếu hợp lệ"], total["Số trả lời câu 9"], total["Phiếu nhanh (số)"]) == (3, 0, 0)
    data = [row for row in table(book, "Dữ liệu phiếu") if isinstance(row["TT"], int)]
    assert sorted(str((row["N1"], row["N2"], row["N3"], row["Q9"])) for row in data) == sorted(
        map(str, [(2, None, None, "–"), (3, 2, 2, "–"), (1, 3, "KAD", "–")])
    )
    page = session.get(centre.url + "/ket-qua", timeout=10).text
    assert re.search(r'id="so-phieu">([^<]+)<', page)[1] == "3"
    block = page.split(f"<h2>{THREE.title['vi']}</h2>")[1].split("</section>")[0]
    first = re.findall(r"<td[^>]*>([^<]*)</td>", block.split("N1</span>")[1].split("</tr>")[0])
    assert first == ["1", "0", "1", "0", "2", "50,0\xa0%"]
    assert "không quy đổi sang năm mức" in block
    assert centre.do("verify").startswith("4 ballots")
