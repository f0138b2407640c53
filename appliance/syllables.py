"""What a Vietnamese syllable is: onsets, rhymes, marks, and where the tone stands; pure, knows no keys."""

from functools import lru_cache
from typing import Final, Literal
from unicodedata import normalize

Style = Literal["new", "old"]
"""Where the tone goes in oa, oe, uy without a final consonant: new hoà, khoẻ, thuý; old hòa, khỏe, thúy."""

CIRCUMFLEX, BREVE, HORN = "\u0302", "\u0306", "\u031b"
GRAVE, ACUTE, TILDE, HOOK, DOT = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
"""Huyền, sắc, ngã, hỏi, nặng."""

_ONSETS: Final = tuple("ngh ng gi qu gh kh nh ph th tr ch b c d đ g h k l m n p q r s t v x ".split(" "))  # noqa: SIM905 a word list
_RHYMES: Final = frozenset(
    """
    a ac ach ai am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
    i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong op ot
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt ooc oong
    u ua uc ui um un ung up ut uân uâng uât uây uê uêch uênh uơ uôc uôi uôm uôn uông uôt
    uy uya uych uyn uynh uyp uyt uyu uyên uyêt ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
    y ych yn ynh yt yêm yên yêng yêt yêu
    """.split()  # noqa: SIM905 a word list
)
_BARE_UO: Final = frozenset({"", "h", "th", "kh"})
"""Onsets after which a final uơ stays so, as in thuở; after any other it is on its way to ươi, ương …"""


def spelled(letters: list[str], tone: str, style: Style) -> str:
    """Return the word of these letters with the tone on the vowel that carries it, NFC."""
    if not tone:
        return normalize("NFC", "".join(letters))
    low = "".join(letters).lower()
    start = len(low) - len(rhyme_of(low))
    spot = start + _tone_spot(low[start:], style)
    return normalize("NFC", "".join(c + tone if n == spot else c for n, c in enumerate(letters)))


def _tone_spot(rhyme: str, style: Style) -> int:
    vowels = len(rhyme.rstrip("bcghkmnpt"))
    marked = [n for n in range(vowels) if normalize("NFD", rhyme[n])[1:]]
    if marked:
        return marked[-1]
    if vowels == 3 or (vowels == 2 and len(rhyme) > vowels):
        return 1
    return 1 if rhyme[:vowels] in {"oa", "oe", "uy"} and style == "new" else 0


def takes(letters: list[str], tone: str, *, is_bare_ok: bool = False) -> bool:
    """Return whether these letters may carry this tone; before a final c, ch, k, p, t only sắc and nặng."""
    low = "".join(letters).lower()
    rhyme = rhyme_of(low)
    if not possible(low) or not (rhyme or is_bare_ok):
        return False
    return not tone or not is_stopped(low) or tone in {ACUTE, DOT}


def is_stopped(low: str) -> bool:
    """Return whether these lower-case letters end in c, ch, k, p or t behind a vowel."""
    return len(rhyme_of(low)) > 1 and low.endswith(("c", "ch", "k", "p", "t"))


def starts_a_rhyme(low: str) -> bool:
    """Return whether some syllable begins with these lower-case letters, marks exactly as they stand."""
    rhyme = rhyme_of(low)
    return any(whole.startswith(rhyme) for whole in _RHYMES)


def with_both_horns(letters: list[str]) -> list[str]:
    """Return uơ and ươ as the letters around them ask: thuở alone, ươ before anything."""
    low = "".join(letters).lower()
    rhyme = rhyme_of(low)
    if bare(rhyme[:2]) != "uo" or "ơ" not in rhyme[:2]:
        return letters
    start = len(low) - len(rhyme)
    first = "u" if len(rhyme) == 2 and low[:start] in _BARE_UO else "ư"
    return [*letters[:start], cased(first, letters[start]), *letters[start + 1 :]]


def possible(low: str) -> bool:
    """Return whether some syllable begins with these lower-case letters, marks not yet typed left open."""
    return _split(low) is not None


def rhyme_of(low: str) -> str:
    """Return the rhyme of lower-case letters, perhaps still growing; empty if no syllable begins so."""
    parts = _split(low)
    return parts[1] if parts else ""


def _split(low: str) -> tuple[str, str] | None:
    for onset in _ONSETS:
        rhyme = low[len(onset) :]
        if low.startswith(onset) and (_grows(rhyme) if rhyme else onset != "gi"):
            return onset, rhyme
    return None


@lru_cache(maxsize=2048)
def _grows(rhyme: str) -> bool:
    return any(
        len(whole) >= len(rhyme)
        and all(part in (letter, bare(letter)) for part, letter in zip(rhyme, whole, strict=False))
        for whole in _RHYMES
    )


@lru_cache(maxsize=2048)
def bare(text: str) -> str:
    """Return text without circumflex, breve and horn; tones and đ stay."""
    return "".join(c for c in normalize("NFD", text) if c not in (CIRCUMFLEX, BREVE, HORN))


def cased(letter: str, like: str) -> str:
    """Return a letter in the case of another."""
    return letter.upper() if like.isupper() else letter


def plain(word: str) -> str:
    """Return a word without any mark or tone, đ as d.

    >>> plain("Đường"), plain("rườm rà")
    ('Duong', 'ruom ra')
    """
    letters = (c for c in normalize("NFD", word) if not "\u0300" <= c <= "\u036f")
    return "".join(letters).replace("đ", "d").replace("Đ", "D")


def restyled(word: str, style: Style) -> str:
    """Return a syllable with its tone where the style puts it; what is no syllable stays as it is.

    >>> restyled("hoà", "old"), restyled("Thúy", "new"), restyled("server", "new")
    ('hòa', 'Thuý', 'server')
    """
    letters, tone = _toneless(word)
    return spelled(letters, tone, style) if tone and takes(letters, tone) else word


def _toneless(word: str) -> tuple[list[str], str]:
    tone, letters = "", []
    for letter in word:
        base, *marks = list(normalize("NFD", letter))
        tone = next((mark for mark in marks if mark in (GRAVE, ACUTE, TILDE, HOOK, DOT)), tone)
        letters.append(normalize("NFC", base + "".join(mark for mark in marks if mark in (CIRCUMFLEX, BREVE, HORN))))
    return letters, tone


def is_syllable(word: str) -> bool:
    """Return whether a lower-case word is one whole Vietnamese syllable.

    >>> is_syllable("người"), is_syllable("tesst"), is_syllable("uê")
    (True, False, True)
    """
    letters = _toneless(word)[0]
    parts = _split("".join(letters))
    return parts is not None and parts[1] in _RHYMES
