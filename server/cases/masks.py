"""Telephone and identity numbers in what people write: found and covered; pure."""

import re
from typing import Final

_RUN: Final = re.compile(r"(?<!\d)\+?\d(?:[\s.\-()]{0,2}\d){8,18}(?!\d)")
_DIGITS: Final = re.compile(r"\D")


def mask_phone(phone: str) -> str:
    """Return a telephone number of which one knows only the beginning and the last three digits.

    >>> mask_phone("0912345678"), mask_phone("+84912345678"), mask_phone("12")
    ('09xx xxx 678', '09xx xxx 678', 'xx')
    """
    digits = _DIGITS.sub("", phone)
    if phone.strip().startswith("+84"):
        digits = f"0{digits[2:]}"
    return f"{digits[:2]}xx xxx {digits[-3:]}" if len(digits) >= 9 else "x" * len(digits)


def mask_words(text: str) -> str:
    """Return words with telephone and identity numbers covered.

    >>> mask_words("Gọi 0912.345.678, CCCD 008 099 001 234, hồ sơ 12345")
    'Gọi 09xx xxx 678, CCCD [số giấy tờ đã che], hồ sơ 12345'
    """
    return _RUN.sub(lambda found: _covered(found[0]), text)


def has_number(text: str) -> bool:
    """Return whether words hold a telephone or identity number."""
    return mask_words(text) != text


def _covered(run: str) -> str:
    digits = _DIGITS.sub("", run)
    is_phone = run.startswith("+84") or (digits.startswith(("02", "03", "05", "07", "08", "09")) and len(digits) <= 11)
    if is_phone and not (digits.startswith("0") and len(digits) < 10):
        return mask_phone(run)
    return "[số giấy tờ đã che]" if len(digits) in (9, 12) or len(digits) > 9 else run
