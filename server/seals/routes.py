"""HTTP for everybody: the signed heads day by day, each as text, and the list of leaves they are signed over."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.params import FromPath
from litestar.response import Stream

from server.accounts.sessions import centre_of
from server.database import Work
from server.pages.language import rendered
from server.problem import RefusalError
from server.seals import note, queries, view

AnyRequest = Request[Any, Any, Any]
SHOWN = 62
"""Heads on the page; the list of all is a file."""
LINES_AT_ONCE = 5_000


@get("/cong-khai/dau-niem-phong", sync_to_thread=True)
def seals_page(request: AnyRequest) -> Response[str]:
    """Show the newest heads, the key they are signed with, and how to check."""
    centre = centre_of(request)
    with centre.engine.connect() as connection:
        found = queries.heads(connection)
    shown = [(one, _grouped(one.root.hex())) for one in reversed(found[-SHOWN:])]
    key = note.key_text(note.read(found[-1].note).origin, centre.keys.centre_key) if found else ""
    html = rendered(request, "seals.html", is_public=True, heads=shown, total=len(found), key=key)
    return Response(html, media_type=MediaType.HTML, headers={"cache-control": "public, max-age=300"})


def _grouped(root: str) -> list[str]:
    return [root[at : at + 8] for at in range(0, len(root), 8)]


@get("/cong-khai/dau-niem-phong/{number:int}", sync_to_thread=True)
def seal_text(request: AnyRequest, number: FromPath[int]) -> Response[bytes]:
    """Give one head as it was signed."""
    with centre_of(request).engine.connect() as connection:
        found = [one for one in queries.heads(connection) if one.number == number]
    if not found:
        raise RefusalError(404, "no_head", "there is no such head")
    name = f"dau-niem-phong-{found[0].day}-{found[0].number}.txt"
    return _file(found[0].note.encode(), name, "text/plain; charset=utf-8")


@get("/cong-khai/dau-niem-phong/danh-sach.csv", sync_to_thread=True)
def seals_list(request: AnyRequest) -> Response[bytes]:
    """Give every head as open data."""
    with centre_of(request).engine.connect() as connection:
        body = view.heads_csv(queries.heads(connection))
    return _file(body, "hai-long-dau-niem-phong.csv", "text/csv; charset=utf-8")


@get("/cong-khai/dau-niem-phong/phieu.csv", sync_to_thread=True)
def leaves_list(request: AnyRequest) -> Stream:
    """Give the list of leaves."""
    centre = centre_of(request)

    def lines() -> Iterator[bytes]:
        with centre.engine.connect() as connection:
            found = view.export_lines(Work(connection), queries.heads(connection))
            while part := list(islice(found, LINES_AT_ONCE)):
                yield "".join(part).encode()

    headers = {"content-disposition": 'attachment; filename="hai-long-phieu.csv"', "access-control-allow-origin": "*"}
    return Stream(lines(), media_type="text/csv; charset=utf-8", headers=headers)


def _file(body: bytes, name: str, media: str) -> Response[bytes]:
    headers = {
        "content-disposition": f'attachment; filename="{name}"', "cache-control": "public, max-age=300",
        "access-control-allow-origin": "*",
    }  # fmt: skip
    return Response(body, media_type=media, headers=headers)


ROUTES = [seals_page, seals_list, leaves_list, seal_text]
