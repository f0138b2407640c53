"""What is on the glass: words, targets, faces and the code, measured on the panel KIOSK_PANEL names."""

import importlib.util
import os
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import ImageFont

from appliance.app import KioskApp
from appliance.screens import theme
from appliance.screens.parts import Words
from appliance.screens.theme import contrast, rgb
from appliance.settings import PANELS, Settings
from appliance.view import DRIFT_S
from demo.rig import Rig
from survey.questionnaire import bundled
from survey.sealing import open_sealed
from tests.screens.conftest import PANEL, SEAL_KEY, URL, MemoryStore, a_kiosk
from tests.screens.whole import assert_apart, assert_reachable, assert_uncut, sight

IDS = [question.id for question in bundled().questions]
TARGET_MM = 20
KEY_MM = 13
FONTS = Path(importlib.util.find_spec("kivy").origin).parent / "data" / "fonts"


def a_note(draft):
    return open_sealed(draft.sealed, bytes(SEAL_KEY))


def answer(rig, *names, each_s=1.0):
    for name in names:
        rig.tap(name, each_s)


def thanked(rig):
    rig.until(lambda: rig.screen == "thanks")


# ---- what is on the glass


def read_qr(rig):
    data, w, h = rig.picture()
    return zxingcpp.read_barcodes(np.frombuffer(data, np.uint8).reshape(h, w, 3)[::-1].copy())


def test_the_code_on_the_waiting_screen_is_the_address(rig):
    assert [found.text for found in read_qr(rig)] == [URL]
    code = rig.app.glass.screens[type(rig.view)].code
    panel = PANELS[PANEL]
    assert code.width * panel.width_mm / panel.width_px >= 45
    assert code.height * panel.height_mm / panel.height_px >= 45
    assert code.width % code.texture.width == 0


def to_the_comment(rig):
    answer(rig, "start", "level-5")
    rig.until(lambda: rig.tap("level-5") or rig.screen == "comment")


def test_whoever_wrote_something_is_given_a_code_that_leads_to_it_and_tells_no_server_which(rig):
    to_the_comment(rig)
    rig.type_keys("cho lau")
    answer(rig, "next", "refuse")
    thanked(rig)
    rig.wait(1)
    (found,) = read_qr(rig)
    assert found.text == f"HTTPS://KS.TUYENQUANG.GOV.VN/T#{rig.view.code.replace('-', '')}"
    panel, code = PANELS[PANEL], rig.app.glass.screens[type(rig.view)].code
    assert code.width * panel.width_mm / panel.width_px >= 30
    assert code.width % code.texture.width == 0


def test_whoever_wrote_nothing_is_not_kept_by_a_code(rig):
    to_the_comment(rig)
    rig.tap("skip")
    thanked(rig)
    rig.wait(1)
    assert rig.view.qr == ""
    assert read_qr(rig) == []


def test_the_code_is_still_there_after_the_driver_lost_its_context(rig):
    from kivy.graphics.context import get_context

    rig.picture()
    get_context().reload()
    rig.frames(3)
    assert [found.text for found in read_qr(rig)] == [URL]


def test_a_new_code_is_asked_for_every_half_minute_and_after_each_ballot(start):
    asked = []

    def qr_url(fresh):
        asked.append(fresh)
        return URL[:-4] + f"{len(asked):04d}"

    rig = start(qr_url=qr_url)
    assert len(asked) == 1
    rig.wait(31, 0.5)
    assert len(asked) == 2
    rig.tap("start")
    answer(rig, "level-5", "exit")
    thanked(rig)
    rig.tap("done")
    assert len(asked) == 3
    assert [found.text for found in read_qr(rig)] == [URL[:-4] + "0003"]


def test_each_face_has_its_colour_and_its_place(rig):
    rig.tap("start")
    places = []
    for level in (5, 4, 3, 2, 1):
        target = rig.find(f"level-{level}")
        x, y = target.face.center
        r = target.face.width / 2
        seen = rig.pixel(x + 0.6 * r, y - 0.5 * r)
        assert max(abs(a - 255 * b) for a, b in zip(seen, rgb(theme.FACES[level]), strict=True)) < 3, level
        places.append((target.box.x, -target.box.y))
    assert places == sorted(places)


def test_a_touched_face_answers_at_once_on_the_glass(rig):
    rig.tap("start")
    face = rig.find("level-4")
    spot = (face.box.x + face.box.w / 2, face.box.y + 12)
    before = rig.pixel(*spot)
    touch = rig.down("level-4")
    after_one_frame = rig.pixel(*spot)
    rig.up(touch)
    assert before != after_one_frame


def test_every_pair_of_colours_can_be_read():
    for words, ground in theme.TEXT_PAIRS:
        assert contrast(words, ground) >= 4.5, (words, ground)
    for mood, fill in theme.FACES.items():
        assert contrast(theme.FEATURES[mood], fill) >= 4.5, mood


