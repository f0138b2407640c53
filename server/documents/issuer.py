"""Who issues documents: what an office's letterhead, number and signature say; what a form may give, pure."""

from collections.abc import Mapping
from typing import Final

import msgspec

from server.documents.model import Letterhead, Signature, clean

LONGEST: Final = 200
MOST_LINES: Final = 12
FIELDS: Final = {
    "superior": "Cơ quan chủ quản", "agency": "Cơ quan ban hành", "symbol": "Ký hiệu", "place": "Địa danh",
    "authority": "Dòng quyền hạn", "title": "Chức vụ người ký", "name": "Họ tên người ký", "recipients": "Nơi nhận",
}  # fmt: skip
LINES: Final = frozenset({"authority", "recipients"})


class IssuerError(ValueError):
    """A field that cannot be stored; `str()` says in Vietnamese which, its value and the fix."""


class Issuer(msgspec.Struct, frozen=True):
    """One office's settings. symbol: after the number, `BC-TTPVHCC`. authority: `TM. …`, `KT. …`, a line each."""

    superior: str = ""
    agency: str = ""
    symbol: str = ""
    place: str = ""
    authority: tuple[str, ...] = ()
    title: str = ""
    name: str = ""
    recipients: tuple[str, ...] = ()

    def letterhead(self, number: str = "") -> Letterhead:
        """Return what stands over its documents; without a day."""
        return Letterhead(self.superior, self.agency, number, self.symbol, self.place)

    @property
    def signature(self) -> Signature:
        """Return who signs; with room to write where it is not known."""
        return Signature(self.title or "Người đứng đầu đơn vị", self.name, self.authority)


def read(given: Mapping[str, str]) -> Issuer:
    """Return what a form says. Raises IssuerError naming the field, its value and the fix."""
    found: dict[str, str | tuple[str, ...]] = {}
    for field, words in FIELDS.items():
        text = given.get(field, "")
        if field in LINES:
            lines = tuple(line for line in (" ".join(clean(one).split()) for one in text.splitlines()) if line)
            if len(lines) > MOST_LINES:
                raise IssuerError(f"{words}: {len(lines)} dòng là quá nhiều. Xin ghi không quá {MOST_LINES} dòng.")
            for line in lines:
                _check(words, line)
            found[field] = lines
        else:
            found[field] = _check(words, " ".join(clean(text).split()))
    return _whole(msgspec.convert(found, Issuer))


def _check(words: str, text: str) -> str:
    if len(text) > LONGEST:
        raise IssuerError(f"{words} “{text[:30]}…” dài {len(text)} chữ. Xin ghi không quá {LONGEST} chữ một dòng.")
    return text


def _whole(issuer: Issuer) -> Issuer:
    if any(letter.isspace() or letter == "/" for letter in issuer.symbol):
        raise IssuerError(
            f"Ký hiệu “{issuer.symbol[:30]}” có dấu cách hoặc dấu gạch chéo. Xin ghi liền, ví dụ BC-TTPVHCC."
        )
    return issuer
