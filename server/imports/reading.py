"""Bytes of a file become rows of cells: workbooks, CSV in whatever encoding, a zip of one; pure."""

import csv
import io
import re
import unicodedata
from collections import Counter
from datetime import date, datetime
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

import msgspec
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from server.imports.headings import head_score, is_numbering, named_apart
from server.offices.workbook import tidy
from survey.plain import plain

MAX_FILE: Final = 10_000_000
MAX_UNPACKED: Final = 120_000_000
MAX_ROWS: Final = 30_000
MAX_COLUMNS: Final = 200
HEAD_WITHIN: Final = 20
MERGED: Final = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
DELIMITERS: Final = (",", ";", "\t")
Cells = tuple[Any, ...]


class ReadError(ValueError):
    """A file that cannot be read; `str()` says in Vietnamese what to do."""


class Line(msgspec.Struct, frozen=True):
    """One row that says something. row: as the program shows it. cells: one for each heading."""

    row: int
    cells: Cells


class Sheet(msgspec.Struct, frozen=True):
    """A table that was read. head_row: where its headings stand. letters: of its columns, as the program shows them."""

    name: str
    head_row: int
    headings: tuple[str, ...]
    letters: tuple[str, ...]
    lines: tuple[Line, ...]


def read(body: bytes) -> Sheet:
    """Return the one table of a file: of a workbook, the sheet that looks most like a form's answers.

    Raises ReadError for what is too large, damaged, empty, or of another kind.
    """
    if len(body) > MAX_FILE:
        raise ReadError(f"Tệp lớn hơn {MAX_FILE // 1_000_000} MB. Xin chia thành nhiều tệp nhỏ hơn.")
    if body[:2] == b"PK":
        return _packed(body)
    if body[:4] == b"\xd0\xcf\x11\xe0":
        raise ReadError("Tệp là Excel đời cũ (.xls). Xin mở rồi lưu lại dạng .xlsx hoặc .csv.")
    return _best([("", _text_rows(decoded(body)))])


def _packed(body: bytes) -> Sheet:
    try:
        with ZipFile(io.BytesIO(body)) as packed:
            listed = packed.infolist()
            if sum(each.file_size for each in listed) > MAX_UNPACKED:
                raise ReadError("Tệp mở ra quá lớn. Xin chép riêng trang câu trả lời sang tệp mới.")
            names = [each.filename for each in listed if not each.is_dir() and "__MACOSX" not in each.filename]
            if "[Content_Types].xml" in names:
                return _best(_sheets(body, packed))
            if any(each.flag_bits & 1 for each in listed):
                raise ReadError("Tệp nén có mật khẩu. Xin giải nén rồi chọn tệp CSV bên trong.")
            tables = [name for name in names if name.lower().endswith((".csv", ".tsv", ".txt"))]
            if len(tables) != 1:
                raise ReadError(
                    f"Tệp nén có {len(tables)} bảng CSV; mỗi lần nhập một bảng. Xin giải nén rồi chọn từng tệp."
                )
            return _best([("", _text_rows(decoded(packed.read(tables[0]))))])
    except ReadError:
        raise
    # a damaged file, or one packed in a way zipfile does not know, breaks zipfile, its XML and openpyxl in all these
    # ways: whoever chose it is told, with the way out
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError, SyntaxError, TypeError, EOFError,
            NotImplementedError, RuntimeError, IndexError, AttributeError) as error:  # fmt: skip
        raise ReadError("Không đọc được tệp: có thể tệp bị hỏng. Xin tải lại từ biểu mẫu hoặc lưu lại.") from error


def _sheets(body: bytes, packed: ZipFile) -> list[tuple[str, list[Cells]]]:
    book = load_workbook(io.BytesIO(body), read_only=True, data_only=True)
    found = []
    for sheet in book.worksheets[:20]:
        sheet.reset_dimensions()
        rows = [row[:MAX_COLUMNS] for row in sheet.iter_rows(values_only=True, max_row=MAX_ROWS + HEAD_WITHIN + 2)]
        path = str(getattr(sheet, "_worksheet_path", ""))
        merged = MERGED.findall(packed.read(path)) if path in packed.namelist() else []
        found.append((sheet.title, unmerged(rows, merged)))
    book.close()
    return found


