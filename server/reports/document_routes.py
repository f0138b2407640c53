"""HTTP for reports as documents: drafts in Word and PDF, issuing, the archive, an office's settings, its schedules."""

from asyncio import to_thread
from datetime import date
from typing import Any, Final, Literal, cast
from urllib.parse import quote

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from server.accounts import sessions
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.audit.queries import record
from server.centre import Centre
from server.database import Work
from server.documents import issuer as issuers
from server.documents.pdf import pdf
from server.documents.store import issuer_of, next_number, set_issuer
from server.documents.word import word
from server.mail import outbox
from server.mail.message import MailboxError, mailboxes
from server.mail.send import is_set
from server.offices.queries import COUNTER, PROVINCE, Unit, all_versions
from server.offices.scope import check, within
from server.pages.download import DOCX
from server.problem import RefusalError
from server.reports import archive, choice, schedule
from server.reports.archive import ArchiveError, Issued
from server.reports.due import once_of
from server.reports.official import completed
from server.results.periods import Period
from server.results.rules import number, vietnamese_order
from survey.local_time import local_date, local_words

PAGE: Final = "/bao-cao/van-ban"
KINDS: Final = {
    "pdf": "application/pdf",
    "word": DOCX,
}
ENDS: Final = {"pdf": "pdf", "word": "docx"}
DONE: Final = {
    "mau": "Đã lưu mẫu văn bản.", "lich": "Đã đặt lịch báo cáo.", "bo": "Đã bỏ lịch; báo cáo đã ban hành vẫn còn.",
    "lai": "Đang thử lại; kết quả hiện ở đây trong vài phút.",
}  # fmt: skip
EARLIEST: Final = date(2015, 1, 1)


class Desk(msgspec.Struct, frozen=True):
    """What the page is opened at. unit: "" for the whole province. reach: None for all units."""

    session: Session
    centre: Centre
    units: dict[str, Unit]
    unit: str
    reach: frozenset[str] | None

    @property
    def places(self) -> list[Unit]:
        """Return the units to choose from."""
        found = [one for one in self.units.values() if one.kind not in {COUNTER, PROVINCE}]
        mine = [one for one in found if self.reach is None or one.id in self.reach]
        return sorted(mine, key=lambda one: vietnamese_order(one.name_vi))

    @property
    def name(self) -> str:
        """Return what the page is about."""
        return self.name_of(self.unit)

    def name_of(self, unit: str) -> str:
        """Return a unit's name."""
        return self.units[unit].name_vi if unit in self.units else unit or "Toàn tỉnh"


def _desk(request: AnyRequest, session: Session, unit: str) -> Desk:
    """Return the desk at a unit, at the session's own where none is named. Raises RefusalError 404 outside reach."""
    centre = sessions.centre_of(request)
    with centre.engine.connect() as connection:
        units = all_versions(connection, EARLIEST, local_date(centre.now_ms()))
    reach, at = within(session, units), unit[:80] or session.unit or ""
    check(reach, at)
    if at and (at not in units or units[at].kind == COUNTER):
        raise RefusalError(404, "no_such_unit", "there is no such unit")
    return Desk(session, centre, units, "" if at in units and units[at].kind == PROVINCE else at, reach)


def _period(desk: Desk, given: Any) -> Period:
    cut = desk.centre.settings.month_cut
    return choice.read(str(given.get("ky", "")), str(given.get("tu", "")), str(given.get("den", "")), cut)


# ---- the page


def _show(request: AnyRequest, desk: Desk, status: int = 200, **more: Any) -> Response[str]:
    centre, today = desk.centre, local_date(desk.centre.now_ms())
    year = today.year
    with centre.engine.connect() as connection:
        several = schedule.standing(connection, desk.unit)
        runs = schedule.runs(connection, [one.id for one in several])
        issued = archive.listed(connection, desk.unit, None)
        mails = {one.id: outbox.found(connection, once_of(one.id)) for one in issued}
        issuer = issuer_of(connection, desk.unit)
        cut = centre.settings.month_cut
        periods = choice.rows({}, year, today, cut) + choice.rows({}, year - 1, today, cut)
        latest = choice.read(periods[0].key, "", "", cut)
        guess = completed(issuers.Issuer(), archive.asked_of_unit(connection, centre, desk.unit, latest))
        following = next_number(connection, desk.unit, year)
    newest = next((one.key for one in periods if one.kind == "thang" and not one.is_open), "")
    values: dict[str, Any] = {"wrong": "", "entered": {}, "planned": {}}
    return page(
        request, "report_documents.html", status, session=desk.session, desk=desk, issued=issued, mails=mails,
        schedules=several, runs=_latest(runs), issuer=issuer, guess=guess, fields=issuers.FIELDS, number=number,
        lines=issuers.LINES, groups=schedule.KINDS, periods=[one for one in periods if not one.is_open],
        newest=newest, following=following, year=year, at=local_words, may_change=desk.session.may(May.DATA_ENTER),
        has_mail=is_set(centre.settings), done=DONE.get(request.query_params.get("xong", ""), ""),
        documents={one.id: one for one in issued}, **(values | more),
    )  # fmt: skip


