"""Requests that devices signed and answers the centre signs; the thin HTTP that both need, with limits."""

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

import msgspec
import structlog
from litestar.types import Receive, Scope, Send

from server import problem
from server.centre import Centre
from server.database import Work
from server.devices.queries import Device, device, raise_alarm
from server.problem import RefusalError
from survey import signature, wire

log = structlog.get_logger()
ALARM_EVERY_MS = 60_000


class Versioned(Protocol):
    """Every message of a device says which version of the contract it speaks."""

    @property
    def version(self) -> int:
        """Of the contract."""


T = TypeVar("T", bound=Versioned)


class Question(msgspec.Struct, frozen=True):
    """One request as it came. headers: names in lower case. body: as sent, compressed if it was."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def check(self, method: str, said: str) -> None:
        """Return if it is of this method and, for POST, of our content type. said: the way out.

        Raises RefusalError 405 `method_not_allowed`, 415 `wrong_content_type`.
        """
        if self.method != method:
            raise RefusalError(405, "method_not_allowed", said)
        if method == "POST" and self.headers.get("content-type") != wire.CONTENT_TYPE:
            raise RefusalError(415, "wrong_content_type", f"send {wire.CONTENT_TYPE}")


class Answer(msgspec.Struct, frozen=True):
    """What goes back."""

    status: int
    body: bytes
    headers: dict[str, str]


async def read(scope: Scope, receive: Receive, limit: int) -> Question:
    """Return a request, its body at most `limit` bytes. Raises RefusalError 413 before reading on."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    stated = headers.get("content-length", "0")
    if not stated.isdecimal() or int(stated) > limit:
        raise RefusalError(413, "too_large", f"at most {limit} bytes at once; send fewer ballots")
    parts: list[bytes] = []
    size = 0
    while True:
        message: Any = await receive()
        if message["type"] == "http.disconnect":
            raise RefusalError(400, "cut_short", "the request ended before its body did")
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise RefusalError(413, "too_large", f"at most {limit} bytes at once; send fewer ballots")
        parts.append(part)
        if not message.get("more_body"):
            method: Any = scope.get("method", "")
            return Question(str(method), scope["path"], headers, b"".join(parts))


def message(body: bytes, kind: type[T], code: str) -> T:
    """Return a device's message. Raises RefusalError 400 `code` for what is none, `unknown_version` for another's."""
    try:
        found = wire.decode(body, kind)
    except wire.WireError as error:
        raise RefusalError(400, code, str(error)[:300]) from error
    if found.version != wire.CONTRACT_VERSION:
        raise RefusalError(400, "unknown_version", f"this centre speaks version {wire.CONTRACT_VERSION}")
    return found


async def tell(send: Send, answer: Answer) -> None:
    """Send an answer."""
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    start: Any = {"type": "http.response.start", "status": answer.status, "headers": headers}
    await send(start)
    body: Any = {"type": "http.response.body", "body": answer.body, "more_body": False}
    await send(body)


def signed_answer(centre: Centre, nonce: str, body: bytes, status: int = 200, **headers: str) -> Answer:
    """Return an answer signed by the centre for this nonce."""
    said = {"content-type": wire.CONTENT_TYPE, "cache-control": "no-store", **headers}
    said |= signature.sign_response(status, body, key=centre.keys.signing, nonce=nonce)
    return Answer(status, body, said)


class Doorkeeper:
    """Knows the keys of devices already met; a device's key never changes, so what is known stays true.

    Whether a device was revoked is for the transaction to say, not for this memory.
    """

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._met: dict[str, tuple[Device, signature.SwiftPublicKey]] = {}
        self._alarmed: dict[str, int] = {}

    def check(self, question: Question) -> tuple[Device, str]:
        """Return who signed and the nonce. Raises RefusalError 401 `unknown_device` or `bad_signature`."""
        try:
            keyid = signature.claimed(question.headers.get("signature-input")).keyid
        except signature.SignatureError as error:
            raise RefusalError(401, "bad_signature", str(error)) from error
        met = self._met.get(keyid) or self._meet(keyid)
        authority = question.headers.get("host", "")
        try:
            signed = signature.check_request(
                question.method, authority, question.path, question.body, question.headers, met[1]
            )
        except signature.SignatureError as error:
            self._alarm(keyid)
            raise RefusalError(401, "bad_signature", str(error)) from error
        return met[0], signed.nonce

    def _meet(self, keyid: str) -> tuple[Device, signature.SwiftPublicKey]:
        with self._centre.engine.connect() as connection:
            found = device(connection, keyid)
        if found is None or found.revoked_at is not None:
            raise unknown()
        return self._met.setdefault(keyid, (found, signature.SwiftPublicKey(found.public_key)))

    def _alarm(self, keyid: str) -> None:
        now_ms = self._centre.now_ms()
        if now_ms - self._alarmed.get(keyid, -ALARM_EVERY_MS) < ALARM_EVERY_MS or self._centre.writer.is_full:
            return
        self._alarmed[keyid] = now_ms

        def note(work: Work) -> None:
            raise_alarm(work, keyid, "bad_signature", "", "a request was not signed with this device's key", now_ms)

        self._centre.writer.submit(note)


def unknown() -> RefusalError:
    """Return the refusal of a device that is not known, or not any more."""
    return RefusalError(401, "unknown_device", "this device is not enrolled here, or was revoked; enrol it again")


Handler = Callable[[Scope, Receive], Coroutine[Any, Any, Answer]]


async def answered(scope: Scope, receive: Receive, send: Send, handle: Handler) -> None:
    """Send what a handler answers; a refusal becomes a problem in JSON, as everywhere."""
    try:
        answer = await handle(scope, receive)
    except Exception as error:  # noqa: BLE001 - the one place where a device's request may fail
        told = problem.of_error(error)
        body, headers = problem.body_of(told)
        log.info("request refused", path=scope["path"], code=told.code, status=told.status)
        answer = Answer(told.status, body, headers)
    await tell(send, answer)
