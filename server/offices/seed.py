"""The sample province: made-up in detail, labelled as sample data, for demonstrations and tests.

Its 26 agencies (19 of the province, 7 districts and towns) are as many as the Tuyên Quang article of 29/4/2020 counts;
the district units ended on 30/6/2025, as all districts did, and remain as history.
"""

from datetime import date
from typing import Final

from server.database import Work
from server.offices.queries import COUNTER, PROVINCE, Unit, add_unit

SAMPLE: Final = "dữ liệu mẫu"
BEGIN: Final = date(2020, 6, 1)
DISTRICTS_END: Final = date(2025, 6, 30)
TWO_TIERS: Final = date(2025, 7, 1)
TOP: Final = "tq"

AGENCIES: Final = (
    ("so-noi-vu", "Sở Nội vụ"),
    ("so-tai-chinh", "Sở Tài chính"),
    ("so-ke-hoach-dau-tu", "Sở Kế hoạch và Đầu tư"),
    ("so-cong-thuong", "Sở Công Thương"),
    ("so-tu-phap", "Sở Tư pháp"),
    ("so-xay-dung", "Sở Xây dựng"),
    ("so-giao-thong", "Sở Giao thông vận tải"),
    ("so-nong-nghiep", "Sở Nông nghiệp và Phát triển nông thôn"),
    ("so-tai-nguyen", "Sở Tài nguyên và Môi trường"),
    ("so-lao-dong", "Sở Lao động - Thương binh và Xã hội"),
    ("so-giao-duc", "Sở Giáo dục và Đào tạo"),
    ("so-y-te", "Sở Y tế"),
    ("so-van-hoa", "Sở Văn hóa, Thể thao và Du lịch"),
    ("so-thong-tin", "Sở Thông tin và Truyền thông"),
    ("so-khoa-hoc", "Sở Khoa học và Công nghệ"),
    ("van-phong-ubnd", "Văn phòng Ủy ban nhân dân tỉnh"),
    ("thanh-tra", "Thanh tra tỉnh"),
    ("ban-dan-toc", "Ban Dân tộc"),
    ("ban-khu-cong-nghiep", "Ban Quản lý các khu công nghiệp"),
)
DISTRICTS: Final = (
    ("tp-tuyen-quang", "Thành phố Tuyên Quang"),
    ("huyen-son-duong", "Huyện Sơn Dương"),
    ("huyen-yen-son", "Huyện Yên Sơn"),
    ("huyen-ham-yen", "Huyện Hàm Yên"),
    ("huyen-chiem-hoa", "Huyện Chiêm Hóa"),
    ("huyen-na-hang", "Huyện Na Hang"),
    ("huyen-lam-binh", "Huyện Lâm Bình"),
)
COMMUNES: Final = (
    ("phuong-minh-xuan", "Phường Minh Xuân", "ward", 3),
    ("phuong-nong-tien", "Phường Nông Tiến", "ward", 2),
    ("xa-tan-trao", "Xã Tân Trào", "commune", 2),
    ("xa-son-duong", "Xã Sơn Dương", "commune", 2),
    ("xa-na-hang", "Xã Na Hang", "commune", 2),
)
DESKS: Final = ("Tư pháp - Hộ tịch, Chứng thực", "Đất đai, xây dựng", "Bảo trợ xã hội, lao động")


def units() -> list[Unit]:
    """Return the sample province's units, parents first."""
    made = [_unit(TOP, PROVINCE, f"Tỉnh Tuyên Quang ({SAMPLE})", None, BEGIN)]
    for slug, name in AGENCIES:
        made.append(_unit(slug, "agency", name, TOP, BEGIN))
        made.append(_unit(f"{slug}.q1", COUNTER, "Quầy số 1", slug, BEGIN))
    for slug, name in DISTRICTS:
        made.append(_unit(slug, "district", name, TOP, BEGIN, DISTRICTS_END))
        made.append(_unit(f"{slug}.q1", COUNTER, "Quầy số 1", slug, BEGIN, DISTRICTS_END))
    for slug, name, kind, desks in COMMUNES:
        made.append(_unit(slug, kind, name, TOP, TWO_TIERS))
        centre = f"{slug}.ttpvhcc"
        made.append(
            _unit(centre, "service_centre", f"Trung tâm Phục vụ hành chính công {_inside(name)}", slug, TWO_TIERS)
        )
        for number, field in enumerate(DESKS[:desks], start=1):
            made.append(_unit(f"{slug}.q{number}", COUNTER, f"Quầy số {number}: {field}", centre, TWO_TIERS))
    return made


def plant(work: Work) -> int:
    """Store the sample province; returns how many units were new."""
    return sum(add_unit(work, one) for one in units())


def _inside(name: str) -> str:
    return name[0].lower() + name[1:]


def _unit(slug: str, kind: str, name: str, parent: str | None, first: date, last: date | None = None) -> Unit:
    return Unit(slug, kind, name, "", slug.upper(), parent, first, last)
