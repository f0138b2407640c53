"""Files that a card or a stick holds once they are said to be there, pulled a moment later or not."""

import os
from pathlib import Path


def put(path: Path, body: bytes, mode: int = 0o644) -> None:
    """Write a file, the old one or the new one at any moment, and have the disk hold it. Raises OSError.

    Synced again under its name: on FAT a new name says "no bytes" until the file itself is.
    """
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
