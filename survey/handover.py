"""The answers of half a sitting as the fragment of a QR's address: no server sees it, the phone's page reads it; pure.

    head      version 1 in 2 bits, then in 6 the place of the question to go on with, 63 for the comment
    ref       first 2 bytes of the SHA-256 of the questionnaire's `id@version`
    levels    4 bits a question in the questionnaire's order: 0 none, 1-5, 6 NA; 8 more where a mask follows
    masks     for each such question its reasons, lowest bit the first, 8 to a byte
    choices   one byte for each context item asked, in the order asked: 0 none, else the option's number from 1
    check     1 byte: over all before it, each byte added to 31 times the sum so far

All of it in base32: a QR holds that in its alphanumeric mode, and no address bar changes it. No word is ever in it.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

import msgspec

from survey import base32
from survey.questionnaire import ContextItem, Questionnaire
from survey.scales import NA, Level

VERSION: Final = 1
AT_COMMENT: Final = 63
_NA: Final = 6
_MASKED: Final = 8


class Half(msgspec.Struct, frozen=True):
    """What was answered so far. at: the id of the question to go on with, "" for the comment."""

    levels: Mapping[str, Level] = {}
    reasons: Mapping[str, Sequence[str]] = {}
    context: Mapping[str, str] = {}
    at: str = ""


def ref_mark(ref: str) -> bytes:
    """Return the 2 bytes by which a page knows that a fragment speaks of its questionnaire."""
    return sha256(ref.encode()).digest()[:2]


def pack(half: Half, questionnaire: Questionnaire, items: Sequence[ContextItem] = ()) -> str:
    """Return half a sitting as a fragment. items: the context items asked, in their order."""
    ids = [question.id for question in questionnaire.questions]
    at = ids.index(half.at) if half.at in ids else AT_COMMENT
    masks = {question.id: _mask(half, questionnaire, question.id) for question in questionnaire.questions}
    nibbles = [_nibble(half.levels.get(one), bool(masks[one].strip(b"\0"))) for one in ids]
    data = bytes([VERSION << 6 | min(at, AT_COMMENT)]) + ref_mark(questionnaire.ref) + _bytes_of(nibbles)
    data += b"".join(masks[one] for one, nibble in zip(ids, nibbles, strict=True) if nibble & _MASKED)
    data += bytes(_choice(item, half.context.get(item.id)) for item in items)
    return base32.encode(data + bytes([_check(data)]))


def unpack(text: str, questionnaire: Questionnaire, items: Sequence[ContextItem] = ()) -> Half:
    """Return what a fragment says. Raises ValueError if it is damaged or of another questionnaire.

    The page's script does the same; this one is what it is held against.
    """
    try:
        data = base32.decode(text)
    except ValueError:
        raise ValueError("a fragment has letters A-Z and digits 2-7 only") from None
    if len(data) < 4 or data[-1] != _check(data[:-1]) or data[0] >> 6 != VERSION:
        raise ValueError("this fragment is damaged")
    if data[1:3] != ref_mark(questionnaire.ref):
        raise ValueError("this fragment is of another questionnaire")
    return _read(data, questionnaire, items)


def _read(data: bytes, questionnaire: Questionnaire, items: Sequence[ContextItem]) -> Half:
    count, place = len(questionnaire.questions), 3 + (len(questionnaire.questions) + 1) // 2
    levels: dict[str, Level] = {}
    reasons: dict[str, Sequence[str]] = {}
    for number, question in enumerate(questionnaire.questions):
        nibble = data[3 + number // 2] >> (4 if number % 2 == 0 else 0) & 15
        if nibble & 7:
            levels[question.id] = NA if nibble & 7 == _NA else nibble & 7
        if nibble & _MASKED and question.follow_up:
            offered = question.follow_up.reasons
            mask = int.from_bytes(data[place : place + (len(offered) + 7) // 8], "little")
            reasons[question.id] = [reason.id for bit, reason in enumerate(offered) if mask >> bit & 1]
            place += (len(offered) + 7) // 8
    chosen = data[place:-1]
    asked = items if len(chosen) == len(items) else []  # a kiosk that asks others than this page keeps them
    context = {item.id: item.options[n - 1].id for item, n in zip(asked, chosen, strict=False) if n}
    at = data[0] & AT_COMMENT
    return Half(levels, reasons, context, questionnaire.questions[at].id if at < count else "")


def _nibble(level: Level | None, has_reasons: bool) -> int:
    number = 0 if level is None else _NA if level == NA else int(level)
    return number | _MASKED if has_reasons and number else number


def _bytes_of(nibbles: Sequence[int]) -> bytes:
    even = [*nibbles, 0] if len(nibbles) % 2 else list(nibbles)
    return bytes(high << 4 | low for high, low in zip(even[::2], even[1::2], strict=True))


def _mask(half: Half, questionnaire: Questionnaire, question_id: str) -> bytes:
    question = questionnaire.question(question_id)
    offered = question.follow_up.reasons if question and question.follow_up else []
    chosen = half.reasons.get(question_id, ())
    mask = sum(1 << bit for bit, reason in enumerate(offered) if reason.id in chosen)
    return mask.to_bytes((len(offered) + 7) // 8, "little")


def _choice(item: ContextItem, chosen: str | None) -> int:
    return next((number for number, option in enumerate(item.options, 1) if option.id == chosen), 0)


def _check(data: bytes) -> int:
    total = 0
    for byte in data:
        total = (31 * total + byte) & 255
    return total
