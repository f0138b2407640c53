"""From the kiosk's glass to a phone and the two counted once: real window, real code, real browser, real centre."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ["SDL_VIDEODRIVER"] = "offscreen"

from appliance import __main__ as program
from appliance.enrol import enrol
from appliance.settings import PANELS, Settings
from demo.browser import PHONE, browser
from demo.centre import Centre
from tests.journey.test_press import month_of_workbook, table

THREE = ("level-5", "level-4", "level-3")


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    """A centre of this test's own: its numbers are counted whole."""
    made = Centre(tmp_path / "centre").prepare().start()
    yield made
    made.stop()


@pytest.fixture
def local(centre: Centre, tmp_path: Path) -> Settings:
    """An enrolled kiosk's settings; it spoke with its centre once, so it knows the time."""
    made = Settings(
        data_dir=str(tmp_path / "kiosk"),
        centre=centre.url,
        panel=PANELS[os.environ.get("KIOSK_PANEL", "7in")],
        fullscreen=False,
        upload_every_s=1.0,
    )
    enrol(made, centre.code(centre.counter()))
    exchange(made)
    return made


def exchange(local: Settings) -> None:
    """Let the kiosk's own uploader send all it has."""
    from appliance import identity, keys
    from appliance.clock import boot_id
    from appliance.link import Link
    from appliance.outbox import Outbox
    from appliance.uploader import Uploader

    folder = Path(local.data_dir)
    granted = identity.grant(folder)
    assert granted is not None
    outbox = Outbox(folder / "outbox.db", granted.device, boot_id())
    link = Link(local.centre, keys.device_key(folder), granted.device, keys.centre_key(granted))
    uploader = Uploader(outbox, link, outbox.clock(), folder, every_s=1.0)
    uploader.exchange()
    assert not outbox.next_entries(1)[0]
    link.close()
    outbox.close()


def hand_over(local: Settings, pictures: Path, *, goes_back: bool = False) -> str:
    """Answer three questions at the kiosk and hand over; return what a QR reader reads off the glass."""
    kiosk = program.join(local)
    from demo import people  # Kivy opens its window at import
    from demo.rig import Rig

    rig = Rig(kiosk.app, is_virtual=False)
    try:
        rig.until(lambda: bool(kiosk.app.qr) and kiosk.store.clock is not None, 20)
        rig.tap("start")
        for name in (*THREE, "handover"):
            rig.tap(name, 0.7)
        assert rig.screen == "handover"
        url = people.read_qr(rig.shot(pictures / "handover.png"))
        if goes_back:
            rig.tap("back")
            for name in ("level-4", "level-4", "na", "level-4", "na", "level-4"):
                rig.tap(name, 0.7)
            while rig.screen in {"choice", "comment"}:
                rig.tap("skip", 0.7)
        else:
            rig.tap("done")
        rig.until(lambda: rig.screen == "thanks", 20)
        rig.tap("done")
    finally:
        rig.close()
        kiosk.close()
    return url


def on_the_phone(url: str, *, javascript: bool = True) -> None:
    """Open what the code says and answer what is not answered yet."""
    with browser(*PHONE, is_phone=True, javascript=javascript) as page:
        page.goto(url)
        if javascript:
            assert "Đã nhận 3 câu trả lời từ máy" in page.inner_text("#ho")
            assert "#" not in page.url
        for question in page.locator("fieldset[id^=c]").all():
            if question.locator("input[type=radio]:checked").count() == 0:
                question.locator("label").nth(1).tap()
        page.get_by_role("button").last.click()
        page.wait_for_selector(".code")


def stored(centre: Centre) -> list[tuple[object, ...]]:
    return centre.rows("SELECT channel, lane, status, levels, flags FROM ballots ORDER BY channel")


def assert_one_person(centre: Centre) -> None:
    """The page's number, the workbook's rows and the check of everything stored all say one."""
    assert centre.do("verify").startswith("2 ballots")
    counted = "SELECT sum(n) FROM rollup_ballots WHERE lane IN ('kiosk', 'qr-fresh') AND is_dated"
    assert centre.rows(counted) == [(1,)]
    book = month_of_workbook(centre)
    total = next(row for row in table(book, "Tổng hợp") if row["Đơn vị"] == "Tổng cộng")
    assert total["Số phiếu hợp lệ"] == 1
    assert sum(isinstance(row["TT"], int) for row in table(book, "Dữ liệu phiếu")) == 1


PHONE_COUNTS = [
    ("qr", "qr-fresh", "complete", "543444444", ""),
    ("touch", "superseded", "partial", "543------", "handed_over"),
]


def test_three_answers_go_on_by_phone_while_the_kiosk_is_offline(centre: Centre, local: Settings, tmp_path) -> None:
    url = hand_over(local, tmp_path)
    on_the_phone(url)
    assert [row[:3] for row in stored(centre)] == [("qr", "qr-fresh", "complete")]
    exchange(local)
    assert [(*row[:4], "" if row[0] == "qr" else row[4]) for row in stored(centre)] == PHONE_COUNTS
    assert_one_person(centre)


def test_the_kiosks_half_is_there_before_the_phone_sends(centre: Centre, local: Settings, tmp_path) -> None:
    url = hand_over(local, tmp_path)
    exchange(local)
    assert [row[:3] for row in stored(centre)] == [("touch", "kiosk", "partial")]
    on_the_phone(url)
    assert [(*row[:4], "" if row[0] == "qr" else row[4]) for row in stored(centre)] == PHONE_COUNTS
    assert_one_person(centre)


def test_a_phone_without_script_starts_over_and_is_counted_once(centre: Centre, local: Settings, tmp_path) -> None:
    url = hand_over(local, tmp_path)
    on_the_phone(url, javascript=False)
    exchange(local)
    assert [row[:4] for row in stored(centre)] == [
        ("qr", "qr-fresh", "complete", "444444444"),
        ("touch", "superseded", "partial", "543------"),
    ]
    assert_one_person(centre)


def test_someone_who_came_back_and_finished_here_and_there_is_counted_once(
    centre: Centre, local: Settings, tmp_path
) -> None:
    url = hand_over(local, tmp_path, goes_back=True)
    exchange(local)
    on_the_phone(url)
    assert [row[:3] for row in stored(centre)] == [("qr", "qr-fresh", "complete"), ("touch", "superseded", "complete")]
    assert_one_person(centre)
