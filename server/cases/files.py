"""Attachments: what may be attached, told by a file's own bytes; pure."""

import io
import re
import zipfile
from typing import Final

from server.pages.download import DOCX

FILE_AT_MOST: Final = 10_000_000
UNPACKED_AT_MOST: Final = 100_000_000
MAGIC: Final = {"pdf": b"%PDF-", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
MEDIA: Final = {
    "pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png",
    "docx": DOCX,
}  # fmt: skip
_ODD: Final = re.compile(r"[^\w.\- ]+")


def kind_of(body: bytes) -> str | None:
    """Return pdf, jpg, png or docx by what the bytes are, or None. A document with macros is none of them."""
    found = next((kind for kind, magic in MAGIC.items() if body.startswith(magic)), None)
    return found or ("docx" if body.startswith(b"PK\x03\x04") and _is_docx(body) else None)


def _is_docx(body: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = archive.namelist()
            size = sum(one.file_size for one in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False  # damaged, or packed in a way zipfile does not know: no .docx; the form says which kinds are taken
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    return "word/document.xml" in names and not has_macros and size <= UNPACKED_AT_MOST


def fault_of_file(body: bytes, name: str) -> str | None:
    """Return in Vietnamese why a file cannot be attached, or None."""
    shown = name[:60] or "không tên"
    if not body:
        return f"Tệp “{shown}” trống. Xin chọn tệp khác."
    if len(body) > FILE_AT_MOST:
        return f"Tệp “{shown}” lớn hơn 10 MB. Xin giảm dung lượng hoặc tách tệp."
    if kind_of(body) is None:
        return f"Tệp “{shown}” không phải PDF, ảnh JPEG, PNG hay Word .docx. Xin đổi sang một trong các dạng đó."
    return None


def safe_name(name: str, kind: str) -> str:
    """Return a file's name fit to be kept and offered, with the ending its bytes call for.

    >>> safe_name("../../biên bản (1).PDF", "pdf"), safe_name("", "png")
    ('biên bản 1.pdf', 'tep.png')
    """
    stem = re.split(r"[\\/]", name)[-1].rpartition(".")[0] or "tep"
    return f"{' '.join(_ODD.sub('', stem).split())[:100] or 'tep'}.{kind}"
