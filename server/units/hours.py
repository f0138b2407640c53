"""Opening hours of a unit: the fields of their form, and what they come to; pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from server.days.rules import WEEKDAYS
from survey.enrolment import Hours

HALVES: Final = (("s", "Sáng"), ("c", "Chiều"))
USUAL: Final = (("07:30", "11:30"), ("13:30", "17:00"))
WORKWEEK: Final = range(1, 6)


class HoursError(ValueError):
    """Hours that cannot be; `str()` says why, in Vietnamese."""


def field(weekday: int, half: str, end: str) -> str:
    """Return the name of a field. half: s or c. end: mo or dong."""
    return f"{half}{weekday}{end}"


def read(data: Mapping[str, str]) -> list[Hours]:
    """Return the hours a form says, Monday first. Raises HoursError naming the day and the value."""
    found: list[Hours] = []
    for weekday in range(1, 8):
        before = ""
        for half, words in HALVES:
            opens, closes = (data.get(field(weekday, half, end), "").strip()[:5] for end in ("mo", "dong"))
            if not (opens or closes):
                continue
            where = f"{WEEKDAYS[weekday - 1]}, buổi {words.lower()}"
            if not (opens and closes):
                raise HoursError(f"{where}: mới có một giờ “{opens or closes}”. Xin nhập cả giờ mở và giờ đóng.")
            found.append(_one(weekday, opens, closes, where))
            if opens < before:
                raise HoursError(f"{where}: mở lúc {opens} khi buổi trước chưa đóng ({before}). Xin xem lại.")
            before = closes
    if not found:
        raise HoursError("Chưa có giờ nào. Xin nhập ít nhất một buổi, hoặc bấm “Theo đơn vị cấp trên”.")
    return found


def _one(weekday: int, opens: str, closes: str, where: str) -> Hours:
    try:
        made = msgspec.convert({"weekday": weekday, "opens": opens, "closes": closes}, Hours)
    except msgspec.ValidationError:
        raise HoursError(f"{where}: giờ “{opens}–{closes}” chưa đúng. Xin nhập như 07:30.") from None
    if max(opens, closes) > "23:59":
        raise HoursError(f"{where}: giờ “{max(opens, closes)}” chưa đúng. Xin nhập từ 00:00 đến 23:59.")
    if opens >= closes:
        raise HoursError(f"{where}: đóng lúc {closes} trước khi mở lúc {opens}. Xin xem lại.")
    return made


def known(value: Any) -> list[Hours]:
    """Return the hours of a wish; none if it is none or cannot be read."""
    try:
        return msgspec.convert(value or [], list[Hours])
    except msgspec.ValidationError:
        return []


def fields(hours: Sequence[Hours]) -> dict[str, str]:
    """Return how a form is filled; with no hours the usual ones, to be changed."""
    given = hours or [Hours(day, *USUAL[place]) for day in WORKWEEK for place in (0, 1)]
    filled: dict[str, str] = {}
    for one in given:
        half = "s" if one.opens < "12:00" and field(one.weekday, "s", "mo") not in filled else "c"
        filled |= {field(one.weekday, half, "mo"): one.opens, field(one.weekday, half, "dong"): one.closes}
    return filled


def in_words(hours: Sequence[Hours]) -> list[str]:
    """Return hours as lines: days with the same hours together.

    >>> in_words([Hours(1, "07:30", "11:30"), Hours(2, "07:30", "11:30")])
    ['Thứ Hai, Thứ Ba: 07:30–11:30']
    """
    days = {day: ", ".join(f"{one.opens}–{one.closes}" for one in hours if one.weekday == day) for day in range(1, 8)}
    together: dict[str, list[str]] = {}
    for day, words in days.items():
        if words:
            together.setdefault(words, []).append(WEEKDAYS[day - 1])
    return [f"{', '.join(names)}: {words}" for words, names in together.items()]
