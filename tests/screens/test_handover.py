"""Someone goes on by phone: the code on the glass, the way back, and the half that is cast."""

import numpy as np
import pytest
import zxingcpp

from appliance.settings import PANELS
from survey import qr_token
from survey.ballot import Flag, Status
from survey.handover import unpack
from survey.qr_token import QrToken
from survey.questionnaire import bundled
from survey.sealing import open_sealed
from tests.screens.conftest import PANEL, SEAL_KEY, a_kiosk

NINE = bundled()
BASE = "HTTPS://KS.TUYENQUANG.GOV.VN/Q/"


class Codes:
    """Addresses as a kiosk makes them, each with a token of its own."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, is_new: bool) -> str:
        self.made += is_new
        return BASE + qr_token.make(QrToken(7, 3, self.made, 59_800_000, b"head"), bytes(32))

    @property
    def place(self) -> int:
        return 3 << 20 | self.made


@pytest.fixture
def codes():
    return Codes()


@pytest.fixture
def rig(start, codes):
    begun = start(kiosk=a_kiosk(context_on=["role"]), qr_url=codes)
    begun.tap("start")
    return begun


def answer(rig, *names):
    for name in names:
        rig.tap(name, 1.0)


def read(rig):
    data, w, h = rig.picture()
    (found,) = zxingcpp.read_barcodes(np.frombuffer(data, np.uint8).reshape(h, w, 3)[::-1].copy())
    address, _, fragment = found.text.partition("#")
    return address, fragment


def test_the_code_is_read_off_the_glass_with_the_answers_in_its_fragment(rig, codes):
    answer(rig, "level-5", "level-2", "reason-attitude.unfair", "next", "level-4", "handover")
    assert rig.screen == "handover"
    address, fragment = read(rig)
    assert address == codes(False)
    half = unpack(fragment, NINE, NINE.context_items[:1])
    assert dict(half.levels) == {"responsibility": 5, "attitude": 2, "access": 4}
    assert dict(half.reasons) == {"attitude": ["attitude.unfair"]}
    assert half.at == NINE.questions[3].id
    panel, code = PANELS[PANEL], rig.app.glass.screens[type(rig.view)].code
    assert code.width * panel.width_mm / panel.width_px >= 45
    assert code.height * panel.height_mm / panel.height_px >= 45
    assert code.width % code.texture.width == 0
    assert code.texture.width - 8 <= 45


def test_it_is_offered_from_questions_reasons_choices_and_the_comment_with_a_code_of_its_own_each_time(rig, codes):
    places = []

    def there_and_back():
        screen = rig.screen
        rig.tap("handover")
        places.append(codes.place)
        assert rig.screen == "handover"
        rig.tap("back")
        assert rig.screen == screen

    there_and_back()
    answer(rig, "level-1")
    there_and_back()
    answer(rig, "skip", *["level-4"] * 8)
    assert rig.screen == "choice"
    there_and_back()
    answer(rig, "skip")
    there_and_back()
    assert len(set(places)) == 4


def test_scanned_is_a_partial_ballot_handed_over_and_thanked_like_any(rig, store, codes):
    answer(rig, "level-5", "level-4", "handover")
    place = codes.place
    rig.tap("done")
    rig.until(lambda: rig.screen == "thanks")
    (draft,) = store.cast_drafts
    assert (draft.status, draft.flags, draft.codes) == (Status.PARTIAL, [Flag.HANDED_OVER], [place])
    assert len(rig.view.code) == 11
    rig.tap("done")
    assert codes.place > place, "the waiting screen never shows the code of a sitting"


def test_nobody_touches_it_for_half_a_minute_and_the_half_is_cast(rig, store):
    answer(rig, "level-5", "handover")
    rig.wait(20, 0.5)
    rig.tap_at(5, 5)
    rig.wait(28, 0.5)
    assert rig.screen == "handover"
    rig.wait(3, 0.5)
    rig.until(lambda: rig.screen == "thanks")
    assert store.cast_drafts[0].flags == [Flag.HANDED_OVER]


def test_going_back_changes_nothing_but_the_codes_that_were_offered(rig, store, codes):
    answer(rig, "level-5", "handover")
    place = codes.place
    answer(rig, "back", *["level-4"] * 8, "skip", "skip")
    rig.until(lambda: rig.screen == "thanks")
    (draft,) = store.cast_drafts
    assert (draft.status, draft.codes) == (Status.COMPLETE, [place])
    assert Flag.HANDED_OVER not in draft.flags
    assert draft.answers["attitude"].level == 4


def test_a_sitting_without_answers_leaves_no_ballot(rig, store):
    rig.tap("handover")
    assert len(rig.view.lines) == 1
    rig.tap("done")
    assert (rig.screen, store.cast_drafts) == ("idle", [])


def test_a_comment_stays_with_the_kiosks_half_and_is_in_no_code(rig, store):
    answer(rig, *["level-4"] * 9, "skip")
    rig.type_keys("Chowf laau")
    rig.tap("handover")
    assert "vẫn được gửi từ máy này" in rig.view.lines[-1]
    assert unpack(read(rig)[1], NINE, NINE.context_items[:1]).at == ""
    rig.tap("done")
    rig.until(lambda: rig.screen == "thanks")
    (draft,) = store.cast_drafts
    assert draft.status is Status.COMPLETE
    assert Flag.HANDED_OVER in draft.flags
    assert open_sealed(draft.sealed, bytes(SEAL_KEY)).comment == "Chờ lâu"


def test_english_goes_on_in_english(rig):
    answer(rig, "lang", "handover")
    assert read(rig)[0].endswith("?lang=en")


def test_a_button_does_not_answer_behind_the_code(rig):
    rig.tap("handover")
    rig.app.pressed(1)
    rig.frames(2)
    assert (rig.screen, rig.app.sitting.answers) == ("handover", {})


def test_without_a_code_it_is_not_offered(start):
    rig = start(qr_url=lambda is_new: "")
    rig.tap("start")
    assert not rig.has("handover")


def test_a_code_that_cannot_be_made_leaves_the_question_where_it_is(start):
    def failing(is_new):
        failing.asked += 1
        if failing.asked > 1:
            raise OSError("no")
        return BASE + "A" * 44

    failing.asked = 0
    rig = start(qr_url=failing)
    rig.tap("start")
    rig.tap("handover")
    assert rig.screen == "question"


def test_a_slow_disk_keeps_the_code_then_says_that_it_is_saving(rig, store):
    answer(rig, "level-4", "handover")
    store.gate.clear()
    rig.tap("done", 0.2)
    assert rig.screen == "handover"
    rig.wait(1)
    assert rig.screen == "saving"
    store.gate.set()
    rig.until(lambda: rig.screen == "thanks")
    assert len(store.cast_drafts) == 1
