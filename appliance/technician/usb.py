"""USB sticks: where they are mounted, and files put there whole: a temporary name, synced, then renamed."""

import contextlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from appliance.durable import fsync_folder

PLUGGED = ("media", "run/media")


class StickError(OSError):
    """There is no stick to write to, or it cannot be written; `str()` is Vietnamese, with the way out."""


def sticks(own: Sequence[str], root: Path = Path("/")) -> list[Path]:
    """Return the folders of mounted sticks that can be written. own: folders of the settings, taken as they are.

    A mount without a device behind it (major number 0) is memory: the image's own root leaves one under /media.
    """
    mounted = [
        folder
        for place in PLUGGED
        for pattern in ("*", "*/*")
        for folder in sorted((root / place).glob(pattern))
        if folder.is_mount() and os.major(folder.stat().st_dev)
    ]
    found = [*(Path(each) for each in own), *mounted]
    return [folder for folder in found if folder.is_dir() and os.access(folder, os.W_OK)]


def the_stick(own: Sequence[str], root: Path = Path("/")) -> Path:
    """Return the one stick to write to. Raises StickError."""
    found = sticks(own, root)
    if not found:
        raise StickError("Không thấy USB ghi được. Cắm USB (FAT32 hoặc exFAT), chờ 5 giây rồi thử lại.")
    return found[0]


def put(stick: Path, write: Callable[[BinaryIO], str]) -> Path | None:
    """Put a file on a stick, whole or not at all; returns it once the stick may be pulled. Raises StickError.

    write: returns what the file is to be called, "" for no file.
    """
    temporary = stick / f".hailong-{os.urandom(4).hex()}.part"
    try:
        with temporary.open("wb") as file:
            name = write(file)
            file.flush()
            os.fsync(file.fileno())
            if name:
                temporary.replace(stick / name)
                os.fsync(file.fileno())  # on FAT a new name says "no bytes" until the file itself is synced under it
        if not name:
            temporary.unlink()
            return None
        fsync_folder(stick)
    except OSError as error:
        _forget(temporary)
        raise StickError(f"USB không ghi được ({error.strerror or type(error).__name__}). Thử USB khác.") from error
    except BaseException:
        _forget(temporary)
        raise
    return stick / name


def _forget(temporary: Path) -> None:
    with contextlib.suppress(OSError):  # the stick may be gone
        temporary.unlink(missing_ok=True)
