"""HTTP for the register of processing: the page, its workbook, and a citizen's request met at the desk."""

from asyncio import to_thread
from datetime import date
from io import BytesIO
from typing import Any

import msgspec
from litestar import Response, get, post
from openpyxl import Workbook
from sqlalchemy import Connection

from server.accounts import sessions
from server.accounts.queries import Session
from server.accounts.routes import AnyRequest, Form, page
from server.accounts.rules import May
from server.audit.queries import record
from server.cases import queries as cases
from server.cases.open import frame_of, index_codes, open_waiting
from server.cases.retain import due
from server.centre import Centre
from server.database import Work
from server.offices.queries import place_in, province_of, standing
from server.pages.download import download
from server.problem import RefusalError
from server.public import act
from server.public.act import Held
from server.public.rules import code_of
from server.register import queries, rules
from server.register.rules import Activity, Request, Text
from server.reports.sheet import NUMBER, Column, Heading, open_sheet
from survey.local_time import local_date, local_words

UNKNOWN = "Chưa thấy phiếu có mã này. Xin xem lại mã; phiếu gửi từ ki-ốt có thể vài phút sau mới về tới trung tâm."


class Register(msgspec.Struct, frozen=True):
    """The register as it stands. due: how many things wait to be erased by the next run."""

    lines: list[Activity]
    texts: list[Text]
    requests: list[Request]
    by_citizens: int
    deletions: list[tuple[date, str, str, int]]
    due: int


def read(connection: Connection, now_ms: int) -> Register:
    """Return the register as of now."""
    texts = queries.texts(connection)
    named = ", ".join(sorted({one.id for one in texts})) or "–"
    terms = cases.rules(connection).retention
    return Register(
        rules.activities(terms, queries.kept(connection), named), texts, queries.requests(connection),
        queries.erased_by_themselves(connection), queries.deletions(connection), due(connection, now_ms).total,
    )  # fmt: skip


def _may(request: AnyRequest, may: May) -> Session:
    session = sessions.require(request, may)
    if session.unit is not None:
        raise RefusalError(403, "not_allowed", "the register is of the whole province")
    return session


def _show(request: AnyRequest, session: Session, status: int = 200, **more: Any) -> Response[str]:
    centre = sessions.centre_of(request)
    today = local_date(centre.now_ms())
    with centre.engine.connect() as connection:
        found = read(connection, centre.now_ms())
    given = {"held": None, "code": "", "asked": str(today), "wrong": "", "done": ""} | more
    return page(
        request, "register.html", status, session=session, found=found, today=today, plain=rules.plain,
        what=rules.WHAT, why=rules.WHY, may_erase=session.may(May.OFFICES_CHANGE), **given,
    )  # fmt: skip


@get("/du-lieu-ca-nhan")
async def register_page(request: AnyRequest) -> Response[str]:
    """Show the register."""
    return await to_thread(lambda: _show(request, _may(request, May.AUDIT_SEE)))


def _take(request: AnyRequest, data: dict[str, str]) -> Response[str]:
    session, centre = _may(request, May.OFFICES_CHANGE), sessions.centre_of(request)
    sessions.check_form(request, session, data.get("csrf", ""))
    typed, today = data.get("ma", "")[:40], local_date(centre.now_ms())
    given: dict[str, Any] = {"code": typed, "asked": data.get("ngay", "")[:10] or str(today)}
    asked_on = rules.asked_day(given["asked"], today)
    if asked_on is None:
        wrong = f"Ngày yêu cầu “{given['asked']}” chưa đúng. Xin chọn một ngày trong một năm qua, không sau hôm nay."
        return _show(request, session, 422, **given, wrong=wrong)
    held = _found(centre, code_of(typed))
    if held is None:
        return _show(request, session, 404, **given, wrong=UNKNOWN)
    actor, now_ms = session.account.name, centre.now_ms()
    if data.get("viec") not in ("xoa", "rut"):
        centre.writer.run(lambda work: record(work, now_ms, actor, "data.look", held.office))
        return _show(request, session, **given, held=held)
    n = _erase(centre, held, asked_on, actor, keeps_words=data["viec"] == "rut")
    return _show(request, session, **given, done=f"Đã xóa {n} nơi lưu của phiếu này. Điểm đã chấm vẫn được đếm.")


def _found(centre: Centre, code: str | None) -> Held | None:
    open_waiting(centre)
    index_codes(centre)
    with centre.engine.connect() as connection:
        return act.find(connection, code)


