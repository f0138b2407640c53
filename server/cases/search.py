"""Searching cases: words are opened in memory, compared and forgotten; no index of them lies on any disk."""

import unicodedata

from server.offices.rules import plain


def is_met(text: str, asked: str) -> bool:
    """Return whether a text holds every word asked for: with diacritics as written, without them loosely; pure.

    >>> is_met("Chờ lâu quá", "cho lau"), is_met("Chờ lâu quá", "chờ"), is_met("Cho tôi hỏi", "chờ")
    (True, True, False)
    """
    exact, loose = unicodedata.normalize("NFC", text).casefold(), plain(text)
    words = unicodedata.normalize("NFC", asked).casefold().split()
    return all((word in loose) if plain(word) == word else (word in exact) for word in words)
