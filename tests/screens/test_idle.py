"""The waiting screen through day and night: it sleeps, wakes, drifts, counts, and its code can be read by a phone."""

import itertools
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from appliance import view as views
from appliance.rest import Rest
from appliance.settings import PANELS
from survey.enrolment import Acted, Hours
from tests.screens.conftest import PANEL, URL, a_kiosk

OFFICE = [Hours(day, "07:30", "17:00") for day in range(1, 6)]
VIET_NAM = timezone(timedelta(hours=7))
CAMERA_PX_A_MM = 3.7
"""A phone's 1920 pixels across the 520 mm that a 60-degree lens sees at 45 cm."""


def at(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=VIET_NAM).timestamp() * 1000)


def image(rig):
    data, w, h = rig.picture()
    return Image.fromarray(np.frombuffer(data, np.uint8).reshape(h, w, 3)[::-1].copy())


@pytest.fixture
def office(start):
    """A kiosk whose time is told; (rig, clock) where clock["ms"] is the time or None."""
    clock, rests = {"ms": at("2026-11-20T09:00:00")}, []
    rig = start(
        kiosk=a_kiosk(hours=OFFICE), utc_ms=lambda: clock["ms"], today=lambda: clock.get("n", 0), rested=rests.append
    )
    return rig, clock, rests


def test_after_closing_it_dims_then_sleeps_and_says_until_when(office):
    rig, clock, rests = office
    rig.wait(100, 1.0)
    lit = np.asarray(image(rig)).mean()
    clock["ms"] = at("2026-11-20T17:05:00")
    rig.wait(2)
    assert rig.screen == "idle"
    assert np.asarray(image(rig)).mean() < 0.6 * lit
    clock["ms"] = at("2026-11-20T20:00:00")
    rig.wait(2)
    assert rig.screen == "asleep"
    assert rig.view.title == "Máy nghỉ đến 07:30 thứ Hai"
    assert np.asarray(image(rig)).mean() < 0.15 * lit
    assert rests == [Rest.DIM, Rest.ASLEEP]
    clock["ms"] = at("2026-11-23T07:20:00")
    rig.wait(2)
    assert rig.screen == "idle"
    assert rests[-1] is Rest.AWAKE


def test_a_touch_wakes_it_and_a_ballot_of_the_night_says_so(office, store):
    rig, clock, _ = office
    clock["ms"] = at("2026-11-21T02:00:00")
    rig.wait(100, 1.0)
    assert rig.screen == "asleep"
    rig.tap("wake")
    assert rig.screen == "idle"
    rig.tap("start")
    rig.tap("level-4")
    rig.tap("exit")
    rig.until(lambda: rig.screen == "thanks")
    assert [flag.value for flag in store.cast_drafts[-1].flags] == ["out_of_hours"]
    rig.wait(200, 1.0)
    assert rig.screen == "asleep"


def test_a_ballot_by_day_or_without_a_proven_clock_says_nothing_of_hours(office, store):
    rig, clock, _ = office
    for ms in (at("2026-11-20T09:00:00"), None):
        clock["ms"] = ms
        rig.wait(20, 1.0)
        rig.tap("start")
        rig.tap("level-4")
        rig.tap("exit")
        rig.until(lambda: rig.screen == "thanks")
        assert store.cast_drafts[-1].flags == []
        rig.tap("done")


def test_a_button_in_the_night_is_a_ballot(office, store):
    rig, clock, _ = office
    clock["ms"] = at("2026-11-21T02:00:00")
    rig.wait(100, 1.0)
    rig.app.pressed(5)
    rig.wait(10)
    rig.until(lambda: bool(store.cast_drafts))
    assert [flag.value for flag in store.cast_drafts[-1].flags] == ["out_of_hours"]


def test_the_lines_take_turns_what_was_done_the_days_number_and_that_it_is_anonymous(start):
    kiosk = a_kiosk(idle_messages=[{"vi": "Góp ý: thiếu ghế. Đã làm: thêm 20 ghế", "en": "You said … we did …"}])
    seen = {views.idle(kiosk, "vi", "", at_s, 12).screen.message for at_s in range(0, 120, 5)}
    assert seen == {
        "Góp ý: thiếu ghế. Đã làm: thêm 20 ghế",
        "Hôm nay quầy này đã nhận 12 lượt đánh giá",
        kiosk.questionnaire.text("privacy_short", "vi"),
    }
    assert not any("lượt" in views.idle(kiosk, "vi", "", at_s, 0).screen.message for at_s in range(0, 120, 5))


