"""Words without the characters nobody types and no workbook, document or PostgreSQL takes."""

import re
from typing import Final

_NO_CHARACTERS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    r"""Return a text without control characters but tab and new line, lone surrogates and non-characters.

    >>> plain("Chờ\x0b lâu\x00\n")
    'Chờ lâu\n'
    """
    return _NO_CHARACTERS.sub("", text)
