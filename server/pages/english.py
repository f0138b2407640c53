"""The centre's pages in English: Vietnamese pages, their words looked up in `english.po` after they were made.

Vietnamese stays the language that pages are written in; what the catalogue does not know stays Vietnamese.
People's own words are left alone: an element with `translate="no"`, or with a `lang` of its own, is passed over.
See docs/decisions/0035.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache
from html import escape, unescape
from pathlib import Path
from typing import Final, cast

from babel.messages.pofile import read_po

from survey.questionnaire import Questionnaire, bundled

CATALOGUE: Final = Path(__file__).with_name("english.po")
TAG: Final = re.compile(r"(<!--.*?-->|<[^>]*>)", re.DOTALL)
NAME: Final = re.compile(r"</?([a-zA-Z0-9]+)")
ATTRIBUTE: Final = re.compile(r'(\s(?:title|aria-label|placeholder|alt|data-name|data-words(?:-[a-z]+)?)=")([^"]*)(")')
LEFT_ALONE: Final = re.compile(r'\s(?:translate="no"|lang="(?!vi"))')
NUMBER: Final = re.compile(r"\d+(?:[.,:/]\d+)*")
PLACE: Final = re.compile(r"\{\d+\}")
THOUSANDS: Final = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d+")
EDGES: Final = re.compile(r"^([\s·:;,.()–—\"“”‹›/+*…?!✓✗-]*)(.*?)([\s·:;,.()–—\"“”‹›/+*…?!✓✗-]*)$", re.DOTALL)
VIETNAMESE: Final = re.compile("[ăâđêôơưàáạảãằắặẳẵầấậẩẫèéẹẻẽềếệểễìíịỉĩòóọỏõồốộổỗờớợởỡùúụủũừứựửữỳýỵỷỹ]", re.IGNORECASE)
DOTS: Final = re.compile(r"( · )")
PARTS: Final = (
    DOTS, re.compile(r"((?<=[.!?]) )"), re.compile(r"(; )"), re.compile(r"(: )"), re.compile(r"( [(]|[)])"),
    re.compile(r"( → |→ )"), re.compile(r"(, )"),
)  # fmt: skip
NUMBERED: Final = re.compile(r"((?:Q\d|\d+[.]) )(.+)", re.DOTALL)
TWICE: Final = re.compile(r".*[.;] / (.+)", re.DOTALL)
"""Words that say the same in both languages, as those of the data dictionary do."""
LEAST_LETTERS: Final = 5
"""A message with fewer letters beside its places fits too much; there only one word may stand for a place."""
VOID: Final = frozenset(("br", "hr", "img", "input", "link", "meta", "path", "rect", "circle", "line", "use"))
VERBATIM: Final = frozenset(("script", "style", "code", "pre", "textarea"))
Pattern = tuple[re.Pattern[str], str, bool]


def key_of(words: str) -> str:
    """Return what the catalogue knows words by: one space between them, {1}, {2} … where numbers stand.

    >>> key_of("Tuần 01/11  đến 07/11/2026")
    'Tuần {1} đến {2}'
    """
    places = iter(range(1, 1000))
    return NUMBER.sub(lambda _: f"{{{next(places)}}}", " ".join(words.split()))


def number(text: str) -> str:
    """Return a number as English writes it; dates and times stay as they are.

    >>> number("8.605"), number("95,3"), number("31/12/2026")
    ('8,605', '95.3', '31/12/2026')
    """
    swap = str.maketrans(".,", ",.")
    return text.translate(swap) if THOUSANDS.fullmatch(text) else text


@cache
def catalogue() -> dict[str, str]:
    """Return the English words by key; those of the nine questions come from the questionnaires themselves."""
    with CATALOGUE.open("rb") as file:
        found = {str(one.id): str(one.string) for one in read_po(file) if one.id and one.string}
    return found | {key_of(vi): en for vi, en in _of_questionnaire(bundled()) if vi and en}


def _of_questionnaire(asked: Questionnaire) -> Iterator[tuple[str, str]]:
    """Give the Vietnamese and English words of a questionnaire."""
    for question in asked.questions:
        vi, en = question.wording("vi"), question.wording("en")
        yield from ((vi.kiosk, en.kiosk), (vi.long, en.long))
        if question.follow_up:
            yield from ((one.text("vi"), one.text("en")) for one in question.follow_up.reasons)
    levels = (level for scale in asked.scales.values() for level in scale["levels"] if "vi" in level)
    yield from ((level["vi"], level["en"]) for level in levels)
    for item in (*asked.context_items, *asked.demographics):
        yield item.text["vi"], item.text["en"]
        yield from ((one.text("vi"), one.text("en")) for one in item.options)
    yield from ((one.vi, one.en) for one in asked.sipas_factors)


@cache
def _patterns() -> tuple[dict[str, list[Pattern]], list[Pattern]]:
    """Return the messages with places in them: by their first word, and those that begin with a place."""
    by_word: dict[str, list[Pattern]] = defaultdict(list)
    others: list[Pattern] = []
    for key, words in sorted(catalogue().items(), key=lambda one: -len(PLACE.sub("", one[0]))):
        literal = PLACE.sub("", key)
        letters = sum(map(str.isalpha, literal))
        if literal == key or letters < 2:
            continue
        made = re.compile("(.+?)".join(re.escape(part) for part in PLACE.split(key)), re.DOTALL)
        first = key.split(" ")[0]
        (others if PLACE.search(first) else by_word[first]).append((made, words, letters < LEAST_LETTERS))
    return by_word, others


@lru_cache(maxsize=50_000)
def words_of(text: str) -> str | None:
    """Return the English for the words of one place on a page, None if the catalogue does not know them."""
    found = _known(text)
    if found is not None:
        return found
    before, middle, after = cast(re.Match[str], EDGES.fullmatch(text)).groups()
    found = _known(middle) if middle and middle != text else None
    if found is not None:
        return cast(str, before + found + after)
    numbered = NUMBERED.fullmatch(text)
    if numbered:
        found = words_of(numbered[2])
        return None if found is None else cast(str, numbered[1] + found)
    listed = [_known(one) for one in text.split(", ")]
    if None not in listed:
        return ", ".join(cast(list[str], listed))
    both = TWICE.fullmatch(text)
    if both and not VIETNAMESE.search(both[1]):
        return both[1]
    return _matched(text) or (_matched(middle, before, after) if middle != text else None) or _parted(text)


def _known(text: str) -> str | None:
    tidy = " ".join(text.split())
    found = catalogue().get(key_of(tidy))
    return None if found is None else _put(found, [number(one) for one in NUMBER.findall(tidy)])


def _matched(text: str, before: str = "", after: str = "") -> str | None:
    """Return the English of words with names in them: what stands for a place is translated, or looks like a name."""
    tidy = " ".join(text.split())
    by_word, others = _patterns()
    for made, words, is_short in [*by_word.get(tidy.split(" ")[0], []), *others]:
        match = made.fullmatch(tidy)
        if match:
            names = [_is_name(one) and not (is_short and " " in one) for one in match.groups()]
            given = [
                words_of(one) or (_plain(one) if name else None)
                for one, name in zip(match.groups(), names, strict=True)
            ]
            if None not in given:
                return before + _put(words, [one or "" for one in given]) + after
    return None


def _is_name(text: str) -> bool:
    if ". " in text and VIETNAMESE.search(text):
        return False  # sentences, which begin with a capital too
    return not VIETNAMESE.search(text) or text.lstrip("“‘(0123456789./-:· ")[:1].isupper()


def _parted(text: str) -> str | None:
    """Return the English of words that are several messages side by side, if all are known or are names."""
    for between in PARTS:
        parts = between.split(text)
        if len(parts) < 2:
            continue
        known = [one if not VIETNAMESE.search(one) else words_of(one) for one in parts]
        are_names = [one is None and between is DOTS and _is_name(part) for one, part in zip(known, parts, strict=True)]
        if any(known) and all(one is not None or is_name for one, is_name in zip(known, are_names, strict=True)):
            return "".join(_plain(part) if one is None else one for one, part in zip(known, parts, strict=True))
    return None


def _put(words: str, given: list[str]) -> str:
    return PLACE.sub(lambda place: given[int(place[0][1:-1]) - 1] if int(place[0][1:-1]) <= len(given) else "", words)


def _plain(text: str) -> str:
    return NUMBER.sub(lambda found: number(found[0]), text)


def _text(raw: str, unknown: list[str]) -> str:
    if not raw or raw.isspace():
        return raw
    text = unescape(raw)
    inner = text.strip()
    found = words_of(inner)
    if found is None:
        if VIETNAMESE.search(inner):
            unknown.append(" ".join(inner.split()))
        found = _plain(inner)
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return lead + escape(found, quote=False) + tail


def _tag(tag: str, unknown: list[str]) -> str:
    def put(match: re.Match[str]) -> str:
        text = unescape(match[2])
        found = words_of(text)
        if found is None and VIETNAMESE.search(text):
            unknown.append(" ".join(text.split()))
        return match[1] + escape(found if found is not None else text) + match[3]

    return ATTRIBUTE.sub(put, tag)


def translated(page: str) -> tuple[str, list[str]]:
    """Return a page in English, and the words on it that the catalogue does not know."""
    made: list[str] = []
    unknown: list[str] = []
    alone: list[str] = []
    for place, part in enumerate(TAG.split(page)):
        if place % 2 == 0:
            made.append(part if alone else _text(part, unknown))
            continue
        found = NAME.match(part)
        name = found[1].lower() if found else ""
        if name == "html":
            made.append(part.replace('lang="vi"', 'lang="en"'))
            continue
        if alone:
            _follow(alone, name, part)
            made.append(part)
            continue
        made.append(part if LEFT_ALONE.search(part) else _tag(part, unknown))
        if name and not part.startswith("</") and (name in VERBATIM or LEFT_ALONE.search(part)):
            _follow(alone, name, part)
    return "".join(made), unknown


def _follow(alone: list[str], name: str, tag: str) -> None:
    """Keep count of the open elements of a part that is left alone."""
    if name in VOID or tag.endswith("/>") or not name:
        return
    if not tag.startswith("</"):
        alone.append(name)
    elif name in alone:
        while alone.pop() != name:
            pass
