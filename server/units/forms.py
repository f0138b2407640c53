"""The forms of changes: which fields each has, and the change they say; pure."""

from collections.abc import Mapping
from datetime import date
from typing import Final, cast

from server.offices.changes import Change, ChangeError, Named, What
from server.offices.queries import Unit
from server.offices.rules import KINDS, day_words

PATHS: Final = {
    "them": "add", "doi-ten": "rename", "chuyen": "move", "ket-thuc": "close", "sap-nhap": "merge", "tach": "split",
}  # fmt: skip
"""Changes by the word in their address."""

EMPTY: Final = dict.fromkeys(
    ("code", "name_vi", "name_en", "kind", "parent", "others", "into", "is_whole", "day", "legal_ref"), ""
)
"""Every field, as a form that says nothing has it."""

FIELDS_AT_MOST: Final = 4000


def words(data: Mapping[str, str], name: str, at_most: int = 200) -> str:
    """Return a field with its spaces tidied."""
    return " ".join(data.get(name, "").split())[:at_most]


def day_of(text: str) -> date:
    """Return the day of a field, 2025-07-01 or 01/07/2025. Raises ChangeError."""
    try:
        if "/" in text:
            day, month, year = (int(part) for part in text.split("/"))
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError:
        raise ChangeError(f"Ngày “{text[:20]}” chưa đúng. Xin nhập như 01/07/2025.") from None


def change_of(what: str, unit: str, data: Mapping[str, str]) -> Change:
    """Return the change a form says. Raises ChangeError if a field cannot be read."""
    named = Named(words(data, "code"), words(data, "name_vi"), words(data, "name_en"), words(data, "kind"))
    return Change(
        what=cast("What", what),
        unit=unit,
        day=day_of(words(data, "day")),
        legal_ref=words(data, "legal_ref"),
        named=named,
        parent=words(data, "parent"),
        others=tuple(" ".join(line.split()) for line in _lines(data, "others")),
        into=tuple(_named(line) for line in _lines(data, "into")),
        below={name.removeprefix("below."): value for name, value in data.items() if name.startswith("below.")},
        is_whole=data.get("is_whole") == "1",
    )


def _lines(data: Mapping[str, str], name: str) -> list[str]:
    return [line for line in data.get(name, "")[:FIELDS_AT_MOST].splitlines() if line.strip()]


def _named(line: str) -> Named:
    code, name_vi, name_en, *_ = [*(" ".join(part.split()) for part in line.split(";")), "", ""]
    return Named(code, name_vi, name_en)


def blank(what: str, unit: Unit, today: date) -> dict[str, str]:
    """Return how a form is filled before anybody wrote in it."""
    filled = {"day": today.isoformat()}
    if what == "rename":
        filled |= {"code": unit.code, "name_vi": unit.name_vi, "name_en": unit.name_en}
    if what == "add":
        filled |= {"code": f"{unit.code}.", "kind": "counter"}
    return filled


def said(change: Change, unit: Unit) -> str:
    """Return a change in words, for its undo and the page."""
    day = day_words(change.day)
    into = ", ".join(one.name_vi or one.code for one in change.into)
    return {
        "add": f"thêm {KINDS.get(change.named.kind, '').lower()} {change.named.name_vi} vào {unit.name_vi} từ {day}",
        "rename": f"đổi tên, mã {unit.name_vi} thành {change.named.name_vi} ({change.named.code}) từ {day}",
        "move": f"chuyển {unit.name_vi} sang đơn vị cấp trên khác từ {day}",
        "close": f"kết thúc {unit.name_vi} từ {day}",
        "merge": f"sáp nhập {unit.name_vi} vào {into} từ {day}",
        "split": f"tách {unit.name_vi} thành {into} từ {day}",
    }[change.what]
