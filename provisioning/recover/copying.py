"""Copies a stretch of a card that may be failing: what cannot be read is zeroes, counted and told."""

import errno
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from provisioning.card import CardError

Read = Callable[[int, int], bytes]
"""(offset, count) → the bytes there, fewer at the end. Raises OSError."""
CHUNK: Final = 1 << 20
BLOCK: Final = 4096
BAD: Final = (errno.EIO, errno.ENODATA, errno.EILSEQ, errno.ETIMEDOUT, errno.EREMOTEIO, errno.EBADMSG)


class RecoverError(CardError):
    """Ballots that could not be taken off; `str()` says why and what to do, in Vietnamese."""


@dataclass(frozen=True)
class Copied:
    """A stretch copied. bad_bytes: how many of them could not be read and are zeroes."""

    size_bytes: int
    bad_bytes: int


def copied(read: Read, start: int, size_bytes: int, out: Path, told: Callable[[int], None]) -> Copied:
    """Write a stretch of a card into a file, holes where there is nothing. Raises RecoverError.

    told: called with how many bytes were copied since the last call.
    """
    bad = 0
    try:
        with out.open("wb") as file:
            file.truncate(size_bytes)
            for at in range(0, size_bytes, CHUNK):
                body, missing = _read(read, start + at, min(CHUNK, size_bytes - at))
                bad += missing
                if body.count(0) != len(body):
                    file.seek(at)
                    file.write(body)
                told(len(body))
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise RecoverError(f"{out.parent} hết chỗ. Xin chọn nơi có chỗ trống cho cả phân vùng.") from error
        words = f"Thẻ không đọc tiếp được ({error.strerror}): đã rút ra hoặc đầu đọc lỏng. Xin cắm lại và làm lại."
        raise RecoverError(words) from error
    return Copied(size_bytes, bad)


def _read(read: Read, at: int, count: int) -> tuple[bytes, int]:
    """Return a stretch with zeroes where it cannot be read, and how many; halved until only what is bad is lost."""
    try:
        found = read(at, count)
    except OSError as error:
        if error.errno not in BAD:
            raise
        found = b""
    if len(found) == count:
        return found, 0
    if count <= BLOCK:
        return found.ljust(count, b"\0"), count - len(found)
    half = max(BLOCK, count // 2 // BLOCK * BLOCK)
    (left, lost), (right, more) = _read(read, at, half), _read(read, at + half, count - half)
    return left + right, lost + more
