"""Other people's programs, run with lists of our own words; what fails is said with the program's last line."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

PLACES: Final = "/usr/sbin:/sbin"
BLOCK: Final = 1 << 20


class ImageError(Exception):
    """The image cannot be made; `str()` says why and what to do, in Vietnamese."""


def plain_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what other people's programs are run with: theirs in the path, their words in one language."""
    path = f"{os.environ.get('PATH', '')}:{PLACES}"
    return {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", **(more or {})}


def run(words: Sequence[str], *, environment: Mapping[str, str] | None = None, log: Path | None = None) -> str:
    """Run a program and return what it wrote; log: where its words go instead. Raises ImageError."""
    env = plain_environment(environment)
    try:
        with (log or Path(os.devnull)).open("a", encoding="utf-8") as file:
            done = subprocess.run(
                words, check=False, text=True, env=env,
                stdout=file if log else subprocess.PIPE, stderr=file if log else subprocess.PIPE,
            )  # fmt: skip
    except FileNotFoundError:
        raise ImageError(f"Máy này chưa có chương trình {words[0]}. Xin cài: {needs()}") from None
    if done.returncode != 0:
        last = (log.read_text(encoding="utf-8", errors="replace") if log else done.stderr or "").strip().splitlines()
        raise ImageError(f"{words[0]} không làm được ({done.returncode}): {last[-1] if last else 'không rõ vì sao'}")
    return done.stdout or ""


def needs() -> str:
    """Return the line that installs what is needed."""
    return "apt install mmdebstrap qemu-user-static dosfstools mtools e2fsprogs fdisk zstd gcc-aarch64-linux-gnu swig"


def digest(path: Path) -> str:
    """Return a file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy(source: Path, target: Path) -> None:
    """Copy a tree over another: bytes, everything root's, one of two modes, no times; what was compiled stays away."""
    for path in sorted(source.rglob("*")):
        at = target / path.relative_to(source)
        if "__pycache__" in path.parts:
            continue
        if path.is_dir():
            at.mkdir(parents=True, exist_ok=True)
            continue
        at.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, at)
        at.chmod(0o755 if os.access(path, os.X_OK) else 0o644)
