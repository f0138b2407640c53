"""Words without the characters nobody types and no workbook, document or PostgreSQL takes."""

import re
import unicodedata
from typing import Final

CONTROLS: Final = "".join(map(chr, [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0xFFFE, 0xFFFF]))
"""All of them that UTF-8 can say: tab and the two line ends are none."""
_NO_CHARACTERS: Final = re.compile(f"[{re.escape(CONTROLS)}\ud800-\udfff]")


def plain(text: str) -> str:
    r"""Return a text without control characters but tab and line ends, lone surrogates and non-characters.

    >>> plain("Chờ\x0b lâu\x00\n")
    'Chờ lâu\n'
    """
    return _NO_CHARACTERS.sub("", text)


def typed(text: str) -> str:
    r"""Return what a person typed into a box of ours or another's: of all control characters only tab and new line.

    >>> typed("Chờ\x85 lâu\r\n")
    'Chờ lâu\n'
    """
    return "".join(one for one in text if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cs"))
