"""HTTP for pairing: a device asks and hears; a signed-in person compares four words and picks the counter."""

from asyncio import to_thread
from typing import Any

import msgspec
from litestar import Response, asgi, get, post
from litestar.handlers import ASGIRouteHandler
from litestar.types import Receive, Scope, Send

from server.accounts import sessions
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.centre import Centre
from server.database import Work
from server.devices.counters import shelves
from server.devices.enrol import grant
from server.devices.pairing import TERM_MS, WRONG, ask, confirm, hear, waiting, why_not
from server.devices.signed import Answer, Question, answered, message, read, signed_answer
from server.limit import Limit, asking_from
from server.problem import RefusalError
from survey import signature, wire
from survey.pairing import ANSWER_PATH, PAGE, PATH, PairAnswer, PairOffer, PairPoll, PairRequest, grouped, typed

SMALL = 4_096
SLOW_S = 60


def _nonce(question: Question, public_key: bytes) -> str:
    """Return the nonce of a request that is signed with this key. Raises RefusalError 401."""
    host = question.headers.get("host", "")
    try:
        key = signature.SwiftPublicKey(public_key)
        return signature.check_request(question.method, host, question.path, question.body, question.headers, key).nonce
    except ValueError as error:
        raise RefusalError(401, "bad_signature", "the request is not signed with the device's own key") from error


def _address(scope: Scope, question: Question) -> str:
    client: Any = scope.get("client")
    return asking_from(client[0] if client else "", question.headers.get("x-forwarded-for", ""))


def pairing_routes(centre: Centre) -> list[ASGIRouteHandler]:
    """Return `POST /api/v1/pairings` and `POST /api/v1/pairings/answer`."""
    limit = Limit()

    async def offer(scope: Scope, receive: Receive) -> Answer:
        question = await read(scope, receive, SMALL)
        question.check("POST", "ask with POST")
        now_ms = centre.now_ms()
        if not limit.takes(_address(scope, question), now_ms / 1000):
            raise RefusalError(429, "too_many", "too many requests from this place; wait a minute", SLOW_S)
        request = message(question.body, PairRequest, "not_a_request")
        nonce = _nonce(question, request.public_key)
        held = await centre.writer.done(lambda work: ask(work, request, now_ms))
        if isinstance(held, RefusalError):
            raise held
        told = PairOffer(
            version=wire.CONTRACT_VERSION, centre_key=centre.keys.centre_key, letters=held.letters, salt=held.salt,
            expires_s=TERM_MS // 1000, nonce=nonce,
        )  # fmt: skip
        return signed_answer(centre, nonce, wire.encode(told))

    async def tell(scope: Scope, receive: Receive) -> Answer:
        question = await read(scope, receive, SMALL)
        question.check("POST", "ask with POST")
        poll, now_ms = message(question.body, PairPoll, "not_a_request"), centre.now_ms()
        held = await to_thread(_held, centre, poll.letters)
        if held is None:
            raise RefusalError(410, "pairing_expired", "this request is over its term; ask anew")
        nonce = _nonce(question, held.public_key)
        told = PairAnswer(version=wire.CONTRACT_VERSION, nonce=nonce)
        if held.secret != poll.secret or held.device or now_ms > held.expires_at:
            found = await centre.writer.done(lambda work: hear(work, poll, now_ms))
            if isinstance(found, RefusalError):
                raise found
            if found is not None:
                told = msgspec.structs.replace(told, grant=grant(centre, found, nonce))
        return signed_answer(centre, nonce, wire.encode(told))

    @asgi(PATH, copy_scope=False)
    async def pairings(scope: Scope, receive: Receive, send: Send) -> None:
        await answered(scope, receive, send, offer)

    @asgi(ANSWER_PATH, copy_scope=False)
    async def pairing_answer(scope: Scope, receive: Receive, send: Send) -> None:
        await answered(scope, receive, send, tell)

    return [pairings, pairing_answer]


def _held(centre: Centre, letters: str) -> Any:
    with centre.engine.connect() as connection:
        return waiting(Work(connection), letters)


# ---- the page


def _show(request: AnyRequest, session: Session, text: str, status: int = 200, **more: Any) -> Response[str]:
    centre = sessions.centre_of(request)
    letters = typed(text)
    held = _held(centre, letters) if letters else None
    why = why_not(held, centre.now_ms()) if text else "unknown"
    values: dict[str, Any] = {"wrong": WRONG[why] if text and why else "", "made": "", "counter": ""} | more
    words = held.words(centre.keys.centre_key) if held is not None and not why else []
    return page(
        request, "pairing.html", status, session=session, letters=grouped(letters) if letters else text, words=words,
        model=held.model if held else "", software=held.software if held else "",
        shelves=shelves(centre, session) if words else [], path=PAGE, **values,
    )  # fmt: skip


@get(PAGE)
async def pairing_page(request: AnyRequest) -> Response[str]:
    """Show the form for the letters, or with `?ma=` the four words and the counters to pick from."""
    session = sessions.require(request, May.DEVICES_CHANGE)
    return await to_thread(_show, request, session, request.query_params.get("ma", "")[:40])


@post(PAGE, status_code=200)
async def pairing_form(request: AnyRequest, data: Form) -> Response[str]:
    """Confirm a device at a counter."""
    return await to_thread(_do, request, data)


def _do(request: AnyRequest, data: dict[str, str]) -> Response[str]:
    session, centre = sessions.require(request, May.DEVICES_CHANGE), sessions.centre_of(request)
    sessions.check_form(request, session, data.get("csrf", ""))
    text, counter = data.get("ma", "")[:40], data.get("quay", "")[:80]
    letters = typed(text)
    if letters is None:
        return _show(request, session, text, 422, wrong=WRONG["unknown"])
    if data.get("giong") != "1":
        return _show(request, session, text, 422, wrong=WRONG["words"], counter=counter)
    if counter not in {each[0] for shelf in shelves(centre, session) for each in shelf.counters}:
        return _show(request, session, text, 422, wrong=WRONG["counter"])
    made = centre.writer.run(lambda work: confirm(work, letters, counter, centre.now_ms(), session.account.name))
    if isinstance(made, str):
        return _show(request, session, text, 422, wrong=WRONG[made], counter=counter)
    return _show(request, session, "", made=made.id)


ROUTES = [pairing_page, pairing_form]
