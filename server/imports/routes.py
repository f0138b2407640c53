"""HTTP for other forms' files: choose, say what the columns mean, try dry, carry in, take back."""

from asyncio import to_thread
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from server.accounts import sessions
from server.accounts.forms import Files, guarded
from server.accounts.routes import AnyRequest, Form, page
from server.ballots.desk import DeskError
from server.database import Work
from server.imports import store
from server.imports.desk import MAY, Desk, open_desk
from server.imports.headings import fingerprint
from server.imports.meaning import (
    ROLES,
    Meaning,
    Reading,
    carried,
    first_guess,
    offices_of,
    whole_faults,
)
from server.imports.reading import MAX_FILE, ReadError, Sheet, read
from server.imports.refused import refused
from server.offices import uploads
from server.offices.workbook import tidy
from server.pages.download import download
from server.problem import RefusalError
from survey.local_time import local_words
from survey.questionnaire import Questionnaire

KIND: Final = "import"
SHOWN_AT_MOST: Final = 200
SAMPLES: Final = 3


def _front(request: AnyRequest, desk: Desk, status: int = 200, wrong: str = "") -> Response[Any]:
    with sessions.centre_of(request).engine.connect() as connection:
        found = store.listed(Work(connection), desk.reached)
    return page(
        request, "imports.html", status, session=desk.session, imports=found, wrong=wrong, moment=local_words
    )  # fmt: skip


def _upload(request: AnyRequest, data: dict[str, Any]) -> Response[Any]:
    desk, centre = open_desk(request), sessions.centre_of(request)
    sessions.check_form(request, desk.session, str(data.get("csrf", "")))
    file = data.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return _front(request, desk, 422, "Chưa chọn tệp. Xin bấm vào ô chọn tệp rồi chọn tệp của biểu mẫu.")
    body, name = file.file.read(MAX_FILE + 1), file.filename
    try:
        sheet = read(body)
    except ReadError as error:
        return _front(request, desk, 422, str(error))
    account, now_ms = desk.session.account.id, centre.now_ms()
    upload = centre.writer.run(lambda work: uploads.keep(work, account, KIND, name, body, now_ms))
    with centre.engine.connect() as connection:
        known = store.profile(Work(connection), fingerprint(sheet.headings))
    meaning = known or first_guess(sheet, desk.questionnaire, _source_of(name))
    offices = offices_of(desk.units)
    if meaning.office not in offices:
        meaning = msgspec.structs.replace(meaning, office=next(iter(offices)) if len(offices) == 1 else "")
    return _columns(request, desk, (upload, name), sheet, meaning, is_known=known is not None)


def _source_of(name: str) -> str:
    """Return a file's name without its kind and what a download adds, as the first idea of its source."""
    stem = name.rsplit("/")[-1].rsplit("\\")[-1].rsplit(".", 1)[0]
    return " ".join("".join(one if one.isalpha() else " " for one in stem).split())[:80] or "Biểu mẫu"


def _columns(
    request: AnyRequest, desk: Desk, upload: tuple[str, str], sheet: Sheet, meaning: Meaning, **more: Any
) -> Response[Any]:
    questions = {one.id: f"{one.code} {one.criterion_vi}" for one in desk.questionnaire.questions}
    samples = [
        [text[:60] for line in sheet.lines[:30] if (text := tidy(line.cells[at]))][:SAMPLES]
        for at in range(len(sheet.headings))
    ]
    wrong = more.get("wrong", [])
    return page(
        request, "imports_columns.html", 422 if wrong else 200, session=desk.session, upload=upload[0], name=upload[1],
        sheet=sheet, meaning=meaning, questions=questions, roles=ROLES, offices=offices_of(desk.units),
        samples=samples, wrong=wrong, question=more.get("question", ""), is_known=more.get("is_known", False),
    )  # fmt: skip


def _meaning(data: dict[str, str], sheet: Sheet, desk: Desk) -> Meaning:
    allowed = {*ROLES, *(one.id for one in desk.questionnaire.questions)}
    given = [data.get(f"c{at}", "") for at in range(len(sheet.headings))]
    office = data.get("office", "")
    return Meaning(
        " ".join(data.get("source", "").split())[:80],
        tuple(role if role in allowed else "" for role in given),
        office if office in offices_of(desk.units) else "",
        data.get("order", "") if data.get("order") in ("dmy", "mdy", "swapped") else "",
        data.get("best") == "1",
    )


def _opened(request: AnyRequest, desk: Desk, data: dict[str, str]) -> tuple[str, Sheet] | None:
    sessions.check_form(request, desk.session, data.get("csrf", ""))
    with sessions.centre_of(request).engine.connect() as connection:
        kept = uploads.peek(Work(connection), data.get("upload", ""), desk.session.account.id, KIND)
    return None if kept is None else (kept[0], read(kept[1]))


GONE: Final = "Tệp xem thử không còn (giữ một ngày). Xin chọn lại tệp."


def _try(request: AnyRequest, data: dict[str, str]) -> Response[Any]:
    desk, centre = open_desk(request), sessions.centre_of(request)
    opened = _opened(request, desk, data)
    if opened is None:
        return _front(request, desk, 422, GONE)
    name, sheet = opened
    meaning, upload = _meaning(data, sheet, desk), (data["upload"], name)
    if data.get("do") == "back":
        return _columns(request, desk, upload, sheet, meaning)
    wrong = whole_faults(sheet, meaning, desk.questionnaire)
    if wrong:
        return _columns(request, desk, upload, sheet, meaning, wrong=wrong)
    reading = carried(sheet, meaning, desk.questionnaire, desk.units, desk.today)
    if reading.question:
        return _columns(request, desk, upload, sheet, meaning, wrong=[reading.question], question=reading.question)
    if data.get("do") == "refused":
        return download(refused(sheet, reading), "dong-bi-tu-choi.xlsx")
    with centre.engine.connect() as connection:
        keyed = store.digests(centre, meaning.source, reading.rows)
        there = len(store.known_rows(Work(connection), keyed))
    days = sorted(row.told.day for row in reading.rows)
    return page(
        request, "imports_trial.html", session=desk.session, upload=upload[0], name=name, sheet=sheet,
        meaning=meaning, reading=reading, there=there, at_most=SHOWN_AT_MOST, offices=offices_of(desk.units),
        days=(days[0], days[-1]) if days else None, columns=_told_columns(sheet, meaning, desk.questionnaire),
        by_office=_by_office(reading),
    )  # fmt: skip


