"""Files that a page hands out: saved under a name, kept by no cache on the way."""

from typing import Final

from litestar import Response

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(body: bytes, name: str, media: str = XLSX) -> Response[bytes]:
    """Return a file to be saved. name: ASCII, without quotes; media: its content type."""
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(body, media_type=media, headers=headers)
