"""Suggestions: what a table built from a few sentences says, and what it leaves alone."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.suggest import AT_MOST, Table, suggestions
from appliance.syllables import plain
from appliance.words import WordsError, check, compounds, examined, frequencies, own_texts, table

TEXTS = [
    ("Tôi phải chờ lâu quá", 5),
    ("Thủ tục rườm rà", 5),
    ("Cán bộ nhiệt tình", 5),
    ("Xóa tên khỏi sổ", 5),
    ("cho con", 1),
    ("con cho", 1),
]
SHARES = {"cho": 0.3, "chờ": 0.1, "chỗ": 0.1, "con": 0.2, "còn": 0.2, "qua": 0.1}


@pytest.fixture(scope="module")
def words():
    return Table(msgspec.msgpack.encode(table(SHARES, {("nhiệt", "tình")}, TEXTS)))


def texts(offers):
    return [offer.text for offer in offers]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cho lau qua", "chờ lâu quá"),
        ("can bo nhiet tinh", "cán bộ nhiệt tình"),
        ("thu tuc ruom ra", "thủ tục rườm rà"),
        ("Toi phai cho lau", "Tôi phải chờ lâu"),
        ("THU TUC", "THỦ TỤC"),
    ],
)
def test_plain_words_get_their_marks_back(words, typed, meant):
    assert texts(suggestions(words, typed))[0] == meant


def test_a_word_typed_with_a_mark_stays(words):
    offers = suggestions(words, "chỗ lau qua")
    assert offers[0].start == len("chỗ ")
    assert offers[0].text == "lâu quá"


def test_what_was_chosen_already_is_not_asked_again(words):
    assert suggestions(words, "con cho ", settled=8) == ()
    assert [offer.start for offer in suggestions(words, "con cho lau", settled=8)][:1] == [8]


def test_no_sentence_beyond_the_last_stop_is_looked_at(words):
    assert {offer.start for offer in suggestions(words, "cho lau qua. thu tuc")} == {13}
    assert suggestions(words, "cho lau qua.") == ()


def test_foreign_words_and_numbers_stay(words):
    assert suggestions(words, "wifi server") == ()
    assert texts(suggestions(words, "server cho lau"))[0] == "chờ lâu"
    assert suggestions(words, "12 345") == ()
    assert suggestions(words, "") == ()


def test_the_tone_stands_as_the_machine_is_set(words):
    assert texts(suggestions(words, "xoa ten", style="old"))[0] == "xóa tên"
    assert texts(suggestions(words, "xoa ten", style="new"))[0] == "xoá tên"


@given(st.text(alphabet="aceghiluotnqr ờ.,1A", max_size=40), st.integers(0, 40))
def test_suggestions_are_few_differ_and_change_only_marks(words, text, settled):
    offers = suggestions(words, text, settled)
    assert len(offers) <= AT_MOST
    assert len(set(offers)) == len(offers)
    for offer in offers:
        assert offer.start >= 0
        assert plain(text[offer.start :]).rstrip() == plain(offer.text)
        assert offer.text != text[offer.start :]


@pytest.mark.parametrize("data", [b"", b"\x80", b"not a table", bytes(100)])
def test_bytes_that_are_no_table_are_refused(data):
    with pytest.raises(ValueError, match="table"):
        Table(data)


def test_a_table_that_is_cut_off_or_of_another_format_is_refused():
    whole = table(SHARES, set(), TEXTS)
    with pytest.raises(ValueError, match="cut off"):
        Table(msgspec.msgpack.encode(msgspec.structs.replace(whole, pairs=whole.pairs[:-1])))
    with pytest.raises(ValueError, match="format 9"):
        Table(msgspec.msgpack.encode(msgspec.structs.replace(whole, format=9)))


def test_the_same_sources_make_the_same_bytes():
    other = dict(reversed(SHARES.items()))
    assert table(SHARES, {("a", "b"), ("c", "d")}, TEXTS) == table(other, {("c", "d"), ("a", "b")}, TEXTS)


def test_sources_are_read_as_their_packages_write_them():
    import gzip

    listed = msgspec.msgpack.encode([{"format": "cB"}, [], ["người", "2000"], ["hoà"]])
    assert list(frequencies(gzip.compress(listed))) == ["người", "hòa"]
    assert compounds("cán bộ\nabc xyz\nmột".encode()) == {("cán", "bộ")}


def test_what_is_examined_is_not_what_was_learnt_from():
    phrases = examined()
    assert len(phrases) >= 150
    learnt = Table(msgspec.msgpack.encode(table(SHARES, set(), own_texts())))
    score = check(learnt, phrases)
    assert score.phrases == len(phrases)
    assert 0.5 < score.syllable_share < 1
    with pytest.raises(WordsError, match="take it out"):
        check(learnt, [text for text, _ in own_texts() if len(text.split()) > 3][:1])
