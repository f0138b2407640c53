"""One A4 page for each counter: what the technician does on site in ten minutes, ticked and signed by hand."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from provisioning.label import printed, qr, text_of, told_of
from provisioning.rows import Row
from survey.provisioning import Places

LAYOUT: Final = Path(__file__).with_name("checklist.typ")
STEPS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("Trước khi đi", "ở nhà", (
        "Thẻ đã ghi và đọc lại (flash write báo ✓), nhãn trên thẻ đúng tên máy của tờ này.",
        "Một thẻ trống dự phòng; USB trống FAT32; tờ nhãn; dây mạng; PIN kỹ thuật viên.",
    )),
    ("Đặt máy", "2 phút", (
        "Chỗ đặt: trên lối ra của người dân, không ai đứng sau lưng đọc được màn hình, không nắng chiếu vào.",
        "Mép dưới màn hình cao 800 đến 1000 mm; xe lăn vào được trước máy; máy không lật khi tì tay.",
        "Gắn thẻ và cáp màn hình trước, cắm nguồn chính hãng sau cùng. Dây không vướng lối đi.",
        "Dán nhãn của máy này ở mặt sau.",
    )),
    ("Bật máy", "3 phút", (
        "Trong 2 phút màn hình hiện các bước lần đầu, rồi đúng tên quầy ghi trên tờ này.",
        "Bước nào đỏ: đọc dòng chữ đỏ, làm theo. Mạng có trang đăng nhập: xin mạng khác, hoặc ghi danh ở nơi có mạng.",
        "Tên quầy sai: rút điện, đổi đúng thẻ. Không sửa bằng tay.",
    )),
    ("Nghiệm thu", "3 phút", (
        "Giữ hai góc trên 5 giây, nhập PIN, chọn Nghiệm thu 90 giây: bốn góc, giữa, từng nút, tiếng, mã QR.",
        "Tình trạng: “Nối với trung tâm” có dấu tích, hoặc ghi rõ ở dưới là máy chạy không mạng.",
        "Rút điện đột ngột một lần, cắm lại: máy tự về màn hình chờ.",
    )),
    ("Bàn giao", "2 phút", (
        "Chỉ cho cán bộ: không có nút tắt, rút điện lúc nào cũng được; lau bằng khăn ẩm khi máy đang ở màn hình chờ.",
        "Trung tâm thấy máy ở trang Thiết bị (gọi điện hỏi), hoặc hẹn ngày lấy phiếu bằng USB.",
    )),
)  # fmt: skip


def sheets(rows: Sequence[Row], places: Places) -> bytes:
    """Return the checklists as a PDF, a page of A4 to a row."""
    steps = [{"title": title, "minutes": minutes, "steps": each} for title, minutes, each in STEPS]
    files = {"main": LAYOUT.read_bytes(), "machines.json": _json(told_of(rows, places)), "steps.json": _json(steps)}
    files |= {f"{row.host}.svg": qr(text_of(row)) for row in rows}
    return printed(files)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
