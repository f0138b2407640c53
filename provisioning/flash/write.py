"""Puts an image on one card and reads it back from the card itself, not from this machine's memory."""

import contextlib
import errno
import fcntl
import hashlib
import mmap
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from provisioning.flash.source import BLOCK, FlashError, Image, opened

SYNC_BYTES: Final = 32 << 20
"""Written between two waits for the card: progress stays honest, and the laptop's memory is left to others."""
FORGET: Final = 0x1261  # BLKFLSBUF
Told = Callable[[int], None]


def words_of(error: OSError, path: Path) -> str:
    """Return what went wrong with a card, in Vietnamese with the way out."""
    said = {
        errno.EBUSY: "đang được chương trình khác dùng. Xin tháo (umount) rồi chạy lại",
        errno.EACCES: "cần quyền ghi. Xin chạy bằng sudo",
        errno.EPERM: "cần quyền ghi. Xin chạy bằng sudo",
        errno.ENOSPC: "hết chỗ. Xin dùng thẻ lớn hơn",
        errno.EIO: "lỗi đọc hoặc ghi: thẻ hỏng hoặc đầu đọc lỏng. Xin thay thẻ",
        errno.ENOMEDIUM: "thẻ đã rút ra. Xin cắm lại và ghi lại từ đầu",
        errno.ENODEV: "thẻ đã rút ra. Xin cắm lại và ghi lại từ đầu",
        errno.ENXIO: "thẻ đã rút ra. Xin cắm lại và ghi lại từ đầu",
        errno.EROFS: "bị khóa ghi. Xin gạt lẫy khóa, hoặc thay thẻ",
    }.get(error.errno or 0, error.strerror or type(error).__name__)
    return f"{path}: {said}."


def write(image: Image, path: Path, told: Told) -> None:
    """Write an image over a card or into a file; all of it is on the card when this returns. Raises FlashError.

    told: called with how many bytes were written since the last call.
    """
    try:
        handle = _opened(path, image.size_bytes)
        try:
            _fill(image, handle, _is_card(handle), told)
        finally:
            os.close(handle)
    except OSError as error:
        raise FlashError(words_of(error, path)) from error


def _opened(path: Path, size_bytes: int) -> int:
    if path.is_block_device():
        return os.open(path, os.O_WRONLY | os.O_EXCL)  # the system refuses it where a part is mounted
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # its card holds an enrolment code
    os.truncate(handle, size_bytes)
    return handle


def _is_card(handle: int) -> bool:
    return stat.S_ISBLK(os.fstat(handle).st_mode)


def _fill(image: Image, handle: int, is_card: bool, told: Told) -> None:
    at, synced = 0, 0
    with opened(image.path) as file:
        while block := file.read(BLOCK):
            if is_card or block.count(0) != len(block):  # holes of a file stay holes
                _put(handle, block, at)
            at += len(block)
            if at - synced >= SYNC_BYTES:
                os.fdatasync(handle)
                synced = at
            told(len(block))
    os.fsync(handle)
    if at != image.size_bytes:
        raise FlashError(f"{image.path.name} đã thay đổi trong khi ghi. Xin ghi lại.")


def _put(handle: int, block: bytes, at: int) -> None:
    done = 0
    while done < len(block):
        done += os.pwrite(handle, block[done:], at + done)


def read_back(path: Path, size_bytes: int, told: Told) -> str:
    """Return the SHA-256 of a card's first bytes, past this machine's memory where it lets us. Raises FlashError.

    told: called with how many bytes were read since the last call.
    """
    whole, at = hashlib.sha256(), 0
    try:
        forget(path)
        handle = _direct(path)
        try:
            with mmap.mmap(-1, BLOCK) as buffer:  # a whole page's beginning, as direct reading wants it
                while at < size_bytes:
                    count = min(os.preadv(handle, [buffer], at), size_bytes - at)
                    if count <= 0:
                        break
                    whole.update(buffer[:count])
                    at += count
                    told(count)
        finally:
            os.close(handle)
    except OSError as error:
        raise FlashError(words_of(error, path)) from error
    return whole.hexdigest()


def _direct(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECT)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a file system in memory knows no other way
            raise
        return os.open(path, os.O_RDONLY)


def forget(path: Path) -> None:
    """Have the system write out what it holds of a card, and forget it. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        if _is_card(handle):
            with contextlib.suppress(OSError):  # only root may
                fcntl.ioctl(handle, FORGET)
    finally:
        os.close(handle)
