"""The plan of a year and points by hand as people type them, read strictly; every fault names place, value and fix."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Final, cast

import msgspec

from server.offices.workbook import Fault, Line
from server.ranking.rules import SCALE, SOURCES, Band, Criterion, Plan, Source, points_words, short

MOST_CRITERIA: Final = 15
NAME_AT_MOST: Final = 120
NOTE_AT_MOST: Final = 300
LANES: Final = {
    "": "Số chính: ki-ốt và mã QR tại quầy", "kiosk": "Chỉ ki-ốt",
    "all": "Mọi kênh được báo cáo (thêm mã dùng một lần, phiếu giấy, biểu mẫu nhập vào)",
}  # fmt: skip
HEADINGS: Final = ("Mã đơn vị", "Tiêu chí", "Điểm", "Căn cứ", "Ghi chú?")
SHEET: Final = "Điểm nhập tay"


class PlanError(ValueError):
    """A plan that cannot be stored. faults: each in Vietnamese with the place, the value and the fix."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = list(faults)


def read_points(text: str) -> int | None:
    """Return points in hundredths, `7,5` and `7.5` alike; None where it is no such number.

    >>> read_points("7,5"), read_points(" 100 "), read_points("7,555"), read_points("-1")
    (750, 10000, None, None)
    """
    found = re.fullmatch(r"(\d{1,4})(?:[.,](\d{1,2}))?", text.strip())
    return None if found is None else int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def read_bands(text: str, most: int, where: str) -> tuple[tuple[Band, ...], list[str]]:
    """Return the bands of `90 = 20; 80 = 15`, the highest first, and what is wrong with them."""
    found: list[Band] = []
    for part in filter(None, (one.strip() for one in text.split(";"))):
        at, _, points = part.partition("=")
        share, given = read_points(at.replace("%", "")), read_points(points)
        if share is None or given is None or share > 10_000 or share % 10:
            return (), [
                f"{where}, bậc “{part[:40]}”: không hiểu. Xin ghi dạng 90 = 20; 80 = 15 (từ bao nhiêu % = điểm)."
            ]
        if given > most:
            return (), [f"{where}, bậc “{part[:40]}”: {short(given)} điểm lớn hơn điểm tối đa {short(most)}."]
        found.append(Band(share // 10, given))
    found.sort(key=lambda one: -one.tenths)
    for above, below in pairwise(found):
        if above.tenths == below.tenths or below.points > above.points:
            return (), [
                f"{where}, bậc: tỷ lệ cao hơn phải được điểm không ít hơn, mỗi tỷ lệ ghi một lần. "
                f"Xin sửa “{text[:60]}”."
            ]
    return tuple(found), []


def read_plan(
    year: int, given: Mapping[str, str], codes: Mapping[str, str], fresh: Sequence[str], known: frozenset[str]
) -> Plan:
    """Return what a form says; rows without a name and points are left out. Raises PlanError.

    codes: ids of the questions by what a person calls them. fresh: ids for new criteria. known: ids already in use.
    """
    faults: list[str] = []
    first = _day(given.get("first", ""), "Từ ngày", faults) or date(year, 1, 1)
    last = _day(given.get("last", ""), "Đến ngày", faults) or date(year, 12, 31)
    if first > last:
        faults.append(f"Kỳ tính: từ ngày {first:%d/%m/%Y} sau đến ngày {last:%d/%m/%Y}. Xin đổi lại hai ngày.")
    rows = [_criterion(n, given, codes, fresh, known, faults) for n in range(MOST_CRITERIA)]
    criteria = tuple(one for one in rows if one is not None)
    names = [one.name.casefold() for one in criteria]
    faults += [
        f"Tiêu chí “{one.name}” ghi hai lần. Xin đổi tên."
        for n, one in enumerate(criteria)
        if names.index(names[n]) < n
    ]
    total = sum(one.most for one in criteria)
    if not criteria:
        faults.append("Chưa có tiêu chí nào. Xin ghi ít nhất một tiêu chí.")
    elif total != SCALE and not faults:
        more = f"thêm {short(SCALE - total)}" if total < SCALE else f"bớt {short(total - SCALE)}"
        faults.append(f"Tổng điểm tối đa là {short(total)}, phải đúng {short(SCALE)}. Xin {more} điểm.")
    if faults:
        raise PlanError(faults)
    return Plan(year, first, last, criteria)


def _day(text: str, where: str, faults: list[str]) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        faults.append(f"{where}: “{text[:20]}” không phải ngày. Xin chọn ngày trong lịch.")
        return None


def _criterion(
    n: int, given: Mapping[str, str], codes: Mapping[str, str], fresh: Sequence[str], known: frozenset[str],
    faults: list[str],
) -> Criterion | None:  # fmt: skip
    name = " ".join(given.get(f"name.{n}", "").split())
    points = given.get(f"most.{n}", "")
    if not name and not points.strip():
        return None
    where = f"Tiêu chí {n + 1}" + (f" “{name[:40]}”" if name else "")
    if not name or len(name) > NAME_AT_MOST:
        faults.append(f"{where}: chưa có tên, hoặc tên dài quá {NAME_AT_MOST} chữ. Xin ghi tên.")
    source = given.get(f"source.{n}", "")
    if source not in SOURCES:
        faults.append(f"{where}: nguồn “{source[:20]}” không có trong danh sách. Xin chọn lại nguồn.")
    most = read_points(points)
    if most is None or not 0 < most <= SCALE:
        faults.append(f"{where}: điểm tối đa “{points[:20]}” không hợp lệ. Xin ghi số từ 0,01 đến 100.")
    bands, wrong = read_bands(given.get(f"bands.{n}", ""), most or 0, where) if most else ((), [])
    questions, unknown = _questions(given.get(f"questions.{n}", ""), codes)
    own = [_day(given.get(f"{end}.{n}", ""), f"{where}, kỳ riêng", faults) for end in ("first", "last")]
    faults += wrong + [
        f"{where}: không có câu hỏi “{one[:20]}”. Xin ghi mã câu như Q9, hoặc để trống." for one in unknown
    ]
    if own[0] and own[1] and own[0] > own[1]:
        faults.append(f"{where}: kỳ riêng có ngày đầu sau ngày cuối. Xin đổi lại hai ngày.")
    lane, mine = given.get(f"lane.{n}", ""), given.get(f"id.{n}", "")
    if faults:
        return Criterion("", name, "hand", most or 1)
    return Criterion(
        mine if mine in known else fresh[n], name, cast(Source, source), most or 0, bands, questions,
        (lane,) if lane in LANES and lane else (), own[0], own[1], given.get(f"full.{n}", "") == "1",
    )  # fmt: skip


def _questions(text: str, codes: Mapping[str, str]) -> tuple[tuple[str, ...], list[str]]:
    wanted = [one for one in re.split(r"[\s,;]+", text.strip()) if one]
    found = {one: codes.get(one.casefold()) or codes.get(f"q{one}".casefold()) for one in wanted}
    known = tuple(dict.fromkeys(one for one in found.values() if one))
    return known, [one for one, known_as in found.items() if known_as is None]


class Entered(msgspec.Struct, frozen=True):
    """Points by hand for one office in one criterion. points: hundredths; None takes them back."""

    office: str
    criterion: str
    points: int | None
    base: str = ""
    note: str = ""


def read_entry(office: str, one: Criterion, points: str, base: str, note: str) -> Entered | tuple[str, str, str]:
    """Return what was typed for one office and criterion, or (column, value, what is wrong)."""
    base, note = " ".join(base.split()), " ".join(note.split())
    if not points.strip():
        return Entered(office, one.id, None)
    given = read_points(points)
    if given is None or given > one.most:
        return "Điểm", points[:40], f"Xin ghi số từ 0 đến {short(one.most)}, tối đa hai chữ số thập phân."
    if not base:
        return "Căn cứ", "", "Điểm nhập tay phải có căn cứ, ví dụ số quyết định, biên bản chấm. Xin ghi căn cứ."
    if max(len(base), len(note)) > NOTE_AT_MOST:
        return "Căn cứ", base[:40], f"Dài quá {NOTE_AT_MOST} chữ. Xin ghi gọn."
    return Entered(office, one.id, given, base, note)


def read_rows(lines: Sequence[Line], plan: Plan, offices: Mapping[str, str]) -> tuple[list[Entered], list[Fault]]:
    """Return what a workbook says, and each fault by row and column; rows without points are left out.

    offices: ids by code or id, in lower case.
    """
    by_name = {one.name.casefold(): one for one in plan.criteria if one.source == "hand"}
    found: dict[tuple[str, str], Entered] = {}
    faults: list[Fault] = []
    for line in lines:
        code, name, points, base, note = (line.text(heading.rstrip("?")) for heading in HEADINGS)
        office, one = offices.get(code.casefold()), by_name.get(name.casefold())
        if not points:
            continue
        if office is None:
            faults.append(line.fault("Mã đơn vị", "Không có đơn vị mã này. Xin dùng mã trong tệp mẫu."))
        if one is None:
            faults.append(line.fault("Tiêu chí", "Không có tiêu chí nhập tay tên này. Xin chép tên từ tệp mẫu."))
        if office is None or one is None:
            continue
        read = read_entry(office, one, points, base, note)
        if isinstance(read, tuple):
            faults.append(line.fault(read[0], read[2]))
        elif (office, one.id) in found:
            faults.append(line.fault("Mã đơn vị", "Đơn vị và tiêu chí này đã có ở hàng trên. Xin bỏ một hàng."))
        else:
            found[office, one.id] = read
    return list(found.values()), faults


def told(one: Entered) -> str:
    """Return an entry as the log keeps it: no words of anyone."""
    return f"{one.office} {one.criterion} {points_words(one.points)}"
