"""The boot partition inside a card: one row's files put there and read back, without mounting anything."""

import contextlib
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from provisioning import card
from provisioning.flash.source import FlashError
from provisioning.flash.write import forget, words_of
from provisioning.image.tools import ImageError, digest, run
from provisioning.mbr import SECTOR, entries
from provisioning.rows import Row

FAT_KINDS: Final = (0x0B, 0x0C, 0x0E, 0x06, 0xEF)
QUIET: Final = {"MTOOLS_SKIP_CHECK": "1"}


def fat_start(first: bytes) -> int | None:
    """Return where the boot partition begins, in bytes, by a disk's first sector; None where it has none. Pure."""
    return next((one.start for one in entries(first) if one.kind in FAT_KINDS), None)


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


def put(path: Path, row: Row, files: Mapping[str, bytes], bundle: Path | None = None) -> list[str]:
    """Write a row's files on a card and read them back from it; returns the row's names. Raises CardError.

    bundle: an archive that is laid on the boot partition first, for a stock system.
    """
    at = f"{path}@@{start_of(path)}"
    try:
        with tempfile.TemporaryDirectory(prefix="hailong-") as folder:
            if bundle is not None:
                with tarfile.open(bundle) as archive:
                    archive.extractall(folder, filter="data")
            names = card.write(Path(folder), files, row)
            tops = sorted(Path(folder).iterdir())
            run(["mcopy", "-s", "-o", "-Q", "-i", at, *map(str, tops), "::"], environment=QUIET)
            forget(path)
            wrong = differing(at, Path(folder))
    except tarfile.TarError:
        raise FlashError(f"{bundle} không phải gói cài (.tar). Xin chép lại.") from None
    except OSError as error:
        raise FlashError(words_of(error, path)) from error
    except ImageError as error:
        is_full = "Disk full" in str(error)
        words = "phân vùng khởi động không đủ chỗ. Xin dùng hình ảnh khác hoặc gói nhỏ hơn." if is_full else str(error)
        raise FlashError(f"{path}: {words}") from error
    if wrong:
        raise FlashError(f"{path}: {'; '.join(wrong[:5])}. Xin ghi lại; nếu vẫn thế, thay thẻ.")
    return names


def differing(at: str, folder: Path) -> list[str]:
    """Return which files of a folder a card has otherwise, in Vietnamese. at: the partition as mtools names it."""
    with tempfile.TemporaryDirectory(prefix="hailong-") as back:
        for top in sorted(folder.iterdir()):
            with contextlib.suppress(ImageError):  # what does not come is found missing
                run(["mcopy", "-s", "-n", "-Q", "-i", at, f"::{top.name}", back], environment=QUIET)
        wanted = [each.relative_to(folder) for each in sorted(folder.rglob("*")) if each.is_file()]
        return [
            f"đọc lại tệp {each} không đúng"
            for each in wanted
            if not (Path(back) / each).is_file() or digest(Path(back) / each) != digest(folder / each)
        ]
