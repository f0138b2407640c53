"""Every syllable of Debian's list comes back from its keys, in Telex and in VNI, in several orders, in both styles."""

import re
import string
from itertools import islice
from pathlib import Path
from unicodedata import normalize

import pytest

from appliance.loanwords import AS_TYPED
from appliance.syllables import restyled
from appliance.telex import compose

LIST = Path("/usr/share/hunspell/vi_VN.dic")  # package hunspell-vi; scripts/setup test installs it
LETTERS = "aăâeêioôơuưyđ" + string.ascii_lowercase
SHAPE = re.compile(r"(ngh|ng|nh|gh|gi|qu|kh|ph|th|tr|ch|[bcdđghklmnpqrstvx])?[aăâeêioôơuưy]+(ch|nh|ng|[cmnpt])?")
TELEX = {"\u0300": "f", "\u0301": "s", "\u0303": "x", "\u0309": "r", "\u0323": "j", "\u0306": "w", "\u031b": "w"}
VNI = {"\u0301": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5", "\u0306": "8", "\u031b": "7"}
TONES = "\u0300\u0301\u0303\u0309\u0323"
OLD = {
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa", "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe",
    "oẹ": "ọe", "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip
SKIPPED_AT_MOST = 0.0125
ORDERS = ["marks at once", "tone at once", "marks at the end", "tone, then marks"]
ENGLISH = {"bét", "cót", "tãi", "tét", "tủn", "vía"}
"""Typed with the tone before the last letter these are English words: cost, taxi …; at the end they come back."""
LOST = {"tone at once": ENGLISH, "tone, then marks": {"têt"}, "marks at the end": {"têt"}}
"""What Telex gives up: `tete` stays as `date` and `photo` do: no other syllable like it is without a tone."""


def entries():
    """Return every word of the list cut into syllables, lower case, NFC."""
    lines = LIST.read_text(encoding="utf-8").splitlines()[1:]
    return sorted({part for line in lines for part in re.split(r"[ -]+", normalize("NFC", line.split("/")[0])) if part})


def is_syllable(entry):
    low = entry.lower()
    flat = normalize("NFC", "".join(c for c in normalize("NFD", low) if c not in TONES))
    is_abbreviation = len(entry) > 1 and entry.isupper()
    return not is_abbreviation and set(flat) <= set(LETTERS) and SHAPE.fullmatch(flat) is not None


def parts(word):
    """Return for each letter: itself bare, the mark, the tone."""
    for letter in word:
        if letter in "đĐ":
            yield "dD"["đĐ".index(letter)], "đ", ""
            continue
        base, *marks = normalize("NFD", letter)
        yield base, "".join(m for m in marks if m not in TONES), "".join(m for m in marks if m in TONES)


def keys(word, scheme, order):
    """Return the keystrokes of a word, made here from its letters and not by the code under test."""
    marks_of = TELEX if scheme == "telex" else VNI

    def mark_key(base, mark):
        if mark == "đ":
            return "d" if scheme == "telex" else "9"
        if mark == "\u0302":
            return base.lower() if scheme == "telex" else "6"
        return marks_of.get(mark, "")

    made, marks, tone_key = "", "", ""
    for base, mark, tone in parts(word):
        is_second = scheme == "telex" and base in "oO" and not mark and made[-1:] in ("o", "O")
        made += base + ("o" if is_second else "")
        if order in ("marks at once", "tone at once"):
            made += mark_key(base, mark)
        elif mark:
            key = mark_key(base, mark)
            marks += "" if key in marks and mark == "\u031b" else key
        if tone and order == "tone at once":
            made += marks_of[tone]
        elif tone:
            tone_key = marks_of[tone]
    return made + (tone_key + marks if order == "tone, then marks" else marks + tone_key)


ENTRIES = entries()
SYLLABLES = [entry for entry in ENTRIES if is_syllable(entry)]


def test_few_entries_of_the_list_are_no_syllables():
    skipped = [entry for entry in ENTRIES if not is_syllable(entry)]
    print(f"{len(SYLLABLES)} syllables, {len(skipped)} skipped: {' '.join(skipped)}")
    assert len(SYLLABLES) > 6500
    assert len(skipped) / len(ENTRIES) <= SKIPPED_AT_MOST


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("scheme", ["telex", "vni"])
def test_every_syllable_comes_back_from_its_keys(scheme, order):
    wrong = {word for word in SYLLABLES if compose(keys(word, scheme, order), "new", scheme) != word}
    assert wrong == (LOST.get(order, set()) if scheme == "telex" else set())


@pytest.mark.parametrize("scheme", ["telex", "vni"])
def test_every_syllable_comes_back_in_the_old_style(scheme):
    wanted = {
        word: word if word[:2] == "qu" else OLD.get(word[-2:], "") and word[:-2] + OLD[word[-2:]] for word in SYLLABLES
    }
    wrong = [
        word
        for word, old in wanted.items()
        if compose(keys(word, scheme, "marks at once"), "old", scheme) != (old or word)
    ]
    assert wrong == []
    assert sum(bool(old) and old != word for word, old in wanted.items()) > 50
    assert [word for word, old in wanted.items() if restyled(word, "old") != (old or word)] == []
    assert [word for word, old in wanted.items() if restyled(old or word, "new") != word] == []


@pytest.mark.parametrize("scheme", ["telex", "vni"])
def test_every_syllable_comes_back_in_capitals(scheme):
    def typed(word):
        return compose(keys(word, scheme, "marks at once").upper(), "new", scheme)

    assert [word for word in SYLLABLES if typed(word.upper()) != word.upper()] == []
    title = [word.capitalize() for word in SYLLABLES]
    assert [word for word in title if compose(keys(word, scheme, "marks at once"), "new", scheme) != word] == []


def test_no_word_left_as_typed_is_the_usual_typing_of_a_syllable():
    usual = {keys(word.lower(), "telex", "marks at once"): word for word in SYLLABLES}
    usual |= {keys(word.lower(), "telex", "marks at the end"): word for word in SYLLABLES}
    assert {word: usual[word] for word in AS_TYPED if word in usual} == {}


def test_an_unmarked_syllable_is_typed_by_its_letters():
    flat = {"".join(base for base, _, _ in parts(word.lower())) for word in SYLLABLES}
    bent = sorted(word for word in flat if compose(word) != word and "oo" not in word)
    assert list(islice(bent, 5)) == []
