"""The kiosk as a person meets it: whole visits, by touch and by button, on one panel."""

import gc
import importlib.util
import logging
import threading
import time
from pathlib import Path
from types import FrameType

import msgspec
import numpy as np
import pytest
from nacl.public import PrivateKey

from appliance.buttons import open_buttons
from appliance.settings import PANELS, Settings
from survey.ballot import Answer, Channel, Flag, Status, ballot_code
from survey.note import Note
from survey.questionnaire import bundled
from survey.sealing import open_sealed
from tests.screens.conftest import PANEL, SEAL_KEY, a_kiosk

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


# ---- whole visits


def test_nine_questions_reasons_a_comment_and_a_number_are_one_ballot(rig, store):
    assert rig.screen == "idle"
    rig.tap("start")
    answer(rig, "level-5", "level-2")
    assert rig.screen == "reasons"
    answer(rig, "reason-attitude.impolite", "reason-attitude.unfair", "next", *["level-4"] * 3, "na", *["level-4"] * 3)
    assert rig.screen == "comment"
    rig.type_keys("Cans booj bij ddoif theem giaays towf.")
    assert rig.view.text == "Cán bộ bị đòi thêm giấy tờ."
    answer(rig, "next", "consent", "next")
    rig.type_keys("0912345678")
    assert rig.view.number == "0912 345 678"
    rig.tap("next")
    thanked(rig)
    (draft,) = store.cast_drafts
    assert {asked: given.level for asked, given in draft.answers.items()} == dict(
        zip(IDS, [5, 2, 4, 4, 4, "na", 4, 4, 4], strict=True)
    )
    assert all(400 < given.ms < 3000 for given in draft.answers.values())
    assert draft.reasons == {"attitude": ["attitude.impolite", "attitude.unfair"]}
    assert a_note(draft) == Note(comment="Cán bộ bị đòi thêm giấy tờ.", phone="0912345678")
    assert (draft.consent.text, draft.lang, draft.channel, draft.status) == (
        "contact_v1",
        "vi",
        Channel.TOUCH,
        Status.COMPLETE,
    )
    assert draft.layout == f"l1-{PANELS[PANEL].width_px}x{PANELS[PANEL].height_px}"
    code = ballot_code(draft.id)
    assert any(f"{code[:5]}-{code[5:]}" in words.text for words in rig.words())
    assert rig.app.casts == 1
    rig.tap("done")
    assert rig.screen == "idle"


def test_every_answer_is_kept_at_once_and_no_plain_word_ever_is(rig, store):
    rig.tap("start")
    rig.tap("level-5", 0)
    assert [list(draft.answers) for draft in store.kept] == [IDS[:1]]
    rig.wait(0.5)
    answer(rig, *["level-4"] * 8)
    assert [len(draft.answers) for draft in store.kept] == list(range(1, 10))
    rig.type_keys("bis maatj")
    answer(rig, "next")
    assert a_note(store.kept[-1]).comment == "bí mật"
    assert not any("mật".encode() in msgspec.json.encode(draft) for draft in store.kept)


def test_what_was_typed_is_in_no_part_of_the_program_once_the_visit_is_over(rig, store):
    rig.tap("start")
    rig.tap("level-4")
    for _ in range(8):
        rig.tap("level-4")
    parts = ("zz", "kin", "wo", "rd")  # the whole word stands nowhere in this file
    rig.type_keys("".join(parts) + " bij maatj")
    assert is_held_somewhere(parts)
    rig.tap("next")
    if rig.screen == "contact":
        rig.tap("refuse")
    rig.until(lambda: rig.screen == "thanks")
    rig.tap("done")
    rig.wait(6)
    rig.tap("start")
    rig.tap("exit")
    rig.wait(6)
    assert not is_held_somewhere(parts)


def is_held_somewhere(parts):
    """Return whether any object of this process refers to a text with these parts in a row."""
    gc.collect()
    word = "".join(parts)
    return any(
        type(text) is str and word in text and text is not word
        for each in gc.get_objects()
        if type(each) is not FrameType  # isinstance would ask dead proxies
        for text in gc.get_referents(each)
    )


def test_the_language_changes_midway_and_the_answers_stay(rig, store):
    rig.tap("start")
    answer(rig, "level-5", "lang")
    assert rig.view.text == bundled().questions[1].wording("en").kiosk
    answer(rig, "level-4", "back")
    assert [face.is_chosen for face in rig.view.faces] == [False, True, False, False, False]
    answer(rig, "exit")
    thanked(rig)
    assert store.cast_drafts[0].lang == "en"
    assert store.cast_drafts[0].answers.keys() == set(IDS[:2])
    rig.tap("done")
    assert rig.view.start.text == "Bắt đầu"


