"""Vietnamese Telex: raw keystrokes of one word → the word, NFC; pure, knows neither keyboard nor screen."""

import re
from functools import lru_cache
from typing import Final, Literal
from unicodedata import normalize

import msgspec

Style = Literal["new", "old"]
"""Where the tone goes in oa, oe, uy without a final consonant: new hoà, khoẻ, thuý; old hòa, khỏe, thúy."""

CIRCUMFLEX, BREVE, HORN = "\u0302", "\u0306", "\u031b"
TONES: Final = {"f": "\u0300", "s": "\u0301", "x": "\u0303", "r": "\u0309", "j": "\u0323"}
_TONE_KEYS: Final = {mark: key for key, mark in TONES.items()}
_MARK_KEYS: Final = {CIRCUMFLEX: "", BREVE: "w", HORN: "w"}

_ONSETS: Final = tuple("ngh ng gi qu gh kh nh ph th tr ch b c d đ g h k l m n p q r s t v x ".split(" "))  # noqa: SIM905 a word list
_RHYMES: Final = frozenset(
    """
    a ac ach ai am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
    i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong op ot
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uc ui um un ung up ut uân uâng uât uây uê uêch uênh uơ uôc uôi uôm uôn uông uôt
    uy uya uych uyn uynh uyp uyt uyu uyên uyêt ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
    y ych yn ynh yt yêm yên yêng yêt yêu
    """.split()  # noqa: SIM905 a word list
)
_BARE_UO: Final = frozenset({"h", "th", "kh"})
"""Onsets after which a final `uow` is uơ, as in thuở; after any other it is on its way to ươi, ương …"""


class Typing(msgspec.Struct, frozen=True):
    """A text being typed. done: the words behind; raw: the keystrokes of the word at the end."""

    done: str = ""
    raw: str = ""


def text_of(typing: Typing, style: Style = "new") -> str:
    """Return the text as it reads now, NFC."""
    return typing.done + compose(typing.raw, style)


def typed(typing: Typing, keys: str, at_most: int, *, style: Style = "new", is_telex: bool = True) -> Typing:
    """Return the text after these keystrokes; unchanged if it would grow beyond at_most characters.

    keys: one key's letters, as `a`, `ee` or a space. is_telex: False takes every letter as it is.
    """
    if not is_telex:
        grown = Typing(text_of(typing, style) + keys)
    elif keys.isalpha():
        grown = Typing(typing.done, typing.raw + keys)
    else:
        grown = Typing(text_of(typing, style) + keys)
    return grown if len(text_of(grown, style)) <= at_most else typing


def erased(typing: Typing, style: Style = "new") -> Typing:
    """Return the text without its last character; the word at the end may still take marks and tones."""
    left = text_of(typing, style)[:-1]
    word = re.search(r"[^\W\d_]*$", left)
    last = word.group() if word else ""
    raw = _keystrokes(last)
    return Typing(left[: len(left) - len(last)], raw) if compose(raw, style) == last else Typing(left)


@lru_cache(maxsize=512)
def compose(raw: str, style: Style = "new") -> str:
    """Return the word that these keystrokes make, NFC; a word that cannot be Vietnamese comes back as typed.

    A key pressed again takes its mark back and stays as a letter; from there on the word is literal.

    >>> compose("nguwowif"), compose("thuowr"), compose("tesst"), compose("server")
    ('người', 'thuở', 'test', 'server')
    """
    letters: list[str] = []
    tone = ""
    for place, key in enumerate(raw):
        small = key.lower()
        undone = _undone(letters, tone, small)
        if undone is not None:
            return _spelled(*undone, style) + key + raw[place + 1 :]
        if small in TONES and _takes(letters, TONES[small]):
            tone = TONES[small]
        elif small == "z" and tone:
            tone = ""
        else:
            letters = _marked(letters, small) or [*letters, key]
    letters = _with_both_horns(letters)
    return _spelled(letters, tone, style) if _takes(letters, tone, is_bare_ok=True) else raw


def _undone(letters: list[str], tone: str, key: str) -> tuple[list[str], str] | None:
    """Return letters and tone without the mark that this key set before, or None if it set none."""
    if not _takes(letters, tone, is_bare_ok=True):
        return None
    if TONES.get(key) == tone and tone:
        return letters, ""
    if key == "d" and letters and letters[0].lower() == "đ":
        return [_cased("d", letters[0]), *letters[1:]], tone
    if key in "aeo":
        found = [n for n, letter in enumerate(letters) if normalize("NFD", letter.lower()) == key + CIRCUMFLEX]
    elif key == "w" and _marked(letters, "w") is None:
        found = [n for n, letter in enumerate(letters) if normalize("NFD", letter.lower())[1:] in {BREVE, HORN}]
    else:
        found = []
    if not found:
        return None
    return [normalize("NFD", letter)[0] if n in found else letter for n, letter in enumerate(letters)], tone


