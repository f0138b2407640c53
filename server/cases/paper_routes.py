"""HTTP for the documents of a case: written on a page, looked at as PDF, issued, fetched as they were issued."""

from asyncio import to_thread
from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec.structs import replace
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.audit.queries import record
from server.cases import issue
from server.cases.desk import CHANNELS, Desk, Shown, case_in, frame_and, open_desk, shown
from server.cases.drafts import Draft, Part, missing, parts_of, read, too_long, written
from server.cases.files import MEDIA
from server.cases.papers import KINDS, Kind, Told
from server.cases.rules import FINDINGS
from server.documents.issuer import Issuer
from server.documents.model import Document
from server.documents.pdf import pdf
from server.documents.store import issuer_of, next_number
from server.documents.word import word
from server.offices.queries import place_in, province_of
from server.pages.download import download
from server.problem import RefusalError
from survey.ballot import ballot_code
from survey.local_time import local_date

DONE: Final = {"luu": "Đã giữ bản nháp."}


class Opened(msgspec.Struct, frozen=True):
    """One document of a case being written. plain: as the case alone makes it. unit: who issues it."""

    desk: Desk
    shown: Shown
    kind: Kind
    unit: str
    plain: Document
    draft: Draft | None

    @property
    def document(self) -> Document:
        """Return it with what was written."""
        return written(self.plain, self.draft) if self.draft else self.plain


def _open(request: AnyRequest, wanted: int, name: str) -> Opened:
    """Return a document of a case in reach, for who handles it and may read comments. Raises RefusalError 404."""
    desk, centre = open_desk(request, May.CASES_HANDLE), sessions.centre_of(request)
    if name not in KINDS or not desk.may(May.COMMENTS_SEE):
        raise RefusalError(404, "no_such_document", "there is no such document")
    with centre.engine.connect() as connection:
        found = shown(desk, connection, centre, case_in(desk, connection, wanted))
        unit = found.case.unit
        if desk.reached is not None and unit not in desk.reached:
            unit = found.case.office
        issuer = _issuer(connection, desk, unit)
        draft = issue.draft_of(connection, wanted, name, centre.keys)
    plain = KINDS[name].make(told_of(desk, found), issuer, desk.today)
    return Opened(desk, found, KINDS[name], unit, plain, draft)


def _file(request: AnyRequest, wanted: int, name: str, form: str) -> Response[Any]:
    opened, centre = _open(request, wanted, name), sessions.centre_of(request)
    if form not in MEDIA:
        raise RefusalError(404, "no_such_document", "there is no such document")
    document = replace(opened.document, draft="DỰ THẢO")
    made = pdf(document) if form == "pdf" else word(document)
    number, desk = opened.shown.case.number, opened.desk
    actor, subject = desk.session.account.name, f"{number} {name}.{form}"
    centre.writer.run(lambda work: record(work, desk.now_ms, actor, "case.document", subject))
    return download(made, f"{number}-{name}.{form}", MEDIA[form])


def _show(request: AnyRequest, opened: Opened, status: int = 200, **more: Any) -> Response[str]:
    centre, desk = sessions.centre_of(request), opened.desk
    with centre.engine.connect() as connection:
        following = next_number(connection, opened.unit, desk.today.year)
    document, texts = opened.document, opened.draft.parts if opened.draft else {}
    parts = [replace(one, text=texts.get(one.key, one.text)) for one in parts_of(opened.plain)]
    known = {one.key for one in parts}
    parts += [Part(key, text) for key, text in texts.items() if key not in known]
    values: dict[str, Any] = {"wrong": "", "done": DONE.get(request.query_params.get("xong", ""), "")}
    return page(
        request, "case_document.html", status,
        **frame_and(desk, case=opened.shown.case, kind=opened.kind, parts=parts, document=document,
                    following=following, left=missing(opened.kind.id, document), issuer=desk.name(opened.unit),
                    **(values | more)),
    )  # fmt: skip


