"""Telex: what a person types, key by key, is what a Vietnamese reader expects to see."""

from pathlib import Path
from unicodedata import is_normalized

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.telex import Typing, compose, erased, text_of, typed, with_scheme

WORDS = """
tieengs tiếng | nguwowif người | nguoiwf người | dduwowngf đường | duongwfd đường | quys quý | gias giá | huyeenj huyện
thuowr thuở | khuyur khuỷu | ruwowuj rượu | ruojuw rượu | ruouwj rượu | nghieeng nghiêng | OOng Ông | Baf Bà
ddoif đòi | theem thêm | giaays giấy | towf tờ | hoaf hòa | khoer khỏe | thuys thúy | hoaif hoài | xoays xoáy
muwa mưa | mua mua | muaf mùa | cuar của | nghiax nghĩa | giuwax giữa | gif gì | giengs giéng
nhwngx những | tws tứ | luwu lưu | luuw lưu | hoawcj hoặc | quoocs quốc | quowr quở | tuaanf tuần | khuya khuya
xooong xoong | gooongf goòng | moocs mốc | dangd đang | truongwf trường | tieengsz tiêng | boootj bootj | OO Ô
chuyeenr chuyển | Nguyeenx Nguyễn | yeeus yếu | TIEENGS TIẾNG | Tieengs Tiếng | UWU ƯU | vietej việt | vieetj việt
DDaawks Đắk | Lawks Lắk | coong công | chuwsc chức | ddoongf đồng | booj bộ | phieeus phiếu | uy uy | ddi đi
tesst test | ass as | aaa aa | ddd dd | oww ow | tieengss tiêngs | toasz toa
server server | internet internet | email email | www www | file file | wifi wifi | banana banana | zalo zalo
"""
PAIRS = [pair.split() for line in WORDS.strip().splitlines() for pair in line.split("|")]


@pytest.mark.parametrize(("raw", "word"), PAIRS)
def test_keystrokes_make_the_word(raw, word):
    assert compose(raw) == word


@pytest.mark.parametrize(
    ("raw", "new", "old"), [("hoaf", "hoà", "hòa"), ("khoer", "khoẻ", "khỏe"), ("thuys", "thuý", "thúy")]
)
def test_the_tone_stands_where_the_style_puts_it(raw, new, old):
    assert (compose(raw, "new"), compose(raw, "old")) == (new, old)


VNI_WORDS = """
tie6ng1 tiếng | tieng61 tiếng | ngu7o7i2 người | nguoi72 người | d9u7o7ng2 đường | duong972 đường | hoa20 hoa
a66 a6
thuo73 thuở | u7o77 uo7 | VIE6T5 VIỆT | Vie6t5 Việt | d99 d9 | so611 sô1 | ngu7o7i22 ngươi2
xoong xoong | trong8 trong8 | quy1 quý | gi2 gì | nu7o7c1 nước | xoa8n1 xoắn
khuya1 khuýa | server server | test test | office office
"""


@pytest.mark.parametrize(
    ("raw", "word"), [p.split() for line in VNI_WORDS.strip().splitlines() for p in line.split("|")]
)
def test_vni_keystrokes_make_the_word(raw, word):
    assert compose(raw, scheme="vni") == word


def test_vni_digits_after_a_space_are_digits():
    typing = Typing(scheme="vni")
    for key in "Cho72 3 lan62, le65 phi1 15.000 d9":
        typing = typed(typing, key, 1000)
    assert text_of(typing) == "Chờ 3 lần, lệ phí 15.000 đ"


def test_another_scheme_holds_from_there_on():
    typing = Typing()
    for key in "chowf":
        typing = typed(typing, key, 1000)
    typing = with_scheme(typing, "vni")
    for key in " la6u":
        typing = typed(typing, key, 1000)
    assert text_of(typing) == "chờ lâu"


ENGLISH = (Path(__file__).parent / "english_words.txt").read_text(encoding="utf-8").split()
BENT = {
    *("air", "as", "bar", "box", "bus", "car", "chair", "here", "how", "is", "last", "list", "lost", "low", "max"),
    *("mix", "most", "now", "of", "own", "rest", "room", "see", "tax", "there", "tree"),
}
"""Each is how a Vietnamese syllable is typed (ải, á, bả, bõ … thể, trê); doubling the key gives the English word."""


def test_english_words_stay_unless_they_are_the_keys_of_a_syllable():
    changed = {word for word in ENGLISH if compose(word) != word}
    print(f"{len(ENGLISH) - len(changed)} of {len(ENGLISH)} English words come out as typed")
    assert len(ENGLISH) >= 200
    assert changed == BENT
    assert {word for word in ENGLISH if compose(word.capitalize()) != word.capitalize()} == BENT


@pytest.mark.parametrize(("raw", "word"), [("boxx", "box"), ("busss", "buss"), ("carr", "car"), ("lisst", "list")])
def test_the_key_pressed_again_gives_the_english_word(raw, word):
    assert compose(raw) == word


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("OOng/Baf ddoif theem giaays towf.", "Ông/Bà đòi thêm giấy tờ."),
        ("Cans booj bawts chowf laau, khoong giair thichs!", "Cán bộ bắt chờ lâu, không giải thích!"),
        ("Tooi ddi laij 3 laanf maf chuwa xong", "Tôi đi lại 3 lần mà chưa xong"),
        ("ddieenf form online trong 2 ngayf", "điền form online trong 2 ngày"),
    ],
)
def test_whole_sentences_are_typed_key_by_key(keys, text):
    typing = Typing()
    for key in keys:
        typing = typed(typing, key, 1000)
    assert text_of(typing) == text


def test_a_key_of_its_own_for_a_marked_letter_types_its_telex_keys():
    typing = Typing()
    for key in ("t", "i", "ee", "n", "g", "s"):
        typing = typed(typing, key, 1000)
    assert text_of(typing) == "tiếng"


def test_an_english_text_is_taken_letter_by_letter():
    typing = Typing()
    for key in "too many trees, off we go":
        typing = typed(typing, key, 1000, is_telex=False)
    assert text_of(typing) == "too many trees, off we go"


def test_erasing_takes_one_seen_character_and_the_word_still_takes_marks():
    typing = Typing()
    for key in "vieetj namf":
        typing = typed(typing, key, 1000)
    for left in ("việt nà", "việt n", "việt ", "việt", "việ"):
        typing = erased(typing)
        assert text_of(typing) == left
    assert text_of(typed(typing, "c", 1000)) == "việc"


def test_erasing_an_empty_text_leaves_it_empty():
    assert text_of(erased(Typing())) == ""


def test_a_text_never_grows_beyond_its_limit():
    typing = Typing("a" * 999)
    typing = typed(typed(typing, "b", 1000), "c", 1000)
    assert text_of(typing) == "a" * 999 + "b"


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzAĐÔươ0123456789", max_size=14), st.sampled_from(["telex", "vni"]))
def test_any_keystrokes_make_composed_text(raw, scheme):
    assert is_normalized("NFC", compose(raw, "old", scheme))


@given(
    st.lists(st.sampled_from([*"aeiouydgnthcsfrxjzwk 1256789", "<"]), max_size=40), st.sampled_from(["telex", "vni"])
)
def test_each_erasing_takes_exactly_one_character(keys, scheme):
    typing = Typing(scheme=scheme)
    for key in keys:
        before = text_of(typing)
        typing = erased(typing) if key == "<" else typed(typing, key, 1000)
        if key == "<":
            assert text_of(typing) == before[:-1]
