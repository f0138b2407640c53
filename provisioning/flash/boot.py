"""The boot partition inside a card: one row's files put there and read back, without mounting anything."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from provisioning import card
from provisioning.flash.source import FlashError
from provisioning.flash.write import forget, words_of
from provisioning.image.tools import ImageError, run
from provisioning.rows import Row

SECTOR: Final = 512
FAT_KINDS: Final = (0x0B, 0x0C, 0x0E, 0x06, 0xEF)
ENTRIES: Final = range(446, 510, 16)
QUIET: Final = {"MTOOLS_SKIP_CHECK": "1"}


def fat_start(first: bytes) -> int | None:
    """Return where the boot partition begins, in bytes, by a disk's first sector; None where it has none. Pure."""
    if len(first) < SECTOR or first[510:512] != b"\x55\xaa":
        return None
    for at in ENTRIES:
        if first[at + 4] in FAT_KINDS:
            return int.from_bytes(first[at + 8 : at + 12], "little") * SECTOR
    return None


def start_of(path: Path) -> int:
    """Return where a card's boot partition begins. Raises FlashError."""
    try:
        with path.open("rb") as file:
            start = fat_start(file.read(SECTOR))
    except OSError as error:
        raise FlashError(words_of(error, path)) from error
    if start is None:
        raise FlashError(f"{path}: hình ảnh không có phân vùng khởi động. Xin dùng hình ảnh của Hài Lòng.")
    return start


def put(path: Path, row: Row, files: Mapping[str, bytes]) -> list[str]:
    """Write a row's files on a card and read them back from it; returns their names. Raises CardError."""
    at = f"{path}@@{start_of(path)}"
    try:
        with tempfile.TemporaryDirectory(prefix="hailong-") as folder:
            names = card.write(Path(folder), files, row)
            for each in sorted(Path(folder).iterdir()):
                run(["mcopy", "-s", "-o", "-Q", "-i", at, str(each), "::"], environment=QUIET)
        forget(path)
        wrong = differing(path, files)
    except OSError as error:
        raise FlashError(words_of(error, path)) from error
    except ImageError as error:
        raise FlashError(f"{path}: {error}") from error
    if wrong:
        raise FlashError(f"{path}: {'; '.join(wrong)}. Xin ghi lại; nếu vẫn thế, thay thẻ.")
    return names


def differing(path: Path, files: Mapping[str, bytes]) -> list[str]:
    """Return what a card has otherwise than it should, in Vietnamese. Raises ImageError."""
    at = f"{path}@@{start_of(path)}"
    with tempfile.TemporaryDirectory(prefix="hailong-") as folder:
        for name in files:
            target = Path(folder) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            _take(at, name, target)
        return card.verify(Path(folder), files)


def _take(at: str, name: str, target: Path) -> None:
    try:
        run(["mcopy", "-n", "-i", at, f"::{name}", str(target)], environment=QUIET)
    except ImageError:
        if os.path.exists(target):
            target.unlink()  # half a file is a missing one
