"""What a list of dated units may look like, and how units are called and found; pure."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from server.offices.queries import COUNTER, PROVINCE, Unit

KINDS: Final = {
    PROVINCE: "Tỉnh, thành phố", "agency": "Sở, ban, ngành", "district": "Cấp huyện (đến 30/06/2025)",
    "commune": "Xã", "ward": "Phường", "special_zone": "Đặc khu", "service_centre": "Trung tâm PVHCC",
    "branch": "Chi nhánh", "point": "Điểm tiếp nhận", COUNTER: "Quầy",
}  # fmt: skip
"""Kinds of units in words, from the top down."""

NAME_AT_MOST: Final = 90
CODE_AT_MOST: Final = 40
CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
ID: Final = re.compile(r"[^a-z0-9.]+")
OPEN_END: Final = date.max
ONE_DAY: Final = timedelta(days=1)
FIRST_DAY: Final = date(1945, 9, 2)
LAST_DAY: Final = date(2100, 12, 31)

History = Mapping[str, Sequence[Unit]]
"""Versions by unit, the earliest first."""


class Fault(msgspec.Struct, frozen=True, order=True):
    """What is wrong with one version. words: in Vietnamese, with the way out. column: what is to be corrected."""

    unit: str
    valid_from: date
    column: str
    words: str


def day_words(day: date | None) -> str:
    """Return a day as people write it; "nay" for None."""
    return "nay" if day is None else f"{day:%d/%m/%Y}"


def plain(text: str) -> str:
    """Return words without diacritics and case, for searching.

    >>> plain("Đơn vị  Hà Giang 1")
    'don vi ha giang 1'
    """
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).split())


def is_found(unit: Unit, words: str) -> bool:
    """Return whether a search finds a unit by name or code: with diacritics exactly, without them loosely."""
    where = f"{unit.name_vi} {unit.name_en} {unit.code}"
    exact = " ".join(unicodedata.normalize("NFC", where).casefold().split())
    asked = unicodedata.normalize("NFC", words).casefold().split()
    return all(word in (plain(where) if plain(word) == word else exact) for word in asked)


def new_id(code: str, taken: Iterable[str]) -> str:
    """Return an id for a new unit: its code in small letters, numbered if that is taken."""
    stem = ID.sub("-", plain(code)).strip("-.")[:70] or "don-vi"
    used, number, made = set(taken) | {"nhap", "moi"}, 1, stem
    while made in used:
        number += 1
        made = f"{stem}-{number}"
    return made


def histories(versions: Iterable[Unit]) -> dict[str, list[Unit]]:
    """Return versions by unit, the earliest first."""
    found: defaultdict[str, list[Unit]] = defaultdict(list)
    for one in sorted(versions, key=lambda one: one.valid_from):
        found[one.id].append(one)
    return dict(found)


def on_day(known: History, unit: str, day: date) -> Unit | None:
    """Return a unit as of a day, or None if it did not stand then."""
    return next((one for one in known.get(unit, ()) if one.valid_from <= day <= (one.valid_to or OPEN_END)), None)


def standing_on(known: History, day: date) -> dict[str, Unit]:
    """Return every unit that stood on a day, by id."""
    found = ((unit, on_day(known, unit, day)) for unit in known)
    return {unit: one for unit, one in found if one is not None}


def faults(versions: Iterable[Unit]) -> list[Fault]:
    """Return everything wrong with a list of versions, in the order of units and days."""
    known = histories(versions)
    found = [*_code_faults(known)]
    for unit, line in known.items():
        for place, one in enumerate(line):
            found += _own_faults(one)
            found += _parent_faults(known, one)
            if place and (line[place - 1].valid_to or OPEN_END) >= one.valid_from:
                found.append(_overlap(unit, line[place - 1], one))
    return sorted(set(found))


def _fault(one: Unit, column: str, words: str) -> Fault:
    return Fault(one.id, one.valid_from, column, words)


def _overlap(unit: str, before: Unit, one: Unit) -> Fault:
    words = (
        f"hai khoảng thời gian chồng nhau: từ {day_words(before.valid_from)} đến {day_words(before.valid_to)}, và từ "
        f"{day_words(one.valid_from)} đến {day_words(one.valid_to)}. Xin kết thúc khoảng trước vào "
        f"{day_words(one.valid_from - ONE_DAY)}."
    )
    return Fault(unit, one.valid_from, "Từ ngày", words)


def _own_faults(one: Unit) -> list[Fault]:
    found = []
    if one.valid_to is not None and one.valid_to < one.valid_from:
        words = f"ngày kết thúc {day_words(one.valid_to)} trước ngày bắt đầu {day_words(one.valid_from)}."
        found.append(_fault(one, "Đến ngày", words))
    for column, name in (("Tên", one.name_vi), ("Tên tiếng Anh", one.name_en)):
        if len(name) > NAME_AT_MOST:
            words = f"tên dài {len(name)} ký tự; màn hình ki-ốt chỉ đủ chỗ cho {NAME_AT_MOST}. Xin rút gọn."
            found.append(_fault(one, column, words))
    if not one.name_vi:
        found.append(_fault(one, "Tên", "chưa có tên. Xin nhập tên đơn vị."))
    if not CODE.fullmatch(one.code):
        words = f"mã “{one.code[:40]}” chưa đúng. Xin dùng 1 đến 40 chữ cái không dấu, chữ số, dấu chấm, gạch nối."
        found.append(_fault(one, "Mã", words))
    if one.kind not in KINDS:
        found.append(_fault(one, "Loại", f"không có loại “{one.kind[:40]}”. Xin chọn: {', '.join(KINDS.values())}."))
    return found


def _parent_faults(known: History, one: Unit) -> list[Fault]:
    column = "Mã đơn vị cấp trên"
    if one.parent is None:
        if one.kind == PROVINCE:
            return []
        return [_fault(one, column, "chưa có đơn vị cấp trên. Chỉ tỉnh, thành phố đứng trên cùng.")]
    above = known.get(one.parent)
    if not above:
        return [_fault(one, column, f"không có đơn vị cấp trên “{one.parent}”. Xin thêm đơn vị đó trước.")]
    if above[0].kind == COUNTER:
        return [_fault(one, column, f"“{above[0].name_vi}” là quầy; dưới quầy không có đơn vị nào.")]
    if _is_ring(known, one):
        words = f"vòng lặp: “{above[-1].name_vi}” lại nằm dưới chính “{one.name_vi}”. Xin chọn đơn vị cấp trên khác."
        return [_fault(one, column, words)]
    gap = _uncovered(above, one)
    if gap is None:
        return []
    words = (
        f"“{one.name_vi}” còn thuộc “{above[-1].name_vi}” ngày {day_words(gap)}, khi đơn vị đó không tồn tại. "
        "Xin chuyển sang đơn vị cấp trên khác hoặc kết thúc trước ngày đó."
    )
    return [_fault(one, column, words)]


def _uncovered(above: Sequence[Unit], one: Unit) -> date | None:
    """Return the first day of a version on which its parent did not stand, or None."""
    need, end = one.valid_from, one.valid_to or OPEN_END
    for each in above:
        last = each.valid_to or OPEN_END
        if each.valid_from <= need <= last:
            if last >= end:
                return None
            need = last + ONE_DAY
    return need


def _is_ring(known: History, one: Unit) -> bool:
    seen, at = {one.id}, one.parent
    while at is not None:
        if at in seen:
            return at == one.id
        seen.add(at)
        above = on_day(known, at, one.valid_from)
        at = above.parent if above else None
    return False


def _code_faults(known: History) -> list[Fault]:
    by_code: defaultdict[str, list[Unit]] = defaultdict(list)
    for line in known.values():
        for one in line:
            by_code[one.code.casefold()].append(one)
    found = []
    for same in by_code.values():
        ordered = sorted(same, key=lambda one: (one.valid_from, one.id))
        for place, one in enumerate(ordered):
            for other in ordered[:place]:
                if other.id != one.id and (other.valid_to or OPEN_END) >= one.valid_from:
                    words = f"mã “{one.code}” đã dùng cho “{other.name_vi}” trong cùng thời gian. Xin dùng mã khác."
                    found.append(_fault(one, "Mã", words))
    return found
