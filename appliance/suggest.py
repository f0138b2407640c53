"""Vietnamese with its marks from words typed without them: likeliest first; pure, learns nothing from anyone.

>>> suggestions(table, "cho lau qua")[0].text     # doctest: +SKIP
'chờ lâu quá'
"""

import re
from array import array
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import msgspec

from appliance.syllables import Style, plain, restyled

if TYPE_CHECKING:
    Numbers = array[int]

FORMAT: Final = 1
AT_MOST: Final = 3
WINDOW: Final = 8
"""So many words at the end are looked at, and no sentence beyond."""
UNKNOWN_COST: Final = 1600
_PART: Final = re.compile(r"[^.,;:!?()\n\"“”…/0-9]*$")
_WORD: Final = re.compile(r"[^\W\d_]+")
Way = tuple[int, tuple[str, ...]]
"""What some words cost, and how they read."""


class TableFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table as it lies on disk; costs are hundredths of a nat, little-endian.

    words: syllables, old tone style, the empty one (a beginning or an end) first. alone: cost of each, uint16.
    back: what it costs to follow each by one not in pairs, uint16. pairs: first << 16 | second, ascending, uint32.
    costs: of each pair, uint16. manifest: where it came from, JSON.
    """

    format: int
    words: str
    alone: bytes
    back: bytes
    pairs: bytes
    costs: bytes
    manifest: str = "{}"


class Table:
    """What follows what, and how often. Raises ValueError if the bytes are no table of this format."""

    def __init__(self, data: bytes) -> None:
        """data: a file's bytes."""
        try:
            file = msgspec.msgpack.decode(data, type=TableFile)
        except msgspec.MsgspecError as error:
            raise ValueError(f"no table of words: {error}") from error
        words = file.words.split("\n")
        self.alone, self.back = _numbers("H", file.alone), _numbers("H", file.back)
        pairs, costs = _numbers("I", file.pairs), _numbers("H", file.costs)
        is_whole = len(self.alone) == len(self.back) == len(words) and len(pairs) == len(costs)
        if file.format != FORMAT or not is_whole:
            raise ValueError(f"a table of words of format {file.format}, expected {FORMAT}; build it anew")
        self.words, self.manifest = words, file.manifest
        self.pairs = dict(zip(pairs, costs, strict=True))
        self.places = {word: place for place, word in enumerate(words)}
        self.spellings: dict[str, list[int]] = {}
        for place, word in enumerate(words):
            self.spellings.setdefault(plain(word), []).append(place)

    def cost(self, first: int, second: int) -> int:
        """Return what it costs that one word follows another; -1 is a word the table has not."""
        if second < 0:
            return UNKNOWN_COST
        known = self.pairs.get(first << 16 | second) if first >= 0 else None
        return known if known is not None else (self.back[first] if first >= 0 else 0) + self.alone[second]


def _numbers(kind: str, data: bytes) -> "Numbers":
    numbers: Numbers = array(kind)
    if len(data) % numbers.itemsize:
        raise ValueError("a table of words that is cut off; build it anew")
    numbers.frombytes(data)
    return numbers


class Offer(msgspec.Struct, frozen=True):
    """Words for the end of a text. start: the character of the text they stand from."""

    start: int
    text: str


def suggestions(table: Table, text: str, settled: int = 0, style: Style = "old") -> tuple[Offer, ...]:
    """Return at most three other readings of the last words, likeliest first; none if there is nothing to say.

    settled: characters at the beginning that the person chose already. Words with any mark stay as they are.
    """
    found = _PART.search(text)
    offset = found.start() if found else len(text)
    words = [(match.start() + offset, match.group()) for match in _WORD.finditer(text[offset:])][-WINDOW:]
    if not words:
        return ()
    typed = [word for _, word in words]
    is_open = [start >= settled and plain(word) == word for start, word in words]
    is_first = _WORD.search(text[offset : words[0][0]]) is None
    readings = [
        [
            restyled(_like(made, word), style) if free else word
            for made, word, free in zip(path, typed, is_open, strict=True)
        ]
        for path in read(table, typed, is_open, AT_MOST + 1, is_first=is_first)
    ]
    others = [reading for reading in dict.fromkeys(map(tuple, readings)) if list(reading) != typed][:AT_MOST]
    changed = [n for n in range(len(words)) if any(reading[n] != typed[n] for reading in others)]
    if not changed:
        return ()
    first = words[changed[0]][0]
    return tuple(Offer(first, _rewritten(text, words, reading)[first:]) for reading in others)


def read(
    table: Table, words: list[str], is_open: Iterable[bool], count: int = 1, *, is_first: bool = True
) -> list[list[str]]:
    """Return the likeliest readings of some words, best first. is_open: whether a word may be read otherwise.

    is_first: whether they begin a sentence; they may always end one.
    """
    best: dict[int, list[Way]] = {0 if is_first else -1: [(0, ())]}
    for word, free in zip(words, is_open, strict=True):
        low = word.lower()
        spelled = table.spellings.get(low, []) if free else []
        options = [(place, table.words[place]) for place in spelled]
        if not options:
            options = [(table.places.get(restyled(low, "old"), -1), low)]
        after: dict[int, list[Way]] = {}
        for place, made in options:
            ways = [
                (cost + table.cost(before, place), (*path, made))
                for before, paths in best.items()
                for cost, path in paths
            ]
            after[place] = sorted(ways)[:count]
        best = after
    ends = sorted((cost + table.cost(place, 0), path) for place, ways in best.items() for cost, path in ways)
    return [list(path) for _, path in ends[:count]]


def _like(made: str, word: str) -> str:
    """Return a reading in the capitals of what was typed, letter by letter."""
    return "".join(a.upper() if b.isupper() else a for a, b in zip(made, word, strict=True))


def _rewritten(text: str, words: list[tuple[int, str]], reading: tuple[str, ...]) -> str:
    parts, end = [], 0
    for (start, word), made in zip(words, reading, strict=True):
        parts += [text[end:start], made]
        end = start + len(word)
    return "".join([*parts, text[end:]]).rstrip()