ACTED = (
    "Thêm 20 ghế và hai quạt trần ở khu chờ; mở lối riêng cho người chỉ nộp hồ sơ, in lại biển "
    "chỉ dẫn chữ lớn ở cửa vào ra"
)


def test_what_was_done_takes_its_turn_in_both_languages_and_nothing_stands_where_nothing_was_done():
    kiosk = a_kiosk(acted=[Acted("Thêm 20 ghế", "20 more seats"), Acted("Thêm quạt")])
    assert views.idle_messages(kiosk, "vi", 0)[:2] == ["Góp ý – đã làm: Thêm 20 ghế", "Góp ý – đã làm: Thêm quạt"]
    assert views.idle_messages(kiosk, "en", 0)[:2] == ["You said, we did: 20 more seats", "You said, we did: Thêm quạt"]
    assert views.idle_messages(a_kiosk(), "vi", 0) == [a_kiosk().questionnaire.text("privacy_short", "vi")]


def test_the_longest_line_of_what_was_done_is_whole_on_the_glass(start):
    assert len(ACTED) == 118
    rig = start(kiosk=a_kiosk(acted=[Acted(ACTED)] * 5))
    rig.wait(2)
    if not rig.view.message.startswith("Góp ý"):  # the one turn of six that says it is anonymous
        rig.wait(views.MESSAGE_S, 1.0)
    (line,) = [words for words in rig.words() if words.said.startswith("Góp ý")]
    assert line.overflow == 0
    assert line.y >= 0


def test_the_picture_walks_a_few_pixels_a_minute_and_no_edge_of_it_shows(rig):
    corners, pictures = set(), []
    rig.wait(100, 1.0)
    for _ in range(views.DRIFT_STEPS):
        rig.wait(60, 1.0)
        pixels = np.asarray(image(rig)).astype(int)
        pictures.append(pixels)
        h, w, _ = pixels.shape
        corners.add(tuple(tuple(pixels[y, x]) for x, y in ((0, 0), (w - 1, 0), (0, h - 1), (w - 1, h - 1))))
    assert len(corners) == 1
    assert all((one != other).any() for one, other in itertools.pairwise(pictures))


def test_nothing_walks_under_a_respondents_finger(rig):
    rig.wait(200, 1.0)
    rig.tap("start")
    assert (rig.app.glass.shift.x, rig.app.glass.shift.y) == (0, 0)


def seen_by_a_phone(picture, turn_deg, tilt, blur_px):
    """Return the glass as a phone at 45 cm sees it: its pixels for a millimetre, turned, tilted, out of focus."""
    panel = PANELS[PANEL]
    size = (round(panel.width_mm * CAMERA_PX_A_MM), round(panel.height_mm * CAMERA_PX_A_MM))
    seen = picture.resize(size, Image.Resampling.BILINEAR).rotate(turn_deg, expand=True, fillcolor=(90, 90, 90))
    w, h = seen.size
    near = (0, 0, 0, h, w, h - tilt * h, w, tilt * h)  # the far side is shorter
    seen = seen.transform((w, h), Image.Transform.QUAD, near, Image.Resampling.BILINEAR)
    return seen.filter(ImageFilter.GaussianBlur(blur_px))


@pytest.mark.parametrize(
    ("turn_deg", "tilt", "blur_px"), [(0, 0.0, 0.0), (0, 0.0, 1.3), (12, 0.08, 1.0), (-20, -0.1, 1.0), (90, 0.08, 0.8)]
)
def test_the_code_is_read_at_45_cm_blurred_and_tilted(rig, turn_deg, tilt, blur_px):
    rig.wait(70, 1.0)  # drifted too
    found = zxingcpp.read_barcodes(np.asarray(seen_by_a_phone(image(rig), turn_deg, tilt, blur_px)))
    assert [each.text for each in found] == [URL]


def test_a_code_too_far_out_of_focus_is_not_read(rig):
    assert zxingcpp.read_barcodes(np.asarray(seen_by_a_phone(image(rig), 0, 0.0, 9.0))) == []
