"""Forms as they come: with a file, of strangers, with lists; who is sent away before a byte is read."""

from asyncio import to_thread
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final, cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.enums import RequestEncodingType
from litestar.handlers import BaseRouteHandler
from litestar.params import Body

from server.accounts import sessions
from server.accounts.queries import Session
from server.accounts.rules import May
from server.problem import RefusalError

Files = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
DIGITS: Final = 10
Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Awaitable[None]]


def guarded(require: May | Callable[[Request[Any, Any, Any]], Session]) -> Guard:
    """Return a guard that has strangers sent away before their files are read.

    require: the right that is needed, or what asks for it and raises RefusalError.
    """
    ask = require if callable(require) else lambda request: sessions.require(request, require)

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        await to_thread(ask, cast(Request[Any, Any, Any], connection))

    return guard


async def body_within(request: Request[Any, Any, Any], at_most: int) -> bytes:
    """Return a request's body. at_most: bytes. Raises RefusalError 413 as soon as there are more."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > at_most:
            raise RefusalError(413, "too_large", "the form is too large")
    return bytes(body)


async def lists_of(request: Request[Any, Any, Any]) -> dict[str, list[str]]:
    """Return a form's fields with everything each was given: several boxes of one name are several values."""
    form = await request.form()
    return {name: [str(value) for value in form.getall(name)] for name in set(form)}


def number_of(text: str) -> int:
    """Return the number a form or an address names something by, 0 for what is none: nothing is numbered so.

    >>> number_of("17"), number_of("x"), number_of("12345678901")
    (17, 0, 0)
    """
    return int(text) if text.isdecimal() and len(text) < DIGITS else 0
