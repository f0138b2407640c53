"""An alert in words: a title, the text of a message of 160 characters, the body of an e-mail; pure.

Only kind, place, number and level are told: never an answer, a comment or a telephone number.
"""

import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from server.alerts.kinds import KINDS
from server.cases.rules import number_words
from server.devices.forecast import NAMES
from server.results.rules import decimal
from survey.local_time import local_words

TEXT_AT_MOST: Final = 160


class Alert(msgspec.Struct, frozen=True):
    """One alert as it is stored; see tables.alerts."""

    id: int
    kind: str
    office: str
    unit: str
    counter: str
    case: int | None
    device: str
    limit_n: int
    limit_more: int
    base: int
    tenths: int
    since: int
    at: int
    about: str = ""
    ended_at: int | None = None

    @property
    def is_priority(self) -> bool:
        """Whether it is of the highest level."""
        return self.kind == "case_priority"

    @property
    def places(self) -> tuple[str, str, str]:
        """The units it lies in."""
        return self.counter, self.office, self.unit

    @property
    def number(self) -> str:
        """The number of its case in words; "" where it is of none."""
        return number_words(self.case) if self.case is not None else ""


Namer = Callable[[str], str]


def brief(name: str) -> str:
    """Return a unit's name as one line has room for: the usual abbreviation, no list of what a counter does.

    >>> brief("Trung tâm Phục vụ hành chính công xã Tân Trào"), brief("Quầy số 1: Tư pháp - Hộ tịch")
    ('TT PVHCC xã Tân Trào', 'Quầy số 1')
    """
    return name.partition(":")[0].replace("Trung tâm Phục vụ hành chính công", "TT PVHCC").strip()


def title(alert: Alert, name: Namer) -> str:
    """Return an alert in one line. name: gives a unit's name by its id."""
    place, unit = brief(name(alert.office)), brief(name(alert.unit))
    desk = f"{brief(name(alert.counter))}, {place}" if alert.counter != alert.office else place
    if alert.kind == "case_priority":
        return f"Ưu tiên: vụ việc {alert.number} ở {desk}"
    if alert.kind == "case_opened":
        return f"Vụ việc mới {alert.number} ở {desk}"
    if alert.kind == "case_warned":
        return f"Vụ việc {alert.number} đã qua 80 % thời hạn, {unit}"
    if alert.kind == "case_late":
        return f"Vụ việc {alert.number} quá hạn, {unit}"
    if alert.kind == "low_grades":
        when = f"trong {alert.limit_more} phút" if alert.limit_more else "trong ngày"
        return f"Từ {alert.base} điểm thấp trở lên {when} ở {desk}"
    if alert.kind == "satisfaction":
        return f"Hài lòng hôm nay {decimal(alert.tenths / 10)} % trên {alert.base} câu trả lời, {place}"
    if alert.kind == "kiosk_forecast":
        return f"Ki-ốt {alert.device}: {NAMES.get(alert.about, 'có thể sắp hỏng')}, {desk}"
    return f"Ki-ốt {alert.device} im lặng từ {local_words(alert.since)}, {desk}"


def detail(alert: Alert) -> str:
    """Return in a line why it was told, and what to do."""
    if alert.kind == "satisfaction":
        return f"Dưới ngưỡng {alert.limit_n} %, tính câu đánh giá chung của phiếu từ ki-ốt và mã QR tại quầy."
    if alert.kind == "kiosk_silent":
        return "Xin kiểm tra nguồn điện và mạng; phiếu đã chấm vẫn nằm trên máy."
    if alert.kind == "kiosk_forecast":
        return f"Suy đoán từ {alert.base} ngày máy có báo. Xin xem số liệu ở trang của máy trước khi thay."
    if alert.kind == "low_grades":
        return "Xin xem lý do ở trang Vụ việc và tình hình tại quầy."
    if alert.kind in ("case_priority", "case_opened"):
        return "Xin mở vụ việc để xem; nội dung chỉ có ở đó."
    return KINDS[alert.kind].words if alert.kind in KINDS else ""


def short(words: str, link: str) -> str:
    """Return words and a link in 160 characters; the words are cut where they must be.

    >>> len(short("ở " * 100, "https://a.vn/canh-bao/1")), short("Ưu tiên", "https://a.vn/1")
    (160, 'Ưu tiên https://a.vn/1')
    """
    room = TEXT_AT_MOST - len(link) - 1
    cut = words if len(words) <= room else f"{words[: room - 1]}…"
    return f"{cut} {link}"


def bare(words: str) -> str:
    """Return words in the letters that one plain SMS carries: no diacritics.

    >>> bare("Ưu tiên: vụ việc VV-00012 ở Quầy số 1…")
    'Uu tien: vu viec VV-00012 o Quay so 1.'
    """
    letters = unicodedata.normalize("NFD", words.replace("đ", "d").replace("Đ", "D").replace("…", "."))
    return "".join(one for one in letters if one.isascii())


def link_of(base: str, alert: int) -> str:
    """Return where an alert is shown."""
    return f"{base}/canh-bao/{alert}"


def letter(alerts: Sequence[Alert], name: Namer, base: str) -> tuple[str, str]:
    """Return (subject, text) of an e-mail of one alert or several, priority first."""
    ordered = sorted(alerts, key=lambda one: (not one.is_priority, one.id))
    subject = f"Cảnh báo: {title(ordered[0], name)}" if len(ordered) == 1 else f"{len(ordered)} cảnh báo mới"
    parts = [
        f"{place}. {title(one, name)}\n   {local_words(one.at)} · {detail(one)}\n   {link_of(base, one.id)}\n"
        for place, one in enumerate(ordered, 1)
    ]
    foot = f"--\nHài Lòng · {base}/canh-bao\nĐổi điều muốn nhận, giờ yên lặng: {base}/canh-bao/cai-dat\n"
    return subject, "\n".join(["Kính gửi Ông/Bà,\n", *parts, foot])
