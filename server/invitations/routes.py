"""HTTP for invitations: posters and links of a place, batches of one-time codes, their sheets to print and to send."""

from asyncio import to_thread
from datetime import date
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from markupsafe import Markup

from server.accounts import sessions
from server.accounts.qr import drawn
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.audit.queries import record
from server.centre import Centre
from server.database import Work
from server.invitations import rules, sheet
from server.invitations.make import codes_of, end, make
from server.invitations.rules import Wanted
from server.offices.queries import COUNTER, PROVINCE, Unit, place_in, province_of, standing
from server.offices.scope import check, within
from server.pages.download import download
from server.phone import codes, one_time
from server.phone.one_time import Batch
from server.problem import RefusalError
from server.reports.sheet import Heading
from server.results.rules import vietnamese_order
from survey.local_time import local_date

A_SHEET = 24
"""Inserts on one page of the browser: six sheets of A4."""


class Place(msgspec.Struct, frozen=True):
    """One place that can invite. office: itself, or whose counter it is."""

    unit: Unit
    office: Unit

    @property
    def name(self) -> str:
        """Return its name as a list shows it."""
        return f"{self.office.name_vi} · {self.unit.name_vi}" if self.unit.id != self.office.id else self.unit.name_vi


def _places(request: AnyRequest, session: Session) -> tuple[dict[str, Place], frozenset[str] | None, str]:
    centre = sessions.centre_of(request)
    with centre.engine.connect() as connection:
        units = {one.id: one for one in standing(connection, local_date(centre.now_ms()))}
    reached = within(session, units)
    mine = [one for one in units.values() if one.kind != PROVINCE and (reached is None or one.id in reached)]
    places = [Place(one, units.get(one.parent or "", one) if one.kind == COUNTER else one) for one in mine]
    ordered = sorted(places, key=lambda one: vietnamese_order(one.name))
    province = province_of(units.values())
    return {one.unit.id: one for one in ordered}, reached, province


def _place(places: dict[str, Place], wanted: str) -> Place:
    if wanted not in places:
        raise RefusalError(404, "no_such_unit", "there is no such unit")
    return places[wanted]


# ---- the page


def _show(request: AnyRequest, session: Session, status: int = 200, **more: Any) -> Response[str]:
    centre = sessions.centre_of(request)
    places, reached, _ = _places(request, session)
    wanted = more.pop("place", "") or request.query_params.get("don_vi", "")[:80]
    if wanted:
        check(reached, wanted)
    chosen = places.get(wanted) or next(iter(places.values()), None)
    with centre.engine.connect() as connection:
        work = Work(connection)
        made = one_time.batches(work, reached)
        dossiers = one_time.dossiers(work, None if reached is None else sorted(reached))
    values: dict[str, Any] = {"wrong": "", "entered": {}}
    base = centre.settings.public_base
    link = f"{base}/l/{chosen.unit.id}" if chosen else ""
    return page(
        request, "invitations.html", status, session=session, places=places, chosen=chosen, batches=made,
        kinds=rules.KINDS, days=rules.DAYS, at_most=rules.AT_MOST, today=local_date(centre.now_ms()).isoformat(),
        may_make=session.may(May.DATA_ENTER), link=link, dossiers=dossiers, base=base,
        qr=_qr(f"{base}/o/{chosen.unit.id}", chosen.name) if chosen else "",
        sms=rules.sms(chosen.office.name_vi, link) if chosen else "", day_words=_day_words,
        letter=rules.letter(chosen.office.name_vi, link) if chosen else "", **(values | more),
    )  # fmt: skip


def _qr(address: str, name: str) -> Markup:
    return drawn(address, f"Mã QR mở phiếu đánh giá: {name}")


def _day_words(day: str) -> str:
    return f"{date.fromisoformat(day):%d/%m/%Y}"


def _look(request: AnyRequest) -> Response[str]:
    return _show(request, sessions.require(request, May.OFFICES_SEE))


@get("/loi-moi")
async def invite_page(request: AnyRequest) -> Response[str]:
    """Show a place's poster, link and texts, and every batch of one-time codes."""
    return await to_thread(_look, request)


@get("/loi-moi/ap-phich/{place:str}", sync_to_thread=True)
def poster(request: AnyRequest, place: FromPath[str]) -> Response[str]:
    """Show a poster to print: A4, or with `?co=ban` a tent for the table."""
    session, centre = sessions.require(request, May.OFFICES_SEE), sessions.centre_of(request)
    found = _place(_places(request, session)[0], place)
    is_tent = request.query_params.get("co") == "ban"
    address = f"{centre.settings.public_base}/o/{found.unit.id}"
    return page(request, "poster.html", session=session, at=found, is_tent=is_tent, address=address,
                qr=_qr(address, found.name), counter_kind=COUNTER)  # fmt: skip


