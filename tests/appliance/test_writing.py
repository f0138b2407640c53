"""A comment being written: suggestions and phrases go in, and erasing right after takes them out again."""

import pytest

from appliance.keyboard import keyboard, phrases_row
from appliance.suggest import Offer
from appliance.telex import Typing
from appliance.writing import Writing, added, erased, keyed, offered, taken


def written(keys, writing=None):
    writing = writing or Writing()
    for key in keys:
        writing = keyed(writing, "space" if key == " " else key, 1000, is_vietnamese=True)
    return writing


PLAIN = offered(written("cho lau qua"), (Offer(0, "chờ lâu quá"), Offer(4, "lâu qua")))


def test_a_suggestion_takes_the_place_of_the_last_words():
    assert taken(PLAIN, "0", 1000).text == "chờ lâu quá "
    assert taken(PLAIN, "1", 1000).text == "cho lâu qua "


def test_erasing_right_after_brings_the_plain_words_back():
    back = erased(taken(PLAIN, "0", 1000))
    assert back.text == "cho lau qua"
    assert erased(back).text == "cho lau qu"


def test_erasing_after_another_key_takes_one_character():
    writing = erased(written("n", taken(PLAIN, "0", 1000)))
    assert writing.text == "chờ lâu quá "
    assert erased(writing).text == "chờ lâu quá"


@pytest.mark.parametrize(("key", "text"), [(".", "chờ lâu quá."), ("space", "chờ lâu quá "), ("a", "chờ lâu quá a")])
def test_the_space_that_was_set_gives_way_to_a_stop(key, text):
    assert keyed(taken(PLAIN, "0", 1000), key, 1000, is_vietnamese=True).text == text


def test_words_chosen_are_settled_until_they_are_erased():
    writing = taken(PLAIN, "0", 1000)
    assert writing.settled == len(writing.text)
    writing = written("an", writing)
    for _ in range(6):
        writing = erased(writing)
    assert writing.settled == len(writing.text) == 8


@pytest.mark.parametrize("place", ["2", "x", "", "-1", "99999999999"])
def test_a_suggestion_that_is_not_there_changes_nothing(place):
    assert taken(PLAIN, place, 1000) == PLAIN


@pytest.mark.parametrize(
    ("before", "after"), [("", "Tốt. "), ("Xong", "Xong. Tốt. "), ("Xong.", "Xong. Tốt. "), ("A! ", "A! Tốt. ")]
)
def test_a_phrase_is_a_sentence_of_its_own(before, after):
    writing = added(Writing(typing=Typing(before)), "Tốt", 1000)
    assert writing.text == after
    assert erased(writing).text == before


def test_nothing_grows_beyond_the_limit():
    full = Writing(typing=Typing("a" * 995))
    assert added(full, "Dài quá", 1000) == full
    assert len(added(full, "Tt", 1000).text) <= 1000


def test_the_scheme_is_changed_by_a_key_and_the_digits_appear():
    writing = keyed(Writing(), "vni", 1000, is_vietnamese=True)
    assert written("cho72 la6u", writing).text == "chờ lâu"
    rows = keyboard("vi", "lower", "vni")
    assert [key.text for key in rows[0]] == list("1234567890")
    assert [key.name for key in rows[-1]][1] == "key-telex"
    assert [key.name for key in keyboard("vi", "lower")[-1]][1] == "key-vni"
    assert all(key.name != "key-vni" for key in keyboard("en", "lower")[-1])


def test_the_way_to_the_phrases_is_there_only_with_phrases():
    assert "key-phrases" in [key.name for key in keyboard("vi", "lower", has_phrases=True)[-1]]
    assert "key-phrases" not in [key.name for key in keyboard("vi", "lower")[-1]]
    assert [key.name for key in phrases_row("vi")[0]] == ["key-lower", "erase"]
