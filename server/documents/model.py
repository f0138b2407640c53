"""An official document as frozen data, whatever writes it; text in it is data, never markup."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any, Final, Literal

import msgspec

Align = Literal["left", "center", "right"]

MOTTO_STATE: Final = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO: Final = "Độc lập - Tự do - Hạnh phúc"
TO_WRITE: Final = "(Phần này do đơn vị tự viết)"
END: Final = "./."


class Letterhead(msgspec.Struct, frozen=True):
    """What stands over a document. superior: "" where there is none.

    number: as it is printed, "12"; "" leaves room to write it by hand. symbol: "BC-TTPVHCC"; "" for a document without
    number. place: where it is issued. day: None leaves room for day and month.
    """

    superior: str
    agency: str
    number: str = ""
    symbol: str = ""
    place: str = ""
    day: date | None = None

    @property
    def numbered(self) -> str:
        """Return `Số: 12/BC-TTPVHCC`, with room where the number is not given; "" without a symbol."""
        return f"Số: {self.number or chr(0xA0) * 8}/{self.symbol}" if self.symbol else ""

    @property
    def dated(self) -> str:
        """Return `Minh Xuân, ngày 05 tháng 02 năm 2026`: days below 10 and months 1 and 2 have a zero before them."""
        place = f"{self.place}, " if self.place else ""
        if self.day is None:
            return f"{place}ngày {chr(0xA0) * 5} tháng {chr(0xA0) * 5} năm {chr(0xA0) * 8}"
        month = f"{self.day.month:02d}" if self.day.month < 3 else str(self.day.month)
        return f"{place}ngày {self.day.day:02d} tháng {month} năm {self.day.year}"


class Heading(msgspec.Struct, frozen=True, tag="heading"):
    """A heading with its number written out: `I. TÌNH HÌNH TRIỂN KHAI` (level 1), `1. Số phiếu` (level 2)."""

    text: str
    level: Literal[1, 2, 3] = 1


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph"):
    """A paragraph. lead: a bold beginning. is_item: a line of a list, with a dash."""

    text: str
    lead: str = ""
    is_item: bool = False
    is_italic: bool = False
    align: Literal["justify", "center", "right"] = "justify"


class Dotted(msgspec.Struct, frozen=True, tag="dotted"):
    """Lines that a person fills in. words: what belongs there, printed before them."""

    words: str = TO_WRITE
    lines: int = 2


class Column(msgspec.Struct, frozen=True):
    """One column of a table. width: its share of the width, whatever the sum."""

    head: str
    width: float = 1
    align: Align = "left"


class Table(msgspec.Struct, frozen=True, tag="table"):
    """A table whose head is repeated on every page. bold: rows printed bold, counted from 0. empty: for no rows."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    bold: Sequence[int] = ()
    notes: Sequence[str] = ()
    empty: str = "Chưa có số liệu."


class Series(msgspec.Struct, frozen=True):
    """One row of counts or one line of values. None: nothing was counted. base: printed with it where given."""

    name: str
    values: Sequence[float | None]
    base: int | None = None


class Chart(msgspec.Struct, frozen=True, tag="chart"):
    """A drawing that is read in grey. alt: what it shows, in words.

    levels: each series is a stacked bar of `labels`. course: each series is a line over `labels`, in percent.
    bars: the values of the one series, largest first, by `labels`.
    """

    kind: Literal["levels", "course", "bars"]
    title: str
    alt: str
    labels: Sequence[str]
    series: Sequence[Series]


class Picture(msgspec.Struct, frozen=True, tag="picture"):
    """A PNG file. alt: what it shows, in words. width: its share of the page's width."""

    png: bytes
    alt: str
    title: str = ""
    width: float = 1.0


class Signature(msgspec.Struct, frozen=True):
    """Who signs. authority: lines before the title, `TM. ỦY BAN NHÂN DÂN`, `KT. CHỦ TỊCH`. name: "" leaves room."""

    title: str
    name: str = ""
    authority: Sequence[str] = ()
    hint: str = ""


Block = Heading | Paragraph | Dotted | Table | Chart | Picture


class Annex(msgspec.Struct, frozen=True):
    """What follows the signature on pages of its own."""

    title: str
    blocks: Sequence[Block]


class Document(msgspec.Struct, frozen=True):
    """A document. kind: `BÁO CÁO`; "" for a letter, whose `about` then stands under its number as `V/v …`.

    to: after `Kính gửi:`. recipients: after `Nơi nhận:`. signatures: one stands right of the recipients; several side
    by side. draft: words of a mark over the document that it is none yet; "" for none. is_ended: with `./.`.
    """

    letterhead: Letterhead
    kind: str
    about: str
    blocks: Sequence[Block]
    signatures: Sequence[Signature]
    to: Sequence[str] = ()
    recipients: Sequence[str] = ()
    annexes: Sequence[Annex] = ()
    draft: str = ""
    is_ended: bool = True

    @property
    def title(self) -> str:
        """Return what the file calls itself."""
        return f"{self.kind.capitalize()} {self.about}".strip()


def percent_of(part: int, base: int) -> str:
    """Return a share with its base as documents print it, `95,3% (82/86)`; `chưa có số liệu` with no base.

    >>> percent_of(82, 86), percent_of(0, 0)
    ('95,3% (82/86)', 'chưa có số liệu')
    """
    if not base:
        return "chưa có số liệu"
    return f"{percent_text(100 * part / base)} ({dotted(part)}/{dotted(base)})"


def percent_text(value: float | None) -> str:
    """Return a percentage rounded half up to one decimal, `95,3%`; `chưa có số liệu` for None."""
    if value is None:
        return "chưa có số liệu"
    tenths = int(abs(value) * 10 + 0.5 + 1e-9)
    return f"{'-' if value < 0 and tenths else ''}{dotted(tenths // 10)},{tenths % 10}%"


def dotted(value: int) -> str:
    """Return a whole number with dots for thousands: `8.605`."""
    return f"{value:,}".replace(",", ".")


def cleaned(document: Document) -> Document:
    """Return the document with every text in NFC and without control characters or marks that turn its direction."""
    plain = msgspec.to_builtins(document, builtin_types=(bytes, date))
    return msgspec.convert(_cleaned(plain), Document, builtin_types=(bytes, date))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {name: _cleaned(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(one) for one in value]
    return value


_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff")


def clean(text: str) -> str:
    """Return text in NFC; control characters become spaces or nothing, so that every file format carries it.

    >>> clean("Hẹn\\x00 la\\u0323i\\tngày\\u202e mai")
    'Hẹn lại ngày mai'
    """
    spaced = "".join(" " if letter in "\t\n\r\v\f\x85\u2028\u2029" else letter for letter in text)
    kept = (one for one in spaced if one not in _TURNING and unicodedata.category(one) not in {"Cc", "Cs", "Cn", "Co"})
    return unicodedata.normalize("NFC", "".join(kept))


def ended(blocks: Sequence[Block]) -> list[Block]:
    """Return blocks whose last paragraph ends with `./.`; as a line of its own where none is last."""
    found = list(blocks)
    if found and isinstance(found[-1], Paragraph):
        last = found[-1]
        found[-1] = msgspec.structs.replace(last, text=f"{last.text.rstrip().rstrip('.')}{END}")
    else:
        found.append(Paragraph(END, align="right"))
    return found
