"""Files and names that outlive a power cut."""

import os
from pathlib import Path


def write_durably(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file so that after a power cut it is the old one or the new one, whole."""
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    fsync_folder(path.parent)


def copies(path: Path) -> tuple[Path, Path]:
    """Return where a file that must not be lost lies: itself, and its copy."""
    return path, path.with_name(f"{path.name}.again")


def write_twice(path: Path, data: bytes) -> None:
    """Write a file and its copy, the copy first: a card that loses one block does not lose both."""
    for each in copies(path)[::-1]:
        write_durably(each, data)


def fsync_folder(folder: Path) -> None:
    """Make names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
