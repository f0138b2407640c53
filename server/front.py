"""What stands before the web application: kiosks' batches go straight to their handler, answers leave in one write."""

import asyncio
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


def straight(path: str, handler: ASGIApp, app: ASGIApp) -> ASGIApp:
    """Return an application that gives requests for `path` to `handler` and everything else to `app`.

    The framework's router, middleware and error handling cost as much as a small batch's own work, and batches use
    none of it.
    """

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") == path and scope["type"] == ScopeType.HTTP:
            await handler(scope, receive, send)
        else:
            await app(scope, receive, send)

    return front


class OneWrite:
    """A transport that sends what was written in one turn of the loop with one system call."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Keep data until the loop's turn ends."""
        if not self._parts:
            self._loop.call_soon(self._flush)
        self._parts.append(data)

    def close(self) -> None:
        """Send what is kept, then close."""
        self._flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def _flush(self) -> None:
        if self._parts:
            self._transport.write(b"".join(self._parts))
            self._parts.clear()


class Protocol(HttpToolsProtocol):
    """uvicorn's HTTP, but head and body of an answer leave together: over a socket a second write costs 20 µs."""

    def connection_made(self, transport: Any) -> None:
        """Take a connection."""
        super().connection_made(OneWrite(transport, self.loop))  # type: ignore[arg-type]
