"""An export of leaves held against signed heads, with nothing but the files: no database, no network."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from server.seals import note
from server.seals.note import Head, Key
from server.seals.tree import consistency_proof, goes_on, roots_at

COLUMNS: Final = "place;leaf;day"
MISMATCH: Final = 3
"""The exit code where files do not fit; 0 where they do, 1 where one cannot be read."""


class FileError(ValueError):
    """A file that cannot be read; `str()` names it and says why, in Vietnamese and English."""


class Result(msgspec.Struct, frozen=True):
    """What a check found: lines for people, and whether everything fits."""

    lines: list[str]
    fits: bool


def read_leaves(path: Path) -> list[bytes]:
    """Return the leaves of an export in order. Raises FileError naming the line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{path}: không đọc được / cannot be read: {error}") from None
    if not lines or lines[0] != COLUMNS:
        raise FileError(f"{path}: dòng đầu phải là / the first line must be {COLUMNS}")
    return [_leaf(path, at, line) for at, line in enumerate(lines[1:], 1)]


def _leaf(path: Path, at: int, line: str) -> bytes:
    place, leaf, *_ = (*line.split(";"), "")
    try:
        found = bytes.fromhex(leaf)
    except ValueError:
        found = b""
    if place != str(at) or len(found) != 32:
        raise FileError(f"{path}: dòng {at + 1} hỏng, đáng lẽ là phiếu thứ {at} / line {at + 1} is not place {at}")
    return found


def read_head(path: Path, key: Key | None) -> Head:
    """Return a head of a file; its signature is checked where a key is given. Raises FileError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{path}: không đọc được / cannot be read: {error}") from None
    try:
        return note.read(text) if key is None else note.check(text, key)
    except note.NoteError as error:
        raise FileError(f"{path}: {error}") from None


def compare(leaves: list[bytes], heads: Iterable[Head], other: list[bytes] | None = None) -> Result:
    """Return whether the first leaves of an export are those the heads were signed over, head by head.

    other: another export, to tell the very place that differs.
    """
    ordered = sorted(heads, key=lambda one: (one.size, one.time))
    roots = roots_at(leaves, [one.size for one in ordered])
    lines, good, is_whole = [], 0, True
    for one in ordered:
        if roots.get(one.size) == one.root:
            lines.append(f"KHỚP / MATCH: {_named(one)}")
            good = max(good, one.size) if is_whole else good
            continue
        lines.append(f"KHÔNG KHỚP / NO MATCH: {_named(one)}: {_why(leaves, one, good)}")
        is_whole = False
    if other is not None:
        lines.append(_difference(leaves, other))
    return Result(lines, is_whole)


def _named(one: Head) -> str:
    return f"dấu ngày / head of {one.day:%d/%m/%Y}, {one.size} phiếu / ballots"


def _why(leaves: list[bytes], one: Head, good: int) -> str:
    if len(leaves) < one.size:
        return f"tệp chỉ có {len(leaves)} phiếu / the export has only {len(leaves)}"
    return (
        f"chỗ khác đầu tiên nằm trong các phiếu {good + 1} đến {one.size} / "
        f"the first difference lies in places {good + 1} to {one.size}"
    )


def _difference(leaves: list[bytes], other: list[bytes]) -> str:
    for at, (one, two) in enumerate(zip(leaves, other, strict=False), 1):
        if one != two:
            return f"Hai tệp khác nhau từ phiếu thứ {at} / the two exports differ from place {at}"
    if len(leaves) == len(other):
        return "Hai tệp giống hệt nhau / the two exports are the same"
    short = min(len(leaves), len(other))
    return f"Hai tệp giống nhau {short} phiếu đầu / the two exports agree on the first {short} places"


def grew(old: Head, new: Head, leaves: list[bytes]) -> Result:
    """Return whether the newer head goes on from the older one, by a consistency proof made of the export's leaves."""
    if old.origin != new.origin:
        words = f"hai sổ khác nhau / two different logs: {old.origin}, {new.origin}"
        return Result([f"KHÔNG KHỚP / NO MATCH: {words}"], fits=False)
    if new.size < old.size:
        words = f"dấu sau nhỏ hơn dấu trước / the newer head is smaller: {new.size} < {old.size}"
        return Result([f"KHÔNG KHỚP / NO MATCH: {words}"], fits=False)
    if len(leaves) < new.size:
        return Result([f"KHÔNG KHỚP / NO MATCH: {_named(new)}: {_why(leaves, new, 0)}"], fits=False)
    if not old.size:
        return Result(["KHỚP / MATCH: dấu trước chưa có phiếu nào / the older head is empty"], fits=True)
    proof = consistency_proof(leaves[: new.size], old.size)
    if goes_on((old.size, old.root), (new.size, new.root), proof):
        words = f"{old.size} → {new.size} phiếu, chỉ thêm / ballots, only added"
        return Result([f"KHỚP / MATCH: {words} ({len(proof)} bước / steps)"], fits=True)
    words = (
        f"dấu {new.day:%d/%m/%Y} không nối tiếp dấu {old.day:%d/%m/%Y} / the newer head does not go on from the older"
    )
    return Result([f"KHÔNG KHỚP / NO MATCH: {words}"], fits=False)
