"""HTTP for kiosks: the signed repository, with ranges for a download that goes on; public: signatures protect it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Stream

from server.accounts import sessions
from server.accounts.routes import AnyRequest
from server.problem import RefusalError
from server.releases.take import folder_of
from survey.release import METADATA, TARGETS, UPDATES

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,199}")
RANGE: Final = re.compile(r"bytes=(\d{1,15})-")
PIECE: Final = 1 << 16
YEAR: Final = "public, max-age=31536000, immutable"


def pieces(path: Path, start: int) -> Iterator[bytes]:
    """Yield a file from a place on."""
    with path.open("rb") as file:
        file.seek(start)
        while piece := file.read(PIECE):
            yield piece


def start_of(header: str, size: int) -> int:
    """Return from where a range wants a file; 0 for any other kind of range. Raises RefusalError 416 beyond its end.

    >>> start_of("bytes=100-", 200), start_of("", 200), start_of("bytes=1-2", 200)
    (100, 0, 0)
    """
    found = RANGE.fullmatch(header.strip())
    if found is None:
        return 0
    if int(found[1]) >= size:
        raise RefusalError(416, "beyond_end", f"the file has {size} bytes")
    return int(found[1])


def _file(request: Request, part: str, name: str) -> Path:  # type: ignore[type-arg]
    path = folder_of(sessions.centre_of(request)) / part / name
    if part not in {METADATA, TARGETS} or NAME.fullmatch(name) is None or not path.is_file():
        raise RefusalError(404, "no_such_file", "there is no such file among the releases")
    return path


@get(f"{UPDATES}/{{part:str}}/{{name:str}}", sync_to_thread=True)
def update_file(request: AnyRequest, part: FromPath[str], name: FromPath[str]) -> Stream:
    """Give a file of the repository, from a place on where that is asked for."""
    path = _file(request, part, name)
    size = path.stat().st_size
    start = start_of(request.headers.get("range", ""), size)
    headers = {
        "accept-ranges": "bytes", "content-length": str(size - start),
        "cache-control": "no-cache" if name == "timestamp.json" else YEAR,
    }  # fmt: skip
    if start:
        headers["content-range"] = f"bytes {start}-{size - 1}/{size}"
    status = 206 if start else 200
    return Stream(pieces(path, start), status_code=status, headers=headers, media_type="application/octet-stream")


ROUTES = [update_file]
