"""The comment screen with suggestions and ready phrases: a real table in a real file, real touches."""

import logging

import msgspec
import pytest

from appliance.settings import PANELS, Settings
from appliance.words import own_texts, table
from survey.note import Note
from survey.sealing import open_sealed
from tests.screens.conftest import PANEL, SEAL_KEY

SHARES = {"cho": 0.3, "chờ": 0.1, "qua": 0.2, "quả": 0.1}


@pytest.fixture
def words_file(tmp_path):
    path = tmp_path / "words.bin"
    path.write_bytes(msgspec.msgpack.encode(table(SHARES, set(), own_texts())))
    return path


@pytest.fixture
def helped(start, words_file):
    return at_comment(start(Settings(panel=PANELS[PANEL], fullscreen=False, words_file=str(words_file))))


def at_comment(rig):
    rig.tap("start")
    for name in ("level-2", "skip", *["level-5"] * 8):
        rig.tap(name, 1.0)
    assert rig.screen == "comment"
    if rig.app.offers._reader is not None:
        rig.app.offers._reader.join(5)
    return rig


def strip(rig):
    return [chip.text for chip in rig.view.strip or []]


def test_plain_typing_is_suggested_with_its_marks_and_taken_by_a_touch(helped, store, caplog):
    caplog.set_level(logging.DEBUG)
    helped.type_keys("Cho lau qua")
    assert strip(helped)[0] == "Chờ lâu quá"
    helped.tap("offer-0")
    assert helped.view.text == "Chờ lâu quá "
    assert strip(helped) == []
    helped.tap("next", 1.0)
    helped.tap("refuse", 1.0)
    helped.until(lambda: helped.screen == "thanks")
    assert open_sealed(store.cast_drafts[-1].sealed, bytes(SEAL_KEY)) == Note(comment="Chờ lâu quá")
    assert "lâu" not in caplog.text
    assert "lau" not in caplog.text


def test_erasing_right_after_brings_the_plain_typing_back(helped):
    helped.type_keys("Cho lau qua")
    helped.tap("offer-0")
    helped.tap("erase")
    assert helped.view.text == "Cho lau qua"
    assert strip(helped)[0] == "Chờ lâu quá"


def test_phrases_stand_above_the_keys_until_the_first_letter(helped):
    shown = strip(helped)
    assert len(shown) == 3
    helped.tap(helped.view.strip[0].name)
    assert helped.view.text == f"{shown[0]}. "


def test_the_page_of_phrases_adds_each_once_touched_and_leads_back(helped):
    helped.tap("key-phrases")
    assert 4 <= len(helped.view.page) <= 8
    first, second = helped.view.page[:2]
    helped.tap(first.name)
    helped.tap(second.name)
    assert helped.view.text == f"{first.text}. {second.text}. "
    assert [chip.is_chosen for chip in helped.view.page[:3]] == [True, True, False]
    helped.tap("erase")
    assert helped.view.text == f"{first.text}. "
    helped.tap("key-lower")
    assert helped.has("key-a")


def test_vni_is_typed_by_its_digits(helped):
    helped.tap("key-vni")
    for name in ("c", "h", "o", "7", "2"):
        helped.tap(f"key-{name}")
    assert helped.view.text == "chờ"


def test_without_a_table_there_are_no_suggestions_and_everything_else(start, tmp_path):
    rig = at_comment(start(Settings(panel=PANELS[PANEL], fullscreen=False, words_file=str(tmp_path / "none"))))
    rig.type_keys("Cho lau qua")
    assert rig.view.text == "Cho lau qua"
    assert rig.view.strip is None


def test_a_damaged_table_is_no_table(start, words_file, caplog):
    words_file.write_bytes(words_file.read_bytes()[:-3])
    rig = at_comment(start(Settings(panel=PANELS[PANEL], fullscreen=False, words_file=str(words_file))))
    rig.type_keys("Cho")
    assert rig.view.strip is None
    assert "no suggestions" in caplog.text


def test_the_machine_begins_with_its_own_scheme_and_style(start):
    rig = at_comment(
        start(
            Settings(panel=PANELS[PANEL], fullscreen=False, typing_scheme="vni", tone_style="new", words_file="/none")
        )
    )
    for name in ("h", "o", "a", "2"):
        rig.tap(f"key-{name}")
    assert rig.view.text == "hoà"


def test_nobody_meets_what_another_one_typed(helped):
    helped.tap("key-vni")
    helped.type_keys("Cho")
    helped.tap("next", 1.0)
    helped.tap("refuse", 1.0)
    helped.until(lambda: helped.screen == "thanks")
    helped.tap("done", 1.0)
    at_comment(helped)
    assert helped.view.text == ""
    assert helped.has("key-vni")


def test_what_is_touched_above_the_keys_is_large_enough_and_its_words_fit(helped):
    panel = PANELS[PANEL]
    along, across = panel.width_mm / panel.width_px, panel.height_mm / panel.height_px

    def check():
        chips = {name: target for name, target in helped.targets().items() if name.startswith(("offer", "phrase"))}
        key = helped.find("key-lower" if helped.view.page else "key-q").box
        assert len(chips) >= 3
        for target in chips.values():
            assert target.box.w * along >= 13
            assert target.box.h * across >= 9.3
            assert target.box.h >= key.h - 3
        assert [words.said for words in helped.words() if words.overflow > 0] == []

    check()
    helped.type_keys("Toi da cho lau qua ma thu tuc ruom ra")
    check()
    helped.tap("key-phrases")
    check()
    for name in ("back", "next"):
        box = helped.find(name).box
        assert min(box.w * along, box.h * across) >= 20
