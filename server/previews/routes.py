"""HTTP for pictures of kiosks' screens: fetched by a page's <img>, drawn when first asked for."""

import re
from asyncio import to_thread
from typing import Final

from litestar import Response, get
from litestar.params import FromPath

from server.accounts import sessions
from server.accounts.routes import AnyRequest
from server.previews.drawer import Drawer
from server.problem import RefusalError

NAME: Final = re.compile(r"[0-9a-f]{40}")
SCREEN: Final = re.compile(r"[A-Za-z0-9_.-]{1,120}")
WAITING_AT_MOST: Final = 48
"""More pictures than this never wait at once: the threads they wait on are everybody's."""


def drawer_of(request: AnyRequest) -> Drawer:
    """Return the drawer of the centre a request came to."""
    drawer: Drawer = request.app.state.drawer
    return drawer


@get("/man-hinh/{name:str}/{screen:str}")
async def picture_file(request: AnyRequest, name: FromPath[str], screen: FromPath[str]) -> Response[bytes]:
    """Give one picture; what it shows is what citizens see, so whoever is signed in may see it."""
    await to_thread(sessions.entered, request)
    drawer, screen = drawer_of(request), screen.removesuffix(".png")
    if not NAME.fullmatch(name) or not SCREEN.fullmatch(screen):
        raise RefusalError(404, "no_such_picture", "there is no such picture")
    body = await drawn(request, drawer, name, screen)
    if body is None:
        raise RefusalError(404, "no_such_picture", "this picture was not asked for, or cannot be drawn")
    return Response(body, media_type="image/png", headers={"cache-control": "private, max-age=86400, immutable"})


async def drawn(request: AnyRequest, drawer: Drawer, name: str, screen: str) -> bytes | None:
    """Return a picture; waits without holding a thread of its own while another set is being drawn."""
    state = request.app.state
    ready = drawer.ready(name, screen)
    if ready is not None:
        return ready
    if state.pictures_waiting >= WAITING_AT_MOST:
        raise RefusalError(503, "busy", "many pictures are being drawn; try again later", 10)
    state.pictures_waiting += 1
    try:
        async with state.pictures_turn:
            return await to_thread(drawer.picture, name, screen)
    finally:
        state.pictures_waiting -= 1