def _marked(letters: list[str], key: str) -> list[str] | None:
    """Return the letters with the mark this key sets, or None if it sets none here."""
    low = "".join(letters).lower()
    if not _possible(low):
        return None
    if key == "d":
        changes = [{0: "đ"}] if low.startswith("d") else []
    elif key in "aeo":
        spots = [
            n
            for n in reversed(range(len(low)))
            if _bare(low[n]) == key and low[n] != normalize("NFC", key + CIRCUMFLEX)
        ]
        changes = [{n: normalize("NFC", key + CIRCUMFLEX)} for n in spots]
    elif key == "w":
        changes = list(_horns(low))
    else:
        changes = []
    for change in changes:
        after = [_cased(change[n], letter) if n in change else letter for n, letter in enumerate(letters)]
        if _possible("".join(_with_both_horns(after)).lower()):
            return after
    if key == "w" and letters and not _rhyme_of(low):
        return [*letters, "ư"]
    return None


def _horns(low: str) -> list[dict[int, str]]:
    start = len(low) - len(_rhyme_of(low))
    bare = _bare(low)
    pair = bare.find("uo", start)
    if pair >= 0:
        return [] if low[pair : pair + 2] == "ươ" else [{pair: "ư", pair + 1: "ơ"}]
    changes: list[dict[int, str]] = []
    if bare[start:] == "ua" and low[start] == "u":
        changes.append({start: "ư"})
    for bare_letter, marked in (("a", "ă"), ("o", "ơ"), ("u", "ư")):
        changes += [{n: marked} for n in range(start, len(low)) if bare[n] == bare_letter and low[n] != marked]
    return changes


def _with_both_horns(letters: list[str]) -> list[str]:
    """Return uơ and ươ as the letters around them ask: thuở alone, ươ before anything."""
    low = "".join(letters).lower()
    rhyme = _rhyme_of(low)
    if _bare(rhyme[:2]) != "uo" or "ơ" not in rhyme[:2]:
        return letters
    start = len(low) - len(rhyme)
    first = "u" if len(rhyme) == 2 and low[:start] in _BARE_UO else "ư"
    return [*letters[:start], _cased(first, letters[start]), *letters[start + 1 :]]


def _takes(letters: list[str], tone: str, *, is_bare_ok: bool = False) -> bool:
    """Return whether these letters may carry this tone; before a final c, ch, k, p, t only sắc and nặng."""
    low = "".join(letters).lower()
    rhyme = _rhyme_of(low)
    if not _possible(low) or not (rhyme or is_bare_ok):
        return False
    is_stopped = low.endswith(("c", "ch", "k", "p", "t")) and bool(rhyme)
    return not tone or not is_stopped or tone in {TONES["s"], TONES["j"]}


def _split(low: str) -> tuple[str, str] | None:
    """Return onset and rhyme of lower-case letters, the rhyme perhaps still growing; None if no syllable begins so."""
    for onset in _ONSETS:
        rhyme = low[len(onset) :]
        if low.startswith(onset) and (_grows(rhyme) if rhyme else onset != "gi"):
            return onset, rhyme
    return None


@lru_cache(maxsize=2048)
def _grows(rhyme: str) -> bool:
    """Return whether some rhyme begins so, marks not yet typed left open."""
    return any(
        len(whole) >= len(rhyme)
        and all(part in (letter, _bare(letter)) for part, letter in zip(rhyme, whole, strict=False))
        for whole in _RHYMES
    )


def _possible(low: str) -> bool:
    return _split(low) is not None


def _rhyme_of(low: str) -> str:
    parts = _split(low)
    return parts[1] if parts else ""


@lru_cache(maxsize=2048)
def _bare(text: str) -> str:
    return "".join(c for c in normalize("NFD", text) if c not in (CIRCUMFLEX, BREVE, HORN))


def _cased(letter: str, like: str) -> str:
    return letter.upper() if like.isupper() else letter


def _spelled(letters: list[str], tone: str, style: Style) -> str:
    if not tone:
        return normalize("NFC", "".join(letters))
    low = "".join(letters).lower()
    start = len(low) - len(_rhyme_of(low))
    spot = start + _tone_spot(low[start:], style)
    return normalize("NFC", "".join(c + tone if n == spot else c for n, c in enumerate(letters)))


def _tone_spot(rhyme: str, style: Style) -> int:
    """Return the place of the vowel that carries the tone."""
    vowels = len(rhyme.rstrip("bcghkmnpt"))
    marked = [n for n in range(vowels) if normalize("NFD", rhyme[n])[1:]]
    if marked:
        return marked[-1]
    if vowels == 3 or (vowels == 2 and len(rhyme) > vowels):
        return 1
    return 1 if rhyme[:vowels] in {"oa", "oe", "uy"} and style == "new" else 0


def _keystrokes(word: str) -> str:
    """Return keystrokes that make a finished word: marks behind their letter, the tone last."""
    keys, tone = "", ""
    for letter in word:
        base, *marks = list(normalize("NFD", letter))
        keys += {"đ": "dd", "Đ": "Dd"}.get(base, base)
        for mark in marks:
            if mark in _TONE_KEYS:
                tone = _TONE_KEYS[mark]
            else:
                keys += _MARK_KEYS.get(mark, "") or base.lower()
    return keys + tone


def forget() -> None:
    """Forget every word and part of a word that was looked at: they were somebody's."""
    for each in list(globals().values()):
        if hasattr(each, "cache_clear"):
            each.cache_clear()
