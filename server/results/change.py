"""Whether a share is known well enough, and whether two shares differ by more than chance; pure."""

from collections.abc import Sequence
from math import erfc, sqrt
from typing import Final, Literal

import msgspec

LEVEL: Final = 0.05
"""What is called “really changed”: a difference that chance alone makes in fewer than 5 of 100 whole tables."""

BASE_AT_LEAST: Final = 30
Z95: Final = 1.959964


class Share(msgspec.Struct, frozen=True):
    """Satisfied answers of a base."""

    satisfied: int
    base: int

    @property
    def percent(self) -> float | None:
        """Return it in percent, None with no base."""
        return 100 * self.satisfied / self.base if self.base else None


def wilson_interval(satisfied: int, base: int, z: float = Z95) -> tuple[float, float]:
    """Return the Wilson score interval for a share, both ends in [0, 1].

    Raises ValueError if base < 1: a share of nothing has no interval.
    Source: Wilson 1927, J. Am. Stat. Assoc. 22:209-212.

    >>> [round(end, 3) for end in wilson_interval(8, 10)]
    [0.49, 0.943]
    """
    if base < 1 or not 0 <= satisfied <= base:
        raise ValueError(f"{satisfied} of {base} is no share; give 0 <= satisfied <= base and base >= 1")
    share, square = satisfied / base, z * z
    middle = (share + square / (2 * base)) / (1 + square / base)
    half = z / (1 + square / base) * sqrt(share * (1 - share) / base + square / (4 * base * base))
    low = 0.0 if satisfied == 0 else max(0.0, middle - half)
    high = 1.0 if satisfied == base else min(1.0, middle + half)
    return low, high


def p_value(now: Share, then: Share) -> float | None:
    """Return the two-sided p of the pooled two-proportion z test; None where either base is below 30.

    >>> round(p_value(Share(90, 100), Share(80, 100)), 4)
    0.0477
    """
    if min(now.base, then.base) < BASE_AT_LEAST:
        return None
    pooled = (now.satisfied + then.satisfied) / (now.base + then.base)
    variance = pooled * (1 - pooled) * (1 / now.base + 1 / then.base)
    if variance <= 0:
        return 1.0
    away = abs(now.satisfied / now.base - then.satisfied / then.base)
    return erfc(away / sqrt(2 * variance))


def holm(values: Sequence[float | None]) -> list[float | None]:
    """Return p values adjusted for having looked at all of them; None stays None and is not counted.

    Source: Holm 1979, Scand. J. Stat. 6:65-70.

    >>> holm([0.01, None, 0.04])
    [0.02, None, 0.04]
    """
    known = sorted((value, place) for place, value in enumerate(values) if value is not None)
    adjusted: list[float | None] = [None] * len(values)
    highest = 0.0
    for passed, (value, place) in enumerate(known):
        highest = max(highest, min(1.0, value * (len(known) - passed)))
        adjusted[place] = highest
    return adjusted


Mark = Literal["up", "down", "same", "few"]
WORDS: Final[dict[Mark, str]] = {
    "up": "▲ tăng thật", "down": "▼ giảm thật", "same": "chưa rõ khác", "few": "quá ít phiếu để so",
}  # fmt: skip


def marks(pairs: Sequence[tuple[Share, Share]]) -> list[Mark]:
    """Return for each (now, then) of one table whether the share really changed; adjusted over the table."""
    adjusted = holm([p_value(now, then) for now, then in pairs])
    return [_mark(now, then, p) for (now, then), p in zip(pairs, adjusted, strict=True)]


def _mark(now: Share, then: Share, p: float | None) -> Mark:
    if p is None:
        return "few"
    if p >= LEVEL:
        return "same"
    return "up" if now.satisfied * then.base > then.satisfied * now.base else "down"
