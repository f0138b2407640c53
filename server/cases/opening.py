"""What opens a case: the province's rules as data, and the decision for one ballot; pure."""

from datetime import date
from typing import Annotated, Final

import msgspec

from server.cases.deadlines import Terms
from server.offices.rules import plain
from survey.ballot import Ident

PRIORITY_REASONS: Final = ("fees.informal_payment", "attitude.harassment")


class Retention(msgspec.Struct, frozen=True):
    """When what is personal goes, in days: after the close, after receipt at the latest; and when words go."""

    closed_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 90
    received_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 180
    words_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 730


class Rules(msgspec.Struct, frozen=True):
    """The rules of a province. low_level: up to it a grade is low. threshold: low grades at a counter in a day; 0: off.

    newest_days: a ballot older than this when it comes opens nothing (files of past years).
    """

    terms: Terms = Terms()
    retention: Retention = Retention()
    priority_reasons: tuple[Ident, ...] = PRIORITY_REASONS
    opens_on_comment: bool = True
    opens_on_reasons: bool = True
    low_level: Annotated[int, msgspec.Meta(ge=1, le=3)] = 2
    threshold: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 5
    newest_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 60


class Told(msgspec.Struct, frozen=True):
    """What a ballot tells the rules. levels: of answered questions. low_today: low overall grades there that day."""

    day: date
    received: date
    levels: dict[str, int]
    reasons: dict[str, list[str]]
    comment: str = ""
    has_contact: bool = False
    overall: int | None = None
    low_today: int = 0


class Verdict(msgspec.Struct, frozen=True):
    """What opens. why: `reasons`, `comment`, `contact`, `thanks`; "" for nothing of its own.

    is_counter: the counter had as many low grades that day as open a case of the counter.
    """

    why: str = ""
    is_priority: bool = False
    is_counter: bool = False


def judge(rules: Rules, told: Told) -> Verdict:
    """Return what a ballot opens."""
    if (told.received - told.day).days > rules.newest_days:
        return Verdict()
    named = {reason for chosen in told.reasons.values() for reason in chosen}
    is_priority = bool(named & set(rules.priority_reasons))
    is_low = any(told.levels.get(asked, 9) <= rules.low_level for asked in told.reasons)
    is_counter = 0 < rules.threshold <= told.low_today and told.overall is not None and told.overall <= rules.low_level
    why = ""
    if is_priority or (rules.opens_on_reasons and is_low):
        why = "reasons"
    elif told.comment and rules.opens_on_comment:
        lowest = min(told.levels.values(), default=5)
        why = "thanks" if not told.has_contact and is_thanks(told.comment, lowest) else "comment"
    elif told.has_contact:
        why = "contact"
    return Verdict(why, is_priority, is_counter)


WHY: Final = {
    "reasons": "Điểm thấp, có lý do", "comment": "Có ý kiến góp ý", "contact": "Muốn được gọi lại",
    "thanks": "Có vẻ là lời cảm ơn", "threshold": "Nhiều điểm thấp trong ngày", "message": "Nhắn thêm bằng mã phiếu",
}  # fmt: skip
GOOD: Final = (
    "cam on", "nhiet tinh", "vui ve", "chu dao", "than thien", "tan tinh", "rat tot", "hai long", "rat nhanh",
    "nhanh chong", "thank", "tuyet voi", "lich su",
)  # fmt: skip
BAD: Final = (
    "khong", "chua", "cham", "nhung", "de nghi", "kien nghi", "lau", "tien", "thai do kem", "can phai", "mong", "xin",
    "gop y", "that vong", "buc xuc", "sach nhieu", "nen ", "not ", "slow", "but ", "kem",
)  # fmt: skip


def is_thanks(comment: str, lowest: int) -> bool:
    """Return whether words look like thanks alone; only a proposal, a person closes the case.

    >>> is_thanks("Cảm ơn, cán bộ rất nhiệt tình", 5), is_thanks("Cảm ơn nhưng chờ lâu", 5), is_thanks("Cảm ơn", 2)
    (True, False, False)
    """
    words = f"{plain(comment)} "
    return lowest >= 4 and any(one in words for one in GOOD) and not any(one in words for one in BAD)
