"""The bar common to all pages: one line for each page that has a place in it, in the order they are shown."""

from typing import Final

import msgspec


class Entry(msgspec.Struct, frozen=True):
    """One page in the bar. permission: whoever has it sees the entry; a value of accounts.rules.May."""

    path: str
    words: str
    permission: str

    def leads_to(self, path: str) -> bool:
        """Return whether a page belongs to this entry."""
        return path == self.path or path.startswith(f"{self.path}/")


ENTRIES: Final = [
    Entry("/ket-qua", "Kết quả", "results.see"),
    Entry("/xuat-du-lieu", "Xuất dữ liệu", "export.make"),
    Entry("/nhap-lieu", "Nhập liệu", "data.enter"),
    Entry("/phieu-giay", "Phiếu giấy", "data.enter"),
    Entry("/thiet-bi", "Thiết bị", "devices.see"),
    Entry("/don-vi", "Đơn vị", "offices.see"),
    Entry("/truc-quay", "Trực quầy", "offices.see"),
    Entry("/ngay-nghi", "Ngày nghỉ", "offices.see"),
    Entry("/tai-khoan", "Tài khoản", "users.manage"),
    Entry("/nhat-ky", "Nhật ký", "audit.see"),
]
