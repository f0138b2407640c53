"""HTTP for the audit log: the page, and the workbook of what was asked for."""

from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from openpyxl import Workbook
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest, page
from server.accounts.rules import May
from server.audit.queries import first_broken, record
from server.database import Work
from server.journal import queries
from server.journal.queries import Asked
from server.journal.rules import in_words
from server.offices.queries import place_in, province_of, standing
from server.offices.scope import reach
from server.pages.download import download
from server.reports.sheet import NUMBER, Column, Heading, open_sheet
from server.results.rules import number, vietnamese_order
from survey.local_time import local_date, local_words

COLUMNS = [Column("Dòng", 9, NUMBER), Column("Thời điểm", 18), Column("Người làm", 22), Column("Việc", 34),
           Column("Về", 50)]  # fmt: skip


def _asked(connection: Connection, request: AnyRequest, session: Session, today: date) -> tuple[Asked, str]:
    """Return what is asked for, and in Vietnamese what of it cannot be used."""
    given, wrong, day = request.query_params, "", None
    text = given.get("ngay", "")[:20]
    if text:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            wrong = f"Ngày “{text}” chưa đúng. Xin viết như {today:%Y-%m-%d}; dưới đây là mọi ngày."
    actors = queries.actors_in(connection, reach(connection, session, today))
    return Asked(given.get("nguoi", "")[:80], given.get("viec", "")[:40], day, actors), wrong


@get("/nhat-ky", sync_to_thread=True)
def journal_page(request: AnyRequest) -> Response[str]:
    """Show the log, newest first, and whether it is whole."""
    session = sessions.require(request, May.AUDIT_SEE)
    centre = sessions.centre_of(request)
    before = request.query_params.get("truoc", "")
    with centre.engine.connect() as connection:
        asked, wrong = _asked(connection, request, session, local_date(centre.now_ms()))
        shown = queries.lines(connection, asked, int(before) if before.isdecimal() and len(before) < 16 else None)
        people, actions = queries.choices(connection, asked)
        whole, found = queries.count(connection, Asked()), queries.count(connection, asked)
        broken = first_broken(Work(connection))
    address = {"nguoi": asked.actor, "viec": asked.action, "ngay": f"{asked.day}" if asked.day else ""}
    filled = urlencode({name: value for name, value in address.items() if value})
    more = f"?{filled}{'&' if filled else ''}truoc={shown[-1].id}" if len(shown) == queries.PAGE else ""
    return page(
        request, "journal.html", session=session, asked=asked, wrong=wrong, lines=shown, people=people,
        actions=sorted(actions, key=lambda one: vietnamese_order(in_words(one))), broken=broken, whole=number(whole),
        found=number(found), filled=filled, more=more, in_words=in_words, moment=local_words,
    )  # fmt: skip


@get("/nhat-ky/nhat-ky.xlsx", sync_to_thread=True)
def journal_workbook(request: AnyRequest) -> Response[bytes]:
    """Give what was asked for as a workbook; the download is audited."""
    session = sessions.require(request, May.AUDIT_SEE)
    centre = sessions.centre_of(request)
    now_ms, today = centre.now_ms(), local_date(centre.now_ms())
    with centre.engine.connect() as connection:
        asked, _ = _asked(connection, request, session, today)
        units = {one.id: one for one in standing(connection, today)}
        province = province_of(units.values())
        own = units.get(session.unit or "")
        heading = Heading(
            province, own.name_vi if own else "Hệ thống khảo sát sự hài lòng", "NHẬT KÝ HỆ THỐNG",
            f"Tính đến {local_words(now_ms)}", place_in(province), today,
        )  # fmt: skip
        made, n = _workbook(connection, asked, heading)
    actor = session.account.name
    centre.writer.run(lambda work: record(work, now_ms, actor, "audit.export", str(n)))
    return download(made, "nhat-ky.xlsx")


def _workbook(connection: Connection, asked: Asked, heading: Heading) -> tuple[bytes, int]:
    book, n = Workbook(write_only=True), 0
    table = open_sheet(book, "Nhật ký", COLUMNS, heading)
    for line in queries.each(connection, asked):
        table.add([line.id, local_words(line.at), line.actor, in_words(line.action), line.subject])
        n += 1
    file = BytesIO()
    book.save(file)
    return file.getvalue(), n


ROUTES: list[Any] = [journal_page, journal_workbook]