def test_back_shows_the_old_answer_and_a_new_one_replaces_it(rig, store):
    rig.tap("start")
    answer(rig, "level-5", "back")
    assert rig.view.faces[0].is_chosen
    assert rig.has("next")
    answer(rig, "level-3", "exit")
    thanked(rig)
    assert store.cast_drafts[0].answers[IDS[0]].level == 3


def test_nobody_there_is_asked_counted_down_and_cast_as_partial(rig, store):
    rig.tap("start")
    answer(rig, "level-5")
    rig.wait(44.5, 0.5)
    assert rig.screen == "question+still_there"
    first = rig.app.glass.shown.still_there.left_s
    rig.wait(5, 0.5)
    assert rig.app.glass.shown.still_there.left_s == first - 5
    rig.tap("stay")
    assert rig.screen == "question"
    assert not store.cast_drafts
    rig.wait(66, 0.5)
    thanked(rig)
    (draft,) = store.cast_drafts
    assert (draft.status, draft.flags, list(draft.answers)) == (Status.PARTIAL, [Flag.TIMED_OUT], IDS[:1])
    rig.wait(12.5, 0.5)
    assert rig.screen == "idle"


def test_a_sitting_without_an_answer_is_dropped(rig, store):
    rig.tap("start")
    rig.wait(66, 0.5)
    assert rig.screen == "idle"
    assert (store.cast_drafts, store.kept, len(store.dropped)) == ([], [], 1)


def test_a_touch_beside_everything_is_a_sign_of_life(rig):
    rig.tap("start")
    rig.wait(40, 0.5)
    rig.up(rig.down_at(3, 3))
    rig.wait(40, 0.5)
    assert rig.screen == "question"


def test_context_questions_are_asked_where_the_kiosk_has_them(start, store):
    rig = start(kiosk=a_kiosk(context_on=["step"]))
    rig.tap("start")
    answer(rig, *["level-5"] * 9, "choice-collect", "skip")
    thanked(rig)
    assert store.cast_drafts[0].context == {"step": "collect"}


# ---- the disk


def test_thanks_wait_for_the_disk(rig, store):
    store.gate.clear()
    rig.tap("start")
    answer(rig, "level-5", "exit")
    assert rig.screen == "saving"
    rig.wait(2)
    assert rig.screen == "saving"
    store.gate.set()
    thanked(rig)


def test_a_disk_that_fails_is_told_and_never_thanked_for(rig, store):
    store.error = OSError("disk full")
    rig.tap("start")
    answer(rig, "level-5", "exit")
    rig.until(lambda: rig.screen == "failed")
    assert rig.app.casts == 0
    store.error = None
    rig.tap("retry")
    thanked(rig)
    assert [draft.answers.keys() for draft in store.cast_drafts] == [{IDS[0]}, {IDS[0]}]


def test_new_settings_wait_for_the_next_respondent(rig, store):
    newer = msgspec.structs.replace(bundled(), version="1.0.1")
    rig.tap("start")
    answer(rig, "level-5")
    rig.app.replace_settings(a_kiosk(questionnaire=newer, languages=["vi"]))
    answer(rig, "level-5")
    assert rig.has("lang")
    answer(rig, "exit")
    thanked(rig)
    assert store.cast_drafts[0].questionnaire == "sipas-motcua-9@1.0.0"
    rig.tap("done")
    assert not rig.has("lang")
    rig.tap("start")
    answer(rig, "level-5", "exit")
    thanked(rig)
    assert store.cast_drafts[1].questionnaire == "sipas-motcua-9@1.0.1"


def test_a_fault_on_a_screen_goes_back_to_waiting_and_loses_nothing(rig, store, caplog):
    rig.tap("start")
    answer(rig, "level-5", "level-1")
    broken = rig.find("reason-attitude.unfair")
    broken.tap = lambda name: 1 / 0
    with caplog.at_level(logging.ERROR):
        rig.tap("reason-attitude.unfair")
    assert rig.screen == "idle"
    assert {asked: given.level for asked, given in store.cast_drafts[0].answers.items()} == {IDS[0]: 5, IDS[1]: 1}
    assert "ZeroDivisionError" in caplog.text
    assert "attitude" not in caplog.text
    rig.tap("start")
    assert rig.screen == "question"


