"""The form of what a person wants to be told: its fields, read with every fault told in Vietnamese; pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from server.accounts.rules import May
from server.alerts.kinds import KINDS, Kind, Wants
from server.mail.message import MailboxError, mailboxes

NUMBERS: Final = {
    "low_n": ("Số điểm thấp (1, 2)", 1, 1000), "low_minutes": ("trong bao nhiêu phút (0: cả ngày)", 0, 720),
    "share": ("Tỷ lệ hài lòng dưới (%)", 1, 100), "share_base": ("khi có ít nhất (câu trả lời)", 1, 100_000),
    "silent_minutes": ("Im lặng quá (phút, trong giờ mở cửa)", 10, 2880),
}  # fmt: skip
SMALLEST: Final = frozenset({"low_n", "share_base"})
PACES: Final = {"once": "Ngay khi có", "hour": "Gộp mỗi giờ một thư", "day": "Gộp mỗi ngày một thư, 07:30"}
Fields = Mapping[str, Sequence[str]]


class WishError(ValueError):
    """A form that cannot be stored; `str()` says in Vietnamese what is wrong and what would be right."""


def kinds_for(allowed: frozenset[May]) -> list[Kind]:
    """Return the kinds someone may be told of."""
    return [kind for kind in KINDS.values() if kind.needs in allowed]


def read(data: Fields, allowed: frozenset[May], units: Sequence[str], least: int) -> Wants:
    """Return what a form asks for. units: those that may be chosen. least: no smaller number is told.

    Raises WishError.
    """
    offered = {kind.id for kind in kinds_for(allowed)}
    values: dict[str, Any] = {name: _number(data, name, least) for name in NUMBERS}
    values["kinds"] = tuple(one for one in data.get("kinds", []) if one in offered)
    values["through"] = tuple(one for one in data.get("through", []) if one in values["kinds"])
    values["units"] = tuple(one for one in dict.fromkeys(data.get("units", [])) if one in set(units))
    values["mailbox"] = _mailbox(_text(data, "mailbox"))
    values["is_messaged"] = _text(data, "is_messaged") == "1"
    values["pace"] = _text(data, "pace")
    values["quiet"] = {
        "begin": _minute(data, "quiet_begin"), "end": _minute(data, "quiet_end"),
        "has_days_off": _text(data, "has_days_off") == "1",
    }  # fmt: skip
    try:
        return msgspec.convert(values, Wants)
    except msgspec.ValidationError:
        raise WishError("Xin chọn một nhịp gửi thư trong danh sách.") from None


def clock(minute: int) -> str:
    """Return a minute of the day as a form has it.

    >>> clock(1080)
    '18:00'
    """
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _text(data: Fields, name: str) -> str:
    return next(iter(data.get(name, [])), "").strip()[:200]


def _number(data: Fields, name: str, least: int) -> int:
    words, low, high = NUMBERS[name]
    low = max(low, least) if name in SMALLEST else low
    given = _text(data, name)
    if not (given.isascii() and given.isdecimal() and low <= int(given) <= high):
        raise WishError(f"{words}: “{given[:20]}” chưa đúng. Xin nhập một số từ {low} đến {high}.")
    return int(given)


def _minute(data: Fields, name: str) -> int:
    given = _text(data, name)
    hour, _, minute = given.partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and len(given) == 5 and int(hour) < 24 and int(minute) < 60):
        raise WishError(f"Giờ yên lặng “{given[:10]}” chưa đúng. Xin nhập như 18:00.")
    return 60 * int(hour) + int(minute)


def _mailbox(given: str) -> str:
    try:
        found = mailboxes(given)
    except MailboxError as error:
        raise WishError(str(error)) from None
    if len(found) > 1:
        raise WishError("Xin ghi một hộp thư của chính Ông/Bà.")
    return found[0] if found else ""
