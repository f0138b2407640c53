"""From a card to a folder as the kiosk left it: partition copied out, mended and opened on the copy, unmounted."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from provisioning.image.tools import ImageError, needs, plain_environment, run
from provisioning.mbr import SECTOR
from provisioning.recover.copying import CHUNK, Copied, Read, RecoverError, copied
from provisioning.recover.partitions import HEAD, Stretch, ext4_bytes, of_table, steps

OUTBOX: Final = "outbox.db"
PLACES: Final = ("kiosk", "var/lib/hailong", "lost+found", ".")
MENDED: Final = 3  # e2fsck: 0 sound, 1 mended, 2 mended and a restart is wanted
Say = Callable[[str], None]
Told = Callable[[int], None]


@dataclass(frozen=True)
class Extracted:
    """A kiosk's folder, a copy. was_mended: the file system had faults; copy: None where a folder was given."""

    folder: Path
    copy: Copied | None = None
    was_mended: bool = False


def of_folder(source: Path, work: Path) -> Extracted:
    """Return a copy of a kiosk's folder, found in a folder of its partition. Raises RecoverError."""
    there = _kiosk(source)
    if there is None:
        raise RecoverError(f"Trong {source} không có hộp phiếu ({OUTBOX}). Xin chỉ thư mục dữ liệu của ki-ốt.")
    try:
        shutil.copytree(there, work / "kiosk")
    except (OSError, shutil.Error):
        raise RecoverError(f"Không đọc được hết {there}. Xin chạy bằng sudo, hoặc đưa cả thẻ.") from None
    return Extracted(work / "kiosk")


def of_card(source: Path, work: Path, say: Say, told: Callable[[int], Told]) -> Extracted:
    """Return a copy of a kiosk's folder off a card or an image of one; the card is only read. Raises RecoverError.

    told: called with how many bytes will be copied, returns what is told of each step.
    """
    try:
        handle = os.open(source, os.O_RDONLY)
    except OSError as error:
        words = "Xin chạy bằng sudo." if isinstance(error, PermissionError) else "Xin xem lại thẻ."
        raise RecoverError(f"Không mở được {source} ({error.strerror}). {words}") from error
    try:
        size = os.lseek(handle, 0, os.SEEK_END)
        for number, stretch in enumerate(_stretches(lambda at, count: os.pread(handle, count, at), size)):
            found = _tried(handle, stretch, work / f"phan-vung-{number}.img", say, told)
            if found is not None:
                return found
    finally:
        os.close(handle)
    raise RecoverError(f"Không tìm thấy hộp phiếu trên {source}. Các bản sao còn ở {work}: xin gửi về trung tâm.")


def _stretches(read: Read, size_bytes: int) -> Iterator[Stretch]:
    """Yield where the data may lie, likeliest first."""
    first = _quiet(read, 0, SECTOR)
    table = of_table(first, size_bytes)
    yield from table
    if not table:
        for at in [at for at in steps(size_bytes) if ext4_bytes(_quiet(read, at, HEAD))][::-1]:
            yield Stretch(at, ext4_bytes(_quiet(read, at, HEAD)))


def _quiet(read: Read, at: int, count: int) -> bytes:
    try:
        return read(at, count)
    except OSError:
        return b""


def _tried(handle: int, where: Stretch, out: Path, say: Say, told: Callable[[int], Told]) -> Extracted | None:
    def read(at: int, count: int) -> bytes:
        return os.pread(handle, count, at)

    say(f"chép phân vùng ở {where.start // CHUNK} MB, {where.size_bytes // CHUNK} MB")
    copy = copied(read, where.start, where.size_bytes, out, told(where.size_bytes))
    was_mended = mend(out)
    folder = opened(out, out.with_suffix(""))
    if folder is None:
        return None
    out.unlink()
    return Extracted(folder, copy, was_mended)


def mend(copy: Path) -> bool:
    """Replay the journal of a copied partition and mend it; returns whether anything was wrong. Raises RecoverError."""
    words = ["e2fsck", "-fy", str(copy)]
    try:
        done = subprocess.run(words, check=False, capture_output=True, env=plain_environment())
    except FileNotFoundError:
        raise RecoverError(f"Máy này chưa có chương trình e2fsck. Xin cài: {needs()}") from None
    return 0 < done.returncode <= MENDED or b"UNEXPECTED" in done.stdout


def opened(copy: Path, into: Path) -> Path | None:
    """Take the kiosk's folder out of a copied partition; returns it, None where there is none."""
    for place in PLACES[:3]:
        target = into / place
        target.parent.mkdir(parents=True, exist_ok=True)  # debugfs makes the folder itself, and only itself
        try:
            run(["debugfs", "-R", f'rdump "/{place}" "{target.parent}"', str(copy)])
        except ImageError:
            continue
        found = _kiosk(target)
        if found is not None:
            return found
    return None


def _kiosk(folder: Path) -> Path | None:
    for place in (".", *PLACES):
        if (folder / place / OUTBOX).is_file():
            return folder / place
    inner = sorted(each.parent for each in folder.glob(f"*/{OUTBOX}") if not each.parent.name.startswith("damaged-"))
    return inner[0] if inner else None
