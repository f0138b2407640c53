"""HTTP for the documents of a case: drafts as Word, to be finished, and as PDF, to be looked at."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath
from msgspec.structs import replace
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.routes import AnyRequest
from server.accounts.rules import May
from server.audit.queries import record
from server.cases.desk import CHANNELS, Desk, Shown, case_in, open_desk, shown
from server.cases.papers import KINDS, Told
from server.cases.rules import FINDINGS
from server.documents.issuer import Issuer
from server.documents.pdf import pdf
from server.documents.store import issuer_of
from server.documents.word import word
from server.offices.queries import province_of
from server.pages.download import download
from server.problem import RefusalError
from survey.ballot import ballot_code
from survey.local_time import local_date

MEDIA: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@get("/vu-viec/{wanted:int}/van-ban/{name:str}", sync_to_thread=True)
def case_paper(request: AnyRequest, wanted: FromPath[int], name: FromPath[str]) -> Response[Any]:
    """Give a draft: `phieu-chuyen.docx`, `tra-loi.pdf`; for who handles cases and may read comments."""
    desk, centre = open_desk(request, May.CASES_HANDLE), sessions.centre_of(request)
    kind, _, form = name.partition(".")
    if kind not in KINDS or form not in MEDIA or not desk.may(May.COMMENTS_SEE):
        raise RefusalError(404, "no_such_document", "there is no such document")
    with centre.engine.connect() as connection:
        found = shown(desk, connection, centre, case_in(desk, connection, wanted))
        issuer = _issuer(connection, desk, found.case.unit)
    document = replace(KINDS[kind].make(told_of(desk, found), issuer, desk.today), draft="DỰ THẢO")
    made = pdf(document) if form == "pdf" else word(document)
    actor, subject = desk.session.account.name, f"{found.case.number} {kind}.{form}"
    centre.writer.run(lambda work: record(work, desk.now_ms, actor, "case.document", subject))
    return download(made, f"{found.case.number}-{kind}.{form}", MEDIA[form])


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
    return replace(found, agency=found.agency or desk.name(unit), superior=found.superior or province)


ROUTES = [case_paper]
