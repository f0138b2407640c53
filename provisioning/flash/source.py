"""An image as it is kept, plain or compressed, and its proof: nothing is written that differs from its manifest."""

import gzip
import hashlib
import json
import lzma
import subprocess
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from provisioning.card import CardError

BLOCK: Final = 4 << 20
PACKED: Final = (".zst", ".xz", ".gz")


class FlashError(CardError):
    """A card that was not made; `str()` says why and what to do, in Vietnamese."""


@dataclass(frozen=True)
class Image:
    """An image that was proven. size_bytes, sha256: of what stands on the card, unpacked."""

    path: Path
    size_bytes: int
    sha256: str


def manifest_of(path: Path) -> Path:
    """Return where an image's manifest lies.

    >>> manifest_of(Path("a/hailong.img.zst")).as_posix()
    'a/hailong.manifest.json'
    """
    plain = path.with_suffix("") if path.suffix in PACKED else path
    return plain.with_suffix(".manifest.json")


def expected(path: Path, sha256: str = "") -> str:
    """Return the digest an image must have: given by hand, or its manifest's. Raises FlashError."""
    if sha256:
        return sha256.strip().lower()
    manifest = manifest_of(path)
    try:
        return str(json.loads(manifest.read_bytes())["sha256"])
    except FileNotFoundError:
        words = f"Không thấy bản kê {manifest.name} cạnh {path.name}. Xin chép cả hai tệp, hoặc ghi --sha256."
        raise FlashError(words) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise FlashError(f"Bản kê {manifest.name} hỏng. Xin chép lại.") from None


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open an image as it will stand on the card. Raises FlashError, also at the end of a file that is cut short."""
    try:
        if path.suffix == ".zst":
            with _zstd(path) as file:
                yield file
            return
        if path.suffix == ".xz":
            with lzma.open(path) as unpacked:
                yield unpacked  # type: ignore[misc]
            return
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as plain:
            yield plain  # type: ignore[misc]
    except (EOFError, lzma.LZMAError, zlib.error, gzip.BadGzipFile):
        raise FlashError(f"{path.name} hỏng hoặc chép chưa xong. Xin chép lại tệp hình ảnh.") from None
    except FileNotFoundError:
        raise FlashError(f"Không thấy hình ảnh {path}. Xin xem lại tên tệp.") from None


@contextmanager
def _zstd(path: Path) -> Iterator[BinaryIO]:
    if not path.exists():
        raise FileNotFoundError(path)
    try:
        words = ["zstd", "-dcq", str(path)]
        work = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except FileNotFoundError:
        raise FlashError("Máy này chưa có chương trình zstd. Xin cài: apt install zstd") from None
    assert work.stdout is not None
    try:
        yield work.stdout  # type: ignore[misc]
        if work.stdout.read(1) == b"" and work.wait() != 0:
            raise EOFError
    finally:
        work.stdout.close()
        work.kill()
        work.wait()


def proven(path: Path, sha256: str, told: Callable[[int], None] = lambda size: None) -> Image:
    """Return an image once all of it was read and has the digest. Raises FlashError.

    told: called with how many bytes were read since the last call.
    """
    whole, size = hashlib.sha256(), 0
    with opened(path) as file:
        while block := file.read(BLOCK):
            whole.update(block)
            size += len(block)
            told(len(block))
    if whole.hexdigest() != sha256:
        there = f"{whole.hexdigest()[:12]}…, cần {sha256[:12]}…"
        raise FlashError(f"{path.name} khác bản kê của nó (sha256 {there}). Xin chép lại; chưa ghi thẻ nào.")
    return Image(path, size, sha256)
