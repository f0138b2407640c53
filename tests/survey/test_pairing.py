"""What two screens show to be compared: words that nobody mistakes, settled by what neither side can choose alone."""

import unicodedata

from survey import pairing
from survey.easy_words import EASY_WORDS


def plain(word: str) -> str:
    marks = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return "".join(one for one in marks if not unicodedata.combining(one))


def test_the_words_are_256_and_differ_also_without_their_marks():
    assert len({plain(word) for word in EASY_WORDS}) == len(EASY_WORDS) == 256
    assert all(word == unicodedata.normalize("NFC", word) and 2 <= len(plain(word)) <= 7 for word in EASY_WORDS)


def test_every_part_changes_the_words():
    parts = [bytes(32), bytes(32), bytes(32), bytes(16)]
    one = pairing.words(*parts)
    for at, part in enumerate(parts):
        others = [*parts[:at], b"\x01" + part[1:], *parts[at + 1 :]]
        assert pairing.words(*others) != one


def test_letters_are_read_as_people_type_them():
    assert pairing.typed("7k3m-qx2p") == pairing.typed(" 7K3M QX2P ") == "7K3MQX2P"
    assert pairing.typed("oil0-0000") == "01100000"
    assert pairing.typed("7K3M-QX2") is None
    assert pairing.typed("7K3M-QX2U") is None
