"""A strip of the glass that no longer answers, and its words; pure."""

from typing import Annotated, Final, Literal

import msgspec

Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
WORDS: Final = {
    "column": (("dải bên trái", "dải dọc ở giữa", "dải bên phải"), "chiều rộng"),
    "row": (("dải phía trên", "dải ngang ở giữa", "dải phía dưới"), "chiều cao"),
}


class Strip(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A column of the glass over all its height, or a row over all its width. Only the verdict: no count, no time.

    first, last: where it begins and ends, per cent from the left or from the top, as a person sees the glass.
    is_tried: shown by the acceptance test; otherwise by everyday use.
    """

    axis: Literal["column", "row"]
    first: Percent
    last: Percent
    is_tried: bool = False


def strip_words(strip: Strip) -> str:
    """Return where a strip lies and how wide it is at least.

    >>> strip_words(Strip("column", 0, 12)), strip_words(Strip("row", 45, 55))
    ('dải bên trái, 12 % chiều rộng', 'dải ngang ở giữa, 10 % chiều cao')
    """
    places, side = WORDS[strip.axis]
    return f"{places[min(2, (strip.first + strip.last) * 3 // 200)]}, {strip.last - strip.first} % {side}"
