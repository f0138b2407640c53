"""Sheet "Ý kiến góp ý": which ballots have a comment, where and how they graded; the words stay sealed."""

from typing import Final

from server.reports.gathered import Gathered
from server.reports.sheet import NONE, NUMBER, Column
from server.reports.table import Row, Sheet
from server.reports.words import CHANNELS, LANES, NO_CASES, SEALED

SAID: Final = [
    Column("TT", 6, NUMBER), Column("Mã phiếu", 13), Column("Ngày", 12), Column("Đơn vị", 32), Column("Quầy", 24),
    Column("Kênh", 11), Column("Nguồn", 18), Column("Mức thấp nhất", 9, NUMBER, is_middle=True), Column("Nội dung", 30),
    Column("Phân loại", 10), Column("Trạng thái", 20),
]  # fmt: skip


def sheets(gathered: Gathered) -> list[Sheet]:
    """Return the sheet."""
    name_of = gathered.asked.name_of
    rows = [
        Row(
            [place, one.code or NONE, one.day if one.is_dated else "không rõ", name_of(one.office),
             name_of(one.counter) if one.counter != one.office else "", CHANNELS.get(one.channel, one.channel),
             LANES.get(one.lane, one.lane), NONE if one.lowest is None else one.lowest, SEALED,
             one.kind or NONE, one.state or NONE]
        )
        for place, one in enumerate(gathered.comments, 1)
    ]  # fmt: skip
    rows.append(Row(["", "Tổng cộng", "", f"{len(rows)} phiếu có ý kiến", *[""] * 7], is_total=True))
    notes = [
        "Nội dung ý kiến được niêm phong từ lúc gửi; không có số điện thoại trong bảng này. "
        + ("" if gathered.asked.has_codes else "Mã phiếu chỉ hiện với người được đọc ý kiến."),
        "Mức thấp nhất: điểm thấp nhất mà phiếu cho ở một câu (1 Rất không hài lòng … 5 Rất hài lòng). "
        + (
            NO_CASES
            if gathered.cases is None
            else "Phân loại, trạng thái: của vụ việc mở từ phiếu đó, vào ngày lập báo cáo."
        ),
    ]
    return [Sheet("Ý kiến góp ý", "PHIẾU CÓ Ý KIẾN GÓP Ý, PHẢN ÁNH, KIẾN NGHỊ", SAID, rows, notes)]