def unmerged(rows: list[Cells], merged: list[tuple[bytes, bytes, bytes, bytes]]) -> list[Cells]:
    """Return rows in which every cell of a merged block has the block's value; blocks as their corners."""
    made = [list(row) for row in rows]
    for left, top, right, bottom in merged[:5000]:
        first, last = int(top) - 1, min(int(bottom), len(made))
        begin, end = column_index_from_string(left.decode()) - 1, column_index_from_string(right.decode())
        if first >= len(made) or begin >= len(made[first]):
            continue
        value = made[first][begin]
        for row in made[first:last]:
            row.extend([None] * (min(end, MAX_COLUMNS) - len(row)))
            row[begin:end] = [value] * (min(end, MAX_COLUMNS) - begin)
    return [tuple(row) for row in made]


def decoded(body: bytes) -> str:
    """Return text whatever it was written in: UTF-8, UTF-16 of either order, or windows-1258 with its loose tones.

    Raises ReadError for what is none of these, as bytes of a picture.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if body.startswith(mark):
            return _as(body, encoding)
    sample = body[:4000]
    if sample.count(0) > len(sample) // 5:
        is_little = sample[1::2].count(0) >= sample[::2].count(0)
        return _as(body, "utf-16-le" if is_little else "utf-16-be")
    try:
        return _as(body, "utf-8")
    except ReadError:
        return _as(body, "cp1258")


def _as(body: bytes, encoding: str) -> str:
    try:
        text = unicodedata.normalize("NFC", body.decode(encoding))
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise ReadError("Không đọc được chữ trong tệp. Xin lưu lại dạng .xlsx, hoặc CSV UTF-8.")
    return plain(text)


def _text_rows(text: str) -> list[Cells]:
    told = re.match(r'"?sep=(.)"?\r?\n', text)
    rest = text[told.end() :] if told else text
    best: list[list[str]] = []
    for delimiter in (told[1],) if told else DELIMITERS:
        try:
            rows = list(csv.reader(io.StringIO(rest, newline=""), delimiter=delimiter))
        except csv.Error:
            continue
        best = max(best, rows, key=_width)
    if not best:
        raise ReadError("Tệp không có dòng nào đọc được. Xin chọn tệp câu trả lời của biểu mẫu.")
    return [tuple(row[:MAX_COLUMNS]) for row in best]


def _width(rows: list[list[str]]) -> tuple[int, int]:
    """Return how many columns most rows have: the right delimiter gives the most."""
    widths = Counter(len(row) for row in rows[:60] if any(row))
    usual = max(widths, key=lambda width: (widths[width], width), default=0)
    return (usual, widths[usual]) if usual > 1 else (min(usual, 1), 0)


def _best(sheets: list[tuple[str, list[Cells]]]) -> Sheet:
    found = [(score, name, rows, at) for name, rows in sheets for score, at in [_head(rows)] if score > (0, 0)]
    if not found:
        raise ReadError(
            f"Không thấy dòng tiêu đề trong {HEAD_WITHIN} dòng đầu. Xin để tên các cột trên một dòng, "
            "câu trả lời ở các dòng dưới."
        )
    _, name, rows, at = max(found, key=lambda one: one[0])
    return _sheet(name, rows, at)


def _head(rows: list[Cells]) -> tuple[tuple[int, int], int]:
    """Return the score and place of the row that looks most like headings."""
    scored = [(head_score([tidy(cell) for cell in row]), at) for at, row in enumerate(rows[:HEAD_WITHIN])]
    return max(scored, key=lambda one: (one[0], -one[1]), default=((0, 0), 0))


def _sheet(name: str, rows: list[Cells], at: int) -> Sheet:
    head = [tidy(cell) for cell in rows[at]]
    kept = [place for place, heading in enumerate(head) if heading]
    lines: list[Line] = []
    for number, row in enumerate(rows[at + 1 :], at + 2):
        cells = tuple(_clean(row[place]) if place < len(row) else None for place in kept)
        is_first = not lines
        if all(cell is None for cell in cells) or (is_first and is_numbering([tidy(cell) for cell in cells])):
            continue
        lines.append(Line(number, cells))
    if len(lines) > MAX_ROWS:
        raise ReadError(f"Tệp dài hơn {MAX_ROWS} dòng. Xin chia thành nhiều tệp.")
    if not lines:
        raise ReadError(f"Dưới dòng tiêu đề (dòng {at + 1}) không có câu trả lời nào. Xin chọn đúng trang câu trả lời.")
    letters = tuple(get_column_letter(place + 1) for place in kept)
    return Sheet(name, at + 1, tuple(named_apart([head[place] for place in kept])), letters, tuple(lines))


def _clean(value: Any) -> Any:
    """Return a cell as it is kept: text composed and trimmed, its line ends left; None for nothing."""
    if value is None or isinstance(value, bool | int | float | datetime | date):
        return value
    text = unicodedata.normalize("NFC", str(value)).replace("\u200b", "").replace("\ufeff", "").strip()
    return text or None
