"""Vietnamese from keystrokes, Telex or VNI: the keys of one word → the word, NFC; pure, knows no screen."""

import re
from functools import lru_cache
from typing import Final, Literal
from unicodedata import normalize

import msgspec

from appliance import syllables
from appliance.loanwords import AS_TYPED
from appliance.syllables import (
    ACUTE,
    BREVE,
    CIRCUMFLEX,
    DOT,
    GRAVE,
    HOOK,
    HORN,
    TILDE,
    Style,
    bare,
    cased,
    is_stopped,
    possible,
    rhyme_of,
    spelled,
    starts_a_rhyme,
    takes,
    with_both_horns,
)

Scheme = Literal["telex", "vni"]
STROKE: Final = "đ"


class Keys(msgspec.Struct, frozen=True):
    """A typing scheme. tones: the mark of each tone key; none: takes the tone away.

    marks: for each mark key the marks it sets and the letters it sets them on. lone: the key that is ư without a vowel.
    """

    tones: dict[str, str]
    none: str
    marks: dict[str, tuple[frozenset[str], str]]
    lone: str = ""


_CURVED, _STROKED = frozenset({BREVE, HORN}), frozenset({STROKE})
_ROUND: Final = frozenset({CIRCUMFLEX})
SCHEMES: Final[dict[Scheme, Keys]] = {
    "telex": Keys(
        {"f": GRAVE, "s": ACUTE, "x": TILDE, "r": HOOK, "j": DOT},
        "z",
        {"a": (_ROUND, "a"), "e": (_ROUND, "e"), "o": (_ROUND, "o"), "w": (_CURVED, "aou"), "d": (_STROKED, "d")},
        lone="w",
    ),
    "vni": Keys(
        {"1": ACUTE, "2": GRAVE, "3": HOOK, "4": TILDE, "5": DOT},
        "0",
        {
            "6": (_ROUND, "aeo"),
            "7": (frozenset({HORN}), "ou"),
            "8": (frozenset({BREVE}), "a"),
            "9": (_STROKED, "d"),
        },
    ),
}


class Typing(msgspec.Struct, frozen=True):
    """A text being typed. done: the words behind; raw: the keystrokes of the word at the end."""

    done: str = ""
    raw: str = ""
    scheme: Scheme = "telex"
    style: Style = "old"


def text_of(typing: Typing) -> str:
    """Return the text as it reads now, NFC."""
    return typing.done + compose(typing.raw, typing.style, typing.scheme)


def with_text(typing: Typing, done: str, raw: str = "") -> Typing:
    """Return another text typed the same way."""
    return msgspec.structs.replace(typing, done=done, raw=raw)


def with_scheme(typing: Typing, scheme: Scheme) -> Typing:
    """Return the text as it reads, from here on typed by another scheme."""
    return msgspec.structs.replace(typing, done=text_of(typing), raw="", scheme=scheme)


def typed(typing: Typing, keys: str, at_most: int, *, is_telex: bool = True) -> Typing:
    """Return the text after these keystrokes; unchanged if it would grow beyond at_most characters.

    keys: one key's letters, as `a`, `ee` or a space. is_telex: False takes every letter as it is.
    """
    is_mark = typing.scheme == "vni" and bool(typing.raw) and keys.isdecimal()
    if is_telex and (keys.isalpha() or is_mark):
        grown = with_text(typing, typing.done, typing.raw + keys)
    else:
        grown = with_text(typing, text_of(typing) + keys)
    return grown if len(text_of(grown)) <= at_most else typing


def erased(typing: Typing) -> Typing:
    """Return the text without its last character; the word at the end may still take marks and tones."""
    left = text_of(typing)[:-1]
    word = re.search(r"[^\W\d_]*$", left)
    last = word.group() if word else ""
    raw = keystrokes(last, typing.scheme)
    is_same = compose(raw, typing.style, typing.scheme) == last
    return with_text(typing, left[: len(left) - len(last)], raw) if is_same else with_text(typing, left)


@lru_cache(maxsize=512)
def compose(raw: str, style: Style = "old", scheme: Scheme = "telex") -> str:
    """Return the word that these keystrokes make, NFC; a word that cannot be Vietnamese comes back as typed.

    A key pressed again takes its mark back and stays as a letter; from there on the word is literal, unless
    a syllable still comes of it, as xoong does.

    >>> compose("nguwowif"), compose("thuowr"), compose("tesst"), compose("server"), compose("d9u7o7ng2", scheme="vni")
    ('người', 'thuở', 'test', 'server', 'đường')
    """
    if scheme == "telex" and raw.lower() in AS_TYPED:
        return raw
    keys = SCHEMES[scheme]
    letters: list[str] = []
    tone, literal = "", raw
    for place, key in enumerate(raw):
        small = key.lower()
        undone = _undone(letters, tone, small, keys)
        if undone is not None:
            letters, tone = [*undone[0], key], undone[1]
            literal = spelled(undone[0], tone, style) + key + raw[place + 1 :]
            if not possible("".join(letters).lower()):
                return literal
        elif small in keys.tones and takes(letters, keys.tones[small]):
            tone = keys.tones[small]
        elif small == keys.none and tone:
            tone = ""
        else:
            letters = _marked(letters, small, keys) or [*letters, key]
    letters = with_both_horns(letters)
    if not takes(letters, tone, is_bare_ok=True) or _is_foreign(raw, letters, tone):
        return literal
    return spelled(letters, tone, style)