def _erase(centre: Centre, held: Held, asked_on: date, actor: str, *, keeps_words: bool) -> int:
    with centre.engine.connect() as connection:
        frame = frame_of(connection, centre.now_ms())

    def store(work: Work) -> int:
        before = queries.erased_by_themselves(work.connection)
        act.forget(work, held, frame, centre.keys, keeps_words=keeps_words, actor=actor)
        n = queries.erased_by_themselves(work.connection) - before
        if n:
            queries.add_request(work, asked_on, frame.now_ms, "contact" if keeps_words else "words", n, actor)
        record(work, frame.now_ms, actor, "data.erase", f"{held.office} {n}")
        return n

    return centre.writer.run(store)


@post("/du-lieu-ca-nhan", status_code=200)
async def register_form(request: AnyRequest, data: Form) -> Response[str]:
    """Look a citizen's ballot up by its code, or erase what was written with it. The code is written down nowhere."""
    return await to_thread(_take, request, data)


# ---- the workbook

SHEETS = {
    "Hoạt động xử lý": [Column("Dữ liệu", 26), Column("Mục đích", 24), Column("Cơ sở", 24), Column("Nơi lưu", 28),
                        Column("Ai mở được", 30), Column("Giữ bao lâu", 28), Column("Đang giữ", 10, NUMBER),
                        Column("Cũ nhất", 12)],
    "Đồng ý": [Column("Mã", 14), Column("Hỏi từ ngày", 12), Column("Lời tiếng Việt", 60),
               Column("Lời tiếng Anh", 60), Column("Số phiếu", 10, NUMBER), Column("Theo ngôn ngữ", 16),
               Column("Còn giữ", 10, NUMBER)],
    "Yêu cầu xóa": [Column("Ngày yêu cầu", 14), Column("Ngày xóa", 14), Column("Số ngày", 10, NUMBER),
                    Column("Trong 72 giờ", 14), Column("Xóa gì", 26), Column("Người làm", 20)],
    "Nhật ký xóa": [Column("Ngày", 14), Column("Xóa gì", 28), Column("Vì sao", 32), Column("Số nơi", 10, NUMBER)],
}  # fmt: skip


def rows_of(found: Register) -> dict[str, list[list[Any]]]:
    """Return the rows of each sheet; pure."""
    return {
        "Hoạt động xử lý": [
            [one.data, one.purpose, one.basis, one.where, one.who, one.how_long, one.n, rules.plain(one.oldest)]
            for one in found.lines
        ],
        "Đồng ý": [
            [one.id, rules.plain(one.since), one.vi, one.en, one.total, one.by_language, one.kept]
            for one in found.texts
        ],
        "Yêu cầu xóa": [
            [rules.plain(one.asked_on), rules.plain(one.done_on), one.days, "có" if one.is_in_time else "không",
             rules.WHAT.get(one.what, one.what), one.actor]
            for one in found.requests
        ],
        "Nhật ký xóa": [
            [rules.plain(day), rules.WHAT.get(what, what), rules.WHY.get(why, why), n]
            for day, what, why, n in found.deletions
        ],
    }  # fmt: skip


@get("/du-lieu-ca-nhan/so-dang-ky.xlsx", sync_to_thread=True)
def register_workbook(request: AnyRequest) -> Response[bytes]:
    """Give the register as a workbook; the download is audited."""
    session, centre = _may(request, May.AUDIT_SEE), sessions.centre_of(request)
    now_ms, today = centre.now_ms(), local_date(centre.now_ms())
    with centre.engine.connect() as connection:
        found, units = read(connection, now_ms), standing(connection, today)
    province, book = province_of(units), Workbook(write_only=True)
    rows = rows_of(found)
    for name, columns in SHEETS.items():
        heading = Heading(province, "Hệ thống khảo sát sự hài lòng", f"SỔ ĐĂNG KÝ XỬ LÝ DỮ LIỆU CÁ NHÂN – {name}",
                          f"Tính đến {local_words(now_ms)}", place_in(province), today)  # fmt: skip
        table = open_sheet(book, name, columns, heading)
        for row in rows[name]:
            table.add(row)
    file = BytesIO()
    book.save(file)
    actor = session.account.name
    centre.writer.run(lambda work: record(work, now_ms, actor, "data.export", str(len(found.lines))))
    return download(file.getvalue(), "so-dang-ky-xu-ly-du-lieu.xlsx")


ROUTES: list[Any] = [register_page, register_form, register_workbook]
