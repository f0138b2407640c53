"""The keys of the kiosk's own keyboard, row by row, as plain data; pure, draws nothing."""

from typing import Final, Literal

import msgspec

from appliance.telex import Scheme
from appliance.writing import Layer
from survey.questionnaire import in_lang

Icon = Literal[
    "", "back", "next", "globe", "exit", "check", "erase", "shift", "retry", "none", "phone", "pen",
    "access", "letters", "low", "speaker", "mic", "stop",
]  # fmt: skip


class Key(msgspec.Struct, frozen=True):
    """A key of a keyboard. span: its width in keys. is_quiet: not a letter. note: small words below the letter."""

    name: str
    text: str
    span: float = 1.0
    icon: Icon = ""
    is_quiet: bool = False
    note: str = ""


WORDS: Final[dict[str, dict[str, str]]] = {
    "space": {"vi": "dấu cách", "en": "space"},
    "phrases": {"vi": "Câu mẫu", "en": "Phrases"},
    "keys": {"vi": "Bàn phím", "en": "Keyboard"},
}
_SYMBOLS: Final = ("1234567890", "-/:;()!%\"'", "+=@#&*_°")
_TONES: Final = (("s", "sắc"), ("f", "huyền"), ("r", "hỏi"), ("x", "ngã"), ("j", "nặng"))
_MARKED: Final = (("aw", "ă"), ("aa", "â"), ("ee", "ê"), ("oo", "ô"), ("ow", "ơ"), ("uw", "ư"))
_VNI: Final = (
    *(("1", "sắc"), ("2", "huyền"), ("3", "hỏi"), ("4", "ngã"), ("5", "nặng")),
    *(("6", "â ê ô"), ("7", "ơ ư"), ("8", "ă"), ("9", "đ"), ("0", "bỏ dấu")),
)


def keyboard(lang: str, layer: Layer, scheme: Scheme = "telex", *, has_phrases: bool = False) -> list[list[Key]]:
    """Return the rows of the keyboard; for Vietnamese with a row of marks and tones, or of VNI's digits.

    has_phrases: with a key that leads to the ready phrases.
    """
    return [
        *(_symbols() if layer == "symbols" else _letters(lang, layer, scheme)),
        _bottom(lang, layer, scheme, has_phrases),
    ]


def _symbols() -> list[list[Key]]:
    rows = [_keys(row, is_upper=False) for row in _SYMBOLS[:2]]
    return [*rows, [*_keys(_SYMBOLS[2], is_upper=False), Key("erase", "", 2, "erase", is_quiet=True)]]


def _letters(lang: str, layer: Layer, scheme: Scheme) -> list[list[Key]]:
    is_upper = layer == "upper"
    shift = Key("key-lower" if is_upper else "key-upper", "", 1.5, "shift", is_quiet=not is_upper)
    third = [shift, *_keys("zxcvbnm", is_upper=is_upper), Key("erase", "", 1.5, "erase", is_quiet=True)]
    rows = [_keys("qwertyuiop", is_upper=is_upper), _keys("asdfghjkl", is_upper=is_upper), third]
    if lang != "vi":
        return rows
    if scheme == "vni":
        return [[Key(f"key-{digit}", digit, is_quiet=True, note=note) for digit, note in _VNI], *rows]
    rows[1].append(Key("key-dd", "Đ" if is_upper else "đ"))
    marked = [Key(f"key-{keys}", letter.upper() if is_upper else letter) for keys, letter in _MARKED]
    return [[*marked, *(Key(f"tone-{key}", name, is_quiet=True) for key, name in _TONES)], *rows]


def _bottom(lang: str, layer: Layer, scheme: Scheme, has_phrases: bool) -> list[Key]:
    is_symbols = layer == "symbols"
    row = [Key("key-lower", "ABC", 1.5, is_quiet=True) if is_symbols else Key("key-symbols", "123", 1.5, is_quiet=True)]
    if lang == "vi" and not is_symbols:
        other, name = ("vni", "Telex") if scheme == "telex" else ("telex", "VNI")
        row.append(Key(f"key-{other}", name, 1.5, is_quiet=True))
    if has_phrases:
        row.append(Key("key-phrases", in_lang(WORDS["phrases"], lang), 2, is_quiet=True))
    taken = sum(key.span for key in row)
    space = Key("key-space", in_lang(WORDS["space"], lang), min(6.5 - taken / 2, 8.2 - taken), is_quiet=True)
    return [*row, Key("key-,", ","), space, Key("key-.", "."), Key("key-?", "?")]


def phrases_row(lang: str) -> list[list[Key]]:
    """Return the row below the ready phrases: back to the keys, and erase."""
    return [
        [Key("key-lower", in_lang(WORDS["keys"], lang), 4, is_quiet=True), Key("erase", "", 2, "erase", is_quiet=True)]
    ]


def _keys(names: str, *, is_upper: bool) -> list[Key]:
    return [Key(f"key-{name}", name.upper() if is_upper else name) for name in names]