def _by_office(reading: Reading) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in reading.rows:
        found[row.office] = found.get(row.office, 0) + 1
    return found


def _told_columns(sheet: Sheet, meaning: Meaning, questionnaire: Questionnaire) -> list[tuple[str, str]]:
    words = ROLES | {one.id: f"{one.code} {one.criterion_vi}" for one in questionnaire.questions}
    return [(heading, words[role]) for heading, role in zip(sheet.headings, meaning.roles, strict=True)]


def _carry(request: AnyRequest, data: dict[str, str]) -> Response[Any]:
    desk, centre = open_desk(request), sessions.centre_of(request)
    opened = _opened(request, desk, data)
    if opened is None:
        return _front(request, desk, 422, GONE)
    name, sheet = opened
    meaning = _meaning(data, sheet, desk)
    wrong = whole_faults(sheet, meaning, desk.questionnaire)
    reading = Reading() if wrong else carried(sheet, meaning, desk.questionnaire, desk.units, desk.today)
    if wrong or reading.question:
        return _columns(request, desk, (data["upload"], name), sheet, meaning, wrong=wrong or [reading.question])
    actor, account = desk.session.account.name, desk.session.account.id

    def job(work: Work) -> int:
        made = store.carry_in(work, centre, reading, meaning, desk.questionnaire, (actor, name))
        store.keep_profile(work, fingerprint(sheet.headings), meaning, actor, centre.now_ms())
        uploads.take(work, data["upload"], account, KIND)
        return made

    try:
        made = centre.writer.run(job)
    except DeskError as error:
        words = f"Chưa nhập gì: một dòng không hợp với bộ câu hỏi ({error}). Xin xem lại các cột."
        return _columns(request, desk, (data["upload"], name), sheet, meaning, wrong=[words])
    return Redirect(f"/nhap-lieu/{made}", status_code=303)


def _one(request: AnyRequest, desk: Desk, wanted: int) -> store.Done:
    with sessions.centre_of(request).engine.connect() as connection:
        found = store.one(Work(connection), wanted)
    if found is None or (desk.reached is not None and not set(found.units) <= desk.reached):
        raise RefusalError(404, "no_such_import", "there is no such import")
    return found


def _result(request: AnyRequest, desk: Desk, wanted: int, status: int = 200, **more: str) -> Response[Any]:
    values: dict[str, Any] = {"done": "", "wrong": ""}
    return page(
        request, "imports_done.html", status, session=desk.session, one=_one(request, desk, wanted),
        offices=offices_of(desk.units), moment=local_words, **(values | more),
    )  # fmt: skip


def _undo(request: AnyRequest, wanted: int, data: dict[str, str]) -> Response[Any]:
    desk, centre = open_desk(request), sessions.centre_of(request)
    sessions.check_form(request, desk.session, data.get("csrf", ""))
    found, actor, now_ms = _one(request, desk, wanted), desk.session.account.name, centre.now_ms()
    is_redo = data.get("do") == "redo"
    act = store.redo if is_redo else store.undo
    try:
        n = centre.writer.run(lambda work: act(work, found, actor, now_ms))
    except store.UndoError as error:
        return _result(request, desk, wanted, 422, wrong=str(error))
    words = f"Đã tính lại {n} phiếu." if is_redo else f"Đã hoàn tác: {n} phiếu không còn được tính."
    return _result(request, desk, wanted, done=words)


@get("/nhap-lieu")
async def imports_page(request: AnyRequest) -> Response[Any]:
    """Show where a file is chosen, and what was carried in."""
    return await to_thread(lambda: _front(request, open_desk(request)))


@post("/nhap-lieu", status_code=200, request_max_body_size=MAX_FILE + 100_000, guards=[guarded(MAY)])
async def upload_form(request: AnyRequest, data: Files) -> Response[Any]:
    """Read a file and ask what its columns mean; nothing is stored of it but itself, for a day."""
    return await to_thread(_upload, request, data)


@post("/nhap-lieu/xem-thu", sync_to_thread=True, status_code=200)
def trial_form(request: AnyRequest, data: Form) -> Response[Any]:
    """Tell what a file would come to; nothing is stored."""
    return _try(request, data)


@post("/nhap-lieu/thuc-hien", sync_to_thread=True, status_code=200)
def carry_form(request: AnyRequest, data: Form) -> Response[Any]:
    """Store the rows that are new, all or none."""
    return _carry(request, data)


@get("/nhap-lieu/{wanted:int}", sync_to_thread=True)
def result_page(request: AnyRequest, wanted: FromPath[int]) -> Response[Any]:
    """Show what one import came to."""
    return _result(request, open_desk(request), wanted)


@post("/nhap-lieu/{wanted:int}/hoan-tac", sync_to_thread=True, status_code=200)
def undo_form(request: AnyRequest, wanted: FromPath[int], data: Form) -> Response[Any]:
    """Take an import back, or count it again."""
    return _undo(request, wanted, data)


ROUTES = [imports_page, upload_form, trial_form, carry_form, result_page, undo_form]
