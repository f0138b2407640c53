"""The nine indices of Thông tư 01/2018/TT-VPCP, articles 13 to 15: points, sums and bands at exact bounds; pure."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import msgspec

from server.results.rules import Levels


class Index(msgspec.Struct, frozen=True):
    """One index. questions: whose answers may stand for it; empty where it is entered by hand alone.

    is_of_officer: it counts in the officer's sum as well.
    """

    number: int
    name: str
    questions: tuple[str, ...] = ()
    is_of_officer: bool = False


INDICES: Final = (
    Index(1, "Tổng thời gian giải quyết hồ sơ so với thời gian quy định", ("resolution",), is_of_officer=True),
    Index(2, "Thời gian thực hiện của từng cơ quan, đơn vị", is_of_officer=True),
    Index(3, "Số lần phải liên hệ với nơi tiếp nhận để hoàn thiện hồ sơ", ("dossier",), is_of_officer=True),
    Index(4, "Số lượng cơ quan, đơn vị phải liên hệ", ("dossier",), is_of_officer=True),
    Index(5, "Thực hiện tiếp nhận hồ sơ, trả kết quả tại Bộ phận Một cửa"),
    Index(6, "Công khai thủ tục hành chính"),
    Index(7, "Thái độ của cán bộ, công chức, viên chức", ("responsibility", "attitude"), is_of_officer=True),
    Index(8, "Tiếp thu, giải trình phản ánh, kiến nghị"),
    Index(9, "Tiến độ và chất lượng cung cấp dịch vụ công trực tuyến"),
)
"""Article 14: 1, 3, 4 and 7 may be collected by ballot or electronic device."""

OFFICE_BANDS: Final = (("15", "Xuất sắc"), ("12", "Tốt"), ("9", "Khá"), ("6", "Trung bình"))
OFFICER_BANDS: Final = (("5", "Hoàn thành 100 % nhiệm vụ"), ("3.5", "Hoàn thành từ 70 % đến dưới 100 % nhiệm vụ"))
OFFICE_BELOW, OFFICER_BELOW = "Yếu", "Hoàn thành dưới 70 % nhiệm vụ"
MOST: Final = Decimal(2)


def one_decimal(value: Decimal) -> Decimal:
    """Return a score as article 15 writes it, rounded half up to one decimal."""
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def average(points: int, dossiers: int) -> Decimal | None:
    """Return the score of an index: the points of all dossiers by their number; None without any.

    >>> average(5, 4), average(1, 0)
    (Decimal('1.3'), None)
    """
    return one_decimal(Decimal(points) / dossiers) if dossiers > 0 else None


def of_levels(levels: Levels, min_cell: int) -> Decimal | None:
    """Return a score out of answers of five levels: 4 and 5 are 2 points, 3 is 1, 1 and 2 are 0; None on a few.

    The circular does not say how five levels become points: this is the product's own rule, said on every sheet.
    """
    if levels.base < max(1, min_cell):
        return None
    return average(2 * (levels.n5 + levels.n4) + levels.n3, levels.base)


def total(scores: Mapping[int, Decimal | None], numbers: Sequence[int] = tuple(range(1, 10))) -> Decimal | None:
    """Return the sum of the indices there is information for; None if there is for none."""
    known = [one_decimal(score) for number in numbers if (score := scores.get(number)) is not None]
    return sum(known, Decimal(0)) if known else None


def officer_total(scores: Mapping[int, Decimal | None]) -> Decimal | None:
    """Return an officer's sum: indices 1, 2, 3, 4 and 7."""
    return total(scores, [index.number for index in INDICES if index.is_of_officer])


def office_band(sum_of_nine: Decimal) -> str:
    """Return the band of an office: from 15 Xuất sắc, 12 Tốt, 9 Khá, 6 Trung bình, below Yếu.

    >>> office_band(Decimal("15.0")), office_band(Decimal("14.9"))
    ('Xuất sắc', 'Tốt')
    """
    return next((name for least, name in OFFICE_BANDS if sum_of_nine >= Decimal(least)), OFFICE_BELOW)


def officer_band(sum_of_five: Decimal) -> str:
    """Return the band of an officer: from 5, from 3.5, below."""
    return next((name for least, name in OFFICER_BANDS if sum_of_five >= Decimal(least)), OFFICER_BELOW)