def _latest(runs: dict[tuple[str, str], schedule.Run]) -> dict[str, schedule.Run]:
    """Return the last run of each schedule."""
    return {run.schedule: run for run in sorted(runs.values(), key=lambda one: one.at)}


@get(PAGE)
async def documents_page(request: AnyRequest) -> Response[str]:
    """Show the issued reports of a unit, its settings and its schedules."""
    session = sessions.require(request, May.REPORTS_MAKE)
    return await to_thread(lambda: _show(request, _desk(request, session, request.query_params.get("don_vi", ""))))


@get(f"{PAGE}/tai", sync_to_thread=True)
def draft_file(request: AnyRequest) -> Response[Any]:
    """Give the report of a period as a draft: `?ky=thang:2026-11&don_vi=…&dang=word`, or `pdf`."""
    session = sessions.require(request, May.REPORTS_MAKE)
    given = request.query_params
    desk = _desk(request, session, given.get("don_vi", ""))
    form = _form(given.get("dang", "pdf"))
    try:
        period = _period(desk, given)
    except choice.ChoiceError as error:
        return _show(request, desk, 422, wrong=str(error))
    with desk.centre.engine.connect() as connection:
        is_now = given.get("theo") == "nay"
        document = archive.draft(connection, desk.centre, desk.unit, period, is_now=is_now)
    made = pdf(document) if form == "pdf" else word(document)
    _write(desk, "report.draft", f"{desk.unit} {archive.key_of(period)} {form}".strip())
    return _given(made, form, f"du-thao-bao-cao-{period.value}{'-' + desk.unit if desk.unit else ''}")


def _form(text: str) -> Literal["pdf", "word"]:
    if text not in KINDS:
        raise RefusalError(404, "no_such_form", f"there is no form {text[:20]!r}; ask for pdf or word")
    return cast(Literal["pdf", "word"], text)


def _given(body: bytes, form: str, name: str) -> Response[bytes]:
    file = f"{name}.{ENDS[form]}"
    headers = {
        "content-disposition": f"attachment; filename=\"{quote(file)}\"; filename*=UTF-8''{quote(file)}",
        "cache-control": "no-store",
    }
    return Response(body, media_type=KINDS[form], headers=headers)


def _write(desk: Desk, action: str, subject: str) -> None:
    actor, now = desk.session.account.name, desk.centre.now_ms()
    desk.centre.writer.run(lambda work: record(work, now, actor, action, subject))


# ---- one issued report


def _issued(request: AnyRequest, document: str) -> tuple[Desk, Issued]:
    session = sessions.require(request, May.REPORTS_MAKE)
    centre = sessions.centre_of(request)
    with centre.engine.connect() as connection:
        one = archive.find(connection, document[:32])
    if one is None or (not one.unit and session.unit is not None):
        raise RefusalError(404, "no_such_document", "there is no such document")
    return _desk(request, session, one.unit), one


@get(PAGE + "/{document:str}", sync_to_thread=True)
def document_page(request: AnyRequest, document: FromPath[str]) -> Response[str]:
    """Show one issued report: its hash checked now, and what of its data changed since."""
    desk, one = _issued(request, document)
    period = choice.read(*_asked_again(one), desk.centre.settings.month_cut)
    with desk.centre.engine.connect() as connection:
        now = archive.facts_of(connection, archive.asked_of_unit(connection, desk.centre, one.unit, period))
        is_whole = archive.is_whole(connection, one)
        mail = outbox.found(connection, once_of(one.id))
    return page(
        request, "report_document.html", session=desk.session, desk=desk, one=one, is_whole=is_whole, mail=mail,
        changed=archive.changes(one.facts, now), facts=archive.FACTS, number=number, at=local_words, now=now,
    )  # fmt: skip


def _asked_again(one: Issued) -> tuple[str, str, str]:
    kind, _, value = one.period.partition(":")
    first, _, last = value.partition("_")
    return ("", first, last) if kind == "khoang" else (one.period, "", "")