def test_stacked_diacritics_are_not_cut_at_any_size(rig):
    for size in [size for size in theme.SIZES if 12 <= size <= 72]:
        for is_bold in (False, True):
            label = Words(theme.Box(0, 0, 4000, 400), size, size, is_bold=is_bold).say("ẪỖỮẲ ẩỗữặợỵ Ệg")
            pixels = np.frombuffer(label.texture.pixels, np.uint8).reshape(*reversed(label.texture.size), 4)
            inked = np.where(pixels[:, :, 3].max(axis=1) > 0)[0]
            font = ImageFont.truetype(FONTS / f"Roboto-{'Bold' if is_bold else 'Regular'}.ttf", size)
            _, top, _, bottom = font.getbbox(label.text, anchor="ls")
            assert inked[-1] - inked[0] + 1 >= bottom - top - 1, size


def walk_through(rig):
    """Yield each screen of the way, in the state with the most words on it."""
    yield
    rig.tap("start")
    yield
    for n, question in enumerate(IDS):
        rig.tap("level-1")
        for reason in rig.view.chips[:3]:
            rig.tap(reason.name)
        yield
        rig.tap("next")
        if rig.screen == "question" and n < 8:
            assert question != IDS[-1]
            yield
    rig.tap("back")
    rig.tap("back")
    yield
    rig.tap("next")
    rig.tap("next")
    while rig.screen == "choice":
        yield
        rig.tap(rig.view.chips[0].name)
    yield
    rig.type_keys("a bb " * 8)
    yield
    rig.tap("handover")
    yield
    rig.tap("back")
    rig.tap("key-symbols", 0)
    yield
    rig.tap("next")
    rig.tap("next")
    yield
    rig.tap("consent")
    rig.tap("next")
    rig.type_keys("+84")
    rig.tap("next")
    yield
    rig.wait(46, 0.5)
    yield
    rig.tap("stay")
    rig.tap("back")
    rig.tap("refuse")
    thanked(rig)
    yield
    rig.tap("done")
    rig.app.pressed(1)
    rig.frames(3)
    yield


@pytest.fixture(scope="module", params=["vi", "en"])
def sights(request):
    """Every screen of a long visit, in both languages."""
    context_on = ["role", "step", "field", "age", "occupation", "ethnicity"]
    kiosk = a_kiosk(context_on=context_on, officer="Trần Thị Bích Nguyệt")
    rig = Rig(KioskApp(kiosk, Settings(panel=PANELS[PANEL], fullscreen=False), MemoryStore(), lambda fresh: URL))
    if request.param == "en":
        rig.tap("lang")
    seen = [sight(rig) for _ in walk_through(rig)]
    rig.close()
    return seen


def test_every_kind_of_screen_was_seen(sights):
    assert {each.screen for each in sights} == {
        *("idle", "question", "reasons", "choice", "comment", "contact", "phone", "phone+still_there", "thanks"),
        *("received", "handover"),
    }


def test_no_words_are_cut(sights):
    for seen in sights:
        assert_uncut(seen)


def test_nothing_lies_over_anything_else(sights):
    for seen in sights:
        assert_apart(seen)


def least_mm(screen, name):
    """Return the least width and height of a target; the exceptions are where the glass has no room for 20 mm."""
    verb = name.partition("-")[0]
    if screen == "comment" and verb in {"key", "tone", "erase"}:
        return (KEY_MM if PANEL != "7in-portrait" else 7.2), 9.5  # ten keys across 88 mm of glass
    if screen == "comment" and verb in {"phrase", "offer"}:
        return TARGET_MM, 9.3  # as high as the keys they stand above, wider than a finger
    if screen == "comment":
        return TARGET_MM, 15.5 if PANEL == "7in" else TARGET_MM
    if name == "consent":
        return TARGET_MM, 13.5
    if screen == "choice" and verb == "choice":
        return TARGET_MM, 8.5  # sixteen fields of procedure on one screen
    return TARGET_MM - 0.5, TARGET_MM - 0.5


def test_targets_are_as_large_as_a_finger_needs(sights):
    for seen in sights:
        assert_reachable(seen, least_mm)


def test_a_waiting_kiosk_draws_nothing(rig):
    rig.wait(3)
    rig.wait(DRIFT_S - rig.now % DRIFT_S + 3, 1.0)  # just after a step of its walk
    before = rig.app.frames
    rig.wait(DRIFT_S - 10, 1.0)
    assert rig.app.frames - before <= 1  # the redraw of each minute


def test_the_first_picture_is_drawn_again_three_times(rig):
    rig.wait(2)
    assert rig.app.frames >= 4


def test_this_is_the_panel_that_was_asked_for(rig):
    from kivy.core.window import Window

    assert tuple(map(int, Window.size)) == (PANELS[PANEL].width_px, PANELS[PANEL].height_px)
    assert os.environ["SDL_VIDEODRIVER"] == "offscreen"


def test_a_new_line_of_a_text_is_one_on_the_glass_and_nothing_else_is_broken():
    text = "Ban Dân tộc\nQuầy số 1\n\nKhảo sát tự bắt đầu sau 58 giây."
    assert theme.lines_of(text, 700, 30, False) == [part.replace("\u00a0", " ") for part in text.split("\n")]
