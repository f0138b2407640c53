"""HTTP for phones: the page behind a kiosk's QR and a poster's code; one response, no cookie, no need of a script."""

import base64
import gzip
from asyncio import to_thread
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from sqlalchemy import Connection

from server.accounts.sessions import centre_of
from server.centre import Centre
from server.devices.asked import asked_at
from server.devices.queries import by_number
from server.offices.queries import COUNTER, Unit, unit
from server.pages import STATIC
from server.phone import tickets
from server.phone.cast import cast
from server.phone.handover import SCRIPT_SOURCE, taking_over
from server.phone.rules import FAULTS, Filled, fault_of, has_low, lane_at_opening, read_form
from server.phone.tickets import Ticket
from server.problem import RefusalError
from server.questionnaires.queries import of_refs
from survey import qr_token
from survey.ballot import ballot_code
from survey.local_time import local_date
from survey.qr_token import Lane
from survey.questionnaire import ContextItem, Question, Questionnaire
from survey.scales import MOODS

AnyRequest = Request[Any, Any, Any]
FORM_AT_MOST = 60_000
LANGUAGES = ("vi", "en")
STYLE = (STATIC / "phone.css").read_text(encoding="utf-8")
POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
    "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Page(msgspec.Struct, frozen=True):
    """A page to be shown: for which counter, with which ticket, in which language."""

    ticket: Ticket
    office: Unit
    counter: Unit
    questionnaire: Questionnaire
    lang: str
    items: list[ContextItem] = []
    is_overall_first: bool = False

    @property
    def questions(self) -> list[tuple[int, Question]]:
        """The questions as this page asks them, each with its place in the questionnaire."""
        placed = list(enumerate(self.questionnaire.questions))
        overall = self.questionnaire.quick_question
        return sorted(placed, key=lambda one: self.is_overall_first and one[1].id != overall)


def _by_token(connection: Connection, centre: Centre, text: str) -> Ticket:
    """Return a ticket for a token that was scanned. Raises NotFoundException if no kiosk of ours can have made it."""
    try:
        found = by_number(connection, qr_token.kiosk_of(text))
    except ValueError:
        found = None
    if found is None:
        raise NotFoundException("this code is not of a kiosk of ours")
    now_ms = centre.now_ms()
    token = None
    with suppress(ValueError):
        token = qr_token.read(text, qr_token.qr_key(centre.keys.qr_master, found.id, found.qr_epoch))
    lane = lane_at_opening(token, is_revoked=found.revoked_at is not None, now_s=now_ms / 1000)
    ticket = tickets.new(found.counter, lane, now_ms)
    if token is None:
        return ticket
    return msgspec.structs.replace(ticket, kiosk=token.kiosk, boot=token.boot, counter_no=token.counter)


def _by_counter(connection: Connection, centre: Centre, counter: str) -> Ticket:
    """Return a ticket for a poster's static code."""
    found = unit(connection, counter, local_date(centre.now_ms()))
    if found is None or found.kind != COUNTER:
        raise NotFoundException("this counter does not stand any more")
    return tickets.new(counter, Lane.OPEN, centre.now_ms())


Opener = Callable[[Connection, Centre, str], Ticket]


def _page(request: AnyRequest, opener: Opener, code: str, ticket: Ticket | None) -> Page:
    centre = centre_of(request)
    lang = request.query_params.get("lang", "vi")
    day = local_date(centre.now_ms())
    with centre.engine.connect() as connection:
        at = ticket or opener(connection, centre, code)
        counter = unit(connection, at.place, day)
        office = unit(connection, counter.parent, day) if counter and counter.parent else None
        if counter is None or office is None:
            raise NotFoundException("this counter does not stand any more")
        asked = asked_at(connection, office, counter, day)
        if at.ref and at.ref != asked.questionnaire.ref:
            asked = msgspec.structs.replace(asked, questionnaire=of_refs(connection, [at.ref])[0])
        at = msgspec.structs.replace(at, ref=asked.questionnaire.ref)
        shown = lang if lang in LANGUAGES else "vi"
        return Page(at, office, counter, asked.questionnaire, shown, asked.items, asked.is_overall_first)


