"""What the register says of each kind of data, and how quickly requests were met; pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import msgspec

from server.accounts.rules import ROLES, May
from server.cases.opening import Retention
from server.devices import bundles

HOURS_AT_MOST: Final = 72
"""Within which a request is met; from the local day it was made."""


class Activity(msgspec.Struct, frozen=True):
    """One line of the register. n, oldest: how many are kept now and since when the oldest; None where not counted."""

    data: str
    purpose: str
    basis: str
    where: str
    who: str
    how_long: str
    n: int | None = None
    oldest: date | None = None


class Kept(msgspec.Struct, frozen=True):
    """How much of something is kept now. oldest: the local day the oldest came in."""

    n: int = 0
    oldest: date | None = None


class Text(msgspec.Struct, frozen=True):
    """One wording of consent. since: the day from which it was asked; n: ballots by language; kept: still with it."""

    id: str
    since: date
    vi: str
    en: str
    n: Mapping[str, int]
    kept: int
    questionnaires: list[str]

    @property
    def total(self) -> int:
        """Return how many ballots carry it."""
        return sum(self.n.values())

    @property
    def by_language(self) -> str:
        """Return how many ballots carry it in each language, in words."""
        return ", ".join(f"{lang}: {n}" for lang, n in sorted(self.n.items()))


class Request(msgspec.Struct, frozen=True):
    """A request that was met at the desk. asked_on: local; done_on: local; what: words or contact."""

    asked_on: date
    done_on: date
    what: str
    n: int
    actor: str

    @property
    def days(self) -> int:
        """Return how many days it took."""
        return (self.done_on - self.asked_on).days

    @property
    def is_in_time(self) -> bool:
        """Return whether it was met within 72 hours, counted in days."""
        return self.days * 24 <= HOURS_AT_MOST


WHAT: Final = {
    "contact": "Số điện thoại, họ tên", "words": "Mọi điều đã viết", "event": "Lời trong vụ việc", "files": "Tệp",
}  # fmt: skip
WHY: Final = {
    "citizen": "Người dân yêu cầu", "closed": "Hết hạn sau khi đóng vụ việc", "received": "Hết hạn sau khi nhận",
    "words": "Hết hạn lưu nội dung",
}  # fmt: skip


_GAPS: Final = {
    "{ten_co_quan}": "[tên cơ quan]", "{so_ngay}": "[số ngày]", "{ma_phieu}": "[mã phiếu]",
    "{kenh_lien_he}": "[nơi liên hệ]", "{office}": "[office]", "{days}": "[days]", "{code}": "[code]",
    "{contact}": "[contact]",
}  # fmt: skip


def with_gaps(words: str) -> str:
    """Return a text as it was published, its gaps named for people.

    >>> with_gaps("deleted after {days} days")
    'deleted after [days] days'
    """
    for gap, name in _GAPS.items():
        words = words.replace(gap, name)
    return words


def who(may: May) -> str:
    """Return the roles that may do something, in words."""
    return ", ".join(role.name for role in ROLES.values() if may in role.may)


def activities(terms: Retention, kept: Mapping[str, Kept], consents: str) -> list[Activity]:
    """Return the register's lines. kept: what is kept now, by its key. consents: ids of the texts that are in use."""

    def line(key: str, data: str, purpose: str, basis: str, where: str, opened_by: str, how_long: str) -> Activity:
        there = kept.get(key)
        n, oldest = (None, None) if there is None else (there.n, there.oldest)
        return Activity(data, purpose, basis, where, opened_by, how_long, n, oldest)

    sealed = "Hộp niêm phong X25519 trong cơ sở dữ liệu; khóa ở tệp riêng, ngoài cơ sở dữ liệu"
    return [
        line("contacts", "Số điện thoại, họ tên người dân để lại", "Gọi lại về ý kiến đã gửi",
             f"Đồng ý của người dân: {consents}", sealed, who(May.PHONES_SEE),
             f"{terms.closed_days} ngày sau khi đóng vụ việc, chậm nhất {terms.received_days} ngày sau khi nhận"),
        line("comments", "Lời góp ý, mã hồ sơ", "Xử lý phản ánh, nâng cao chất lượng phục vụ",
             "Người dân tự viết, không bắt buộc", sealed, who(May.COMMENTS_SEE),
             f"{terms.words_days} ngày; lời trong vụ việc đến khi hết hạn của vụ việc"),
        line("events", "Ghi chú, câu trả lời, lời nhắn trong vụ việc", "Xử lý phản ánh",
             "Nhiệm vụ của cơ quan", sealed, who(May.CASES_SEE), f"{terms.words_days} ngày sau khi đóng vụ việc"),
        line("files", "Tệp đính kèm vụ việc", "Xử lý phản ánh", "Nhiệm vụ của cơ quan", "Cơ sở dữ liệu",
             who(May.CASES_SEE), f"{terms.words_days} ngày sau khi đóng vụ việc"),
        line("accounts", "Tên tài khoản, họ tên người dùng hệ thống", "Đăng nhập, ghi ai đã làm gì",
             "Quan hệ công vụ", "Cơ sở dữ liệu; mật khẩu chỉ là dấu Argon2", who(May.USERS_MANAGE),
             "Khi còn công tác; khóa khi thôi"),
        line("officers", "Họ tên, mã cán bộ trực quầy", "Lịch trực, kết quả theo cán bộ khi đủ số phiếu",
             "Quan hệ công vụ", "Cơ sở dữ liệu", who(May.OFFICERS_SEE), "Khi còn công tác và kỳ báo cáo liên quan"),
        line("bundles", "Gói hỗ trợ của ki-ốt: tình trạng máy, nhật ký máy; không có phiếu, ý kiến, số điện thoại",
             "Sửa máy từ xa", "Nhiệm vụ của cơ quan", "Cơ sở dữ liệu", who(May.DEVICES_SEE),
             f"{bundles.KEPT_DAYS} ngày từ khi máy gửi, nhiều nhất {bundles.KEPT_AT_MOST} gói một máy"),
        line("audit", "Nhật ký: ai đã làm gì, lúc nào", "An toàn thông tin, giải trình", "Nhiệm vụ của cơ quan",
             "Cơ sở dữ liệu, mỗi dòng mang dấu của dòng trước", who(May.AUDIT_SEE), "Không xóa"),
    ]  # fmt: skip


def asked_day(text: str, today: date) -> date | None:
    """Return the day a request was made, None for one that cannot be: in the future, or over a year ago.

    >>> asked_day("2026-11-20", date(2026, 11, 21)), asked_day("2026-11-22", date(2026, 11, 21))
    (datetime.date(2026, 11, 20), None)
    """
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if today - timedelta(days=366) <= found <= today else None


def plain(found: Any) -> str:
    """Return a day or a number as a table shows it; a dash for nothing."""
    if found is None:
        return "–"
    return f"{found:%d/%m/%Y}" if isinstance(found, date) else f"{found:,}".replace(",", ".")
