"""HTTP for the citizen's page: a code typed in, no cookie, no script; every answer takes the same time."""

import base64
import gzip
import time
from asyncio import sleep, to_thread
from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qs

from litestar import MediaType, Request, Response, get, post

from server.accounts.forms import body_within
from server.accounts.sessions import centre_of
from server.cases.open import frame_of, index_codes, open_waiting
from server.cases.rules import in_plain_words
from server.centre import Centre
from server.database import Work
from server.limit import Limit, asking_from
from server.offices.queries import unit
from server.pages import STATIC
from server.public import act
from server.public.act import Held
from server.public.rules import FLOOR_S, WORDS, code_of
from survey.local_time import local_date
from survey.qr_token import Lane
from survey.questionnaire import bundled

AnyRequest = Request[Any, Any, Any]
FORM_AT_MOST: Final = 20_000
STYLE: Final = (STATIC / "phone.css").read_text(encoding="utf-8")
SCRIPT: Final = (STATIC / "lookup.js").read_text(encoding="utf-8").strip()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
    f"script-src 'sha256-{base64.b64encode(sha256(SCRIPT.encode()).digest()).decode()}'; "
    "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LIMIT = Limit()
GOOD: Final = frozenset({"sent", "rated", "withdrawn", "erased"})


def _answer(request: AnyRequest, status: int, **values: Any) -> Response[bytes]:
    lang = "en" if request.query_params.get("lang") == "en" else "vi"
    given = {"held": None, "code": "", "wrong": "", "done": "", "text": "", "q": bundled()} | values
    body = (
        request.app.state.pages.get_template("lookup.html")
        .render(style=STYLE, script=SCRIPT, lang=lang, **given)
        .encode()
    )
    headers = {"cache-control": "no-store", "content-security-policy": POLICY, "vary": "accept-encoding",
               "referrer-policy": "no-referrer"}  # fmt: skip
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["content-encoding"] = gzip.compress(body, 6, mtime=0), "gzip"
    return Response(body, status_code=status, media_type=MediaType.HTML, headers=headers)


def _view(request: AnyRequest, centre: Centre, code: str, lang: str) -> dict[str, Any]:
    """Return what the page says of a code that is known; {} for any other."""
    with centre.engine.connect() as connection:
        held = act.find(connection, code)
        if held is None:
            return {}
        case = held.case
        at = None if case is None else act.standing(connection, case)
        told = [] if at is None else act.answers(connection, at, centre.keys)
        office = unit(connection, held.office, held.day) or unit(connection, held.office, local_date(centre.now_ms()))
    state = "" if case is None or at is None else in_plain_words(at.state, lang)
    return {
        "held": held, "code": code, "state": state, "case": case, "office": office.name[lang] if office else "",
        "answers": [(local_date(when), words) for when, words in told], "lane": _lane(held),
        "may_rate": case is not None and case.state in act.RATEABLE and case.rating is None,
    }  # fmt: skip


def _found(centre: Centre, code: str | None) -> Held | None:
    """Return what a code stands for; a ballot cast a moment ago is looked at here and now."""
    with centre.engine.connect() as connection:
        held = act.find(connection, code)
    if held is not None:
        return held
    open_waiting(centre)
    index_codes(centre)
    with centre.engine.connect() as connection:
        return act.find(connection, code)


def _lane(held: Held) -> str:
    if held.lane == Lane.WITHDRAWN:
        return "no"
    return "part" if held.lane == Lane.SUPERSEDED else "aside" if held.lane == Lane.QUARANTINE else "yes"


def _do(centre: Centre, held: Held, fields: dict[str, list[str]]) -> str:
    """Do what a form asks; returns the key of what is said back, "" for a look alone."""

    def one(name: str) -> str:
        return next(iter(fields.get(name, [])), "")

    with centre.engine.connect() as connection:
        frame = frame_of(connection, centre.now_ms())
    keys = centre.keys

    def store(work: Work) -> str:
        if one("viec") == "nhan":
            return act.add_message(work, held, one("loi"), frame, keys)
        if one("viec") == "cham":
            return act.rate(work, held, one("muc"), frame)
        return act.forget(work, held, frame, keys, keeps_words=one("viec") == "rut")

    return centre.writer.run(store) if one("viec") in ("nhan", "cham", "rut", "xoa") else ""


def _take(request: AnyRequest, body: bytes) -> Response[bytes]:
    centre = centre_of(request)
    lang = "en" if request.query_params.get("lang") == "en" else "vi"
    words = WORDS[lang]
    peer = request.client.host if request.client else ""
    address = asking_from(peer, request.headers.get("x-forwarded-for", ""))
    if not LIMIT.takes(address, time.time()):
        return _answer(request, 429, wrong=words["slow"])
    fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=20)
    typed = next(iter(fields.get("ma", [])), "")[:40]
    code = code_of(typed)
    held = _found(centre, code)
    if held is None or code is None:
        return _answer(request, 200, wrong=words["unknown"], code=typed)
    said = _do(centre, held, fields)
    view = _view(request, centre, code, lang)
    text = next(iter(fields.get("loi", [])), "")[:4000] if said in ("long", "many") else ""
    told = {"done": words[said]} if said in GOOD else {"wrong": words[said]} if said else {}
    return _answer(request, 200, **(view | told), text=text)


@get(["/tra-cuu", "/T", "/t"])
async def lookup_page(request: AnyRequest) -> Response[bytes]:
    """Ask for a mã phiếu. /T is what a kiosk's code says: short, and packed closer in capitals."""
    return await to_thread(_answer, request, 200)


@post("/tra-cuu", status_code=200)
async def lookup_form(request: AnyRequest) -> Response[bytes]:
    """Say how a ballot and its case stand, or do what its giver asks. The code stands in the body, in no address."""
    began_s = time.monotonic()
    body = await body_within(request, FORM_AT_MOST)
    answer = await to_thread(_take, request, body)
    await sleep(max(0.0, FLOOR_S - (time.monotonic() - began_s)))
    return answer


ROUTES = [lookup_page, lookup_form]
