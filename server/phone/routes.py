"""HTTP for phones: the page behind a kiosk's QR and a poster's code; one response, no cookie, no need of a script."""

import base64
import gzip
from asyncio import to_thread
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from server.accounts.forms import body_within
from server.accounts.qr import drawn
from server.accounts.sessions import centre_of
from server.devices.asked import asked_at
from server.offices.queries import Unit
from server.pages import STATIC
from server.phone import codes, tickets
from server.phone.cast import cast
from server.phone.handover import SCRIPT_SOURCE, taking_over
from server.phone.opening import (
    ClosedError,
    Opened,
    Opener,
    by_invitation,
    by_link,
    by_poster,
    by_token,
    counters_below,
    place_of,
)
from server.phone.rules import FAULTS, Filled, fault_of, has_low, read_form
from server.phone.tickets import Ticket
from server.questionnaires.queries import of_refs
from survey.ballot import ballot_code
from survey.local_time import local_date
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
    """A page to be shown: where, with which ticket, in which language.

    counter: None for a code of a whole office; then its counters may be chosen from. given: what is filled in already.
    """

    ticket: Ticket
    office: Unit
    counter: Unit | None
    questionnaire: Questionnaire
    lang: str
    items: list[ContextItem] = []
    is_overall_first: bool = False
    counters: list[Unit] = []
    given: Filled = Filled()

    @property
    def questions(self) -> list[tuple[int, Question]]:
        """The questions as this page asks them, each with its place in the questionnaire."""
        placed = list(enumerate(self.questionnaire.questions))
        overall = self.questionnaire.quick_question
        return sorted(placed, key=lambda one: self.is_overall_first and one[1].id != overall)

    @property
    def where(self) -> str:
        """The office and, where it is known, the counter, in the page's language."""
        return " · ".join(one.name[self.lang] for one in (self.office, self.counter) if one is not None)

    def at(self, chosen: str) -> "Page":
        """Return the page as it is at one of the counters offered; unchanged if it offers no such counter."""
        counter = next((one for one in self.counters if one.id == chosen), None)
        if counter is None:
            return self
        ticket = msgspec.structs.replace(self.ticket, place=counter.id)
        return msgspec.structs.replace(self, ticket=ticket, counter=counter)


def _page(request: AnyRequest, opener: Opener, code: str, ticket: Ticket | None) -> Page:
    centre = centre_of(request)
    lang = request.query_params.get("lang", "vi")
    day = local_date(centre.now_ms())
    with centre.engine.connect() as connection:
        opened = opener(connection, centre, code) if ticket is None else Opened(ticket)
        at = opened.ticket
        office, counter = place_of(connection, at.place, day)
        asked = asked_at(connection, office, counter, day)
        if at.ref and at.ref != asked.questionnaire.ref:
            asked = msgspec.structs.replace(asked, questionnaire=of_refs(connection, [at.ref])[0])
        at = msgspec.structs.replace(at, ref=asked.questionnaire.ref)
        shown = lang if lang in LANGUAGES else "vi"
        below = [] if counter else counters_below(connection, office, day)
    given = Filled(context=opened.context)
    return Page(at, office, counter, asked.questionnaire, shown, asked.items, asked.is_overall_first, below, given)


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
    try:
        page = _page(request, opener, code, None)
    except ClosedError as closed:
        return _closed(request, closed)
    return _show(request, page, page.given, None)


def _closed(request: AnyRequest, closed: ClosedError) -> Response[bytes]:
    lang = "en" if request.query_params.get("lang") == "en" else "vi"
    return _answer(request, "closed.html", 410, lang=lang, closed=closed)


def _take(request: AnyRequest, opener: Opener, code: str, body: bytes) -> Response[bytes]:
    centre = centre_of(request)
    fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=200)
    try:
        ticket = tickets.read(next(iter(fields.get("ticket", [])), ""), centre.keys.session[32:])
    except ValueError:
        ticket = None  # a page we did not make still gives a ballot, under a ticket of now
    try:
        page = _page(request, opener, code, ticket).at(next(iter(fields.get("quay", [])), ""))
    except ClosedError as closed:
        return _closed(request, closed)
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
        lookup=f"{centre.settings.public_base.partition('://')[2].lower()}/tra-cuu",
        qr=drawn(f"{centre.settings.public_base}/tra-cuu", "Mã QR của trang tra cứu"),
        is_low=has_low(filled, page.questionnaire),
        phone_refused=filled.phone_refused,
    )


def _two(paths: list[str], opener: Opener, words: str) -> list[Any]:
    """Return the two handlers of one kind of code: its page, and that page's form."""

    async def show(request: AnyRequest, code: FromPath[str]) -> Response[bytes]:
        return await to_thread(_open, request, opener, code)

    async def take(request: AnyRequest, code: FromPath[str]) -> Response[bytes]:
        return await to_thread(_take, request, opener, code, await body_within(request, FORM_AT_MOST))

    show.__doc__, take.__doc__ = f"Show the page behind {words}.", "Take the form of that page."
    return [get(paths)(show), post(paths, status_code=200)(take)]


@get(["/i", "/I"])
async def typed_code(request: AnyRequest) -> Response[Any]:
    """Ask for the code that is printed on an insert, for a phone that reads no QR; then open its page."""
    lang = "en" if request.query_params.get("lang") == "en" else "vi"
    given = request.query_params.get("ma", "")[:40]
    code = codes.read(given)
    if code is not None:
        return Redirect(f"/I/{code}?lang={lang}", status_code=303)
    return _answer(request, "typed.html", 422 if given else 200, lang=lang, given=given)


ROUTES = [
    *_two(["/Q/{code:str}", "/q/{code:str}"], by_token, "a kiosk's rotating code"),
    *_two(["/o/{code:str}"], by_poster, "a poster's static code"),
    *_two(["/l/{code:str}"], by_link, "a link in a message"),
    *_two(["/I/{code:str}", "/i/{code:str}"], by_invitation, "a one-time code"),
    typed_code,
]
