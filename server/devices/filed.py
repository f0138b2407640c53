"""What kiosks file besides ballots: one signed message, held once however often sent, answered by a signed receipt."""

from collections.abc import Callable
from typing import Generic, NamedTuple, Protocol, TypeVar

from litestar import asgi
from litestar.handlers import ASGIRouteHandler
from litestar.types import Receive, Scope, Send

from server.centre import Centre
from server.database import Work
from server.devices.signed import Answer, Doorkeeper, Versioned, answered, message, read, signed_answer
from server.problem import RefusalError
from survey import wire
from survey.acceptance import SheetReceipt
from survey.instant import to_instant
from survey.support import BundleReceipt


class Filed(Versioned, Protocol):
    """A message that a kiosk files."""

    @property
    def id(self) -> str:
        """The kiosk's own name for it."""

    @property
    def device(self) -> str:
        """The kiosk."""


T = TypeVar("T", bound=Filed)


class Kind(NamedTuple, Generic[T]):
    """A kind of message. path: where it is filed; noun: for refusals; at_most: bytes.

    check raises RefusalError for one that cannot be right; hold returns why it was not held, or None.
    """

    path: str
    noun: str
    message: type[T]
    receipt: type[SheetReceipt | BundleReceipt]
    at_most: int
    check: Callable[[T], None]
    hold: Callable[[Work, T, int], RefusalError | None]


def filed_route(kind: Kind[T], centre: Centre, door: Doorkeeper) -> ASGIRouteHandler:
    """Return the route a kind of message is filed by."""

    def _read(body: bytes, device: str) -> T:
        found = message(body, kind.message, f"not_a_{kind.noun}")
        if found.device != device:
            raise RefusalError(401, "bad_signature", f"the {kind.noun} names another device than its signature")
        kind.check(found)
        return found

    async def handle(scope: Scope, receive: Receive) -> Answer:
        question = await read(scope, receive, kind.at_most)
        question.check("POST", f"send {kind.noun}s with POST")
        device, nonce = door.check(question)
        found, now_ms = _read(question.body, device.id), centre.now_ms()
        refusal = await centre.writer.done(lambda work: kind.hold(work, found, now_ms))
        if refusal is not None:
            raise refusal
        receipt = kind.receipt(version=wire.CONTRACT_VERSION, id=found.id, nonce=nonce, time=to_instant(now_ms))
        return signed_answer(centre, nonce, wire.encode(receipt))

    @asgi(kind.path, copy_scope=False)
    async def filed(scope: Scope, receive: Receive, send: Send) -> None:
        await answered(scope, receive, send, handle)

    return filed