# ---- buttons


LOCAL = Settings(panel=PANELS[PANEL], fullscreen=False, button_pins=[5, 6, 13, 19, 26])


def push(pins, number, hold_s=0.0):
    def work():
        pins.pin(number).drive_low()
        time.sleep(hold_s)
        pins.pin(number).drive_high()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_one_push_on_another_thread_is_a_quick_ballot(start, store, pins):
    buttons, _ = open_buttons(LOCAL)
    rig = start(local=LOCAL, buttons=buttons)
    push(pins, 6)
    rig.frames(4)
    assert rig.screen == "received"
    assert rig.view.words == "Hài lòng"
    assert store.kept[0].answers == {"overall": Answer(4)}
    rig.wait(8.2)
    thanked(rig)
    (draft,) = store.cast_drafts
    assert (draft.status, draft.channel, draft.answers) == (Status.QUICK, Channel.BUTTON, {"overall": Answer(4)})
    buttons.close()


def test_twenty_pushes_in_ten_seconds_are_at_most_two_ballots(start, store, pins):
    buttons, _ = open_buttons(LOCAL)
    rig = start(local=LOCAL, buttons=buttons)
    for n in range(20):
        push(pins, LOCAL.button_pins[n % 5])
        rig.wait(0.45)
        if rig.screen == "received" and rig.has("done"):
            rig.tap("done", 0.05)
    rig.wait(20)
    assert 1 <= len(store.cast_drafts) <= 2
    buttons.close()


def test_the_whole_survey_can_be_answered_by_buttons(start, store, pins):
    buttons, _ = open_buttons(LOCAL)
    rig = start(local=LOCAL, buttons=buttons)
    push(pins, 5)
    rig.wait(0.5)
    rig.tap("more")
    for _ in range(8):
        push(pins, 6)
        rig.wait(1)
    assert rig.screen == "comment"
    push(pins, 6)
    rig.wait(1)
    assert rig.screen == "comment"
    rig.tap("skip")
    thanked(rig)
    assert (store.cast_drafts[0].status, store.cast_drafts[0].channel) == (Status.COMPLETE, Channel.BUTTON)
    buttons.close()


def test_a_stuck_button_is_out_of_use_and_the_kiosk_goes_on(start, store, pins):
    buttons, _ = open_buttons(LOCAL)
    rig = start(local=LOCAL, buttons=buttons)
    threading.Thread(target=pins.pin(26).drive_low).start()
    rig.until(lambda: rig.screen == "received")
    rig.wait(30)
    assert len(store.cast_drafts) == 1
    assert buttons.states() == {"5": "ok", "4": "ok", "3": "ok", "2": "ok", "1": "stuck"}
    push(pins, 5)
    rig.frames(4)
    assert rig.screen == "received"
    buttons.close()


def test_without_pins_the_kiosk_runs_and_keys_stand_in_on_a_desk(rig):
    from kivy.core.window import Window

    Window.dispatch("on_key_down", ord("4"), 0, "4", [])
    rig.frames(3)
    assert (rig.screen, rig.view.words) == ("received", "Hài lòng")


def test_no_key_leads_out(rig):
    from kivy.core.window import Window

    for key in (27, 282, 292, 293, ord("q")):
        Window.dispatch("on_keyboard", key, 0, "", [])
        Window.dispatch("on_key_down", key, 0, "", [])
        rig.frames(2)
    assert rig.screen == "idle"
    assert len(Window.children) == 1


def test_another_key_does_not_open_the_seal(rig, store):
    rig.tap("start")
    answer(rig, *["level-5"] * 9)
    rig.type_keys("a")
    answer(rig, "next", "refuse")
    thanked(rig)
    with pytest.raises(ValueError, match="not for this key"):
        open_sealed(store.cast_drafts[0].sealed, bytes(PrivateKey.generate()))


def test_nobody_across_the_counter_sees_which_button_was_pressed(start, store):
    pictures = []
    for level in (5, 1):
        rig = start()
        rig.app.pressed(level)
        rig.wait(0.2)
        assert rig.screen == "received"
        data, w, h = rig.picture()
        image = np.frombuffer(data, np.uint8).reshape(h, w, 3).astype(int)
        pictures.append(image)
        rig.app.sitting = None
    differs = np.abs(pictures[0] - pictures[1]).max(axis=2) > 40
    assert 0 < differs.mean() < 0.02, "only the small words differ, by less than a fiftieth of the glass"