@get(PAGE + "/{document:str}/{form:str}", sync_to_thread=True)
def document_file(request: AnyRequest, document: FromPath[str], form: FromPath[str]) -> Response[bytes]:
    """Give the file of an issued report, as it lies in the archive."""
    desk, one = _issued(request, document)
    asked = _form(form)
    with desk.centre.engine.connect() as connection:
        body = archive.file_of(connection, one.id, asked)
    _write(desk, "report.fetch", f"{one.unit} {one.numbered} {asked}".strip())
    return _given(body, asked, f"bao-cao-{one.numbered.replace('/', '-')}-{one.year}")


# ---- what changes


@post(PAGE)
async def documents_do(request: AnyRequest, data: Form) -> Response[Any]:
    """Issue a report, store settings, make or end a schedule, try again."""
    session = sessions.require(request, May.DATA_ENTER)
    sessions.require(request, May.REPORTS_MAKE)
    sessions.check_form(request, session, data.get("csrf", ""))
    do = ACTS.get(data.get("do", ""))
    if do is None:
        raise RefusalError(404, "no_such_act", "there is no such act")
    return await to_thread(lambda: do(request, _desk(request, session, data.get("don_vi", "")), data))


def _back(desk: Desk, done: str) -> Redirect:
    return Redirect(f"{PAGE}?don_vi={desk.unit}&xong={done}", status_code=303)


def _issue(request: AnyRequest, desk: Desk, data: dict[str, str]) -> Response[Any]:
    try:
        period = _period(desk, data)
        if local_date(desk.centre.now_ms()) <= period.last:
            raise choice.ChoiceError(
                f"Kỳ {period.name} chưa hết (đến {period.last:%d/%m/%Y}). Xin tải dự thảo, hoặc chờ hết kỳ để ban hành."
            )
        made = archive.issue(desk.centre, desk.unit, period, desk.session.account.name)
    except (choice.ChoiceError, ArchiveError) as error:
        return _show(request, desk, 422, wrong=str(error), entered=data)
    return Redirect(f"{PAGE}/{made.id}", status_code=303)


def _issuer(request: AnyRequest, desk: Desk, data: dict[str, str]) -> Response[Any]:
    try:
        found = issuers.read(data)
    except issuers.IssuerError as error:
        return _show(request, desk, 422, wrong=str(error), entered=data)

    def store(work: Work) -> None:
        now, actor = desk.centre.now_ms(), desk.session.account.name
        set_issuer(work, desk.unit, found, actor, now)
        record(work, now, actor, "issuer.set", desk.unit)

    desk.centre.writer.run(store)
    return _back(desk, "mau")


def _plan(request: AnyRequest, desk: Desk, data: dict[str, str]) -> Response[Any]:
    now, actor = desk.centre.now_ms(), desk.session.account.name
    try:
        made = schedule.read(data, desk.unit, mailboxes(data.get("recipients", "")), actor, now)
    except (schedule.ScheduleError, MailboxError) as error:
        return _show(request, desk, 422, wrong=str(error), planned=data)

    def store(work: Work) -> None:
        schedule.add(work, made)
        words = f"{desk.unit} {made.kind} +{made.after_days} {len(made.recipients)}"
        record(work, now, actor, "schedule.make", words.strip())

    desk.centre.writer.run(store)
    return _back(desk, "lich")


def _end(request: AnyRequest, desk: Desk, data: dict[str, str]) -> Response[Any]:
    now, actor, which = desk.centre.now_ms(), desk.session.account.name, data.get("schedule", "")[:32]

    def store(work: Work) -> None:
        if schedule.end(work, which, desk.unit, now):
            record(work, now, actor, "schedule.end", f"{desk.unit} {which}".strip())

    desk.centre.writer.run(store)
    return _back(desk, "bo")


def _again(request: AnyRequest, desk: Desk, data: dict[str, str]) -> Response[Any]:
    now, actor = desk.centre.now_ms(), desk.session.account.name
    with desk.centre.engine.connect() as connection:
        mine = {one.id for one in schedule.standing(connection, desk.unit)}
        issued = {one.id for one in archive.listed(connection, desk.unit, None)}
    which, document = data.get("schedule", ""), data.get("document", "")

    def store(work: Work) -> None:
        if which in mine:
            schedule.again(work, which, now)
        if document in issued:
            outbox.again(work, once_of(document), now)
        record(work, now, actor, "schedule.again", desk.unit)

    desk.centre.writer.run(store)
    return _back(desk, "lai")


ACTS: Final = {"issue": _issue, "issuer": _issuer, "plan": _plan, "end": _end, "again": _again}
ROUTES = [documents_page, documents_do, draft_file, document_page, document_file]
