"""Large text and low reach, on every screen of a visit, on the panel KIOSK_PANEL names."""

import gc
import os
import subprocess
import sys
import weakref
from pathlib import Path

import pytest

from appliance.screens.theme import LARGE, LOW, Theme
from appliance.settings import PANELS, Settings
from survey.questionnaire import bundled
from tests.screens.conftest import PANEL, a_kiosk

IDS = [question.id for question in bundled().questions]


@pytest.fixture
def voiced(tmp_path):
    """Settings with a voice folder in which languages can be chosen; nothing is said in these tests."""
    for lang in ("vi", "en"):
        (tmp_path / lang).mkdir()
        (tmp_path / lang / "language.wav").write_bytes(b"")
    return Settings(panel=PANELS[PANEL], fullscreen=False, voice_dir=str(tmp_path), data_dir="/nonexistent")


def screens_of_a_visit(rig, store, lang):
    """Walk a whole visit; stop at every screen and state that has words or targets of its own."""
    if lang != "vi":
        rig.tap("lang")
    yield "idle"
    for n in range(9):
        rig.tap("start") if n == 0 else None
        yield f"question-{n}"
        rig.tap("level-1", 1.0)
        yield f"reasons-{n}"
        if n < 8:
            rig.tap("skip", 1.0)
    rig.tap("skip")
    yield "choice"
    rig.tap("skip")
    yield "choice-many"
    rig.tap("skip")
    yield "comment-empty"
    rig.type_keys("Tot " * 30)
    yield "comment"
    rig.tap("next")
    rig.tap("next")
    yield "contact"
    rig.tap("consent")
    rig.tap("next")
    rig.type_keys("0912")
    rig.tap("next")
    yield "phone"
    rig.wait(46, 0.5)
    yield "still-there"
    rig.tap("stay")
    rig.type_keys("345678")
    store.error = OSError("full")
    rig.tap("next")
    rig.until(lambda: rig.screen == "failed")
    yield "failed"
    store.error = None
    rig.tap("retry")
    rig.until(lambda: rig.screen == "thanks")
    yield "thanks"


def begin(start, local, lang, modes):
    rig = start(local=local, kiosk=a_kiosk(context_on=["step", "field"]))
    if lang != "vi":
        rig.tap("lang")
    rig.tap("access")
    for name in modes:
        rig.tap(name)
    return rig


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("modes", [("large",), ("low",), ("large", "low")], ids="+".join)
def test_nothing_is_cut_and_low_reach_keeps_every_target_low(start, store, voiced, lang, modes):
    rig = begin(start, voiced, lang, modes)
    high = LOW * PANELS[PANEL].height_px + 1
    walk = screens_of_a_visit(rig, store, "vi")
    next(walk)
    for name in walk:
        cut = [words.said for words in rig.words() if words.overflow > 0]
        assert cut == [], name
        if "low" in modes:
            reaches = [target.reach for target in rig.targets().values()]
            assert all(reach.y + reach.h <= high for reach in reaches), name


def test_large_words_are_a_third_larger_where_there_is_room(start, voiced):
    plain, large = Theme(PANELS[PANEL]), Theme(PANELS[PANEL], is_large=True)
    assert LARGE >= 1.3
    assert all(getattr(large, kind) >= 1.3 * getattr(plain, kind) for kind in ("title", "text", "small"))
    rig = begin(start, voiced, "vi", ("large",))
    largest = max(words.font_size for words in rig.words())
    rig.tap("large")
    assert largest >= 1.3 * max(words.font_size for words in rig.words()) or PANEL == "7in"


@pytest.mark.parametrize("modes", [("large",), ("low",)], ids="+".join)
def test_modes_hold_for_the_visit_and_fall_back_with_their_screens_released(start, voiced, modes):
    rig = begin(start, voiced, "vi", modes)
    plain = rig.app.hands._plain[1]
    dressed = weakref.ref(rig.app.glass)
    rig.tap("start")
    rig.tap("level-4", 1.0)
    assert rig.app.sizes.is_large is ("large" in modes)
    assert rig.app.sitting.layout == f"l1-{PANELS[PANEL].width_px}x{PANELS[PANEL].height_px}"
    rig.tap("exit")
    rig.until(lambda: rig.screen == "thanks")
    rig.tap("done")
    assert rig.screen == "idle"
    assert rig.app.glass is plain
    rig.frames(3)
    gc.collect()
    assert dressed() is None


def test_an_access_screen_left_open_closes_by_itself_and_forgets(start, voiced):
    rig = begin(start, voiced, "vi", ("large", "low"))
    rig.wait(46, 0.5)
    assert (rig.screen, rig.app.sizes.is_large, rig.app.hands.access.is_large) == ("idle", False, False)


def gone(rig):
    """Let the visit of one press be stored and closed."""
    rig.until(lambda: rig.screen == "idle" or (rig.has("done") and rig.tap("done", 0.02)))


def test_a_press_that_counts_for_nothing_leaves_whoever_chooses_alone(start, voiced):
    rig = start(local=voiced, kiosk=a_kiosk())
    rig.app.pressed(5)
    gone(rig)
    for name in ("access", "large", "low"):
        rig.tap(name, 0.02)
    rig.app.pressed(4)  # too soon after the last one
    rig.app.hands.released(4, rig.app.monotonic())
    rig.wait(0.5)
    assert (rig.screen, rig.app.sizes.is_large) == ("access", True)
    rig.wait(46, 0.5)
    assert (rig.screen, rig.app.sizes.is_large, rig.app.sizes.is_low) == ("idle", False, False)


def test_a_press_that_counts_takes_what_was_chosen_with_it(start, voiced):
    rig = begin(start, voiced, "vi", ("large",))
    rig.app.pressed(4)
    rig.until(lambda: rig.screen == "received")
    assert rig.app.sizes.is_large
    gone(rig)
    assert (rig.screen, rig.app.sizes.is_large) == ("idle", False)


def test_back_on_the_access_screen_changes_nothing(start, voiced):
    rig = begin(start, voiced, "vi", ("low",))
    rig.tap("leave")
    assert (rig.screen, rig.app.sizes.is_low) == ("idle", False)


def test_without_a_voice_reading_aloud_is_not_offered(rig):
    rig.tap("access")
    assert {"large", "low"} <= set(rig.targets())
    assert not rig.has("read")
    rig.tap("start")
    assert not rig.has("listen")


def test_the_languages_of_the_voice_can_be_chosen(start, voiced):
    rig = begin(start, voiced, "vi", ("read",))
    rig.tap("voice-en")
    assert rig.app.hands.access.voice == "en"
    assert [chip.is_chosen for chip in rig.view.voices] == [False, True]
    rig.tap("voice-vi")
    assert rig.app.hands.access.voice == ""


def test_the_targets_of_access_and_listening_are_as_large_as_a_finger(start, voiced):
    panel = PANELS[PANEL]
    rig = start(local=voiced)
    mm = lambda reach: (reach.w * panel.width_mm / panel.width_px, reach.h * panel.height_mm / panel.height_px)  # noqa: E731
    assert min(mm(rig.find("access").reach)) >= 20
    rig.tap("access")
    assert all(min(mm(rig.find(name).reach)) >= 20 for name in ("large", "low", "read", "start", "leave"))
    rig.tap("start")
    assert min(mm(rig.find("listen").reach)) >= 20


if PANEL == "7in":

    @pytest.mark.parametrize("panel", [name for name in PANELS if name != PANEL])
    def test_modes_are_as_good_on_every_panel(panel):
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", str(Path(__file__))],
            env={**os.environ, "KIOSK_PANEL": panel},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout[-4000:]