def _show(request: AnyRequest, page: Page, filled: Filled, fault: str | None) -> Response[bytes]:
    centre = centre_of(request)
    code = ballot_code(page.ticket.ballot)
    words = {
        "ten_co_quan": page.office.name_vi, "office": page.office.name["en"], "so_ngay": "90", "days": "90",
        "ma_phieu": code, "code": code, "kenh_lien_he": page.office.name_vi, "contact": page.office.name["en"],
    }  # fmt: skip
    consent = page.questionnaire.text("consent_contact", page.lang)
    for name, value in words.items():
        consent = consent.replace("{" + name + "}", value)
    return _answer(
        request,
        "phone.html",
        422 if fault else 200,
        lang=page.lang,
        page=page,
        q=page.questionnaire,
        filled=filled,
        fault=FAULTS[fault][page.lang] if fault else "",
        ticket=tickets.seal(page.ticket, centre.keys.session[32:]),
        consent=consent,
        items={item["id"]: item for item in page.questionnaire.open_items},
        moods=MOODS,
        over=None if page.ticket.kiosk is None else taking_over(page.questionnaire.ref, page.lang),
    )


def _answer(request: AnyRequest, template: str, status: int, **values: Any) -> Response[bytes]:
    body = request.app.state.pages.get_template(template).render(style=STYLE, **values).encode()
    policy = POLICY if values.get("over") is None else f"{POLICY}; {SCRIPT_SOURCE}"
    headers = {"cache-control": "no-store", "content-security-policy": policy, "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["content-encoding"] = gzip.compress(body, 6, mtime=0), "gzip"
    return Response(body, status_code=status, media_type=MediaType.HTML, headers=headers)


def _open(request: AnyRequest, opener: Opener, code: str) -> Response[bytes]:
    return _show(request, _page(request, opener, code, None), Filled(), None)


def _take(request: AnyRequest, opener: Opener, code: str, body: bytes) -> Response[bytes]:
    centre = centre_of(request)
    fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=200)
    try:
        ticket = tickets.read(next(iter(fields.get("ticket", [])), ""), centre.keys.session[32:])
    except ValueError:
        ticket = None  # a page we did not make still gives a ballot, under a ticket of now
    page = _page(request, opener, code, ticket)
    filled = read_form(lambda name: fields.get(name, []), page.questionnaire, page.items)
    fault = fault_of(filled)
    if fault is not None:
        return _show(request, page, filled, fault)
    ballot = cast(centre, page.ticket, filled, page.questionnaire, page.lang)
    return _answer(
        request,
        "thanks.html",
        200,
        lang=page.lang,
        page=page,
        q=page.questionnaire,
        code=ballot_code(ballot),
        is_low=has_low(filled, page.questionnaire),
        phone_refused=filled.phone_refused,
    )


async def _body(request: AnyRequest) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > FORM_AT_MOST:
            raise RefusalError(413, "too_large", "the form is too large")
    return bytes(body)


QR = ["/Q/{code:str}", "/q/{code:str}"]


@get(QR)
async def qr_page(request: AnyRequest, code: FromPath[str]) -> Response[bytes]:
    """Show the page behind a kiosk's rotating code."""
    return await to_thread(_open, request, _by_token, code)


@post(QR, status_code=200)
async def qr_form(request: AnyRequest, code: FromPath[str]) -> Response[bytes]:
    """Take the form of that page."""
    return await to_thread(_take, request, _by_token, code, await _body(request))


@get("/o/{code:str}")
async def poster_page(request: AnyRequest, code: FromPath[str]) -> Response[bytes]:
    """Show the page behind a poster's static code."""
    return await to_thread(_open, request, _by_counter, code)


@post("/o/{code:str}", status_code=200)
async def poster_form(request: AnyRequest, code: FromPath[str]) -> Response[bytes]:
    """Take the form of that page."""
    return await to_thread(_take, request, _by_counter, code, await _body(request))


ROUTES = [qr_page, qr_form, poster_page, poster_form]