def _is_foreign(raw: str, letters: list[str], tone: str) -> bool:
    """Return whether the keys so far read better as they are: user, yes, ask; photo, data.

    A tone on a rhyme that still lacks a mark, or a mark set from afar on a rhyme that cannot end without a tone.
    """
    low = "".join(letters).lower()
    if tone:
        return not starts_a_rhyme(low)
    return is_stopped(low) and raw[-1:].lower() in "aeo" and any(_marks(letter) for letter in low)


def _undone(letters: list[str], tone: str, key: str, keys: Keys) -> tuple[list[str], str] | None:
    """Return letters and tone without the mark that this key set before, or None if it set none."""
    if not takes(letters, tone, is_bare_ok=True):
        return None
    if tone and keys.tones.get(key) == tone:
        return letters, ""
    if key not in keys.marks:
        return None
    marks, bases = keys.marks[key]
    if marks & _CURVED and _marked(letters, key, keys) is not None:
        return None
    found = [n for n, letter in enumerate(letters) if _is_marked(letter.lower(), marks, bases)]
    if not found:
        return None
    return [_unmarked(letter) if n in found else letter for n, letter in enumerate(letters)], tone


def _is_marked(letter: str, marks: frozenset[str], bases: str) -> bool:
    if letter == STROKE:
        return STROKE in marks
    base, *set_marks = list(normalize("NFD", letter))
    return base in bases and any(mark in marks for mark in set_marks)


def _unmarked(letter: str) -> str:
    return cased("d", letter) if letter.lower() == STROKE else normalize("NFD", letter)[0]


def _marked(letters: list[str], key: str, keys: Keys) -> list[str] | None:
    """Return the letters with the mark this key sets, or None if it sets none here."""
    low = "".join(letters).lower()
    if key not in keys.marks or not possible(low):
        return None
    for change in _changes(low, *keys.marks[key]):
        after = [cased(change[n], letter) if n in change else letter for n, letter in enumerate(letters)]
        if possible("".join(with_both_horns(after)).lower()):
            return after
    return [*letters, "ư"] if key == keys.lone and letters and not rhyme_of(low) else None


def _changes(low: str, marks: frozenset[str], bases: str) -> list[dict[int, str]]:
    """Return what a mark key may change, the likeliest first: place of a letter → the letter it becomes."""
    if marks is _STROKED:
        return [{0: STROKE}] if low.startswith("d") else []
    if marks is _ROUND:
        places = [n for n in reversed(range(len(low))) if bare(low[n]) in bases]
        return [{n: normalize("NFC", bare(low[n]) + CIRCUMFLEX)} for n in places if CIRCUMFLEX not in _marks(low[n])]
    return [change for change in _horns(low) if all(bare(letter) in bases for letter in change.values())]


def _marks(letter: str) -> str:
    return normalize("NFD", letter)[1:]


def _horns(low: str) -> list[dict[int, str]]:
    start = len(low) - len(rhyme_of(low))
    flat = bare(low)
    pair = flat.find("uo", start)
    if pair >= 0:
        return [] if low[pair : pair + 2] == "ươ" else [{pair: "ư", pair + 1: "ơ"}]
    changes: list[dict[int, str]] = []
    if flat[start:] == "ua" and low[start] == "u":
        changes.append({start: "ư"})
    for letter, marked in (("a", "ă"), ("o", "ơ"), ("u", "ư")):
        changes += [{n: marked} for n in range(start, len(low)) if flat[n] == letter and low[n] != marked]
    return changes


_MARK_KEYS: Final[dict[Scheme, dict[str, str]]] = {
    "telex": {CIRCUMFLEX: "", BREVE: "w", HORN: "w", STROKE: "d"},
    "vni": {CIRCUMFLEX: "6", BREVE: "8", HORN: "7", STROKE: "9"},
}


def keystrokes(word: str, scheme: Scheme = "telex") -> str:
    """Return keystrokes that make a finished word: marks behind their letter, the tone last."""
    tone_keys = {mark: key for key, mark in SCHEMES[scheme].tones.items()}
    mark_keys = _MARK_KEYS[scheme]
    typed_keys, tone = "", ""
    for letter in word:
        if letter.lower() == STROKE:
            typed_keys += cased("d", letter) + mark_keys[STROKE]
            continue
        base, *marks = list(normalize("NFD", letter))
        is_plain = not any(mark in mark_keys for mark in marks)
        is_second = scheme == "telex" and base.lower() in "aeo" and typed_keys[-1:].lower() == base.lower()
        typed_keys += base + (base.lower() if is_second and is_plain else "")
        for mark in marks:
            if mark in tone_keys:
                tone = tone_keys[mark]
            else:
                typed_keys += mark_keys.get(mark, "") or base.lower()
    return typed_keys + tone


def forget() -> None:
    """Forget every word and part of a word that was looked at: they were somebody's."""
    for each in [*globals().values(), *vars(syllables).values()]:
        if hasattr(each, "cache_clear"):
            each.cache_clear()
