"""What the signatures vouch for: the list of releases, release.json and archives; everything else is refused."""

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from tuf.api.exceptions import DownloadError, ExpiredMetadataError, RepositoryError
from tuf.api.metadata import TargetFile
from tuf.ngclient import Updater

from appliance.updates.sources import Fetcher, Source, SourceError
from launcher import slots
from survey.release import INDEX, METADATA, MOST_RELEASE_BYTES, TARGETS, Label, Release, release_file

log = logging.getLogger(__name__)

T = TypeVar("T")
Counted = Callable[[int], None]

MOST_INDEX_BYTES: Final = 1_000_000


class TrustError(Exception):
    """What a source holds is not to be believed, or cannot be had. words: Vietnamese, with the way out."""

    def __init__(self, words: str, why: str) -> None:
        super().__init__(why)
        self.words = words


class Trust:
    """One look at one source, begun from the root that came with the image."""

    def __init__(self, source: Source, folder: Path, root: bytes) -> None:
        """folder: where the lists last believed are kept; they never go back. Raises TrustError."""
        self._source = source
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._updater = Updater(
                str(folder), f"{METADATA}/", target_base_url=f"{TARGETS}/", fetcher=Fetcher(source), bootstrap=root
            )
            self._updater.refresh()
        except ExpiredMetadataError as error:
            words = "Chữ ký đã hết hạn. Xin nhờ người phát hành ký lại (release refresh)."
            raise TrustError(words, str(error)) from error
        except RepositoryError as error:
            raise TrustError("Chữ ký không đúng hoặc đã bị lùi; bản này không được dùng.", str(error)) from error
        except (DownloadError, OSError) as error:
            raise TrustError("Không đọc được kho bản phát hành.", str(error)) from error

    def labels(self) -> list[Label]:
        """Return all signed releases. Raises TrustError."""
        return self._small(INDEX, list[Label], MOST_INDEX_BYTES)[0]

    def release(self, label: Label) -> tuple[Release, bytes]:
        """Return a release.json and its bytes. Raises TrustError."""
        name = release_file(label.version, label.architecture, label.python)
        return self._small(name, Release, MOST_RELEASE_BYTES)

    def size_of(self, name: str) -> int:
        """Return the bytes of a signed file. Raises TrustError."""
        return self._info(name).length

    def fetch(self, name: str, into: Path, counted: Counted = lambda size: None) -> Path:
        """Return a signed file, fetched into a folder; what is there already is gone on with. Raises TrustError.

        Nothing gets its own name before its hash is right. counted: told how many bytes are there, after each piece.
        """
        info = self._info(name)
        whole = into / info.hashes["sha256"]
        if whole.exists() and slots.hash_of(whole) == info.hashes["sha256"]:
            return whole
        part = into / f"{whole.name}.part"
        self._go_on(info, part, counted)
        if slots.hash_of(part) != info.hashes["sha256"]:
            part.unlink()
            raise TrustError("Tệp tải về không đúng chữ ký nên bị bỏ.", f"{name} is not what was signed")
        part.replace(whole)
        return whole

    def _go_on(self, info: TargetFile, part: Path, counted: Counted) -> None:
        start = part.stat().st_size if part.exists() else 0
        if start >= info.length:
            part.unlink(missing_ok=True)
            start = 0
        try:
            with part.open("r+b" if start else "wb") as file:
                for at, piece in self._source.read(_path(info), start):
                    if at + len(piece) > info.length:
                        raise TrustError("Tệp tải về dài hơn chữ ký cho phép.", f"{info.path} is too long")
                    file.seek(at)
                    file.write(piece)
                    counted(at + len(piece))
                file.truncate()
                file.flush()
                os.fsync(file.fileno())
        except (DownloadError, SourceError, OSError) as error:
            raise TrustError("Tải chưa xong; lần sau máy tải tiếp.", str(error)) from error

    def _small(self, name: str, kind: type[T], most: int) -> tuple[T, bytes]:
        info = self._info(name)
        if info.length > most:
            raise TrustError("Bản phát hành không hợp lệ.", f"{name} is {info.length} bytes long")
        try:
            body = b"".join(part for _, part in self._source.read(_path(info)))
            info.verify_length_and_hashes(body)
            return msgspec.json.decode(body, type=kind), body
        except (DownloadError, SourceError, OSError) as error:
            raise TrustError("Không đọc được kho bản phát hành.", str(error)) from error
        except (RepositoryError, msgspec.MsgspecError) as error:
            raise TrustError("Tệp không đúng chữ ký nên bị bỏ.", f"{name}: {error}") from error

    def _info(self, name: str) -> TargetFile:
        info = self._updater.get_targetinfo(name)
        if info is None or "sha256" not in info.hashes:
            raise TrustError("Kho không có tệp của bản này.", f"{name} is not signed here")
        return info


def _path(info: TargetFile) -> str:
    return f"{TARGETS}/{info.hashes['sha256']}.{info.path}"
