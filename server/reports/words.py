"""What a workbook calls channels, lanes, states and notes of ballots."""

from typing import Final

from survey.ballot import Channel, Status
from survey.qr_token import HEADLINE_LANES, REPORTED_LANES

HEADLINE: Final = frozenset(lane.value for lane in HEADLINE_LANES)
REPORTED: Final = frozenset(lane.value for lane in REPORTED_LANES)

CHANNELS: Final[dict[str, str]] = {
    Channel.TOUCH: "Ki-ốt", Channel.BUTTON: "Nút bấm", Channel.QR: "QR", Channel.LINK: "Đường dẫn",
    Channel.POST: "Bưu chính", Channel.PAPER: "Giấy", Channel.PHONE: "Điện thoại", Channel.IMPORT: "Biểu mẫu",
}  # fmt: skip
STATUSES: Final = {Status.COMPLETE: "Đủ", Status.PARTIAL: "Dở dang", Status.QUICK: "Nhanh"}

LANES: Final = {
    "kiosk": "ki-ốt", "qr-fresh": "mã QR mới", "shared": "dùng chung mã QR", "untimed": "mã QR không rõ giờ",
    "open": "qua mã dán cố định", "mail": "qua thư, mã một lần", "quarantine": "cần xem lại",
    "entered": "nhập từ giấy, điện thoại", "imported": "nhập từ biểu mẫu",
    "superseded": "đã tính ở phần đầy đủ hơn (chuyển sang điện thoại)",
}  # fmt: skip

FLAGS: Final = {
    "fast": "trả lời rất nhanh", "straight_line": "mọi câu cùng một mức", "out_of_hours": "ngoài giờ",
    "double_press": "bấm hai lần", "timed_out": "bỏ dở", "power_cut": "mất điện",
    "handed_over": "chuyển sang điện thoại", "salvaged": "phục hồi",
}  # fmt: skip

SEALED: Final = "(niêm phong – xem ở mục Vụ việc)"
CASES: Final = (
    "Số phản ánh: vụ việc mở từ phiếu của kỳ, không kể vụ việc trùng; mỗi vụ việc ở đúng một cột: đã xong và chưa từng "
    "quá hạn, đã từng quá hạn, đang xử lý trong hạn."
)
NO_CASES: Final = "Chưa có số liệu vụ việc: mục Vụ việc chưa được dùng trong kỳ này (dấu –)."