def _write(request: AnyRequest, wanted: int, name: str, data: dict[str, str]) -> Response[Any]:
    opened, centre = _open(request, wanted, name), sessions.centre_of(request)
    desk = opened.desk
    sessions.check_form(request, desk.session, data.get("csrf", ""))
    draft, actor = read(opened.plain, data), desk.session.account.name
    opened = replace(opened, draft=draft)
    fault = too_long(draft)
    if fault is not None:
        return _show(request, opened, 422, wrong=fault)
    keys, now_ms = centre.keys, desk.now_ms
    centre.writer.run(lambda work: issue.save_draft(work, wanted, name, draft, actor, now_ms, keys))
    if data.get("do") == "preview":
        return Redirect(f"/vu-viec/{wanted}/van-ban/{name}.pdf", status_code=303)
    if data.get("do") != "issue":
        return Redirect(f"/vu-viec/{wanted}/van-ban/{name}?xong=luu", status_code=303)
    left = missing(name, opened.document)
    if left:
        words = "; ".join(left)
        return _show(request, opened, 422, wrong=f"Chưa ban hành được, còn trống: {words}. Bản nháp đã giữ.")
    number = opened.shown.case.number
    made = issue.issue(centre, issue.Wanted(wanted, number, name, opened.unit, opened.document), actor)
    if made is None:
        return _show(request, opened, 503, wrong=issue.BUSY)
    return Redirect(f"/vu-viec/{wanted}?xong=ban-hanh", status_code=303)


@get("/vu-viec/{wanted:int}/van-ban/{name:str}")
async def case_paper(request: AnyRequest, wanted: FromPath[int], name: FromPath[str]) -> Response[Any]:
    """Show a document being written, `tra-loi`, or give its draft: `phieu-chuyen.docx`, `tra-loi.pdf`."""
    kind, _, form = name.partition(".")
    if "." in name:
        return await to_thread(_file, request, wanted, kind, form)
    return await to_thread(lambda: _show(request, _open(request, wanted, kind)))


@post("/vu-viec/{wanted:int}/van-ban/{name:str}", status_code=200)
async def case_paper_form(request: AnyRequest, wanted: FromPath[int], name: FromPath[str], data: Form) -> Response[Any]:
    """Keep what was written; with `do` look at it as PDF, or issue it."""
    return await to_thread(_write, request, wanted, name, data)


@get("/vu-viec/van-ban/{document:str}/{form:str}", sync_to_thread=True)
def issued_file(request: AnyRequest, document: FromPath[str], form: FromPath[str]) -> Response[Any]:
    """Give an issued document as it was issued, `pdf` or `docx`."""
    desk, centre = open_desk(request, May.CASES_SEE), sessions.centre_of(request)
    if form not in MEDIA or not desk.may(May.COMMENTS_SEE):
        raise RefusalError(404, "no_such_document", "there is no such document")
    with centre.engine.connect() as connection:
        found = issue.find(connection, document[:40])
        if found is None:
            raise RefusalError(404, "no_such_document", "there is no such document")
        case = case_in(desk, connection, found.case)
        body = issue.file_of(connection, found.id, "pdf" if form == "pdf" else "word", centre.keys)
    actor, subject = desk.session.account.name, f"{case.number} {found.numbered}.{form}"
    centre.writer.run(lambda work: record(work, desk.now_ms, actor, "case.fetch", subject))
    return download(body, f"{case.number}-{found.kind}-{found.number:02d}-{found.year}.{form}", MEDIA[form])


def told_of(desk: Desk, found: Shown) -> Told:
    """Return what documents say of a case as its page shows it."""
    case = found.case
    answers = [answer for _, several in found.papers for answer in several]
    first = found.papers[0][0] if found.papers else None
    replies = [line.words for line in found.lines if line.event.kind == "answer" and line.words]
    counter = desk.name(case.counter) if case.counter != case.office else "đơn vị"
    return Told(
        number=case.number,
        code=ballot_code(UUID(bytes=first.id)) if first else "",
        day=case.day,
        office=desk.name(case.office),
        counter=counter,
        channel=CHANNELS.get(first.channel, first.channel) if first else "",
        unit=desk.name(case.unit),
        comments=found.comments,
        answers=answers,
        due=_day(case.due_at),
        finding=FINDINGS.get(case.finding, ""),
        answer=replies[-1] if replies else "",
    )


def _day(at_ms: int | None) -> date | None:
    return None if at_ms is None else local_date(at_ms)


def _issuer(connection: Connection, desk: Desk, unit: str) -> Issuer:
    found = issuer_of(connection, unit)
    province = province_of(desk.units.values())
    return replace(found, agency=found.agency or desk.name(unit), superior=found.superior or province,
                   symbol=found.symbol or "BC", place=found.place or place_in(province))  # fmt: skip


ROUTES = [case_paper, case_paper_form, issued_file]
