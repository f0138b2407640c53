"""The bar common to all pages: one line for each page that has a place in it, in the order they are shown."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

import msgspec


class Entry(msgspec.Struct, frozen=True):
    """One page in the bar. permission: whoever has it sees the entry; a value of accounts.rules.May.

    group: the menu it stands in; "" for the bar itself.
    """

    path: str
    words: str
    permission: str
    group: str = ""

    def leads_to(self, path: str) -> bool:
        """Return whether a page belongs to this entry and to none that stands below it."""
        nearer = (one for one in ENTRIES if one.path.startswith(f"{self.path}/"))
        return self._has(path) and not any(one._has(path) for one in nearer)

    def _has(self, path: str) -> bool:
        return path == self.path or path.startswith(f"{self.path}/")


class Menu(msgspec.Struct, frozen=True):
    """One place in the bar: a menu of several pages, or a single page, then without a name."""

    name: str
    entries: list[Entry]

    def leads_to(self, path: str) -> bool:
        """Return whether a page belongs to one of its entries."""
        return any(one.leads_to(path) for one in self.entries)


ENTRIES: Final[list[Entry]] = [
    Entry("/ket-qua", "Kết quả", "results.see"),
    Entry("/bao-cao", "Báo cáo", "reports.make"),
    Entry("/vu-viec", "Vụ việc", "cases.see", "Phản ánh"),
    Entry("/goi-lai", "Gọi lại", "phones.see", "Phản ánh"),
    Entry("/ke-hoach", "Kế hoạch hành động", "results.see", "Phản ánh"),
    Entry("/y-kien-cong-bo", "Đăng lời góp ý", "comments.see", "Phản ánh"),
    Entry("/nhap-lieu", "Nhập liệu", "data.enter", "Số liệu"),
    Entry("/phieu-giay", "Phiếu giấy", "data.enter", "Số liệu"),
    Entry("/loi-moi", "Lời mời", "offices.see", "Số liệu"),
    Entry("/xuat-du-lieu", "Xuất dữ liệu", "export.make", "Số liệu"),
    Entry("/cong-bo", "Công bố", "offices.change", "Số liệu"),
    Entry("/xep-hang-nam", "Xếp hạng năm", "results.see", "Số liệu"),
    Entry("/don-vi", "Danh mục đơn vị", "offices.see", "Đơn vị"),
    Entry("/truc-quay", "Trực quầy", "offices.see", "Đơn vị"),
    Entry("/ngay-nghi", "Ngày nghỉ", "offices.see", "Đơn vị"),
    Entry("/thiet-bi", "Thiết bị", "devices.see", "Đơn vị"),
    Entry("/ban-phan-mem", "Phiên bản phần mềm", "devices.see", "Hệ thống"),
    Entry("/thiet-bi/cai-dat", "Cài đặt ki-ốt", "devices.see", "Hệ thống"),
    Entry("/cau-hoi", "Phiếu hỏi", "questionnaires.see", "Hệ thống"),
    Entry("/tai-khoan", "Tài khoản", "users.manage", "Hệ thống"),
    Entry("/nhat-ky", "Nhật ký", "audit.see", "Hệ thống"),
    Entry("/du-lieu-ca-nhan", "Dữ liệu cá nhân", "audit.see", "Hệ thống"),
    Entry("/canh-bao", "Cảnh báo", "alerts.see"),
]


def menus(entries: Sequence[Entry]) -> list[Menu]:
    """Return the bar of these entries; a menu of one page is that page itself.

    >>> [(menu.name, len(menu.entries)) for menu in menus(ENTRIES)][3:5]
    [('Số liệu', 6), ('Đơn vị', 4)]
    """
    found: list[Menu] = []
    for group, several in groupby(entries, key=lambda one: one.group):
        together = list(several)
        if group and len(together) > 1:
            found.append(Menu(group, together))
        else:
            found += [Menu("", [one]) for one in together]
    return found
