"""Where releases come from: the centre over HTTP, or a stick's folder of the same layout; nothing is believed here."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

import requests
from tuf.api.exceptions import DownloadError, DownloadHTTPError
from tuf.ngclient import FetcherInterface

from appliance.link import trusted_authorities
from survey.release import UPDATES

PART_BYTES: Final = 1 << 16
CONNECT_S: Final = 10.0
READ_S: Final = 30.0
NOT_FOUND: Final = 404
PARTIAL: Final = 206


class SourceError(Exception):
    """Nothing could be fetched; `str()` says from where and why."""


class Source(Protocol):
    """A published repository."""

    def read(self, path: str, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """Yield a file's pieces with the place of each, from `start` on where that can be had, else from 0.

        Raises DownloadHTTPError for a file that is not there, SourceError or OSError for anything else.
        """


class Centre:
    """The centre's own address."""

    def __init__(self, centre: str) -> None:
        self._base = f"{centre.rstrip('/')}{UPDATES}/"
        self._session = requests.Session()
        self._session.verify = trusted_authorities()

    def read(self, path: str, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """Yield a file's pieces; see Source."""
        headers = {"accept-encoding": "identity"} | ({"range": f"bytes={start}-"} if start else {})
        url = self._base + path
        try:
            with self._session.get(
                url, headers=headers, stream=True, timeout=(CONNECT_S, READ_S), allow_redirects=False
            ) as answer:
                if answer.status_code not in {200, PARTIAL}:
                    raise DownloadHTTPError(f"{url}: {answer.status_code}", answer.status_code)
                at = start if answer.status_code == PARTIAL else 0
                for part in answer.iter_content(PART_BYTES):
                    yield at, part
                    at += len(part)
        except requests.RequestException as error:
            raise SourceError(f"{url}: {type(error).__name__}") from error


class Folder:
    """A folder of a stick."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str, start: int = 0) -> Iterator[tuple[int, bytes]]:
        """Yield a file's pieces; see Source."""
        at = self._folder / path
        if ".." in path.split("/") or not at.is_file():
            raise DownloadHTTPError(f"{at} is not there", NOT_FOUND)
        with at.open("rb") as file:
            file.seek(start)
            while part := file.read(PART_BYTES):
                yield start, part
                start += len(part)


class Fetcher(FetcherInterface):
    """TUF's way to a source; what it fetches is small."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def _fetch(self, url: str) -> Iterator[bytes]:
        try:
            yield from (part for _, part in self._source.read(url))
        except (SourceError, OSError) as error:
            raise DownloadError(str(error)) from error