# ---- batches


@post("/loi-moi", status_code=200)
async def make_batch(request: AnyRequest, data: Form) -> Response[Any]:
    """Make a batch, or take one back."""
    return await to_thread(_make, request, data)


def _make(request: AnyRequest, data: dict[str, str]) -> Response[Any]:
    session, centre = sessions.require(request, May.DATA_ENTER), sessions.centre_of(request)
    sessions.check_form(request, session, data.get("csrf", ""))
    if data.get("do") in {"end", "resume"}:
        batch, _ = _batch(request, session, data.get("batch", ""))
        end(centre, batch, session.account.name, is_ended=data["do"] == "end")
        return Redirect(f"/loi-moi/dot/{batch.id}", status_code=303)
    place = _place(_places(request, session)[0], data.get("place", ""))
    numbers = {name: int(data[name]) if data.get(name, "").isascii() and data.get(name, "").isdecimal() else 0
               for name in ("count", "days")}  # fmt: skip
    note = " ".join(data.get("note", "").split())[: rules.NOTE_AT_MOST]
    wanted = Wanted(place.unit.id, data.get("kind", ""), numbers["count"], numbers["days"], note)
    fault = rules.fault_of(wanted)
    if fault is not None:
        return _show(request, session, 422, wrong=fault, entered=data, place=place.unit.id)
    return Redirect(f"/loi-moi/dot/{make(centre, wanted, session.account.name).id}", status_code=303)


def _batch(request: AnyRequest, session: Session, wanted: str) -> tuple[Batch, Place]:
    places, reached, _ = _places(request, session)
    with sessions.centre_of(request).engine.connect() as connection:
        found = next((one for one in one_time.batches(Work(connection), reached) if one.id == wanted), None)
    if found is None or found.place not in places:
        raise RefusalError(404, "no_such_batch", "there is no such batch of codes")
    return found, places[found.place]


@get("/loi-moi/dot/{batch:str}", sync_to_thread=True)
def batch_page(request: AnyRequest, batch: FromPath[str]) -> Response[str]:
    """Show a batch and its sheets to print; `?tu=25` begins with that insert."""
    session, centre = sessions.require(request, May.DATA_ENTER), sessions.centre_of(request)
    found, place = _batch(request, session, batch)
    given = request.query_params.get("tu", "1")
    first = min(int(given[:4]), found.count) if given.isascii() and given.isdecimal() and int(given[:4]) else 1
    first = (first - 1) // A_SHEET * A_SHEET + 1
    made = codes_of(centre.keys.invitation_key, found, first, first + A_SHEET - 1)
    base = centre.settings.public_base
    inserts = [(codes.spoken(code), _qr(f"{base}/I/{code}".upper(), "mã dùng một lần")) for code in made]
    _told(centre, session, "invitation.print", f"{found.place} {found.id} {first}-{first + len(made) - 1}")
    return page(
        request, "codes.html", session=session, batch=found, at=place, kind=rules.KINDS[found.kind], inserts=inserts,
        first=first, starts=range(1, found.count + 1, A_SHEET), step=A_SHEET, base=base, day_words=_day_words,
        today=local_date(centre.now_ms()).isoformat(),
    )  # fmt: skip


@get("/loi-moi/dot/{batch:str}/duong-dan.xlsx", sync_to_thread=True)
def batch_sheet(request: AnyRequest, batch: FromPath[str]) -> Response[bytes]:
    """Give a batch as a workbook, a link a line, for a mail merge."""
    session, centre = sessions.require(request, May.DATA_ENTER), sessions.centre_of(request)
    found, place = _batch(request, session, batch)
    province = _places(request, session)[2]
    day = local_date(centre.now_ms())
    heading = Heading(
        province, place.office.name_vi, "ĐƯỜNG DẪN ĐÁNH GIÁ DÙNG MỘT LẦN", f"{place.name}; {found.count} mã",
        place_in(province), day,
    )  # fmt: skip
    made = codes_of(centre.keys.invitation_key, found)
    body = sheet.workbook(
        made, centre.settings.public_base, place.office.name_vi, date.fromisoformat(found.expires_on), heading
    )
    _told(centre, session, "invitation.print", f"{found.place} {found.id} xlsx")
    return download(body, f"duong-dan-{found.id}.xlsx")


def _told(centre: Centre, session: Session, action: str, subject: str) -> None:
    centre.writer.run(lambda work: record(work, centre.now_ms(), session.account.name, action, subject))


ROUTES = [invite_page, poster, make_batch, batch_page, batch_sheet]
