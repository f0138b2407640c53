"""What may be published of a comment, who decides, and in which order it stands; pure."""

import hmac
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import Final, Literal

import msgspec

from server.accounts.rules import May
from server.cases.masks import mask_words

BLACK: Final = "▇▇▇"
REASON_AT_MOST: Final = 200
State = Literal["", "picked", "shown", "withheld"]
WORDS: Final[dict[State, str]] = {
    "": "Chưa xem", "picked": "Chờ lãnh đạo duyệt", "shown": "Đang đăng", "withheld": "Không đăng",
}  # fmt: skip
DECIDE: Final = frozenset({May.COMMENTS_SEE, May.CASES_HANDLE, May.DATA_ENTER})
"""Whoever may do all of these is a leader or the province's administrator; they decide what is published."""


class Comment(msgspec.Struct, frozen=True):
    """One comment. text: numbers covered. blacked: places of words blacked out as well. picked_by: the reviewer."""

    ballot: bytes
    day: date
    text: str
    blacked: tuple[int, ...] = ()
    state: State = ""
    picked_by: str = ""
    reason: str = ""

    @property
    def shown(self) -> str:
        """Return what would be read."""
        return blacked_out(self.text, self.blacked)


def blacked_out(text: str, places: Iterable[int]) -> str:
    """Return a masked text with the words at these places blacked out.

    >>> blacked_out("Chị Lan quầy 2, gọi 0912345678", [1])
    'Chị ▇▇▇ quầy 2, gọi 09xx xxx 678'
    """
    gone = set(places)
    return " ".join(BLACK if place in gone else word for place, word in enumerate(mask_words(text).split()))


def places_of(text: str, words: str) -> tuple[int, ...]:
    """Return where any of these words stands in a masked text, whatever its case and punctuation.

    >>> places_of("Chị Lan, cán bộ Lan!", "lan")
    (1, 4)
    """
    wanted = {_bare(one) for one in words.replace(",", " ").split()} - {""}
    return tuple(place for place, one in enumerate(mask_words(text).split()) if _bare(one) in wanted)


def _bare(word: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFC", word).casefold() if one.isalnum())


def in_order(comments: Sequence[Comment], key: bytes) -> list[Comment]:
    """Return comments by day, the newest first, within a day in an order that only the key's holder could foresee."""
    return sorted(comments, key=lambda one: (-one.day.toordinal(), token(one.ballot, key)))


def token(ballot: bytes, key: bytes) -> str:
    """Return what a form calls a comment by; nobody without the key gets from it to the ballot or its code."""
    return hmac.digest(key, b"said" + ballot, sha256).hex()[:32]


def decision_fault(allowed: frozenset[May], me: str, comment: Comment, leaders: frozenset[str]) -> str | None:
    """Return why someone does not decide, or None. leaders: those of the office or above; see plans.rules."""
    if not allowed >= DECIDE:
        return "Chỉ lãnh đạo đơn vị hoặc quản trị tỉnh duyệt đăng được."
    if me == comment.picked_by and leaders - {me}:
        return f"Người chọn không tự duyệt. Xin nhờ lãnh đạo khác: {', '.join(sorted(leaders - {me}))}."
    return None


def may_be_told(told_from: str, day: date) -> bool:
    """Return whether ballots of a day said beforehand that comments may be published. told_from: "" for never."""
    return bool(told_from) and day.isoformat() >= told_from
