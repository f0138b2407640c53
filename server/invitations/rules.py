"""What an invitation may be: its kinds, how many, how long, and the words that go out with a link; pure."""

import unicodedata
from typing import Final

import msgspec

from survey.ballot import Channel

AT_MOST: Final = 500
DAYS: Final = (30, 90, 180)
NOTE_AT_MOST: Final = 80
REFERENCE_AT_MOST: Final = 80
SMS_AT_MOST: Final = 160


class Kind(msgspec.Struct, frozen=True):
    """One way an invitation goes out. channel: how a ballot that comes by it is told apart in results."""

    id: str
    name: str
    words: str
    channel: Channel


KINDS: Final = {
    kind.id: kind
    for kind in (
        Kind("insert", "Phiếu gửi kèm kết quả qua bưu chính",
             "In ra giấy, mỗi tờ A4 bốn phiếu; cắt rời, bỏ vào phong bì trả kết quả.",
             Channel.POST),
        Kind("link", "Đường dẫn gửi e-mail, tin nhắn, Zalo",
             "Tải tệp Excel, mỗi dòng một đường dẫn, để trộn thư; không cần đưa số điện thoại vào đây.", Channel.LINK),
    )
}  # fmt: skip
DOSSIER: Final = "dossier"


class Wanted(msgspec.Struct, frozen=True):
    """A batch that is asked for."""

    place: str
    kind: str
    count: int
    days: int
    note: str


def fault_of(wanted: Wanted) -> str | None:
    """Return in Vietnamese why a batch cannot be made, or None."""
    if wanted.kind not in KINDS:
        return "Xin chọn cách gửi trong danh sách."
    if not 1 <= wanted.count <= AT_MOST:
        return f"Số mã là {wanted.count}. Mỗi đợt làm được từ 1 đến {AT_MOST} mã."
    if wanted.days not in DAYS:
        return "Xin chọn thời hạn trong danh sách."
    return None


def without_marks(words: str) -> str:
    """Return Vietnamese without its diacritics, as a text message is sent at the price of one.

    >>> without_marks("Bộ phận Một cửa Đồng Tâm")
    'Bo phan Mot cua Dong Tam'
    """
    plain = unicodedata.normalize("NFD", words.replace("đ", "d").replace("Đ", "D"))
    return "".join(one for one in plain if not unicodedata.combining(one))


def sms(office: str, link: str) -> str:
    """Return the text of a message of at most 160 plain characters; a long office name is left out."""
    full = f"{without_marks(office)} moi Ong/Ba danh gia su phuc vu (1 phut, khong hoi ten): {link}"
    return full if len(full) <= SMS_AT_MOST else f"Moi Ong/Ba danh gia su phuc vu (1 phut, khong hoi ten): {link}"


def letter(office: str, link: str) -> str:
    """Return the text of an e-mail."""
    return (
        f"Kính gửi Ông/Bà,\n\n{office} cảm ơn Ông/Bà đã đến giao dịch. Xin dành một phút cho biết Ông/Bà hài lòng đến "
        f"đâu:\n{link}\n\nPhiếu không hỏi tên; cán bộ không biết phiếu của ai. Ý kiến của Ông/Bà giúp chúng tôi phục "
        "vụ tốt hơn.\n\nTrân trọng."
    )
