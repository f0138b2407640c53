"""What counts come to: shares with their bases, and numbers as Vietnamese offices write them; pure."""

import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import msgspec

NOTHING: Final = "–"


class Levels(msgspec.Struct, frozen=True):
    """Counts of answers by level, and of NA, which is in no base."""

    n1: int = 0
    n2: int = 0
    n3: int = 0
    n4: int = 0
    n5: int = 0
    na: int = 0

    def __add__(self, other: "Levels") -> "Levels":
        """Return the pooled counts."""
        return Levels(
            self.n1 + other.n1, self.n2 + other.n2, self.n3 + other.n3, self.n4 + other.n4, self.n5 + other.n5,
            self.na + other.na,
        )  # fmt: skip

    @property
    def base(self) -> int:
        """Return the number of answers that count."""
        return self.n1 + self.n2 + self.n3 + self.n4 + self.n5

    @property
    def descending(self) -> tuple[int, int, int, int, int]:
        """Return the counts from level 5 to level 1, as screens and reports order them."""
        return self.n5, self.n4, self.n3, self.n2, self.n1


def top2(levels: Levels) -> float | None:
    """Return the share of answers on the two best levels in percent, not rounded; None with no base.

    >>> top2(Levels(n5=3, n3=1))
    75.0
    """
    return 100 * (levels.n5 + levels.n4) / levels.base if levels.base else None


def mean100(levels: Levels) -> float | None:
    """Return the mean level on a scale to 100, not rounded; None with no base.

    >>> mean100(Levels(n5=1, n3=1))
    80.0
    """
    total = levels.n1 + 2 * levels.n2 + 3 * levels.n3 + 4 * levels.n4 + 5 * levels.n5
    return 100 * total / (5 * levels.base) if levels.base else None


def dissat(levels: Levels) -> float | None:
    """Return the share of answers on the two lowest levels in percent, not rounded; None with no base."""
    return 100 * (levels.n2 + levels.n1) / levels.base if levels.base else None


FORMULAS: Final = {
    "top2": "Tỷ lệ hài lòng (top2) = 100 × (n5 + n4) / (n5 + n4 + n3 + n2 + n1)",
    "dissat": "Tỷ lệ không hài lòng (dissat) = 100 × (n2 + n1) / (n5 + n4 + n3 + n2 + n1)",
    "mean100": "Điểm TB/100 (mean100) = 100 × điểm trung bình / 5",
}
"""Each share by its name, as pages and sheets print it."""


def percent(value: float | None) -> str:
    """Return a percentage as pages print it, rounded half up to one decimal; a dash for None.

    >>> percent(95.25)
    '95,3\\xa0%'
    """
    return NOTHING if value is None else f"{decimal(value)}\u00a0%"


def decimal(value: float | None) -> str:
    """Return a number with one decimal and a decimal comma, rounded half up; a dash for None."""
    if value is None:
        return NOTHING
    rounded = Decimal(repr(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{rounded:,.1f}".translate(str.maketrans(",.", ".,"))


def number(value: int) -> str:
    """Return a whole number with a dot for thousands.

    >>> number(8605)
    '8.605'
    """
    return f"{value:,}".replace(",", ".")


_LETTERS: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES: Final = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}


def vietnamese_order(text: str) -> tuple[list[int], list[int]]:
    """Return a sort key in the order of the Vietnamese alphabet: a ă â b c d đ e ê …, tones last.

    >>> sorted(["Đông", "Dương", "Ân", "An", "Ăn"], key=vietnamese_order)
    ['An', 'Ăn', 'Ân', 'Dương', 'Đông']
    """
    letters: list[int] = []
    tones: list[int] = []
    for character in unicodedata.normalize("NFC", text).casefold():
        parts = unicodedata.normalize("NFD", character)
        plain = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
        place = _LETTERS.find(plain)
        letters.append(1000 + place if place >= 0 and plain else ord(plain[:1] or " ") % 1000)
        tones.append(next((_TONES[part] for part in parts if part in _TONES), 0))
    return letters, tones
